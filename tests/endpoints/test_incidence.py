"""Cumulative incidences with competing risks, situations over time, graft failure."""

from __future__ import annotations

import numpy as np
import pytest

from marrow.endpoints.column import Column, Kind
from marrow.endpoints.engraftment import neutrophil_engraftment
from marrow.endpoints.graft_failure import graft_failure_day
from marrow.endpoints.incidence import Situation, drawn_incidence, expected_incidence, occupancy
from marrow.endpoints.outcome import Outcomes
from marrow.endpoints.series import daily

NEVER = np.inf


def test_a_drawn_incidence_is_the_share_with_the_error_of_a_proportion() -> None:
    curve = drawn_incidence(np.array([10.0, 50.0, NEVER, NEVER, np.nan]), [5, 10, 100])
    np.testing.assert_allclose(curve.share, [0, 0.25, 0.5])
    assert curve.error[2] == pytest.approx(0.25)


@pytest.mark.parametrize("step", [1.0, 30.0])
def test_expected_incidences_are_exact_for_constant_hazards_on_any_grid(step: float) -> None:
    """h1 / (h1 + h2) (1 - exp(-(h1 + h2) t)), as of two exponential clocks."""
    time = np.arange(0, 361, step)
    first, second = 0.002, 0.004
    found = expected_incidence({"first": first * time[None, :], "second": second * time[None, :]}, time)
    ended = 1 - np.exp(-(first + second) * time)
    np.testing.assert_allclose(found["first"].share, ended / 3, rtol=1e-12)
    np.testing.assert_allclose(found["second"].share, 2 * ended / 3, rtol=1e-12)


def test_expected_and_drawn_incidences_agree_on_100_000_patients_with_hazards_of_their_own() -> None:
    rng = np.random.default_rng(5)
    frail = rng.lognormal(0, 0.8, 100_000)
    time = np.linspace(0, 720, 73)
    hazards = {"relapse": 1e-3 * frail[:, None] * time, "death": 2e-5 * np.outer(1 / frail, time**1.5)}
    clocks = {
        "relapse": rng.exponential(size=frail.size) / (1e-3 * frail),
        "death": (rng.exponential(size=frail.size) * frail / 2e-5) ** (1 / 1.5),
    }
    first = np.minimum(*clocks.values())
    for name, curve in expected_incidence(hazards, time).items():
        drawn = drawn_incidence(np.where(clocks[name] == first, first, NEVER), time)
        assert np.all(np.abs(curve.share - drawn.share) <= 4 * drawn.error + 1e-12), name
        assert np.all(curve.error[1:] < drawn.error[1:])


def test_situations_sum_to_one_and_each_patient_is_in_the_worst() -> None:
    days = {
        "neutrophil_engraftment_day": [15.0, 15.0, 15.0, NEVER],
        "relapse_day": [NEVER, 90.0, NEVER, NEVER],
        "death_day": [NEVER, 200.0, 50.0, NEVER],
        "non_relapse_death_day": [NEVER, NEVER, 50.0, NEVER],
    }
    columns = tuple(Column(name, name, "days", Kind.DAY, np.array(values)) for name, values in days.items())
    found = occupancy(Outcomes(columns, np.zeros(4, int), 365.0), [0, 30, 100, 300])
    np.testing.assert_allclose(sum(found.values()), 1.0)
    np.testing.assert_allclose(found[Situation.NOT_YET_ENGRAFTED], [1, 0.25, 0.25, 0.25])
    np.testing.assert_allclose(found[Situation.WELL], [0, 0.75, 0.25, 0.25])
    np.testing.assert_allclose(found[Situation.RELAPSED], [0, 0, 0.25, 0])
    np.testing.assert_allclose(found[Situation.DEAD_OF_RELAPSE], [0, 0, 0, 0.25])
    np.testing.assert_allclose(found[Situation.DEAD_OTHERWISE], [0, 0, 0.25, 0.25])


def counts(fall_again: float = NEVER, rise: float = 15.0) -> np.ndarray:
    day = np.arange(0.0, 121)
    return np.where((day < rise) | (day >= fall_again), 0.1, 2.0)


def test_graft_failure_is_primary_on_its_day_secondary_when_counts_are_lost_and_nobody_s_after_death() -> None:
    values = np.stack([counts(), counts(rise=200), counts(fall_again=60), counts(rise=200)])
    day = np.arange(0.0, 121)
    recovery, series = neutrophil_engraftment(day, values), daily(day, values)
    ended = np.array([NEVER, NEVER, NEVER, 20.0])
    np.testing.assert_array_equal(graft_failure_day(recovery, series, None, ended, 28.0), [NEVER, 28, 60, NEVER])


def test_a_lost_donor_share_is_graft_failure_though_counts_are_good() -> None:
    day = np.arange(0.0, 121)
    values = np.stack([counts(), counts()])
    share = daily(day, np.stack([np.full(121, 0.99), np.where(day < 80, 0.5, 0.01)]))
    recovery, series = neutrophil_engraftment(day, values), daily(day, values)
    found = graft_failure_day(recovery, series, share, np.full(2, NEVER), 28.0)
    np.testing.assert_array_equal(found, [NEVER, 80])
