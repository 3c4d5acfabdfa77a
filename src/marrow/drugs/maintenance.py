"""Maintenance: what drugs that are taken for long after a transplant do to the malignant cells that are left."""

from __future__ import annotations

from marrow.language import Covariate, Module, Needs, Parameter, Route, State, nothing, offers, reaction
from marrow.language.math import saturate
from marrow.sources import Source, assumed
from marrow.units import day, dimensionless, mg
from marrow.vocabulary import MALIGNANT_GROWTH_LEFT, RELAPSE_FOUND, RELAPSED


class Maintenance(Module, abstract=True):
    """A drug by mouth that slows the growth of malignant cells while it is taken; each says how much.

    Assumes that what was taken acts for about a day, and that growth falls with the daily dose towards a floor. A rule
    may end with 'until relapsed'. It belongs to the drug, so that only plans with one carry it.
    Leaves out levels, low counts and other harm, resistance that maintenance selects, what it does to donor cells.
    Should show no effect before the first dose, and growth as before some days after the last.
    """

    answers: Covariate  # 1 where the drug acts on the patient's disease
    most: Parameter
    half: Parameter

    has_relapsed = Needs(RELAPSED)
    acting = State("amount that acts", mg, rest=0, typical=100.0)
    po = Route("PO", into=acting, unit=mg, infusion=True)

    lasting = Parameter(
        "time in which it ceases to act", 1.0 * day, plausible=(0.3, 3.0), source=assumed("one or two doses a day do")
    )

    @reaction(acting, nothing)
    def ceases(self):
        """It ceases to act."""
        return self.acting / self.lasting

    @offers(MALIGNANT_GROWTH_LEFT)
    def growth_left(self):
        return 1 - self.answers * self.most * saturate(self.acting, self.half)

    @offers(RELAPSE_FOUND)
    def found(self):
        return self.has_relapsed


def slowing(value: float, low: float, high: float, source: Source) -> Parameter:
    """The share of growth that the drug can take."""
    return Parameter(
        "share of the growth of malignant cells that it can take", value * dimensionless, plausible=(low, high),
        source=source,
    )  # fmt: skip


def half_dose(value: float, low: float, high: float) -> Parameter:
    """The amount at which half of that is taken."""
    note = "set by hand: usual doses reach most of what there is, half of them less"
    return Parameter(
        "amount that acts at which half of that is taken", value * mg, plausible=(low, high), source=assumed(note)
    )
