"""Drugs without a module: some count as another, supportive ones are left out and told, the rest is missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from marrow.clinic.doses import planned_doses
from marrow.clinic.echo import describe, warnings_of
from marrow.clinic.formulary import is_modelled, listed, share_of
from marrow.clinic.intensity import tci
from marrow.clinic.lacking import lacking
from marrow.clinic.plan import Plan, read_plan
from marrow.clinic.schedule import not_yet_modelled
from marrow.clinic.stand_ins import STAND_INS, SUPPORTIVE
from marrow.model import drugs_of
from marrow.record import rows_behind
from marrow.sources import Grade


@pytest.fixture
def fb4(root: Path) -> Plan:
    return read_plan(root / "examples" / "allogeneic-fb4.yaml")


@pytest.mark.parametrize("name", [*STAND_INS, *SUPPORTIVE])
def test_every_name_is_listed_as_printed_and_has_no_module(name: str) -> None:
    medicine = listed(name)
    assert medicine is not None
    assert medicine.name == name
    assert is_modelled(name) == (name in STAND_INS)


@pytest.mark.parametrize("other", STAND_INS.values(), ids=STAND_INS)
def test_a_share_is_within_its_range_and_claims_no_measurement(other) -> None:  # type: ignore[no-untyped-def]
    assert other.plausible[0] <= other.share <= other.plausible[1]
    assert other.source.grade in (Grade.ASSUMED, Grade.DERIVED, Grade.FITTED_HERE)
    assert is_modelled(other.drug)


@pytest.mark.parametrize(
    ("sentence", "milligrams_per_kilogram"),
    [
        ("ATLG 20 mg/kg daily, day -3 to -1", 15.0),
        ("ATG-Fresenius 60 mg/kg total, day -3 to -1", 15.0),
        ("ATGAM 30 mg/kg daily, day -3 to -1", 7.5),  # as the file of the cord study has it
        ("thymoglobulin 2.5 mg/kg daily, day -3 to -1", 7.5),
    ],
)
def test_other_globulins_count_as_a_share_of_thymoglobulin(
    sentence: str, milligrams_per_kilogram: float, fb4: Plan
) -> None:
    plan = fb4.with_("conditioning", sentence)
    assert not_yet_modelled(plan) == ()
    assert lacking(plan) == ()
    assert "rabbit antithymocyte globulin" in drugs_of(plan)
    simulated = sum(float(dose.amounts(plan.covariates(), plan)) for dose in planned_doses(plan) if dose.day < 0)
    assert simulated == pytest.approx(milligrams_per_kilogram * plan.patient.weight)


def test_the_plan_keeps_name_and_dose_and_the_echo_says_what_they_count_as(fb4: Plan) -> None:
    plan = fb4.with_("conditioning", "Grafalon 10 mg/kg IV over 6 h daily, day -3 to -1")
    assert "anti-T-lymphocyte globulin 10 mg/kg" in plan.to_yaml()
    (row,) = (row for row in describe(plan) if row.what.startswith("anti-T-lymphocyte"))
    assert row.simulated
    assert "counts as 0.25 times as much rabbit antithymocyte globulin: fitted here" in row.note
    (cited,) = (row for row in rows_behind(plan) if row.module == "drugs that count as others")
    assert (cited.value, cited.grade) == (0.25, Grade.FITTED_HERE)


def test_lenograstim_is_given_as_filgrastim(fb4: Plan) -> None:
    plan = fb4.with_("care", "lenograstim 150 ug/m2 SC daily from day 5 until ANC > 0.5 on 3 days")
    assert not_yet_modelled(plan) == ()
    assert "filgrastim" in drugs_of(plan)
    assert share_of("lenograstim") == 1
    assert not is_modelled("sargramostim")


@pytest.mark.parametrize(
    ("heading", "sentence"),
    [
        ("prophylaxis", "leucovorin 15 mg day 2, 4, 7, 12"),
        ("care", "ursodiol 12 mg/kg PO daily, day -7 to 90"),
        ("care", "defibrotide 6.25 mg/kg IV every 6 h, day -7 to 20"),
        ("care", "palifermin 60 ug/kg daily, day 0 to 2"),
        ("conditioning", "rituximab 375 mg/m2 day -7"),
        ("conditioning", "methylprednisolone 2 mg/kg daily, day -3 to -1"),
        ("care", "aciclovir 400 mg PO every 12 h from day 0 to day 365"),
    ],
)
def test_supportive_drugs_are_told_and_not_missed(heading: str, sentence: str, fb4: Plan) -> None:
    plan = fb4.with_(heading, sentence)
    (warning,) = warnings_of(plan)
    assert "supportive and left without effect" in warning
    assert lacking(plan) == ()


@pytest.mark.parametrize(
    ("heading", "sentence", "drug"),
    [
        ("prophylaxis", "prednisolone 1 mg/kg PO daily, day 7 to 56", "prednisolone"),
        ("prophylaxis", "methylprednisolone 1 mg/kg daily, day -1 to 1, taper to day 60", "methylprednisolone"),
        ("care", "sargramostim 250 ug/m2 SC daily from day 1 until ANC > 1", "sargramostim"),
        ("conditioning", "amsacrine 100 mg/m2 IV over 1 h daily, day -12 to -9", "amsacrine"),
    ],
)
def test_other_drugs_without_a_module_are_missed(heading: str, sentence: str, drug: str, fb4: Plan) -> None:
    plan = fb4.with_(heading, sentence)
    assert lacking(plan) == (drug,)
    (missing,) = not_yet_modelled(plan)
    assert missing.reason == "not yet modelled"


def test_a_way_that_the_module_does_not_have_is_told_without_a_run_and_missed(fb4: Plan) -> None:
    plan = fb4.with_("conditioning", "fludarabine 40 mg/m2 PO daily, day -6 to -3")
    (missing,) = not_yet_modelled(plan)
    assert missing.reason == "given PO: this route is not yet modelled"
    assert lacking(plan) == ("fludarabine PO",)


def test_a_drug_in_several_orders_is_told_once(fb4: Plan) -> None:
    plan = fb4.with_("prophylaxis", "leucovorin 15 mg day 2; leucovorin 10 mg day 4")
    assert len(not_yet_modelled(plan)) == 2
    assert len(warnings_of(plan)) == 1


def test_supportive_drugs_have_no_points_of_intensity(fb4: Plan) -> None:
    plan = fb4.with_("conditioning", "FB4")
    more = fb4.with_all({"conditioning": "fludarabine 40 mg/m2 day -6; methylprednisolone 2 mg/kg day -3"})
    assert tci(plan.conditioning).unknown == tci(more.conditioning).unknown == ()
