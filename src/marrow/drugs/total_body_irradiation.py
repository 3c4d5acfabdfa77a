"""Total body irradiation: the linear-quadratic rule as a death rate, with repair between and during fractions."""

from __future__ import annotations

import math

from marrow.language import Covariate, Drug, Parameter, Route, State, lognormal, nothing, offers, reaction
from marrow.language.math import exp, saturate
from marrow.sources import OUTCOMES, RECOVERY, assumed, derived, fitted
from marrow.units import Gy, dimensionless, hour, minute
from marrow.vocabulary import (
    CYTOTOXICITY,
    IS_ACUTE_LYMPHOBLASTIC_LEUKEMIA,
    RADIATION_ABSORBED,
    CellClass,
    Group,
    Observable,
)

RADIATION_DOSE = Observable("radiation_dose", Gy, "total body irradiation, dose so far", floor=0.01, group=Group.DRUGS)


def biologically_effective_dose(dose: float, fractions: int, alpha_beta: float) -> float:
    """BED in Gy: D (1 + d / (alpha/beta)), of ``dose`` Gy in so many equal fractions d; ``alpha_beta`` in Gy.

    Assumes full repair between fractions and none during one. Raises ``ValueError`` for what cannot be given.
    """
    if not (math.isfinite(dose) and dose >= 0 and fractions >= 1 and math.isfinite(alpha_beta) and alpha_beta > 0):
        raise ValueError(
            f"found {dose:g} Gy in {fractions} fractions at alpha/beta {alpha_beta:g} Gy; needed a dose of 0 or more, "
            "at least one fraction, and a positive alpha/beta"
        )
    return dose * (1 + dose / fractions / alpha_beta)


def equivalent_dose_in_2_gray(dose: float, fractions: int, alpha_beta: float) -> float:
    """EQD2 in Gy: the dose in fractions of 2 Gy that does as much; BED / (1 + 2 / (alpha/beta)). Errors as above."""
    return biologically_effective_dose(dose, fractions, alpha_beta) / (1 + 2 / alpha_beta)


def _per_gray(label: str, value: float, low: float, high: float, note: str) -> Parameter:
    return Parameter(label, value / Gy, plausible=(low, high), source=assumed(note))


def _per_squared_gray(label: str, value: float, low: float, high: float, note: str) -> Parameter:
    return Parameter(label, value / Gy**2, plausible=(low, high), source=assumed(note))


