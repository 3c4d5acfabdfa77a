"""Epoetin: from the skin, or a vein, into serum, where it adds to the patient's own erythropoietin."""

from __future__ import annotations

from marrow.language import Drug, Parameter, Route, State, lognormal, nothing, offers, reaction
from marrow.sources import assumed, elsewhere
from marrow.units import IU, L, dimensionless, hour
from marrow.vocabulary import EPO_INJECTED, Group, Observable

EPOETIN_CONCENTRATION = Observable(
    "epoetin_concentration", IU / L, "epoetin in serum, beside own erythropoietin", floor=0.1, group=Group.DRUGS
)


def _perezruixo(what: str):
    return elsewhere(
        "perezruixo2008",
        f"{what}; 88 healthy men",
        transcribed_in="nlmixr2lib, PerezRuixo_2008_epoetinAlfa",
    )


class Epoetin(Drug):
    """Epoetin alfa.

    Assumes first-order absorption from the skin, one compartment, linear and saturable elimination side by side; in
    serum epoetin and the patient's own erythropoietin act alike.
    Leaves out the second compartment, the share absorbed that rises with the dose, own erythropoietin in the
    saturable elimination, iron, and the blunted response of inflammation.
    Should show a half-life of about a day after injection under the skin, and reticulocytes above their level without
    it after one to two weeks.
    """

    names = ("epoetin", "erythropoietin", "epoetin alfa")

    depot = State("epoetin under the skin", IU, rest=0, typical=10000.0)
    serum = State("epoetin in serum", IU, rest=0, typical=1000.0)
    sc = Route("SC", into=depot, unit=IU)
    iv = Route("IV", into=serum, unit=IU, infusion=True)

    share_absorbed = Parameter(
        "share of a subcutaneous dose that arrives",
        0.62 * dimensionless,
        plausible=(0.4, 0.8),
        vary=lognormal(cv=0.2),
        source=_perezruixo("F at low doses"),
    )
    absorption = Parameter("absorption from the skin", 0.034 / hour, plausible=(0.02, 0.06), source=_perezruixo("ka"))
    volume = Parameter(
        "volume of distribution", 3.89 * L, plausible=(3.0, 5.0), vary=lognormal(cv=0.2), source=_perezruixo("Vc")
    )
    clearance = Parameter(
        "linear clearance",
        0.358 * L / hour,
        plausible=(0.25, 0.5),
        vary=lognormal(cv=0.25),
        source=_perezruixo("CL of the linear part"),
    )
    highest_elimination = Parameter(
        "highest saturable elimination", 211.0 * IU / hour, plausible=(120.0, 350.0), source=_perezruixo("Vmax")
    )
    half_elimination = Parameter(
        "level of half the saturable elimination", 394.0 * IU / L, plausible=(200.0, 700.0), source=_perezruixo("Km")
    )
    potency = Parameter(
        "effect relative to own erythropoietin",
        1.0 * dimensionless,
        plausible=(0.8, 1.2),
        source=assumed("the same protein but for its sugars"),
    )

    def concentration(self):
        return self.serum / self.volume

    @reaction(depot, serum)
    def absorbed(self):
        """Absorption."""
        return self.absorption * self.depot, self.share_absorbed

    @reaction(serum, nothing)
    def linear(self):
        """Linear elimination."""
        return self.clearance * self.concentration()

    @reaction(serum, nothing)
    def saturable(self):
        """Saturable elimination."""
        level = self.concentration()
        return self.highest_elimination * level / (self.half_elimination + level)

    @offers(EPOETIN_CONCENTRATION)
    def level(self):
        return self.concentration()

    @offers(EPO_INJECTED)
    def acts(self):
        return self.potency * self.concentration()
