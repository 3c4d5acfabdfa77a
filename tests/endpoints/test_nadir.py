"""Nadir and days below a threshold."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from marrow.endpoints.nadir import days_below, nadir

COUNTS = arrays(
    np.float64,
    st.tuples(st.integers(1, 4), st.integers(1, 40)),
    elements=st.sampled_from([0.0, 0.05, 0.3, 2.0, np.nan]),
)


def test_the_first_of_equal_lowest_values_gives_the_day() -> None:
    found = nadir(np.arange(6.0), [[3, 1, 0, 0, 0, 2], [3, np.nan, 2, np.nan, 0.5, 1]])
    np.testing.assert_array_equal(found.value, [0, 0.5])
    np.testing.assert_array_equal(found.day, [2, 4])


def test_a_nadir_is_sought_where_it_is_asked_for() -> None:
    assert nadir(np.arange(6.0), [3, 1, 0.5, 2, 3, 0.1], until=4).value[0] == 0.5
    assert np.isnan(nadir(np.arange(6.0), np.zeros(6), from_day=10).value[0])


def test_with_daily_values_days_below_are_the_number_of_values_below() -> None:
    found = days_below(np.arange(8.0), [3, 0.4, 0.4, 0.6, 0.4, 0.4, 0.4, 3], 0.5)
    assert found.days[0] == 5
    assert found.longest[0] == 3
    assert (found.first[0], found.last[0]) == (1, 6)


def test_a_value_holds_until_the_next_but_not_for_longer_than_a_week() -> None:
    values = np.full(31, np.nan)
    values[[0, 3, 6, 30]] = [3.0, 0.1, 0.2, 4.0]
    assert days_below(np.arange(31.0), values, 0.5).days[0] == 3 + 7


def test_never_below_is_no_day_and_nothing_measured_is_unknown() -> None:
    found = days_below(np.arange(5.0), [[3.0] * 5, [np.nan] * 5], 0.5)
    np.testing.assert_array_equal(found.days, [0, np.nan])
    assert np.isnan(found.first).all()


@given(COUNTS)
def test_fewer_days_below_a_lower_threshold(values) -> None:
    time = np.arange(values.shape[1], dtype=float)
    low, high = days_below(time, values, 0.1), days_below(time, values, 0.5)
    known = ~np.isnan(high.days)
    assert np.all(low.days[known] <= high.days[known])
    assert np.all(high.longest[known] <= high.days[known])


@given(COUNTS, st.integers(-50, 50))
def test_shifting_a_series_shifts_days_and_keeps_lengths(values, shift) -> None:
    time = np.arange(values.shape[1], dtype=float)
    here, there = days_below(time, values, 0.5), days_below(time + shift, values, 0.5)
    np.testing.assert_array_equal(there.days, here.days)
    np.testing.assert_array_equal(there.first, here.first + shift)
    np.testing.assert_array_equal(nadir(time + shift, values).day, nadir(time, values).day + shift)
    np.testing.assert_array_equal(nadir(time + shift, values).value, nadir(time, values).value)


def test_nadirs_of_real_patients_are_those_of_the_reference(data: Path) -> None:
    folder = data / "npmlda_hsct"
    with (folder / "hsct_dev.csv").open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["granulocytes_k_per_ul"]]
    with (folder / "reference_patients.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            mine = [(float(r["day"]), float(r["granulocytes_k_per_ul"])) for r in rows if r["id"] == row["id"]]
            time, values = np.array(mine).T
            found = nadir(time, values)
            assert found.value[0] == pytest.approx(float(row["nadir"]))
            assert found.day[0] == float(row["nadir_day"])
