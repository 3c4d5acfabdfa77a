"""Cyclophosphamide induces its own activation and spares stem cells."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_modules import LogKills
from solve_small import course, daily

from marrow.drugs.cyclophosphamide import Cyclophosphamide

ADULT = {"body_weight": 70.0}
SIXTY = 60.0 * 70.0  # mg
ROUTE = "cyclophosphamide.IV"


def half_life(found, first: int, last: int, hours) -> float:
    levels = found["cyclophosphamide_concentration"]
    return math.log(2) * (hours[last] - hours[first]) / math.log(levels[first] / levels[last])


def test_half_life_falls_from_the_first_day_to_the_second():
    hours = [0.0, 2.0, 4.0, 26.0, 28.0]
    found = course((Cyclophosphamide,), daily(ROUTE, SIXTY, 1, 2), hours, ADULT)
    first, second = half_life(found, 1, 2, hours), half_life(found, 3, 4, hours)
    assert 4.5 < first < 7
    assert 2.5 < second < 4
    assert found["cyclophosphamide.induction"][3] == pytest.approx(1.0, abs=0.3)  # doubled


def test_what_goes_in_is_excreted_or_activated():
    found = course((Cyclophosphamide,), daily(ROUTE, SIXTY, 1, 2), [0, 400], ADULT)
    excreted = 1.5 * found["cyclophosphamide_exposure"][-1]
    activated = 300.0 * found["hydroxycyclophosphamide_exposure"][-1]
    assert excreted + activated == pytest.approx(2 * SIXTY, rel=1e-5)
    assert 0.01 < found["hydroxycyclophosphamide_exposure"][-1] / found["cyclophosphamide_exposure"][-1] < 0.04


def test_the_second_dose_is_activated_more_than_the_first():
    one = course((Cyclophosphamide,), daily(ROUTE, SIXTY, 1, 1), [0, 24], ADULT)
    two = course((Cyclophosphamide,), daily(ROUTE, SIXTY, 1, 2), [0, 24, 48], ADULT)
    active = two["hydroxycyclophosphamide_exposure"]
    assert active[1] == pytest.approx(one["hydroxycyclophosphamide_exposure"][-1], rel=1e-6)
    assert active[2] - active[1] > 1.05 * active[1]


def test_induction_is_forgotten_in_a_week():
    found = course((Cyclophosphamide,), daily(ROUTE, SIXTY, 1, 2), [0, 48, 48 + 168], ADULT)
    assert found["cyclophosphamide.induction"][2] < 0.02 < 0.5 < found["cyclophosphamide.induction"][1]


def test_it_spares_stem_cells_and_kills_lymphocytes_in_division_most():
    found = course((Cyclophosphamide, LogKills), daily(ROUTE, 50.0 * 70.0, 1, 2), [0, 200], ADULT)
    logs = {name.split(".")[1]: found[name][-1] / math.log(10) for name in found if name.startswith("log_kills.")}
    assert logs["stem"] < 0.05
    lymphocytes_in_division = logs["lymphocyte"] + logs["dividing_lymphocyte"]
    assert logs["stem"] < logs["early"] < logs["dividing"] < lymphocytes_in_division
    assert 0.5 < logs["dividing_lymphocyte"] < 1.5  # impairs alloreactive cells after the graft, eliminates none
    assert logs["stroma"] == 0
