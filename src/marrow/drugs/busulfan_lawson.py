"""Busulfan, intravenous, by the model of Lawson 2022: children, once a day, a clearance that falls over the course."""

from __future__ import annotations

import math

from marrow.drugs import busulfan_by_mouth
from marrow.drugs.busulfan_killing import BusulfanKilling
from marrow.drugs.fat_free_mass_of_children import FatFreeMassOfChildren
from marrow.language import Covariate, Drug, Joint, Parameter, Route, State, derived, lognormal, nothing, reaction
from marrow.sources import assumed, in_transplant
from marrow.sources import derived as calculated
from marrow.units import L, dimensionless, hour, kg, mg, registry
from marrow.vocabulary import BODY_WEIGHT

week = registry.week
TRANSCRIPTION = "nlmixr2lib, Lawson_2022_busulfan"


def _lawson(what: str):
    return in_transplant(
        "lawson2022",
        f"{what}; 95 children, 0.7 to 17 years, 2,491 concentrations",
        at="Table 3",
        transcribed_in=TRANSCRIPTION,
    )


def _fixed(what: str):
    return assumed(f"{what}; fixed by the authors after McCune 2014", key="lawson2022", transcribed_in=TRANSCRIPTION)


def falling_clearance(every_hours: float = 8.0, until_hours: float = 120.0) -> tuple[tuple[float, float], ...]:
    """Clearance relative to its first value, exp(-0.198 t / (50.6 h + t)), as steps: (days after the first dose, factor
    at the middle of the step)."""
    starts = [every_hours * i for i in range(int(until_hours / every_hours))]
    middles = [start + every_hours / 2 for start in starts]
    return tuple((start / 24, math.exp(-0.198 * t / (50.6 + t))) for start, t in zip(starts, middles, strict=True))


BETWEEN_PATIENTS = Joint(
    "busulfan_lawson2022",
    ("clearance", "central_volume"),
    ((0.021609,), (0.001513, 0.121801)),
    _lawson("14.7 and 34.9 % between patients, correlation 0.03"),
)


