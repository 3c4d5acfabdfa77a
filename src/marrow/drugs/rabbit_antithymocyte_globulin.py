"""Rabbit antithymocyte globulin, intravenous: active antibody in one compartment, and the T cells that it kills."""

from __future__ import annotations

import math

from marrow.language import Covariate, Drug, Parameter, Route, State, derived, lognormal, nothing, offers, reaction
from marrow.sources import OUTCOMES, assumed, fitted
from marrow.sources import derived as calculated
from marrow.units import L, day, dimensionless, kg, mg
from marrow.vocabulary import BODY_WEIGHT, CYTOTOXICITY, CellClass, Group, Observable

ANTITHYMOCYTE_CONCENTRATION = Observable(
    "antithymocyte_globulin_concentration",
    mg / L,
    "rabbit antithymocyte globulin in plasma, active part; 1 mg/L is taken as 1 AU/mL",
    floor=0.01,
    group=Group.DRUGS,
)
ANTITHYMOCYTE_EXPOSURE = Observable(
    "antithymocyte_globulin_exposure",
    mg * day / L,
    "rabbit antithymocyte globulin, active part, cumulative exposure (AUC)",
    floor=0.1,
    group=Group.DRUGS,
)
_SERIES = "patients given 6 mg/kg: highest active level 9.2 (SD 5.8) mg/L, half-life of the active part 6 days"


class RabbitAntithymocyteGlobulin(Drug):
    """Rabbit antithymocyte globulin (thymoglobulin; neither that of Fresenius, Grafalon, nor that of horses).

    Assumes one compartment for the active part, of a volume at which the whole dose gives the active level that was
    measured; half-life and volume in proportion to body weight; T cells, the host's and the graft's, die in
    proportion to the active level, wherever they are. It stands in for a model with saturable elimination whose
    numbers are not at hand.
    Leaves out binding to lymphocytes (wrong for many of them, and for children), B and natural killer cells, fever at
    the infusion, serum sickness, antibodies against it, the inactive part.
    Should show an exposure of 13 AU·d/mL in all for each mg/kg; after 6 mg/kg below 1 AU/mL from about day 15 to 20;
    few T cells on day 30, and CD4 cells late.
    """

    names = ("rabbit antithymocyte globulin", "rATG", "ATG", "thymoglobulin")

    weight = Covariate(BODY_WEIGHT)

    plasma = State("antithymocyte globulin, as active by its volume", mg, rest=0, typical=200.0)
    exposure = State("cumulative exposure to active antithymocyte globulin", mg * day / L, rest=0, typical=50.0)
    iv = Route("IV", into=plasma, unit=mg, infusion=True)

    volume = Parameter(
        "apparent volume of the active part, per kg of body",
        0.65 * L / kg,
        plausible=(0.4, 1.1),
        source=calculated(f"6 mg/kg over 9.2 mg/L; {_SERIES}", key="pmc4824644", at="Table 3"),
    )
    half_life = Parameter(
        "half-life of the active part",
        6.0 * day,
        plausible=(4.0, 12.0),
        source=calculated(f"{_SERIES}; 6 to 12 days in another series", key="pmc4824644", at="Table 3"),
    )
    sensitivity = Parameter(
        "sensitivity of this patient's T cells, relative",
        1.0 * dimensionless,
        plausible=(0.85, 1.18),
        vary=lognormal(cv=0.40),
        source=assumed("between-patient spread of potency 30 to 50 %"),
    )
    lethal_exposure = Parameter(
        "exposure that leaves 1/e of T cells",
        37.0 * mg * day / L,
        plausible=(8.0, 40.0),
        source=fitted(
            OUTCOMES,
            "no measurement; 8 has been proposed for host T cells, but would leave less than one CD4 cell per uL on "
            "day 100 after 7.5 mg/kg, and nearly no graft-versus-host disease",
        ),
    )

    @derived(
        "clearance of the active part",
        L / day,
        vary=lognormal(sd=0.7),
        source=calculated(
            "log-normal spread of exposure with which a quarter of adults falls into a window of 60 to 95 AU·d/mL "
            "after 4.5 to 5 mg/kg, as reported"
        ),
    )
    def clearance(self):
        return math.log(2) * self.volume * self.weight / self.half_life

    def concentration(self):
        return self.plasma / (self.volume * self.weight)

    @reaction(plasma, nothing)
    def elimination(self):
        return self.clearance * self.concentration()

    @reaction(nothing, exposure)
    def accumulation(self):
        """Exposure accumulates."""
        return self.concentration()

    @offers(ANTITHYMOCYTE_CONCENTRATION)
    def active_level(self):
        return self.concentration()

    @offers(ANTITHYMOCYTE_EXPOSURE)
    def cumulative(self):
        return self.exposure

    @offers(CYTOTOXICITY[CellClass.T_CELL])
    def kills_t_cells(self):
        return self.sensitivity * self.concentration() / self.lethal_exposure
