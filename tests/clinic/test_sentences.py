"""Sentences mean what a ward means by them, print themselves in one wording, and refuse everything else in words.

Longer than others: most of it is one table of wordings, which the fuzz below draws from.
"""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marrow.clinic.doses import dose_times
from marrow.clinic.orders import DrugOrder, Order, Role, StandingOrder, Way, Weighing
from marrow.clinic.quantities import Per
from marrow.clinic.sentences import read_order
from marrow.engine.schedule import Comparison
from marrow.errors import PlanError

CONDITIONING, PROPHYLAXIS, CARE = Role.CONDITIONING, Role.PROPHYLAXIS, Role.CARE

WORDINGS: list[tuple[Role, str, str]] = [  # heading, as written, as printed ('' the same)
    (CONDITIONING, "fludarabine 40 mg/m2 IV over 1 h daily, day -6 to -3", ""),
    (
        CONDITIONING,
        "Fludarabine 40 mg/m² iv over 60 min once daily day −6 to −3",
        "fludarabine 40 mg/m2 IV over 1 h daily, day -6 to -3",
    ),
    (CONDITIONING, "busulfan 0.8 mg/kg IV over 2 h every 6 h, day -7 to -4", ""),
    (
        CONDITIONING,
        "Bu 0.8 mg/kg IV over 2 h q6h x 16, day -7",
        "busulfan 0.8 mg/kg IV over 2 h every 6 h, day -7 to -4",
    ),
    (
        CONDITIONING,
        "busulfan day -6 to -3 3.2 mg/kg/day over 3 h IV",
        "busulfan 3.2 mg/kg IV over 3 h daily, day -6 to -3",
    ),
    (CONDITIONING, "busulfan 3.2 mg/kg of adjusted weight IV over 3 h daily at 08:00, day -6 to -3, max 300 mg", ""),
    (
        CONDITIONING,
        "busulfan 3.2 mg/kg of adjusted 40 % weight day -6",
        "busulfan 3.2 mg/kg of adjusted 40 % weight, day -6",
    ),
    (CONDITIONING, "melphalan 200 mg/m2 IV over 30 min day -2", "melphalan 200 mg/m2 IV over 30 min, day -2"),
    (CONDITIONING, "melphalan 100 mg/m2 IV day -3, -2", "melphalan 100 mg/m2 IV, day -3, -2"),
    (CONDITIONING, "treosulfan 14 g/m2 IV over 2 h daily, day -6 to -4", ""),
    (
        CONDITIONING,
        "TBI 12 Gy in 6 fractions, day -6 to -4",
        "total body irradiation 12 Gy in 6 fractions every 12 h, day -6 to -4",
    ),
    (
        CONDITIONING,
        "ATG 2.5 mg/kg IV over 6 h days -3, -2 and -1",
        "rabbit antithymocyte globulin 2.5 mg/kg IV over 6 h daily, day -3 to -1",
    ),
    (CONDITIONING, "busulfan IV over 3 h daily, day -5 to -2, target cumulative AUC 90 mg*h/L", ""),
    (
        CONDITIONING,
        "Bu daily, day -5 to -2, target AUC of 22.5 mg·h/L per dose, adjusted after day 1",
        "busulfan daily day -5 to -2, target AUC 22.5 mg*h/L per dose, adjusted after the first day",
    ),
    (CONDITIONING, "busulfan IV over 2 h every 6 h, day -7 to -4, target cumulative AUC 90 mg*h/L", ""),
    (
        CONDITIONING,
        "busulfan target total exposure 30000 ng*h/mL IV day -4, -3, adjusted after the first dose",
        "busulfan IV daily, day -4, -3, target cumulative AUC 30 mg*h/L, adjusted after the first day",
    ),
    (PROPHYLAXIS, "methotrexate 15 mg/m2 day 1, then 10 mg/m2 day 3, 6, 11", ""),
    (PROPHYLAXIS, "tacrolimus, trough 5-10 ng/mL, day -3 to 100, taper to day 180", ""),
    (
        CONDITIONING,
        "ATG (rabbit) 2.5 mg/kg daily, day -3 to -1",
        "rabbit antithymocyte globulin 2.5 mg/kg daily, day -3 to -1",
    ),
    (CONDITIONING, "ATG (horse) 40 mg/kg day -3", "horse antithymocyte globulin 40 mg/kg day -3"),
    (CONDITIONING, "Grafalon 10 mg/kg day -3", "anti-T-lymphocyte globulin 10 mg/kg day -3"),
    (CONDITIONING, "Campath-1H 20 mg daily, day -7 to -3", "alemtuzumab 20 mg daily, day -7 to -3"),
    (
        PROPHYLAXIS,
        "mycophenolate 15 mg/kg every 12 h, day 0 to 35",
        "mycophenolate mofetil 15 mg/kg every 12 h, day 0 to 35",
    ),
    (
        PROPHYLAXIS,
        "CSA, trough 150-250 ng/mL, day -1 to 50, taper to day 100",
        "ciclosporin, trough 150-250 ng/mL, day -1 to 50, taper to day 100",
    ),
    (
        PROPHYLAXIS,
        "rapamycin 12 mg day -3, then 4 mg daily day -2 to 14",
        "sirolimus 12 mg day -3, then 4 mg daily, day -2 to 14",
    ),
    (CARE, "Neulasta 6 mg SC day 5", "pegfilgrastim 6 mg SC, day 5"),
    (PROPHYLAXIS, "tacrolimus 1.25 ug/kg/h continuously, day -3 to 20", ""),
    (
        PROPHYLAXIS,
        "cyclophosphamide 50 mg/kg IV over 1 h day +3, +4",
        "cyclophosphamide 50 mg/kg IV over 1 h, day 3, 4",
    ),
    (
        PROPHYLAXIS,
        "MMF 15 mg/kg PO twice daily day 5 to 35, max 1 g",
        "mycophenolate mofetil 15 mg/kg PO every 12 h, day 5 to 35, max 1 g",
    ),
    (PROPHYLAXIS, "abatacept 10 mg/kg day -1, 5, 14, 28, max 1 g", ""),
    (CARE, "filgrastim 5 ug/kg SC daily from day 5 until ANC > 1.5 on 2 days", ""),
    (
        CARE,
        "G-CSF 5 mcg/kg from day 5 until neutrophils above 1500 /uL for 2 consecutive days",
        "filgrastim 5 ug/kg daily from day 5 until ANC > 1.5 on 2 days",
    ),
    (
        CARE,
        "filgrastim 5 ug/kg SC daily, day 5 until ANC > 1.5",
        "filgrastim 5 ug/kg SC daily from day 5 until ANC > 1.5",
    ),
    (CARE, "filgrastim 5 ug/kg SC when ANC < 0.5", "filgrastim 5 ug/kg SC from day 0 when ANC < 0.5"),
    (CARE, "filgrastim 300 ug SC daily, day 1 to 10", ""),
    (CARE, "platelets when < 10", ""),
    (CARE, "platelets 4e11 when PLT < 20 x10^9/L", "platelets 4e11 when < 20"),
    (CARE, "platelets 2.2e11/m2 every 2 days when < 10", ""),
    (CARE, "red cells when Hb < 7.5 g/dL", ""),
    (CARE, "RBC 2 units when haemoglobin < 80 g/L", "red cells 2 units when Hb < 8 g/dL"),
    (CARE, "red cells 15 mL/kg from day 0 to day 100 when Hb < 7 g/dL", ""),
    (
        CARE,
        "filgrastim 300 mcg subcutaneously daily starting on day 5 until engraftment",
        "filgrastim 300 ug SC daily from day 5 until ANC > 0.5 on 3 days",
    ),
    (CARE, "PRBC if Hgb below 8", "red cells when Hb < 8 g/dL"),
    (CARE, "platelets < 10", "platelets when < 10"),
    (
        CONDITIONING,
        "busulfan 130 mg/m2 IV over 3 hours once daily on days -6 through -3",
        "busulfan 130 mg/m2 IV over 3 h daily, day -6 to -3",
    ),
    (CONDITIONING, "melphalan 200 mg/m2 d-2", "melphalan 200 mg/m2 day -2"),
    (CARE, "letermovir 480 mg PO daily, day 0 to 100", ""),
    (
        CARE,
        "ruxolitinib 10 mg twice daily when steroids fail",
        "ruxolitinib 10 mg every 12 h from day 0 when steroids fail",
    ),
    (
        CARE,
        "donor lymphocytes 1e7/kg when relapsed",
        "donor lymphocytes 1e7/kg every 56 days from day 21 when relapsed",
    ),
    (CARE, "donor lymphocytes 1e6/kg every 28 days from day 100 to day 200 when donor T cells < 90 %", ""),
    (CARE, "DLI 1e6/kg day 120", "donor lymphocytes 1e6/kg day 120"),
    (
        CARE,
        "donor lymphocytes 1e7 CD3+/kg once when relapsed",
        "donor lymphocytes 1e7/kg once from day 21 when relapsed",
    ),
    (CARE, "second graft 5e6 CD34+/kg when graft fails", "second graft 5e6/kg once from day 28 when graft fails"),
    (CARE, "second graft 4e6/kg day 60", ""),
    (
        CARE,
        "lenalidomide maintenance 10 mg daily from day 100 until relapsed",
        "lenalidomide 10 mg daily from day 100 until relapsed",
    ),
    (CARE, "lenalidomide maintenance from day 100", "lenalidomide 10 mg daily from day 100 until relapsed"),
    (CARE, "midostaurin maintenance from day 60 to 400", "midostaurin 50 mg every 12 h from day 60 to day 400"),
    (CARE, "sorafenib 400 mg twice daily from day 60 to 730", "sorafenib 400 mg every 12 h from day 60 to day 730"),
    (
        CARE,
        "Rux 5 mg PO twice daily from day 10 if steroids failed",
        "ruxolitinib 5 mg PO every 12 h from day 10 when steroids fail",
    ),
]


