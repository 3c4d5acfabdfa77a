"""Whether a graft grows."""

from __future__ import annotations

from marrow.language import Module, Needs, Origin, Parameter, derived, offers
from marrow.language.math import saturate
from marrow.sources import assumed
from marrow.units import cells, dimensionless, kg
from marrow.vocabulary import GRAFT_PRESENT, MARROW_CELLS


class Grafted(Module):
    """Tells the time before a graft from the time after it, for what is looked for only afterwards.

    Assumes that a graft is there when its marrow cells are a small share of a full marrow.
    Leaves out days counted by a calendar: in graft failure nothing is looked for.
    Should show 0 before the infusion and nearly 1 from the second week on.
    """

    marrow = Needs(MARROW_CELLS)
    noticed = Parameter(
        "share of a full marrow at which a graft is half noticed",
        0.02 * dimensionless,
        plausible=(0.01, 0.05),
        source=assumed("reached about a week after infusion"),
    )

    @derived("marrow cells of the graft at which it is half noticed", cells / kg)
    def half(self):
        return self.noticed * self.at_rest.marrow

    @offers(GRAFT_PRESENT)
    def present(self):
        return saturate(self.marrow, self.half) if self.origin is Origin.DONOR else 0 * self.marrow / self.half
