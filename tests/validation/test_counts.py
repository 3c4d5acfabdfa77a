"""Counts against bands, with counts that are made up here."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "validation"


@pytest.fixture(scope="module")
def counts():
    sys.path.insert(0, str(FOLDER))
    try:
        found = importlib.util.spec_from_file_location("validation_counts", FOLDER / "counts.py")
        assert found is not None
        assert found.loader is not None
        module = importlib.util.module_from_spec(found)
        sys.modules["validation_counts"] = module
        found.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(FOLDER))


def test_counts_are_shared_out_inside_under_and_over(counts) -> None:
    day = np.arange(-2.0, 21.0)
    levels = np.multiply.outer(np.array([1.0, 1.5, 2.0, 2.5, 3.0]), np.ones(len(day)))
    bands = counts.Bands(day, levels, 10, 0)
    seen = counts.Counts(
        np.array(["a", "a", "b", "b", "c", "c"]),
        np.array([0.0, 14.0, 3.0, 4.0, 5.0, 15.0]),
        np.array([1.0, 3.0, 0.9, 3.1, 2.0, 9.0]),
    )
    found = counts.compared(seen, bands, ("day 0 to 14", 0.0, 14.0), seed=1)
    assert (found.patients, found.counts) == (3, 5)
    assert (found.inside, found.below, found.above) == pytest.approx((0.6, 0.2, 0.2))
    assert found.interval[0] < 0.6 < found.interval[1]
    assert counts.compared(seen, bands, ("later", 16.0, 20.0), seed=1) is None


def test_passage_is_the_first_fall_and_the_first_return(counts) -> None:
    day = np.arange(6.0)
    assert counts.passage(day, np.array([2, 0.4, np.nan, 0.1, 0.6, 0.3])) == counts.Passage(1, 4)
    assert np.isnan(counts.passage(day, np.full(6, 2.0)).falls)
    assert np.isnan(counts.passage(day, np.full(6, 0.2)).returns)


def test_the_plans_are_valid_and_there_is_one_for_every_graft(counts) -> None:
    arms = {each.arm.arm for each in counts.read_study(counts.PLANS).arms}
    assert arms == {counts.NIH_ARM, *counts.MSK_ARMS.values()}