@pytest.mark.parametrize(("role", "written", "printed"), WORDINGS, ids=[written for _, written, _ in WORDINGS])
def test_a_sentence_prints_in_one_wording_and_reads_back_the_same(role: Role, written: str, printed: str) -> None:
    order = read_order(written, role)
    assert str(order) == (printed or written)
    assert read_order(str(order), role) == order


def fixed(text: str, role: Role = CONDITIONING) -> DrugOrder:
    order = read_order(text, role)
    assert isinstance(order, DrugOrder)
    return order


def standing(text: str) -> StandingOrder:
    order = read_order(text, CARE)
    assert isinstance(order, StandingOrder)
    return order


def test_four_doses_a_day_on_four_days_are_sixteen_six_hours_apart() -> None:
    times = [time for _, time in dose_times(fixed("busulfan 0.8 mg/kg IV over 2 h every 6 h, day -7 to -4").courses[0])]
    assert len(times) == 16
    assert times[0] == -6.75
    assert {round(b - a, 6) for a, b in pairwise(times)} == {0.25}


def test_every_other_day_leaves_days_out() -> None:
    course = fixed("methotrexate 10 mg/m2 every 2 days, day 1 to 7", PROPHYLAXIS).courses[0]
    assert [day for day, _ in dose_times(course)] == [1, 3, 5, 7]


