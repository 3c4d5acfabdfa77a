"""Lymphocytes come back in the order and within the months that are seen."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from whole_body import SOURCES, Patient, day_above

DOSES = {"blood": (5e6, 2e8), "marrow": (3e6, 2.5e7), "cord": (1e5, 4e6)}  # CD34+ and CD3+ cells per kg
SUBSETS = ("natural_killer_count", "cd8_count", "b_cell_count", "cd4_count", "cd4_naive_count")


@cache
def course(source: str, age: float = 45.0):
    cd34, cd3 = DOSES[source]
    doses = {-3.0: {"conditioning.dose": 1.0}, 0.0: {"graft.cd34": cd34, "graft.cd3": cd3}}
    return Patient({**SOURCES[source], "age": age}).course(doses, 500.0)


@pytest.mark.parametrize("source", list(DOSES))
def test_nk_come_before_cd8_before_cd4(source: str) -> None:
    days, seen = course(source)
    natural_killers, cd8, _, cd4, naive = (day_above(days, seen[n] / seen[n][0], 0.5) for n in SUBSETS)
    assert natural_killers < 80
    assert natural_killers < cd8
    assert not cd4 <= cd8  # never, for cord blood within these days
    assert np.isnan(naive), "naive CD4 cells take more than a year"


def test_b_cells_are_normal_between_half_a_year_and_a_year() -> None:
    days, seen = course("blood")
    assert day_above(days, seen["b_cell_count"], 20.0) > 45
    assert 120 < day_above(days, seen["b_cell_count"], 109.0) < 300


def test_cd4_pass_200_within_three_to_nine_months_of_blood_and_marrow_grafts() -> None:
    for source, first, last in (("blood", 60, 270), ("marrow", 90, 270)):
        days, seen = course(source)
        assert first < day_above(days, seen["cd4_count"], 200.0) < last, source
        assert np.interp(100, days, seen["cd4_count"]) > 50, source


def test_memory_t_cells_double_within_a_week_in_an_empty_body_without_drugs() -> None:
    solved, ceiling = Patient().assigned, Patient().assigned["interleukin_seven.ceiling"]
    for subset in ("memory_cd4", "memory_cd8"):
        growth = solved[f"tcells.{subset}_division"] * ceiling - solved[f"tcells.{subset}_loss"]
        assert 3 < np.log(2) / growth < 7, subset


def test_the_young_make_more_naive_cd4_cells_than_the_old() -> None:
    naive = {
        age: float(np.interp(490, course("marrow", age)[0], course("marrow", age)[1]["cd4_naive_count"]))
        for age in (8.0, 45.0, 70.0)
    }
    assert naive[8.0] > 2 * naive[45.0] > 2.4 * naive[70.0]


def test_excision_circles_are_fewer_in_the_old_and_in_the_range_of_health() -> None:
    found = {age: Patient({"age": age}).look(Patient({"age": age}).healthy) for age in (5.0, 45.0, 70.0)}
    per_1e5 = {age: 1e5 * float(seen["trec_per_t_cell"]) for age, seen in found.items()}
    assert per_1e5[5.0] > 2 * per_1e5[45.0] > 2.5 * per_1e5[70.0]
    assert 300 < per_1e5[45.0] < 10_000
    copies_per_ml = 1e3 * float(found[5.0]["trec_count"])
    assert 1200 < copies_per_ml < 155_000 * 2  # children who gave to siblings: 1,200 to 155,000


def test_excision_circles_are_rare_after_a_graft_and_rise_from_half_a_year_on() -> None:
    days, seen = course("blood")
    at = {day: float(np.interp(day, days, seen["trec_count"])) for day in (-7, 100, 180, 490)}
    assert at[100] < 0.15 * at[-7]
    assert at[490] > 1.8 * at[180] > 1.8 * at[100]
    child = course("marrow", 8.0)
    assert np.interp(490, child[0], child[1]["trec_count"]) > 2 * at[490]


def test_graft_versus_host_disease_costs_excision_circles_through_the_thymus() -> None:
    well = Patient()
    ill = well.healthy.copy()
    ill[well.body.index("chronic_gvhd.activity")] = 0.8
    made, lost = (well.slope_of("thymus.thymocytes.host", state) for state in (well.healthy, ill))
    assert lost < made - 0.5 * well.healthy[well.body.index("thymus.thymocytes.host")] / 30


def test_cord_blood_brings_fewer_natural_killer_cells_by_day_28() -> None:
    at_28 = {source: np.interp(28, *(course(source)[0], course(source)[1]["natural_killer_count"])) for source in DOSES}
    assert at_28["cord"] < 0.9 * at_28["blood"]  # few come with the graft; hardly any alloreactive cell hinders them
