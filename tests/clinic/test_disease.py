"""The words of a disease are understood, kept, and say where blood and marrow start."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from marrow.clinic.disease import Control, Diagnosis, read_disease
from marrow.clinic.disease_start import HEALTHY, TABLE, start_of
from marrow.clinic.echo import describe
from marrow.clinic.plan import Plan, plan_from_text, read_plan
from marrow.errors import PlanError


@pytest.fixture
def fb4(root: Path) -> Plan:
    return read_plan(root / "examples" / "allogeneic-fb4.yaml")


@pytest.mark.parametrize(
    ("words", "diagnosis", "control"),
    [
        ("AML in CR1", Diagnosis.AML, Control.FIRST),
        ("FLT3-mutated acute myeloid leukaemia, CR2", Diagnosis.AML, Control.LATER),
        ("Ph+ ALL in second complete remission", Diagnosis.ALL, Control.LATER),
        ("refractory B-ALL", Diagnosis.ALL, Control.ACTIVE),
        ("MDS with excess blasts", Diagnosis.MDS, Control.ACTIVE),
        ("untreated myelodysplastic syndrome", Diagnosis.MDS, Control.FIRST),
        ("CML in second chronic phase", Diagnosis.CML, Control.LATER),
        ("CML in chronic phase", Diagnosis.CML, Control.FIRST),
        ("Hodgkin lymphoma, active disease", Diagnosis.HODGKIN, Control.ACTIVE),
        ("non-Hodgkin lymphoma in PR", Diagnosis.LYMPHOMA, Control.LATER),
        ("multiple myeloma in VGPR", Diagnosis.MYELOMA, Control.FIRST),
        ("primary myelofibrosis", Diagnosis.MYELOFIBROSIS, Control.UNSAID),
        ("severe aplastic anaemia", Diagnosis.APLASTIC_ANEMIA, Control.UNSAID),
        ("sickle cell disease", Diagnosis.SICKLE_CELL, Control.UNSAID),
        ("beta-thalassemia major", Diagnosis.THALASSEMIA, Control.UNSAID),
        ("inborn error of immunity", Diagnosis.INBORN_ERROR, Control.UNSAID),
        ("relapsed AML in CR2", Diagnosis.AML, Control.LATER),
        ("AML, active relapse after CR1", Diagnosis.AML, Control.ACTIVE),
        ("AML in CR2 after relapse", Diagnosis.AML, Control.LATER),
        ("AML in CR1, cytogenetics unknown", Diagnosis.AML, Control.FIRST),
        ("unknown", Diagnosis.OTHER, Control.UNSAID),
        ("JMML", Diagnosis.MDS, Control.UNSAID),
        ("RAEB", Diagnosis.MDS, Control.ACTIVE),
        ("RAEB-2", Diagnosis.MDS, Control.ACTIVE),
        ("RAEB-T in CR1", Diagnosis.MDS, Control.FIRST),
        ("refractory anaemia with excess blasts", Diagnosis.MDS, Control.ACTIVE),
        ("refractory anemia", Diagnosis.MDS, Control.UNSAID),
        ("MPN", Diagnosis.MYELOFIBROSIS, Control.UNSAID),
        ("MDS/MPN", Diagnosis.MDS, Control.UNSAID),
        ("HbSS", Diagnosis.SICKLE_CELL, Control.UNSAID),
        ("sickle-beta thalassaemia", Diagnosis.SICKLE_CELL, Control.UNSAID),
        ("neuroblastoma in CR1", Diagnosis.OTHER, Control.FIRST),
        ("germ cell tumours", Diagnosis.OTHER, Control.UNSAID),
    ],
)
def test_the_words_of_the_ward_are_understood(words: str, diagnosis: Diagnosis, control: Control) -> None:
    disease = read_disease(words)
    assert (disease.diagnosis, disease.control, disease.words) == (diagnosis, control, words)


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("mieloma in PR", "myeloma"),
        ("AML in CR11", "cr1"),
        ("measles", ""),
        ("osteopetrosis", ""),
        ("Fanconi anemia", ""),
    ],
)
def test_what_is_not_recognised_is_refused_with_the_nearest_word(words: str, near: str) -> None:
    with pytest.raises(PlanError) as error:
        read_disease(words)
    assert error.value.problems[0].nearest == near
    assert words in error.value.problems[0].found


def test_a_word_inside_another_word_is_no_disease() -> None:
    with pytest.raises(PlanError):
        read_disease("smallpox")  # holds 'all'


@pytest.mark.parametrize("diagnosis", [each for each in Diagnosis if each is not Diagnosis.OTHER])
def test_no_disease_and_stage_is_without_its_start(diagnosis: Diagnosis) -> None:
    rows = TABLE[diagnosis]
    assert set(rows) == {Control.FIRST, Control.LATER, Control.ACTIVE}
    assert all(7 < row.hemoglobin < 12.5 for row in rows.values()), "patients come anemic"
    worse = [rows[control] for control in (Control.FIRST, Control.LATER, Control.ACTIVE)]
    for better, next_ in itertools.pairwise(worse):
        assert next_.hemoglobin <= better.hemoglobin
        assert next_.platelets <= better.platelets
        assert next_.stem <= better.stem
        assert next_.marrow <= better.marrow


def test_who_has_no_disease_starts_healthy(fb4: Plan) -> None:
    assert start_of(None) == HEALTHY == start_of(read_disease("other disease"))
    assert fb4.with_("patient.disease", "other disease").covariates()["hemoglobin_at_start"] == 0


def test_own_counts_stand_above_those_of_the_disease(fb4: Plan) -> None:
    usual = fb4.covariates()
    own = fb4.with_all({"patient.hemoglobin": "82 g/L", "patient.platelets": "31"}).covariates()
    assert (usual["hemoglobin_at_start"], usual["hemoglobin_measured"]) == (10.2, 0)
    assert (own["hemoglobin_at_start"], own["hemoglobin_measured"]) == (pytest.approx(8.2), 1)
    assert (own["platelets_at_start"], own["platelets_measured"]) == (31, 1)
    assert own["neutrophils_measured"] == 0


def test_the_echo_tells_how_the_words_were_understood(fb4: Plan) -> None:
    rows = {row.what: row for row in describe(fb4)}
    assert rows["disease"].value == "AML in CR1"
    assert rows["disease"].note == "understood as AML, in first remission, or as good"
    assert (rows["hemoglobin at start"].value, rows["hemoglobin at start"].note) == (
        "10.2 g/dL",
        "usual for the disease: assumed",
    )


def test_the_words_survive_printing(fb4: Plan) -> None:
    changed = fb4.with_("patient.disease", "AML with t(8;21) in CR2")
    assert plan_from_text(changed.to_yaml()).patient.disease == changed.patient.disease