def test_a_time_of_day_counts_from_midnight() -> None:
    assert dose_times(fixed("melphalan 200 mg/m2 at 18:00 day -2").courses[0]) == [(-2, -1.25)]


def test_what_a_later_dose_does_not_say_is_as_before() -> None:
    first, second = fixed("busulfan 0.8 mg/kg IV over 2 h every 6 h, day -7, then 1 mg/kg day -6, -5").courses
    assert (second.way, second.over_hours, second.every_hours) == (first.way, first.over_hours, first.every_hours)
    assert (second.dose.amount if second.dose else 0, second.days) == (1, (-6, -5))


def test_the_weight_of_a_dose_is_what_the_sentence_says() -> None:
    course = fixed("busulfan 3.2 mg/kg of ideal weight, day -6").courses[0]
    assert course.weighing is Weighing.IDEAL
    assert course.dose is not None
    assert course.dose.per is Per.KILOGRAM


def test_a_rule_knows_its_labs_days_and_end() -> None:
    order = standing("filgrastim 5 ug/kg SC daily from day 5 until ANC > 1.5 on 2 days")
    assert (order.way, order.first_day, order.last_day, order.when) == (Way.SUBCUTANEOUS, 5, None, None)
    assert order.until is not None
    assert order.until.lab.observable == "absolute_neutrophil_count"
    assert (order.until.comparison, order.until.value, order.until.days) == (Comparison.ABOVE, 1.5, 2)


@pytest.mark.parametrize(
    ("text", "value"),
    [("4.6 mmol/L", 7.41), ("75 g/L", 7.5), ("7.5 g/dL", 7.5), ("7.5", 7.5)],
)
def test_hemoglobin_may_come_in_any_unit_of_the_clinic(text: str, value: float) -> None:
    when = standing(f"red cells when Hb < {text}").when
    assert when is not None
    assert when.value == pytest.approx(value, rel=1e-3)


