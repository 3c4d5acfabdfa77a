"""A population is drawn as arrays: whoever is in it is the same person in any block, any arm and any company."""

from __future__ import annotations

import numpy as np
import pytest

from marrow.calibration.study import study_from_text
from marrow.population.people import people_of
from marrow.simulation import prepare_patients, prepare_people

STUDY = """
study: Blood or marrow
year: 2012
source: "https://example.org"
fitted: false
patients:
  age: {median: 42 y, log-sd: 0.25, range: [18 y, 65 y]}
  women: 40 %
plan:
  year: 2008
  patient: {age: 42 y, sex: male, weight: 78 kg, height: 175 cm, disease: AML in CR1}
  donor: {relation: sibling}
  graft: {source: peripheral blood, cd34: 6e6 /kg}
  conditioning: [melphalan 140 mg/m2 day -2]
  care: [platelets when < 10]
  follow-up: 40 d
arms:
  - arm: blood
    patients: {cd34: {median: 6e6 /kg, log-sd: 0.4}}
    endpoints: [{endpoint: ANC>=0.5e9/L, statistic: median, value: 14 days}]
  - arm: marrow
    changes: {graft.source: bone marrow, graft.cd34: 3e6 /kg}
    patients: {cd34: {median: 3e6 /kg, log-sd: 0.4}}
    variants: [{share: 30 %, changes: {donor.relation: unrelated}}]
    endpoints: [{endpoint: ANC>=0.5e9/L, statistic: median, value: 19 days}]
"""
BLOOD, MARROW = (each.arm for each in study_from_text(STUDY).arms)


def column(arm, identities, name):
    """A covariate of everybody, in the order of ``identities``."""
    values = np.full(len(identities), np.nan)
    for chosen, people in people_of(arm, identities, 1):
        values[chosen] = people.covariates[name]
    return values


def test_a_person_is_the_same_in_any_block() -> None:
    everybody = np.arange(1000)
    whole = column(MARROW, everybody, "body_weight")
    parts = [column(MARROW, everybody[k : k + 137], "body_weight") for k in range(0, 1000, 137)]
    assert np.array_equal(whole, np.concatenate(parts))


def test_a_person_is_the_same_in_every_arm() -> None:
    everybody = np.arange(500)
    for name in ("age", "is_female", "body_weight", "height"):
        assert np.array_equal(column(BLOOD, everybody, name), column(MARROW, everybody, name))
    ratio = column(BLOOD, everybody, "graft_cd34") / column(MARROW, everybody, "graft_cd34")
    assert ratio == pytest.approx(2.0)  # the same quantile of each arm's doses


def test_shares_and_medians_are_as_published() -> None:
    """Of 20,000: 40 % women, 30 % unrelated, median age 42 and dose 6e6 (four standard errors)."""
    everybody = np.arange(20_000)
    assert column(BLOOD, everybody, "is_female").mean() == pytest.approx(0.40, abs=4 * 0.0035)
    assert np.median(column(BLOOD, everybody, "age")) == pytest.approx(42, abs=0.5)
    assert np.median(column(BLOOD, everybody, "graft_cd34")) == pytest.approx(6e6, rel=0.02)
    unrelated = sum(
        len(who) for who, p in people_of(MARROW, everybody, 1) if p.plan.donor.relation.value == "unrelated"
    )
    assert unrelated / 20_000 == pytest.approx(0.30, abs=4 * 0.0033)


def test_arrays_give_what_a_plan_each_gives() -> None:
    """The same patients, written as one plan each, have the same courses to the last bit."""
    ((_, people),) = people_of(BLOOD, np.arange(3), 1)
    known = people.covariates
    plans = [
        replace_covariates(people.plan, {name: float(values[i]) for name, values in known.items()}) for i in range(3)
    ]
    together = prepare_people(people.plan, known, people.identities, 1, until=40).solve()
    apart = prepare_patients(plans, people.identities, 1, until=40, detail=together_detail()).solve()
    assert together.failed == 0
    for name in ("absolute_neutrophil_count", "platelet_count"):
        assert np.array_equal(together.course[name].values, apart.course[name].values)


def together_detail():
    from marrow.clinic.schedule import Detail

    return Detail.VISITS


def replace_covariates(plan, known):
    patient = plan.patient.model_copy(
        update={
            "age": known["age"],
            "sex": type(plan.patient.sex).FEMALE if known["is_female"] else type(plan.patient.sex).MALE,
            "weight": known["body_weight"],
            "height": known["height"],
        }
    )
    graft = plan.graft.model_copy(update={"cd34": known["graft_cd34"]})
    return plan.model_copy(update={"patient": patient, "graft": graft})


def test_another_seed_draws_other_people() -> None:
    everybody = np.arange(50)
    ((_, first),) = people_of(BLOOD, everybody, 1)
    ((_, second),) = people_of(BLOOD, everybody, 2)
    assert not np.array_equal(first.covariates["age"], second.covariates["age"])


def test_shares_are_drawn_and_a_disease_tells_where_its_patients_start() -> None:
    """Half AML in first remission, half active: their blood starts as each disease says, and 30 % carry the virus."""
    text = STUDY.replace(
        "  women: 40 %",
        "  women: 40 %\n  shares:\n    patient.disease: {AML in CR1: 50 %, AML active: 50 %}\n"
        "    patient.cmv: {positive: 30 %, negative: 70 %}",
    )
    blood, _ = (each.arm for each in study_from_text(text).arms)
    everybody = np.arange(4000)
    ((_, people),) = people_of(blood, everybody, 1)
    started, counts = np.unique(people.covariates["platelets_at_start"], return_counts=True)
    assert len(started) == 2
    assert counts / 4000 == pytest.approx(0.5, abs=4 * 0.008)
    assert people.covariates["cmv_patient"].mean() == pytest.approx(0.3, abs=4 * 0.0073)
    burden = people.covariates["malignant_cells_at_start"]
    active = people.covariates["platelets_at_start"] == started[0]
    assert burden[active].min() > burden[~active].max()
