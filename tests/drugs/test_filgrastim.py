"""Filgrastim arrives in plasma as published."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_modules import PlasmaOfHarrold
from solve_small import Dose, course

from marrow.drugs.filgrastim import Filgrastim

HOURS = np.arange(0.0, 72.01, 0.25)


def test_five_micrograms_a_kilogram_give_the_peak_of_the_model_it_belongs_to():
    found = course((Filgrastim, PlasmaOfHarrold), [Dose("filgrastim.SC", 0.0, 350.0)], HOURS)
    level = found["g_csf"] / 1000  # ng/mL
    assert level.max() == pytest.approx(19.1, rel=0.02)
    assert HOURS[level.argmax()] == pytest.approx(5.0, abs=0.5)
    assert level[-1] < 0.01 * level.max()
    neutrophils = 1000 * found["plasma_of_harrold.blood"] / 18.8 / 0.0590  # 10^9/L
    assert neutrophils[0] == pytest.approx(3.898, rel=1e-3)
    assert neutrophils.max() == pytest.approx(18.6, rel=0.02)
    assert HOURS[neutrophils.argmax()] == pytest.approx(22, abs=1)


def test_all_of_a_dose_arrives_by_either_route():
    for route in ("filgrastim.SC", "filgrastim.IV"):
        found = course((Filgrastim, PlasmaOfHarrold), [Dose(route, 0.0, 300.0)], [0.0, 120.0])
        assert found["filgrastim.depot"][-1] + found["filgrastim.vein"][-1] < 1e-3


def test_into_a_vein_it_peaks_at_once():
    found = course((Filgrastim, PlasmaOfHarrold), [Dose("filgrastim.IV", 0.0, 350.0)], HOURS)
    assert HOURS[found["g_csf"].argmax()] <= 0.75
