"""Acute GVHD is graded from its organs by MAGIC's rule, on the day it was reached."""

from __future__ import annotations

import numpy as np
import pytest

from marrow.endpoints.gvhd_grading import HIGHEST_STAGE, Organ, grade_of, graded_days

NAN = np.nan
CASES = [  # skin, liver, upper gut, lower gut, grade
    ((0, 0, 0, 0), 0),
    ((1, 0, 0, 0), 1),
    ((2, 0, 0, 0), 1),
    ((3, 0, 0, 0), 2),
    ((0, 1, 0, 0), 2),
    ((0, 0, 1, 0), 2),
    ((0, 0, 0, 1), 2),
    ((2, 0, 0, 1), 2),
    ((3, 2, 1, 0), 3),
    ((0, 0, 0, 3), 3),
    ((4, 0, 0, 0), 4),
    ((0, 4, 0, 0), 4),
    ((0, 0, 0, 4), 4),
]


@pytest.mark.parametrize(("stages", "grade"), CASES)
def test_the_grade_follows_from_the_stages(stages: tuple[int, ...], grade: int) -> None:
    assert grade_of(stages) == grade


def test_no_stage_lowers_the_grade() -> None:
    stages = np.array(np.meshgrid(*(range(HIGHEST_STAGE[organ] + 1) for organ in Organ), indexing="ij"))
    grades = grade_of(np.moveaxis(stages, 0, -1))
    for axis in range(4):
        assert (np.diff(grades, axis=axis) >= 0).all()


def test_an_organ_not_assessed_counts_as_free_and_none_at_all_is_unknown() -> None:
    assert grade_of([2, NAN, NAN, NAN]) == 1
    assert np.isnan(grade_of([NAN] * 4))


def test_an_organ_keeps_its_stage_until_staged_again() -> None:
    """Skin 2 on day 20, liver 1 on day 30 (II), liver 2 on day 40 (III), all gone on day 60; one never assessed."""
    stages = np.full((2, 4, 4), NAN)
    stages[0, 0], stages[0, 1, 1], stages[0, 2, 1], stages[0, 3] = (2, 0, 0, 0), 1, 2, (0, 0, 0, 0)
    found = graded_days([20, 30, 40, 60], stages)
    assert found.grade[0].tolist() == [1, 2, 3, 0]
    assert found.first_day(2)[0] == 30
    assert found.first_day(3)[0] == 40
    assert found.first_day(4)[0] == np.inf
    assert np.isnan(found.first_day(2)[1])
    assert np.isnan(found.highest[1])
