"""The compiled solver against courses known in closed form, and what it promises about neighbours and failures."""

from __future__ import annotations

import pickle
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from marrow.engine.compile import compile
from marrow.engine.precision import SINGLE
from marrow.engine.result import Status
from marrow.engine.schedule import Comparison, Events, Operation, Rule
from marrow.engine.setup import draw_inputs
from marrow.engine.solve import Accuracy, Chance, solve
from marrow.errors import RunError
from marrow.language.network import HazardEntry
from marrow.terms import Few
from marrow.vocabulary import Origin

sys.path.insert(0, str(Path(__file__).parent))
import probe
import sympy as sp
import tiny
from tiny import symbol

pytestmark = pytest.mark.compiles
RARELY = 1e-6  # chance that a statistical claim fails although it holds


def run(model, schedule, count, **options):
    parameters, initial = model.setup(draw_inputs(model, {}, np.arange(count), 1))
    chosen = {"seed": 1, "patients": np.arange(count), "threads": 1} | options
    return solve(model, parameters, initial, schedule, **chosen)


@pytest.fixture(scope="module")
def decay():
    """x decays, y is made from it at a rate that an infusion can change."""
    x, k = symbol("x"), symbol("k")
    return compile(tiny.network({"x": [-k * x], "y": [k * x]}, {"k": 0.3}, {"x": 1.0}, infused=["x"]))


