"""What plan and calendar say of risk: how donor and patient differ, viruses, comorbidity, performance, year, center."""

from __future__ import annotations

from enum import Enum

from marrow.clinic.donor import Donor, Relation
from marrow.clinic.fields import choice
from marrow.clinic.patient import Patient, Serostatus, Sex

MOST_MISMATCHES = 5.0  # of ten alleles: one haplotype
USUAL_COMORBIDITY, USUAL_PERFORMANCE = 1.5, 90.0  # where the plan does not say; assumed
USUAL_CMV_PATIENT, USUAL_CMV_DONOR = 0.6, 0.4  # share of adults who are seropositive; assumed
ERA_ZERO = 2000


class Center(Enum):
    """Where the transplant is done."""

    USUAL = "usual"  # many centers with patients who are fit for a trial
    REGISTRY = "registry"  # everyone whom all centers transplant: some are frailer than their scores say
    HIGH_VOLUME = "high-volume"  # many transplants a year: those that report their own patients


_WORDS = {"high volume": Center.HIGH_VOLUME, "single": Center.HIGH_VOLUME, "trial": Center.USUAL}
CENTER = choice(Center, "the transplant center", _WORDS)


def risk_covariates(patient: Patient, donor: Donor, year: int, center: Center | None = None) -> dict[str, float]:
    """By the names and units of ``marrow.vocabulary``."""
    own = donor.relation in (Relation.AUTOLOGOUS, Relation.SYNGENEIC)
    female_to_male = donor.sex is Sex.FEMALE and patient.sex is Sex.MALE
    antibodies = patient.donor_specific_antibodies is Serostatus.POSITIVE
    score = patient.comorbidity_score
    comorbidity = USUAL_COMORBIDITY if score is None else score
    return {
        "is_allogeneic": float(not own),
        "hla_mismatches": 0.0 if own else mismatches(donor),
        "donor_is_unrelated": float(donor.relation is Relation.UNRELATED),
        "female_to_male": float(female_to_male and not own),
        "donor_specific_antibodies": float(antibodies and not own),
        "cmv_patient": _share(patient.cmv, USUAL_CMV_PATIENT),
        "cmv_donor": _share(patient.cmv if donor.is_patient else donor.cmv, USUAL_CMV_DONOR),
        "comorbidity": float(comorbidity),
        "karnofsky": float(USUAL_PERFORMANCE if patient.karnofsky is None else patient.karnofsky),
        "transplant_year": float(year - ERA_ZERO),
        "high_volume_center": float(center is Center.HIGH_VOLUME),
        "counted_by_registry": float(center is Center.REGISTRY),
    }


def mismatches(donor: Donor) -> float:
    """HLA alleles of ten that differ: as the plan says, else five for a haploidentical donor and none for others.

    Matches of six or eight alleles are counted as they are: what was not tested is taken as matched.
    """
    if donor.hla is not None:
        matched, tested = (int(part) for part in donor.hla.split("/"))
        return min(float(tested - matched), MOST_MISMATCHES)
    return MOST_MISMATCHES if donor.relation is Relation.HAPLOIDENTICAL else 0.0


def _share(status: Serostatus | None, usual: float) -> float:
    return usual if status is None else float(status is Serostatus.POSITIVE)
