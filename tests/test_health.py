"""Health is a steady state: nobody changes in ten years in which nothing is done, and it is stable."""

from __future__ import annotations

import numpy as np
import pytest

from marrow.engine.result import Status
from marrow.engine.schedule import Events, Schedule
from marrow.engine.setup import draw_inputs
from marrow.engine.solve import Chance, solve
from marrow.model import model_of
from marrow.terms import Group

pytestmark = pytest.mark.compiles

NOTHING = Chance(hazards=False, few_cells=False)
TEN_YEARS = 3650.0


def left_alone(model, inputs, days, grid):
    """The solution of patients to whom nothing is done, and who meet no chance."""
    parameters, initial = model.setup(inputs)
    count = len(inputs)
    none = Events(np.empty(0), np.empty(0, np.int8), np.empty(0, np.int32), np.empty((count, 0)), ())
    schedule = Schedule(0.0, days, np.asarray(grid, float), none)
    return solve(model, parameters, initial, schedule, seed=1, patients=np.arange(count), chance=NOTHING)


@pytest.fixture(scope="module")
def model():
    return model_of(["busulfan", "fludarabine", "filgrastim"])


@pytest.mark.parametrize("patients", [1, 1000])
def test_every_count_stays_within_half_a_percent_for_ten_years(model, patients):
    """The typical patient, and a thousand drawn ones."""
    inputs = draw_inputs(model, {}, np.arange(patients), 5, variability=patients > 1)
    found = left_alone(model, inputs, TEN_YEARS, np.linspace(0, TEN_YEARS, 11))
    assert np.all(found.status == Status.SOLVED)
    first = found.observables[:, :1, :].astype(float)
    floor = np.array([each.floor for each in model.description.observables])
    change = np.abs(found.observables - first) / np.maximum(np.abs(first), floor)
    risk = np.array([each.group is Group.RISK for each in model.description.observables])
    risk[model.observable_index["hazard_of_other_death"]] = False  # the healthy die too
    assert np.all(-np.expm1(-found.observables[..., risk]) < 1e-4)  # as near to none as single precision comes
    change[..., [each.group is Group.RISK for each in model.description.observables]] = 0.0
    worst = np.unravel_index(np.argmax(change), change.shape)
    assert change.max() < 0.005, (model.description.observables[worst[2]].name, change.max())


def test_a_small_push_dies_out(model):
    """Five percent fewer cells everywhere: after two years every count is back within half a percent."""
    inputs = draw_inputs(model, {}, np.arange(50), 6)
    parameters, initial = model.setup(inputs)
    cells = np.array([state.unit == "cells/kg" for state in model.description.states])
    none = Events(np.empty(0), np.empty(0, np.int8), np.empty(0, np.int32), np.empty((50, 0)), ())
    schedule = Schedule(0.0, 730.0, np.array([0.0, 730.0]), none)
    pushed = solve(
        model,
        parameters,
        initial * np.where(cells, 0.95, 1.0),
        schedule,
        seed=1,
        patients=np.arange(50),
        chance=NOTHING,
    )
    rest = left_alone(model, inputs, 1.0, [0.0]).observables[:, 0, :]
    names = [each.name for each in model.description.observables]
    for name in ("absolute_neutrophil_count", "platelet_count", "hemoglobin", "natural_killer_count"):
        k = names.index(name)
        np.testing.assert_allclose(pushed.observables[:, -1, k], rest[:, k], rtol=0.005, err_msg=name)
