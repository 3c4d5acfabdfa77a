"""Cytomegalovirus: it sleeps in the patient, or comes with the graft, and wakes where T cells are missing."""

from __future__ import annotations

from marrow.language import Covariate, Module, Needs, Parameter, State, hazard, lognormal, nothing, reaction
from marrow.language.math import hill, saturate, total
from marrow.sources import assumed
from marrow.units import cells, day, dimensionless, uL
from marrow.vocabulary import (
    CMV_DONOR,
    CMV_PATIENT,
    CYTOMEGALOVIRUS_FREEDOM,
    GRAFT_PRESENT,
    IS_ALLOGENEIC,
    MTOR_INHIBITION,
    PROTECTING_HELPERS,
    STEROIDS,
    T_CELL_ACTIVATION,
    T_CELL_PROLIFERATION,
)


class Cytomegalovirus(Module):
    """First viremia that calls for treatment.

    Assumes that a seropositive patient can reactivate, a seronegative one only catch it from a seropositive donor; that
    virus wakes where CD4 cells are missing, or kept from it by immunosuppressants and steroids, and multiplies over
    weeks before it is found; the hazard follows it. A few CD4 cells hold it back: those of a graft do, which
    cyclophosphamide and globulins kill. A seropositive donor's cells know the virus and hold it back.
    Leaves out viral load, disease of organs, cells that know the virus apart from others, effects of ganciclovir on
    counts.
    Should show a third of seropositive patients by day 180 after grafts with T cells and calcineurin inhibitors, twice
    as many after cyclophosphamide, most between weeks three and eight; a fifth of seronegative with a seropositive
    donor, one in ten autologous patients, and nobody where both are seronegative.
    """

    patient = Covariate(CMV_PATIENT)
    donor = Covariate(CMV_DONOR)
    allogeneic = Covariate(IS_ALLOGENEIC)
    graft = Needs(GRAFT_PRESENT)
    helpers = Needs(PROTECTING_HELPERS)
    steroids = Needs(STEROIDS)
    activation = Needs(T_CELL_ACTIVATION)
    proliferation = Needs(T_CELL_PROLIFERATION)
    mtor = Needs(MTOR_INHIBITION)
    freedom = Needs(CYTOMEGALOVIRUS_FREEDOM)

    woken = State("virus that has woken, relative to the most there can be", dimensionless, rest=0, typical=0.3)

    base = Parameter(
        "hazard of viremia when as much virus as can be has woken",
        0.04 / day,
        plausible=(0.01, 0.1),
        vary=lognormal(cv=0.6),
        source=assumed(
            "set by hand with the two numbers below: among seropositive patients of a registry 24, 48 and 50 times the "
            "hazard of pairs without the virus, after sibling grafts with calcineurin inhibitors, after those with "
            "cyclophosphamide, after haploidentical ones; 23, 37, 42 % of all patients by day 180",
            key="goldsmith2021",
        ),
    )
    multiplication = Parameter(
        "time in which virus that wakes comes to be found",
        20.0 * day,
        plausible=(10.0, 30.0),
        source=assumed("first viremia is found at a median of 39 days", key="marty2007"),
    )
    helpers_of_half = Parameter(
        "CD4 cells that hold back half of what would wake, free of drugs",
        12.0 * cells / uL,
        plausible=(4.0, 50.0),
        source=assumed("fewer than 50 at three months, on drugs, go before late disease", key="boeckh2003"),
    )
    from_donor = Parameter(
        "virus from a seropositive donor in a seronegative patient, relative",
        0.3 * dimensionless,
        plausible=(0.15, 0.6),
        source=assumed("19 % of 447 seronegative patients with seropositive donors were infected"),
    )
    donor_immunity = Parameter(
        "virus that wakes where the donor is seropositive too, relative",
        0.6 * dimensionless,
        plausible=(0.3, 1.0),
        source=assumed("seropositive patients reactivate less often with seropositive donors, in some series by half"),
    )
    by_steroids = Parameter(
        "fall of what a CD4 cell holds back, at 2 mg/kg of prednisone",
        2.0 * dimensionless,
        plausible=(0.5, 5.0),
        source=assumed("steroids double the risk"),
    )

    def source_of_virus(self):
        """How likely virus is there: 1 in a seropositive patient whose donor's CD4 cells, if any, do not know it."""
        donor = self.donor * self.allogeneic
        knowing = donor * saturate(self.helpers, self.helpers_of_half)
        return self.patient * (1 - (1 - self.donor_immunity) * knowing) + (1 - self.patient) * donor * self.from_donor

    @reaction(nothing, woken)
    def wakes(self):
        """Virus wakes where CD4 cells do not hold it back, for want of cells or because drugs keep them from it."""
        dividing = self.proliferation / (1 - self.mtor)  # inhibitors of mTOR leave memory cells able
        able = self.activation * dividing / (1 + self.by_steroids * self.steroids)
        held = hill(able * self.helpers / self.helpers_of_half, 1, 2)
        return self.freedom * total(self.graft) * (1 - held) / self.multiplication

    @reaction(woken, nothing)
    def goes_back(self):
        """What is not found goes back to sleep."""
        return self.woken / self.multiplication

    @hazard("cytomegalovirus reactivation")
    def reactivation(self):
        """Virus is found in blood."""
        return self.base * self.source_of_virus() * self.woken
