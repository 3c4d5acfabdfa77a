"""Thiotepa, intravenous, and its metabolite TEPA: the population model of Huitema 2001; both kill."""

from __future__ import annotations

from marrow.drugs.killing import KillsStromaByExposure
from marrow.language import Covariate, Drug, Parameter, Route, State, derived, lognormal, nothing, offers, reaction
from marrow.sources import assumed, in_transplant
from marrow.units import L, dimensionless, hour, kg, mg
from marrow.vocabulary import BODY_WEIGHT, Group, Observable

THIOTEPA_CONCENTRATION = Observable(
    "thiotepa_concentration", mg / L, "thiotepa in plasma", floor=0.01, group=Group.DRUGS
)
THIOTEPA_EXPOSURE = Observable(
    "thiotepa_exposure", mg * hour / L, "thiotepa, cumulative exposure (AUC)", floor=0.1, group=Group.DRUGS
)
TEPA_CONCENTRATION = Observable("tepa_concentration", mg / L, "TEPA in plasma", floor=0.01, group=Group.DRUGS)
TEPA_EXPOSURE = Observable(
    "tepa_exposure", mg * hour / L, "TEPA, cumulative exposure (AUC)", floor=0.1, group=Group.DRUGS
)


def _huitema(what: str):
    return in_transplant(
        "huitema2001", f"{what}; 40 adults, 65 courses of 80 to 120 mg/m2 a day for 4 days", at="abstract"
    )


