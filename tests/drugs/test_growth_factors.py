"""Pegfilgrastim, epoetin, agonists of thrombopoietin and plerixafor: levels, and what they are offered as."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_blood import FixedNeutrophils
from solve_small import Dose, course, daily

from marrow.drugs.eltrombopag import Eltrombopag
from marrow.drugs.epoetin import Epoetin
from marrow.drugs.pegfilgrastim import Pegfilgrastim
from marrow.drugs.plerixafor import Plerixafor
from marrow.drugs.romiplostim import Romiplostim

HOURS = np.arange(0.0, 24 * 28, 0.25)


def pegfilgrastim(neutrophils: float) -> np.ndarray:
    doses = [Dose("pegfilgrastim.SC", 0.0, 6.0, 6.0 / 2.84)]  # as in the model: 2.84 mg/h out of the depot
    changed = {"fixed_neutrophils.count": neutrophils}
    return course((Pegfilgrastim, FixedNeutrophils), doses, HOURS, None, changed)["pegfilgrastim_concentration"]


def test_pegfilgrastim_with_the_neutrophils_that_it_makes_is_as_calculated() -> None:
    """The whole model has 36e9/L at its peak, 98 ng/mL at 19 h, 3,636 ng·h/mL; here they are there from the start."""
    level = pegfilgrastim(36.0)
    assert level.max() == pytest.approx(98, rel=0.03)
    assert HOURS[level.argmax()] == pytest.approx(19, abs=1)
    assert np.trapezoid(level, HOURS) == pytest.approx(3636, rel=0.03)


def test_pegfilgrastim_lasts_longer_without_neutrophils() -> None:
    assert np.trapezoid(pegfilgrastim(0.01), HOURS) > 1.1 * np.trapezoid(pegfilgrastim(2.7), HOURS)


def test_epoetin_from_the_skin_falls_by_half_in_about_a_day() -> None:
    level = course((Epoetin,), [Dose("epoetin.SC", 0.0, 10000.0)], HOURS)["epoetin_concentration"]
    assert 6 < HOURS[level.argmax()] < 24
    late = HOURS[(level < level.max() / 2) & (HOURS[level.argmax()] < HOURS)][0]
    assert 15 < late - HOURS[level.argmax()] < 36
    vein = course((Epoetin,), [Dose("epoetin.IV", 0.0, 10000.0)], HOURS)["epoetin_concentration"]
    assert vein.max() > 5 * level.max()


def test_eltrombopag_reaches_its_mean_level() -> None:
    found = course((Eltrombopag,), daily("eltrombopag.PO", 50.0, 0, 20), np.arange(0.0, 480.1, 1.0))
    assert found["eltrombopag_concentration"][-24:].mean() == pytest.approx(50 / 24 / 0.8, rel=0.05)


def test_romiplostim_is_there_for_a_week() -> None:
    amount = course((Romiplostim,), [Dose("romiplostim.SC", 0.0, 70.0)], HOURS)["romiplostim_in_body"]
    assert 24 < HOURS[amount.argmax()] < 72
    assert amount[HOURS == 168.0] > 0.3 * amount.max()


def test_plerixafor_peaks_within_the_hour_and_halves_in_four() -> None:
    level = course((Plerixafor,), [Dose("plerixafor.SC", 0.0, 0.24 * 70)], HOURS)["plerixafor_concentration"]
    assert HOURS[level.argmax()] <= 1.25
    assert level[HOURS == 12.0] / level[HOURS == 8.0] == pytest.approx(0.5, rel=0.02)
