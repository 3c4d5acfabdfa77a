"""Clofarabine, intravenous: the population model of Nijstad 2021; kills lymphocytes, and dividing cells somewhat."""

from __future__ import annotations

from marrow.drugs.killing import KillsByExposure
from marrow.language import Covariate, Drug, Parameter, Route, State, derived, lognormal, nothing, offers, reaction
from marrow.language.math import smaller
from marrow.sources import assumed, in_transplant
from marrow.sources import derived as calculated
from marrow.units import L, dimensionless, hour, kg, m, mg, minute, mL
from marrow.vocabulary import (
    BODY_SURFACE_AREA,
    BODY_WEIGHT,
    GLOMERULAR_FILTRATION,
    Group,
    Observable,
)

CLOFARABINE_CONCENTRATION = Observable(
    "clofarabine_concentration", mg / L, "clofarabine in plasma", floor=0.001, group=Group.DRUGS
)
CLOFARABINE_EXPOSURE = Observable(
    "clofarabine_exposure", mg * hour / L, "clofarabine, cumulative exposure (AUC)", floor=0.01, group=Group.DRUGS
)


def _nijstad(what: str):
    return in_transplant(
        "nijstad2021",
        f"{what}; 80 children and an adult, 805 concentrations",
        at="Table 2",
        transcribed_in="nlmixr2lib, Nijstad_2021_clofarabine",
    )