REFUSED: list[tuple[Role, str, str, str]] = [  # heading, sentence, part of what was found, nearest valid wording
    (CONDITIONING, "fludarabin 40 mg/m2 day -6", "fludarabin", "fludarabine"),
    (CONDITIONING, "fludarabine 40 mg/m3 day -6", "mg/m3", "mg/m2"),
    (CONDITIONING, "fludarabine 40 day -6", "'40' followed by 'day'", ""),
    (CONDITIONING, "fludarabine 40 mg/m2", "no day", ""),
    (CONDITIONING, "fludarabine day -6", "no dose", ""),
    (CONDITIONING, "fludarabine 40 mg/m2 dayly, day -6", "dayly", "daily"),
    (CONDITIONING, "fludarabine 40 mg/m2 day -3 to -6", "day -3 to -6", "day -6 to -3"),
    (CONDITIONING, "fludarabine 40 mg/m2 day 6 to 3", "day 6 to 3", "day 3 to 6"),
    (CONDITIONING, "fludarabine 40 mg/m2 day -6-3", "'-3'", ""),
    (CONDITIONING, "fludarabine 40 mg/m2 day -6, -6", "named twice", ""),
    (CONDITIONING, "fludarabine 40 mg/m2 day -6.5", "-6.5", ""),
    (CONDITIONING, "fludarabine 40 mg/m2 day -999999999 to 999999999", "-999999999", ""),
    (CONDITIONING, "fludarabine 40 mg/m2 10 mg/m2 day -6", "a second dose", ""),
    (CONDITIONING, "fludarabine -40 mg/m2 day -6", "-40", ""),
    (CONDITIONING, "fludarabine 0 mg/m2 day -6", "dose 0", ""),
    (CONDITIONING, "fludarabine 1e999 mg/m2 day -6", "not finite", ""),
    (CONDITIONING, "melphalan 3,2 mg/kg day -1", "'3' followed by ','", ""),
    (CONDITIONING, "melphalan 200 mg/kg day -2", "200 mg/kg", "200 mg/m2"),
    (CONDITIONING, "busulfan 3.2 mg/kg every 6 h day -6 to -3", "12.8 mg/kg", ""),
    (CONDITIONING, "busulfan 3.2 mg/kg/day every 6 h day -6 to -3", "dose per day given every 6 h", ""),
    (CONDITIONING, "busulfan 0.8 mg/kg every 5 h day -6 to -3", "every 5 h", ""),
    (CONDITIONING, "busulfan 0.8 mg/kg every 6 h x 15 day -7", "15 doses", ""),
    (CONDITIONING, "busulfan 0.8 mg/kg over 8 h every 6 h day -7", "8 h of infusion every 6 h", ""),
    (CONDITIONING, "busulfan 3.2 mg/kg over 3 hrs day -6", "'hrs'", "h"),
    (CONDITIONING, "busulfan 3.2 mg/kg of lean weight day -6", "lean", ""),
    (CONDITIONING, "melphalan 200 mg/m2 of ideal weight day -2", "not per kg", ""),
    (CONDITIONING, "melphalan 200 mg/m2 at 25:00 day -2", "25:00", ""),
    (CONDITIONING, "melphalan 200 mg/m2 day 2", "after the graft", "day -2"),
    (CONDITIONING, "cyclophosphamide 50 mg/kg day 3, 4", "after the graft", "day -3"),
    (CONDITIONING, "tacrolimus, trough 5-10 ng/mL, day -3 to 100", "under conditioning", ""),
    (CONDITIONING, "melphalan 200 IU day -2", "IU", ""),
    (CONDITIONING, "total body irradiation 120 Gy in 6 fractions, day -6 to -4", "120 Gy", ""),
    (CONDITIONING, "total body irradiation 12 Gy in 5 fractions, day -6 to -4", "5 fractions", ""),
    (CONDITIONING, "melphalan 200 mg/m2 day -2 until ANC > 1", "standing order", ""),
    (CONDITIONING, "busulfan daily, day -5 to -2, target AUC 22.5 mg*h/L", "neither cumulative nor per dose", ""),
    (CONDITIONING, "busulfan daily, day -5 to -2, target cumulative AUC 22.5 mg*h/L per dose", "per dose", ""),
    (CONDITIONING, "busulfan daily, day -5 to -2, target cumulative AUC 90 mg/L", "mg/L", "mg*h/L"),
    (CONDITIONING, "busulfan daily, day -5 to -2, target cumulative AUC 78-101 mg*h/L", "78-101", ""),
    (CONDITIONING, "busulfan daily, day -5 to -2, target cumulative 90 mg*h/L", "'90'", ""),
    (CONDITIONING, "busulfan daily, day -5 to -2, target cumulative AUC 0 mg*h/L", "target of 0", ""),
    (
        CONDITIONING,
        "busulfan 3.2 mg/kg daily, day -5 to -2, target cumulative AUC 90 mg*h/L",
        "a dose and a target",
        "",
    ),
    (CONDITIONING, "busulfan 3.2 mg/kg daily, day -5 to -2, adjusted after the first dose", "without a target", ""),
    (CONDITIONING, "busulfan day -5, target cumulative AUC 30 mg*h/L, adjusted after the first dose", "one day", ""),
    (CONDITIONING, "busulfan daily, day -5 to -2, target cumulative AUC 90 mg*h/L, adjusted after day 2", "2", ""),
    (CONDITIONING, "busulfan daily, day -5 to -2, target cumulative AUC 90 mg*h/L, max 300 mg", "max", ""),
    (PROPHYLAXIS, "cyclophosphamide day 3, 4, target cumulative AUC 90 mg*h/L", "target", ""),
    (CARE, "filgrastim SC from day 5 until ANC > 1, target cumulative AUC 90 mg*h/L", "a target", ""),
    (PROPHYLAXIS, "methotrexate 15 mg/m2 day -1", "before the graft", "day 1"),
    (PROPHYLAXIS, "busulfan 3.2 mg/kg day -3", "under prophylaxis", ""),
    (PROPHYLAXIS, "tacrolimus, trough 10-5 ng/mL, day -3 to 100", "10 to 5", ""),
    (PROPHYLAXIS, "tacrolimus, trough 5-10 mg/dL, day -3 to 100", "mg/dl", "ng/mL"),
    (PROPHYLAXIS, "tacrolimus, trough 5-10 ng/mL, day -3 to 100, taper to day 90", "taper to day 90", ""),
    (PROPHYLAXIS, "methotrexate 15 mg/m2 day 1, then 10 mg/m2 day 1", "twice on day 1", ""),
    (CARE, "platelets when < 10000", "10000", "10000 /uL"),
    (CARE, "platelets when Hb < 8", "platelets when Hb", ""),
    (CARE, "platelets when > 10", "platelets > 10", ""),
    (CARE, "platelets", "without a threshold", ""),
    (CARE, "platlets when < 10", "platlets", "platelets"),
    (CARE, "platelets 4 when < 10", "4 of platelets", ""),
    (CARE, "red cells when Hb < 75", "75", ""),
    (CARE, "red cells 2 litres when Hb < 8", "'2' followed by 'litres'", ""),
    (CARE, "filgrastim 5 mg/kg SC daily from day 5 until ANC > 1.5", "5000 ug/kg", "5 ug/kg"),
    (CARE, "filgrastim 5 ug/kg SC daily from day 5 until ANCC > 1.5", "ANCC", "ANC"),
    (CARE, "filgrastim 5 ug/kg SC daily from day -5 until ANC > 1.5", "day -5", "day 5"),
    (CARE, "filgrastim 5 ug/kg SC daily from day 5", "without an end", ""),
    (CARE, "filgrastim 5 ug/kg SC every 12 h from day 5 until ANC > 1", "every 12 h", ""),
    (CARE, "filgrastim SC daily from day 5 until ANC > 1", "no dose", ""),
    (CARE, "donor lymphocytes 1e7 mg/kg when relapsed", "in mg", ""),
    (CARE, "donor lymphocytes 1e12/kg when relapsed", "1e12", ""),
    (CARE, "second graft 5e6 CD34+/kg once, day 40", "'once'", ""),
    (CARE, "second graft 5e6 CD34+/kg from day 10 when graft fails", "day 10", ""),
    (CARE, "second graft 5e9 CD34+/kg when graft fails", "5e9", ""),
    (CARE, "ruxolitinib 50 mg twice daily when steroids fail", "100 mg", ""),
    (CARE, "platelets when steroids fail", "platelets when steroids fail", ""),
    (CARE, "", "nothing", ""),
    (CARE, "day 5", "'day'", ""),
    (CARE, "labs daily", "labs", ""),
    (CONDITIONING, "melphalan 200", "'200' followed by", ""),
    (CARE, "filgrastim 5 ug/kg; day 1", "';'", ""),
    (CARE, "filgrastim " + "5 " * 300, "characters", ""),
]