def test_decay_is_exponential_and_nothing_is_lost(decay):
    found = run(decay, tiny.schedule(30.0, 3), 3)
    days = np.arange(31.0)
    np.testing.assert_allclose(found.observables[1, :, 0], np.exp(-0.3 * days), rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(found.observables.sum(axis=2), 1.0, rtol=1e-5)
    assert np.all(found.status == Status.SOLVED)
    assert np.all(found.ended_at == 30.0)


def test_the_error_falls_with_the_fourth_power_of_the_step(decay):
    def error(tolerance):
        accuracy = Accuracy(relative=tolerance, absolute=tolerance * 1e-3)
        found = run(decay, tiny.schedule(8.0, 1, step=8.0), 1, accuracy=accuracy)
        return abs(found.final_state[0, 0] - np.exp(-2.4)), found.steps[0]

    (coarse, few), (fine, many) = error(1e-3), error(1e-8)
    order = np.log(coarse / fine) / np.log(many / few)
    assert 3.5 < order < 5.5


def test_what_is_given_at_a_time_is_given_exactly_then(decay):
    rows = [(2.5, Operation.ADD, 0, 4.0), (7.0, Operation.ADD, 0, 1.0)]
    found = run(decay, tiny.schedule(10.0, 2, rows, step=0.5), 2)
    t = np.arange(0.0, 10.25, 0.5)
    dose = [np.where(t > at, amount * np.exp(-0.3 * (t - at)), 0.0) for at, amount in ((2.5, 4.0), (7.0, 1.0))]
    np.testing.assert_allclose(found.observables[0, :, 0], np.exp(-0.3 * t) + sum(dose), rtol=1e-3)


def test_an_infusion_runs_from_its_start_to_its_end(decay):
    rate = decay.parameter_index["x.IV.rate"]
    rows = [(1.0, Operation.SET, rate, 6.0), (1.25, Operation.SET, rate, 0.0)]
    found = run(decay, tiny.schedule(6.0, 1, rows), 1)
    after = 6.0 / 0.3 * (1 - np.exp(-0.3 * 0.25)) * np.exp(-0.3 * (6.0 - 1.25)) + np.exp(-1.8)
    assert found.observables[0, -1, 0] == pytest.approx(after, rel=1e-3)


def test_a_parameter_that_is_set_changes_the_constants_made_of_it(decay):
    rows = [(3.0, Operation.SET, decay.parameter_index["k"], 0.6)]
    found = run(decay, tiny.schedule(6.0, 1, rows), 1)
    assert found.observables[0, -1, 0] == pytest.approx(np.exp(-0.9 - 1.8), rel=1e-3)


# --- rules ---


def rule(**changes):
    given = {"watch": 0, "comparison": Comparison.BELOW, "threshold": 0.5, "first_day": 0, "last_day": 30} | changes
    return Rule("x when below", target=0, amount=np.full(1, given.pop("amount", 0.5)), **given)


def course(rules, end=20):
    """Days of doses and the morning values, by hand: decay by 0.3 a day, doses at a quarter of a day."""
    x, given = 1.0, []
    for day in range(end + 1):
        act = rules(day, x, given)
        given.append(act)
        x = x * np.exp(-0.3) + (0.5 * np.exp(-0.3 * 0.75) if act else 0.0)
    return given


def test_a_rule_gives_when_the_morning_value_is_below_its_threshold(decay):
    found = run(decay, tiny.schedule(20.0, 1, rules=[rule()]), 1)
    assert found.given[0, 0, :20].tolist() == course(lambda day, x, given: x < 0.5)[:20]


def test_doses_of_a_rule_lie_the_asked_days_apart(decay):
    found = run(decay, tiny.schedule(20.0, 1, rules=[rule(every=3, threshold=0.9)]), 1)
    expected = course(lambda day, x, given: x < 0.9 and not any(given[-2:]))
    assert found.given[0, 0, :20].tolist() == expected[:20]


def test_an_order_ends_for_good_when_its_goal_is_met_on_enough_rounds_in_a_row(decay):
    stop = {"stop_watch": 1, "stop_comparison": Comparison.ABOVE, "stop_threshold": 1.5, "stop_days": 2}
    order = rule(comparison=Comparison.ALWAYS, watch=-1, first_day=2, **stop)
    found = run(decay, tiny.schedule(20.0, 1, rules=[order]), 1)
    made = found.observables[0, :, 1]
    met = np.flatnonzero((made[:-1] > 1.5) & (made[1:] > 1.5))[0] + 1
    assert np.flatnonzero(found.given[0, 0]).tolist() == list(range(2, met))


# --- hazards ---


def hazard(recurs):
    h, state = symbol("h"), 1
    return compile(
        tiny.network(
            {"x": [-x_rate * symbol("x") for x_rate in (symbol("k"),)], "integral": [], "count": []},
            {"k": 0.05, "h": 0.2},
            {"x": 1.0},
            hazards=[HazardEntry("strike", "strike", "tiny", h * symbol("x"), state, ((2, sp.Float(1.0)),), recurs)],
        )
    )


def test_the_first_event_of_a_hazard_comes_as_its_integral_foretells():
    model, count = hazard(recurs=False), 2000
    found = run(model, tiny.schedule(60.0, count), count, threads=2)
    first = found.event_times[:, 0, 0]
    share = 1 - np.exp(-0.2 / 0.05 * (1 - np.exp(-0.05 * 60)))
    assert abs((found.event_counts[:, 0] == 1).mean() - share) < 5 * np.sqrt(share * (1 - share) / count)
    uniform = (1 - np.exp(-0.2 / 0.05 * (1 - np.exp(-0.05 * first[np.isfinite(first)])))) / share
    assert stats.kstest(uniform, "uniform").pvalue > RARELY
    np.testing.assert_allclose(found.final_state[:, 2], found.event_counts[:, 0], rtol=1e-6)


def test_events_of_a_hazard_that_recurs_are_poisson():
    model, count = hazard(recurs=True), 2000
    found = run(model, tiny.schedule(60.0, count), count, threads=2)
    mean = 0.2 / 0.05 * (1 - np.exp(-0.05 * 60))
    counts = found.event_counts[:, 0]
    assert abs(counts.mean() - mean) < 5 * np.sqrt(mean / count)
    assert counts.var() == pytest.approx(mean, rel=0.2)


def test_without_chance_nothing_strikes_and_the_integral_goes_on():
    model = hazard(recurs=True)
    found = run(model, tiny.schedule(60.0, 4), 4, chance=Chance(hazards=False, few_cells=False))
    assert found.event_counts.sum() == 0
    np.testing.assert_allclose(found.final_state[:, 1], 4 * (1 - np.exp(-3.0)), rtol=1e-3)


# --- few cells ---


def population(kind, cells, birth, death):
    n, b, d = symbol("n"), symbol("b"), symbol("d")
    return compile(
        tiny.network(
            {"n": [b * n, -d * n], "births": [b], "deaths": [d], "arrivals": []},
            {"b": birth, "d": death},
            {"n": cells},
            few={"n": kind},
            integrals=("births", "deaths", "arrivals"),
        )
    )


def test_a_small_population_dies_out_as_often_as_births_and_deaths_say():
    birth, death, cells, days, count = 0.3, 0.35, 6.0, 20.0, 3000
    model = population(Few.BIRTH_AND_DEATH, cells, birth, death)
    start = tiny.schedule(days, count)
    parameters, initial = model.setup(draw_inputs(model, {}, np.arange(count), 1))
    found = solve(model, parameters, initial, start, seed=2, patients=np.arange(count))
    final = found.final_state[:, 0]
    # the first round finds the population few and draws it around the mean that it has: a Poisson number
    growth = np.exp((birth - death) * days)
    alone = death * (growth - 1) / (birth * growth - death)
    extinct = np.exp(-cells * (1 - alone))
    assert abs((final < 1e-6).mean() - extinct) < 5 * np.sqrt(extinct * (1 - extinct) / count) + 0.01
    spread = cells * growth * ((birth + death) / (birth - death) * (growth - 1) + growth)
    assert abs(final.mean() - cells * growth) < 5 * np.sqrt(spread / count)


def test_whole_numbers_are_drawn_without_bias_and_a_fraction_of_a_cell_never_regrows():
    model, count = population(Few.WHOLE_NUMBER, 3.0, 0.0, 1.0), 3000
    found = run(model, tiny.schedule(12.0, count), count, threads=2)
    counts = found.observables[:, :, 0]
    assert abs(counts[:, 2].mean() - 3.0 * np.exp(-2)) < 5 * np.sqrt(1.0 / count)
    assert (found.final_state[:, 0] == 0).mean() > 0.99


def test_many_cells_are_left_alone():
    model = population(Few.BIRTH_AND_DEATH, 1e6, 0.3, 0.3)
    found = run(model, tiny.schedule(20.0, 3), 3, jumps=5)
    assert found.jumps.count.sum() == 0
    np.testing.assert_allclose(found.final_state[:, 0], 1e6, rtol=1e-6)


# --- promises ---


@pytest.fixture(scope="module")
def transplanted():
    """The probe model, its patients, their schedule with a rule, and the solution of all of them in order."""
    model, count = compile(probe.network()), 24
    parameters, initial = model.setup(draw_inputs(model, {}, np.arange(count), 1))
    order = Rule(
        "platelets",
        model.observable_index["platelets"],
        Comparison.BELOW,
        0.2,
        -7,
        60,
        model.state_index["probe.plt.host"],
        np.full(count, 0.2),
    )
    plan = probe.transplant(model, count, end=60.0, rules=[order])
    found = solve(model, parameters, initial, plan, seed=1, patients=np.arange(count), threads=1)
    return model, parameters, initial, plan, found


def some(plan, rows):
    events = replace(plan.events, value=plan.events.value[rows])
    return replace(plan, events=events, rules=tuple(replace(r, amount=r.amount[rows]) for r in plan.rules))


def same(one, other, rows):
    assert np.array_equal(one.observables[rows], other.observables, equal_nan=True)
    assert np.array_equal(one.final_state[rows], other.final_state)
    assert np.array_equal(one.event_times[rows], other.event_times, equal_nan=True)
    assert np.array_equal(one.given[rows], other.given)
    assert np.array_equal(one.steps[rows], other.steps)


@pytest.mark.parametrize("rows", [[23, 3, 7], [5], list(range(24))[::-1]], ids=["three", "alone", "reversed"])
def test_a_patients_bits_do_not_depend_on_the_company(transplanted, rows):
    model, parameters, initial, plan, found = transplanted
    again = solve(
        model, parameters[rows], initial[rows], some(plan, rows), seed=1, patients=np.array(rows), threads=1, chunk=7
    )
    same(found, again, rows)


def test_threads_and_chunks_change_nothing(transplanted):
    model, parameters, initial, plan, found = transplanted
    reports = []
    again = solve(
        model,
        parameters,
        initial,
        plan,
        seed=1,
        patients=np.arange(24),
        threads=2,
        chunk=5,
        progress=lambda done, of: reports.append((done, of)),
    )
    same(found, again, slice(None))
    assert reports[-1] == (24, 24)
    assert sorted(reports) == reports


def test_a_patient_who_fails_is_told_of_and_disturbs_nobody(transplanted):
    model, parameters, initial, plan, found = transplanted
    broken = parameters.copy()
    broken[3, model.parameter_index["p.hsc_cycle"]] = 1e300
    again = solve(model, broken, initial, plan, seed=1, patients=np.arange(24), threads=1)
    assert again.status[3] in (Status.NOT_FINITE, Status.STEP_TOO_SMALL, Status.TOO_MANY_STEPS)
    assert again.ended_at[3] < 60.0
    assert np.isfinite(again.final_state[3]).all()
    assert np.isnan(again.observables[3, -1]).all()
    rest = [row for row in range(24) if row != 3]
    assert np.array_equal(again.observables[rest], found.observables[rest])


def test_the_part_before_the_graft_is_solved_without_the_cells_to_come_and_comes_out_the_same(transplanted):
    model, parameters, initial, plan, found = transplanted
    assert {model.description.states[i].origin for i in model.description.facts.absent} == {Origin.DONOR}
    assert len(model.programs(SINGLE).step_before)
    hardly = initial.copy()
    hardly[:, model.state_index["probe.b.donor"]] = 1e-30  # then they cannot be left out
    whole = solve(model, parameters, hardly, plan, seed=1, patients=np.arange(24), threads=1)
    np.testing.assert_allclose(whole.observables[:, :8], found.observables[:, :8], rtol=1e-4, atol=1e-7)


def test_a_course_in_which_nothing_is_infused_reaches_its_end(transplanted):
    model, parameters, initial, plan, _ = transplanted
    keep = plan.events.time < -1.0
    events = Events(
        plan.events.time[keep],
        plan.events.operation[keep],
        plan.events.target[keep],
        plan.events.value[:, keep],
        tuple(np.array(plan.events.label)[keep]),
    )
    found = solve(model, parameters, initial, replace(plan, events=events), seed=1, patients=np.arange(24), threads=1)
    assert np.all(found.status == Status.SOLVED)
    assert np.all(found.ended_at == 60.0)
    assert np.isfinite(found.observables).all()
    assert np.all(found.final_state[:, list(model.description.facts.absent)] == 0)


def test_a_solve_that_takes_too_many_steps_is_given_up(transplanted):
    model, parameters, initial, plan, _ = transplanted
    found = solve(
        model, parameters, initial, plan, seed=1, patients=np.arange(24), threads=1, accuracy=Accuracy(most_steps=40)
    )
    assert np.all(found.status == Status.TOO_MANY_STEPS)
    assert np.all(found.steps == 40)
    assert np.all(found.ended_at > -7.0)


def test_seed_and_patient_decide_what_happens_by_chance(transplanted):
    model, parameters, initial, plan, found = transplanted
    rows = np.zeros(24, int)
    same_patient = solve(model, parameters[rows], initial[rows], some(plan, rows), seed=1, patients=np.arange(24))
    assert len({tuple(times[0][np.isfinite(times[0])]) for times in same_patient.event_times}) == 24
    assert np.array_equal(same_patient.event_times[0], found.event_times[0], equal_nan=True)


def test_nothing_is_negative_and_little_is_clipped(transplanted):
    *_, found = transplanted
    assert np.all(found.final_state >= 0)
    assert np.all(found.observables >= 0)
    assert np.all(found.clipped < 1e-4)


def test_only_the_observables_asked_for_are_recorded(transplanted):
    model, parameters, initial, plan, found = transplanted
    again = solve(model, parameters, initial, plan, seed=1, patients=np.arange(24), threads=1, observables=[13, 0])
    assert again.recorded.tolist() == [13, 0]
    assert np.array_equal(again.observables, found.observables[:, :, [13, 0]])


def test_a_model_can_be_sent_to_another_process(transplanted):
    model, parameters, initial, plan, found = transplanted
    other = pickle.loads(pickle.dumps(model))
    same(found, solve(other, parameters, initial, plan, seed=1, patients=np.arange(24)), slice(None))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p, y: (p[:, :-1], y), "parameters: found shape"),
        (lambda p, y: (p, y[:3]), "initial: found shape"),
        (lambda p, y: (np.where(np.arange(p.shape[1]) == 0, np.nan, p), y), "not a finite number"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(transplanted, change, message):
    model, parameters, initial, plan, _ = transplanted
    with pytest.raises(RunError, match=message):
        solve(model, *change(parameters, initial), plan, seed=1, patients=np.arange(24))
