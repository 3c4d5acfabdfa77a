"""Who is free of relapse and of treated GVHD over time: as counted, and as a censored trial estimates it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from marrow.endpoints.gvhd import treated_spells
from marrow.trial.blocks import TREATED
from marrow.trial.design import read_design
from marrow.trial.findings import Simulated
from marrow.trial.health import COLUMNS, health_of_arms, rows_of
from marrow.trial.observe import Course
from marrow.trial.statistics.current_survival import Health

DESIGN = read_design(Path(__file__).parent / "design.yaml")


def test_spells_of_treatment_are_days_with_steroids_while_alive() -> None:
    time = np.arange(-1.0, 9.0)
    steroids = np.zeros((4, 10))
    steroids[0, [0, 1, 4, 5, 7]] = 0.5  # days -1, 0, 3, 4, 6
    steroids[1, 6:] = 0.05  # from day 5 on, to the end
    steroids[2, 3:] = 0.5  # dies on day 4
    steroids[3, :] = 0.049  # never enough
    begin, end = treated_spells(time, steroids, np.array([np.inf, np.inf, 4.0, np.inf]))
    assert begin[0].tolist() == [0, 3, 6]
    assert end[0].tolist() == [1, 5, 7]
    assert (begin[1, 0], end[1, 0]) == (5, np.inf)
    assert (begin[2, 0], end[2, 0]) == (2, 4)
    assert not np.isfinite(begin[3]).any()


def test_spells_beyond_the_last_end_with_it() -> None:
    steroids = np.array([[1.0, 0, 1, 0, 1, 0, 1, 0]])
    begin, end = treated_spells(np.arange(8.0), steroids, np.array([np.inf]), most=2)
    assert begin.tolist() == [[0, 2]]
    assert end.tolist() == [[1, 7]]


def simulated(patients: int, lost: float) -> Simulated:
    """Treated from day 10 to 30 in one of two, relapse on day 40 in one of four, death on day 50 in one of eight."""
    number = np.arange(patients)
    never = np.full(patients, np.inf)
    columns = dict.fromkeys(COLUMNS, never) | {"status": np.zeros(patients)}
    columns[TREATED[0][0]] = np.where(number % 2 == 0, 10.0, np.inf)
    columns[TREATED[0][1]] = np.where(number % 2 == 0, 30.0, np.inf)
    columns["relapse_day"] = np.where(number % 4 == 0, 40.0, np.inf)
    columns["death_day"] = np.where(number % 8 == 0, 50.0, np.inf)
    gone = np.where(np.random.default_rng(5).random(patients) < lost, 35.0, np.inf)
    course = Course(np.zeros(patients), gone, np.zeros(patients, dtype=bool), never)
    return Simulated(DESIGN, 1, course, (columns, columns))


def test_current_grfs_falls_and_rises_again() -> None:
    here = simulated(800, 0.0)
    first, _ = health_of_arms(here, np.arange(800) // 8 % 2)
    at = {day: first.share[np.searchsorted(first.days, day)] for day in (0, 20, 35, 45, 55)}
    assert at[0].tolist() == [1, 0, 0, 0]
    assert at[20] == pytest.approx([0.5, 0.5, 0, 0])
    assert at[35] == pytest.approx([1, 0, 0, 0])
    assert at[45] == pytest.approx([0.75, 0, 0.25, 0])
    assert at[55] == pytest.approx([0.75, 0, 0.125, 0.125])
    assert first.share == pytest.approx(first.truth)
    assert first.at_risk[0] == 400
    assert first.at_risk[-1] == 350
    rows = rows_of((first,))
    assert [row["at_risk"] for row in rows] == list(first.at_risk)


def test_censoring_does_not_bend_it() -> None:
    """Within 5 standard errors of the truth, a rate of 6e-7."""
    here = simulated(4000, 0.5)
    for each in health_of_arms(here, np.arange(4000) // 8 % 2):
        gap = np.abs(each.share - each.truth)[:, Health.FREE]
        assert (gap <= 5 * np.maximum(each.error[:, Health.FREE], 1e-9)).all()


def test_without_simulated_treatment_nothing_is_told() -> None:
    here = simulated(8, 0.0)
    empty = tuple({**each, TREATED[0][0]: np.full(8, np.nan)} for each in here.columns)
    assert health_of_arms(Simulated(DESIGN, 1, here.course, empty), np.arange(8) % 2) == ()
