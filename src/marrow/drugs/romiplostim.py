"""Romiplostim, under the skin: one compartment; acts on thrombopoietin receptors."""

from __future__ import annotations

import math

from marrow.language import Covariate, Drug, Parameter, Route, State, lognormal, nothing, offers, reaction
from marrow.sources import assumed
from marrow.units import day, hour, kg, mL, pg, ug
from marrow.vocabulary import BODY_WEIGHT, TPO_AGONIST, Group, Observable

ROMIPLOSTIM_IN_BODY = Observable(
    "romiplostim_in_body", ug, "romiplostim in the body, absorbed", floor=0.1, group=Group.DRUGS
)
_MEMORY = "textbook memory; no model was read"


class Romiplostim(Drug):
    """Romiplostim.

    Assumes first-order absorption, one compartment of the median half-life, and an action in proportion to the amount
    in the body, as of thrombopoietin that is added to the patient's own. Levels are below detection in most patients,
    so the amount is shown. Every number is from memory and graded assumed.
    Leaves out clearance by platelets (half-lives between 1 and 34 days), and antibodies.
    Should show platelets that rise after five days, peak twelve to fourteen days after one dose, and fall again by
    four weeks.
    """

    names = ("romiplostim",)

    weight = Covariate(BODY_WEIGHT)

    depot = State("romiplostim under the skin", ug, rest=0, typical=50.0)
    body = State("romiplostim in the body", ug, rest=0, typical=50.0)
    sc = Route("SC", into=depot, unit=ug)

    absorption = Parameter(
        "absorption from the skin",
        0.04 / hour,
        plausible=(0.02, 0.1),
        source=assumed(f"peak after 7 to 50 h; {_MEMORY}"),
    )
    half_life = Parameter(
        "half-life",
        3.5 * day,
        plausible=(2.0, 7.0),
        vary=lognormal(cv=0.6),
        source=assumed(f"median 3.5 days, 1 to 34; {_MEMORY}"),
    )
    potency = Parameter(
        "thrombopoietin of equal effect, for each ug/kg in the body",
        500.0 * pg / mL * kg / ug,
        plausible=(150.0, 1500.0),
        vary=lognormal(cv=0.5),
        source=assumed(
            "no measurement: 1 ug/kg is taken to add up to five times the thrombopoietin of health, since such doses "
            "raise platelets by half to double in healthy people"
        ),
    )

    @reaction(depot, body)
    def absorbed(self):
        """Absorption."""
        return self.absorption * self.depot

    @reaction(body, nothing)
    def elimination(self):
        return math.log(2) * self.body / self.half_life

    @offers(ROMIPLOSTIM_IN_BODY)
    def in_body(self):
        return self.body

    @offers(TPO_AGONIST)
    def acts(self):
        return self.potency * self.body / self.weight
