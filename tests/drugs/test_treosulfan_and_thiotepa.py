"""Treosulfan and thiotepa: mass balance, size, and the order of the cells they kill."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_modules import LogKills
from solve_small import course, daily, network_of, numbers, value_of

from marrow.drugs.thiotepa import Thiotepa
from marrow.drugs.treosulfan import BETWEEN_PATIENTS, Treosulfan

ADULT = {"age": 40.0, "body_weight": 70.0}


def logs_of(found) -> dict[str, float]:
    return {name.split(".")[1]: found[name][-1] / math.log(10) for name in found if name.startswith("log_kills.")}


def test_treosulfan_clearance_is_90_percent_mature_at_four_years():
    network = network_of(Treosulfan)
    maturity = value_of(network, numbers(network, {"age": 4.0, "body_weight": 16.0}), "treosulfan.maturity")
    assert maturity == pytest.approx(0.90, abs=0.015)  # the abstract


def test_treosulfan_exposure_is_dose_over_clearance_whatever_the_size():
    for age, weight in ((1.0, 10.0), (40.0, 120.0)):
        network = network_of(Treosulfan)
        known = {"age": age, "body_weight": weight}
        clearance = value_of(network, numbers(network, known), "treosulfan.clearance") / 24
        found = course((Treosulfan,), daily("treosulfan.IV", 5000.0, 2, 1), [0, 100], known)
        assert found["treosulfan_exposure"][-1] == pytest.approx(5000.0 / clearance, rel=1e-5)


def test_the_published_covariance_is_a_covariance():
    rows = BETWEEN_PATIENTS.covariance
    matrix = np.array([[rows[max(i, j)][min(i, j)] for j in range(4)] for i in range(4)])
    assert np.linalg.eigvalsh(matrix).min() > 0


def test_treosulfan_kills_to_the_proposed_depth():
    found = course((Treosulfan, LogKills), daily("treosulfan.IV", 14000 * 1.85, 2, 3), [0, 200], ADULT)
    logs = logs_of(found)
    assert logs["stem"] == pytest.approx(2.6, abs=0.1)
    assert logs["dividing"] == pytest.approx(4.0, abs=0.1)
    assert logs["stem"] < logs["early"] < logs["dividing"]
    assert logs["stroma"] < logs["lymphocyte"] < 0.8


def test_tepa_outlasts_thiotepa():
    found = course((Thiotepa,), daily("thiotepa.IV", 350.0, 2, 1), [0, 2, 8], {"body_weight": 70.0})
    assert found["tepa_concentration"][2] > 2 * found["thiotepa_concentration"][2]


@pytest.mark.parametrize("weight", [10.0, 120.0])
def test_thiotepa_per_kg_gives_the_small_less(weight):
    """By allometry, exposure to the parent per mg/kg goes with weight to the power 0.25."""
    found = course((Thiotepa,), daily("thiotepa.IV", 5 * weight, 2, 1), [0, 48], {"body_weight": weight})
    expected = 5 * 70 / 34 * (weight / 70) ** 0.25
    assert found["thiotepa_exposure"][-1] == pytest.approx(expected, rel=1e-4)
    assert found["tepa_exposure"][-1] == pytest.approx(0.030 * 350 / 0.64 * (weight / 70) ** 0.25, rel=1e-4)


def test_thiotepa_kills_a_tenth_log_more_of_progenitors_than_of_stem_cells():
    found = course((Thiotepa, LogKills), daily("thiotepa.IV", 350.0, 2, 2), [0, 200], {"body_weight": 70.0})
    logs = logs_of(found)
    assert logs["stem"] == pytest.approx(1.0, abs=0.05)
    assert logs["stem"] < logs["early"] < logs["dividing"] < 1.3
    assert logs["stroma"] < logs["mucosa"] < 0.4
