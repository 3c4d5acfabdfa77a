"""Etoposide, intravenous: two compartments, partly renal; kills dividing cells and spares stem cells."""

from __future__ import annotations

from marrow.drugs.killing import KillsByExposure
from marrow.language import Covariate, Drug, Parameter, Route, State, derived, lognormal, nothing, offers, reaction
from marrow.sources import assumed
from marrow.units import L, dimensionless, hour, m, mg, minute, mL
from marrow.vocabulary import BODY_SURFACE_AREA, GLOMERULAR_FILTRATION, Group, Observable

ETOPOSIDE_CONCENTRATION = Observable(
    "etoposide_concentration", mg / L, "etoposide in plasma", floor=0.01, group=Group.DRUGS
)
ETOPOSIDE_EXPOSURE = Observable(
    "etoposide_exposure", mg * hour / L, "etoposide, cumulative exposure (AUC)", floor=1.0, group=Group.DRUGS
)


class Etoposide(KillsByExposure, Drug):
    """Etoposide.

    Assumes linear kinetics in two compartments that follow body surface area, three tenths of clearance by the
    kidneys; kill in proportion to the plasma concentration; deepest in dividing cells, hardly any in stem cells.
    Every number is from memory and graded assumed: no published model of high-dose etoposide was read.
    Leaves out protein binding and bilirubin, on which the free share depends, and oral use.
    Should show a terminal half-life of 5 to 8 h, and about 900 mg·h/L for each 1000 mg/m2 in an adult.
    """

    names = ("etoposide", "VP16", "VP-16")

    surface = Covariate(BODY_SURFACE_AREA)
    filtration = Covariate(GLOMERULAR_FILTRATION)

    central = State("etoposide, central compartment", mg, rest=0, typical=200.0)
    peripheral = State("etoposide, peripheral compartment", mg, rest=0, typical=200.0)
    exposure = State("cumulative exposure to etoposide", mg * hour / L, rest=0, typical=500.0)
    iv = Route("IV", into=central, unit=mg, infusion=True)

    standard_surface = Parameter(
        "body surface of the standard adult",
        1.8 * m**2,
        plausible=(1.8, 1.8),
        source=assumed("the size to which the volumes and clearances refer: a definition"),
    )
    standard_filtration = Parameter(
        "glomerular filtration of the standard adult",
        100.0 * mL / minute,
        plausible=(100.0, 100.0),
        source=assumed("the filtration to which renal clearance refers: a definition"),
    )
    clearance_of_adult = Parameter(
        "clearance of the standard adult",
        2.0 * L / hour,
        plausible=(1.3, 3.0),
        source=assumed("about 2 L/h in adults; textbook memory"),
    )
    renal_share = Parameter(
        "share of clearance by the kidneys",
        0.3 * dimensionless,
        plausible=(0.2, 0.45),
        source=assumed("about 30 % of clearance; textbook memory"),
    )
    central_volume = Parameter(
        "central volume of the standard adult",
        8.0 * L,
        plausible=(5.0, 11.0),
        source=assumed("half of the volume at steady state, about 15 L"),
    )
    peripheral_volume = Parameter(
        "peripheral volume of the standard adult",
        7.0 * L,
        plausible=(4.0, 11.0),
        source=assumed("the other half of the volume at steady state"),
    )
    exchange = Parameter(
        "clearance between compartments",
        2.5 * L / hour,
        plausible=(1.2, 5.0),
        source=assumed("gives a terminal half-life of 5 to 8 h with the volumes and the clearance"),
    )
    sensitivity = Parameter(
        "sensitivity of this patient's cells, relative",
        1.0 * dimensionless,
        plausible=(0.85, 1.18),
        vary=lognormal(cv=0.40),
        source=assumed("between-patient spread of potency 30 to 50 %"),
    )
    stem_cell_exposure = Parameter(
        "exposure that leaves 1/e of long-term stem cells",
        2500.0 * mg * hour / L,
        plausible=(1000.0, 6000.0),
        source=assumed("quiescent cells are spared by a drug that needs the cycle"),
    )
    early_progenitor_exposure = Parameter(
        "exposure that leaves 1/e of multipotent progenitors",
        1000.0 * mg * hour / L,
        plausible=(500.0, 2000.0),
        source=assumed("between stem cells and dividing precursors"),
    )
    dividing_exposure = Parameter(
        "exposure that leaves 1/e of committed progenitors",
        350.0 * mg * hour / L,
        plausible=(180.0, 700.0),
        source=assumed("one log10 by the 800 mg/m2 of BEAM, whose whole is 3.5"),
    )
    lymphocyte_exposure = Parameter(
        "exposure that leaves 1/e of lymphocytes",
        700.0 * mg * hour / L,
        plausible=(350.0, 1500.0),
        source=assumed("half a log10 by the 800 mg/m2 of BEAM"),
    )
    mucosa_exposure = Parameter(
        "exposure that leaves 1/e of mucosal stem cells",
        900.0 * mg * hour / L,
        plausible=(400.0, 2000.0),
        source=assumed("mucositis limits the dose at 60 mg/kg, about 2,000 mg·h/L"),
    )
    malignant_exposure = Parameter(
        "exposure that leaves 1/e of malignant cells",
        1000.0 * mg * hour / L,
        plausible=(400.0, 2500.0),
        source=assumed("0.3 log10 of lymphoma by 800 mg/m2: a share of what BEAM does"),
    )
    vessel_exposure = Parameter(
        "exposure that injures small vessels by one e-fold",
        7000.0 * mg * hour / L,
        plausible=(3000.0, 20000.0),
        source=assumed("organs other than mucosa suffer little"),
    )

    def size(self):
        return self.surface / self.standard_surface

    @derived("etoposide clearance", L / hour, vary=lognormal(cv=0.25), occasion=lognormal(cv=0.1))
    def clearance(self):
        renal = self.renal_share * self.filtration / self.standard_filtration
        return self.clearance_of_adult * self.size() * (1 - self.renal_share + renal)

    def concentration(self):
        return self.central / (self.central_volume * self.size())

    @reaction(central, nothing)
    def elimination(self):
        return self.clearance * self.concentration()

    @reaction(central, peripheral)
    def distribution(self):
        return self.exchange * self.size() * self.concentration()

    @reaction(peripheral, central)
    def redistribution(self):
        return self.exchange * self.peripheral / self.peripheral_volume

    @reaction(nothing, exposure)
    def accumulation(self):
        """Exposure accumulates."""
        return self.concentration()

    @offers(ETOPOSIDE_CONCENTRATION)
    def plasma(self):
        return self.concentration()

    @offers(ETOPOSIDE_EXPOSURE)
    def cumulative(self):
        return self.exposure
