"""Blood tells the marrow what is missing."""

from __future__ import annotations

import numpy as np
import pytest
from whole_body import Patient, body

from marrow.biology.cytokines import Erythropoietin


def at_balance(patient: Patient, state_name: str, state: np.ndarray) -> float:
    """The level at which one state would rest, all others held."""
    index = body().index(state_name)
    low, high = 0.0, state[index] * 1e4
    for _ in range(200):
        middle = (low + high) / 2
        trial = state.copy()
        trial[index] = middle
        low, high = (middle, high) if patient.slope(trial)[index] > 0 else (low, middle)
    return middle / state[index]


MATURING = [f"neutrophils.maturing.{i}.host" for i in (1, 2, 3)]
NEUTROPHILS = ["neutrophils.blood.host", "neutrophils.reserve.host", *MATURING]
T_CELLS = [f"tcells.{kind}.host" for kind in ("memory_cd4", "naive_cd4", "memory_cd8", "naive_cd8")]
PLATELETS = ["platelets.young.host", "platelets.old.host", "platelets.megakaryocytes.host"]


def without(patient: Patient, names: list[str], left: float) -> np.ndarray:
    state = patient.healthy.copy()
    for name in names:
        state[body().index(name)] *= left
    return state


def test_g_csf_in_aplasia_is_of_the_order_of_one_to_two_nanograms():
    patient = Patient()
    level = 25.0 * at_balance(patient, "gcsf.plasma", without(patient, NEUTROPHILS, 0.001))
    assert 800 < level < 2500


def test_g_csf_falls_below_its_level_in_health_when_neutrophils_abound():
    patient = Patient()
    assert at_balance(patient, "gcsf.plasma", without(patient, NEUTROPHILS, 2.0)) < 0.7


def test_thrombopoietin_rises_when_platelets_fall():
    patient = Patient()
    levels = [
        at_balance(patient, "thrombopoietin.plasma", without(patient, PLATELETS, left)) for left in (2.0, 1.0, 0.5, 0.1)
    ]
    assert levels == sorted(levels)
    assert levels[1] == pytest.approx(1.0, rel=1e-6)


def test_thrombopoietin_is_ten_to_twenty_times_as_high_in_lasting_aplasia():
    patient = Patient()
    assert 10 <= at_balance(patient, "thrombopoietin.plasma", without(patient, PLATELETS, 1e-3)) <= 21


def test_transfused_platelets_lower_thrombopoietin():
    patient = Patient()
    empty = without(patient, PLATELETS, 0.05)
    transfused = empty.copy()
    transfused[body().index("platelets.transfused")] = 4e11
    name = "thrombopoietin.plasma"
    assert at_balance(patient, name, transfused) < 0.9 * at_balance(patient, name, empty)


def test_erythropoietin_doubles_for_each_fall_of_two_grams():
    patient = Patient()
    red = ["red_cells.red.1.host", "red_cells.red.2.host"]
    level = [float(patient.look(without(patient, red, hb / 14.5))["epo"]) for hb in (14.5, 12.5, 10.5)]
    assert 1.6 < level[1] / level[0] < 2.4
    assert 1.6 < level[2] / level[1] < 2.4


def test_erythropoietin_has_a_ceiling():
    patient = Patient()
    bled = without(patient, ["red_cells.red.1.host", "red_cells.red.2.host"], 1e-6)
    assert float(patient.look(bled)["epo"]) == pytest.approx(14 * Erythropoietin.ceiling.value, rel=1e-3)


def test_anemia_raises_the_output_of_erythroid_cells():
    patient = Patient()
    bled = without(patient, ["red_cells.red.1.host", "red_cells.red.2.host"], 0.5)
    first = body().index("red_cells.erythroblasts.1.host")
    made = patient.slope(bled)[first] - patient.slope(patient.healthy)[first]
    in_health = 2 / 4.9 * patient.healthy[first]
    assert 1.5 < 1 + made / in_health < 5


@pytest.mark.parametrize(
    ("pool", "empty"),
    [
        ("natural_killer_cells.blood.host", ["natural_killer_cells.blood.host"]),
        ("tcells.memory_cd4.host", T_CELLS),
    ],
)
def test_lymphocytes_divide_more_when_they_are_few(pool: str, empty: list[str]):
    patient = Patient()
    few = without(patient, empty, 0.02)
    assert patient.slope_of(pool, few) / few[body().index(pool)] > 0.01


def test_stem_cells_grow_when_niches_are_empty_and_shrink_when_they_are_crowded():
    patient = Patient()
    name = "stem_cells.stem.host"
    assert patient.slope_of(name, without(patient, [name], 0.01)) > 0
    assert patient.slope_of(name, without(patient, [name], 1.5)) < 0


def test_a_lineage_without_stem_cells_and_progenitors_never_returns():
    patient = Patient()
    cells = [s.name for s in body().network.states if s.name.endswith(".host")]
    assert not patient.slope(without(patient, cells, 0.0))[[body().index(name) for name in cells]].any()


def test_risk_of_infection_follows_missing_neutrophils():
    patient = Patient()
    hazard = "infection.febrile_infection.integral"
    risks = [patient.slope_of(hazard, without(patient, ["neutrophils.blood.host"], left)) for left in (0.3, 0.1, 0.0)]
    assert 0 < risks[0] < risks[1] < risks[2]
    assert risks[2] == pytest.approx(0.04)
