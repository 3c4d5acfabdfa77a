"""Engraftment: what counts, what does not, and that real series with gaps are read like simulated ones."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from marrow.endpoints import definitions as named
from marrow.endpoints.engraftment import neutrophil_engraftment, platelet_engraftment
from marrow.endpoints.series import GivenDays

NAN = np.nan


def days(*values: float, first: float = 0.0):
    """A daily series from day ``first``: time (T,), values (T,)."""
    return first + np.arange(len(values), dtype=float), np.array(values, dtype=float)


def aplasia(fall: int, low: int, *, until: int = 40, high: float = 3.0, bottom: float = 0.02):
    """High until day ``fall``, then ``low`` days at the bottom, then high again: (until + 1,) from day 0."""
    values = np.full(until + 1, high)
    values[fall : fall + low] = bottom
    return values


COUNTS = st.sampled_from([0.0, 0.02, 0.3, 0.49, 0.5, 0.7, 1.2, 4.0, np.nan])
MANY = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 45)), elements=COUNTS)


def anc_day(values, **options) -> float:
    time, count = days(*values)
    return float(neutrophil_engraftment(time, count, **options).day[0])


def test_the_first_of_three_values_counts() -> None:
    assert anc_day([3, 1, 0.1, 0.1, 0.5, 0.6, 0.7, 1]) == 4


def test_two_values_are_not_enough() -> None:
    assert anc_day([3, 0.1, 0.6, 0.7, 0.4, 0.3, 0.8, 0.9]) == np.inf


def test_a_value_below_starts_the_count_again() -> None:
    assert anc_day([3, 0.1, 0.6, 0.7, 0.4, 0.5, 0.5, 0.5]) == 5


def test_counts_before_the_fall_are_no_engraftment() -> None:
    assert anc_day([4, 3, 2, 1, 0.8, 0.2, 0.0, 0.0, 0.2, 0.6, 1.1, 2.0]) == 9


def test_a_rise_before_the_nadir_is_no_engraftment() -> None:
    """Filgrastim empties the reserve: three good values between a first fall and the nadir."""
    values = [2, 0.4, 0.6, 0.7, 0.6, 0.2, 0.01, 0.01, 0.3, 0.7, 1.0, 2.0]
    assert anc_day(values) == 9


def test_variants_differ_as_they_should() -> None:
    values = [3, 0.1, 0.0, 0.6, 0.4, 0.6, 0.8, 0.9, 1.2, 1.4, 2.0, 2.5]
    assert anc_day(values, definition=named.NEUTROPHILS_SINGLE) == 3
    assert anc_day(values) == 5
    assert anc_day(values, definition=named.NEUTROPHILS_1_0) == 8


def test_consecutive_means_measured_one_after_the_other() -> None:
    values = [3, 0.0, NAN, NAN, 0.6, NAN, 0.7, NAN, NAN, 0.9]
    found = neutrophil_engraftment(*days(*values))
    assert found.day[0] == 4
    assert found.day_before[0] == 1, "recovered somewhere between day 1 and day 4"


def test_several_values_of_one_day_are_one() -> None:
    time = [0.0, 1.0, 2.0, 2.3, 2.6, 3.0, 4.0, 5.0]
    values = [3.0, 0.1, 0.6, 0.7, 0.8, 0.4, 0.6, 0.7]
    assert neutrophil_engraftment(time, values).day[0] == np.inf


def test_the_first_value_of_a_day_that_was_measured_is_its_value() -> None:
    time = [0.0, 1.0, 2.0, 2.5, 3.0, 4.0]
    values = [3.0, 0.1, np.nan, 0.6, 0.7, 0.8]
    assert neutrophil_engraftment(time, values).day[0] == 2


def test_never_below_is_recovered_at_day_0_and_says_so() -> None:
    found = neutrophil_engraftment(np.arange(40.0), np.array([np.full(40, 2.0), aplasia(5, 8, until=39)]))
    np.testing.assert_array_equal(found.day, [0.0, 13.0])
    np.testing.assert_array_equal(found.never_below, [True, False])


def test_a_late_fall_does_not_undo_never_below() -> None:
    found = neutrophil_engraftment(np.arange(100.0), aplasia(60, 20, until=99))
    assert found.day[0] == 0
    assert found.never_below[0]


def test_a_short_series_without_a_fall_is_not_judged() -> None:
    found = neutrophil_engraftment(*days(4, 3, 2, 1))
    assert np.isnan(found.day[0])
    assert not found.never_below[0]


def test_not_engrafted_is_censored_where_the_series_ends() -> None:
    found = neutrophil_engraftment(*days(3, 0.1, 0.1, 0.1, 0.2))
    assert found.day[0] == np.inf
    assert found.observed_until[0] == 4
    assert found.by(3)[0] == 0
    assert np.isnan(found.by(28)[0]), "nobody knows what would have been on day 28"


def test_nothing_measured_is_unknown() -> None:
    found = neutrophil_engraftment(np.arange(30.0), np.full((2, 30), np.nan))
    assert np.isnan(found.day).all()
    assert np.isnan(neutrophil_engraftment(np.arange(-9.0, -2.0), np.zeros((1, 7))).day).all()


def test_days_before_the_graft_do_not_count() -> None:
    time, values = days(0.1, 0.2, 0.6, 0.7, 0.8, 0.9, 0.4, 0.1, 0.2, 0.3, 0.8, 0.9, 1.0, first=-6)
    assert neutrophil_engraftment(time, values).day[0] == 4


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="shapes"):
        neutrophil_engraftment([0, 1, 2], np.zeros((2, 4)))
    with pytest.raises(ValueError, match="ascending"):
        neutrophil_engraftment([0, 2, 1], np.zeros((2, 3)))


@given(MANY, st.integers(-30, 300))
def test_shifting_a_series_in_time_shifts_the_endpoint(values, shift) -> None:
    time = np.arange(values.shape[1], dtype=float)
    here = neutrophil_engraftment(time, values)
    there = neutrophil_engraftment(time + shift, values, from_day=shift)
    np.testing.assert_array_equal(there.day, here.day + shift)
    np.testing.assert_array_equal(there.never_below, here.never_below)


@given(MANY, st.data())
def test_days_without_a_value_change_nothing_but_the_calendar(values, data) -> None:
    """Unmeasured days put in anywhere after the first two weeks leave the order of values, hence the answer."""
    assume(values.shape[1] > 15)
    gap, length = data.draw(st.integers(15, values.shape[1])), data.draw(st.integers(1, 20))
    time = np.arange(values.shape[1], dtype=float)
    stretched = np.insert(values, [gap] * length, np.nan, axis=1)
    here = neutrophil_engraftment(time, values)
    there = neutrophil_engraftment(np.arange(stretched.shape[1], dtype=float), stretched)
    moved = np.where(np.isfinite(here.day) & (here.day >= gap), here.day + length, here.day)
    late_fall = here.never_below != there.never_below  # the fall itself may move past day 28
    np.testing.assert_array_equal(there.day[~late_fall], moved[~late_fall])


@given(MANY, st.data())
def test_forgetting_a_value_below_never_makes_up_a_value_above(values, data) -> None:
    """Engraftment always stands on a measured value at or above the threshold."""
    mask = data.draw(arrays(np.bool_, values.shape))
    gappy = np.where(mask, np.nan, values)
    found = neutrophil_engraftment(np.arange(values.shape[1], dtype=float), gappy)
    for row, day in enumerate(found.day):
        if np.isfinite(day) and not found.never_below[row]:
            kept = gappy[row, int(day) :]
            assert gappy[row, int(day)] >= 0.5
            assert np.all(kept[~np.isnan(kept)][:3] >= 0.5)


@given(MANY)
def test_patients_do_not_know_each_other(values) -> None:
    time = np.arange(values.shape[1], dtype=float)
    together = neutrophil_engraftment(time, values).day
    alone = [neutrophil_engraftment(time, row).day[0] for row in values]
    np.testing.assert_array_equal(together, alone)


@given(MANY, st.floats(1.0, 3.0))
def test_higher_counts_after_the_nadir_never_delay_a_single_value(values, factor) -> None:
    time = np.arange(values.shape[1], dtype=float)
    nadir = np.nanargmin(np.where(np.isnan(values), 9, values), axis=1)
    raised = np.where(np.arange(values.shape[1]) > nadir[:, None], values * factor, values)
    before = neutrophil_engraftment(time, values, named.NEUTROPHILS_SINGLE).day
    after = neutrophil_engraftment(time, raised, named.NEUTROPHILS_SINGLE).day
    known = ~np.isnan(before) & ~np.isnan(after)
    assert np.all(after[known] <= before[known])


def platelets(values, transfused, definition=named.PLATELETS_20, **options) -> float:
    time, count = days(*values)
    return float(platelet_engraftment(time, count, GivenDays.from_lists([transfused]), definition, **options).day[0])


FALLS_THEN_30 = [200, 80, 15, 8, *[30] * 26]


def test_platelets_held_up_by_transfusion_have_not_engrafted() -> None:
    assert platelets(FALLS_THEN_30, []) == 4
    assert platelets(FALLS_THEN_30, [3]) == 10, "at least 7 days after the last transfusion"
    assert platelets(FALLS_THEN_30, [3, 6, 12]) == 19
    assert platelets(FALLS_THEN_30, [3, 6, 12], named.PLATELETS_20_THREE_DAYS) == 9


def test_a_later_transfusion_ends_a_run_that_had_begun() -> None:
    assert platelets(FALLS_THEN_30, [3, 11]) == 18, "days 10 and 11 alone are no three values"
    assert platelets(FALLS_THEN_30, [3, 13]) == 10


def test_a_transfusion_that_never_ends_prevents_engraftment() -> None:
    assert platelets(FALLS_THEN_30, range(3, 30, 5)) == np.inf


def test_platelets_never_below_need_no_transfusion_to_be_believed() -> None:
    assert platelets([200] * 30, []) == 0
    assert platelets([25] * 30, [9]) == 16, "the transfusion may have held the count up"
    assert platelets([25] * 30, [-2]) == 5, "so may one just before the graft"
    assert platelets([25] * 30, [-7]) == 0


def test_transfusions_before_the_graft_still_count() -> None:
    time, values = days(18, *[25] * 20, first=0)
    given_days = GivenDays.from_lists([[-3]])
    assert platelet_engraftment(time, values, given_days).day[0] == 4


def test_fifty_comes_after_twenty() -> None:
    values = [200, 40, 10, 8, 15, 25, 30, 35, 45, 55, 60, 70, 80]
    assert platelets(values, [], named.PLATELETS_20) == 5
    assert platelets(values, [], named.PLATELETS_50) == 9


@given(
    arrays(np.float64, (3, 40), elements=st.sampled_from([5.0, 19.0, 20.0, 35.0, 60.0, np.nan])),
    arrays(np.bool_, (3, 40)),
)
def test_engraftment_of_platelets_is_never_within_a_week_of_a_transfusion(values, transfused) -> None:
    given_days = GivenDays(transfused)
    found = platelet_engraftment(np.arange(40.0), values, given_days)
    for row in range(3):
        if np.isfinite(found.day[row]) and not found.never_below[row]:
            day = int(found.day[row])
            assert not transfused[row, max(day - 6, 0) : day + 1].any()


@given(arrays(np.float64, (2, 30), elements=st.sampled_from([5.0, 19.0, 20.0, 60.0])), arrays(np.bool_, (2, 30)))
def test_fewer_free_days_never_mean_later_engraftment(values, transfused) -> None:
    seven = platelet_engraftment(np.arange(30.0), values, GivenDays(transfused), named.PLATELETS_20)
    three = platelet_engraftment(np.arange(30.0), values, GivenDays(transfused), named.PLATELETS_20_THREE_DAYS)
    known = ~np.isnan(seven.day) & ~np.isnan(three.day)
    assert np.all(three.day[known] <= seven.day[known])


def test_lists_of_days_and_flags_by_day_say_the_same() -> None:
    flags = np.zeros((2, 12), dtype=bool)
    flags[0, [1, 5]] = True
    flags[1, 9] = True
    listed = GivenDays.from_lists([[1.25, 5.0, 5.5], [9]])
    for first in (-1.0, 0.0, 4.0):
        ask = first + np.arange(12.0)
        for end in (ask, ask + 3):
            there = (np.arange(12) >= ask[:, None]) & (np.arange(12) <= end[:, None])
            expected = (flags[:, None, :] & there).sum(axis=2)
            np.testing.assert_array_equal(listed.between(ask, end), expected)
            np.testing.assert_array_equal(listed.between(np.tile(ask, (2, 1)), np.tile(end, (2, 1))), expected)
    np.testing.assert_array_equal(listed.number(), [2, 1])
    np.testing.assert_array_equal(GivenDays.from_lists([[], []]).number(), [0, 0])


def real_series(file: Path, patient: str, day: str, value: str, keep=lambda row: True):
    """Every patient's series of a file: {patient: (time, values)}."""
    found = defaultdict(list)
    with file.open(newline="") as lines:
        for row in csv.DictReader(lines):
            if keep(row) and row[value] != "":
                found[row[patient]].append((float(row[day]), float(row[value])))
    return {name: tuple(np.array(sorted(points)).T) for name, points in found.items()}


