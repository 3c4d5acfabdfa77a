"""The marrow as a place: stroma, niches, and how full they are."""

from __future__ import annotations

from marrow.language import Module, Needs, Parameter, State, lognormal, nothing, offers, reaction
from marrow.language.math import total
from marrow.sources import assumed
from marrow.units import day, dimensionless
from marrow.vocabulary import (
    CELLULARITY_OF,
    CYTOTOXICITY,
    GVHD_INJURY,
    MARROW_CELLS,
    MARROW_CELLULARITY,
    MARROW_SUPPORT,
    NICHES_INTACT,
    STROMA_AT_START,
    CellClass,
)


class Niche(Module):
    """Stroma: damaged by conditioning, repaired over months; it limits niches and the growth of progenitors.

    Assumes one pool of stroma for all lineages, host-derived for good, repaired at a constant rate.
    Acute graft-versus-host disease slows growth while it lasts.
    Leaves out fibrosis, lasting graft-versus-host damage, fat, the spread of islands of marrow.
    Should show cellularity near zero at day 7, half by weeks 3 to 4, and niches damaged for months after high doses.
    """

    kill = Needs(CYTOTOXICITY[CellClass.STROMA])
    cells = Needs(MARROW_CELLS)
    at_start = Needs(STROMA_AT_START)
    gvhd = Needs(GVHD_INJURY)
    damage = State("share of stroma that is damaged", dimensionless, rest=0, start=at_start, typical=1.0)
    repair = Parameter(
        "repair of stroma",
        0.01 / day,
        plausible=(0.003, 0.03),
        vary=lognormal(cv=0.3),
        source=assumed("marrow function is subnormal for months after busulfan: half-time of about 70 days"),
    )
    niche_loss = Parameter(
        "share of niches that depends on stroma that can be damaged",
        0.8 * dimensionless,
        plausible=(0.4, 0.95),
        source=assumed("some niches always remain"),
    )
    growth_loss = Parameter(
        "loss of division of MPP, MEP and CLP when all stroma is damaged",
        0.75 * dimensionless,
        plausible=(0.3, 0.95),
        source=assumed("platelets return days later after busulfan allografts than after autografts of the same dose"),
    )

    by_gvhd = Parameter(
        "loss of division of MPP, MEP and CLP in severe acute graft-versus-host disease, as times less",
        0.7 * dimensionless,
        plausible=(0.2, 2.0),
        source=assumed("platelets fall or stay low with it; marrow is a target too"),
    )

    @reaction(nothing, damage)
    def is_damaged(self):
        """Drugs and radiation damage what is intact."""
        return self.kill * (1 - self.damage)

    @reaction(damage, nothing)
    def is_repaired(self):
        """Stroma is repaired."""
        return self.repair * self.damage

    @offers(NICHES_INTACT)
    def niches_intact(self):
        return 1 - self.niche_loss * self.damage

    @offers(MARROW_SUPPORT)
    def support(self):
        return (1 - self.growth_loss * self.damage) / (1 + self.by_gvhd * self.gvhd)

    @offers(MARROW_CELLULARITY)
    def cellularity(self):
        return total(self.cells) / self.at_rest.cells

    @offers(CELLULARITY_OF)
    def cellularity_of(self):
        return self.cells / self.at_rest.cells
