"""T-cell receptor excision circles (TREC): what a laboratory counts to tell the work of the thymus."""

from __future__ import annotations

from marrow.biology.declared import pure
from marrow.language import Covariate, Module, Needs, Origin, Parameter, State, nothing, offers, reaction
from marrow.language.math import total
from marrow.sources import assumed
from marrow.units import cells, kg
from marrow.vocabulary import (
    GRAFT_IS_CORD,
    NAIVE_T_CELL_LOSS,
    SETTLING_CD3,
    START,
    T_CELLS_OF_BODY,
    T_CELLS_PER_VOLUME,
    THYMIC_EXPORT,
    TREC_COUNT,
    TREC_PER_T_CELL,
    Pool,
)


class ExcisionCircles(Module):
    """Excision circles of new T cells, in which they are neither copied in division nor kept by memory cells.

    Assumes that they go as naive CD4 cells go, and that grafts bring some.
    Leaves out the two kinds that are counted (signal joint, beta), circles in other cells.
    Should show fewer with age, few after a graft, more from half a year on, later with graft-versus-host disease.
    """

    is_cord = Covariate(GRAFT_IS_CORD)
    exported = Needs(THYMIC_EXPORT)
    infused = Needs(SETTLING_CD3)
    loss = Needs(NAIVE_T_CELL_LOSS)
    t_cells = Needs(T_CELLS_OF_BODY)
    per_volume = Needs(T_CELLS_PER_VOLUME)
    spared = Needs(START[Pool.T_CELLS])

    circles = State(
        "T-cell receptor excision circles, as cells with one", cells / kg, per=Origin, start=spared, typical=1e8
    )
    of_new = pure(
        "excision circles in a T cell that leaves the thymus", 0.3, 0.1, 1.0, "one at most; cells divide before export"
    )
    of_graft = pure(
        "excision circles in a T cell of an adult's graft", 0.03, 0.005, 0.1, "1e3 to 1e4 in 1e5 T cells of adults"
    )
    of_cord = pure("excision circles in a T cell of cord blood", 0.2, 0.05, 0.5, "nearly all are new")
    fewest = Parameter("fewest T cells", 1e4 * cells / kg, plausible=(1e3, 1e5), source=assumed("a ratio to none is 0"))

    @reaction(nothing, circles)
    def made(self):
        """New T cells bring their excision circles; so do those of a graft."""
        in_graft = self.of_graft + self.is_cord * (self.of_cord - self.of_graft)
        brought = 0 if self.origin is Origin.HOST else in_graft * self.infused
        return self.of_new * self.exported + brought

    @reaction(circles, nothing)
    def lost(self):
        """Excision circles go with naive cells that die, become memory cells or are killed."""
        return self.loss * self.circles

    @offers(TREC_COUNT)
    def count(self):
        return total(self.circles) * self.per_volume

    @offers(TREC_PER_T_CELL)
    def per_t_cell(self):
        return total(self.circles) / (total(self.t_cells) + self.fewest)
