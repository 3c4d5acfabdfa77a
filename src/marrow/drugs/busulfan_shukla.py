"""Busulfan, intravenous, by the model of Shukla 2020: children and young adults, slower with fludarabine."""

from __future__ import annotations

from marrow.drugs import busulfan_by_mouth
from marrow.drugs.busulfan_killing import BusulfanKilling
from marrow.drugs.fat_free_mass_of_children import FatFreeMassOfChildren
from marrow.language import Drug, Joint, Needs, Parameter, Route, State, derived, lognormal, nothing, reaction
from marrow.language.math import exp
from marrow.sources import assumed, in_transplant
from marrow.sources import derived as calculated
from marrow.units import L, dimensionless, hour, kg, mg, year
from marrow.vocabulary import FLUDARABINE_GIVEN


def _shukla(what: str):
    return in_transplant(
        "shukla2020",
        f"{what}; children and young adults of one centre",
        transcribed_in="InsightRX PKPDsim, pk_busulfan_shukla",
    )


BETWEEN_PATIENTS = Joint(
    "busulfan_shukla2020",
    ("clearance", "volume"),
    ((0.0595,), (0.0323, 0.0293)),
    _shukla("covariance between patients"),
)


class BusulfanShukla(BusulfanKilling, FatFreeMassOfChildren, Drug):
    """Busulfan by the model of Shukla 2020; a plan names it as busulfan (Shukla).

    Assumes one compartment; size by the children's fat-free mass; clearance that starts at 45 % of its mature value at
    birth and matures with a half-time of half a year; 20 % less when the plan has fludarabine (the paper: a regimen
    with it); 13.5 % less from 24 h after the first dose on.
    What it kills is that of every busulfan module. Leaves out what McCune's leaves out. In adults it is extrapolated:
    4 % more exposure than McCune's at 70 kg, with fludarabine 30 % more.
    Should show clearance 4.4 L/h on the first day, then 3.8, in a boy of 4.2 years and 17 kg without fludarabine.
    """

    names = ("busulfan (Shukla)", "Bu (Shukla)")

    with_fludarabine = Needs(FLUDARABINE_GIVEN)

    body = State("busulfan in the body", mg, rest=0, typical=60.0)
    exposure = State("cumulative exposure to busulfan", mg * hour / L, rest=0, typical=50.0)
    gut = busulfan_by_mouth.gut()
    iv = Route("IV", into=body, unit=mg, infusion=True)
    po = Route("PO", into=gut, unit=mg)
    absorption = busulfan_by_mouth.absorption()
    bioavailability = busulfan_by_mouth.bioavailability()

    standard_mass = Parameter(
        "fat-free mass to which the parameters refer",
        12.0 * kg,
        plausible=(12.0, 12.0),
        source=calculated("a definition", key="shukla2020", transcribed_in="InsightRX PKPDsim, pk_busulfan_shukla"),
    )
    size_exponent = Parameter(
        "allometric exponent of clearance",
        0.75 * dimensionless,
        plausible=(0.65, 0.85),
        source=assumed("fixed by theory", key="shukla2020"),
    )
    standard_clearance = Parameter(
        "clearance at 12 kg of fat-free mass, mature", 3.96 * L / hour, plausible=(3.5, 4.4), source=_shukla("CL")
    )
    standard_volume = Parameter(
        "volume at 12 kg of fat-free mass", 10.8 * L, plausible=(9.8, 11.8), source=_shukla("V")
    )
    maturity_at_birth = Parameter(
        "clearance at birth, relative", 0.451 * dimensionless, plausible=(0.25, 0.65), source=_shukla("MAT_MAG")
    )
    maturation = Parameter("rate of maturation", 1.37 / year, plausible=(0.7, 2.5), source=_shukla("K_MAT"))
    less_with_fludarabine = Parameter(
        "loss of clearance with fludarabine",
        0.20 * dimensionless,
        plausible=(0.10, 0.30),
        source=_shukla("effect of the regimen"),
    )

    @derived("maturity of clearance", dimensionless)
    def maturity(self):
        return self.maturity_at_birth + (1 - self.maturity_at_birth) * (1 - exp(-self.maturation * self.age))

    def size(self):
        return self.fat_free_mass / self.standard_mass

    @derived(
        "busulfan clearance",
        L / hour,
        vary=BETWEEN_PATIENTS,
        occasion=lognormal(cv=0.1288),
        steps=((1.0, 0.865),),
        source=_shukla("13.5 % less after 24 h; between days 12.9 %"),
    )
    def clearance(self):
        regimen = 1 - self.less_with_fludarabine * self.with_fludarabine
        return self.standard_clearance * self.size() ** self.size_exponent * self.maturity * regimen

    @derived(
        "busulfan volume of distribution",
        L,
        vary=BETWEEN_PATIENTS,
        occasion=lognormal(cv=0.1334),
        source=_shukla("between days 13.3 %"),
    )
    def volume(self):
        return self.standard_volume * self.size()

    def concentration(self):
        return self.body / self.volume

    @reaction(gut, body)
    def absorbed(self):
        """By mouth: from the gut into blood."""
        return self.absorption * self.gut, self.bioavailability

    @reaction(body, nothing)
    def elimination(self):
        return self.clearance * self.concentration()

    @reaction(nothing, exposure)
    def accumulation(self):
        """Exposure accumulates."""
        return self.concentration()
