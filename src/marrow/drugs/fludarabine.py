"""Fludarabine, intravenous: F-ara-A in plasma by the model of Langenhorst 2019, and the lymphocytes it kills."""

from __future__ import annotations

from marrow.language import Covariate, Drug, Parameter, Route, State, derived, lognormal, nothing, offers, reaction
from marrow.language.math import positive, smaller, where
from marrow.sources import OUTCOMES, RECOVERY, assumed, fitted, in_transplant
from marrow.sources import derived as calculated
from marrow.units import L, dimensionless, hour, kg, mg, minute, mL, year
from marrow.vocabulary import (
    AGE,
    BODY_WEIGHT,
    CYTOTOXICITY,
    FLUDARABINE_GIVEN,
    GLOMERULAR_FILTRATION,
    CellClass,
    Group,
    Observable,
)

FLUDARABINE_CONCENTRATION = Observable(
    "fludarabine_concentration", mg / L, "F-ara-A (fludarabine) in plasma", floor=0.001, group=Group.DRUGS
)
FLUDARABINE_EXPOSURE = Observable(
    "fludarabine_exposure",
    mg * hour / L,
    "F-ara-A (fludarabine), cumulative exposure (AUC)",
    floor=0.1,
    group=Group.DRUGS,
)


def _langenhorst(what: str, at: str = "Table 2"):
    transcribed = "" if at == "abstract" else "nlmixr2lib, Langenhorst_2019_fludarabine"
    return in_transplant(
        "langenhorst2019", f"{what}; 258 recipients, 0.3 to 74 years, 2,605 samples", at=at, transcribed_in=transcribed
    )


def _cap(what: str):
    return assumed(
        f"{what}; the authors' cap of estimated filtration (mL/min/1.73 m2), not measured",
        key="langenhorst2019",
        transcribed_in="nlmixr2lib, Langenhorst_2019_fludarabine",
    )


