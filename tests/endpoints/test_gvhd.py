"""Days on steroids and response to them, read from series."""

from __future__ import annotations

import numpy as np
from xarray import Dataset

from marrow.endpoints.chart import Chart
from marrow.endpoints.events import EventTimes
from marrow.endpoints.gvhd import days_at_least, injury_left, late_disease

TIME = np.array([-2.0, 0.0, 1.0, 2.0, 9.0, 16.0, 44.0])


def test_days_are_counted_from_the_graft_on_each_value_standing_until_the_next() -> None:
    steroids = np.array([[1.0, 1.0, 0.0, 1.0, 1.0, 0.01, 1.0]])
    assert days_at_least(TIME, steroids, 0.05, np.array([np.inf])).tolist() == [1 + 7 + 7]


def test_no_day_is_counted_after_death() -> None:
    steroids = np.ones((2, 7))
    assert days_at_least(TIME, steroids, 0.05, np.array([5.0, np.inf])).tolist() == [5.0, 44.0]


def test_response_is_injury_four_weeks_after_onset_relative_to_that_of_the_first_days() -> None:
    time = np.arange(60.0)
    injury = np.zeros((3, 60))
    injury[0, 10:] = 0.4 * np.exp(-np.arange(50) / 10)
    injury[1, 10:] = 0.4
    left = injury_left(time, injury, np.array([9.5, 9.5, np.inf]))
    np.testing.assert_allclose(left[:2], [np.exp(-2.8), 1.0])
    assert np.isnan(left[2])


def test_response_is_not_known_where_four_weeks_were_not_observed() -> None:
    assert np.isnan(injury_left(np.arange(20.0), np.ones((1, 20)), np.array([5.0]))).all()


def test_disease_after_day_100_is_acute_disease_that_shows_then_or_chronic_disease() -> None:
    """Of five: never; acute disease that healed before; that still shows; chronic; dead before it would show."""
    time = np.arange(0.0, 200.0)
    injury = np.zeros((5, 200))
    injury[1, 20:90] = 0.4
    injury[2, 20:130] = 0.4
    injury[4, 150:] = 0.4
    onset = np.array([[np.nan], [np.nan], [np.nan], [180.0], [np.nan]])
    events = EventTimes({"chronic_gvhd.any_grade": onset})
    death = np.array([np.inf, np.inf, np.inf, np.inf, 140.0])
    chart = Chart(Dataset({"gvhd_injury": (("draw", "time"), injury)}), time, np.arange(200), (), (), death, events)
    assert late_disease(chart, death).tolist() == [np.inf, np.inf, 101.0, 180.0, np.inf]
