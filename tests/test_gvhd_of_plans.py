"""Graft-versus-host disease and its outcomes in patients of whole plans: what donors, grafts and prophylaxis do."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from marrow.clinic.plan import plan_of
from marrow.simulation import Simulation, simulate

pytestmark = pytest.mark.compiles
EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "allogeneic-fb4.yaml"
ANTITHYMOCYTE = "rabbit antithymocyte globulin 2.5 mg/kg IV over 6 h daily, day -3 to -1"
AFTER_THE_GRAFT = [
    "cyclophosphamide 50 mg/kg IV over 1 h daily, day 3, 4",
    "tacrolimus, trough 5-10 ng/mL, day 5 to 100, taper to day 180",
    "mycophenolate mofetil 15 mg/kg every 8 h, day 5 to 35",
]
HAPLOIDENTICAL = {"relation": "haploidentical", "age": "28 y", "sex": "male"}
SELECTED = {"source": "peripheral blood", "cd34": "5.6e6 /kg", "manipulation": "CD34-selected"}
DRAWS = 300
EVENTS = ("acute_gvhd_2_4_day", "acute_gvhd_3_4_day", "chronic_gvhd_day", "chronic_gvhd_moderate_severe_day")


@cache
def arm(name: str) -> Simulation:
    plan: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    changes: dict[str, dict[str, Any]] = {
        "unrelated": {},
        "unrelated, of 2010": {"year": 2010},
        "with antithymocyte globulin": {"conditioning": [*plan["conditioning"], ANTITHYMOCYTE]},
        "without T cells": {"graft": SELECTED},
        "twin": {"donor": {"relation": "syngeneic"}},
        "haploidentical": {"donor": HAPLOIDENTICAL},
        "haploidentical, cyclophosphamide": {"donor": HAPLOIDENTICAL, "prophylaxis": AFTER_THE_GRAFT},
    }
    return simulate(plan_of(plan | changes[name]), draws=DRAWS, seed=3)


def share(name: str, column: str, by: float) -> float:
    """Patients in whom it struck by that day."""
    return float(np.mean(arm(name).outcomes[column] <= by))


def test_a_twins_graft_causes_none() -> None:
    found = arm("twin")
    for column in EVENTS:
        assert np.all(np.isinf(found.outcomes[column]))
    for name in ("alloreactive_cells_donor", "alloreactive_cells_host", "gvhd_injury", "chronic_gvhd", "steroids"):
        assert not found.course[name].values.any()
    assert not found.outcomes["steroid_days"].any()


def test_acute_disease_is_as_frequent_as_published_and_begins_in_the_third_to_sixth_week() -> None:
    """Unrelated blood after full conditioning with tacrolimus and methotrexate: 35 to 50 %, III to IV in 10 to 15 %,
    around 2010; rarer since, as calibrated. Half of it comes by day 38, later than the published 21 to 35."""
    day = arm("unrelated, of 2010").outcomes["acute_gvhd_2_4_day"]
    assert 0.35 < share("unrelated, of 2010", "acute_gvhd_2_4_day", 100) < 0.55
    assert 0.25 < share("unrelated", "acute_gvhd_2_4_day", 100) < 0.50
    assert 0.05 < share("unrelated, of 2010", "acute_gvhd_3_4_day", 100) < 0.20
    assert 0.02 < share("unrelated", "acute_gvhd_3_4_day", 100) < 0.15
    assert 21 < np.median(day[day <= 100]) < 42


def test_chronic_disease_is_as_frequent_as_published_and_begins_in_months_five_to_eight() -> None:
    """The published share, 40 to 65 %, is of transplants around 2010; it has become rarer."""
    day = arm("unrelated, of 2010").outcomes["chronic_gvhd_day"]
    assert 0.40 < share("unrelated, of 2010", "chronic_gvhd_day", 730) < 0.65
    assert 0.30 < share("unrelated", "chronic_gvhd_day", 730) < 0.55
    assert 140 < np.median(day[np.isfinite(day)]) < 250


def test_antithymocyte_globulin_about_halves_acute_and_chronic_disease() -> None:
    for column, by in (("acute_gvhd_2_4_day", 100), ("chronic_gvhd_day", 730)):
        ratio = share("with antithymocyte globulin", column, by) / share("unrelated", column, by)
        assert 0.25 < ratio < 0.75, column


def test_without_t_cells_in_the_graft_there_is_hardly_any() -> None:
    assert share("without T cells", "acute_gvhd_2_4_day", 100) < 0.15
    assert share("without T cells", "chronic_gvhd_day", 730) < 0.15


def test_cyclophosphamide_after_the_graft_makes_a_haploidentical_one_bearable() -> None:
    for column, by in (("acute_gvhd_2_4_day", 100), ("acute_gvhd_3_4_day", 100), ("chronic_gvhd_day", 730)):
        without = share("haploidentical", column, by)
        more = (
            1.1 if column.startswith("acute") else 0.9
        )  # chronic disease is near its most, and many do not live to it
        assert without > more * share("unrelated", column, by), column
        assert share("haploidentical, cyclophosphamide", column, by) < 0.8 * without, column


def test_severe_disease_comes_out_of_milder_disease() -> None:
    found = arm("unrelated").outcomes
    for mild, severe in (EVENTS[:2], EVENTS[2:], ("chronic_gvhd_day", "chronic_gvhd_severe_day")):
        struck = np.isfinite(found[severe])
        assert struck.any()
        assert np.all(found[severe][struck] >= found[mild][struck])


def test_chronic_disease_is_likelier_after_acute_disease() -> None:
    found = arm("unrelated").outcomes
    acute, chronic = found["acute_gvhd_2_4_day"] <= 100, np.isfinite(found["chronic_gvhd_day"])
    assert np.mean(chronic[acute]) > np.mean(chronic[~acute])


def test_steroids_work_in_more_than_half_and_are_given_to_those_with_disease_alone() -> None:
    found = arm("unrelated").outcomes
    response = found["acute_gvhd_response"]
    ill = np.isfinite(found["acute_gvhd_2_4_day"]) | np.isfinite(found["chronic_gvhd_day"])
    assert 0.5 < np.nanmean(response) < 0.9
    assert 0.15 < np.nanmean(found["acute_gvhd_complete_response"]) < np.nanmean(response)
    assert np.all(np.isnan(response[np.isinf(found["acute_gvhd_2_4_day"])]))
    assert not found["steroid_days"][~ill].any()
    assert np.median(found["steroid_days"][ill]) > 60


def test_the_thymus_pays_for_it() -> None:
    """A year on, those who had acute disease have fewer excision circles."""
    found = arm("unrelated")
    circles = found.course["trec_count"].sel(time=364, method="nearest").values
    ill = found.outcomes["acute_gvhd_2_4_day"] <= 100
    assert np.median(circles[ill]) < np.median(circles[~ill])


def test_skin_is_struck_most_often_liver_least_and_stages_make_the_grades() -> None:
    """At the highest grade: skin in about four of five, gut in half, liver in a fifth."""
    found = arm("unrelated").outcomes
    ill = found["acute_gvhd_2_4_day"] < found["death_day"]
    skin, gut, liver = (np.mean(found[f"acute_gvhd_{organ}_stage"][ill] > 0) for organ in ("skin", "gut", "liver"))
    assert 0.65 < skin <= 1.0
    assert 0.3 < gut < 0.75
    assert 0.05 < liver < 0.4
    assert np.array_equal(found["acute_gvhd_grade"] >= 2, ill)


def test_platelets_of_day_50_are_lower_the_more_donor_cells_find_to_attack() -> None:
    """Medians of 149 after a twin's marrow, 108 after a sibling's, 49 after a stranger's (Genoa, 342 patients)."""
    medians = [
        np.median(arm(name).course["platelet_count_own"].sel(time=50, method="nearest"))
        for name in ("unrelated", "twin")
    ]
    assert medians[0] < 0.85 * medians[1]
