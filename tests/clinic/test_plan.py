"""A plan is read as written, can be changed, printed and read again, and says what the model needs to know."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from pydantic import ValidationError

from marrow import vocabulary
from marrow.clinic.donor import Relation
from marrow.clinic.graft import Source
from marrow.clinic.labs import FINDINGS, LABS
from marrow.clinic.orders import DrugOrder, Role, StandingOrder, Weighing
from marrow.clinic.patient import (
    Patient,
    Sex,
    body_surface_area,
    dosing_weight,
    fat_free_mass,
    filtration_from_creatinine,
    ideal_weight,
    usual_filtration,
)
from marrow.clinic.plan import Plan, json_schema, plan_from_text, plan_of, read_plan
from marrow.clinic.regimen import REGIMENS, find_regimen, name_of, names
from marrow.clinic.sentences import read_order
from marrow.errors import PlanError
from marrow.vocabulary import Known, Observable

EXAMPLES = ["allogeneic-fb4.yaml", "autologous-melphalan-200.yaml"]


@pytest.fixture
def fb4(root: Path) -> Plan:
    return read_plan(root / "examples" / "allogeneic-fb4.yaml")


@pytest.fixture
def melphalan(root: Path) -> Plan:
    return read_plan(root / "examples" / "autologous-melphalan-200.yaml")


def test_the_example_of_the_blueprint_is_read_as_it_is_written(fb4: Plan) -> None:
    assert (fb4.year, fb4.follow_up) == (2024, 730)
    assert (fb4.patient.age, fb4.patient.sex, fb4.patient.weight, fb4.patient.height) == (52, Sex.FEMALE, 68, 165)
    assert (fb4.donor.relation, fb4.donor.hla, fb4.donor.age) == (Relation.UNRELATED, "10/10", 28)
    assert (fb4.graft.source, fb4.graft.cd34, fb4.graft.cd3) == (Source.BLOOD, 5.6e6, 2.3e8)
    assert [order.drug for order in fb4.conditioning] == ["fludarabine", "busulfan"]
    assert [order.what for order in fb4.care if isinstance(order, StandingOrder)] == [
        "filgrastim",
        "platelets",
        "red cells",
    ]


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_plan_printed_and_read_again_is_the_same(example: str, root: Path) -> None:
    plan = read_plan(root / "examples" / example)
    assert plan_from_text(plan.to_yaml()) == plan
    assert plan_of(plan.to_data()) == plan


def test_a_named_regimen_means_the_same_as_writing_it_out(fb4: Plan, melphalan: Plan) -> None:
    assert fb4.with_("conditioning", "FB4") == fb4
    assert fb4.with_("conditioning", "flu-bu 4") == fb4
    assert melphalan.with_("conditioning", "Mel200") == melphalan
    assert name_of(fb4.conditioning) == "FB4"


@pytest.mark.parametrize("regimen", REGIMENS, ids=lambda regimen: regimen.name)
def test_every_named_regimen_is_conditioning_in_canonical_wording(regimen) -> None:  # type: ignore[no-untyped-def]
    assert len(regimen.orders) == len(regimen.sentences)
    for sentence, order in zip(regimen.sentences, regimen.orders, strict=True):
        assert read_order(str(order), Role.CONDITIONING) == order
        assert order.last_day <= 0, sentence
    assert find_regimen(regimen.name) is regimen
    assert name_of(tuple(reversed(regimen.orders))) == regimen.name
    assert regimen.source.note
    assert len(regimen.prophylaxis_orders) == len(regimen.prophylaxis)


def test_there_are_thirty_regimens_and_no_name_is_taken_twice() -> None:
    assert len(REGIMENS) >= 30
    keys = ["".join(c for c in name.lower() if c.isalnum()) for name in names()]
    assert len(set(keys)) == len(keys)


def total(name: str, drug: str) -> float:
    """Total of a drug in a named regimen, per kg or m2, in mg."""
    regimen = find_regimen(name)
    assert regimen is not None
    (order,) = (order for order in regimen.orders if order.drug == drug)
    return sum(c.dose.in_kind * (1 if c.fractions else len(c.on_days) * c.per_day) for c in order.courses if c.dose)


@pytest.mark.parametrize(
    ("name", "drug", "published"),
    [
        ("FB4", "busulfan", 12.8),
        ("FB3", "busulfan", 9.6),
        ("FB2", "busulfan", 6.4),
        ("FB3", "fludarabine", 150),
        ("BuCy", "busulfan", 12.8),
        ("BuCy", "cyclophosphamide", 120),
        ("FluTreo42", "treosulfan", 42_000),
        ("CyTBI", "total body irradiation", 12),
        ("BEAM", "etoposide", 800),
        ("BEAM", "cytarabine", 1600),
        ("TBF", "thiotepa", 10),
        ("CyTBI14", "total body irradiation", 14.4),
        ("CloFluBu", "clofarabine", 120),
        ("FluTreo36", "treosulfan", 36_000),
        ("FluTBI8", "total body irradiation", 8),
        ("CyATG", "cyclophosphamide", 200),
        ("FM-Campath", "alemtuzumab", 100),
        ("BEAM-alem", "alemtuzumab", 50),
        ("TBI-VP16", "etoposide", 60),
        ("CBV", "cyclophosphamide", 6000),
        ("CBV", "etoposide", 900),
        ("Mel100x2", "melphalan", 200),
        ("TreoFluTT", "thiotepa", 10),
    ],
)
def test_named_regimens_have_their_published_totals(name: str, drug: str, published: float) -> None:
    assert total(name, drug) == pytest.approx(published)


def test_a_regimen_may_be_joined_by_sentences(fb4: Plan) -> None:
    plan = fb4.with_("conditioning", "FB2; rATG 2.5 mg/kg IV over 6 h daily, day -3 to -1")
    assert [order.drug for order in plan.conditioning] == ["fludarabine", "busulfan", "rabbit antithymocyte globulin"]


def test_a_change_changes_that_and_nothing_else(fb4: Plan) -> None:
    fewer = fb4.with_("graft.cd34", "2e6/kg")
    assert fewer.graft.cd34 == 2e6
    assert fewer.model_copy(update={"graft": fb4.graft}) == fb4
    assert fb4.graft.cd34 == 5.6e6
    assert fb4.with_("care", "none").care == ()
    assert len(fb4.with_("care.1", "none").care) == 2
    assert str(fb4.with_("care.2", "platelets when < 20").care[1]) == "platelets when < 20"
    assert fb4.with_settings([]) is fb4
    both = fb4.with_settings(["graft.cd34=2e6/kg", "follow_up = 100 d"])
    assert (both.graft.cd34, both.follow_up) == (2e6, 100)


def test_a_plan_cannot_be_changed_in_place(fb4: Plan) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        fb4.year = 2000  # type: ignore[misc]


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_plan_tells_every_covariate_of_the_vocabulary(example: str, root: Path) -> None:
    known = {value.name for value in vars(vocabulary).values() if isinstance(value, Known)}
    given = read_plan(root / "examples" / example).covariates()
    assert known <= set(given)
    assert all(math.isfinite(value) for value in given.values())


def test_an_autologous_graft_was_frozen_and_its_donor_is_the_patient(melphalan: Plan) -> None:
    plan = plan_of({**melphalan.to_data(), "graft": {"source": "blood", "cd34": "4e6 /kg"}})
    assert plan.is_thawed
    assert plan.covariates()["donor_age"] == plan.patient.age


@pytest.mark.parametrize(
    ("written", "years"), [("52 y", 52), ("52", 52), ("18 months", 1.5), ("26 weeks", 26 * 7 / 365.25)]
)
def test_ages_come_in_years_months_and_weeks(written: str, years: float, fb4: Plan) -> None:
    assert fb4.with_all({"patient.age": written}).patient.age == pytest.approx(years)


@pytest.mark.parametrize(
    "written", ["5.6e6 /kg", "5.6e6/kg", "5.6 x10^6/kg", "5.6 x 10^6 /kg", "5.6e6 cells/kg", "5.6 × 10^6/kg"]
)
def test_cell_doses_come_in_the_ways_they_are_written(written: str, fb4: Plan) -> None:
    assert fb4.with_("graft.cd34", written).graft.cd34 == pytest.approx(5.6e6)


def test_the_schema_accepts_the_examples_as_they_are_written(root: Path) -> None:
    schema = json_schema()
    json.dumps(schema)
    assert set(schema["required"]) == {"year", "patient", "donor", "graft", "conditioning"}
    assert "follow-up" in schema["properties"]
    assert schema["additionalProperties"] is False


def test_python_objects_make_a_plan_too(fb4: Plan) -> None:
    patient = Patient(age=8.0, sex=Sex.MALE, weight=25.0, height=128.0)
    plan = fb4.model_copy(update={"patient": patient})
    assert plan_from_text(plan.to_yaml()).patient == patient
    with pytest.raises(PlanError):
        plan_of({"year": 2024})


# --- the body ---


def test_body_surface_of_mosteller() -> None:
    assert body_surface_area(80.0, 180.0) == pytest.approx(2.0)


def test_ideal_weights() -> None:
    assert ideal_weight(152.4, 0.0, 40.0) == pytest.approx(50.0)  # five feet tall
    assert ideal_weight(175.26, 1.0, 40.0) == pytest.approx(45.5 + 9 * 2.3)
    assert 23 < float(ideal_weight(128.0, 0.0, 8.0)) < 30  # a child of eight


def test_adjusted_weight_lies_between_ideal_and_actual() -> None:
    heavy = {w: float(dosing_weight(w, 110.0, 165.0, 1.0, 50.0)) for w in Weighing}
    ideal = heavy[Weighing.IDEAL]
    assert heavy[Weighing.ACTUAL] == 110
    assert heavy[Weighing.ADJUSTED] == pytest.approx(ideal + 0.25 * (110 - ideal))
    assert heavy[Weighing.ADJUSTED_40] == pytest.approx(ideal + 0.40 * (110 - ideal))
    assert heavy[Weighing.LOWER] == ideal
    light = {w: float(dosing_weight(w, 45.0, 175.0, 1.0, 50.0)) for w in Weighing}
    assert light[Weighing.ADJUSTED] == light[Weighing.LOWER] == 45


def test_fat_free_mass_of_a_man_of_70_kg() -> None:
    assert fat_free_mass(70.0, 176.0, 0.0) == pytest.approx(56.13, rel=1e-3)


def test_kidney_function_as_given_or_from_creatinine_or_usual(fb4: Plan) -> None:
    assert fb4.patient.glomerular_filtration == pytest.approx(float(usual_filtration(52.0)))
    assert fb4.with_("patient.egfr", "45 mL/min").patient.glomerular_filtration == 45
    by_creatinine = fb4.with_("patient.creatinine", "88.4 umol/L").patient.glomerular_filtration
    clearance = (140 - 52) * 68 / 72 * 0.85
    assert by_creatinine == pytest.approx(clearance * 1.73 / fb4.patient.body_surface_area)
    assert filtration_from_creatinine(0.5, 8.0, 25.0, 128.0, 0.0) == pytest.approx(0.413 * 128 / 0.5)


def test_orders_of_a_plan_come_with_their_heading(fb4: Plan) -> None:
    roles = [role for role, _ in fb4.orders]
    assert roles == [Role.CONDITIONING] * 2 + [Role.PROPHYLAXIS] * 2 + [Role.CARE] * 3
    assert all(isinstance(order, DrugOrder) for role, order in fb4.orders if role is not Role.CARE)


def test_every_lab_of_the_ward_is_an_observable() -> None:
    observables = {value.name: value for value in vars(vocabulary).values() if isinstance(value, Observable)}
    for lab in (*LABS, *FINDINGS):
        assert lab.observable.partition(".")[0] in observables, lab.name
        assert lab.threshold(lab.low, "") == lab.low
