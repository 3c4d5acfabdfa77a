"""Claims about percentiles over patients and about the time axis."""

from __future__ import annotations

import numpy as np
import pytest

from marrow.figures.bands import LEVELS, percentiles, shown_times
from marrow.figures.time_axis import TimeAxis


def test_percentiles_are_those_of_numpy() -> None:
    values = np.random.default_rng(1).lognormal(size=(37, 11))
    found, counted = percentiles(values)
    np.testing.assert_allclose(found, np.percentile(values, np.multiply(100, LEVELS), axis=0))
    assert (counted == 37).all()


def test_values_that_are_missing_do_not_count() -> None:
    values = np.random.default_rng(2).normal(size=(40, 5))
    values[:7, 1] = np.nan
    values[:, 3] = np.nan
    values[0, 4] = np.inf
    found, counted = percentiles(values)
    assert counted.tolist() == [40, 33, 40, 0, 39]
    np.testing.assert_allclose(found[:, 1], np.percentile(values[7:, 1], np.multiply(100, LEVELS)))
    assert np.isnan(found[:, 3]).all()
    assert np.isfinite(found[:, 4]).all()


def test_percentiles_leave_the_values_as_they_were() -> None:
    values = np.array([[3.0], [1.0], [np.inf]])
    percentiles(values)
    assert values[:, 0].tolist() == [3.0, 1.0, np.inf]


def test_a_figure_shows_whole_days_and_the_last_one() -> None:
    time = np.unique(np.concatenate([np.arange(-8.0, 3651.0), np.arange(-6, 0, 1 / 16)]))
    shown = time[shown_times(time)]
    assert np.array_equal(shown, np.round(shown))
    assert np.array_equal(shown[shown <= 60], np.arange(-8.0, 61.0))
    assert shown[-1] == 3650
    assert (np.diff(shown) > 0).all()
    assert len(shown) < 200


def test_a_grid_without_whole_days_is_shown_whole() -> None:
    time = np.linspace(0.01, 0.99, 25)
    assert len(shown_times(time)) == 25


@pytest.mark.parametrize("end", [121.0, 365.0, 3650.0])
def test_late_days_take_a_third_of_the_axis_without_a_kink(end: float) -> None:
    axis = TimeAxis.over(-8.0, end)
    start, knee, last = axis.place([-8.0, 42.0, end])
    assert (last - knee) / (last - start) == pytest.approx(1 / 3, abs=0.01)
    assert np.array_equal(axis.place([-8.0, 0.0, 42.0]), [-8.0, 0.0, 42.0])
    slopes = np.diff(axis.place(np.arange(38.0, 50.0)))
    assert (slopes > 0).all()
    assert np.abs(np.diff(slopes)).max() < 0.2


def test_a_short_follow_up_is_linear() -> None:
    axis = TimeAxis.over(-8.0, 100.0)
    assert not axis.shrinks
    assert np.array_equal(axis.place([0.0, 50.0, 100.0]), [0.0, 50.0, 100.0])


@pytest.mark.parametrize("start", [-8.0, -15.0])
@pytest.mark.parametrize("end", [3.0, 10.0, 30.0, 100.0, 180.0, 365.0, 730.0, 3650.0])
@pytest.mark.parametrize("small", [False, True])
def test_labels_of_days_are_in_range_and_apart(start: float, end: float, small: bool) -> None:
    axis = TimeAxis.over(start, end)
    ticks = axis.ticks(small)
    days = [day for day, _ in ticks]
    assert len(ticks) >= 2
    assert start <= min(days)
    assert max(days) <= end
    left, right = axis.place([start, end])
    gaps = np.diff(axis.place(days)) / (right - left)
    assert gaps.min() > (0.06 if small else 0.03)
