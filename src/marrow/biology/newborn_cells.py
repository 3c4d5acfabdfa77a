"""Newborn ways of a cord graft's cells, and how they fade."""

from __future__ import annotations

from marrow.language import Covariate, Module, Needs, Parameter, State, nothing, offers, reaction
from marrow.sources import assumed
from marrow.units import cells, day, dimensionless, kg
from marrow.vocabulary import GRAFT_ENTERING, GRAFT_IS_CORD, NEWBORN


class NewbornCells(Module):
    """How newborn the donor's cells are: 1 once a cord graft is infused, then less and less; 0 for all other grafts.

    Assumes that all cells of a graft grow up alike, at a constant rate.
    Leaves out differences between lineages, fetal hemoglobin, naive T cells.
    Should show a mark that a cord graft sets within a day and that lasts for months.
    """

    is_cord = Covariate(GRAFT_IS_CORD)
    entering = Needs(GRAFT_ENTERING)
    newborn = State("how newborn the donor's cells are", dimensionless, rest=0, typical=1.0)
    noticed = Parameter(
        "flow of graft cells into the marrow that sets half of the mark",
        1e3 * cells / kg / day,
        plausible=(3e2, 3e3),
        source=assumed("far below any graft: the mark is set in full"),
    )
    setting = Parameter(
        "rate at which a cord graft sets the mark",
        12.0 / day,
        plausible=(6.0, 24.0),
        source=assumed("within the day on which graft cells leave blood"),
    )
    growing_up = Parameter(
        "rate at which newborn ways fade",
        0.011 / day,
        plausible=(0.005, 0.03),
        source=assumed("megakaryocytes of cord grafts are still small after months; half-time of about two months"),
    )

    @reaction(nothing, newborn)
    def is_set(self):
        """A cord graft is infused."""
        return self.is_cord * self.setting * self.entering / (self.noticed + self.entering) * (1 - self.newborn)

    @reaction(newborn, nothing)
    def fades(self):
        """Cells grow up."""
        return self.growing_up * self.newborn

    @offers(NEWBORN)
    def mark(self):
        return self.newborn