class Fludarabine(Drug):
    """Fludarabine.

    Assumes that the phosphate that is dosed becomes F-ara-A at once; three compartments; clearance of a renal part,
    proportional to glomerular filtration (capped by age, as in the paper), and another; body weight to the powers
    0.75 and 1; one deviate for all clearances and one for all volumes, between patients and again from dose to dose.
    The dose is turned into F-ara-A by the ratio of molar masses (``share_of_active``). The public transcription of
    the model does not; set the share to 1 to read the paper's clearances so. Converted, 160 mg/m2 gives an adult 28
    mg·h/L, unconverted 35, where 20 is the best exposure by the same authors: the conversion is thought to be meant,
    and the paper will tell.
    Kills lymphocytes and, less, dividing cells of the marrow, in proportion to the plasma concentration.
    Leaves out the intracellular triphosphate (its yield falls over the days), neurotoxicity, and any effect on stem
    cells.
    Should show about 7 mg·h/L for each 40 mg/m2 in an adult with normal kidneys; half as much filtration, a third
    more exposure.
    """

    names = ("fludarabine", "Flu")

    weight = Covariate(BODY_WEIGHT)
    age = Covariate(AGE)
    filtration = Covariate(GLOMERULAR_FILTRATION)

    central = State("fludarabine phosphate equivalents, central compartment", mg, rest=0, typical=30.0)
    shallow = State("fludarabine phosphate equivalents, shallow compartment", mg, rest=0, typical=20.0)
    deep = State("fludarabine phosphate equivalents, deep compartment", mg, rest=0, typical=20.0)
    exposure = State("cumulative exposure to F-ara-A", mg * hour / L, rest=0, typical=20.0)
    iv = Route("IV", into=central, unit=mg, infusion=True)

    share_of_active = Parameter(
        "F-ara-A from fludarabine phosphate, by mass",
        0.781 * dimensionless,
        plausible=(0.76, 0.80),
        source=calculated(
            "molar masses 285.2 over 365.2 g/mol; 1 would read the published clearances as of the phosphate"
        ),
    )
    standard_weight = Parameter(
        "weight of the standard adult",
        70.0 * kg,
        plausible=(70.0, 70.0),
        source=calculated(
            "the weight to which the parameters refer: a definition", key="langenhorst2019", at="abstract"
        ),
    )
    size_exponent = Parameter(
        "allometric exponent of clearances",
        0.75 * dimensionless,
        plausible=(0.65, 0.85),
        source=_langenhorst("fixed; estimated values were close", at="Section 3.3"),
    )
    other_clearance = Parameter(
        "clearance other than by the kidneys",
        3.2 * L / hour,
        plausible=(1.6, 4.9),
        source=_langenhorst("95 % interval 1.6 to 4.9"),
    )
    renal_share = Parameter(
        "renal clearance for each unit of glomerular filtration",
        0.78 * dimensionless,
        plausible=(0.57, 1.0),
        source=_langenhorst("95 % interval 0.57 to 1.0"),
    )
    central_volume = Parameter(
        "central volume", 39.0 * L, plausible=(33.0, 45.0), source=_langenhorst("V1, 95 % interval 33 to 45")
    )
    shallow_volume = Parameter(
        "volume of the shallow compartment",
        20.0 * L,
        plausible=(17.0, 24.0),
        source=_langenhorst("V2, 95 % interval 17 to 24"),
    )
    deep_volume = Parameter(
        "volume of the deep compartment",
        50.0 * L,
        plausible=(41.0, 58.0),
        source=_langenhorst("V3, 95 % interval 41 to 58"),
    )
    shallow_exchange = Parameter(
        "clearance to the shallow compartment",
        8.6 * L / hour,
        plausible=(6.8, 10.0),
        source=_langenhorst("Q2, 95 % interval 6.8 to 10"),
    )
    deep_exchange = Parameter(
        "clearance to the deep compartment",
        3.8 * L / hour,
        plausible=(2.9, 4.6),
        source=_langenhorst("Q3, 95 % interval 2.9 to 4.6"),
    )
    highest_filtration = Parameter(
        "highest credible glomerular filtration",
        140.0 * mL / minute,
        plausible=(130.0, 150.0),
        source=_cap("140 from 1.5 to 30 years"),
    )
    share_at_birth = Parameter(
        "highest filtration at birth, relative",
        0.25 * dimensionless,
        plausible=(0.2, 0.3),
        source=_cap("35 at birth"),
    )
    mature_age = Parameter(
        "age of mature filtration",
        1.5 * year,
        plausible=(1.0, 2.0),
        source=_cap("mature at 1.5 years"),
    )
    ageing_from = Parameter(
        "age from which filtration falls",
        30.0 * year,
        plausible=(25.0, 40.0),
        source=_cap("falls from 30 years on"),
    )
    ageing = Parameter(
        "fall of the highest filtration with age",
        0.8 * mL / minute / year,
        plausible=(0.6, 1.0),
        source=_cap("falls by 8 a decade"),
    )
    sensitivity = Parameter(
        "sensitivity of this patient's cells, relative",
        1.0 * dimensionless,
        plausible=(0.85, 1.18),
        vary=lognormal(cv=0.40),
        source=assumed("between-patient spread of potency 30 to 50 %"),
    )
    lymphocyte_exposure = Parameter(
        "exposure that leaves 1/e of lymphocytes",
        11.0 * mg * hour / L,
        plausible=(4.0, 12.0),
        source=fitted(
            OUTCOMES,
            "2 log10 of host T cells by 150 to 160 mg/m2 (26 to 28 mg·h/L) and busulfan; three quarters donor T cells "
            "on day 28 after 90 mg/m2 and 2 Gy",
        ),
    )

    dividing_exposure = Parameter(
        "exposure that leaves 1/e of dividing cells",
        33.0 * mg * hour / L,
        plausible=(10.0, 60.0),
        source=fitted(
            RECOVERY,
            "125 mg/m2 alone makes most patients with lymphoid disease neutropenic for a week or two; with 2 Gy half "
            "of patients or more fall below 0.5",
        ),
    )

    @derived("credible glomerular filtration", mL / minute)
    def credible_filtration(self):
        """The estimate, capped by what age allows."""
        growing = self.share_at_birth + (1 - self.share_at_birth) * self.age / self.mature_age
        infant = self.highest_filtration * growing
        grown = self.highest_filtration - self.ageing * positive(self.age - self.ageing_from)
        return smaller(self.filtration, where(self.age < self.mature_age, infant, grown))

    @derived("clearance of the standard weight", L / hour)
    def standard_clearance(self):
        return self.other_clearance + self.renal_share * self.credible_filtration

    @derived(
        "scale of clearances",
        dimensionless,
        vary=lognormal(cv=0.23),
        occasion=lognormal(cv=0.12),
        source=_langenhorst("one deviate for CL, Q2 and Q3: 23 % between patients, 12 % between doses"),
    )
    def clearance_scale(self):
        return (self.weight / self.standard_weight) ** self.size_exponent

    @derived(
        "scale of volumes",
        dimensionless,
        vary=lognormal(cv=0.48),
        occasion=lognormal(cv=0.31),
        source=_langenhorst("one deviate for V1, V2 and V3: 48 % between patients, 31 % between doses"),
    )
    def volume_scale(self):
        return self.weight / self.standard_weight

    def in_plasma(self):
        """Concentration as phosphate equivalents."""
        return self.central / (self.central_volume * self.volume_scale)

    def concentration(self):
        return self.share_of_active * self.in_plasma()

    @reaction(central, nothing)
    def elimination(self):
        return self.standard_clearance * self.clearance_scale * self.in_plasma()

    @reaction(central, shallow)
    def shallow_distribution(self):
        return self.shallow_exchange * self.clearance_scale * self.in_plasma()

    @reaction(shallow, central)
    def shallow_return(self):
        return self.shallow_exchange * self.clearance_scale * self.shallow / (self.shallow_volume * self.volume_scale)

    @reaction(central, deep)
    def deep_distribution(self):
        return self.deep_exchange * self.clearance_scale * self.in_plasma()

    @reaction(deep, central)
    def deep_return(self):
        return self.deep_exchange * self.clearance_scale * self.deep / (self.deep_volume * self.volume_scale)

    @reaction(nothing, exposure)
    def accumulation(self):
        """Exposure accumulates."""
        return self.concentration()

    @offers(FLUDARABINE_CONCENTRATION)
    def plasma(self):
        return self.concentration()

    @offers(FLUDARABINE_EXPOSURE)
    def cumulative(self):
        return self.exposure

    @offers(CYTOTOXICITY[CellClass.LYMPHOCYTE])
    def kills_lymphocytes(self):
        return self.sensitivity * self.concentration() / self.lymphocyte_exposure

    @offers(CYTOTOXICITY[CellClass.DIVIDING])
    def kills_dividing_cells(self):
        return self.sensitivity * self.concentration() / self.dividing_exposure

    @offers(FLUDARABINE_GIVEN)
    def is_given(self):
        """Busulfan is cleared more slowly with it, some models find."""
        return 1
