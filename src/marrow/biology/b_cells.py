"""B cells: precursors in the marrow, B cells in blood."""

from __future__ import annotations

from marrow.language import (
    Balanced,
    Module,
    Needs,
    Origin,
    Parameter,
    State,
    derived,
    lognormal,
    nothing,
    offers,
    reaction,
)
from marrow.language.math import total
from marrow.sources import assumed, elsewhere
from marrow.units import cells, day, dimensionless, kg, uL
from marrow.vocabulary import (
    ALLOREACTIVE_KILLING,
    B_CELL_COUNT,
    B_CELLS_OF,
    BLOOD_VOLUME,
    CYTOTOXICITY,
    LYMPHOID_PRECURSORS,
    MARROW_CELLS,
    MARROW_SUPPORT,
    START,
    WHITE_CELL_COUNT,
    CellClass,
    Pool,
)


class BCells(Module):
    """B cells: made in the marrow from lymphoid progenitors, where stroma lets them grow.

    Assumes two marrow stages, and that the yield of B cells falls with marrow support.
    Leaves out memory B cells, plasma cells and immunoglobulins, graft-versus-host damage, rituximab.
    Should show B cells from month 2 to 3, normal between month 6 and 12.
    """

    precursors = Needs(LYMPHOID_PRECURSORS)
    kill = Needs(CYTOTOXICITY[CellClass.LYMPHOCYTE])
    alloreactive = Needs(ALLOREACTIVE_KILLING)
    support = Needs(MARROW_SUPPORT)
    volume = Needs(BLOOD_VOLUME)
    spared = Needs(START[Pool.B_CELLS])
    active = Needs(START[Pool.PROGENITORS])

    count_at_rest = Parameter(
        "B cells in blood in health",
        325.0 * cells / uL,
        plausible=(200.0, 500.0),
        vary=lognormal(cv=0.4),
        source=elsewhere("pmc321350", "median 325, range 109 to 802, healthy adults", at="Table 3"),
    )
    loss = Parameter(
        "loss of B cells",
        0.015 / day,
        plausible=(0.0046, 0.02),
        source=assumed("division 1.9 % a day of all, 0.46 of naive B cells (Macallan 2005, seen only as quoted)"),
    )
    marrow_time = Parameter(
        "time from lymphoid progenitor to blood",
        40.0 * day,
        plausible=(20.0, 90.0),
        source=assumed("a lag of 60 to 90 days after transplants, part of it the growth of progenitors"),
    )

    @derived("B cells of blood in health", cells / kg)
    def blood_at_rest(self):
        return self.count_at_rest * self.at_rest.volume

    marrow = State("B-cell precursors", cells / kg, per=Origin, stages=2, start=active, typical=1e6)
    blood = State("B cells in blood", cells / kg, per=Origin, rest=blood_at_rest, start=spared, typical=2.3e7)
    amplification = Balanced("B cells made per precursor", dimensionless)

    def rate(self):
        return 2 / self.marrow_time

    @reaction(nothing, marrow[0])
    def recruitment(self):
        """New precursors."""
        return self.precursors

    @reaction(marrow[0], marrow[1])
    def maturation(self):
        """Pro-B cells become pre-B cells."""
        return self.rate() * self.marrow[0]

    @reaction(marrow[1], blood)
    def release(self):
        """Immature B cells enter blood: fewer when stroma is damaged."""
        return self.rate() * self.marrow[1], self.amplification * self.support

    @reaction(blood, nothing)
    def die(self):
        """Death."""
        return self.loss * self.blood

    @reaction(blood, nothing)
    def killed(self):
        """B cells killed by drugs, radiation and T cells of the other origin."""
        return (self.kill + self.alloreactive) * self.blood

    @reaction(marrow[0], nothing)
    def early_killed(self):
        """Pro-B cells killed by drugs, radiation and T cells of the other origin."""
        return (self.kill + self.alloreactive) * self.marrow[0]

    @reaction(marrow[1], nothing)
    def late_killed(self):
        """Pre-B cells killed by drugs, radiation and T cells of the other origin."""
        return (self.kill + self.alloreactive) * self.marrow[1]

    @offers(MARROW_CELLS)
    def in_marrow(self):
        return sum(self.marrow)

    @offers(B_CELL_COUNT)
    def count(self):
        return total(self.blood) / self.at_rest.volume

    @offers(B_CELLS_OF)
    def count_of(self):
        return self.blood / self.at_rest.volume

    @offers(WHITE_CELL_COUNT)
    def white_cells(self):
        return total(self.blood) / self.at_rest.volume
