"""Sirolimus: one compartment of whole blood; by a trough or by mouth; T cells and cytomegalovirus divide less."""

from __future__ import annotations

import math

from marrow.language import Covariate, Drug, Parameter, Route, State, derived, lognormal, nothing, offers, reaction
from marrow.language.math import saturate
from marrow.sources import assumed
from marrow.units import L, dimensionless, hour, kg, mg, mL, ng
from marrow.vocabulary import (
    BODY_WEIGHT,
    CYTOMEGALOVIRUS_FREEDOM,
    MTOR_INHIBITION,
    T_CELL_PROLIFERATION,
    Group,
    Observable,
)

SIROLIMUS_CONCENTRATION = Observable(
    "sirolimus_concentration", ng / mL, "sirolimus in whole blood", floor=0.1, group=Group.DRUGS
)
_MEMORY = "textbook memory; no model of transplant patients was found"


class Sirolimus(Drug):
    """Sirolimus.

    Assumes one linear compartment; doses by mouth that flow evenly, so that the level shown stands for the trough. An
    order by trough is dosed by the clearance of a typical patient of the same weight, without a loading dose.
    Every number is from memory and graded assumed.
    Leaves out absorption, the share in red cells, and effects on tissues that heal.
    Azoles cut the need to between a half and a tenth (set ``with_azole``); an order by trough is then dosed so.
    Should show some 11 ng/mL with 4 mg a day in an adult, half of it gone two and a half days after the last dose.
    """

    names = ("sirolimus", "rapamycin")

    weight = Covariate(BODY_WEIGHT)

    aim = State("level that is aimed at", ng / mL, rest=0, typical=5.0)
    blood = State("sirolimus in the body, as absorbed", mg, rest=0, typical=5.0)
    trough = Route("trough", into=aim, unit=ng / mL, infusion=True)
    po = Route("PO", into=blood, unit=mg, infusion=True)

    standard_weight = Parameter(
        "weight of the standard adult",
        70.0 * kg,
        plausible=(70.0, 70.0),
        source=assumed("the weight to which clearance refers: a definition"),
    )
    clearance_of_adult = Parameter(
        "apparent clearance of the standard adult",
        14.6 * L / hour,
        plausible=(8.0, 25.0),
        source=assumed(f"0.21 L/h/kg; {_MEMORY}"),
    )
    half_life = Parameter("half-life", 60.0 * hour, plausible=(45.0, 80.0), source=assumed(f"about 60 h; {_MEMORY}"))
    with_azole = Parameter(
        "clearance relative to that without an azole",
        1.0 * dimensionless,
        plausible=(1.0, 1.0),
        source=assumed(f"1 without, 0.1 to 0.5 with an azole: a choice of the user; {_MEMORY}"),
    )
    half_effect = Parameter(
        "level of half the inhibition of division",
        6.0 * ng / mL,
        plausible=(2.0, 15.0),
        vary=lognormal(cv=0.4),
        source=assumed(f"within the usual troughs of 3 to 12; {_MEMORY}"),
    )

    against_virus = Parameter(
        "share of the replication of cytomegalovirus that full inhibition holds back",
        0.95 * dimensionless,
        plausible=(0.4, 1.0),
        source=assumed(
            "the hazard of reactivation was 0.46 (0.27 to 0.78) times that without sirolimus; at its usual troughs "
            "inhibition is a half to two thirds",
            key="marty2007",
        ),
    )

    @derived("clearance of a typical patient of this size", L / hour)
    def typical_clearance(self):
        return self.with_azole * self.clearance_of_adult * (self.weight / self.standard_weight) ** 0.75

    @derived(
        "apparent clearance", L / hour, vary=lognormal(cv=0.4), source=assumed(f"spread between patients; {_MEMORY}")
    )
    def clearance(self):
        return self.typical_clearance

    @derived("apparent volume", L)
    def volume(self):
        size = (self.weight / self.standard_weight) ** 0.75
        return self.clearance_of_adult * size * self.half_life / math.log(2)

    def level(self):
        return self.blood / self.volume

    def inhibited(self):
        """What inhibits mTOR, 1 at its most."""
        return saturate(self.level(), self.half_effect)

    @reaction(nothing, blood)
    def maintenance(self):
        """Doses that keep a typical patient at the level aimed at."""
        return self.typical_clearance * self.aim

    @reaction(blood, nothing)
    def elimination(self):
        return self.clearance * self.level()

    @offers(SIROLIMUS_CONCENTRATION)
    def whole_blood(self):
        return self.level()

    @offers(T_CELL_PROLIFERATION)
    def division_left(self):
        return 1 - self.inhibited()

    @offers(MTOR_INHIBITION)
    def inhibition(self):
        return self.inhibited()

    @offers(CYTOMEGALOVIRUS_FREEDOM)
    def replication_left(self):
        return 1 - self.against_virus * self.inhibited()
