"""Alemtuzumab, intravenous: two compartments with saturable elimination, and the lymphocytes it kills."""

from __future__ import annotations

from marrow.language import Covariate, Drug, Parameter, Route, State, derived, lognormal, nothing, offers, reaction
from marrow.language.math import hill
from marrow.sources import assumed
from marrow.units import L, day, dimensionless, hour, kg, mg
from marrow.vocabulary import BODY_WEIGHT, CYTOTOXICITY, CellClass, Group, Observable

ALEMTUZUMAB_CONCENTRATION = Observable(
    "alemtuzumab_concentration", mg / L, "alemtuzumab in serum", floor=0.005, group=Group.DRUGS
)


def _mould(what: str):
    return assumed(
        f"{what}; a transcription of a model of chronic lymphocytic leukemia (Mould 2007), the paper was not seen",
        transcribed_in="nlmixr2lib",
    )


class Alemtuzumab(Drug):
    """Alemtuzumab.

    Assumes the structure and volumes found in chronic lymphocytic leukemia, whose cells consume the antibody; before a
    transplant few are there, so only a share of the highest elimination rate is left. Kills all lymphocytes, the host's
    and the graft's, while its level is above the lytic one. Scaled to body weight.
    Leaves out the number of lymphocytes as it changes, subcutaneous doses, the resistance of natural killer cells and
    of cells in tissue, antibodies against it.
    Should show some 1 to 3 mg/L on the day of the graft after 100 mg in five days, 0.2 to 1 after 30 mg, lytic levels
    for weeks, hardly any lymphocytes for one to two months.
    """

    names = ("alemtuzumab", "Campath")

    weight = Covariate(BODY_WEIGHT)

    central = State("alemtuzumab, central compartment", mg, rest=0, typical=10.0)
    peripheral = State("alemtuzumab, peripheral compartment", mg, rest=0, typical=30.0)
    iv = Route("IV", into=central, unit=mg, infusion=True)

    standard_weight = Parameter(
        "weight of the standard adult",
        70.0 * kg,
        plausible=(70.0, 70.0),
        source=assumed("the weight to which volumes and rates refer: a definition"),
    )
    highest_elimination = Parameter(
        "highest elimination in chronic lymphocytic leukemia with 10e9/L white cells",
        1.02 * mg / hour,
        plausible=(0.7, 1.5),
        vary=lognormal(cv=0.32),
        source=_mould("Vmax"),
    )
    share_in_transplant = Parameter(
        "share of the highest elimination that is there before a transplant",
        0.15 * dimensionless,
        plausible=(0.05, 0.3),
        source=assumed("0.1 to 0.2 proposed to reach the levels of 2 to 3 mg/L on day 0 after 100 mg; 1 for leukemia"),
    )
    half_elimination = Parameter(
        "level of half the highest elimination",
        0.338 * mg / L,
        plausible=(0.15, 0.7),
        vary=lognormal(cv=1.45),
        source=_mould("Km"),
    )
    central_volume = Parameter(
        "central volume", 11.3 * L, plausible=(7.0, 17.0), vary=lognormal(cv=0.84), source=_mould("V1")
    )
    exchange = Parameter(
        "exchange with the peripheral compartment", 1.05 * L / hour, plausible=(0.6, 1.8), source=_mould("Q")
    )
    peripheral_volume = Parameter(
        "volume of the peripheral compartment",
        41.5 * L,
        plausible=(20.0, 80.0),
        vary=lognormal(cv=1.79),
        source=_mould("V2"),
    )
    lytic_level = Parameter(
        "level of half the kill",
        0.13 * mg / L,
        plausible=(0.1, 0.16),
        source=assumed(
            "lytic threshold of 0.1 to 0.16, by which graft-versus-host disease differs", key="blood127_503"
        ),
    )
    steepness = Parameter(
        "power of the level in the kill",
        2.0 * dimensionless,
        plausible=(1.0, 4.0),
        source=assumed("a threshold is spoken of: steeper than proportional"),
    )
    highest_kill = Parameter(
        "death rate of lymphocytes at high levels",
        0.25 / day,
        plausible=(0.1, 0.8),
        vary=lognormal(cv=0.40),
        source=assumed(
            "no measurement for tissue, where most lymphocytes are (in blood they are gone within a day): chosen so "
            "that some lymphocytes outlive lytic levels of several weeks"
        ),
    )

    @derived("size of the body, relative to the standard", dimensionless)
    def size(self):
        return self.weight / self.standard_weight

    @derived("highest elimination of this patient", mg / hour)
    def fastest(self):
        return self.share_in_transplant * self.highest_elimination * self.size**0.75

    def concentration(self):
        return self.central / (self.central_volume * self.size)

    @reaction(central, nothing)
    def elimination(self):
        level = self.concentration()
        return self.fastest * level / (self.half_elimination + level)

    @reaction(central, peripheral)
    def distribution(self):
        return self.exchange * self.size**0.75 * self.concentration()

    @reaction(peripheral, central)
    def redistribution(self):
        return self.exchange * self.size**0.75 * self.peripheral / (self.peripheral_volume * self.size)

    @offers(ALEMTUZUMAB_CONCENTRATION)
    def serum(self):
        return self.concentration()

    @offers(CYTOTOXICITY[CellClass.LYMPHOCYTE])
    def kills_lymphocytes(self):
        return self.highest_kill * hill(self.concentration(), self.lytic_level, self.steepness)
