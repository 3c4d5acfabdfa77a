"""One step in single precision does what it does in double: nothing overflows, vanishes or cancels on the way."""

from __future__ import annotations

from ctypes import CFUNCTYPE, c_void_p
from pathlib import Path

import numpy as np
import pytest

from marrow.clinic.plan import read_plan
from marrow.engine.arrays import aligned
from marrow.engine.lines import LANES
from marrow.engine.options import Accuracy
from marrow.engine.precision import DOUBLE, SINGLE
from marrow.simulation import prepare_patients

EXAMPLES = Path(__file__).parents[2] / "examples"
pytestmark = pytest.mark.compiles


def stepped(model, precision, parameters, state, length):
    """(error, new state, observables) of one step; (n, LANES) each."""
    layout, programs = model.description.layout, model.programs(precision)
    workspace = aligned(np.zeros(layout["SIZE"], dtype=precision.kind))

    def part(name, count):
        return workspace[layout[name] : layout[name] + count * LANES].reshape(count, LANES)

    def run(program):
        for address in program:
            CFUNCTYPE(None, c_void_p)(int(address))(workspace.ctypes.data)

    accuracy = Accuracy()
    for name, value in {"ATOL": accuracy.absolute, "RTOL": accuracy.relative, "H": length}.items():
        part(name, 1)[:] = value
    part("Y", len(state))[:] = state
    part("P", len(parameters))[:] = parameters
    for program in (programs.constants, programs.switched, programs.step):
        run(program)
    new = part("NEW", len(state)).astype(float)
    part("WEIGHTS", 4)[:] = [[1.0], [0.0], [0.0], [0.0]]
    run(programs.observe)
    return part("ERROR", 1)[0].astype(float), new, part("OBSERVED", layout["OBSERVABLES"]).astype(float)


@pytest.mark.parametrize("example", ["allogeneic-fb4", "autologous-melphalan-200"])
def test_a_step_in_single_precision_is_that_in_double(example):
    plan, compared = read_plan(EXAMPLES / f"{example}.yaml"), 0
    for day in (0.5, 3.0, 15.0, 100.0, 365.0):
        prepared = prepare_patients([plan], np.arange(LANES), seed=11, until=day)
        found = prepared.solve(threads=1)
        model = found.model
        parameters, _ = model.setup(found.inputs)
        state = found.solution.final_state.astype(np.float32).T
        scale = np.array([each.scale for each in model.description.states])[:, None]
        for length in (0.01, 0.3, 4.0):
            error, new, seen = stepped(model, DOUBLE, parameters.T, state, length)
            _, newly, seen_newly = stepped(model, SINGLE, parameters.T, state, length)
            good = error <= 1.0
            compared += good.sum()
            assert np.max((np.abs(newly - new) / (np.abs(new) + 1e-6 * scale))[:, good], initial=0.0) < 2e-4
            assert np.max((np.abs(seen_newly - seen) / (np.abs(seen) + 1e-6))[:, good], initial=0.0) < 1e-4
    assert compared > 5 * LANES
