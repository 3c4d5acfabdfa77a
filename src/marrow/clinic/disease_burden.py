"""Malignant cells before conditioning, their growth, and how donor cells take them, by disease and stage: one table.

Nothing in it was read in a paper but the doubling times of acute leukemia. About 1e12 cells at diagnosis, 1e10 at the
edge of remission, 1e9 where residual disease is found and 1e7 to 1e8 where it is not are usual estimates. Cells of slow
diseases and of active acute leukemia, and shifts by stage and risk, were set so that relapse after usual regimens falls
in published ranges.
"""

from __future__ import annotations

from dataclasses import dataclass

from marrow.clinic.disease import Control, Diagnosis
from marrow.clinic.patient import Cytogenetics, Patient, ResidualDisease, Risk
from marrow.sources import Source, assumed

SOURCE: Source = assumed("usual estimates of tumour burden; slow diseases set by published relapse")


@dataclass(frozen=True)
class Growth:
    """``first``, ``later``, ``active``: log10 of malignant cells by stage. ``doubling`` days. ``response`` to the
    donor's T cells, ``to_natural_killers`` to its natural killer cells, 1 for AML."""

    first: float
    later: float
    active: float
    doubling: float
    response: float
    to_natural_killers: float

    def burden(self, control: Control) -> float:
        if control is Control.ACTIVE:
            return self.active
        return self.later if control is Control.LATER else self.first


TABLE: dict[Diagnosis, Growth] = {
    #                     CR1   CR2+  active  doubling response to natural killers
    Diagnosis.AML: Growth(7.5, 8.0, 10.5, 11.0, 1.0, 1.0),
    Diagnosis.ALL: Growth(7.5, 8.3, 10.5, 10.0, 0.7, 0.3),
    Diagnosis.MDS: Growth(8.2, 8.6, 9.7, 16.0, 1.0, 1.0),
    Diagnosis.CML: Growth(8.8, 9.2, 11.0, 40.0, 2.0, 0.3),
    Diagnosis.CLL: Growth(9.0, 9.8, 11.0, 80.0, 1.5, 0.2),
    Diagnosis.HODGKIN: Growth(6.3, 6.8, 9.0, 25.0, 0.4, 0.2),
    Diagnosis.LYMPHOMA: Growth(6.9, 7.4, 9.0, 25.0, 0.4, 0.2),
    Diagnosis.FOLLICULAR: Growth(6.9, 7.4, 9.0, 90.0, 1.5, 0.3),
    Diagnosis.MYELOMA: Growth(8.3, 9.0, 10.0, 110.0, 0.6, 0.3),
    Diagnosis.MYELOFIBROSIS: Growth(9.5, 10.0, 11.0, 60.0, 2.0, 0.5),
}
BY_RESIDUAL = {ResidualDisease.POSITIVE: 2.2, ResidualDisease.NEGATIVE: -0.5}  # in remission only
BY_CYTOGENETICS = {Cytogenetics.FAVORABLE: -0.8, Cytogenetics.ADVERSE: 1.0}
BY_RISK = {Risk.LOW: -0.8, Risk.HIGH: 0.8, Risk.VERY_HIGH: 1.6}
STAGE = {Control.LATER: 1.0, Control.ACTIVE: 2.0}
MOST = 12.0  # log10 of cells: a body full of them


def diagnosis_covariates(patient: Patient) -> dict[str, float]:
    """Diseases that drugs act on in their own way, and those in which patients live on transfusions."""
    diagnosis = patient.disease.diagnosis if patient.disease else None
    return {
        "is_myeloma": float(diagnosis is Diagnosis.MYELOMA),
        "is_acute_myeloid_leukemia": float(diagnosis is Diagnosis.AML),
        "is_acute_lymphoblastic_leukemia": float(diagnosis is Diagnosis.ALL),
        "has_marrow_failure": float(diagnosis is Diagnosis.APLASTIC_ANEMIA),
        "is_transfused_for_years": float(diagnosis in (Diagnosis.SICKLE_CELL, Diagnosis.THALASSEMIA)),
    }


def burden_covariates(patient: Patient) -> dict[str, float]:
    """By the names and units of ``marrow.vocabulary``; no malignant cells where the disease is none or not malignant.

    A risk index that is given stands for cytogenetics too; its shift does not count twice with active disease, which
    the index has in it.
    """
    disease = patient.disease
    growth = TABLE.get(disease.diagnosis) if disease else None
    if disease is None or growth is None:
        return {
            "malignant_cells_at_start": 0.0,
            "malignant_doubling_time": TABLE[Diagnosis.AML].doubling,
            "malignant_response_to_graft": 1.0,
            "malignant_response_to_natural_killers": 1.0,
            "disease_stage": 0.0,
        }
    logs = growth.burden(disease.control)
    if disease.control is not Control.ACTIVE and patient.mrd is not None:
        logs += BY_RESIDUAL.get(patient.mrd, 0.0)
    if patient.disease_risk is None:
        logs += BY_CYTOGENETICS.get(patient.cytogenetics, 0.0) if patient.cytogenetics else 0.0
    elif disease.control is not Control.ACTIVE:
        logs += BY_RISK.get(patient.disease_risk, 0.0)
    return {
        "malignant_cells_at_start": 10.0 ** min(logs, MOST),
        "malignant_doubling_time": growth.doubling,
        "malignant_response_to_graft": growth.response,
        "malignant_response_to_natural_killers": growth.to_natural_killers,
        "disease_stage": STAGE.get(disease.control, 0.0),
    }
