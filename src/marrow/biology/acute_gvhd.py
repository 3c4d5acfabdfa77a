"""Acute graft-versus-host disease: onset, injury, worsening, and the steroids that are given for it."""

from __future__ import annotations

from marrow.biology.declared import (
    age_of_reference,
    fitted_fall_with_year,
    fitted_pure,
    fitted_rate,
    fitted_rise_with_age,
    pure,
    rate,
)
from marrow.language import (
    Covariate,
    Module,
    Needs,
    Parameter,
    State,
    add,
    derived,
    hazard,
    nothing,
    offers,
    reaction,
)
from marrow.language.math import exp, saturate
from marrow.sources import assumed
from marrow.units import day, dimensionless
from marrow.vocabulary import (
    AGE,
    DONOR_ALLOREACTIVITY,
    DONOR_IS_UNRELATED,
    FEMALE_TO_MALE,
    GVHD_INJURY,
    GVHD_SIGNALLING,
    HLA_MISMATCHES,
    STEROIDS,
    TRANSPLANT_YEAR,
)

INCIDENCE = (
    "set by hand: II to IV by day 100 in 35 to 50 % after grafts with T cells, III to IV in 10 to 15 %; half to two "
    "thirds respond to steroids by day 28"
)


class AcuteGvhd(Module):
    """Acute graft-versus-host disease of skin, liver and gut as one injury, from grade II on.

    Assumes that its hazard follows the effect of the donor's alloreactive T cells, and rises with what they find to
    attack (HLA mismatches, an unrelated donor, a woman's cells in a man) and with age; that onset injures, that the
    injury goes on while such cells are there, and that grade III to IV comes of it; that both are rarer with every
    later year (finer typing, gentler conditioning, earlier treatment: the causes are not told apart). Steroids start at
    onset, go on while there is injury and are tapered then; how well they work differs widely, so that some patients
    are refractory.
    Organs share the injury (``acute_gvhd_organs``).
    Leaves out grade I, biomarkers, topical treatment, second-line drugs but ruxolitinib.
    Should show onset in the third to fifth week after myeloablative conditioning; response in half to two thirds.
    """

    age = Covariate(AGE)
    mismatches = Covariate(HLA_MISMATCHES)
    is_unrelated = Covariate(DONOR_IS_UNRELATED)
    female_to_male = Covariate(FEMALE_TO_MALE)
    calendar = Covariate(TRANSPLANT_YEAR)
    alloreactivity = Needs(DONOR_ALLOREACTIVITY)
    steroids_given = Needs(STEROIDS)
    signalling = Needs(GVHD_SIGNALLING)

    injury = State("injury by donor T cells", dimensionless, rest=0, typical=0.3, receives=GVHD_INJURY)
    steroids = State("steroids for acute disease", dimensionless, rest=0, typical=0.5, receives=STEROIDS)

    # --- onset ---
    onset = fitted_rate(
        "hazard of grade II to IV with as many alloreactive cells as can be, in the year 2000",
        0.015,
        0.005,
        0.1,
        INCIDENCE,
    )
    onset_by_year = fitted_fall_with_year(
        0.035,
        0.005,
        0.08,
        "with the same prophylaxis two thirds had acute disease after unrelated marrow in the 1990s, a third to a half "
        "in trials of the 2010s",
    )
    susceptibility = pure("susceptibility of the patient, relative", 1.0, 0.8, 1.25, "genes, microbiome", 0.6)
    half = fitted_pure(
        "effect of alloreactive cells at which half of the hazard is reached",
        1.2,
        0.1,
        5.0,
        "marrow, with a tenth of the T cells of blood, makes acute disease as often",
    )
    by_mismatch = fitted_pure("rise of the hazard with each HLA mismatch", 0.13, 0.03, 0.4, "more targets")
    by_unrelated = fitted_pure("rise of the hazard with an unrelated donor", 0.12, 0.02, 0.6, "more minor antigens")
    by_female_to_male = pure("rise of the hazard, woman to man", 0.25, 0.05, 0.6, "antigens of the Y chromosome")
    by_age = fitted_rise_with_age(0.0047, 0.001, 0.02, "somewhat more in the old")
    reference_age = age_of_reference(45.0)
    injury_of_onset = pure("injury at onset", 0.35, 0.2, 0.6, "grade II for most", 0.5)

    # --- course ---
    injuring = fitted_rate(
        "injury by as many alloreactive cells as can be, where it has begun", 0.12, 0.04, 0.4, INCIDENCE
    )
    healing_time = Parameter(
        "time of healing", 10.0 * day, plausible=(5.0, 20.0), source=assumed("responses are seen within two weeks")
    )
    spreading = pure("injury at which it is half as fast as it can be", 0.2, 0.1, 0.5, "injury feeds itself")
    worsening = fitted_rate("hazard of grade III to IV with severe injury, in the year 2000", 0.1, 0.02, 0.3, INCIDENCE)
    by_year = fitted_fall_with_year(
        0.054,
        0.01,
        0.12,
        "severe disease has become rarer than any change of grafts and drugs explains: papers of the 1990s tell of a "
        "third and more, trials of the 2010s of 3 to 15 % after the same prophylaxis",
    )
    injury_of_worsening = pure("injury added by grade III to IV", 0.5, 0.3, 1.0, "severe is 1")

    # --- treatment ---
    first_dose = pure("steroids at onset", 0.7, 0.5, 1.0, "prednisone 1 to 2 mg/kg")
    continued = rate("steroids given while there is severe injury", 0.08, 0.03, 0.2, "full dose until it answers")
    taper = Parameter(
        "time of the taper", 25.0 * day, plausible=(15.0, 45.0), source=assumed("tapered over some eight weeks")
    )
    of_steroids = pure(
        "steroids that halve further injury", 0.35, 0.1, 1.0, "half to two thirds respond, others not at all", 1.3
    )

    @derived("targets of donor T cells and age, as rise of the hazard", dimensionless)
    def targets(self):
        found = self.by_mismatch * self.mismatches + self.by_unrelated * self.is_unrelated
        older = exp(self.by_age * (self.age - self.reference_age))
        return self.susceptibility * older * (1 + found + self.by_female_to_male * self.female_to_male)

    @hazard("acute graft-versus-host disease, grade II to IV",
            then=(add(GVHD_INJURY, injury_of_onset), add(STEROIDS, first_dose)))  # fmt: skip
    def grade_2_4(self):
        """Acute graft-versus-host disease, grade II to IV."""
        felt = (1 + self.half) * saturate(self.alloreactivity, self.half)
        return self.onset * exp(-self.onset_by_year * self.calendar) * self.targets * felt

    @hazard("acute graft-versus-host disease, grade III to IV", then=add(GVHD_INJURY, injury_of_worsening))
    def grade_3_4(self):
        """Acute graft-versus-host disease, grade III to IV: where injury has begun."""
        return self.worsening * exp(-self.by_year * self.calendar) * self.injury

    @reaction(nothing, injury)
    def goes_on(self):
        """Donor T cells go on to injure, as far as steroids and other drugs leave it."""
        left = self.signalling / (1 + self.steroids_given / self.of_steroids)
        return self.injuring * left * self.alloreactivity * saturate(self.injury, self.spreading)

    @reaction(injury, nothing)
    def heals(self):
        """Healing."""
        return self.injury / self.healing_time

    @reaction(nothing, steroids)
    def are_continued(self):
        """Steroids go on while there is injury."""
        return self.continued * self.injury

    @reaction(steroids, nothing)
    def are_tapered(self):
        """Taper."""
        return self.steroids / self.taper

    @offers(GVHD_INJURY)
    def injured(self):
        return self.injury

    @offers(STEROIDS)
    def given(self):
        return self.steroids
