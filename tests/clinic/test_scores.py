"""Risk scores from a plan: points as the tables have them, nothing made up where the plan is silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from marrow.clinic.comorbidity import WEIGHTS, Comorbidity, comorbidity_index
from marrow.clinic.disease_burden import TABLE, burden_covariates
from marrow.clinic.echo import describe
from marrow.clinic.plan import Plan, read_plan
from marrow.clinic.scores import ebmt, hct_ci, hct_ci_age
from marrow.errors import PlanError


@pytest.fixture
def fb4(root: Path) -> Plan:
    return read_plan(root / "examples" / "allogeneic-fb4.yaml")


def test_of_two_degrees_of_one_organ_the_worse_counts() -> None:
    assert comorbidity_index([Comorbidity.DIABETES, Comorbidity.RENAL]) == 3
    assert comorbidity_index([Comorbidity.MODERATE_PULMONARY, Comorbidity.SEVERE_PULMONARY]) == 3
    assert comorbidity_index([]) == 0
    assert len(WEIGHTS) == len(Comorbidity)
    assert sum(WEIGHTS.values()) == 9 + 4 * 2 + 4 * 3


def test_age_adds_a_point_from_forty_on(fb4: Plan) -> None:
    assert hct_ci(fb4.patient).value == 2
    assert hct_ci_age(fb4.patient).value == 3
    assert hct_ci_age(fb4.with_("patient.age", "39 y").patient).value == 2


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ({}, 2 + 0 + 1),  # 52 years, CR1, unrelated
        ({"patient.age": "19 y", "donor.relation": "sibling"}, 0),
        ({"patient.disease": "AML in CR2", "patient.interval": "20 months"}, 2 + 1 + 1 + 1),
        ({"patient.sex": "male", "donor.sex": "female"}, 2 + 1 + 1),
        ({"patient.disease": "refractory AML", "patient.interval": "4 months"}, 2 + 2 + 1),
    ],
)
def test_the_ebmt_score_adds_its_points(fb4: Plan, changes: dict[str, str], points: int) -> None:
    assert ebmt(fb4.with_all(changes)).value == points


def test_a_score_that_lacks_something_says_what(fb4: Plan) -> None:
    assert "interval" in str(ebmt(fb4.with_("patient.disease", "AML in CR2")))
    assert ebmt(fb4.with_("patient.disease", "thalassemia")).value is None


def test_scores_are_shown_with_their_grade(fb4: Plan) -> None:
    rows = {row.what: row for row in describe(fb4)}
    assert rows["HCT-CI"].value == "2 (intermediate)"
    assert rows["EBMT score"].value.startswith("3")
    assert rows["EBMT score"].note == "assumed"


def test_wrong_comorbidities_are_refused_with_the_nearest_word(fb4: Plan) -> None:
    assert fb4.with_("patient.comorbidities", "none").patient.comorbidities == ()
    with pytest.raises(PlanError, match="diabetes"):
        fb4.with_("patient.comorbidities", "diabetis")


def test_residual_disease_and_risk_shift_the_burden_and_no_malignancy_has_none(fb4: Plan) -> None:
    def cells(**changes: str) -> float:
        plan = fb4.with_all({f"patient.{name.replace('_', '-')}": text for name, text in changes.items()})
        return burden_covariates(plan.patient)["malignant_cells_at_start"]

    assert cells(mrd="positive") > cells(mrd="unknown") > cells(mrd="negative")
    assert cells(disease_risk="very high") > cells(disease_risk="low")
    assert cells(disease="refractory AML") > cells(disease="AML in CR1", mrd="positive")
    assert cells(disease="sickle cell disease") == 0
    assert all(growth.first <= growth.later <= growth.active for growth in TABLE.values())
