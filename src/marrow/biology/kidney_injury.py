"""Acute kidney injury of stage 2 or 3."""

from __future__ import annotations

from marrow.language import Covariate, Module, Needs, Parameter, derived, hazard, lognormal
from marrow.language.math import exp
from marrow.sources import assumed
from marrow.units import day, dimensionless, minute, mL
from marrow.vocabulary import (
    COMORBIDITY,
    GLOMERULAR_FILTRATION,
    GVHD_INJURY,
    INFLAMMATION,
    T_CELL_ACTIVATION,
    VESSEL_INJURY,
)


class KidneyInjury(Module):
    """The first acute kidney injury in which creatinine doubles at least (stage 2 or 3).

    Assumes hazards that add: of calcineurin inhibitors, of vessels injured by conditioning, of infection, of acute
    graft-versus-host disease; each higher with comorbidity and with kidneys that filter less from the start.
    Leaves out antibiotics, amphotericin, foscarnet and contrast, stage 1, chronic disease, dialysis, doses that are
    cut; death of it is within death of organ toxicity and of infection.
    Should show 25 to 35 % by day 100 after allografts, half of them within a month, a few percent after melphalan.
    """

    comorbidity = Covariate(COMORBIDITY)
    filtration = Covariate(GLOMERULAR_FILTRATION)
    vessels = Needs(VESSEL_INJURY)
    inflammation = Needs(INFLAMMATION)
    acute = Needs(GVHD_INJURY)
    activation = Needs(T_CELL_ACTIVATION)
    of_calcineurin = Parameter(
        "hazard with calcineurin wholly inhibited",
        0.0016 / day,
        plausible=(0.0006, 0.004),
        vary=lognormal(cv=0.5),
        source=assumed("set with the others so that 30 % have it by day 100 (published: 19 and 10 % stage 2 and 3 of "
                       "616, 16 and 16 % of 289; half of any stage within 17 days)"),
    )  # fmt: skip
    of_vessels = Parameter(
        "hazard at the vessel injury of myeloablative busulfan",
        0.002 / day,
        plausible=(0.0007, 0.006),
        source=assumed("irradiation and sinusoidal obstruction are risk factors; see the first number"),
    )
    of_infection = Parameter(
        "hazard in a febrile infection",
        0.006 / day,
        plausible=(0.002, 0.02),
        source=assumed("sepsis is the strongest risk factor; 5 % or so after melphalan"),
    )
    of_acute = Parameter(
        "hazard in severe acute graft-versus-host disease",
        0.006 / day,
        plausible=(0.002, 0.02),
        source=assumed("acute disease is a risk factor of severe injury in 289 patients"),
    )
    by_comorbidity = Parameter(
        "increase of the logarithm with each point of comorbidity",
        0.25 * dimensionless,
        plausible=(0.1, 0.5),
        source=assumed("hazard ratios 2.4 with 1 to 2 and 4.7 with 3 or more points against 0 in 207 patients; half of "
                       "that, as one series"),
    )  # fmt: skip
    by_filtration = Parameter(
        "power of the usual filtration relative to the patient's",
        0.7 * dimensionless,
        plausible=(0.2, 1.5),
        source=assumed("less reserve; clearance before is a predictor in amyloidosis"),
    )
    usual_comorbidity = Parameter(
        "comorbidity of reference", 1.5 * dimensionless, plausible=(1.0, 2.0), source=assumed("a definition")
    )
    usual_filtration = Parameter(
        "filtration of reference", 100.0 * mL / minute, plausible=(80.0, 120.0), source=assumed("a definition")
    )

    @derived("how easily these kidneys are injured", dimensionless)
    def vulnerability(self):
        points = exp(self.by_comorbidity * (self.comorbidity - self.usual_comorbidity))
        return points * (self.usual_filtration / self.filtration) ** self.by_filtration

    @hazard("acute kidney injury")
    def stage_2_3(self):
        """Creatinine doubles."""
        drugs = self.of_calcineurin * (1 - self.activation)
        ill = self.of_vessels * self.vessels + self.of_infection * self.inflammation + self.of_acute * self.acute
        return self.vulnerability * (drugs + ill)
