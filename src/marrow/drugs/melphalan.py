"""Melphalan, intravenous: the population models of Nath (adults 2010, children 2007) and an exposure that kills."""

from __future__ import annotations

from marrow.drugs.killing import KillsStromaByExposure
from marrow.language import (
    Covariate,
    Drug,
    Needs,
    Parameter,
    Route,
    State,
    derived,
    lognormal,
    nothing,
    offers,
    reaction,
)
from marrow.language.math import where
from marrow.sources import OUTCOMES, assumed, fitted, in_transplant
from marrow.sources import derived as calculated
from marrow.units import L, dimensionless, hour, kg, mg, minute, mL, year
from marrow.vocabulary import (
    AGE,
    BODY_WEIGHT,
    FAT_FREE_MASS,
    GLOMERULAR_FILTRATION,
    Group,
    Observable,
)

MELPHALAN_CONCENTRATION = Observable(
    "melphalan_concentration", mg / L, "melphalan in plasma, total", floor=0.01, group=Group.DRUGS
)
MELPHALAN_EXPOSURE = Observable(
    "melphalan_exposure", mg * hour / L, "melphalan, cumulative exposure (AUC)", floor=0.1, group=Group.DRUGS
)


def _adults(what: str, at: str = "Table 5"):
    transcribed = "nlmixr2lib, Nath_2010_melphalan_total"
    return in_transplant("nath2010", f"{what}; 100 adults with myeloma", at=at, transcribed_in=transcribed)


def _children(what: str):
    return in_transplant("nath2007", f"{what}; 59 children, 0.3 to 18 years", at="abstract")


def _children_secondary(what: str):
    return in_transplant("nath2007", f"{what}; 59 children", transcribed_in="nlmixr2lib, Nath_2007_melphalan")


