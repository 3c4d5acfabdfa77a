"""What disease and earlier treatment have done to the patient by the first day."""

from __future__ import annotations

from marrow.language import Covariate, Module, Needs, Parameter, lognormal, offers
from marrow.language.math import smaller, where
from marrow.sources import assumed
from marrow.units import dimensionless
from marrow.vocabulary import (
    ABSOLUTE_NEUTROPHIL_COUNT,
    B_CELLS_SPARED,
    CIRCULATING_PLATELETS,
    GRAFT_REACHING_MARROW,
    HAS_MARROW_FAILURE,
    HEMOGLOBIN,
    HEMOGLOBIN_AT_START,
    HEMOGLOBIN_MEASURED,
    MARROW_ACTIVE,
    MARROW_FAILURE_AT_START,
    NEUTROPHILS_AT_START,
    NEUTROPHILS_MEASURED,
    PLATELET_COUNT,
    PLATELETS_AT_START,
    PLATELETS_MEASURED,
    PLATELETS_OUTSIDE_SPLEEN,
    START,
    STEM_CELLS_SPARED,
    STROMA_AT_START,
    STROMA_DAMAGED,
    T_CELLS_SPARED,
    Pool,
)


def _spread(what: str, sd: float, note: str) -> Parameter:
    return Parameter(
        f"{what} at the start, relative to what is usual for the disease",
        1.0 * dimensionless,
        plausible=(0.85, 1.18),
        vary=lognormal(sd=sd),
        source=assumed(note),
    )


class PriorTherapy(Module):
    """The patient on the first day: anemia, low counts, a marrow that treatment has thinned or disease has crowded out.

    Assumes that what is usual for the disease (the plan's words, ``clinic.disease``) says where blood and marrow start,
    with a spread between patients; that counts given in the plan are exact; that a host otherwise keeps its healthy set
    point, so that what is left of the marrow goes on to recover (but in aplastic anemia, ``marrow_failure``); that a
    large spleen holds platelets and graft cells.
    Leaves out the disease's own growth, hemolysis and iron, antibodies, what the drugs of before were.
    Should show no change in a patient without a disease; anemia, and with it red cells transfused, in all others.
    """

    hemoglobin = Needs(HEMOGLOBIN)
    platelets = Needs(PLATELET_COUNT)
    neutrophils = Needs(ABSOLUTE_NEUTROPHIL_COUNT)
    stem_spared = Covariate(STEM_CELLS_SPARED)
    marrow_active = Covariate(MARROW_ACTIVE)
    t_spared = Covariate(T_CELLS_SPARED)
    b_spared = Covariate(B_CELLS_SPARED)
    stroma_damaged = Covariate(STROMA_DAMAGED)
    outside_spleen = Covariate(PLATELETS_OUTSIDE_SPLEEN)
    failing = Covariate(HAS_MARROW_FAILURE)
    hemoglobin_given = Covariate(HEMOGLOBIN_AT_START)
    platelets_given = Covariate(PLATELETS_AT_START)
    neutrophils_given = Covariate(NEUTROPHILS_AT_START)
    hemoglobin_measured = Covariate(HEMOGLOBIN_MEASURED)
    platelets_measured = Covariate(PLATELETS_MEASURED)
    neutrophils_measured = Covariate(NEUTROPHILS_MEASURED)

    hemoglobin_spread = _spread("hemoglobin", 0.1, "standard deviation about 1 g/dL within one disease and stage")
    platelet_spread = _spread("platelets", 0.4, "platelets of one disease and stage differ by a factor of two")
    neutrophil_spread = _spread("neutrophils", 0.4, "neutrophils of one disease and stage differ by a factor of two")
    depletion_spread = _spread(
        "depletion of stem cells and progenitors (its logarithm)", 0.35, "number and kind of earlier cycles differ"
    )
    lymphocyte_spread = _spread("depletion of lymphocytes (its logarithm)", 0.4, "time since the last cycle differs")
    stroma_spread = _spread("damage of stroma", 0.4, "number and kind of earlier cycles differ")
    spleen_takes = Parameter(
        "share of graft cells kept by a spleen that holds all platelets",
        0.7 * dimensionless,
        plausible=(0.1, 0.9),
        source=assumed("engraftment is late in patients with a very large spleen; no measurement"),
    )

    def share(self, given, rest, spread, measured):
        """Of health: the count given, spread unless it is the patient's own; 1 where nothing is said."""
        return where(given > 0, given / rest * spread ** (1 - measured), 1)

    @offers(START[Pool.STEM])
    def stem(self):
        return self.stem_spared**self.depletion_spread

    @offers(START[Pool.PROGENITORS])
    def progenitors(self):
        return self.marrow_active**self.depletion_spread

    @offers(START[Pool.T_CELLS])
    def t_cells(self):
        return self.t_spared**self.lymphocyte_spread

    @offers(START[Pool.B_CELLS])
    def b_cells(self):
        return self.b_spared**self.lymphocyte_spread

    @offers(START[Pool.RED_CELLS])
    def red_cells(self):
        rest = self.at_rest.hemoglobin
        return self.share(self.hemoglobin_given, rest, self.hemoglobin_spread, self.hemoglobin_measured)

    @offers(START[Pool.PLATELETS])
    def platelets_start(self):
        return self.share(self.platelets_given, self.at_rest.platelets, self.platelet_spread, self.platelets_measured)

    @offers(START[Pool.NEUTROPHILS])
    def neutrophils_start(self):
        rest = self.at_rest.neutrophils
        return self.share(self.neutrophils_given, rest, self.neutrophil_spread, self.neutrophils_measured)

    @offers(STROMA_AT_START)
    def stroma(self):
        return smaller(self.stroma_damaged * self.stroma_spread, 0.9)

    @offers(MARROW_FAILURE_AT_START)
    def marrow_failure(self):
        return self.failing

    @offers(CIRCULATING_PLATELETS)
    def circulating(self):
        return self.outside_spleen

    @offers(GRAFT_REACHING_MARROW)
    def reaching(self):
        return 1 - self.spleen_takes * smaller(1 - self.outside_spleen, 1)
