"""A second malignancy: that of the age, more often, and what irradiation and chronic disease leave behind."""

from __future__ import annotations

from marrow.language import Covariate, Module, Needs, Parameter, State, derived, hazard, lognormal, nothing, reaction
from marrow.language.math import exp
from marrow.sources import assumed
from marrow.units import Gy, day, dimensionless, year
from marrow.vocabulary import AGE, CHRONIC_GVHD, GRAFT_GIVEN, IS_ALLOGENEIC, RADIATION_ABSORBED


class SecondMalignancy(Module):
    """The first new malignancy, of any kind but skin other than melanoma.

    Assumes the incidence of the population at the age of the transplant, a multiple of it from the graft on, and more
    of it where irradiation struck the young and where chronic graft-versus-host disease was active, with a delay of
    years.
    Leaves out the kind of cancer, sex, smoking, drugs before and after (alkylators, lenalidomide), that age goes on,
    lymphoproliferative disease by Epstein-Barr virus; death of it is within death of other causes.
    Should show 1 to 3 % at five and 3 to 6 % at ten years after allografts in middle age, several times as much as
    others of their age in those irradiated young; 9 % at ten years after a patient's own cells at 60.
    """

    age = Covariate(AGE)
    allogeneic = Covariate(IS_ALLOGENEIC)
    given = Needs(GRAFT_GIVEN)
    radiation = Needs(RADIATION_ABSORBED)
    chronic = Needs(CHRONIC_GVHD)
    harm = State("harm that has ripened, as increase of the hazard", dimensionless, rest=0, typical=1.0)
    at_birth = Parameter(
        "incidence of cancer in the population, extrapolated to age 0",
        1.2e-4 / year,
        plausible=(8e-5, 2e-4),
        source=assumed("0.1 % a year at 30, 0.45 % at 50, 1.9 % at 70: registries of rich countries, from memory"),
    )
    by_age = Parameter(
        "rise of its logarithm with age",
        0.072 / year,
        plausible=(0.065, 0.08),
        source=assumed("see the incidence at birth"),
    )
    own_ratio = Parameter(
        "incidence after a patient's own cells, relative to the population",
        1.2 * dimensionless,
        plausible=(0.8, 2.0),
        vary=lognormal(cv=0.3),
        source=assumed("4 % of 3948 within three years, 9.1 % in ten after autologous grafts for myeloma; about as the "
                       "population, and myeloid ones in addition"),
    )  # fmt: skip
    allogeneic_ratio = Parameter(
        "the same after an allogeneic graft",
        1.6 * dimensionless,
        plausible=(1.2, 3.0),
        source=assumed("2.1 (1.8 to 2.5) times as expected in 28,874 patients, 1.75 in 674, irradiation and chronic "
                       "disease counted in", key="rizzo2009"),
    )  # fmt: skip
    by_radiation = Parameter(
        "increase of the hazard for each gray at birth, relative to the population",
        7.0 / Gy,
        plausible=(2.0, 20.0),
        source=assumed("nine times as much when irradiated under 30 years, 1.1 times when older", key="rizzo2009"),
    )
    youth = Parameter(
        "age in which that falls to 1/e",
        10.0 * year,
        plausible=(7.0, 15.0),
        source=assumed("see the increase at birth: 11 at 20 years, 0.6 at 50, for 12 Gy"),
    )
    by_chronic = Parameter(
        "increase of the hazard by severe chronic graft-versus-host disease that lasts",
        3.0 * dimensionless,
        plausible=(1.0, 8.0),
        source=assumed("the main cause of squamous cell cancers", key="rizzo2009"),
    )
    latency = Parameter(
        "time in which harm ripens and fades",
        6.0 * year,
        plausible=(3.0, 12.0),
        source=assumed("solid cancers of irradiation come from five years on; excess grows to fifteen"),
    )

    @derived("incidence in the population at this age", 1 / day)
    def population(self):
        return self.at_birth * exp(self.by_age * self.age)

    @derived("incidence after this graft, relative", dimensionless)
    def ratio(self):
        return self.own_ratio * (1 - self.allogeneic) + self.allogeneic_ratio * self.allogeneic

    @derived("increase for each gray at this age", 1 / Gy)
    def of_radiation(self):
        return self.by_radiation * exp(-self.age / self.youth)

    @reaction(nothing, harm)
    def ripens(self):
        """Harm ripens."""
        return (self.of_radiation * self.radiation + self.by_chronic * self.chronic) / self.latency

    @reaction(harm, nothing)
    def fades(self):
        """It fades where nothing renews it."""
        return self.harm / self.latency

    @hazard("second malignancy")
    def new_malignancy(self):
        """A new malignancy is found."""
        return self.population * self.given * (self.ratio + self.harm)