class Melphalan(KillsStromaByExposure, Drug):
    """Melphalan.

    Assumes two compartments and total (bound and free) plasma concentrations. From 18 years on: a part of clearance
    that follows fat-free mass, a part that follows filtration (the paper: creatinine clearance for 70 kg; here:
    filtration for 1.73 m2), central volume by fat-free mass. Below 18 years: the children's own model, by weight and
    filtration.
    The change at 18 years is a step of some 20 %. Spread between patients is the adults' at every age.
    Cells die in proportion to concentration; one sensitivity a patient multiplies all potencies.
    Leaves out hematocrit (kept at the paper's reference, 34 %), protein binding, prior carboplatin in children,
    cryotherapy, amino-acid transporters.
    Should show an exposure of 13.5 mg·h/L (4.9 to 24.4 between patients) after 200 mg/m2, gone from plasma within a
    day: about 2 log10 of stem cells and 4 log10 of progenitors killed.
    """

    names = ("melphalan", "Mel")

    weight = Covariate(BODY_WEIGHT)
    age = Covariate(AGE)
    filtration = Covariate(GLOMERULAR_FILTRATION)
    fat_free_mass = Needs(FAT_FREE_MASS)

    central = State("melphalan in the central compartment", mg, rest=0, typical=50.0)
    peripheral = State("melphalan in the peripheral compartment", mg, rest=0, typical=50.0)
    exposure = State("cumulative exposure to melphalan", mg * hour / L, rest=0, typical=10.0)
    iv = Route("IV", into=central, unit=mg, infusion=True)

    # --- adults ---
    adult_from = Parameter(
        "age from which the adults' model holds",
        18.0 * year,
        plausible=(16.0, 20.0),
        source=assumed("the children's model was built up to 18 years, the adults' from 36 years on"),
    )
    standard_mass = Parameter(
        "fat-free mass to which the adults' model refers",
        50.0 * kg,
        plausible=(50.0, 50.0),
        source=calculated("the size to which clearance refers: a definition", key="nath2010", at="p. 489"),
    )
    standard_filtration = Parameter(
        "filtration to which the adults' model refers",
        88.0 * mL / minute,
        plausible=(88.0, 88.0),
        source=calculated("the median creatinine clearance for 70 kg: a definition", key="nath2010", at="Table 2"),
    )
    size_exponent = Parameter(
        "allometric exponent of clearance",
        0.75 * dimensionless,
        plausible=(0.65, 0.85),
        source=assumed("fixed by theory", key="nath2010"),
    )
    other_clearance = Parameter(
        "clearance other than by the kidneys, adults",
        17.0 * L / hour,
        plausible=(13.5, 21.3),
        source=_adults("95 % interval 13.5 to 21.3; with the renal part 28.1, abstract 27.8 L/h"),
    )
    renal_clearance = Parameter(
        "renal clearance, adults", 11.1 * L / hour, plausible=(6.8, 14.6), source=_adults("95 % interval 6.8 to 14.6")
    )
    adult_central_volume = Parameter("central volume, adults", 13.2 * L, plausible=(10.0, 19.5), source=_adults("V1"))
    adult_exchange = Parameter(
        "clearance between compartments, adults", 30.6 * L / hour, plausible=(22.0, 42.0), source=_adults("Q")
    )
    adult_peripheral_volume = Parameter(
        "peripheral volume, adults", 15.0 * L, plausible=(11.5, 20.9), source=_adults("V2")
    )

    # --- children ---
    clearance_by_weight = Parameter(
        "clearance by weight, children",
        0.34 * L / hour / kg,
        plausible=(0.28, 0.41),
        source=_children("CL = 0.34 WT + 0.0377 GFR"),
    )
    clearance_by_filtration = Parameter(
        "clearance by filtration, children",
        0.0377 * L / hour / (mL / minute),
        plausible=(0.026, 0.055),
        source=_children("CL = 0.34 WT + 0.0377 GFR"),
    )
    least_central_volume = Parameter(
        "central volume at no weight, children",
        1.12 * L,
        plausible=(0.7, 1.8),
        source=_children_secondary("V1 = 1.12 + 0.178 WT"),
    )
    central_volume_by_weight = Parameter(
        "central volume by weight, children",
        0.178 * L / kg,
        plausible=(0.14, 0.22),
        source=_children_secondary("V1 = 1.12 + 0.178 WT"),
    )
    to_periphery = Parameter(
        "rate to the periphery, children", 1.70 / hour, plausible=(1.1, 2.6), source=_children_secondary("k12")
    )
    from_periphery = Parameter(
        "rate from the periphery, children", 1.84 / hour, plausible=(1.2, 2.7), source=_children_secondary("k21")
    )

    # --- killing ---
    sensitivity = Parameter(
        "sensitivity of this patient's cells, relative",
        1.0 * dimensionless,
        plausible=(0.85, 1.18),
        vary=lognormal(cv=0.40),
        source=assumed("between-patient spread of potency 30 to 50 %, one factor for all cells of a patient"),
    )
    stem_cell_exposure = Parameter(
        "exposure that leaves 1/e of long-term stem cells",
        3.0 * mg * hour / L,
        plausible=(2.0, 4.5),
        source=assumed(
            "2 log10 at 200 mg/m2 and 1.4 at 140 mg/m2, between busulfan's depth and recovery without a graft"
        ),
    )
    early_progenitor_exposure = Parameter(
        "exposure that leaves 1/e of multipotent progenitors",
        1.5 * mg * hour / L,
        plausible=(1.1, 2.5),
        source=assumed("just below that of committed progenitors; 3.8 log10 at 200 mg/m2"),
    )
    dividing_exposure = Parameter(
        "exposure that leaves 1/e of committed progenitors",
        1.4 * mg * hour / L,
        plausible=(1.0, 2.0),
        source=assumed("4 log10 at 200 mg/m2 (13.2 mg·h/L), 2.9 at 140 mg/m2"),
    )
    lymphocyte_exposure = Parameter(
        "exposure that leaves 1/e of lymphocytes",
        3.9 * mg * hour / L,
        plausible=(2.5, 6.0),
        source=assumed("1.5 log10 of host T cells at 200 mg/m2"),
    )
    stroma_exposure = Parameter(
        "exposure that leaves 1/e of marrow stroma",
        27.0 * mg * hour / L,
        plausible=(12.0, 70.0),
        source=assumed("60 % of the stroma survives 200 mg/m2"),
    )
    mucosa_exposure = Parameter(
        "exposure that leaves 1/e of mucosal stem cells",
        9.0 * mg * hour / L,
        plausible=(5.0, 16.0),
        source=assumed(
            "a fifth survives 200 mg/m2; severe mucositis goes with exposure in the same patients", key="nath2010"
        ),
    )
    malignant_exposure = Parameter(
        "exposure that leaves 1/e of malignant cells",
        1.7 * mg * hour / L,
        plausible=(1.5, 3.5),
        source=fitted(
            OUTCOMES,
            "2.5 log10 of myeloma by 200 mg/m2 (3 were proposed), 1.7 of leukemia by 140 mg/m2 (1.5)",
        ),
    )
    vessel_exposure = Parameter(
        "exposure that injures small vessels by one e-fold",
        30.0 * mg * hour / L,
        plausible=(15.0, 60.0),
        source=assumed("organs other than mucosa suffer little: mortality by day 100 after 200 mg/m2 is about 1 %"),
    )

    # --- one patient's kinetics ---
    def is_child(self):
        return self.age < self.adult_from

    def adult_size(self):
        return self.fat_free_mass / self.standard_mass

    def child_central_volume(self):
        return self.least_central_volume + self.central_volume_by_weight * self.weight

    @derived(
        "melphalan clearance",
        L / hour,
        vary=lognormal(sd=0.267),
        source=_adults("between patients 26.7 % (children 27.3 %)"),
    )
    def clearance(self):
        child = self.clearance_by_weight * self.weight + self.clearance_by_filtration * self.filtration
        metabolic = self.other_clearance * self.adult_size() ** self.size_exponent
        adult = metabolic + self.renal_clearance * self.filtration / self.standard_filtration
        return where(self.is_child(), child, adult)

    @derived(
        "melphalan central volume",
        L,
        vary=lognormal(sd=0.579),
        source=_adults("between patients 57.9 % (children 33.8 %)"),
    )
    def central_volume(self):
        return where(self.is_child(), self.child_central_volume(), self.adult_central_volume * self.adult_size())

    @derived(
        "melphalan clearance between compartments",
        L / hour,
        vary=lognormal(sd=0.411),
        source=_adults("between patients 41.1 %"),
    )
    def exchange(self):
        return where(self.is_child(), self.to_periphery * self.child_central_volume(), self.adult_exchange)

    @derived("melphalan peripheral volume", L, vary=lognormal(sd=0.345), source=_adults("between patients 34.5 %"))
    def peripheral_volume(self):
        child = self.to_periphery / self.from_periphery * self.child_central_volume()
        return where(self.is_child(), child, self.adult_peripheral_volume)

    # --- what happens ---
    def concentration(self):
        return self.central / self.central_volume

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

    @offers(MELPHALAN_CONCENTRATION)
    def plasma(self):
        return self.concentration()

    @offers(MELPHALAN_EXPOSURE)
    def cumulative(self):
        return self.exposure
