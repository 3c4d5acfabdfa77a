"""The kernel against the reference, on the toy model and on both examples, with the kernel's decisions replayed."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from marrow.clinic.plan import read_plan
from marrow.clinic.schedule import Detail
from marrow.engine.compile import compile
from marrow.engine.reference import Reference
from marrow.engine.result import Status
from marrow.engine.schedule import Comparison, Events, Operation, Rule, Schedule
from marrow.engine.setup import draw_inputs
from marrow.engine.solve import Accuracy, solve
from marrow.language.compose import compose
from marrow.model import network_for
from marrow.simulation import simulate_patients

sys.path.insert(0, str(Path(__file__).parents[1] / "language"))
from small import TOY_MODULES

EXAMPLES = Path(__file__).parents[2] / "examples"
pytestmark = pytest.mark.compiles
PATIENTS = np.arange(6)


@pytest.fixture(scope="module")
def toy():
    network = compose(TOY_MODULES)
    return network, compile(network)


def toy_schedule(model, rules=()):
    """Two infusions of the toy drug, a graft, sixty days."""
    iv = next(route for route in model.description.routes if route.name == "toydrug.IV")
    graft = next(route for route in model.description.routes if route.name == "graft.cd34")
    times, values = [-6.0, -5.9, -5.0, -4.9, 0.0], [3000.0, 0.0, 3000.0, 0.0, 40.0]
    kinds = [Operation.SET] * 4 + [Operation.ADD]
    targets = [iv.rate] * 4 + [graft.into]
    events = Events(
        np.array(times), np.array(kinds, np.int8), np.array(targets, np.int32), np.tile(values, (6, 1)), tuple("abcde")
    )
    return Schedule(-7.0, 60.0, np.arange(-7.0, 61.0), events, rules)


def worst(network, model, schedule, accuracy):
    """Largest error over patients, observables and days, relative, floored at the limit of detection."""
    parameters, initial = model.setup(draw_inputs(model, {}, PATIENTS, 3))
    found = solve(
        model, parameters, initial, schedule, seed=3, patients=PATIENTS, accuracy=accuracy, jumps=500, threads=1
    )
    assert np.all(found.status == Status.SOLVED)
    floor = np.array([each.floor for each in model.description.observables])
    reference = Reference(network)
    errors = []
    for row in range(2):
        truth = reference.solve(parameters[row], initial[row], schedule, row, replay=found)
        errors.append(np.max(np.abs(found.observables[row] - truth) / np.maximum(np.abs(truth), floor)))
    return max(errors)


def test_the_error_is_small_and_falls_with_the_tolerance(toy):
    network, model = toy
    schedule = toy_schedule(model)
    loose = worst(network, model, schedule, Accuracy(relative=1e-2))
    usual = worst(network, model, schedule, Accuracy())
    tight = worst(network, model, schedule, Accuracy(relative=1e-6, absolute=1e-9))
    assert usual < 1e-3
    assert tight < 2e-5
    assert tight < usual < loose


def test_rules_act_on_the_days_on_which_their_condition_holds(toy):
    _, model = toy
    watch = model.observable_index["toy_count"]
    target = model.state_index["toy_hormone.fever"]
    rule = Rule("toy", watch, Comparison.BELOW, 3e9, -7, 60, target, np.full(6, 0.5), every=2)
    schedule = toy_schedule(model, (rule,))
    parameters, initial = model.setup(draw_inputs(model, {}, PATIENTS, 3))
    found = solve(model, parameters, initial, schedule, seed=3, patients=PATIENTS, threads=1)
    counts = found.observables[:, :, watch]
    given = found.given[:, 0, : counts.shape[1]]
    assert given.any()
    assert np.all(counts[given] < 3e9)
    for row in given:
        days = np.flatnonzero(row)
        assert np.all(np.diff(days) >= 2)
    first = [int(np.flatnonzero(row < 3e9)[0]) for row in counts if (row < 3e9).any()]
    assert first == [int(np.flatnonzero(row)[0]) for row in given if row.any()]


@pytest.mark.parametrize("plan", ["allogeneic-fb4.yaml", "autologous-melphalan-200.yaml"])
def test_every_observable_of_the_examples_is_within_a_thousandth_of_the_reference(plan):
    plan = read_plan(EXAMPLES / plan)
    run = simulate_patients([plan], PATIENTS, 4, until=200, detail=Detail.DOSES, jumps=2000)
    parameters, initial = run.model.setup(run.inputs)
    reference = Reference(network_for(plan))
    observables = run.model.description.observables
    floor = np.array([each.floor for each in observables])
    for row in (0, 5):
        truth = reference.solve(parameters[row], initial[row], run.schedule, row, replay=run.solution)
        error = np.abs(run.solution.observables[row] - truth) / np.maximum(np.abs(truth), floor)
        beyond = {observables[k].name: float(error[:, k].max()) for k in np.flatnonzero(error.max(axis=0) > 1e-3)}
        assert not beyond
