"""Tacrolimus: two compartments of whole blood; given by a trough, into a vein or by mouth; calcineurin inhibited."""

from __future__ import annotations

from marrow.language import Covariate, Drug, Parameter, Route, State, derived, lognormal, nothing, offers, reaction
from marrow.language.math import saturate
from marrow.sources import assumed
from marrow.units import L, dimensionless, hour, kg, mg, mL, ng
from marrow.vocabulary import BODY_WEIGHT, T_CELL_ACTIVATION, Group, Observable

TACROLIMUS_CONCENTRATION = Observable(
    "tacrolimus_concentration", ng / mL, "tacrolimus in whole blood", floor=0.1, group=Group.DRUGS
)


def _brooks(what: str):
    return assumed(
        f"{what}; a transcription of a model of 111 children after transplants (Brooks 2021), the paper was not seen",
        transcribed_in="nlmixr2lib",
    )


class Tacrolimus(Drug):
    """Tacrolimus.

    Assumes two linear compartments; body weight to the powers 0.75 and 1; doses that flow evenly, so that the level
    shown stands for the trough (about two thirds of the mean level between doses by mouth). An order by trough is
    dosed by the clearance of a typical patient of the same weight: patients end above or below by their own clearance,
    as with a ward that measures and adjusts, but not for ever. Half of calcineurin's work is left at a usual trough.
    Leaves out the wait for measured levels, the dependence on hematocrit, CYP3A5, the kidneys it harms.
    Azoles slow the clearance to 0.8 of what it is (set ``with_azole``); an order by trough is then dosed accordingly.
    Should show 20.8 ng/mL in the end with 1.25 ug/kg/h at 70 kg; with a trough of 5-10, four of five patients inside.
    """

    names = ("tacrolimus", "FK506")

    weight = Covariate(BODY_WEIGHT)

    aim = State("level that is aimed at", ng / mL, rest=0, typical=5.0)
    gut = State("tacrolimus in the gut", mg, rest=0, typical=1.0)
    central = State("tacrolimus, central compartment", mg, rest=0, typical=0.5)
    peripheral = State("tacrolimus, peripheral compartment", mg, rest=0, typical=1.0)
    trough = Route("trough", into=aim, unit=ng / mL, infusion=True)
    iv = Route("IV", into=central, unit=mg, infusion=True)
    po = Route("PO", into=gut, unit=mg, infusion=True)

    standard_weight = Parameter(
        "weight of the standard adult",
        70.0 * kg,
        plausible=(70.0, 70.0),
        source=assumed("the weight to which volumes and clearances refer: a definition"),
    )
    clearance_of_adult = Parameter(
        "clearance of the standard adult", 4.2 * L / hour, plausible=(3.0, 6.0), source=_brooks("CL of whole blood")
    )
    central_volume = Parameter("central volume", 61.9 * L, plausible=(40.0, 95.0), source=_brooks("V"))
    relative_exchange = Parameter(
        "exchange with the peripheral compartment, relative to clearance",
        2.0 * dimensionless,
        plausible=(1.0, 4.0),
        source=_brooks("Q, fixed at twice CL"),
    )
    relative_volume = Parameter(
        "peripheral volume, relative to the central one",
        2.0 * dimensionless,
        plausible=(1.0, 4.0),
        source=_brooks("V2, fixed at twice V"),
    )
    with_azole = Parameter(
        "clearance relative to that without an azole",
        1.0 * dimensionless,
        plausible=(1.0, 1.0),
        source=_brooks("1 without, 0.8 with an azole: a choice of the user"),
    )
    bioavailability = Parameter(
        "share of a dose by mouth that arrives",
        0.23 * dimensionless,
        plausible=(0.15, 0.35),
        vary=lognormal(cv=0.4),
        source=assumed("0.2 to 0.25; textbook memory"),
    )
    absorption = Parameter(
        "absorption from the gut", 1.0 / hour, plausible=(0.5, 4.0), source=assumed("1 to 4 per hour; textbook memory")
    )
    half_effect = Parameter(
        "level that inhibits half of calcineurin",
        8.0 * ng / mL,
        plausible=(4.0, 20.0),
        vary=lognormal(cv=0.4),
        source=assumed("about half is inhibited at usual troughs of 5 to 10; textbook memory"),
    )

    @derived("size of the body, to the power of clearances", dimensionless)
    def size(self):
        return (self.weight / self.standard_weight) ** 0.75

    @derived("clearance of a typical patient of this size", L / hour)
    def typical_clearance(self):
        return self.with_azole * self.clearance_of_adult * self.size

    @derived("clearance", L / hour, vary=lognormal(cv=0.261), source=_brooks("26.1 % between patients"))
    def clearance(self):
        return self.typical_clearance

    @derived("volume", L)
    def volume(self):
        return self.central_volume * self.weight / self.standard_weight

    def level(self):
        return self.central / self.volume

    @reaction(nothing, central)
    def maintenance(self):
        """Doses that keep a typical patient at the level aimed at."""
        return self.typical_clearance * self.aim

    @reaction(gut, central)
    def absorbed(self):
        """Absorption."""
        return self.absorption * self.gut, self.bioavailability

    @reaction(central, nothing)
    def elimination(self):
        return self.clearance * self.level()

    @reaction(central, peripheral)
    def distribution(self):
        return self.relative_exchange * self.clearance_of_adult * self.size * self.level()

    @reaction(peripheral, central)
    def redistribution(self):
        there = self.peripheral / (self.relative_volume * self.volume)
        return self.relative_exchange * self.clearance_of_adult * self.size * there

    @offers(TACROLIMUS_CONCENTRATION)
    def whole_blood(self):
        return self.level()

    @offers(T_CELL_ACTIVATION)
    def activation_left(self):
        return 1 - saturate(self.level(), self.half_effect)
