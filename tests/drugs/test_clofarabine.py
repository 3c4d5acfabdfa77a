"""Clofarabine behaves as published, and kills lymphocytes first."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_modules import LogKills
from solve_small import course, daily, network_of, numbers, value_of

from marrow.drugs.clofarabine import Clofarabine

STANDARD = {"body_weight": 70.0, "body_surface_area": 1.73, "glomerular_filtration": 100.0}
ADULT = {"body_weight": 70.0, "body_surface_area": 1.85, "glomerular_filtration": 110.0}


def clearance(**known: float) -> float:
    """L/h."""
    network = network_of(Clofarabine)
    return value_of(network, numbers(network, known), "clofarabine.clearance") / 24


def test_clearance_at_standard_size_and_filtration_is_the_sum_of_both_parts():
    assert clearance(**STANDARD) == pytest.approx(24.0 + 29.8, rel=1e-6)


def test_without_kidneys_the_other_part_is_left_and_filtration_is_capped():
    assert clearance(**{**STANDARD, "glomerular_filtration": 1e-6}) == pytest.approx(24.0, rel=1e-6)
    most = clearance(**{**STANDARD, "glomerular_filtration": 140.0})
    assert clearance(**{**STANDARD, "glomerular_filtration": 300.0}) == pytest.approx(most, rel=1e-9)


def test_an_adults_clearance_is_near_that_of_the_label():
    """28.8 L/h/m2 in the textbook's copy of the label; children with leukemia."""
    assert clearance(**ADULT) == pytest.approx(28.8 * 1.85, rel=0.15)


def test_exposures_of_children_are_as_in_another_series():
    """931 ug·h/L (685 to 1,876) after 40 mg/m2, 16 patients, median 7.5 years and 0.94 m2 (PMID 20525919)."""
    known = {"body_weight": 25.0, "body_surface_area": 0.94, "glomerular_filtration": 120.0}
    found = course((Clofarabine,), daily("clofarabine.IV", 40 * 0.94, 2, 1), [0, 100], known)
    assert 0.685 < found["clofarabine_exposure"][-1] < 1.876


def test_it_kills_lymphocytes_first_and_spares_stem_cells():
    found = course((Clofarabine, LogKills), daily("clofarabine.IV", 30 * 1.85, 1, 4), [0, 300], ADULT)
    assert found["clofarabine_exposure"][-1] == pytest.approx(3.8, abs=0.1)
    logs = {name.split(".")[1]: found[name][-1] / math.log(10) for name in found if name.startswith("log_kills.")}
    assert logs["stem"] < 0.05 < logs["early"] < logs["dividing"] < logs["lymphocyte"]
    assert logs["lymphocyte"] == pytest.approx(1.5, abs=0.1)
