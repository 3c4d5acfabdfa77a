"""Melphalan behaves as published in adults and in children, and kills to the proposed depth."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_modules import LogKills
from solve_small import course, daily, network_of, numbers, value_of

from marrow.drugs.body_composition import BodyComposition
from marrow.drugs.melphalan import Melphalan

MODULES = (BodyComposition, Melphalan)
CHILD = {"age": 5.0, "body_weight": 18.8, "height": 108.0, "glomerular_filtration": 115.0}
# the median patient of the adults' series: 78 kg, fat-free mass 53 kg, creatinine clearance 88, 1.9 m2
PATIENT = {"age": 57.0, "body_weight": 78.0, "height": 169.0, "is_female": 0.41, "glomerular_filtration": 88.0}


def parameter(name: str, known: dict[str, float]) -> float:
    network = network_of(*MODULES)
    return value_of(network, numbers(network, known), f"melphalan.{name}")


def test_the_adults_median_clearance_and_exposure():
    assert parameter("clearance", PATIENT) / 24 == pytest.approx(27.8, rel=0.06)
    found = course(MODULES, daily("melphalan.IV", 380.0, 0.5, 1), [0, 48], PATIENT)
    assert found["melphalan_exposure"][-1] == pytest.approx(13.7, rel=0.06)


def test_exposures_of_small_and_large_healthy_and_failing_adults_stay_in_the_published_range():
    for weight, height, filtration, female in (
        (50, 155, 120, 1),
        (110, 185, 130, 0),
        (60, 165, 40, 1),
        (90, 175, 60, 0),
    ):
        surface = math.sqrt(weight * height / 3600)
        size = {"body_weight": weight, "height": height, "is_female": female}
        known = {"age": 55.0, "glomerular_filtration": filtration, **size}
        found = course(MODULES, daily("melphalan.IV", 200 * surface, 0.5, 1), [0, 48], known)
        assert 4.9 < found["melphalan_exposure"][-1] < 24.4


def test_the_step_at_eighteen_years_is_no_larger_than_stated():
    grown = {"body_weight": 65.0, "height": 174.0, "glomerular_filtration": 110.0}
    before, after = (parameter("clearance", {**grown, "age": age}) for age in (17.99, 18.0))
    assert before < after < 1.25 * before


def test_it_is_gone_from_plasma_within_a_day():
    found = course(MODULES, daily("melphalan.IV", 380.0, 0.5, 1), [0, 0.5, 24], PATIENT)
    assert found["melphalan_concentration"][-1] < 1e-4 * found["melphalan_concentration"][1]


def test_mel200_kills_two_logs_of_stem_cells_and_four_of_progenitors():
    found = course((*MODULES, LogKills), daily("melphalan.IV", 380.0, 0.5, 1), [0, 48], PATIENT)
    logs = {name.split(".")[1]: found[name][-1] / math.log(10) for name in found if name.startswith("log_kills.")}
    assert logs["stem"] == pytest.approx(2.0, abs=0.15)
    assert logs["dividing"] == pytest.approx(4.0, abs=0.2)
    assert logs["lymphocyte"] == pytest.approx(1.5, abs=0.1)
    assert logs["stem"] < logs["early"] < logs["dividing"]
    assert logs["stroma"] < logs["mucosa"] < 1


def test_dose_and_exposure_are_proportional():
    doses = [daily("melphalan.IV", amount, 0.5, 1) for amount in (140.0, 280.0)]
    once, twice = (course(MODULES, dose, [0, 48], PATIENT)["melphalan_exposure"][-1] for dose in doses)
    assert twice == pytest.approx(2 * once, rel=1e-6)
    assert np.isfinite(once)
