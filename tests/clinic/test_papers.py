"""What published trials print of doses, days, levels and diseases is read, and means what it should."""

from __future__ import annotations

import pytest

from marrow.clinic.doses import dose_times
from marrow.clinic.orders import DrugOrder, Role, StandingOrder
from marrow.clinic.sentences import read_order
from marrow.errors import PlanError

CONDITIONING, PROPHYLAXIS, CARE = Role.CONDITIONING, Role.PROPHYLAXIS, Role.CARE


def fixed(text: str, role: Role = CONDITIONING) -> DrugOrder:
    order = read_order(text, role)
    assert isinstance(order, DrugOrder)
    assert read_order(str(order), role) == order
    return order


def refusal(text: str, role: Role = CONDITIONING) -> str:
    with pytest.raises(PlanError) as error:
        read_order(text, role)
    (problem,) = error.value.problems
    return str(problem)


TOTALS = [
    ("alemtuzumab 100 mg total IV, day -7 to -3", "alemtuzumab 20 mg IV daily, day -7 to -3"),
    ("alemtuzumab 1 mg/kg total, day -7 to -3", "alemtuzumab 0.2 mg/kg daily, day -7 to -3"),
    ("fludarabine 150 mg/m2, day -6 to -2, in total", "fludarabine 30 mg/m2 daily, day -6 to -2"),
    ("busulfan 16 mg/kg total PO every 6 h, day -7 to -4", "busulfan 1 mg/kg PO every 6 h, day -7 to -4"),
    ("alemtuzumab 100 mg total every 2 days, day -9 to -1", "alemtuzumab 20 mg every 2 days, day -9 to -1"),
    ("alemtuzumab 100 mg total x 5, day -7", "alemtuzumab 20 mg daily, day -7 to -3"),
    ("cytarabine 1 g/m2 total continuously, day -6 to -3", "cytarabine 0.25 g/m2 continuously, day -6 to -3"),
    ("ATG 10 mg/kg total, day -3 to -1", "rabbit antithymocyte globulin 3.33333 mg/kg daily, day -3 to -1"),
    ("ATG total dose of 6 mg/kg, day -3 to -1", "rabbit antithymocyte globulin 2 mg/kg daily, day -3 to -1"),
    ("ATG 0.5 mg/kg day -3, then 4 mg/kg total day -2, -1",
     "rabbit antithymocyte globulin 0.5 mg/kg day -3, then 2 mg/kg day -2, -1"),
    ("TBI 12 Gy total in 6 fractions, day -3 to -1",
     "total body irradiation 12 Gy in 6 fractions every 12 h, day -3 to -1"),
    ("TBI 12 Gy total twice daily, day -3 to -1", "total body irradiation 2 Gy every 12 h, day -3 to -1"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "printed"), TOTALS, ids=[written for written, _ in TOTALS])
def test_a_total_is_divided_evenly_over_all_doses(written: str, printed: str) -> None:
    assert str(fixed(written)) == printed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fludarabine 30 mg/m2/day total, day -6 to -2", "'total' with 30 mg/m2/day"),
        ("tacrolimus 1.25 ug/kg/h total, day -3 to -1", "'total' with 1.25 ug/kg/h"),
        ("fludarabine 150 mg/m2 total total, day -6 to -2", "a second 'total'"),
        ("melphalan 600 mg/m2 total, day -2", "600 mg/m2 of melphalan in a day"),
    ],
)
def test_a_total_that_cannot_be_one_is_refused(text: str, found: str) -> None:
    role = PROPHYLAXIS if text.startswith("tacrolimus") else CONDITIONING
    assert found in refusal(text, role)


def test_a_total_follows_no_lab() -> None:
    assert "a total in an order that follows the labs" in refusal("platelets 4e11 total when < 10", CARE)


