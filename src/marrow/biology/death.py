"""Death, by cause: hazards that compete. A course goes on after them; endpoints end a patient at the first."""

from __future__ import annotations

from marrow.biology.declared import fitted_pure, fitted_rate
from marrow.language import Covariate, Module, Needs, Parameter, State, derived, hazard, lognormal, nothing, reaction
from marrow.language.math import exp
from marrow.sources import OUTCOMES, assumed, fitted
from marrow.units import day, dimensionless, year
from marrow.vocabulary import (
    AGE,
    CHRONIC_GVHD,
    FRAILTY,
    GVHD_INJURY,
    HAZARD_OF_GVHD_DEATH,
    HAZARD_OF_INFECTIOUS_DEATH,
    HAZARD_OF_ORGAN_DEATH,
    HAZARD_OF_OTHER_DEATH,
    IS_ALLOGENEIC,
    LACK_OF_NEUTROPHILS,
    LACK_OF_T_CELLS,
    MALIGNANT_GROWTH,
    RELAPSE_DANGER,
    RELAPSED,
    STEROIDS,
    T_CELL_ACTIVATION,
    TISSUE_DAMAGE,
    VESSEL_INJURY,
)


class Death(Module):
    """Death of infection, graft-versus-host disease, organ toxicity, relapse and other causes.

    Assumes hazards that follow their drivers without delay, but for organs, which fail weeks after injury of vessels;
    all but the last two multiplied by frailty. Infection kills where neutrophils are missing, more so the longer, and
    where CD4 cells are missing under immunosuppression. After relapse death comes the sooner, the faster the malignancy
    grows, at a rate that is spread widely between patients: some answer to treatment. Other causes: the mortality of
    the age, twofold after an allogeneic graft, and then a lasting excess.
    Leaves out which treatment of relapse, which organ failed, second cancers by themselves, suicide.
    Should show non-relapse death mostly in the first months, median survival after relapse of acute leukemia of about
    six months, later relapse survived longer; background mortality in the long run.
    """

    age = Covariate(AGE)
    allogeneic = Covariate(IS_ALLOGENEIC)
    frailty = Needs(FRAILTY)
    no_neutrophils = Needs(LACK_OF_NEUTROPHILS)
    no_t_cells = Needs(LACK_OF_T_CELLS)
    activation = Needs(T_CELL_ACTIVATION)
    damage = Needs(TISSUE_DAMAGE)
    vessels = Needs(VESSEL_INJURY)
    acute = Needs(GVHD_INJURY)
    chronic = Needs(CHRONIC_GVHD)
    steroids = Needs(STEROIDS)
    relapsed = Needs(RELAPSED)
    danger = Needs(RELAPSE_DANGER)
    growth = Needs(MALIGNANT_GROWTH)

    failing = State("failure of organs by injured vessels", dimensionless, rest=0, typical=1.0)
    exhaustion = State("neutropenia so far, 1 where its danger has doubled", dimensionless, rest=0, typical=1.0)

    recovery_time = Parameter(
        "time in which the burden of neutropenia fades",
        20.0 * day,
        plausible=(10.0, 40.0),
        source=assumed("mortality without neutrophils rises from the third week on"),
    )
    early_infection = fitted_rate(
        "hazard of death of infection without neutrophils, at first",
        0.00054,
        1e-4,
        2e-3,
        "for the year 2000; set with organ toxicity so that 1 % die by day 100 after melphalan 200",
    )
    long_neutropenia = Parameter(
        "days of neutropenia at which that hazard has doubled",
        9.0 * day,
        plausible=(6.0, 14.0),
        source=assumed("below 0.1 no excess by day 14, relative risk 2 to 5.8 after day 26 (published)"),
    )
    late_infection = fitted_rate(
        "hazard of death of infection without CD4 cells",
        0.00021,
        4e-5,
        5e-4,
        "for the year 2000; set so that few die of it in the first year after autologous grafts",
    )
    by_suppression = fitted_pure(
        "increase of that hazard by full immunosuppression",
        3.9,
        1.0,
        10.0,
        "so that infection without graft-versus-host disease kills 2 to 3 % of allogeneic patients",
    )
    by_steroids = Parameter(
        "increase of that hazard at 2 mg/kg of prednisone",
        6.0 * dimensionless,
        plausible=(2.0, 15.0),
        source=assumed("infection under steroids is the usual way to die of graft-versus-host disease"),
    )
    acute_disease = fitted_rate(
        "hazard of death of severe acute graft-versus-host disease",
        0.01,
        3e-3,
        4e-2,
        "for the year 2000; grade III 3 to 6 times, grade IV 15 times the non-relapse death of none",
    )
    chronic_disease = fitted_rate(
        "hazard of death of severe chronic graft-versus-host disease",
        0.0004,
        1.5e-4,
        2e-3,
        "for the year 2000; survival at two years 97, 86 and 62 % in mild, moderate, severe disease",
    )
    organ_toxicity = fitted_rate(
        "hazard of death by organs failing after one e-fold of vessel injury",
        0.00024,
        1e-4,
        2e-3,
        "for the year 2000; set so that 5 to 10 % die of it after BuCy of the 1990s",
    )
    failing_time = Parameter(
        "time in which organs fail and mend",
        15.0 * day,
        plausible=(7.0, 30.0),
        source=assumed(
            "obstruction of sinusoids and lung injury begin in the second to fourth week and kill in the second month"
        ),
    )
    mortality_at_birth = Parameter(
        "mortality of the population, extrapolated to age 0",
        6e-5 / year,
        plausible=(4e-5, 9e-5),
        source=assumed("0.4 % a year at 50, 2.3 % at 70: life tables of rich countries, from memory"),
    )
    mortality_doubling = Parameter(
        "rise of the logarithm of mortality with age",
        0.085 / year,
        plausible=(0.08, 0.095),
        source=assumed("mortality of adults doubles in eight years"),
    )
    own_ratio = Parameter(
        "mortality of patients of an age after an autologous graft, relative to the population",
        0.7 * dimensionless,
        plausible=(0.4, 1.5),
        source=assumed(
            "who is transplanted is fit: 0.9 % die without relapse in the year after melphalan 200 (published); the "
            "fit asks for 0.45, and those who live ten years for more than 1"
        ),
    )
    allogeneic_ratio = Parameter(
        "the same after an allogeneic graft, in addition",
        0.95 * dimensionless,
        plausible=(0.5, 3.5),
        source=fitted(
            OUTCOMES,
            "late survivors die 2 to 4 times as often as others of their age, relapse and chronic disease counted",
        ),
    )
    lasting_excess = Parameter(
        "lasting excess mortality after an allogeneic graft",
        0.003 / year,
        plausible=(0.001, 0.012),
        source=fitted(OUTCOMES, "85 % of two-year survivors live at ten years"),
    )
    after_relapse = fitted_pure(
        "hazard of death after relapse, relative to the growth of the malignancy",
        0.036,
        0.015,
        0.1,
        "set so that 20 to 25 % live a year after relapse of AML (published: 23 %)",
    )

    answer = Parameter(
        "danger of this patient's relapse, relative to what is usual for its growth",
        1.0 * dimensionless,
        plausible=(0.8, 1.25),
        vary=lognormal(sd=1.2),
        source=assumed(
            "some answer to salvage, donor lymphocytes or a second graft: 23 % live a year after relapse of AML and "
            "still 14 to 17 % two years, where one hazard for all would leave 5"
        ),
    )

    @derived("mortality of other causes", 1 / day)
    def other_mortality(self):
        population = self.mortality_at_birth * exp(self.mortality_doubling * self.age)
        ratio = self.own_ratio + self.allogeneic_ratio * self.allogeneic
        return ratio * population + self.lasting_excess * self.allogeneic

    @reaction(nothing, exhaustion)
    def neutropenia(self):
        """Days without neutrophils add up."""
        return self.no_neutrophils / self.long_neutropenia

    @reaction(exhaustion, nothing)
    def recovers(self):
        """The burden of neutropenia fades."""
        return self.exhaustion / self.recovery_time

    @reaction(nothing, failing)
    def organs_fail(self):
        """Injured vessels make organs fail, as if there were a threshold."""
        return self.vessels**3 / self.failing_time

    @reaction(failing, nothing)
    def organs_mend(self):
        """Organs mend."""
        return self.failing / self.failing_time

    @hazard("death of infection", cumulative=HAZARD_OF_INFECTIOUS_DEATH)
    def of_infection(self):
        """Death of infection."""
        longer = 1 + self.exhaustion**2
        early = self.early_infection * self.no_neutrophils * longer * (1 + self.damage)
        open_to_it = (1 + self.by_suppression * (1 - self.activation)) * (1 + self.by_steroids * self.steroids)
        return self.frailty * (early + self.late_infection * self.no_t_cells * open_to_it)

    @hazard("death of graft-versus-host disease", cumulative=HAZARD_OF_GVHD_DEATH)
    def of_graft_versus_host_disease(self):
        """Death of graft-versus-host disease."""
        return self.frailty * (self.acute_disease * self.acute**2 + self.chronic_disease * self.chronic)

    @hazard("death of organ toxicity", cumulative=HAZARD_OF_ORGAN_DEATH)
    def of_organ_toxicity(self):
        """Death of organ toxicity."""
        return self.frailty * self.organ_toxicity * self.failing

    @hazard("death of other causes", cumulative=HAZARD_OF_OTHER_DEATH)
    def of_other_causes(self):
        """Death of other causes."""
        return self.other_mortality

    @hazard("death of relapse")
    def of_relapse(self):
        """Death of relapse."""
        return self.after_relapse * self.answer * self.growth * self.danger * self.relapsed
