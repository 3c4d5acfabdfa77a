"""Maintenance: it slows growth of the disease that answers while it is taken, by dose, and of no other."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from solve_small import Dose, course, daily

from marrow.drugs.gilteritinib import Gilteritinib
from marrow.drugs.lenalidomide import Lenalidomide
from marrow.drugs.midostaurin import Midostaurin
from marrow.drugs.sorafenib import Sorafenib
from marrow.language import Module, Needs, Parameter, State, nothing, offers, reaction
from marrow.sources import assumed
from marrow.units import day, dimensionless
from marrow.vocabulary import MALIGNANT_GROWTH_LEFT, RELAPSED


class Growing(Module):
    """For tests: doublings of malignant cells."""

    left = Needs(MALIGNANT_GROWTH_LEFT)
    each_day = Parameter("growth", 1 / day, plausible=(1.0, 1.0), source=assumed("of tests"))
    grown = State("growth so far", dimensionless, rest=0, typical=1.0)

    @reaction(nothing, grown)
    def grows(self):
        return self.each_day * self.left

    @offers(RELAPSED)
    def relapsed(self):
        return 0


HOURS = 24 * np.arange(0.0, 61.0)


def growth(drug: type, doses: list[Dose], myeloma: float) -> np.ndarray:
    """Growth of each day, relative to that without a drug."""
    known = {"is_myeloma" if drug is Lenalidomide else "is_acute_myeloid_leukemia": myeloma}
    return np.diff(course((drug, Growing), doses, HOURS, known)["growing.grown"])


@pytest.mark.parametrize(
    ("drug", "dose", "low", "high"),
    [
        (Lenalidomide, 10.0, 0.4, 0.6),
        (Sorafenib, 800.0, 0.4, 0.6),
        (Midostaurin, 100.0, 0.4, 0.7),
        (Gilteritinib, 120.0, 0.5, 0.8),
    ],
)
def test_a_usual_dose_slows_growth_while_it_is_taken(drug: type, dose: float, low: float, high: float) -> None:
    taken = [Dose(each.route, each.hour + 480, each.amount) for each in daily(f"{drug.names[0]}.PO", dose, 0.0, 20)]
    found = growth(drug, taken, 1.0)
    assert found[:20] == pytest.approx(1, abs=1e-6)
    assert low < found[25:40].mean() < high
    assert found[46:].min() > 0.95
    assert growth(drug, taken, 0.0) == pytest.approx(1, abs=1e-6)  # another disease


def test_more_slows_more_and_never_stops_growth() -> None:
    levels = [growth(Lenalidomide, daily("lenalidomide.PO", dose, 0.0, 61), 1.0)[-1] for dose in (2.5, 5, 10, 25, 1e4)]
    assert np.diff(levels).max() < 0
    assert levels[-1] > 0.25
