"""Transfusions, independence of them, chimerism, graft failure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from marrow.endpoints import definitions as named
from marrow.endpoints.chimerism import Category, Lineage, categories, chimerism, donor_fraction
from marrow.endpoints.engraftment import neutrophil_engraftment
from marrow.endpoints.graft_failure import graft_failure_with_pancytopenia, primary_graft_failure
from marrow.endpoints.series import Daily, GivenDays
from marrow.endpoints.transfusion import Product, independence, transfusions_of

DAYS = np.arange(101.0)


def red_cells(hemoglobin, given_days, until=101):
    given_days = GivenDays.from_lists([given_days])
    return independence(DAYS[:until], hemoglobin[:until], given_days, named.RED_CELL_INDEPENDENCE)


def test_independence_begins_after_the_last_red_cells_before_a_free_month() -> None:
    well = np.full(101, 9.0)
    assert red_cells(well, [5, 12, 20]).day[0] == 21
    assert red_cells(well, [5, 12, 20, 60]).day[0] == 21, "a late transfusion does not undo a free month"
    assert red_cells(well, [5, 12, 20, 45]).day[0] == 46


def test_independence_needs_hemoglobin() -> None:
    hemoglobin = np.where(DAYS < 35, 7.5, 9.0)
    assert red_cells(hemoglobin, [20]).day[0] == 35


def test_independence_cannot_be_shown_in_a_short_follow_up() -> None:
    assert red_cells(np.full(101, 9.0), [20], until=45).day[0] == np.inf


def test_never_given_is_independent_from_the_start() -> None:
    found = red_cells(np.full(101, 12.0), [])
    assert found.day[0] == 0
    assert found.never_given[0]
    assert not red_cells(np.full(101, 12.0), [3]).never_given[0]


@given(arrays(np.bool_, (3, 60)), arrays(np.float64, (3, 101), elements=st.sampled_from([7.0, 8.0, 10.0, np.nan])))
def test_no_red_cells_in_the_month_after_independence(transfused, hemoglobin) -> None:
    found = independence(DAYS, hemoglobin, GivenDays(transfused), named.RED_CELL_INDEPENDENCE)
    for row, day in enumerate(found.day):
        if np.isfinite(day):
            assert not transfused[row, int(day) : int(day) + 31].any()
            assert hemoglobin[row, int(day)] >= 8.0


def test_actions_are_sorted_out_by_product_and_patient() -> None:
    actions = {
        "draw": np.array([0, 0, 2, 2, 2]),
        "day": np.array([3, 9, 3, 4, 4]),
        "rule": [
            "platelets when < 10",
            "red cells when Hb < 8 g/dL",
            "platelets when < 10",
            "filgrastim",
            "platelets x",
        ],
    }
    np.testing.assert_array_equal(transfusions_of(actions, Product.PLATELETS, 3).number(), [1, 0, 2])
    np.testing.assert_array_equal(transfusions_of(actions, Product.RED_CELLS, 3).number(), [1, 0, 0])
    np.testing.assert_array_equal(transfusions_of(actions, Product.PLATELETS, 3).number(first=4), [0, 0, 1])


def test_donor_share_is_of_both_together() -> None:
    found = chimerism([0, 30, 100], [[0, 9, 99]], [[5, 1, 1]], Lineage.T_CELLS, days=(30, 100, 365))
    np.testing.assert_allclose(found.fraction, [[0.9, 0.99, np.nan]])


def test_too_few_cells_cannot_be_typed() -> None:
    np.testing.assert_array_equal(donor_fraction([0.0, 1.0, 6.0], [0.0, 1.0, 2.0], least=2.0), [np.nan, np.nan, 0.75])


def test_no_test_tells_autologous_cells_apart() -> None:
    found = chimerism([0, 30], [[1, 1]], [[0, 0]], Lineage.NEUTROPHILS, days=(30,), autologous=True)
    assert np.isnan(found.fraction).all()


def test_a_sample_may_be_taken_a_few_days_off() -> None:
    time, donor, host = [0, 27, 34], [[0.0, 8.0, 9.0]], [[1.0, 2.0, 1.0]]
    assert chimerism(time, donor, host, Lineage.T_CELLS, days=(30,), tolerance=5).fraction[0, 0] == 0.8
    assert np.isnan(chimerism(time, donor, host, Lineage.T_CELLS, days=(30,)).fraction[0, 0])


def test_categories_have_the_borders_of_their_definition() -> None:
    found = categories([1.0, 0.95, 0.949, 0.05, 0.049, 0.0, np.nan])
    full, mixed, rejection = Category.FULL, Category.MIXED, Category.REJECTION
    assert list(found) == [full, full, mixed, mixed, rejection, rejection, Category.UNKNOWN]


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_donor_and_host_shares_add_up(donor, host) -> None:
    shares = donor_fraction([donor, host], [host, donor])
    assert np.isnan(shares).all() or shares.sum() == pytest.approx(1)


def test_primary_graft_failure_is_no_engraftment_by_its_day() -> None:
    counts = np.array([[3] + [0.1] * 9 + [1.0] * 40, [3] + [0.1] * 32 + [1.0] * 17, [3] + [0.1] * 49])
    recovery = neutrophil_engraftment(np.arange(50.0), counts)
    np.testing.assert_array_equal(primary_graft_failure(recovery), [0, 1, 1])
    np.testing.assert_array_equal(primary_graft_failure(recovery, named.PRIMARY_GRAFT_FAILURE_CORD), [0, 0, 1])
    short = neutrophil_engraftment(np.arange(20.0), counts[:, :20])
    np.testing.assert_array_equal(primary_graft_failure(short), [0, np.nan, np.nan])


def test_the_harmonised_definition_asks_for_pancytopenia() -> None:
    time = np.arange(50.0)
    recovery = neutrophil_engraftment(time, np.array([[3] + [0.1] * 49] * 3))
    with pytest.raises(ValueError, match="platelets"):
        primary_graft_failure(recovery, named.PRIMARY_GRAFT_FAILURE_2024)
    platelets = Daily(time, np.array([[10.0] * 50, [90.0] * 50, [90.0] * 50]))
    hemoglobin = Daily(time, np.full((3, 50), 7.0))
    transfused = GivenDays.from_lists([[], [], [27]])
    found = graft_failure_with_pancytopenia(
        recovery,
        platelets,
        hemoglobin,
        transfused,
        GivenDays.from_lists([[], [], []]),
        named.PRIMARY_GRAFT_FAILURE_2024,
    )
    np.testing.assert_array_equal(found, [1, 0, 1])
