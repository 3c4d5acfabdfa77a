"""Cytarabine, intravenous: short-lived; kills cells that make DNA and spares those that rest."""

from __future__ import annotations

from marrow.drugs.killing import KillsByExposure
from marrow.language import Covariate, Drug, Parameter, Route, State, derived, lognormal, nothing, offers, reaction
from marrow.sources import assumed
from marrow.units import L, dimensionless, hour, kg, mg
from marrow.vocabulary import BODY_WEIGHT, Group, Observable

CYTARABINE_CONCENTRATION = Observable(
    "cytarabine_concentration", mg / L, "cytarabine in plasma", floor=0.001, group=Group.DRUGS
)
CYTARABINE_EXPOSURE = Observable(
    "cytarabine_exposure", mg * hour / L, "cytarabine, cumulative exposure (AUC)", floor=0.1, group=Group.DRUGS
)


class Cytarabine(KillsByExposure, Drug):
    """Cytarabine.

    Assumes two compartments; body weight to the powers 0.75 and 1; kill in proportion to the plasma concentration.
    Every number is from memory and graded assumed: no published model was read.
    Leaves out the triphosphate in cells, whose formation saturates near 2 mg/L, so that high doses kill less here than
    their exposure says; that only cells in synthesis die; and the cerebellum.
    Should show a terminal half-life of 1 to 3 h and an exposure near 25 mg·h/L after the 1,600 mg/m2 of BEAM.
    """

    names = ("cytarabine", "AraC", "Ara-C")

    weight = Covariate(BODY_WEIGHT)

    central = State("cytarabine, central compartment", mg, rest=0, typical=50.0)
    peripheral = State("cytarabine, peripheral compartment", mg, rest=0, typical=20.0)
    exposure = State("cumulative exposure to cytarabine", mg * hour / L, rest=0, typical=10.0)
    iv = Route("IV", into=central, unit=mg, infusion=True)

    standard_weight = Parameter(
        "weight of the standard adult", 70.0 * kg, plausible=(70.0, 70.0), source=assumed("a definition")
    )
    size_exponent = Parameter(
        "allometric exponent of clearances",
        0.75 * dimensionless,
        plausible=(0.65, 0.85),
        source=assumed("fixed by theory"),
    )
    clearance_of_adult = Parameter(
        "clearance, 70 kg",
        120.0 * L / hour,
        plausible=(80.0, 180.0),
        source=assumed("about 120 L/h, by deamination; textbook memory"),
    )
    central_volume = Parameter(
        "central volume, 70 kg",
        35.0 * L,
        plausible=(15.0, 60.0),
        source=assumed("first half-life of about 10 min with that clearance"),
    )
    peripheral_volume = Parameter(
        "peripheral volume, 70 kg",
        40.0 * L,
        plausible=(20.0, 80.0),
        source=assumed("about 1 L/kg at steady state"),
    )
    exchange = Parameter(
        "clearance between compartments, 70 kg",
        18.0 * L / hour,
        plausible=(8.0, 40.0),
        source=assumed("gives a terminal half-life of 1 to 3 h"),
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
        1000.0 * mg * hour / L,
        plausible=(300.0, 3000.0),
        source=assumed("quiescent cells are spared by a drug that needs the synthesis of DNA"),
    )
    early_progenitor_exposure = Parameter(
        "exposure that leaves 1/e of multipotent progenitors",
        200.0 * mg * hour / L,
        plausible=(80.0, 500.0),
        source=assumed("between stem cells and dividing precursors"),
    )
    dividing_exposure = Parameter(
        "exposure that leaves 1/e of committed progenitors",
        55.0 * mg * hour / L,
        plausible=(25.0, 110.0),
        source=assumed("0.2 log10 by the 1,600 mg/m2 of BEAM, whose whole is 3.5"),
    )
    lymphocyte_exposure = Parameter(
        "exposure that leaves 1/e of lymphocytes",
        80.0 * mg * hour / L,
        plausible=(35.0, 200.0),
        source=assumed("less than 0.2 log10 by the 1,600 mg/m2 of BEAM: most rest"),
    )
    mucosa_exposure = Parameter(
        "exposure that leaves 1/e of mucosal stem cells",
        120.0 * mg * hour / L,
        plausible=(50.0, 300.0),
        source=assumed("a fifth is lost by the 1,600 mg/m2 of BEAM"),
    )
    malignant_exposure = Parameter(
        "exposure that leaves 1/e of malignant cells",
        39.0 * mg * hour / L,
        plausible=(15.0, 100.0),
        source=assumed("0.3 log10 by the 1,600 mg/m2 of BEAM: a share of what BEAM does"),
    )
    vessel_exposure = Parameter(
        "exposure that injures small vessels by one e-fold",
        500.0 * mg * hour / L,
        plausible=(200.0, 1500.0),
        source=assumed("organs other than mucosa and, at higher doses, the brain suffer little"),
    )

    def size(self):
        return self.weight / self.standard_weight

    @derived("cytarabine clearance", L / hour, vary=lognormal(cv=0.35), source=assumed("deaminase differs widely"))
    def clearance(self):
        return self.clearance_of_adult * self.size() ** self.size_exponent

    @derived("cytarabine clearance between compartments", L / hour)
    def exchange_of_patient(self):
        return self.exchange * self.size() ** self.size_exponent

    def concentration(self):
        return self.central / (self.central_volume * self.size())

    @reaction(central, nothing)
    def elimination(self):
        return self.clearance * self.concentration()

    @reaction(central, peripheral)
    def distribution(self):
        return self.exchange_of_patient * self.concentration()

    @reaction(peripheral, central)
    def return_to_plasma(self):
        """Return from the peripheral compartment."""
        return self.exchange_of_patient * self.peripheral / (self.peripheral_volume * self.size())

    @reaction(nothing, exposure)
    def accumulation(self):
        """Exposure accumulates."""
        return self.concentration()

    @offers(CYTARABINE_CONCENTRATION)
    def plasma(self):
        return self.concentration()

    @offers(CYTARABINE_EXPOSURE)
    def cumulative(self):
        return self.exposure
