"""A plan chooses the model of busulfan; what busulfan kills is one, and McCune's model is the default."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_modules import LogKills
from solve_small import course, daily

from marrow.clinic import formulary
from marrow.clinic.doses import planned_doses
from marrow.clinic.plan import Plan, plan_from_text
from marrow.clinic.schedule import not_yet_modelled
from marrow.clinic.sentences import read_order
from marrow.drugs.body_composition import BodyComposition
from marrow.drugs.busulfan import Busulfan
from marrow.drugs.busulfan_bartelink import BusulfanBartelink
from marrow.drugs.busulfan_killing import BusulfanKilling
from marrow.drugs.busulfan_lawson import BusulfanLawson, falling_clearance
from marrow.drugs.busulfan_shukla import BusulfanShukla
from marrow.errors import PlanError
from marrow.language.declare import Offers, Parameter
from marrow.language.view import declared_in
from marrow.model import drugs_of

MODELS = {
    "busulfan": Busulfan,
    "busulfan (Shukla)": BusulfanShukla,
    "busulfan (Lawson)": BusulfanLawson,
    "busulfan (Bartelink)": BusulfanBartelink,
}
MAN = {"age": 40.0, "body_weight": 70.0, "height": 176.0}
PLAN = """
year: 2024
patient: {{age: 4 y, sex: male, weight: 17 kg, height: 104 cm}}
donor: {{relation: unrelated, hla: 10/10, age: 30 y}}
graft: {{source: bone marrow, cd34: 5e6 /kg}}
conditioning:
  - {drug} 4.4 mg/kg IV over 3 h daily, day -6 to -3
"""


def plan_with(drug: str) -> Plan:
    return plan_from_text(PLAN.format(drug=drug))


@pytest.mark.parametrize("drug", MODELS)
def test_a_plan_chooses_the_model_by_its_name(drug):
    plan = plan_with(drug)
    assert drugs_of(plan) == {drug}
    assert not not_yet_modelled(plan)
    assert {dose.drug for dose in planned_doses(plan)} == {drug}
    assert planned_doses(plan)[0].amount == pytest.approx(4.4 * 17)
    order = plan.conditioning[0]
    assert read_order(str(order)) == order


def test_mccune_by_name_is_the_default():
    assert drugs_of(plan_with("busulfan (McCune)")) == {"busulfan"}
    assert drugs_of(plan_with("Bu (lawson)")) == {"busulfan (Lawson)"}


def test_each_model_is_another_drug_with_the_line_of_busulfan():
    assert formulary.same_drug("Bu (Shukla)", "busulfan (Shukla)")
    assert not formulary.same_drug("busulfan (Shukla)", "busulfan")
    assert not formulary.same_drug("busulfan (Shukla)", "busulfan (Lawson)")
    assert formulary.listed("busulfan (Shukla)") is formulary.listed("busulfan")
    assert not formulary.is_modelled("busulfan (Smith)")


@pytest.mark.parametrize(
    ("sentence", "found", "near"),
    [
        ("busulfan (Shukl) 3.2 mg/kg daily, day -6 to -3", "the model 'busulfan (Shukl)'", "busulfan (Shukla)"),
        ("busulfan (Shukla 3.2 mg/kg daily, day -6", "busulfan (Shukla 3.2", ""),
        ("melphalan (Nath) 200 mg/m2, day -2", "the model 'melphalan (Nath)'", "melphalan"),
        ("busulfan (Shukla) 320 mg/kg daily, day -6", "320 mg/kg of busulfan (Shukla) in a day", "320 mg"),
    ],
)
def test_a_model_that_is_not_there_is_refused_with_those_that_are(sentence, found, near):
    with pytest.raises(PlanError) as caught:
        read_order(sentence)
    assert found in str(caught.value)
    assert near in str(caught.value)


def test_what_busulfan_kills_is_written_once():
    shared = {name for name, each in declared_in(BusulfanKilling).items() if isinstance(each, (Parameter, Offers))}
    assert {"stem_cell_exposure", "kills_stem_cells", "sensitivity"} <= shared
    for module in MODELS.values():
        assert not shared & set(vars(module))


@pytest.mark.parametrize("drug", MODELS)
def test_the_same_exposure_kills_as_much_by_every_model(drug):
    around = () if drug == "busulfan (Bartelink)" else (BodyComposition,)
    known = MAN if around else {"body_weight": 70.0}
    found = course((*around, MODELS[drug], LogKills), daily(f"{drug}.IV", 224.0, 3, 4), [0, 3, 400], known)
    assert 3 < found["busulfan_concentration"][1] < 5.5
    assert found["log_kills.stem"][-1] == pytest.approx(found["busulfan_exposure"][-1] / 12.6, rel=1e-6)
    assert 60 < found["busulfan_exposure"][-1] < 100


@pytest.mark.parametrize("drug", MODELS)
def test_by_mouth_a_share_reaches_blood_and_later(drug):
    around = () if drug == "busulfan (Bartelink)" else (BodyComposition,)
    known = MAN if around else {"body_weight": 70.0}
    modules = (*around, MODELS[drug], LogKills)
    mouth, vein = (
        course(modules, daily(f"{drug}.{way}", 70.0, 0, 16, 6.0), [0, 1, 400], known) for way in ("PO", "IV")
    )
    assert mouth["busulfan_exposure"][-1] == pytest.approx(0.75 * vein["busulfan_exposure"][-1], rel=0.02)
    assert mouth["busulfan_concentration"][1] < 0.8 * vein["busulfan_concentration"][1]


def test_nothing_is_left_out_of_a_plan_with_busulfan_by_mouth():
    plan = plan_from_text(PLAN.format(drug="busulfan").replace("4.4 mg/kg IV over 3 h daily", "1 mg/kg PO every 6 h"))
    assert not not_yet_modelled(plan)


def test_the_steps_of_lawson_follow_the_published_fall():
    steps = falling_clearance()
    assert steps[0][0] == 0
    assert [factor for _, factor in steps] == sorted((factor for _, factor in steps), reverse=True)
    assert 0.98 < steps[0][1] < 1
    assert steps[-1][1] > 0.82  # exp(-0.198)
