"""Whether a graft has been given."""

from __future__ import annotations

from marrow.language import Module, Needs, Parameter, State, nothing, offers, reaction
from marrow.language.math import saturate
from marrow.sources import assumed
from marrow.units import cells, kg
from marrow.vocabulary import GRAFT_ENTERING, GRAFT_GIVEN


class Infused(Module):
    """Tells the days from the infusion on from those before it, whether or not the graft grows.

    Assumes that a graft is there once some of its cells have left blood.
    Leaves out whether it grows, and how large it is: ``grafted`` tells that, at the cost of all cells of the marrow.
    Should show 0 before the infusion and 1 from its first hours on.
    """

    entering = Needs(GRAFT_ENTERING)
    entered = State("graft CD34+ cells that have left blood so far", cells / kg, rest=0, typical=1e6)
    some = Parameter(
        "cells at which half is told",
        1e4 * cells / kg,
        plausible=(5e3, 2e4),
        source=assumed("a definition: a twentieth of the smallest cord unit"),
    )

    @reaction(nothing, entered)
    def enter(self):
        """They leave blood."""
        return self.entering

    @offers(GRAFT_GIVEN)
    def given(self):
        return saturate(self.entered, self.some)