@pytest.mark.parametrize(("role", "text", "found", "near"), REFUSED, ids=[text[:60] for _, text, _, _ in REFUSED])
def test_a_wrong_sentence_says_what_was_found_and_the_nearest_right_one(
    role: Role, text: str, found: str, near: str
) -> None:
    with pytest.raises(PlanError) as error:
        read_order(text, role)
    (problem,) = error.value.problems
    assert found.lower() in problem.found.lower()
    assert problem.needed
    if near:
        assert near in problem.nearest


DRUGS = st.sampled_from(["fludarabine", "busulfan", "melphalan", "cyclophosphamide", "thiotepa", "rATG", "etoposide"])
DOSES = st.tuples(
    st.floats(0.1, 5, allow_nan=False).map(lambda x: float(f"{x:.3g}")), st.sampled_from(["mg/kg", "mg/m2", "mg"])
)
DAYS = st.sets(st.integers(-25, -1), min_size=1, max_size=6)
EXTRAS = st.lists(
    st.sampled_from(
        ["IV", "over 45 min", "daily", "at 09:30", "max 900 mg", "every 12 h", "over 1.25 h", "continuously"]
    ),
    unique_by=lambda extra: extra.split()[0],
    max_size=4,
)


@given(drug=DRUGS, dose=DOSES, days=DAYS, extras=EXTRAS, order=st.permutations(range(3)))
def test_any_order_that_is_accepted_survives_being_printed(
    drug: str, dose: tuple[float, str], days: set[int], extras: list[str], order: list[int]
) -> None:
    parts = [f"{dose[0]} {dose[1]}", " ".join(extras), f"day {', '.join(map(str, sorted(days)))}"]
    try:
        read = read_order(f"{drug} " + ", ".join(parts[i] for i in order if parts[i]))
    except PlanError:
        return
    assert read_order(str(read)) == read
    assert str(read_order(str(read))) == str(read)


