"""Carmustine, intravenous: gone within hours, and hard on stem cells."""

from __future__ import annotations

from marrow.drugs.killing import KillsStromaByExposure
from marrow.language import Covariate, Drug, Parameter, Route, State, derived, lognormal, nothing, offers, reaction
from marrow.sources import assumed
from marrow.units import L, dimensionless, hour, kg, mg
from marrow.vocabulary import BODY_WEIGHT, Group, Observable

CARMUSTINE_CONCENTRATION = Observable(
    "carmustine_concentration", mg / L, "carmustine in plasma", floor=0.001, group=Group.DRUGS
)
CARMUSTINE_EXPOSURE = Observable(
    "carmustine_exposure", mg * hour / L, "carmustine, cumulative exposure (AUC)", floor=0.01, group=Group.DRUGS
)


class Carmustine(KillsStromaByExposure, Drug):
    """Carmustine.

    Assumes one compartment; body weight to the powers 0.75 and 1; kill in proportion to the plasma concentration, as
    deep in stem cells as in dividing ones: nitrosoureas do not need the cycle.
    Every number is from memory and graded assumed: no published model of high-dose carmustine was read.
    Leaves out the lungs and the liver, ethanol of the solvent, and that the drug decays in the bag.
    Should show a half-life of 40 min and an exposure near 1.8 mg·h/L after 300 mg/m2 in an adult.
    """

    names = ("carmustine", "BCNU")

    weight = Covariate(BODY_WEIGHT)

    plasma = State("carmustine in the body", mg, rest=0, typical=100.0)
    exposure = State("cumulative exposure to carmustine", mg * hour / L, rest=0, typical=1.0)
    iv = Route("IV", into=plasma, unit=mg, infusion=True)

    standard_weight = Parameter(
        "weight of the standard adult", 70.0 * kg, plausible=(70.0, 70.0), source=assumed("a definition")
    )
    size_exponent = Parameter(
        "allometric exponent of clearance",
        0.75 * dimensionless,
        plausible=(0.65, 0.85),
        source=assumed("fixed by theory"),
    )
    clearance_of_adult = Parameter(
        "clearance, 70 kg",
        315.0 * L / hour,
        plausible=(230.0, 400.0),
        source=assumed("70 to 80 mL/min/kg; textbook memory"),
    )
    volume_of_adult = Parameter(
        "volume of distribution, 70 kg",
        300.0 * L,
        plausible=(150.0, 450.0),
        source=assumed("a half-life of 40 min (20 to 60) with that clearance"),
    )
    sensitivity = Parameter(
        "sensitivity of this patient's cells, relative",
        1.0 * dimensionless,
        plausible=(0.85, 1.18),
        vary=lognormal(cv=0.40),
        source=assumed("between-patient spread of potency 30 to 50 %, one factor for all cells of a patient"),
    )
    stem_cell_exposure = Parameter(
        "exposure that leaves 1/e of long-term stem cells",
        1.8 * mg * hour / L,
        plausible=(1.0, 12.0),
        source=assumed(
            "0.4 log10 by 300 mg/m2: of the 2 proposed for BEAM, melphalan 140 mg/m2 gives 1.2 to 1.4; the lowest "
            "counts come weeks after nitrosoureas. In a dish 10.7 mg/L left half (PMID 620400): far less"
        ),
    )
    early_progenitor_exposure = Parameter(
        "exposure that leaves 1/e of multipotent progenitors",
        1.8 * mg * hour / L,
        plausible=(1.0, 12.0),
        source=assumed("as stem cells: no need of the cycle"),
    )
    dividing_exposure = Parameter(
        "exposure that leaves 1/e of committed progenitors",
        1.8 * mg * hour / L,
        plausible=(1.0, 12.0),
        source=assumed("as stem cells: no need of the cycle"),
    )
    lymphocyte_exposure = Parameter(
        "exposure that leaves 1/e of lymphocytes",
        4.0 * mg * hour / L,
        plausible=(1.5, 15.0),
        source=assumed("0.2 log10 by 300 mg/m2, a small part of the 2 proposed for BEAM"),
    )
    stroma_exposure = Parameter(
        "exposure that leaves 1/e of marrow stroma",
        8.0 * mg * hour / L,
        plausible=(3.0, 30.0),
        source=assumed("a fifth of the stroma is lost by 300 mg/m2"),
    )
    mucosa_exposure = Parameter(
        "exposure that leaves 1/e of mucosal stem cells",
        8.0 * mg * hour / L,
        plausible=(3.0, 30.0),
        source=assumed("mucositis is not what limits the dose: a fifth is lost by 300 mg/m2"),
    )
    malignant_exposure = Parameter(
        "exposure that leaves 1/e of malignant cells",
        2.0 * mg * hour / L,
        plausible=(1.0, 4.0),
        source=assumed("0.4 log10 of lymphoma by 300 mg/m2: a share of what BEAM does"),
    )
    vessel_exposure = Parameter(
        "exposure that injures small vessels by one e-fold",
        5.0 * mg * hour / L,
        plausible=(2.0, 12.0),
        source=assumed("lung injury is dose-limiting: a third of a myeloablative course of busulfan by 300 mg/m2"),
    )

    def size(self):
        return self.weight / self.standard_weight

    @derived("carmustine clearance", L / hour, vary=lognormal(cv=0.35), source=assumed("widely variable"))
    def clearance(self):
        return self.clearance_of_adult * self.size() ** self.size_exponent

    def concentration(self):
        return self.plasma / (self.volume_of_adult * self.size())

    @reaction(plasma, nothing)
    def elimination(self):
        return self.clearance * self.concentration()

    @reaction(nothing, exposure)
    def accumulation(self):
        """Exposure accumulates."""
        return self.concentration()

    @offers(CARMUSTINE_CONCENTRATION)
    def in_plasma(self):
        return self.concentration()

    @offers(CARMUSTINE_EXPOSURE)
    def cumulative(self):
        return self.exposure