class Thiotepa(KillsStromaByExposure, Drug):
    """Thiotepa.

    Assumes one compartment of thiotepa and one of TEPA, which thiotepa becomes in proportion to its elimination; of
    TEPA only the ratio of the share formed to its volume is known, so it is followed as a concentration. The paper's
    adults stand for 70 kg; other weights by the powers 0.75 and 1, which the paper did not test.
    Cells die in proportion to the sum of both concentrations. One sensitivity a patient multiplies all potencies.
    Leaves out alkaline phosphatase, albumin and protein, with which the authors found clearance and volume to go;
    thiotepa's slowing of the activation of cyclophosphamide; and the skin.
    Should show 10 mg·h/L of thiotepa and 16 of TEPA after 350 mg, TEPA highest after the end of the infusion.
    """

    names = ("thiotepa", "TT", "TTP")

    weight = Covariate(BODY_WEIGHT)

    plasma = State("thiotepa in the body", mg, rest=0, typical=100.0)
    tepa = State("TEPA in plasma", mg / L, rest=0, typical=2.0)
    exposure = State("cumulative exposure to thiotepa", mg * hour / L, rest=0, typical=20.0)
    tepa_exposure = State("cumulative exposure to TEPA", mg * hour / L, rest=0, typical=30.0)
    iv = Route("IV", into=plasma, unit=mg, infusion=True)

    # --- kinetics ---
    standard_weight = Parameter(
        "weight of the standard adult",
        70.0 * kg,
        plausible=(70.0, 70.0),
        source=assumed("the paper's adults are taken for 70 kg: a definition"),
    )
    size_exponent = Parameter(
        "allometric exponent of clearance",
        0.75 * dimensionless,
        plausible=(0.65, 0.85),
        source=assumed("fixed by theory; rates to the power -0.25"),
    )
    standard_clearance = Parameter("clearance", 34.0 * L / hour, plausible=(31.0, 37.0), source=_huitema("CL"))
    standard_volume = Parameter("volume of distribution", 47.0 * L, plausible=(43.0, 51.0), source=_huitema("V"))
    standard_formation = Parameter(
        "share that becomes TEPA, over the volume of TEPA",
        0.030 / L,
        plausible=(0.025, 0.036),
        source=_huitema("fraction converted divided by the volume of TEPA"),
    )
    standard_loss = Parameter(
        "elimination rate of TEPA", 0.64 / hour, plausible=(0.55, 0.75), source=_huitema("k of TEPA")
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
        "exposure (thiotepa and TEPA) that leaves 1/e of long-term stem cells",
        23.0 * mg * hour / L,
        plausible=(13.0, 40.0),
        source=assumed("1 log10 by 10 mg/kg (53 mg·h/L): what busulfan 9.6 mg/kg leaves of the 3 proposed for TBF"),
    )
    early_progenitor_exposure = Parameter(
        "exposure (thiotepa and TEPA) that leaves 1/e of multipotent progenitors",
        21.5 * mg * hour / L,
        plausible=(12.0, 38.0),
        source=assumed("between stem cells and committed progenitors"),
    )
    dividing_exposure = Parameter(
        "exposure (thiotepa and TEPA) that leaves 1/e of committed progenitors",
        20.0 * mg * hour / L,
        plausible=(11.0, 36.0),
        source=assumed("a little below stem cells; with busulfan 4.1 log10, the proposal for TBF being 4"),
    )
    lymphocyte_exposure = Parameter(
        "exposure (thiotepa and TEPA) that leaves 1/e of lymphocytes",
        25.0 * mg * hour / L,
        plausible=(13.0, 50.0),
        source=assumed("0.9 log10 by 10 mg/kg: what fludarabine and busulfan leave of the 3 proposed for TBF"),
    )
    stroma_exposure = Parameter(
        "exposure (thiotepa and TEPA) that leaves 1/e of marrow stroma",
        200.0 * mg * hour / L,
        plausible=(80.0, 600.0),
        source=assumed("three quarters of the stroma survive 10 mg/kg"),
    )
    mucosa_exposure = Parameter(
        "exposure (thiotepa and TEPA) that leaves 1/e of mucosal stem cells",
        75.0 * mg * hour / L,
        plausible=(35.0, 150.0),
        source=assumed("half survives 10 mg/kg; mucositis limits the dose"),
    )
    malignant_exposure = Parameter(
        "exposure (thiotepa and TEPA) that leaves 1/e of malignant cells",
        19.0 * mg * hour / L,
        plausible=(10.0, 35.0),
        source=assumed("1.2 log10 by 10 mg/kg: with busulfan 9.6 mg/kg 3 log10 of leukemia"),
    )
    vessel_exposure = Parameter(
        "exposure (thiotepa and TEPA) that injures small vessels by one e-fold",
        130.0 * mg * hour / L,
        plausible=(60.0, 300.0),
        source=assumed("10 mg/kg injure less than half as much as a myeloablative course of busulfan"),
    )

    # --- one patient's kinetics ---
    def size(self):
        return self.weight / self.standard_weight

    @derived(
        "thiotepa clearance",
        L / hour,
        vary=lognormal(cv=0.18),
        occasion=lognormal(cv=0.11),
        source=_huitema("between patients 18 %, between occasions 11 %"),
    )
    def clearance(self):
        return self.standard_clearance * self.size() ** self.size_exponent

    @derived(
        "thiotepa volume of distribution",
        L,
        vary=lognormal(cv=0.075),
        occasion=lognormal(cv=0.19),
        source=_huitema("between patients 7.5 %, between occasions 19 %"),
    )
    def volume(self):
        return self.standard_volume * self.size()

    @derived(
        "share that becomes TEPA, over the volume of TEPA",
        1 / L,
        vary=lognormal(cv=0.39),
        occasion=lognormal(cv=0.32),
        source=_huitema("between patients 39 %, between occasions 32 %"),
    )
    def formation(self):
        return self.standard_formation / self.size()

    @derived(
        "elimination rate of TEPA",
        1 / hour,
        vary=lognormal(cv=0.27),
        occasion=lognormal(cv=0.32),
        source=_huitema("between patients 27 %, between occasions 32 %"),
    )
    def loss(self):
        return self.standard_loss * self.size() ** (self.size_exponent - 1)

    # --- what happens ---
    def concentration(self):
        return self.plasma / self.volume

    @reaction(plasma, nothing)
    def elimination(self):
        return self.clearance * self.concentration()

    @reaction(nothing, tepa)
    def becomes_tepa(self):
        """TEPA is formed."""
        return self.formation * self.clearance * self.concentration()

    @reaction(tepa, nothing)
    def elimination_of_tepa(self):
        return self.loss * self.tepa

    @reaction(nothing, exposure)
    def accumulation(self):
        """Exposure to thiotepa accumulates."""
        return self.concentration()

    @reaction(nothing, tepa_exposure)
    def accumulation_of_tepa(self):
        """Exposure to TEPA accumulates."""
        return self.tepa

    @offers(THIOTEPA_CONCENTRATION)
    def in_plasma(self):
        return self.concentration()

    @offers(THIOTEPA_EXPOSURE)
    def cumulative(self):
        return self.exposure

    @offers(TEPA_CONCENTRATION)
    def tepa_in_plasma(self):
        return self.tepa

    @offers(TEPA_EXPOSURE)
    def cumulative_tepa(self):
        return self.tepa_exposure

    def killing_concentration(self):
        return self.concentration() + self.tepa