class TotalBodyIrradiation(Drug):
    """Total body irradiation.

    Assumes that every cell gets the dose of the order; that a fraction is delivered at the dose rate of the machine, or
    slower where the order says over how long; that lesions are repaired at one rate, so that a cell's death rate is
    dose rate * (alpha + 2 beta * lesions not yet repaired). Integrated, that is the linear-quadratic rule with the
    dose-protraction factor of Lea and Catcheside: exp(-alpha D - beta G D^2) for each fraction, G near 1 for minutes.
    Lymphocytes are two kinds, of which the resistant one remains.
    Leaves out shielding of lungs or kidneys, inhomogeneous dose, total lymphoid irradiation, growth and
    reassortment between fractions (growth is the tissues'), and late effects but second malignancies.
    Should show 0.66 log10 of stem cells killed by 2 Gy and 4 log10 by 12 Gy in 6 fractions.
    """

    names = ("total body irradiation", "TBI")

    lymphoblastic = Covariate(IS_ACUTE_LYMPHOBLASTIC_LEUKEMIA)

    to_deliver = State("radiation ordered and not yet delivered", Gy, rest=0, typical=1.0)
    lesions = State("lesions that are not yet repaired, as dose", Gy, rest=0, typical=1.0)
    dose = State("radiation delivered", Gy, rest=0, typical=5.0)
    beam = Route("external beam", into=to_deliver, unit=Gy, infusion=True)

    dose_rate = Parameter(
        "dose rate of the machine",
        0.1 * Gy / minute,
        plausible=(0.05, 0.3),
        source=assumed("0.05 to 0.3 Gy/min are usual, 0.06 to 0.07 with 2 Gy before fludarabine"),
    )
    rest_of_fraction = Parameter(
        "dose left at which the rate has halved",
        0.05 * Gy,
        plausible=(0.05, 0.05),
        source=derived("ends a fraction smoothly: a definition, and 2 % of a fraction of 2 Gy"),
    )
    repair = Parameter(
        "repair of lesions",
        0.7 / hour,
        plausible=(0.46, 1.4),
        source=assumed("half-time 1 h, 0.5 to 1.5 h in most tissues"),
    )
    sensitivity = Parameter(
        "sensitivity of this patient's cells, relative",
        1.0 * dimensionless,
        plausible=(0.85, 1.18),
        vary=lognormal(cv=0.30),
        source=assumed("between-patient spread of potency 30 to 50 %; the lower end, because no kinetics come between"),
    )
    stem_alpha = _per_gray(
        "alpha of long-term stem cells", 0.7, 0.5, 1.2, "4 log10 by 12 Gy in 6; marrow stem cells, D0 0.5 to 1.4 Gy"
    )
    stem_beta = _per_squared_gray("beta of long-term stem cells", 0.03, 0.01, 0.06, "nearly no shoulder: ratio 23 Gy")
    early_alpha = _per_gray(
        "alpha of multipotent progenitors", 0.8, 0.55, 1.2, "between stem cells and committed progenitors"
    )
    early_beta = _per_squared_gray("beta of multipotent progenitors", 0.025, 0.01, 0.05, "as alpha")
    dividing_alpha = Parameter(
        "alpha of committed progenitors",
        0.97 / Gy,
        plausible=(0.7, 1.2),
        source=fitted(
            RECOVERY, "D0 of 0.9 to 1.1 Gy; at 0.9 most patients would not be neutropenic after fludarabine and 2 Gy"
        ),
    )
    dividing_beta = _per_squared_gray("beta of committed progenitors", 0.02, 0.005, 0.05, "hardly any shoulder")
    lymphocyte_alpha = _per_gray(
        "alpha of most lymphocytes", 0.9, 0.6, 2.0, "no shoulder; host T cells that chimerism shows after 2 Gy"
    )
    resistant_alpha = _per_gray(
        "alpha of resistant lymphocytes", 0.3, 0.2, 0.8, "memory cells with a D0 of two to four Gy"
    )
    resistant_share = Parameter(
        "share of resistant lymphocytes",
        0.03 * dimensionless,
        plausible=(0.005, 0.15),
        source=assumed("host T cells are still there after 12 Gy, and reject some grafts without T cells"),
    )
    stroma_alpha = _per_gray(
        "alpha of marrow stroma",
        0.058,
        0.02,
        0.15,
        "half works on after 12 Gy: what supports does not divide, though its colonies have a D0 of 1.46 Gy",
    )
    mucosa_alpha = _per_gray("alpha of mucosal stem cells", 0.1, 0.05, 0.2, "a quarter survives 12 Gy in 6 fractions")
    mucosa_beta = _per_squared_gray("beta of mucosal stem cells", 0.01, 0.005, 0.02, "ratio 10 Gy, acute effects")

    malignant_alpha = Parameter(
        "alpha of malignant cells",
        0.39 / Gy,
        plausible=(0.25, 0.9),
        source=fitted(OUTCOMES, "myeloid leukemia; before the sensitivity of malignant cells as a whole"),
    )
    if_lymphoblastic = Parameter(
        "kill of lymphoblasts, relative to myeloid leukemia",
        1.4 * dimensionless,
        plausible=(1.0, 2.0),
        source=assumed(
            "children with acute lymphoblastic leukemia relapse a third as often with irradiation as without"
        ),
    )
    malignant_beta = _per_squared_gray("beta of malignant cells", 0.04, 0.02, 0.06, "as alpha; ratio 15 Gy")
    vessel_alpha = _per_gray(
        "alpha of small vessels", 0.05, 0.03, 0.12, "12 Gy in 6 injure as much as a myeloablative course of busulfan"
    )
    vessel_beta = _per_squared_gray("beta of small vessels", 0.012, 0.006, 0.03, "ratio 5 Gy: lungs and kidneys, late")

    # --- what happens ---
    def rate(self):
        return self.dose_rate * saturate(self.to_deliver, self.rest_of_fraction)

    @reaction(to_deliver, dose)
    def irradiation(self):
        return self.rate()

    @reaction(nothing, lesions)
    def lesion(self):
        """Radiation makes lesions."""
        return self.rate()

    @reaction(lesions, nothing)
    def is_repaired(self):
        """Lesions are repaired."""
        return self.repair * self.lesions

    @offers(RADIATION_DOSE)
    def delivered(self):
        return self.dose

    @offers(RADIATION_ABSORBED)
    def absorbed(self):
        return self.dose

    def linear_quadratic(self, alpha, beta):
        return self.sensitivity * self.rate() * (alpha + 2 * beta * self.lesions)

    @offers(CYTOTOXICITY[CellClass.LONG_TERM_STEM])
    def kills_stem_cells(self):
        return self.linear_quadratic(self.stem_alpha, self.stem_beta)

    @offers(CYTOTOXICITY[CellClass.EARLY_PROGENITOR])
    def kills_early_progenitors(self):
        return self.linear_quadratic(self.early_alpha, self.early_beta)

    @offers(CYTOTOXICITY[CellClass.DIVIDING])
    def kills_dividing_cells(self):
        return self.linear_quadratic(self.dividing_alpha, self.dividing_beta)

    @offers(CYTOTOXICITY[CellClass.LYMPHOCYTE])
    def kills_lymphocytes(self):
        """The mean death rate of both kinds, by the shares that are left of them at the dose so far."""
        felt = self.sensitivity * self.dose
        others = (1 - self.resistant_share) * exp(-self.lymphocyte_alpha * felt)
        resistant = self.resistant_share * exp(-self.resistant_alpha * felt)
        mean = (others * self.lymphocyte_alpha + resistant * self.resistant_alpha) / (others + resistant)
        return self.sensitivity * self.rate() * mean

    @offers(CYTOTOXICITY[CellClass.DIVIDING_LYMPHOCYTE])
    def kills_dividing_lymphocytes(self):
        return self.sensitivity * self.rate() * self.lymphocyte_alpha

    @offers(CYTOTOXICITY[CellClass.STROMA])
    def damages_stroma(self):
        return self.sensitivity * self.rate() * self.stroma_alpha

    @offers(CYTOTOXICITY[CellClass.MUCOSA])
    def kills_mucosa(self):
        return self.linear_quadratic(self.mucosa_alpha, self.mucosa_beta)

    @offers(CYTOTOXICITY[CellClass.MALIGNANT])
    def kills_malignant_cells(self):
        more = 1 + (self.if_lymphoblastic - 1) * self.lymphoblastic
        return more * self.linear_quadratic(self.malignant_alpha, self.malignant_beta)

    @offers(CYTOTOXICITY[CellClass.ENDOTHELIUM])
    def injures_vessels(self):
        return self.linear_quadratic(self.vessel_alpha, self.vessel_beta)
