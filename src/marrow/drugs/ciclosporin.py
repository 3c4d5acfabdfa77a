"""Ciclosporin: one compartment of whole blood; given by a trough, into a vein or by mouth; calcineurin inhibited."""

from __future__ import annotations

from marrow.language import Covariate, Drug, Parameter, Route, State, derived, lognormal, nothing, offers, reaction
from marrow.language.math import saturate
from marrow.sources import assumed
from marrow.units import L, dimensionless, hour, kg, mg, minute, mL, ng
from marrow.vocabulary import BODY_WEIGHT, GLOMERULAR_FILTRATION, T_CELL_ACTIVATION, Group, Observable

CICLOSPORIN_CONCENTRATION = Observable(
    "ciclosporin_concentration", ng / mL, "ciclosporin in whole blood", floor=1.0, group=Group.DRUGS
)


def _li(what: str):
    return assumed(
        f"{what}; a transcription of a model of 86 children after transplants (Li 2019), the paper was not seen",
        transcribed_in="nlmixr2lib",
    )


class Ciclosporin(Drug):
    """Ciclosporin.

    Assumes one linear compartment; clearance that follows body weight and kidney function; doses that flow evenly, so
    that levels between doses are not shown: the trough of two doses a day is below the mean level. An order by trough
    is dosed by the clearance of a typical patient of the same weight and kidneys, and the level shown stands for the
    trough. Half of calcineurin's work is left at a usual trough.
    Leaves out the fall of clearance over the weeks, ABCB1, hematocrit, the kidneys it harms. The published volume
    (3,100 L) is an artefact of trough levels and is not used.
    Azoles slow the clearance to 0.64 of what it is (set ``with_azole``); an order by trough is then dosed accordingly.
    Should show some 500 ng/mL on average with 3 mg/kg every 12 h in an adult; with a trough of 150-250, two thirds
    inside.
    """

    names = ("ciclosporin", "cyclosporine", "CSA")

    weight = Covariate(BODY_WEIGHT)
    filtration = Covariate(GLOMERULAR_FILTRATION)

    aim = State("level that is aimed at", ng / mL, rest=0, typical=100.0)
    gut = State("ciclosporin in the gut", mg, rest=0, typical=50.0)
    blood = State("ciclosporin in the body", mg, rest=0, typical=50.0)
    trough = Route("trough", into=aim, unit=ng / mL, infusion=True)
    iv = Route("IV", into=blood, unit=mg, infusion=True)
    po = Route("PO", into=gut, unit=mg, infusion=True)

    standard_weight = Parameter(
        "weight of the standard adult",
        70.0 * kg,
        plausible=(70.0, 70.0),
        source=assumed("the weight to which volume and clearance refer: a definition"),
    )
    standard_filtration = Parameter(
        "glomerular filtration of the standard patient",
        172.5 * mL / minute,
        plausible=(172.5, 172.5),
        source=_li("the filtration to which clearance refers"),
    )
    clearance_of_adult = Parameter(
        "clearance at standard weight and filtration",
        42.3 * L / hour,
        plausible=(25.0, 60.0),
        source=_li("CL of whole blood on day 9"),
    )
    filtration_exponent = Parameter(
        "power of glomerular filtration in clearance",
        0.545 * dimensionless,
        plausible=(0.2, 0.8),
        source=_li("exponent of estimated filtration"),
    )
    with_azole = Parameter(
        "clearance relative to that without an azole",
        1.0 * dimensionless,
        plausible=(1.0, 1.0),
        source=_li("1 without, 0.64 with an azole: a choice of the user"),
    )
    volume_of_adult = Parameter(
        "volume of distribution of the standard adult",
        280.0 * L,
        plausible=(200.0, 400.0),
        source=assumed("3 to 5 L/kg at steady state; textbook memory"),
    )
    bioavailability = Parameter(
        "share of a dose by mouth that arrives",
        0.35 * dimensionless,
        plausible=(0.2, 0.5),
        vary=lognormal(cv=0.3),
        source=assumed("0.3 to 0.4 of the microemulsion; textbook memory"),
    )
    absorption = Parameter(
        "absorption from the gut", 1.0 / hour, plausible=(0.4, 2.0), source=assumed("peak after 1.5 to 2 h; memory")
    )
    half_effect = Parameter(
        "level that inhibits half of calcineurin",
        200.0 * ng / mL,
        plausible=(100.0, 500.0),
        vary=lognormal(cv=0.4),
        source=assumed("about half is inhibited at usual troughs of 150 to 250; textbook memory"),
    )

    @derived("clearance of a typical patient of this size and these kidneys", L / hour)
    def typical_clearance(self):
        size = (self.weight / self.standard_weight) ** 0.75
        kidneys = (self.filtration / self.standard_filtration) ** self.filtration_exponent
        return self.with_azole * self.clearance_of_adult * size * kidneys

    @derived("clearance", L / hour, vary=lognormal(sd=0.273), source=_li("variance of the logarithm 0.0744"))
    def clearance(self):
        return self.typical_clearance

    @derived("volume of distribution", L)
    def volume(self):
        return self.volume_of_adult * self.weight / self.standard_weight

    def level(self):
        return self.blood / self.volume

    @reaction(nothing, blood)
    def maintenance(self):
        """Doses that keep a typical patient at the level aimed at."""
        return self.typical_clearance * self.aim

    @reaction(gut, blood)
    def absorbed(self):
        """Absorption."""
        return self.absorption * self.gut, self.bioavailability

    @reaction(blood, nothing)
    def elimination(self):
        return self.clearance * self.level()

    @offers(CICLOSPORIN_CONCENTRATION)
    def whole_blood(self):
        return self.level()

    @offers(T_CELL_ACTIVATION)
    def activation_left(self):
        return 1 - saturate(self.level(), self.half_effect)
