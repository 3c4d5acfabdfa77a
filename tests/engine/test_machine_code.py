"""Machine code does what its source says when it is run as Python."""

from __future__ import annotations

import math
import re
import sys
from ctypes import CFUNCTYPE, c_void_p
from pathlib import Path

import numpy as np
import pytest

from marrow.engine.arrays import aligned
from marrow.engine.generate import kernel_source
from marrow.engine.lines import LANES
from marrow.engine.machine_code import compile_source, load_object
from marrow.engine.precision import DOUBLE, SINGLE
from marrow.language.compose import compose

sys.path.insert(0, str(Path(__file__).parents[1] / "language"))
from small import TOY_MODULES

AS_PYTHON = {
    "choose": lambda condition, then, otherwise: then if condition else otherwise,
    "larger": lambda x, y: x if x > y else y,
    "smaller": lambda x, y: x if x < y else y,
    "exponential": math.exp,
    "logarithm": math.log,
    "sqrt": math.sqrt,
    "abs": abs,
}


both = pytest.mark.parametrize("precision", [SINGLE, DOUBLE], ids=lambda each: each.name)


def called(loaded, name: str, workspace: np.ndarray) -> np.ndarray:
    """The workspace after machine code has run on a copy of it, as the driver has it."""
    inside = aligned(workspace)
    CFUNCTYPE(None, c_void_p)(loaded.address(name))(inside.ctypes.data)
    return inside


@both
def test_every_function_of_a_kernel_does_what_its_python_says(precision):
    source, layout, _ = kernel_source(compose(TOY_MODULES))
    loaded = load_object(compile_source(source, precision))
    python = dict(AS_PYTHON)
    exec(source, python)
    names = re.findall(r"^def (\w+)\(", source, flags=re.MULTILINE)
    assert len(names) > 5
    rng, eps = np.random.default_rng(1), np.finfo(precision.kind).eps
    for name in names:
        workspace = rng.uniform(0.5, 2.0, layout["SIZE"]).astype(precision.kind)
        expected = workspace.astype(np.float64)
        python[name](expected)
        found = called(loaded, name, workspace)
        np.testing.assert_allclose(found, expected, rtol=1e7 * eps, atol=1e4 * eps, err_msg=name)
        assert not np.array_equal(found, workspace), f"{name} changed nothing"


@both
@pytest.mark.parametrize(("name", "truth"), [("exponential", np.exp), ("logarithm", np.log)])
def test_elementary_functions_are_accurate_to_the_last_digits(name, truth, precision):
    source = f"def f(W):\n    for l in range({LANES}):\n        x = W[0+l]\n        W[{LANES}+l] = {name}(x)\n"
    loaded = load_object(compile_source(source, precision))
    kind, wide = precision.kind, precision is DOUBLE
    points = np.linspace(-85, 85, 997) if name == "exponential" else np.logspace(-37, 37, 997)
    for x in (points * 8 if wide and name == "exponential" else points**8 if wide else points).astype(kind):
        workspace = np.zeros(2 * LANES, dtype=kind)
        workspace[:LANES] = x
        found = called(loaded, "f", workspace)[LANES]
        allowed = (4.5 if wide else 1.5) * float(np.finfo(kind).eps)
        assert found == pytest.approx(truth(np.float64(x)), rel=allowed, abs=allowed)


@both
def test_a_power_of_nothing_is_nothing(precision):
    body = f"        x = W[0+l]\n        W[{LANES}+l] = exponential(0.5 * logarithm(x))\n"
    loaded = load_object(compile_source(f"def f(W):\n    for l in range({LANES}):\n{body}", precision))
    assert np.all(called(loaded, "f", np.zeros(2 * LANES, dtype=precision.kind))[LANES:] < 1e-37)


@both
def test_what_is_not_a_number_stays_so(precision):
    body = f"        x = W[0+l]\n        W[{LANES}+l] = exponential(x) * x + 1.0\n"
    source = f"def f(W):\n    for l in range({LANES}):\n{body}"
    workspace = np.full(2 * LANES, np.nan, dtype=precision.kind)
    assert np.isnan(called(load_object(compile_source(source, precision)), "f", workspace)[LANES:]).all()
