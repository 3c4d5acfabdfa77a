"""How much likelier than usual a complication is to kill this patient."""

from __future__ import annotations

from marrow.language import Covariate, Module, Parameter, derived, lognormal, offers
from marrow.language.math import exp
from marrow.sources import OUTCOMES, assumed, fitted
from marrow.sources import derived as calculated
from marrow.units import dimensionless, year
from marrow.vocabulary import (
    AGE,
    COMORBIDITY,
    COUNTED_BY_REGISTRY,
    DISEASE_STAGE,
    FRAILTY,
    HIGH_VOLUME_CENTER,
    KARNOFSKY,
    TRANSPLANT_YEAR,
)


class Frailty(Module):
    """Age, comorbidity, performance, stage of disease, and year and center of the transplant as one factor on
    transplant-related death.

    Assumes that each multiplies, at a constant ratio for each year or point, and that what is not known adds a spread.
    Leaves out which organ is ill, ferritin, and centers but as two kinds.
    Should show more death of complications with age and comorbidity and less with every later year.
    """

    age = Covariate(AGE)
    comorbidity = Covariate(COMORBIDITY)
    karnofsky = Covariate(KARNOFSKY)
    calendar = Covariate(TRANSPLANT_YEAR)
    stage = Covariate(DISEASE_STAGE)
    high_volume = Covariate(HIGH_VOLUME_CENTER)
    in_registry = Covariate(COUNTED_BY_REGISTRY)
    by_age = Parameter(
        "increase of the logarithm with age",
        0.0093 / year,
        plausible=(0.008, 0.025),
        source=fitted(
            OUTCOMES,
            "0.0136 by a hazard ratio of non-relapse death of 1.84 from 60 years on against below 20; more, as the "
            "old, who get mild conditioning, die of complications as often as the young",
        ),
    )
    by_comorbidity = Parameter(
        "increase of the logarithm with each point of comorbidity",
        0.16 * dimensionless,
        plausible=(0.08, 0.25),
        source=calculated("non-relapse mortality 14.7, 21.3 and 27.3 % in two years at 0, 1 to 2, 3 and more points"),
    )
    by_performance = Parameter(
        "increase of the logarithm with each point of Karnofsky performance that is missing",
        0.02 * dimensionless,
        plausible=(0.01, 0.04),
        source=assumed("hazard ratios near 1.5 below 80 to 90"),
    )
    by_stage = Parameter(
        "increase of the logarithm with each stage of malignant disease, from first remission to active",
        0.6 * dimensionless,
        plausible=(0.1, 0.7),
        source=fitted(OUTCOMES, "the EBMT score weighs the stage of the disease as it weighs two decades of age"),
    )
    by_year = Parameter(
        "fall of the logarithm with each calendar year",
        0.0446 / year,
        plausible=(0.042, 0.048),
        source=calculated(
            "hazard ratio of non-relapse death 0.80 (0.79 to 0.82) for five years, 38,800 sibling grafts"
        ),
    )
    by_center = Parameter(
        "fall of the logarithm in a center with many transplants a year",
        0.17 * dimensionless,
        plausible=(0.05, 0.5),
        source=fitted(
            OUTCOMES,
            "centers that report their own patients against trials of many centers; of volume alone hazard ratios of "
            "0.8 to 0.9 are known from memory",
        ),
    )
    of_registry = Parameter(
        "rise of the logarithm in everyone whom a registry counts, against patients fit for a trial",
        0.23 * dimensionless,
        plausible=(0.1, 0.7),
        source=fitted(
            OUTCOMES, "trials of the same comorbidity and year tell less non-relapse mortality than registries"
        ),
    )
    usual_age = Parameter("age of reference", 45.0 * year, plausible=(40.0, 50.0), source=assumed("a definition"))
    usual_comorbidity = Parameter(
        "comorbidity of reference", 1.5 * dimensionless, plausible=(1.0, 2.0), source=assumed("a definition")
    )
    unknown = Parameter(
        "what is not known of the patient",
        1.0 * dimensionless,
        plausible=(0.9, 1.1),
        vary=lognormal(cv=0.4),
        source=assumed("scores explain a small part of who dies"),
    )

    @derived("frailty", dimensionless)
    def factor(self):
        years = self.by_age * (self.age - self.usual_age) - self.by_year * self.calendar
        points = self.by_comorbidity * (self.comorbidity - self.usual_comorbidity)
        illness = self.by_performance * (90 - self.karnofsky) + self.by_stage * self.stage
        where = self.of_registry * self.in_registry - self.by_center * self.high_volume
        return self.unknown * exp(years + points + illness + where)

    @offers(FRAILTY)
    def frailty(self):
        return self.factor
