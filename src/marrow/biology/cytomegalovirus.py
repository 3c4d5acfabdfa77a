"""Cytomegalovirus: it sleeps in the patient, or comes with the graft, and wakes where T cells are missing."""

from __future__ import annotations

from marrow.language import Covariate, Module, Needs, Parameter, derived, hazard, lognormal
from marrow.language.math import total
from marrow.sources import assumed
from marrow.units import day, dimensionless
from marrow.vocabulary import (
    CMV_DONOR,
    CMV_PATIENT,
    CYTOMEGALOVIRUS_FREEDOM,
    GRAFT_PRESENT,
    IS_ALLOGENEIC,
    LACK_OF_T_CELLS,
    STEROIDS,
    T_CELL_ACTIVATION,
)


class Cytomegalovirus(Module):
    """First viremia that calls for treatment.

    Assumes that a seropositive patient can reactivate, a seronegative one only catch it from a seropositive donor; a
    hazard from the graft on in proportion to missing CD4 cells, higher under immunosuppression and steroids.
    A seropositive donor's cells know the virus and hold it back.
    Leaves out viral load, disease of organs, effects of ganciclovir on counts.
    Should show half of seropositive allogeneic patients by day 100, a fifth of seronegative with a seropositive donor,
    one in ten autologous patients, and nobody where both are seronegative.
    """

    patient = Covariate(CMV_PATIENT)
    donor = Covariate(CMV_DONOR)
    allogeneic = Covariate(IS_ALLOGENEIC)
    graft = Needs(GRAFT_PRESENT)
    no_t_cells = Needs(LACK_OF_T_CELLS)
    steroids = Needs(STEROIDS)
    activation = Needs(T_CELL_ACTIVATION)
    freedom = Needs(CYTOMEGALOVIRUS_FREEDOM)
    base = Parameter(
        "hazard of reactivation under full immunosuppression without CD4 cells",
        0.024 / day,
        plausible=(0.01, 0.05),
        vary=lognormal(cv=0.6),
        source=assumed(
            "set so that 50 % of seropositive allogeneic patients reactivate by day 100 (published: 31 to 58)"
        ),
    )
    from_donor = Parameter(
        "hazard of infection from a seropositive donor, relative",
        0.3 * dimensionless,
        plausible=(0.15, 0.6),
        source=assumed("19 % of 447 seronegative patients with seropositive donors were infected"),
    )
    donor_immunity = Parameter(
        "hazard of reactivation where the donor is seropositive, relative",
        0.6 * dimensionless,
        plausible=(0.3, 1.0),
        source=assumed("seropositive patients reactivate less often with seropositive donors, in some series by half"),
    )
    without_suppression = Parameter(
        "hazard without immunosuppressants, relative",
        0.12 * dimensionless,
        plausible=(0.05, 0.3),
        source=assumed("12 % after autologous transplants, against 37 % after allogeneic ones (median of reports)"),
    )
    by_steroids = Parameter(
        "increase of the hazard at 2 mg/kg of prednisone",
        2.0 * dimensionless,
        plausible=(0.5, 5.0),
        source=assumed("steroids double the risk"),
    )

    @derived("how likely virus is there, 1 in a seropositive patient", dimensionless)
    def source_of_virus(self):
        donor = self.donor * self.allogeneic
        return self.patient * (1 - (1 - self.donor_immunity) * donor) + (1 - self.patient) * donor * self.from_donor

    @hazard("cytomegalovirus reactivation")
    def reactivation(self):
        """Virus is found in blood."""
        open_to_it = self.without_suppression + (1 - self.without_suppression) * (1 - self.activation)
        exposed = self.no_t_cells * open_to_it * (1 + self.by_steroids * self.steroids)
        return self.base * self.source_of_virus * self.freedom * total(self.graft) * exposed
