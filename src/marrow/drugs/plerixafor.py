"""Plerixafor, under the skin: one compartment. What it mobilises from a donor is part of the graft."""

from __future__ import annotations

import math

from marrow.language import Covariate, Drug, Parameter, Route, State, derived, lognormal, nothing, offers, reaction
from marrow.sources import assumed
from marrow.units import L, dimensionless, hour, kg, mg, ug
from marrow.vocabulary import BODY_WEIGHT, Group, Observable

PLERIXAFOR_CONCENTRATION = Observable(
    "plerixafor_concentration", ug / L, "plerixafor in plasma", floor=1.0, group=Group.DRUGS
)
_MEMORY = "textbook memory; no model was read"


class Plerixafor(Drug):
    """Plerixafor.

    Assumes first-order absorption and one compartment that follow body weight. Every number is from memory.
    Leaves out every effect: cells that leave the marrow of a donor are counted in the graft, and in a recipient before
    conditioning they are of no consequence.
    Should show a peak within the hour and a half-life of 3 to 5 h.
    """

    names = ("plerixafor",)

    weight = Covariate(BODY_WEIGHT)

    depot = State("plerixafor under the skin", mg, rest=0, typical=5.0)
    plasma = State("plerixafor in the body", mg, rest=0, typical=5.0)
    sc = Route("SC", into=depot, unit=mg)

    standard_weight = Parameter(
        "weight of the standard adult",
        70.0 * kg,
        plausible=(70.0, 70.0),
        source=assumed("the weight to which clearance refers: a definition"),
    )
    absorption = Parameter(
        "absorption from the skin", 3.0 / hour, plausible=(1.5, 6.0), source=assumed(f"peak within the hour; {_MEMORY}")
    )
    clearance_of_adult = Parameter(
        "apparent clearance of the standard adult",
        4.8 * L / hour,
        plausible=(4.0, 5.6),
        source=assumed(f"4.4 to 5.2 L/h; {_MEMORY}"),
    )
    half_life = Parameter("half-life", 4.0 * hour, plausible=(3.0, 5.0), source=assumed(f"3 to 5 h; {_MEMORY}"))

    @derived("size of the body, relative to the standard", dimensionless)
    def size(self):
        return self.weight / self.standard_weight

    @derived(
        "apparent clearance", L / hour, vary=lognormal(cv=0.3), source=assumed(f"spread between patients; {_MEMORY}")
    )
    def clearance(self):
        return self.clearance_of_adult * self.size

    @derived("apparent volume", L)
    def volume(self):
        return self.clearance_of_adult * self.size * self.half_life / math.log(2)

    def concentration(self):
        return self.plasma / self.volume

    @reaction(depot, plasma)
    def absorbed(self):
        """Absorption."""
        return self.absorption * self.depot

    @reaction(plasma, nothing)
    def elimination(self):
        return self.clearance * self.concentration()

    @offers(PLERIXAFOR_CONCENTRATION)
    def level(self):
        return self.concentration()