def test_a_dose_by_mouth_is_not_infused() -> None:
    said = refusal("busulfan 16 mg/kg PO over 4 days, day -7 to -4")
    assert "a dose by mouth over 96 h" in said
    assert "'busulfan 16 mg/kg total PO every 6 h, day -7 to -4'" in said
    assert "'busulfan 12.8 mg/kg total IV, day -7 to -4'" in refusal("busulfan 12.8 mg/kg IV over 4 days, day -7 to -4")


def test_an_infusion_does_not_carry_over_to_a_dose_by_mouth() -> None:
    first, second = fixed(
        "ciclosporin 3 mg/kg IV over 4 h day -1 to 10, then 6 mg/kg PO day 11 to 30", PROPHYLAXIS
    ).courses
    assert (first.over_hours, second.over_hours) == (4, None)


def test_a_number_of_doses_may_be_said_with_for() -> None:
    order = fixed("busulfan 1 mg/kg PO every 6 h for 16 doses, day -7 to -4")
    assert len(dose_times(order.courses[0])) == 16
    assert order == fixed("busulfan 1 mg/kg PO every 6 h x 16, day -7")
    assert "15 doses" in refusal("busulfan 1 mg/kg PO every 6 h for 15 doses, day -7 to -4")
    assert "'for 4' followed by 'days'" in refusal("busulfan 1 mg/kg PO every 6 h for 4 days, day -7")


@pytest.mark.parametrize(
    "text",
    [
        "methotrexate 15 mg/m2 day +1, 10 mg/m2 days +3, +6, +11",
        "methotrexate 15 mg/m2 day 1 and 10 mg/m2 days 3, 6 and 11",
        "MTX 15 mg/m2 on day +1, and then 10 mg/m2 on days +3, +6, and +11",
    ],
)
def test_a_second_dose_needs_no_then(text: str) -> None:
    assert str(fixed(text, PROPHYLAXIS)) == "methotrexate 15 mg/m2 day 1, then 10 mg/m2 day 3, 6, 11"


@pytest.mark.parametrize("text", ["methotrexate 15 mg/m2, 10 mg/m2 day 1", "methotrexate and 10 mg/m2 day 1"])
def test_a_second_dose_needs_the_days_of_the_first(text: str) -> None:
    assert "found" in refusal(text, PROPHYLAXIS)


@pytest.mark.parametrize(
    ("text", "trough"),
    [
        ("cyclosporine, trough 200 ng/mL, day -1 to 50", (150, 250)),
        ("tacrolimus, trough of 10 ng/mL, day -3 to 100", (7.5, 12.5)),
        ("tacrolimus, trough 5 to 15 ng/mL, day -3 to 100", (5, 15)),
    ],
)
def test_a_single_level_is_a_range_around_it(text: str, trough: tuple[float, float]) -> None:
    assert fixed(text, PROPHYLAXIS).trough == trough


AREAS = [  # as printed in papers, every 6 h; mg*h/L, of each dose
    ("AUC 1200 umol*min/L per dose", 4.926, True),
    ("AUC 1200 µmol·min/L per dose", 4.926, True),
    ("AUC 1200 umol/L*min per dose", 4.926, True),
    ("AUC 1200 µM·min per dose", 4.926, True),
    ("AUC 1200 uM-min per dose", 4.926, True),
    ("AUC 1200 µM×min per dose", 4.926, True),
    ("AUC 1200 µM min per dose", 4.926, True),
    ("AUC of 20 uM*h per dose", 4.926, True),
    ("AUC 4800 umol*min/L per day", 4.926, True),
    ("AUC 1000 umol*min/L each dose", 4.105, True),
    ("AUC 20000 umol*min/L cumulative", 82.1, False),
    ("cumulative AUC 90 mg h/L", 90, False),
    ("cumulative AUC 5400 mg*min/L", 90, False),
    ("Css 900 ng/mL", 5.4, True),
    ("Css of 0.9 mg/L", 5.4, True),
]


