"""A healthy adult is a steady state, and one that is returned to."""

from __future__ import annotations

import numpy as np
import pytest
from whole_body import Patient, body

from marrow.language import discover
from marrow.language.declare import Parameter
from marrow.language.network import InputKind
from marrow.language.view import declared_in

INTEGRALS = ("births", "deaths", "arrivals")
MORTAL = "death.of_other_causes.integral"  # the healthy die too


def counts_that_move(patient: Patient) -> list[str]:
    states = body().network.states
    slopes = np.abs(patient.slope(patient.healthy))
    moving = slopes > 1e-9 * np.maximum(patient.healthy, 1e-3 * patient.scale)
    names = [state.name for state, moves in zip(states, moving, strict=True) if moves]
    return [name for name in names if name.split(".")[-1] not in INTEGRALS and name != MORTAL]


def biology() -> list[type]:
    return [module for module in discover() if module.__module__.startswith("marrow.biology.")]


def test_nothing_moves_in_the_typical_patient():
    assert counts_that_move(Patient()) == []


WOMAN = {"is_female": 1.0, "body_weight": 52.0}
CHILD = {"age": 5.0, "body_weight": 18.0}


@pytest.mark.parametrize("known", [WOMAN, CHILD, {"age": 80.0}])
def test_nothing_moves_in_women_children_and_the_old(known: dict[str, float]):
    assert counts_that_move(Patient(known)) == []


@pytest.mark.parametrize("uncertain", [False, True], ids=["drawn patients", "drawn patients of drawn typical values"])
def test_nothing_moves_in_drawn_patients(uncertain: bool):
    for seed in range(200):
        patient = Patient(seed=seed, uncertain=uncertain)
        assert counts_that_move(patient) == []
        negative = [name for name, value in patient.assigned.items() if not value > -1e-12]
        assert negative == []


@pytest.mark.parametrize("uncertain", [False, True], ids=["drawn patients", "drawn patients of drawn typical values"])
def test_no_disturbance_of_health_grows(uncertain: bool):
    """A malignant cell grows, and is none of health: nothing else depends on it."""
    kept = [i for i, state in enumerate(body().network.states) if state.module != "malignancy"]
    for seed in range(40):
        patient = Patient(seed=seed, uncertain=uncertain)
        grows = np.linalg.eigvals(patient.jacobian()[np.ix_(kept, kept)]).real.max()
        assert grows < 1e-7, f"patient {seed}: a mode grows by {grows:.2g} a day"


def test_health_shows_the_counts_of_a_healthy_adult():
    seen = Patient().look(Patient().healthy)
    ranges = {
        "absolute_neutrophil_count": (2.0, 5.0),
        "absolute_monocyte_count": (0.3, 0.6),
        "platelet_count": (200.0, 280.0),
        "hemoglobin": (13.0, 16.0),
        "reticulocyte_count": (30.0, 110.0),
        "natural_killer_count": (140.0, 1103.0),
        "b_cell_count": (109.0, 802.0),
        "cd4_count": (313.0, 1361.0),
        "cd8_count": (228.0, 1243.0),
        "white_cell_count": (4.0, 10.0),
        "marrow_cellularity": (0.999, 1.001),
        "niche_occupancy": (0.999, 1.001),
        "g_csf": (20.0, 56.0),
        "tpo": (60.0, 200.0),
        "epo": (8.0, 20.0),
    }
    outside = {name: float(seen[name]) for name, (low, high) in ranges.items() if not low <= seen[name] <= high}
    assert outside == {}


def test_numbers_solved_from_health_are_plausible():
    solved = Patient().assigned
    ranges = {
        "platelets.per_megakaryocyte": (500.0, 4000.0),
        "neutrophils.last_division": (1.5, 4.0),
        "red_cells.late_gain": (16.0, 550.0),
        "progenitors.myeloid.at_rest": (5e6, 4e7),
        "tcells.naive_cd4_loss": (0.00022, 0.0014),
        "tcells.memory_cd4_loss": (0.003, 0.05),
        "natural_killer_cells.from_precursors": (1.0, 100.0),
    }
    outside = {name: solved[name] for name, (low, high) in ranges.items() if not low <= solved[name] <= high}
    assert outside == {}


def test_there_is_no_donor_cell_without_a_graft():
    states = body().network.states
    healthy, slopes = Patient().healthy, Patient().slope(Patient().healthy)
    donor = [i for i, state in enumerate(states) if state.name.endswith(".donor")]
    assert len(donor) > 30
    assert not healthy[donor].any()
    assert not slopes[donor].any()


def test_no_infection_threatens_in_health():
    assert Patient().slope_of("infection.febrile_infection.integral", Patient().healthy) == 0.0


@pytest.mark.parametrize("module", biology(), ids=lambda module: module.__name__)
def test_every_module_says_what_it_assumes_leaves_out_and_should_show(module: type):
    text = module.__doc__ or ""
    assert all(word in text for word in ("Assumes", "Leaves out", "Should show"))


@pytest.mark.parametrize("module", biology(), ids=lambda module: module.__name__)
def test_no_number_is_outside_its_graded_range(module: type):
    for declared in declared_in(module).values():
        if isinstance(declared, Parameter):
            assert declared.plausible[0] <= declared.value <= declared.plausible[1]


def test_few_parameters_have_no_room_for_doubt():
    others = ("conditioning", "body_composition")
    inputs = [i for i in body().network.inputs if i.kind is InputKind.PARAMETER and i.module not in others]
    fixed = [each.name for each in inputs if each.plausible is not None and each.plausible[0] == each.plausible[1]]
    wanted = [
        "acute_gvhd.reference_age",
        "chronic_gvhd.usual_age",
        "graft_cells.usual_age",
        "infection.severity",
        "thymus.reference_age",
    ]
    assert sorted(fixed) == wanted
