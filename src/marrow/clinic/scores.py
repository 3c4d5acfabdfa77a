"""Risk scores of a plan: HCT-CI, HCT-CI/Age, the score of the EBMT. Shown; only the HCT-CI acts on a simulation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marrow.clinic.comorbidity import SOURCE as ITEMS
from marrow.clinic.disease import Control, Diagnosis
from marrow.clinic.donor import Relation
from marrow.clinic.patient import Sex
from marrow.sources import Source, assumed

if TYPE_CHECKING:
    from marrow.clinic.patient import Patient
    from marrow.clinic.plan import Plan

YEAR = 365.25
AGE_POINT = 40.0  # years, from which on HCT-CI/Age counts one point
_COMPOSITE: Source = assumed("one point from 40 years on, as an abstract says; groups as read")
_EBMT: Source = assumed(
    "factors and range as read; points from memory. Validated after myeloablative conditioning only"
)


@dataclass(frozen=True)
class Score:
    """``value``: None where the plan does not say enough; then ``missing`` says what. ``group``: in words."""

    name: str
    value: int | None
    source: Source
    group: str = ""
    missing: str = ""

    def __str__(self) -> str:
        return f"not known: needs {self.missing}" if self.value is None else f"{self.value} ({self.group})"


def scores_of(plan: Plan) -> tuple[Score, ...]:
    """Every score that is defined for the plan's transplant."""
    return (hct_ci(plan.patient), hct_ci_age(plan.patient), ebmt(plan))


def hct_ci(patient: Patient) -> Score:
    """Hematopoietic cell transplantation comorbidity index."""
    value = patient.comorbidity_score
    if value is None:
        return Score("HCT-CI", None, ITEMS, missing="hct-ci or comorbidities")
    return Score("HCT-CI", value, ITEMS, "low" if value == 0 else "intermediate" if value <= 2 else "high")


def hct_ci_age(patient: Patient) -> Score:
    """With one point for age."""
    score = patient.comorbidity_score
    if score is None:
        return Score("HCT-CI/Age", None, _COMPOSITE, missing="hct-ci or comorbidities")
    value = score + int(patient.age >= AGE_POINT)
    groups = ((0, "0"), (2, "1-2"), (4, "3-4"))
    return Score(
        "HCT-CI/Age", value, _COMPOSITE, "group " + next((g for most, g in groups if value <= most), "5 or more")
    )


def ebmt(plan: Plan) -> Score:
    """0 to 7 points (Gratwohl); after an autologous graft 0 to 5, without the points for the donor."""
    patient, donor = plan.patient, plan.donor
    disease = patient.disease
    if disease is None or disease.control is Control.UNSAID:
        return Score("EBMT score", None, _EBMT, missing="the stage of the disease")
    age = 0 if patient.age < 20 else 1 if patient.age <= 40 else 2
    stage = {Control.FIRST: 0, Control.LATER: 1, Control.ACTIVE: 2}[disease.control]
    if disease.diagnosis in _NOT_MALIGNANT:
        return Score("EBMT score", None, _EBMT, missing="a malignant disease")
    late = stage > 0 and (patient.interval or 0.0) >= YEAR
    if stage > 0 and patient.interval is None:
        return Score("EBMT score", None, _EBMT, missing="the interval from diagnosis")
    value = age + stage + int(late)
    if not donor.is_patient:
        if patient.sex is Sex.MALE and donor.sex is None:
            return Score("EBMT score", None, _EBMT, missing="the sex of the donor")
        sibling = donor.relation in (Relation.SIBLING, Relation.SYNGENEIC)
        value += int(not sibling) + int(donor.sex is Sex.FEMALE and patient.sex is Sex.MALE)
    return Score("EBMT score", value, _EBMT, f"of {5 if donor.is_patient else 7}")


_NOT_MALIGNANT = (
    Diagnosis.APLASTIC_ANEMIA,
    Diagnosis.SICKLE_CELL,
    Diagnosis.THALASSEMIA,
    Diagnosis.INBORN_ERROR,
    Diagnosis.OTHER,
)
