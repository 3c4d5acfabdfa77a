"""What a graft does after conditioning: order, timing and origin of what returns."""

from __future__ import annotations

import numpy as np
import pytest
from whole_body import Patient, body, day_above, transplant

from marrow.biology.homing import Homing

ANC, OWN = "absolute_neutrophil_count", "platelet_count_own"


def anc_day(source: str, cd34: float) -> float:
    days, seen = transplant(source, cd34)
    return day_above(days, seen[ANC], 0.5)


def platelet_day(source: str, cd34: float) -> float:
    days, seen = transplant(source, cd34)
    return day_above(days, seen[OWN], 20.0)


def test_a_fixed_share_of_a_graft_is_lodged():
    patient = Patient()
    state, index = patient.healthy.copy(), body().index
    state[index("homing.circulating.donor")] = 1e6
    slopes = patient.slope(state)
    assert slopes[index("homing.lodged.1.donor")] == pytest.approx(
        -Homing.homed_share.value * slopes[index("homing.circulating.donor")]
    )


def test_thawing_costs_viable_cells():
    fresh, thawed = Patient(), Patient({"graft_is_thawed": 1.0})
    assert thawed.assigned["homing.lodging"] == pytest.approx(0.76 * fresh.assigned["homing.lodging"])


def test_a_full_marrow_takes_hardly_any_stem_cell():
    patient = Patient()
    full, index = patient.healthy.copy(), body().index
    full[index("homing.lodged.5.donor")] = 1e6
    empty = full.copy()
    empty[index("stem_cells.stem.host")] = 1.0
    name = "stem_cells.stem.donor"
    assert 0 < patient.slope_of(name, full) < 0.1 * patient.slope_of(name, empty)


def test_neutropenia_begins_within_a_week_and_ends_in_the_second_or_third():
    days, seen = transplant("blood", 5e6)
    low = days[(days > -3) & (seen[ANC] < 0.5)]
    assert 0 < low[0] < 8
    assert 10 < anc_day("blood", 5e6) < 17
    assert 11 < platelet_day("blood", 5e6) < 20


def test_marrow_is_slower_than_blood_and_cord_slower_than_marrow():
    for day in (anc_day, platelet_day):
        assert day("blood", 5e6) + 2 < day("marrow", 3e6)
        assert day("marrow", 3e6) + 4 < day("cord", 1.5e5)


def test_cell_dose_tells_on_platelets_more_than_on_neutrophils_without_a_plateau():
    doses = (2.5e6, 5e6, 1e7)
    platelets = [platelet_day("blood", dose) for dose in doses]
    neutrophils = [anc_day("blood", dose) for dose in doses]
    assert platelets[0] - platelets[1] > 0.6
    assert platelets[1] - platelets[2] > 0.6
    assert platelets[0] - platelets[2] >= neutrophils[0] - neutrophils[2]


def test_thrombopoietin_mirrors_platelets():
    days, seen = transplant("blood", 5e6)
    window = (days > 0) & (days < 40)
    assert np.corrcoef(np.log(seen["platelet_count"][window]), np.log(seen["tpo"][window]))[0, 1] < -0.6
    assert 400 < seen["tpo"].max() < 2400


def test_g_csf_peaks_in_aplasia():
    days, seen = transplant("blood", 5e6)
    assert 700 < seen["g_csf"].max() < 3000
    assert 0 < days[seen["g_csf"].argmax()] < 14


def test_platelets_fall_almost_linearly_at_first():
    days, seen = transplant("blood", 5e6)
    by_day = np.interp(np.arange(2.0, 7.0), days, seen[OWN])
    falls = -np.diff(by_day)
    assert (falls > 0).all()
    assert falls.max() < 2.5 * falls.min()


def test_natural_killer_cells_come_first_and_naive_cd4_cells_last():
    days, seen = transplant("blood", 5e6, until=400.0)
    names = ("natural_killer_count", "cd8_count", "b_cell_count", "cd4_naive_count")
    half = [day_above(days, seen[name] / seen[name][0], 0.5) for name in names]
    assert 10 < half[0] < 80
    assert 60 < half[1] < 240
    assert 60 < half[2] < 365
    assert np.isnan(half[3])
    assert 60 < day_above(days, seen["cd4_count"], 200.0) < 280


def test_blood_becomes_the_donors_after_deep_conditioning():
    days, seen = transplant("blood", 5e6, until=400.0)
    share = seen[f"{ANC}.donor"] / seen[ANC]
    for day in (30, 100, 365):
        assert float(np.interp(day, days, share)) > 0.8


def test_hosts_and_donors_cells_add_up():
    _, seen = transplant("blood", 5e6)
    for name in (ANC, OWN, "cd4_count", "cd8_count", "b_cell_count", "natural_killer_count", "marrow_cellularity"):
        np.testing.assert_allclose(seen[f"{name}.host"] + seen[f"{name}.donor"], seen[name], rtol=1e-9, atol=1e-12)


def test_everything_is_normal_again_after_a_year():
    days, seen = transplant("blood", 5e6, until=400.0)
    for name in (ANC, OWN, "hemoglobin", "natural_killer_count"):
        assert float(np.interp(390, days, seen[name] / seen[name][0])) == pytest.approx(1.0, abs=0.1)


def test_red_cells_given_are_seen_and_fade():
    patient = Patient()
    days, seen = patient.course({0.0: {"transfusion.red_cells": 2.0}}, 60.0, start=-1.0)
    rise = np.interp(1.0, days, seen["hemoglobin_transfused"])
    assert 1.5 < rise < 2.5
    assert 0.2 < np.interp(55.0, days, seen["hemoglobin_transfused"]) / rise < 0.5


def test_platelets_given_raise_the_count_by_what_is_seen_after_transplants():
    patient = Patient()
    state = patient.healthy.copy()
    state[body().index("platelets.transfused")] = 5e11
    assert 25 < float(patient.look(state)["platelet_count_transfused"]) < 40


def test_antibodies_against_platelets_take_most_of_a_transfusion_and_leave_own_platelets_alone():
    given = {}
    for antibodies in (0.0, 1.0):
        patient = Patient({"platelet_antibodies": antibodies})
        days, seen = patient.course({0.0: {"transfusion.platelets": 4e11}}, 2.0, start=-1.0)
        given[antibodies] = [np.interp(day, days, seen["platelet_count_transfused"]) for day in (0.04, 1.0)]
        assert np.interp(1.0, days, seen["platelet_count_own"]) == pytest.approx(240, rel=0.1)
    (at_first, later), (at_first_with, later_with) = given[0.0], given[1.0]
    assert at_first_with < 0.35 * at_first  # an increment of 5 in place of 20
    assert later_with / at_first_with < 0.5 < later / at_first