class BusulfanLawson(BusulfanKilling, FatFreeMassOfChildren, Drug):
    """Busulfan by the model of Lawson 2022; a plan names it as busulfan (Lawson).

    Assumes two compartments; size by normal fat mass, from the children's fat-free mass; maturation as in McCune's
    model; clearance that falls by up to 18 %, half of that within 51 h of the first dose, in steps of 8 h here.
    What it kills is that of every busulfan module. Leaves out what McCune's leaves out. In adults it is extrapolated.
    Should show exposures of 15.1, 16.0, 16.5 and 16.8 mg·h/L a day after 4.4 mg/kg in a boy of 4.2 years and 17 kg.
    """

    names = ("busulfan (Lawson)", "Bu (Lawson)")

    weight = Covariate(BODY_WEIGHT)

    central = State("busulfan in the central compartment", mg, rest=0, typical=60.0)
    peripheral = State("busulfan in the peripheral compartment", mg, rest=0, typical=10.0)
    exposure = State("cumulative exposure to busulfan", mg * hour / L, rest=0, typical=50.0)
    gut = busulfan_by_mouth.gut()
    iv = Route("IV", into=central, unit=mg, infusion=True)
    po = Route("PO", into=gut, unit=mg)
    absorption = busulfan_by_mouth.absorption()
    bioavailability = busulfan_by_mouth.bioavailability()

    fat_share_clearance = Parameter(
        "share of fat mass that counts for clearance",
        0.509 * dimensionless,
        plausible=(0.3, 0.7),
        source=_fixed("Ffat of clearance"),
    )
    fat_share_volume = Parameter(
        "share of fat mass that counts for volumes",
        0.203 * dimensionless,
        plausible=(0.1, 0.4),
        source=_fixed("Ffat of volume"),
    )
    standard_mass_clearance = Parameter(
        "normal fat mass of the standard man, clearance",
        62.0 * kg,
        plausible=(62.0, 62.0),
        source=calculated("a definition", key="lawson2022"),
    )
    standard_mass_volume = Parameter(
        "normal fat mass of the standard man, volumes",
        59.0 * kg,
        plausible=(59.0, 59.0),
        source=calculated("a definition", key="lawson2022"),
    )
    standard_mass_exchange = Parameter(
        "fat-free mass of the standard man",
        56.1 * kg,
        plausible=(56.1, 56.1),
        source=calculated("a definition", key="lawson2022"),
    )
    size_exponent = Parameter(
        "allometric exponent of clearances",
        0.75 * dimensionless,
        plausible=(0.65, 0.85),
        source=_fixed("exponent"),
    )
    age_at_birth = Parameter(
        "postmenstrual age at birth", 40.0 * week, plausible=(38.0, 41.0), source=_fixed("birth at term")
    )
    half_mature_age = Parameter(
        "postmenstrual age at half of adult clearance", 45.6 * week, plausible=(41.0, 50.0), source=_fixed("TM50")
    )
    maturation_steepness = Parameter(
        "steepness of maturation", 2.3 * dimensionless, plausible=(1.8, 3.0), source=_fixed("Hill coefficient")
    )
    standard_clearance = Parameter(
        "clearance, at the first dose", 14.5 * L / hour, plausible=(13.5, 15.5), source=_lawson("CL")
    )
    standard_central_volume = Parameter("central volume", 40.6 * L, plausible=(35.0, 46.0), source=_lawson("V1"))
    standard_exchange = Parameter(
        "clearance between compartments", 1.92 * L / hour, plausible=(1.0, 4.0), source=_lawson("Q")
    )
    standard_peripheral_volume = Parameter("peripheral volume", 3.57 * L, plausible=(2.0, 6.0), source=_lawson("V2"))

    def normal_fat_mass(self, fat_share):
        return self.fat_free_mass + fat_share * (self.weight - self.fat_free_mass)

    def size_of_volume(self):
        return self.normal_fat_mass(self.fat_share_volume) / self.standard_mass_volume

    @derived("maturity of clearance", dimensionless)
    def maturity(self):
        ratio = (self.age + self.age_at_birth) / self.half_mature_age
        return 1 / (1 + ratio**-self.maturation_steepness)

    @derived(
        "busulfan clearance",
        L / hour,
        vary=BETWEEN_PATIENTS,
        occasion=lognormal(sd=0.066),
        steps=falling_clearance(),
        source=_lawson("falls by exp(-0.198 t / (50.6 h + t)); between days 6.6 %"),
    )
    def clearance(self):
        size = self.normal_fat_mass(self.fat_share_clearance) / self.standard_mass_clearance
        return self.standard_clearance * size**self.size_exponent * self.maturity

    @derived("busulfan central volume", L, vary=BETWEEN_PATIENTS)
    def central_volume(self):
        return self.standard_central_volume * self.size_of_volume()

    @derived("busulfan clearance between compartments", L / hour)
    def exchange(self):
        return self.standard_exchange * (self.fat_free_mass / self.standard_mass_exchange) ** self.size_exponent

    @derived("busulfan peripheral volume", L)
    def peripheral_volume(self):
        return self.standard_peripheral_volume * self.size_of_volume()

    def concentration(self):
        return self.central / self.central_volume

    @reaction(gut, central)
    def absorbed(self):
        """By mouth: from the gut into blood."""
        return self.absorption * self.gut, self.bioavailability

    @reaction(central, nothing)
    def elimination(self):
        return self.clearance * self.concentration()

    @reaction(central, peripheral)
    def distribution(self):
        return self.exchange * self.concentration()

    @reaction(peripheral, central)
    def return_to_plasma(self):
        """Return from the peripheral compartment."""
        return self.exchange * self.peripheral / self.peripheral_volume

    @reaction(nothing, exposure)
    def accumulation(self):
        """Exposure accumulates."""
        return self.concentration()
