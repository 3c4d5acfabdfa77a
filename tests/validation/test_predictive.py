"""The statistics of the validation: they need no data, and are uniform or exact where theory says so."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy.stats import kstest

FOLDER = Path(__file__).resolve().parents[2] / "validation"


def module(name: str) -> ModuleType:
    if name not in sys.modules:
        found = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
        assert found is not None
        assert found.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(found)
        found.loader.exec_module(sys.modules[name])
    return sys.modules[name]


predictive = module("predictive")
shifted = module("shifted")
INF = float("inf")


def seen(days, happened=None):
    day = np.array(days, dtype=float)
    return predictive.Observed(day, np.ones(len(day), dtype=bool) if happened is None else np.array(happened))


def test_pit_of_a_tie_is_an_interval_with_the_rank_among_copies_and_patient() -> None:
    predicted = predictive.of_copies(np.array([10.0, 12.0, 12.0, INF]))
    assert predictive.pit_interval(predicted, 12, True) == pytest.approx((1 / 5, 4 / 5))
    assert predictive.pit_interval(predicted, 11, True) == pytest.approx((1 / 5, 2 / 5))
    assert predictive.pit_interval(predicted, 300, True) == pytest.approx((3 / 5, 4 / 5))


def test_a_censored_day_leaves_everything_above_it() -> None:
    predicted = predictive.of_copies(np.array([10.0, 12.0, 12.0, INF]))
    assert predictive.pit_interval(predicted, 12, False) == pytest.approx((3 / 5, 1))
    assert predictive.pit_interval(predicted, 5, False) == pytest.approx((0, 1))


def test_never_is_not_a_day() -> None:
    predicted = predictive.of_copies(np.array([10.0, 12.0, 14.0, INF]))
    assert predicted.quantile(0.5) == 12
    assert predicted.quantile(0.75) == 14
    assert predicted.quantile(0.76) == INF
    assert predicted.between(12, INF) == pytest.approx(0.75 * 4 / 5)
    with pytest.raises(ValueError, match="known"):
        predictive.of_copies(np.array([10.0, np.nan]))


def test_right_predictions_are_uniform_with_ties_and_censoring() -> None:
    rng = np.random.default_rng(1)
    days = np.round(rng.lognormal(2.7, 0.3, (1500, 41)))
    censored_at = np.round(rng.uniform(5, 60, 1500))
    true = days[:, 0]
    observed = predictive.Observed(np.minimum(true, censored_at), true <= censored_at)
    predicted = [predictive.of_copies(each) for each in days[:, 1:]]
    intervals = predictive.pit_intervals(predicted, observed)
    assert 0.05 < 1 - observed.happened.mean() < 0.5
    assert kstest(predictive.randomised(intervals, rng), "uniform").pvalue > 0.01
    found = predictive.coverage(predicted, observed)
    assert found.by_transform == pytest.approx(0.9, abs=0.02)
    assert found.bounds[0] < found.held < found.bounds[1]


def test_late_predictions_are_seen_to_be_late() -> None:
    rng = np.random.default_rng(2)
    days = np.round(rng.lognormal(2.7, 0.3, (300, 41)))
    predicted = [predictive.of_copies(each * 1.3) for each in days[:, 1:]]
    intervals = predictive.pit_intervals(predicted, seen(days[:, 0]))
    assert predictive.pit_histogram(intervals)[:3].sum() > 150
    assert kstest(predictive.randomised(intervals, rng), "uniform").pvalue < 1e-6
    assert predictive.coverage(predicted, seen(days[:, 0])).below > 40


def test_histogram_spreads_each_patient_and_loses_none() -> None:
    intervals = np.array([[0.0, 0.5], [0.75, 1.0], [1.0, 1.0], [0.0, 0.0]])
    counted = predictive.pit_histogram(intervals, bins=4)
    assert counted == pytest.approx([1.5, 0.5, 0.0, 2.0])


def test_coverage_tells_open_from_missed() -> None:
    predicted = [predictive.of_copies(np.arange(10.0, 30.0)) for _ in range(5)]
    observed = seen([9, 20, 40, 15, 35], [True, True, True, False, False])
    found = predictive.coverage(predicted, observed)
    assert (found.below, found.inside, found.above, found.open) == (1, 1, 2, 1)
    assert found.bounds == pytest.approx((0.2, 0.4))


def test_interval_without_end_holds_who_was_censored_in_it() -> None:
    predicted = [predictive.of_copies(np.array([10.0, 12.0, INF, INF]))]
    assert predictive.coverage(predicted, seen([20], [False])).inside == 1
    assert predictive.coverage(predicted, seen([5], [False])).open == 1


def test_wilson_interval_is_the_known_one() -> None:
    assert predictive.wilson(0.5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)


def test_folds_are_even_and_hold_everyone() -> None:
    part = predictive.folds(23, 10, np.random.default_rng(0))
    assert sorted(np.bincount(part)) == [2] * 7 + [3] * 3


def test_shift_and_spread_are_learned_in_spite_of_censoring() -> None:
    rng = np.random.default_rng(3)
    middle = rng.normal(2.7, 0.2, 400)
    copies = np.exp(middle[:, None] + 0.2 * rng.standard_normal((400, 200)))
    true = np.exp(middle + 0.25 + 0.5 * rng.standard_normal(400))
    end = rng.uniform(10, 60, 400)
    found = shifted.learned(copies, predictive.Observed(np.minimum(true, end), true <= end))
    assert found.shift == pytest.approx(0.25, abs=0.06)
    assert found.spread == pytest.approx(np.sqrt(0.5**2 - 0.2**2), abs=0.06)


def test_no_shift_leaves_whole_days_and_never_as_they_are() -> None:
    copies = np.array([9.0, 11.0, 11.0, 30.0, INF])
    changed = shifted.Shift(0.0, 0.0)(copies)
    assert changed.days.tolist() == [9, 11, 30]
    assert changed.weight.sum() == pytest.approx(0.8)


def test_added_spread_widens_and_leaves_the_median_at_its_shifted_place() -> None:
    copies = np.append(np.linspace(18, 22, 59), INF)
    changed = shifted.Shift(np.log(2.0), 0.3)(copies)
    assert changed.quantile(0.5) == pytest.approx(40, abs=2)
    assert changed.quantile(0.05) == pytest.approx(40 * np.exp(-1.6 * 0.3), abs=3)
    assert changed.weight.sum() == pytest.approx(59 / 60)
    assert changed.spare == pytest.approx(1 / 61)
