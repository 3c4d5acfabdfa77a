"""What a plan becomes for the engine: the right amounts at the right times to the right places, and nothing lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from marrow.clinic.doses import planned_doses
from marrow.clinic.echo import describe, render_check, timeline, warnings_of
from marrow.clinic.plan import Plan, read_plan
from marrow.clinic.schedule import Detail, build_schedule, grid, not_yet_modelled, rule_units
from marrow.engine.schedule import Comparison, Operation, Schedule
from marrow.errors import RunError
from marrow.terms import Lognormal

BUSULFAN_RATE, FLUDARABINE_RATE, MELPHALAN_RATE, CLEARANCE = 10, 11, 12, 20
GRAFT, DEPOT, PLATELETS, RED_CELLS = 3, 4, 5, 6


@dataclass(frozen=True)
class Way:
    name: str
    drug: str
    route: str
    unit: str
    into: int
    rate: int | None
    to_house: float = 1.0


@dataclass(frozen=True)
class Changing:
    name: str
    parameter: int
    drug: str
    occasion: Lognormal | None
    steps: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Lab:
    name: str


@dataclass(frozen=True)
class Facts:
    routes: tuple[Way, ...]
    modifiers: tuple[Changing, ...]
    observables: tuple[Lab, ...]


MODEL = Facts(
    routes=(
        Way("busulfan.IV", "busulfan", "IV", "mg", 0, BUSULFAN_RATE),
        Way("fludarabine.IV", "fludarabine", "IV", "mg", 1, FLUDARABINE_RATE),
        Way("melphalan.IV", "Mel", "IV", "mg", 2, MELPHALAN_RATE),
        Way("graft.cd34", "graft", "cd34", "cells/kg", GRAFT, None),
        Way("filgrastim.SC", "filgrastim", "SC", "ug", DEPOT, None, to_house=1e-3),
        Way("transfusion.platelets", "transfusion", "platelets", "cells", PLATELETS, None),
        Way("transfusion.red_cells", "transfusion", "red_cells", "", RED_CELLS, None),
    ),
    modifiers=(
        Changing("busulfan.clearance.modifier", CLEARANCE, "busulfan", Lognormal(0.11), ((0.25, 0.932), (1.5, 0.919))),
    ),
    observables=tuple(Lab(n) for n in ("hemoglobin", "absolute_neutrophil_count", "platelet_count")),
)


@pytest.fixture
def fb4(root: Path) -> Plan:
    return read_plan(root / "examples" / "allogeneic-fb4.yaml")


@pytest.fixture
def melphalan(root: Path) -> Plan:
    return read_plan(root / "examples" / "autologous-melphalan-200.yaml")


def changes(schedule: Schedule, target: int, operation: Operation) -> tuple[np.ndarray, np.ndarray]:
    """Times (E,) and values (N, E) of the events at one target."""
    events = schedule.events
    mine = (events.target == target) & (events.operation == operation)
    return events.time[mine], events.value[:, mine]


def infused(schedule: Schedule, rate: int) -> np.ndarray:
    """Amount (N,) that runs in while a rate is switched by events."""
    times, values = changes(schedule, rate, Operation.SET)
    assert np.all(values[:, -1] == 0)
    return (values[:, :-1] * np.diff(times)).sum(axis=1)


def test_all_of_the_ordered_drug_runs_in(fb4: Plan) -> None:
    schedule = build_schedule(fb4, MODEL, patients=3)
    assert infused(schedule, BUSULFAN_RATE) == pytest.approx(np.full(3, 4 * 3.2 * 68))
    surface = fb4.patient.body_surface_area
    assert infused(schedule, FLUDARABINE_RATE) == pytest.approx(np.full(3, 4 * 40 * surface))


def test_doses_start_at_their_time_and_last_as_long_as_said(melphalan: Plan) -> None:
    times, values = changes(build_schedule(melphalan, MODEL), MELPHALAN_RATE, Operation.SET)
    assert times == pytest.approx([-1.75, -1.75 + 0.5 / 24])
    assert values[0, 0] == pytest.approx(200 * melphalan.patient.body_surface_area * 48)


def test_overlapping_infusions_add_up(fb4: Plan) -> None:
    overlapping = "busulfan 1 mg/kg IV over 12 h, day -3; busulfan 2 mg/kg IV over 6 h at 12:00, day -3"
    schedule = build_schedule(fb4.with_("conditioning", overlapping), MODEL)
    times, values = changes(schedule, BUSULFAN_RATE, Operation.SET)
    assert times == pytest.approx([-2.75, -2.5, -2.25])
    assert values[0] == pytest.approx([68 * 2, 68 * 2 + 136 * 4, 0])
    assert infused(schedule, BUSULFAN_RATE) == pytest.approx([3 * 68])


def test_infusions_that_follow_each_other_leave_no_gap(fb4: Plan) -> None:
    schedule = build_schedule(
        fb4.with_("conditioning", "busulfan 0.8 mg/kg IV over 6 h every 6 h, day -7 to -4"), MODEL
    )
    times, values = changes(schedule, BUSULFAN_RATE, Operation.SET)
    assert times == pytest.approx([-6.75, -2.75])  # one rate that goes on
    assert values[0, 0] > 0 == values[0, 1]
    assert infused(schedule, BUSULFAN_RATE) == pytest.approx([12.8 * 68])


def test_the_graft_goes_in_at_time_zero_exactly(fb4: Plan) -> None:
    times, values = changes(build_schedule(fb4, MODEL, 2), GRAFT, Operation.ADD)
    assert times.tolist() == [0.0]
    assert values.tolist() == [[5.6e6], [5.6e6]]


def test_a_model_without_a_way_for_the_graft_is_refused(fb4: Plan) -> None:
    with pytest.raises(RunError, match="graft"):
        build_schedule(fb4, Facts((), (), ()))


def test_a_maximum_caps_each_dose(fb4: Plan) -> None:
    capped = fb4.with_("conditioning", "busulfan 3.2 mg/kg IV over 3 h daily, day -6 to -3, max 200 mg")
    assert infused(build_schedule(capped, MODEL), BUSULFAN_RATE) == pytest.approx([800])


def test_doses_follow_the_weight_that_is_asked_for(fb4: Plan) -> None:
    heavy = fb4.with_all({"patient.weight": "110 kg", "patient.dosing-weight": "adjusted"})
    ideal = heavy.patient.ideal_weight
    expected = 4 * 3.2 * (ideal + 0.25 * (110 - ideal))
    assert infused(build_schedule(heavy, MODEL), BUSULFAN_RATE) == pytest.approx([expected])
    said = heavy.with_("conditioning", "busulfan 3.2 mg/kg of ideal weight IV over 3 h daily, day -6 to -3")
    assert infused(build_schedule(said, MODEL), BUSULFAN_RATE) == pytest.approx([4 * 3.2 * ideal])


def test_each_patient_may_have_a_body_of_its_own(fb4: Plan) -> None:
    weights = np.array([50.0, 68.0, 90.0])
    schedule = build_schedule(fb4, MODEL, 3, body={"body_weight": weights})
    assert infused(schedule, BUSULFAN_RATE) == pytest.approx(12.8 * weights)


# --- parameters that change ---


def test_each_dose_is_an_occasion_and_steps_hold_from_their_time_on(fb4: Plan) -> None:
    times, values = changes(build_schedule(fb4, MODEL, 4000), CLEARANCE, Operation.SET)
    assert times == pytest.approx([-5.75, -5.5, -4.75, -4.25, -3.75, -2.75])
    assert values[:, 1] / values[:, 0] == pytest.approx(np.full(4000, 0.932))  # the same occasion, a later step
    assert np.exp(np.log(values[:, 3]).mean()) == pytest.approx(0.919, rel=0.02)
    draws = np.log(values[:, [0, 2, 4, 5]])
    assert draws.std(axis=0) == pytest.approx(np.full(4, 0.11), rel=0.06)
    assert np.abs(np.corrcoef(draws, rowvar=False)[np.triu_indices(4, 1)]).max() < 0.06


def test_a_parameter_changes_before_the_dose_that_it_belongs_to(fb4: Plan) -> None:
    events = build_schedule(fb4, MODEL).events
    at_first = [int(target) for time, target in zip(events.time, events.target, strict=True) if time == -5.75]
    assert at_first[0] == CLEARANCE


def test_a_patient_keeps_its_draws_whoever_else_is_simulated(fb4: Plan) -> None:
    many = build_schedule(fb4, MODEL, 50, seed=7).events.value
    few = build_schedule(fb4, MODEL, np.array([49, 3]), seed=7).events.value
    assert np.array_equal(few, many[[49, 3]])
    assert not np.array_equal(build_schedule(fb4, MODEL, 50, seed=8).events.value, many)


def test_another_graft_moves_nobodys_draws(fb4: Plan) -> None:
    one, other = (build_schedule(p, MODEL, 5).events.value for p in (fb4, fb4.with_("graft.cd34", "2e6/kg")))
    assert np.count_nonzero(np.any(one != other, axis=0)) == 1


# --- rules ---


def test_standing_orders_become_rules(fb4: Plan) -> None:
    growth, platelets, red_cells = build_schedule(fb4, MODEL, 2).rules
    assert (growth.comparison, growth.first_day, growth.last_day, growth.target) == (Comparison.ALWAYS, 5, 730, DEPOT)
    assert (growth.stop_watch, growth.stop_comparison, growth.stop_threshold, growth.stop_days) == (
        1,
        Comparison.ABOVE,
        1.5,
        2,
    )
    assert growth.amount == pytest.approx([0.34, 0.34])  # house unit: mg
    assert (platelets.watch, platelets.comparison, platelets.threshold) == (2, Comparison.BELOW, 10)
    assert (platelets.first_day, platelets.stop_comparison) == (-7, Comparison.NEVER)
    assert platelets.amount == pytest.approx(2.2e11 * fb4.patient.body_surface_area)
    assert (red_cells.watch, red_cells.threshold, red_cells.amount[0]) == (0, 7.5, 2)
    assert rule_units(fb4, MODEL)[growth.name] == ("ug", 1e-3)


def test_children_get_red_cells_by_weight(fb4: Plan) -> None:
    child = fb4.with_all({"patient.age": "4 y", "patient.weight": "16 kg", "patient.height": "102 cm"})
    assert build_schedule(child, MODEL).rules[2].amount[0] == pytest.approx(16 * 15 / 300)
    said = child.with_("care", "red cells 10 mL/kg when Hb < 7")
    assert build_schedule(said, MODEL).rules[0].amount[0] == pytest.approx(16 * 10 / 300)


# --- time ---


def test_the_simulation_starts_a_day_before_the_first_order(fb4: Plan, melphalan: Plan) -> None:
    assert (build_schedule(fb4, MODEL).start, build_schedule(melphalan, MODEL).start) == (-7, -3)
    assert build_schedule(fb4, MODEL, until=100).end == 100


def test_the_grid_has_every_day_and_every_hour_around_the_doses(fb4: Plan) -> None:
    times = grid(fb4)
    assert np.all(np.diff(times) > 0)
    assert set(np.arange(-7.0, 731.0)) <= set(times)
    hours = np.round(np.arange(-5.75 * 24, -1.625 * 24) / 24, 9)
    assert set(hours) <= set(times)
    after_methotrexate = times[(times > 3.25) & (times < 4.25)]
    assert len(after_methotrexate) >= 10  # its peaks are seen too
    assert len(times[times > 20]) == len(np.arange(21.0, 731.0))
    assert np.array_equal(grid(fb4, detail=Detail.DAILY), np.arange(-7.0, 731.0))
    assert np.isin(build_schedule(fb4, MODEL).events.time, times).all()


def test_visits_become_rarer_and_hold_the_days_of_chimerism(fb4: Plan) -> None:
    days = grid(fb4, detail=Detail.VISITS)
    assert {30.0, 100.0, 365.0, 730.0} <= set(days)
    assert np.array_equal(days[days <= 100], np.arange(-7.0, 101.0))
    assert set(np.diff(days[(days > 107) & (days <= 365)])) == {7.0}
    assert max(np.diff(days)) == 28.0


@pytest.mark.parametrize("until", [0.0, -3.0, float("nan"), float("inf")])
def test_an_end_before_the_graft_is_refused(until: float, fb4: Plan) -> None:
    with pytest.raises(RunError):
        build_schedule(fb4, MODEL, until=until)


# --- what is not modelled ---


def test_what_the_model_cannot_follow_is_named(fb4: Plan) -> None:
    missing = {item.name: item.reason for item in not_yet_modelled(fb4, MODEL)}
    assert missing == {"tacrolimus": "not yet modelled", "methotrexate": "not yet modelled"}
    by_mouth = fb4.with_("care", "filgrastim 5 ug/kg IV daily from day 5 until ANC > 1")
    assert "route" in not_yet_modelled(by_mouth, MODEL)[-1].reason
    no_lab = fb4.with_("care", "platelets when < 10; filgrastim 5 ug/kg SC when WBC < 1")
    assert "WBC" in not_yet_modelled(no_lab, MODEL)[-1].reason
    assert len(build_schedule(no_lab, MODEL).rules) == 1


def test_the_table_of_planned_doses_holds_them_all(fb4: Plan) -> None:
    doses = planned_doses(fb4)
    assert [dose.time for dose in doses] == sorted(dose.time for dose in doses)
    assert sum(dose.amount for dose in doses if dose.drug == "busulfan") == pytest.approx(12.8 * 68)
    assert sum(dose.drug == "methotrexate" for dose in doses) == 4


# --- the echo ---


def test_the_echo_repeats_every_sentence_and_marks_what_is_not_simulated(fb4: Plan) -> None:
    rows = {row.what: row for row in describe(fb4, MODEL)}
    for _, order in fb4.orders:
        assert str(order) in rows
    assert rows[str(fb4.conditioning[1])].value == "4 x 217.6 mg = 870.4 mg"
    assert [row.what.split(",")[0].split(" ")[0] for row in rows.values() if not row.simulated] == [
        "tacrolimus",
        "methotrexate",
    ]
    assert warnings_of(fb4, MODEL)[0].startswith("tacrolimus: not yet modelled")


def test_the_timeline_goes_day_by_day(fb4: Plan) -> None:
    moments = timeline(fb4, MODEL)
    assert [m.first for m in moments] == sorted(m.first for m in moments)
    assert any(m.days == "day -6 to -3" and "217.6 mg IV over 3 h" in m.what for m in moments)
    assert any(m.days == "day 0" and "5.6e6" in m.what for m in moments)
    assert any(m.days == "day 5 on" and "filgrastim" in m.what for m in moments)


def test_the_echo_fits_a_terminal(fb4: Plan) -> None:
    from io import StringIO

    from rich.console import Console

    out = StringIO()
    Console(file=out, width=80).print(render_check(fb4, MODEL))
    assert max(len(line) for line in out.getvalue().splitlines()) <= 80
    assert "not yet modelled" in out.getvalue()


def test_radiation_on_the_day_of_the_graft_comes_before_it(fb4: Plan) -> None:
    plan = fb4.with_("conditioning", "FluTBI2")
    last = [dose for dose in planned_doses(plan) if dose.drug == "total body irradiation"]
    assert [(dose.day, dose.time) for dose in last] == [(0, -4.5 / 24)]
    assert any("4.5 h before the graft, 2 Gy" in moment.what for moment in timeline(plan))
    twice = fb4.with_("conditioning", "total body irradiation 4 Gy in 2 fractions twice daily, day 0")
    assert [dose.time * 24 for dose in planned_doses(twice) if dose.day == 0 and dose.time < 0] == [-4.5, -1.5]
