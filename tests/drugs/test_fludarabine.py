"""Fludarabine behaves as published, with the mass of the dose converted and unconverted."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_modules import LogKills
from solve_small import course, daily, network_of, numbers, value_of

from marrow.drugs.fludarabine import Fludarabine

ADULT = {"age": 40.0, "body_weight": 70.0, "glomerular_filtration": 110.0}
UNCONVERTED = {"fludarabine.share_of_active": 1.0}


def filtration(**known: float) -> float:
    """mL/min."""
    network = network_of(Fludarabine)
    return value_of(network, numbers(network, known), "fludarabine.credible_filtration") * 1000 / 1440


@pytest.mark.parametrize(
    ("age", "estimate", "credible"),
    [(0.0, 90, 35), (0.75, 200, 87.5), (10, 200, 140), (50, 200, 124), (70, 200, 108), (50, 60, 60)],
)
def test_an_estimate_of_filtration_is_capped_by_what_age_allows(age, estimate, credible):
    assert filtration(age=age, glomerular_filtration=estimate) == pytest.approx(credible, rel=1e-6)


def test_half_the_filtration_raises_exposure_by_more_than_a_third():
    doses = daily("fludarabine.IV", 74.0, 1, 4)
    healthy = course((Fludarabine,), doses, [0, 900], {**ADULT, "glomerular_filtration": 110.0})
    failing = course((Fludarabine,), doses, [0, 900], {**ADULT, "glomerular_filtration": 50.0})
    assert 1.35 < failing["fludarabine_exposure"][-1] / healthy["fludarabine_exposure"][-1] < 1.7


def test_it_kills_lymphocytes_and_dividing_cells_and_nothing_else():
    found = course((Fludarabine, LogKills), daily("fludarabine.IV", 74.0, 1, 4), [0, 480], ADULT)
    assert found["log_kills.lymphocyte"][-1] == pytest.approx(found["fludarabine_exposure"][-1] / 11.0, rel=1e-6)
    assert 1.0 < found["log_kills.lymphocyte"][-1] / math.log(10) < 2.0
    assert 0.3 < found["log_kills.dividing"][-1] / found["log_kills.lymphocyte"][-1] < 0.7
    for other in ("stem", "early", "stroma", "mucosa"):
        assert found[f"log_kills.{other}"][-1] == 0