@pytest.mark.parametrize(("target", "auc", "per_dose"), AREAS, ids=[target for target, _, _ in AREAS])
def test_exposures_of_busulfan_come_in_the_units_of_papers(target: str, auc: float, per_dose: bool) -> None:
    aim = fixed(f"busulfan IV every 6 h, day -7 to -4, target {target}").aim
    assert aim is not None
    assert (aim.auc, aim.per_dose) == (pytest.approx(auc, rel=1e-6), per_dose)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("treosulfan daily, day -6 to -4, target AUC 5000 umol*min/L per dose", "a mole of treosulfan"),
        ("busulfan daily, day -6 to -4, target AUC 4000-6000 umol*min/L per dose", "did you mean '5000'"),
        ("busulfan daily, day -6 to -4, target AUC 5000 umol*min/L", "neither cumulative nor per dose"),
        ("busulfan daily, day -6 to -4, target Css 900 mg", "did you mean 'ng/mL'"),
        ("busulfan daily, day -6 to -4, target AUC 5000 umol*min/L per week", "'per' 'week'"),
    ],
)
def test_other_exposures_are_refused(text: str, found: str) -> None:
    assert found in refusal(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("letermovir 480 mg PO daily, day 0 to week 14", 0, 98),
        ("letermovir 480 mg PO daily, day 0 to 14 weeks", 0, 98),
        ("letermovir 480 mg PO daily from day 7 to week 14", 7, 98),
        ("letermovir 480 mg PO daily, from week 2 until day 100", 14, 100),
        ("letermovir 480 mg PO daily from day 0 until month 3", 0, 91),
        ("letermovir 480 mg PO daily from day 0 until 3 months", 0, 91),
        ("lenalidomide 10 mg daily from month 3 to year 2", 91, 730),
    ],
)
def test_weeks_and_months_stand_for_days(text: str, first: int, last: int) -> None:
    order = read_order(text, CARE)
    assert (order.first_day, order.last_day) == (first, last)
    assert read_order(str(order), CARE) == order


def test_a_taper_may_end_in_a_month() -> None:
    assert fixed("tacrolimus, trough 5-10 ng/mL, day -3 to month 3, tapered by month 6", PROPHYLAXIS).taper_to == 182
    assert "6993" in refusal("letermovir 480 mg daily, day 0 to week 999", CARE)


def test_from_and_to_are_fixed_days_where_no_rule_can_stand() -> None:
    text = "ciclosporin 3 mg/kg IV over 4 h twice daily from day -1 to day 180"
    assert str(fixed(text, PROPHYLAXIS)) == "ciclosporin 3 mg/kg IV over 4 h every 12 h, day -1 to 180"
    assert "the earlier day first" in refusal("ciclosporin 3 mg/kg IV from day 10 to day 1", PROPHYLAXIS)
    order = read_order("ruxolitinib 5 mg PO twice daily from day 30 to day 180", CARE)
    assert isinstance(order, StandingOrder)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("mycophenolate mofetil 15 mg/kg PO every 8 h, day -3 to 45", PROPHYLAXIS),
        ("tacrolimus, trough 5-10 ng/mL, day -7 to 100", PROPHYLAXIS),
        ("sirolimus, trough 3-12 ng/mL, day -7 to 100", PROPHYLAXIS),
        ("rabbit antithymocyte globulin 2 mg/kg daily, day -14 to -11", CONDITIONING),
        ("rabbit antithymocyte globulin 2.5 mg/kg day 7", PROPHYLAXIS),
        ("alemtuzumab 10 mg daily, day -30 to -26", CONDITIONING),
        ("filgrastim 5 ug/kg SC daily from day 0 until ANC > 0.5", CARE),
        ("methylprednisolone 2 mg/kg daily, day -5 to -3", CONDITIONING),
    ],
)
def test_days_of_usual_protocols_are_allowed(text: str, role: Role) -> None:
    read_order(text, role)


@pytest.mark.parametrize("drug", ["hydroxyurea", "interferon", "vincristine"])
def test_an_unknown_drug_is_not_taken_for_a_very_different_one(drug: str) -> None:
    assert "did you mean" not in refusal(f"{drug} 10 mg/m2 day -3")
