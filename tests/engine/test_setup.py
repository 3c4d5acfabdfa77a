"""Patients' numbers: what is given, what varies between them, what is uncertain."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from marrow.engine.compile import compile
from marrow.engine.model import InputInfo
from marrow.engine.setup import _uncertain, cholesky, draw_inputs
from marrow.errors import RunError
from marrow.language.network import InputKind
from marrow.sources import assumed
from marrow.terms import Joint

sys.path.insert(0, str(Path(__file__).parent))
import probe
import tiny
from tiny import symbol

MANY = np.arange(4000)
RARELY = 1e-6


@pytest.fixture(scope="module")
def model():
    return compile(probe.network())


def column(model, inputs, name):
    return inputs[:, model.input_index[name]]


def test_the_typical_patient_has_the_declared_numbers(model):
    parameters, initial = model.setup(draw_inputs(model, {}, [0], 1, variability=False))
    assert parameters[0, model.parameter_index["p.kill"]] == probe.NUMBERS["kill"]
    assert parameters[0, model.parameter_index["drug.IV.rate"]] == 0.0
    assert parameters[0, model.parameter_index["clearance.modifier"]] == 1.0
    assert initial[0, model.state_index["probe.neu.host"]] == 0.8
    assert initial[0, model.state_index["probe.neu.donor"]] == 0.0


def test_patients_differ_log_normally_by_the_declared_spread(model):
    parameters, _ = model.setup(draw_inputs(model, {}, MANY, 1))
    logs = np.log(parameters[:, model.parameter_index["p.kill"]] / probe.NUMBERS["kill"]) / 0.05
    assert stats.kstest(logs, "norm").pvalue > RARELY


def test_an_uncertain_number_has_the_default_as_median_and_the_plausible_range_as_95_percent_interval(model):
    inputs = draw_inputs(model, {}, np.arange(40_000), 1, uncertainty=True)
    kill = column(model, inputs, "p.kill") / probe.NUMBERS["kill"]
    low, middle, high = np.quantile(kill, [0.025, 0.5, 0.975])
    assert middle == pytest.approx(1.0, rel=0.02)
    assert low == pytest.approx(0.5, rel=0.03)
    assert high == pytest.approx(2.0, rel=0.03)


@pytest.mark.parametrize(
    ("middle", "high", "unit"), [(0.07, 0.4, ""), (0.9, 1.0, ""), (0.7, 0.99, ""), (0.3, 0.9, "1/day")]
)
def test_a_share_is_never_more_than_the_whole(middle, high, unit):
    info = InputInfo("p.x", "PARAMETER", unit, "x", middle, 1.0, (0.06, high), None, None, None, "p")
    normals = {"uncertainty of p.x": stats.norm.ppf((np.arange(40_000) + 0.5) / 40_000)}
    drawn = _uncertain(info, normals)
    assert np.median(drawn) == pytest.approx(middle, rel=1e-3)
    assert np.quantile(drawn, 0.025) == pytest.approx(0.06, rel=1e-3)
    assert np.quantile(drawn, 0.975) == pytest.approx(high, rel=1e-3)
    assert (drawn.max() <= 1) == (unit == "")


def test_what_is_given_is_taken_and_moves_no_other_draw(model):
    plain = draw_inputs(model, {}, MANY[:5], 1)
    given = draw_inputs(model, {"p.kill": 7.0, "cells": np.arange(5.0)}, MANY[:5], 1)
    assert np.all(column(model, given, "p.kill") == 7.0)
    assert column(model, given, "known.cells").tolist() == [0, 1, 2, 3, 4]
    changed = {model.input_index["p.kill"], model.input_index["known.cells"]}
    rest = [i for i in range(plain.shape[1]) if i not in changed]
    assert np.array_equal(plain[:, rest], given[:, rest])


def test_a_name_that_no_model_knows_is_refused_with_the_nearest(model):
    with pytest.raises(RunError, match=r"did you mean 'p\.kill'"):
        draw_inputs(model, {"p.kil": 7.0}, [0], 1)


def test_correlated_deviates_have_the_published_covariance():
    joint = Joint("pair", ("a", "b"), ((0.04,), (0.03, 0.09)), assumed("made up for this test"))
    plain = tiny.network({"x": [-symbol("k") * symbol("x")]}, {"k": 0.3}, {"x": 1.0})
    (k,) = plain.inputs
    pair = tuple(
        replace(k, name=f"m.{n}.deviate", symbol=symbol(f"m.{n}.deviate"), kind=InputKind.DEVIATE, joint=joint)
        for n in ("a", "b")
    )
    model = compile(replace(plain, inputs=(k, *pair)))
    drawn = draw_inputs(model, {}, np.arange(40_000), 1)[:, 1:]
    np.testing.assert_allclose(np.cov(drawn.T), [[0.04, 0.03], [0.03, 0.09]], atol=0.003)
    np.testing.assert_allclose(cholesky(joint) @ cholesky(joint).T, [[0.04, 0.03], [0.03, 0.09]])


def test_the_order_of_patients_does_not_change_their_numbers(model):
    forward = model.setup(draw_inputs(model, {}, MANY[:50], 1))
    backward = model.setup(draw_inputs(model, {}, MANY[:50][::-1], 1))
    assert np.array_equal(forward[0], backward[0][::-1])
    assert np.array_equal(forward[1], backward[1][::-1])
