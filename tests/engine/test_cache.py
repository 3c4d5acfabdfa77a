"""Compiled models are found again, here and in another process, and are made anew when something is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from marrow.engine import cache, driver_code
from marrow.engine.compile import compile, load
from marrow.engine.setup import draw_inputs
from marrow.engine.solve import solve

sys.path.insert(0, str(Path(__file__).parent))
import tiny
from tiny import symbol

pytestmark = pytest.mark.compiles


def network(speed: float = 0.3):
    return tiny.network({"x": [-symbol("k") * symbol("x")]}, {"k": speed}, {"x": 1.0})


def end_of(model) -> float:
    parameters, initial = model.setup(draw_inputs(model, {}, [0], 1))
    return float(solve(model, parameters, initial, tiny.schedule(2.0, 1), seed=1, patients=[0]).final_state[0, 0])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MARROW_CACHE", str(tmp_path))
    return tmp_path


def test_a_model_is_found_again_by_its_key(folder):
    made = compile(network(), "some-key")
    found = load("some-key")
    assert found is not None
    assert found.description == made.description
    assert end_of(found) == pytest.approx(np.exp(-0.6), rel=1e-3)
    assert load("another-key") is None


def test_networks_that_differ_in_a_default_only_are_two_models_of_one_kernel(folder):
    one, other = compile(network(0.3)), compile(network(0.5))
    assert one.description.key != other.description.key
    assert end_of(other) < end_of(one)
    assert len(list((folder / "kernels").glob("*.py"))) == 1


@pytest.mark.parametrize("victim", ["description", "setup_*.py", "../kernels/kernel_*.py"])
def test_a_damaged_model_is_not_used_and_is_made_anew(folder, victim):
    compile(network(), "some-key")
    (file,) = (folder / "some-key").glob(victim) if ".." not in victim else (folder / "kernels").glob("kernel_*.py")
    file.write_bytes(file.read_bytes()[:-7] + b"damaged")
    assert load("some-key") is None
    assert end_of(compile(network(), "some-key")) == pytest.approx(np.exp(-0.6), rel=1e-3)
    assert load("some-key") is not None


def test_damaged_machine_code_is_made_anew(folder):
    compile(network(), "some-key")
    (file,) = (folder / "kernels").glob("*.o")
    file.write_bytes(file.read_bytes()[:100] + b"\0" * 50)
    again = load("some-key")
    assert again is not None
    assert end_of(again) == pytest.approx(np.exp(-0.6), rel=1e-3)


def test_no_half_written_model_is_left_behind(folder):
    compile(network(), "some-key")
    compile(network(), "some-key")
    assert not [path for path in folder.rglob(".*") if not path.name.startswith(".git")]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="file permissions are those of Unix")
def test_a_cache_that_cannot_be_written_is_told_of_and_done_without(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("MARROW_CACHE", str(blocked / "cache"))
    with pytest.warns(UserWarning, match="cannot be written"):
        model = compile(network(), "some-key")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert end_of(model) == pytest.approx(np.exp(-0.6), rel=1e-3)


def test_a_second_process_neither_imports_sympy_nor_compiles(folder):
    compile(network(), "some-key")
    script = """
import sys
from marrow.engine import machine_code
def refuse(*arguments): raise AssertionError("compiled")
machine_code.compile_source = refuse
from marrow.engine.compile import load
from marrow.engine.options import Accuracy
from marrow.engine.setup import draw_inputs
model = load("some-key")
parameters, initial = model.setup(draw_inputs(model, {}, [0], 1))
model.programs(Accuracy().precision)
assert "sympy" not in sys.modules, "imported SymPy"
print(parameters[0, 0])
"""
    made = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    assert float(made.stdout) == 0.3


def test_the_key_depends_on_the_modules_and_their_order_in_the_list():
    assert cache.cache_key(["a", "b"]) == cache.cache_key(["a", "b"])
    assert cache.cache_key(["a", "b"]) != cache.cache_key(["ab"])


def test_the_driver_is_kept_so_that_a_second_process_needs_no_numba_and_made_anew_when_damaged(folder, monkeypatch):
    model = compile(network(), "some-key")
    monkeypatch.setattr(driver_code, "_FUNCTIONS", {})
    before = end_of(model)
    script = """
import sys
import numpy as np
sys.path.insert(0, %r)
from test_cache import end_of
from marrow.engine.compile import load
print(end_of(load("some-key")))
assert "numba" not in sys.modules, "imported Numba"
"""
    made = subprocess.run(
        [sys.executable, "-c", script % str(Path(__file__).parent)], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    assert float(made.stdout) == pytest.approx(np.exp(-0.6), rel=1e-3)
    (file,) = (folder / "kernels").glob("driver_*.o")
    whole = file.read_bytes()
    file.write_bytes(whole[:500] + b"\0" * 50)
    monkeypatch.setattr(driver_code, "_FUNCTIONS", {})
    monkeypatch.setattr(driver_code, "_make", lambda arguments: whole[32:])  # compiling it again takes half a minute
    assert end_of(model) == before
    assert file.read_bytes() == whole