def test_real_series_with_gaps_give_the_first_value_that_was_seen(data: Path) -> None:
    """Ten patients of the NIH, sampled twice a week: the published table of the first observed value at 0.5."""
    folder = data / "npmlda_hsct"
    series = real_series(folder / "hsct_dev.csv", "id", "day", "granulocytes_k_per_ul")
    with (folder / "reference_patients.csv").open(newline="") as lines:
        reference = {row["id"]: row for row in csv.DictReader(lines)}
    assert len(reference) == 10
    compared = 0
    for name, row in reference.items():
        found = neutrophil_engraftment(*series[name], named.NEUTROPHILS_SINGLE)
        published = row["day_first_obs_ge_0.5"]
        if published in ("", "NA", "Inf"):
            assert not np.isfinite(found.day[0])
            continue
        assert found.day[0] == float(published), name
        assert found.day_before[0] < found.day[0]
        compared += 1
    assert compared >= 8


def test_real_daily_counts_give_engraftment_in_the_range_of_transplants(data: Path) -> None:
    """First transplants at MSK: nearly everyone engrafts, no one before day 7, cord blood is slowest."""
    folder = data / "msk_counts"
    series = real_series(folder / "counts.csv", "patient_id", "day", "value", lambda row: row["cell"] == "Neutrophils")
    with (folder / "patients.csv").open(newline="") as lines:
        graft = {row["patient_id"]: row["graft"] for row in csv.DictReader(lines)}
    found = {name: neutrophil_engraftment(*series[name]).day[0] for name in series if name not in {"297b", "297c"}}
    by_graft = {kind: [found[n] for n in found if graft[n] == kind] for kind in ("PBSC_unmodified", "TCD", "cord")}
    reached = [day for day in found.values() if np.isfinite(day) and day > 0]
    assert len(reached) >= 22
    assert min(reached) >= 7
    assert max(reached) <= 60
    assert np.median(by_graft["cord"]) > np.median(by_graft["TCD"])
