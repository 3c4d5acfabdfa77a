"""Carmustine and cytarabine: their assumed half-lives, and whom they kill."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_modules import LogKills
from solve_small import course, daily

from marrow.drugs.carmustine import Carmustine
from marrow.drugs.cytarabine import Cytarabine

ADULT = {"body_weight": 70.0}
SURFACE = 1.85  # m2


def logs_of(found) -> dict[str, float]:
    return {name.split(".")[1]: found[name][-1] / math.log(10) for name in found if name.startswith("log_kills.")}


def half_life(levels, hours: float) -> float:
    return math.log(2) * hours / math.log(levels[0] / levels[1])


def test_carmustine_is_gone_within_hours():
    found = course((Carmustine,), daily("carmustine.IV", 300 * SURFACE, 2, 1), [0, 2, 3, 24], ADULT)
    assert half_life(found["carmustine_concentration"][1:3], 1.0) == pytest.approx(40 / 60, rel=0.05)
    assert found["carmustine_exposure"][-1] == pytest.approx(300 * SURFACE / 315, rel=1e-4)


def test_carmustine_kills_stem_cells_as_deep_as_progenitors():
    found = course((Carmustine, LogKills), daily("carmustine.IV", 300 * SURFACE, 2, 1), [0, 48], ADULT)
    logs = logs_of(found)
    assert 0.3 < logs["stem"] < 0.6
    assert logs["stem"] == pytest.approx(logs["dividing"], rel=1e-6)
    assert logs["lymphocyte"] < logs["stem"]
    assert 1 - 10 ** -logs["stroma"] == pytest.approx(0.2, abs=0.03)


def test_cytarabine_has_a_terminal_half_life_of_one_to_three_hours():
    found = course((Cytarabine,), daily("cytarabine.IV", 200 * SURFACE, 0.5, 1), [0, 5, 8], ADULT)
    assert 1 < half_life(found["cytarabine_concentration"][1:], 3.0) < 3


def test_cytarabine_spares_stem_cells():
    doses = daily("cytarabine.IV", 200 * SURFACE, 0.5, 8, every=12)
    found = course((Cytarabine, LogKills), doses, [0, 200], ADULT)
    assert found["cytarabine_exposure"][-1] == pytest.approx(8 * 200 * SURFACE / 120, rel=1e-4)
    logs = logs_of(found)
    assert logs["stem"] < 0.02 < logs["early"] < logs["dividing"]
    assert 0.15 < logs["dividing"] < 0.25
    assert logs["stroma"] == 0
