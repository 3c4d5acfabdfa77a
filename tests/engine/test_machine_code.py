"""Machine code does what its source says when it is run as Python."""

from __future__ import annotations

import math
import re
import sys
from ctypes import CFUNCTYPE, POINTER, c_double
from pathlib import Path

import numpy as np
import pytest

from marrow.engine.generate import kernel_source
from marrow.engine.lines import LANES
from marrow.engine.machine_code import compile_source, load_object
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


def called(loaded, name: str, workspace: np.ndarray) -> np.ndarray:
    """The workspace after machine code has run on a copy of it (64-byte aligned, as the driver has it)."""
    store = np.zeros(workspace.size + 8)
    offset = (-store.ctypes.data // 8) % 8
    inside = store[offset : offset + workspace.size]
    inside[:] = workspace
    CFUNCTYPE(None, POINTER(c_double))(loaded.address(name))(inside.ctypes.data_as(POINTER(c_double)))
    return inside


def test_every_function_of_a_kernel_does_what_its_python_says():
    source, layout, _ = kernel_source(compose(TOY_MODULES))
    loaded = load_object(compile_source(source))
    python = dict(AS_PYTHON)
    exec(source, python)
    names = re.findall(r"^def (\w+)\(", source, flags=re.MULTILINE)
    assert len(names) > 5
    rng = np.random.default_rng(1)
    for name in names:
        workspace = rng.uniform(0.5, 2.0, layout["SIZE"])
        expected = workspace.copy()
        python[name](expected)
        found = called(loaded, name, workspace)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12, err_msg=name)
        assert not np.array_equal(found, workspace), f"{name} changed nothing"


@pytest.mark.parametrize(("name", "truth"), [("exponential", np.exp), ("logarithm", np.log)])
def test_elementary_functions_are_accurate_to_the_last_digits(name, truth):
    source = f"def f(W):\n    for l in range({LANES}):\n        x = W[0+l]\n        W[{LANES}+l] = {name}(x)\n"
    loaded = load_object(compile_source(source))
    points = np.linspace(-700, 700, 997) if name == "exponential" else np.logspace(-300, 300, 997)
    for x in points:
        workspace = np.zeros(2 * LANES)
        workspace[:LANES] = x
        found = called(loaded, "f", workspace)[LANES]
        assert found == pytest.approx(truth(x), rel=1e-15, abs=1e-15)


def test_what_is_not_a_number_stays_so():
    body = f"        x = W[0+l]\n        W[{LANES}+l] = exponential(x) * x + 1.0\n"
    source = f"def f(W):\n    for l in range({LANES}):\n{body}"
    workspace = np.full(2 * LANES, np.nan)
    assert np.isnan(called(load_object(compile_source(source)), "f", workspace)[LANES:]).all()
