"""The marrow as a place: stroma, niches, and how full they are."""

from __future__ import annotations

from marrow.language import Module, Needs, Parameter, State, lognormal, nothing, offers, reaction
from marrow.language.math import total
from marrow.sources import RECOVERY, assumed, fitted
from marrow.units import day, dimensionless
from marrow.vocabulary import (
    CELLULARITY_OF,
    CHRONIC_GVHD,
    CYTOTOXICITY,
    DONOR_ALLOREACTIVITY,
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
    Alloreactive cells and graft-versus-host disease slow growth while they last; patients differ widely in what all
    injury does.
    Leaves out fibrosis, lasting graft-versus-host damage, fat, the spread of islands of marrow, ganciclovir.
    Should show cellularity near zero at day 7, half by weeks 3 to 4, and niches damaged for months after high doses.
    """

    kill = Needs(CYTOTOXICITY[CellClass.STROMA])
    cells = Needs(MARROW_CELLS)
    at_start = Needs(STROMA_AT_START)
    alloreactivity = Needs(DONOR_ALLOREACTIVITY)
    gvhd = Needs(GVHD_INJURY)
    chronic = Needs(CHRONIC_GVHD)
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
        "loss of support when all stroma is damaged, as times less",
        1.6 * dimensionless,
        plausible=(0.4, 5.0),
        source=fitted(
            RECOVERY, "platelets return days later after busulfan allografts than after autografts of the same dose"
        ),
    )
    by_alloreactivity = Parameter(
        "loss of support with as many alloreactive cells as can be, as times less",
        0.3 * dimensionless,
        plausible=(0.3, 4.0),
        source=fitted(
            RECOVERY, "on day 50 platelets are 149 after a twin's marrow, 108 after a sibling's, 49 after a stranger's"
        ),
    )
    by_gvhd = Parameter(
        "loss of support in severe acute graft-versus-host disease, as times less",
        4.0 * dimensionless,
        plausible=(0.7, 12.0),
        source=fitted(RECOVERY, "platelets fall or stay low with it; marrow is a target too"),
    )
    by_chronic = Parameter(
        "loss of support in severe chronic graft-versus-host disease, as times less",
        0.85 * dimensionless,
        plausible=(0.2, 3.0),
        source=fitted(RECOVERY, "few platelets are a sign of danger in chronic disease, and most patients have enough"),
    )
    weakness = Parameter(
        "what injury of the marrow does in this patient, relative",
        1.0 * dimensionless,
        plausible=(0.8, 1.25),
        vary=lognormal(sd=0.75),
        source=assumed("a quarter of patients has fewer than 50 platelets at day 100, as many have twice the median"),
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
        disease = self.by_gvhd * self.gvhd + self.by_chronic * self.chronic
        donor_cells = self.by_alloreactivity * self.alloreactivity + disease
        return 1 / (1 + self.weakness * (self.growth_loss * self.damage + donor_cells))

    @offers(MARROW_CELLULARITY)
    def cellularity(self):
        return total(self.cells) / self.at_rest.cells

    @offers(CELLULARITY_OF)
    def cellularity_of(self):
        return self.cells / self.at_rest.cells
