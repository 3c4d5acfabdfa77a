"""Interleukin 7: plenty where T cells are few."""

from __future__ import annotations

from marrow.language import Module, Needs, Parameter, lognormal, offers
from marrow.language.math import total
from marrow.sources import assumed
from marrow.units import dimensionless
from marrow.vocabulary import IL_7, IL_7_15, IL_15, T_CELLS_OF_BODY


class InterleukinSeven(Module):
    """Interleukin 7 as T cells leave it, relative to health.

    Assumes that it follows T-cell numbers at once, since stroma makes it at a constant rate and T cells take it up, the
    first of them most.
    Leaves out its source in stroma, thymic and intestinal epithelium, and what it does to B cells.
    Should show a rise in an empty body that is a fifth smaller once a tenth of all T cells is back.
    """

    t_cells = Needs(T_CELLS_OF_BODY)
    il_15 = Needs(IL_15)
    il_7 = Needs(IL_7)
    ceiling = Parameter(
        "effect of interleukin 7 without T cells, relative to health",
        9.5 * dimensionless,
        plausible=(4.0, 10.0),
        vary=lognormal(cv=0.15),
        source=assumed("homeostatic division rises five- to tenfold in an empty body"),
    )
    half = Parameter(
        "T cells, relative to health, that take up about half of what all T cells do",
        0.4 * dimensionless,
        plausible=(0.03, 1.0),
        source=assumed("interleukin 7 falls steeply as the first T cells come, and slowly later"),
    )

    @offers(IL_7)
    def level(self):
        fullness = total(self.t_cells) / self.at_rest.t_cells
        taken = fullness * (1 + self.half) / (fullness + self.half)
        return self.ceiling / (1 + (self.ceiling - 1) * taken)

    @offers(IL_7_15)
    def with_interleukin_15(self):
        return (self.il_7 + self.il_15) / 2