class Clofarabine(KillsByExposure, Drug):
    """Clofarabine.

    Assumes two compartments; a renal part of clearance, in proportion to absolute filtration per kg, and another; body
    weight to the powers 0.75 and 1. Built in children and used here in adults too, by size alone. Filtration for
    1.73 m2 is capped as in the paper, and made absolute by body surface.
    Kills in proportion to the plasma concentration; potencies are assumed.
    Leaves out the triphosphate in cells, the authors' lower cap of filtration below 1.5 years, liver and capillaries.
    Should show about 3.8 mg·h/L after four doses of 30 mg/m2 in an adult.
    """

    names = ("clofarabine", "Clo")

    weight = Covariate(BODY_WEIGHT)
    surface = Covariate(BODY_SURFACE_AREA)
    filtration = Covariate(GLOMERULAR_FILTRATION)

    central = State("clofarabine in the central compartment", mg, rest=0, typical=40.0)
    peripheral = State("clofarabine in the peripheral compartment", mg, rest=0, typical=20.0)
    exposure = State("cumulative exposure to clofarabine", mg * hour / L, rest=0, typical=3.0)
    iv = Route("IV", into=central, unit=mg, infusion=True)

    standard_weight = Parameter(
        "weight of the standard adult",
        70.0 * kg,
        plausible=(70.0, 70.0),
        source=calculated("the weight to which the parameters refer: a definition", key="nijstad2021"),
    )
    standard_surface = Parameter(
        "body surface to which filtration refers",
        1.73 * m**2,
        plausible=(1.73, 1.73),
        source=calculated("a definition"),
    )
    standard_filtration = Parameter(
        "absolute filtration to which renal clearance refers, 70 kg",
        100.0 * mL / minute,
        plausible=(100.0, 100.0),
        source=calculated("6 L/h: a definition", key="nijstad2021"),
    )
    highest_filtration = Parameter(
        "highest credible glomerular filtration",
        140.0 * mL / minute,
        plausible=(130.0, 150.0),
        source=assumed("the authors' cap, not measured", key="nijstad2021"),
    )
    size_exponent = Parameter(
        "allometric exponent of clearances",
        0.75 * dimensionless,
        plausible=(0.65, 0.85),
        source=assumed("fixed by theory", key="nijstad2021"),
    )
    other_clearance = Parameter(
        "clearance other than by the kidneys",
        24.0 * L / hour,
        plausible=(13.7, 34.4),
        source=_nijstad("95 % interval 13.7 to 34.4"),
    )
    renal_clearance = Parameter(
        "renal clearance at standard filtration",
        29.8 * L / hour,
        plausible=(23.9, 36.1),
        source=_nijstad("95 % interval 23.9 to 36.1"),
    )
    standard_central_volume = Parameter(
        "central volume", 268.0 * L, plausible=(234.8, 296.6), source=_nijstad("V1, 95 % interval 234.8 to 296.6")
    )
    standard_peripheral_volume = Parameter(
        "peripheral volume", 186.0 * L, plausible=(165.4, 210.7), source=_nijstad("V2, 95 % interval 165.4 to 210.7")
    )
    standard_exchange = Parameter(
        "clearance between compartments",
        33.2 * L / hour,
        plausible=(27.5, 40.9),
        source=_nijstad("Q, 95 % interval 27.5 to 40.9"),
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
        40.0 * mg * hour / L,
        plausible=(12.0, 120.0),
        source=assumed("quiescent cells are spared by a drug that stops the synthesis of DNA"),
    )
    early_progenitor_exposure = Parameter(
        "exposure that leaves 1/e of multipotent progenitors",
        12.0 * mg * hour / L,
        plausible=(5.0, 30.0),
        source=assumed("between stem cells and dividing precursors"),
    )
    dividing_exposure = Parameter(
        "exposure that leaves 1/e of committed progenitors",
        5.5 * mg * hour / L,
        plausible=(2.0, 12.0),
        source=assumed("0.3 log10 by 120 mg/m2: counts fall and recover within weeks in leukemia"),
    )
    lymphocyte_exposure = Parameter(
        "exposure that leaves 1/e of lymphocytes",
        1.1 * mg * hour / L,
        plausible=(0.6, 2.2),
        source=assumed(
            "1.5 log10 by 120 mg/m2, which with 40 mg/m2 of fludarabine takes the place of 160 mg/m2 of it (2 log10)"
        ),
    )
    mucosa_exposure = Parameter(
        "exposure that leaves 1/e of mucosal stem cells",
        15.0 * mg * hour / L,
        plausible=(6.0, 40.0),
        source=assumed("a fifth is lost by 120 mg/m2"),
    )
    malignant_exposure = Parameter(
        "exposure that leaves 1/e of malignant cells",
        1.4 * mg * hour / L,
        plausible=(0.7, 3.0),
        source=assumed("1 log10 of leukemia by 120 mg/m2; no measurement"),
    )
    vessel_exposure = Parameter(
        "exposure that injures small vessels by one e-fold",
        16.0 * mg * hour / L,
        plausible=(6.0, 40.0),
        source=assumed("capillary leak and liver enzymes: a fifth of a myeloablative course of busulfan"),
    )

    # --- one patient's kinetics ---
    def size(self):
        return self.weight / self.standard_weight

    def relative_filtration(self):
        absolute = smaller(self.filtration, self.highest_filtration) * self.surface / self.standard_surface
        return absolute / self.size() / self.standard_filtration

    @derived(
        "clofarabine clearance",
        L / hour,
        vary=lognormal(cv=0.178),
        occasion=lognormal(cv=0.097),
        source=_nijstad("between patients 17.8 %, between days 9.7 %"),
    )
    def clearance(self):
        both = self.other_clearance + self.renal_clearance * self.relative_filtration()
        return both * self.size() ** self.size_exponent

    @derived("clofarabine central volume", L, vary=lognormal(cv=0.126), source=_nijstad("between patients 12.6 %"))
    def central_volume(self):
        return self.standard_central_volume * self.size()

    @derived("clofarabine peripheral volume", L, occasion=lognormal(cv=0.391), source=_nijstad("between days 39.1 %"))
    def peripheral_volume(self):
        return self.standard_peripheral_volume * self.size()

    @derived(
        "clofarabine clearance between compartments",
        L / hour,
        vary=lognormal(cv=0.645),
        source=_nijstad("between patients 64.5 %"),
    )
    def exchange(self):
        return self.standard_exchange * self.size() ** self.size_exponent

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

    @offers(CLOFARABINE_CONCENTRATION)
    def plasma(self):
        return self.concentration()

    @offers(CLOFARABINE_EXPOSURE)
    def cumulative(self):
        return self.exposure