WORDS = st.sampled_from(
    (
        "busulfan fludarabine filgrastim platelets red cells 40 3.2 -6 1e400 -0 mg/m2 mg/kg /kg ug/kg/h IV SC over 1 h "
        "30 min daily every 6 d x 16 day to -3 , ; 5-10 ng/mL trough taper then until ANC > < 1.5 on 2 days when Hb "
        "g/dL from max g of adjusted weight 40 % continuously in fractions at 08:00 99:99 Gy q6h q0h x0 x16 10^9/L "
        "total in for doses and week month umol*min/L Css 40 mg/kg busulfan 20 mg/m2 day 5 day -4 "
        "target cumulative AUC mg*h/L per dose adjusted after day first ² µg − ⅓ ٣ 0x10 nan inf \x00 \U0001f600"
    ).split(" ")
)


@settings(max_examples=400)
@given(words=st.lists(WORDS, max_size=14), role=st.sampled_from(Role))
def test_words_of_the_ward_in_any_order_are_read_or_refused(words: list[str], role: Role) -> None:
    accepted_or_refused(" ".join(words), role)


@settings(max_examples=300)
@given(text=st.text(max_size=120), role=st.sampled_from(Role))
def test_any_text_is_read_or_refused(text: str, role: Role) -> None:
    accepted_or_refused(text, role)


@settings(max_examples=300)
@given(data=st.data())
def test_a_slip_of_the_pen_is_read_or_refused(data: st.DataObject) -> None:
    role, text, _ = data.draw(st.sampled_from(WORDINGS))
    at = data.draw(st.integers(0, len(text) - 1))
    slip = data.draw(st.sampled_from(["", " ", "-", "0", ".", "e9", ",", "x", "²", "day"]))
    accepted_or_refused(text[:at] + slip + text[at + 1 :], role)


def accepted_or_refused(text: str, role: Role) -> None:
    problems = []
    try:
        order: Order = read_order(text, role)
    except PlanError as error:
        problems = error.problems
    else:
        assert read_order(str(order), role) == order
    assert all(problem.found and problem.needed for problem in problems)
