"""Chronic graft-versus-host disease: onset, moderate to severe disease, and the treatment that it needs."""

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
from marrow.language import Covariate, Module, Needs, Parameter, State, add, hazard, nothing, offers, reaction
from marrow.language.math import exp, hill
from marrow.sources import assumed
from marrow.units import day, dimensionless
from marrow.vocabulary import (
    AGE,
    CHRONIC_GVHD,
    CHRONIC_GVHD_RESOLUTION,
    DONOR_ALLOREACTIVITY,
    DONOR_DYSFUNCTION,
    GRAFT_IS_CORD,
    GVHD_INJURY,
    HLA_MISMATCHES,
    STEROIDS,
    T_CELL_ACTIVATION,
    TRANSPLANT_YEAR,
)

INCIDENCE = (
    "set by hand: chronic disease within two years in 50 to 55 % after unrelated blood grafts, 40 % after marrow, 25 "
    "to 32 % with antithymocyte globulin, less than 10 % without T cells; median onset in months five to eight"
)


class ChronicGvhd(Module):
    """Chronic graft-versus-host disease as one activity.

    Assumes that alloreactive T cells and acute disease leave something behind (aberrant B cells, scarring, lost
    tolerance), more where more HLA differs, that comes and fades over months and makes the hazard, of which inhibition
    of calcineurin holds back a part; that active disease becomes moderate to severe in many, is treated with steroids
    at a low dose, and resolves over one to two years.
    Leaves out organs, B cells, mild disease that needs no treatment, overlap with acute disease, second-line drugs but
    ruxolitinib.
    Should show onset at five to eight months, more after acute disease and after blood grafts.
    """

    age = Covariate(AGE)
    is_cord = Covariate(GRAFT_IS_CORD)
    mismatches = Covariate(HLA_MISMATCHES)
    calendar = Covariate(TRANSPLANT_YEAR)
    alloreactivity = Needs(DONOR_ALLOREACTIVITY)
    acute = Needs(GVHD_INJURY)
    dysfunction = Needs(DONOR_DYSFUNCTION)
    activation = Needs(T_CELL_ACTIVATION)
    resolution = Needs(CHRONIC_GVHD_RESOLUTION)

    readiness = State("what alloreactivity leaves behind", dimensionless, rest=0, typical=0.3)
    activity = State("activity of chronic disease", dimensionless, rest=0, typical=0.5, receives=CHRONIC_GVHD)

    memory = Parameter(
        "time in which it comes and fades",
        240.0 * day,
        plausible=(60.0, 250.0),
        source=assumed(INCIDENCE),
    )
    by_acute = fitted_pure(
        "part of severe acute disease in it", 2.4, 0.5, 5.0, "chronic disease is likelier after acute one"
    )
    half = fitted_pure(
        "effect of alloreactive cells at which half of what they leave is left",
        0.17,
        0.05,
        1.0,
        "marrow, with a tenth of the T cells of blood, makes three quarters of its chronic disease; few cells, as "
        "globulins and cyclophosphamide after the graft leave, next to none",
    )
    by_mismatch = fitted_pure(
        "rise of it with each HLA mismatch",
        0.6,
        0.03,
        0.8,
        "with what impairs cells: after haploidentical grafts with cyclophosphamide 0.63 and 0.42 times "
        "the hazard after matched siblings in a registry, 15 % in one center, 38 % in others",
    )
    if_cord = fitted_pure(
        "the same after cord blood, relative", 0.43, 0.15, 1.0, "chronic disease is rarer after cord than acute one is"
    )
    by_age = fitted_rise_with_age(0.027, 0.003, 0.03, "children have it half as often as adults after the same grafts")
    usual_age = age_of_reference(45.0)
    by_year = fitted_fall_with_year(
        0.052,
        0.005,
        0.08,
        "papers of the 1990s tell of half as much again as later ones after the same grafts and drugs",
    )
    onset = fitted_rate("hazard when it is at its most, in the year 2000", 0.02, 0.008, 0.1, INCIDENCE)
    held_back = pure(
        "part of the hazard that full inhibition of calcineurin holds back",
        0.65,
        0.2,
        1.0,
        "onset follows the taper; prolonged prophylaxis delays disease and hardly prevents it",
    )
    susceptibility = pure("susceptibility of the patient, relative", 1.0, 0.8, 1.25, "differs between patients", 0.6)
    activity_of_onset = pure("activity at onset", 0.4, 0.2, 0.7, "mild or moderate", 0.4)
    worsening = fitted_rate(
        "hazard of moderate to severe disease with severe activity",
        0.013,
        0.004,
        0.06,
        "nine of ten of a consortium do",
    )
    becoming_severe = rate("hazard of severe disease with severe activity", 0.004, 0.001, 0.01, "three of ten")
    activity_of_worsening = pure("activity added by moderate to severe disease", 0.4, 0.2, 0.8, "severe is 1")
    duration = Parameter(
        "time in which activity fades",
        450.0 * day,
        plausible=(250.0, 900.0),
        source=assumed("median duration of treatment 23 months in those who could stop"),
    )
    dose = pure("steroids given for severe activity", 0.25, 0.1, 0.5, "0.5 mg/kg, every other day")

    @reaction(nothing, readiness)
    def is_left(self):
        """Alloreactivity and acute disease leave it."""
        met = hill(self.alloreactivity, self.half, 2) * (1 + self.by_mismatch * self.mismatches)
        left = met + self.by_acute * self.acute
        by_source = 1 - (1 - self.if_cord) * self.is_cord
        return by_source * (1 - self.dysfunction) * left / self.memory

    @reaction(readiness, nothing)
    def fades(self):
        """It fades."""
        return self.readiness / self.memory

    @hazard("chronic graft-versus-host disease", then=add(CHRONIC_GVHD, activity_of_onset))
    def any_grade(self):
        """Chronic graft-versus-host disease."""
        left = 1 - self.held_back * (1 - self.activation)
        people = self.susceptibility * exp(self.by_age * (self.age - self.usual_age) - self.by_year * self.calendar)
        return self.onset * people * self.readiness * left

    @hazard("chronic graft-versus-host disease, moderate to severe", then=add(CHRONIC_GVHD, activity_of_worsening))
    def moderate_severe(self):
        """Chronic graft-versus-host disease, moderate to severe: where it has begun."""
        return self.worsening * self.activity

    @hazard("chronic graft-versus-host disease, severe", then=())
    def severe(self):
        """Chronic graft-versus-host disease, severe."""
        return self.becoming_severe * self.activity**2

    @reaction(activity, nothing)
    def resolves(self):
        """Activity fades."""
        return self.resolution * self.activity / self.duration

    @offers(CHRONIC_GVHD)
    def chronic(self):
        return self.activity

    @offers(STEROIDS)
    def given(self):
        return self.dose * self.activity
