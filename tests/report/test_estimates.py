"""Claims about numbers estimated from virtual patients and how they are printed."""

from __future__ import annotations

import numpy as np
import pytest

from marrow.report.estimates import (
    interval,
    mean,
    percent,
    percent_interval,
    printed,
    quantile,
    reached_by,
    share,
)

NEVER, UNKNOWN = np.inf, np.nan


def test_a_median_that_most_never_reach_is_not_reached() -> None:
    assert quantile(np.array([12.0, NEVER, NEVER]), 0.5).value == NEVER
    assert printed(NEVER) == "not reached"


def test_the_unknown_are_left_out_of_a_quantile_and_the_never_are_not() -> None:
    days = np.array([10.0, 11.0, 12.0, NEVER, UNKNOWN, UNKNOWN])
    assert quantile(days, 0.5).value == 11.0
    assert reached_by(days, 11).value == 0.5


def test_the_interval_of_a_median_holds_the_truth_in_about_95_of_100_runs() -> None:
    runs = np.random.default_rng(4).exponential(size=(2000, 150))
    held = np.mean([found.low <= np.log(2) <= found.high for found in (quantile(run, 0.5) for run in runs)])
    assert 0.935 < held < 0.975  # 2,000 runs: two standard errors are 0.01; order statistics are a little too wide


def test_the_interval_of_a_mean_holds_the_truth_in_about_95_of_100_runs() -> None:
    runs = np.random.default_rng(5).poisson(4.0, size=(2000, 150))
    held = np.mean([found.low <= 4.0 <= found.high for found in (mean(run.astype(float)) for run in runs)])
    assert 0.935 < held < 0.965


def test_nothing_known_gives_no_estimate() -> None:
    nothing = np.array([UNKNOWN, UNKNOWN])
    assert not quantile(nothing, 0.5).is_known
    assert not mean(nothing).is_known
    assert not reached_by(nothing, 10).is_known
    assert printed(quantile(nothing, 0.5).value) == "–"


def test_one_patient_has_a_mean_of_unknown_error() -> None:
    found = mean(np.array([3.0]))
    assert (found.value, found.low, found.high) == (3.0, -np.inf, np.inf)


def test_a_share_of_none_still_has_an_error() -> None:
    found = share(np.zeros(500, dtype=bool))
    assert found.value == 0
    assert 0.005 < found.high < 0.01
    assert percent_interval(found) == "0 to 0.8 %"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.01234, "0.0123"), (14.0, "14"), (1234.6, "1230"), (-5.0, "−5"), (3.81e8, "3.81e8"), (2e-5, "2e−5")],
)
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert printed(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.5, "50 %"),
        (0.974, "97.4 %"),
        (0.9996, "> 99.9 %"),
        (0.0001, "< 0.1 %"),
        (0.004, "0.4 %"),
    ],
)
def test_shares_have_as_many_digits_as_mean_something(value: float, text: str) -> None:
    assert percent(value) == text


def test_an_interval_of_one_number_is_one_number() -> None:
    assert interval(15.0, 15.0) == "15"
    assert interval(12.0, 18.0) == "12 to 18"
    assert interval(21.0, NEVER) == "21 to not reached"
