"""A dose that is found from an exposure gives it, patients spread around it, and measuring brings them closer.

The hit rates are compared with published ones; every number of patients is drawn with a fixed seed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import marrow
from marrow.clinic.doses import scale_of
from marrow.clinic.echo import describe, timeline
from marrow.clinic.plan import Plan, plan_from_text, read_plan
from marrow.dosing import LEAST_SCALE, MOST_SCALE, dosed, exposures, scales_of, targeted
from marrow.errors import PlanError
from marrow.model import conditioning_of, model_of_drugs_alone

pytestmark = pytest.mark.compiles

MAN = ["patient.sex=male", "patient.weight=70 kg", "patient.height=176 cm", "patient.age=40 y"]
DAILY = "busulfan IV over 3 h daily, day -5 to -2, target cumulative AUC 90 mg*h/L"
FOUR_A_DAY = "busulfan IV over 2 h every 6 h, day -7 to -4"
CSS_770 = 0.770 * 96  # mg·h/L over four days
IN_WINDOW = (0.600 * 96, 0.900 * 96)  # Css 600 to 900 ng/mL
ADJUSTED = ", adjusted after the first day"


@pytest.fixture(scope="module")
def man(root: Path) -> Plan:
    return read_plan(root / "examples" / "allogeneic-fb4.yaml").with_settings(MAN)


def with_conditioning(plan: Plan, sentences: str) -> Plan:
    return plan.with_("conditioning", sentences)


def dose_of(plan: Plan) -> float:
    (order,) = targeted(plan)
    assert order.courses[0].dose is not None
    return order.courses[0].dose.amount


def typical_exposure(plan: Plan, drug: str = "busulfan") -> float:
    model = model_of_drugs_alone(conditioning_of(plan))
    return float(exposures(plan, model, np.zeros(1, dtype=np.int64), 0, [drug], variability=False)[0, 0])


def drawn(plan: Plan, draws: int = 3000) -> np.ndarray:
    """Whole busulfan exposure of virtual patients."""
    result = marrow.simulate(plan, draws, 1, drugs_alone=True, until=8.0)
    return result.course["busulfan_exposure"].values[:, -1]


def share_in(values: np.ndarray, window: tuple[float, float]) -> float:
    return float(np.mean((values >= window[0]) & (values <= window[1])))


def test_the_typical_patient_has_the_exposure_that_was_asked_for(man: Plan) -> None:
    plan = dosed(with_conditioning(man, DAILY))
    assert typical_exposure(plan) == pytest.approx(90.0, rel=1e-4)
    # 224 mg on four days give 76.1 mg·h/L in this man (the reference case): exposure is in proportion to dose
    assert dose_of(plan) == pytest.approx(224 * 90 / 76.1, rel=0.01)


def test_per_dose_and_cumulative_are_the_same_dose(man: Plan) -> None:
    each = dosed(with_conditioning(man, DAILY.replace("cumulative AUC 90 mg*h/L", "AUC 22.5 mg*h/L per dose")))
    assert dose_of(each) == pytest.approx(dose_of(dosed(with_conditioning(man, DAILY))), rel=1e-6)


def test_the_dose_follows_the_patient(man: Plan) -> None:
    child = man.with_settings(["patient.age=4.2 y", "patient.weight=17 kg", "patient.height=104 cm"])
    plan = dosed(with_conditioning(child, DAILY))
    assert typical_exposure(plan) == pytest.approx(90.0, rel=1e-4)
    per_kg = dose_of(plan) / 17
    assert per_kg > 1.3 * dose_of(dosed(with_conditioning(man, DAILY))) / 70


@pytest.mark.parametrize(
    ("weight", "age", "height", "nomogram"),
    [(9, 0.9, 73, 47), (15, 3.5, 98, 77), (20, 5.7, 114, 97), (40, 12, 150, 156)],
)
def test_doses_of_children_are_near_the_published_nomogram(
    man: Plan, weight: float, age: float, height: float, nomogram: float
) -> None:
    # The nomogram rests on another model (Bartelink 2012); it gives less than ours from 15 kg on, 15 % at 40 kg.
    child = man.with_settings([f"patient.age={age} y", f"patient.weight={weight} kg", f"patient.height={height} cm"])
    assert dose_of(dosed(with_conditioning(child, DAILY))) == pytest.approx(nomogram, rel=0.2)


def test_other_drugs_have_targets_too(man: Plan) -> None:
    sentence = "fludarabine IV over 1 h daily, day -5 to -2, target cumulative AUC 20 mg*h/L"
    both = dosed(with_conditioning(man, f"{sentence}; {DAILY}"))
    assert len(targeted(both)) == 2
    assert typical_exposure(both, "fludarabine") == pytest.approx(20.0, rel=1e-4)
    assert typical_exposure(both, "busulfan") == pytest.approx(90.0, rel=1e-4)


def test_the_dose_is_found_by_the_model_that_the_sentence_names(man: Plan) -> None:
    other = dosed(with_conditioning(man, DAILY.replace("busulfan", "busulfan (Lawson)")))
    assert typical_exposure(other, "busulfan (Lawson)") == pytest.approx(90.0, rel=1e-4)
    assert dose_of(other) != pytest.approx(dose_of(dosed(with_conditioning(man, DAILY))), rel=0.02)


def test_a_metabolite_is_not_taken_for_the_drug(man: Plan) -> None:
    plan = dosed(with_conditioning(man, "thiotepa IV over 2 h, day -6, target cumulative AUC 10 mg*h/L"))
    # the reference case of its model: 350 mg give an AUC of 10.29 at 70 kg, of TEPA 16.4
    assert dose_of(plan) == pytest.approx(350 * 10 / 10.29, rel=0.05)


def test_patients_spread_around_the_target_and_measuring_narrows_it(man: Plan) -> None:
    before = drawn(with_conditioning(man, DAILY))
    after = drawn(with_conditioning(man, DAILY + ADJUSTED))
    assert np.median(before) == pytest.approx(90, rel=0.03)
    assert np.median(after) == pytest.approx(90, rel=0.03)
    # between patients 21 %, and 11 % from dose to dose over four doses
    assert np.log(before).std() == pytest.approx(np.hypot(0.214, 0.113 / 2), abs=0.015)
    # one measured day of four, known to 10 %, and what changes from dose to dose afterwards
    assert 0.09 < np.log(after).std() < 0.17
    assert share_in(after, (78, 101)) > share_in(before, (78, 101)) + 0.12


def test_hit_rates_of_the_window_are_as_published(man: Plan) -> None:
    conventional = share_in(drawn(with_conditioning(man, FOUR_A_DAY.replace("IV", "0.8 mg/kg IV"))), IN_WINDOW)
    aimed = f"{FOUR_A_DAY}, target cumulative AUC {CSS_770:g} mg*h/L"
    a_priori = share_in(drawn(with_conditioning(man, aimed)), IN_WINDOW)
    measured = share_in(drawn(with_conditioning(man, aimed + ADJUSTED)), IN_WINDOW)
    assert conventional == pytest.approx(0.57, abs=0.10)  # simulated in the paper for the US label; 0.52 observed
    assert a_priori == pytest.approx(0.72, abs=0.10)  # simulated in the paper at a target of 770 ng/mL
    assert measured > a_priori + 0.15
    assert conventional < a_priori < measured


def test_adjusting_leaves_the_first_day_alone_and_scales_the_rest(man: Plan) -> None:
    plan = with_conditioning(man, DAILY + ADJUSTED)
    result = marrow.simulate(plan, 20, 1, drugs_alone=True, until=5.0)
    events = result.schedule.events
    target = events.target[[label.endswith("start") for label in events.label].index(True)]
    rates = events.value[:, events.target == target]
    starts = rates[:, rates[0] > 0]
    assert np.ptp(starts[:, 0]) == 0
    assert np.ptp(starts[:, 1]) > 0
    assert np.array_equal(starts[:, 1], starts[:, 3])
    scales = scales_of(result.plan, np.arange(20), 1)[scale_of("busulfan")]
    assert starts[:, 1] / starts[:, 0] == pytest.approx(scales)
    assert np.all((scales >= LEAST_SCALE) & (scales <= MOST_SCALE))


def test_who_clears_faster_is_given_more(man: Plan) -> None:
    before = drawn(with_conditioning(man, DAILY), 300)
    scales = scales_of(dosed(with_conditioning(man, DAILY + ADJUSTED)), np.arange(300), 1)[scale_of("busulfan")]
    assert np.corrcoef(np.log(before), np.log(scales))[0, 1] < -0.7


def test_a_patient_is_dosed_the_same_in_any_company(man: Plan) -> None:
    plan = dosed(with_conditioning(man, DAILY + ADJUSTED))
    many = scales_of(plan, np.arange(30), 7)[scale_of("busulfan")]
    assert np.array_equal(scales_of(plan, np.array([29, 3]), 7)[scale_of("busulfan")], many[[29, 3]])


def test_each_of_several_plans_has_its_own_dose(man: Plan) -> None:
    heavy = with_conditioning(man.with_("patient.weight", "95 kg"), DAILY + ADJUSTED)
    result = marrow.simulate_patients(
        [with_conditioning(man, DAILY + ADJUSTED), heavy], np.arange(2), 1, drugs_alone=True, until=5.0
    )
    assert dose_of(result.plans[1]) > 1.1 * dose_of(result.plans[0])
    alone = marrow.simulate_patients([heavy], np.array([1]), 1, drugs_alone=True, until=5.0)
    both, one = (r.course["busulfan_exposure"].values[-1, -1] for r in (result, alone))
    assert both == pytest.approx(one, rel=1e-5)


def test_the_sentence_stays_as_written_and_the_echo_tells_the_dose(man: Plan) -> None:
    plan = dosed(with_conditioning(man, DAILY + ADJUSTED))
    assert [str(order) for order in plan.conditioning] == [DAILY + ADJUSTED]
    again = plan_from_text(plan.to_yaml())
    assert again == with_conditioning(man, DAILY + ADJUSTED)
    (row,) = (row for row in describe(plan) if row.section == "conditioning")
    assert f"4 x {dose_of(plan):.4g} mg" in row.value
    assert "typical patient" in row.note
    assert "each patient's own" in row.note
    assert any("busulfan 06:00" in moment.what for moment in timeline(plan))


def test_a_plan_without_targets_is_itself(man: Plan) -> None:
    assert dosed(man) is man


@pytest.mark.parametrize(
    ("sentence", "part"),
    [
        ("busulfan IV daily, day -5 to -2, target cumulative AUC 900 mg*h/L", "at most 7 mg/kg"),
        (
            "busulfan IV day -7, target cumulative AUC 20 mg*h/L; busulfan IV day -5, target cumulative AUC 40 mg*h/L",
            "two targets",
        ),
    ],
)
def test_an_impossible_target_is_refused_in_words(man: Plan, sentence: str, part: str) -> None:
    with pytest.raises(PlanError) as error:
        dosed(with_conditioning(man, sentence))
    assert part in str(error.value)


def test_a_target_of_a_drug_that_is_not_modelled_is_told_and_left_out(man: Plan) -> None:
    plan = dosed(with_conditioning(man, "amsacrine IV daily, day -5 to -2, target cumulative AUC 90 mg*h/L; FB2"))
    assert targeted(plan) == ()
    (row,) = (row for row in describe(plan) if row.what.startswith("amsacrine"))
    assert not row.simulated


def test_doses_adjusted_to_a_patients_exposure_are_given_to_that_patient_however_patients_are_spread(man: Plan) -> None:
    plan = with_conditioning(man, DAILY + ADJUSTED)
    spread = [marrow.simulate(plan, 60, 1, drugs_alone=True, until=8.0, even=even) for even in (False, True)]
    assert np.array_equal(*(each.course["busulfan_exposure"].values for each in spread))
    fixed = with_conditioning(man, DAILY)
    drawn_evenly = marrow.simulate(fixed, 60, 1, drugs_alone=True, until=8.0, even=True).course["busulfan_exposure"]
    assert np.median(drawn_evenly[:, -1]) == pytest.approx(90.0, rel=0.02)
