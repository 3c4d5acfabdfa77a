"""Stages of organs from injuries, held to the grades that were reached."""

from __future__ import annotations

import numpy as np

from marrow.endpoints.gvhd_grading import Organ, grade_of
from marrow.endpoints.gvhd_organs import LEAST, staged


def injuries(skin: list[float], liver: list[float], gut: list[float]) -> dict[Organ, np.ndarray]:
    return {Organ.SKIN: np.array(skin), Organ.LIVER: np.array(liver), Organ.LOWER_GUT: np.array(gut)}


def test_stages_say_the_grade_that_was_reached_whatever_the_injuries() -> None:
    rng = np.random.default_rng(1)
    struck = injuries(*(list(rng.exponential(0.3, 500)) for _ in range(3)))
    third = rng.random(500) < 0.3
    second = third | (rng.random(500) < 0.4)
    grade = grade_of(staged(struck, second, third))
    assert np.array_equal(grade >= 2, second)
    assert np.array_equal(grade >= 3, third)


def test_the_organ_that_is_struck_most_is_raised() -> None:
    slight = injuries([0.01, 0.0], [0.0, 0.05], [0.02, 0.01])
    stages = staged(slight, np.array([True, True]), np.array([False, True]))
    assert stages[0].tolist() == [0, 0, 0, 1]  # gut 1 makes grade II
    assert stages[1].tolist() == [0, 2, 0, 0]  # liver 2 makes grade III


def test_without_disease_of_grade_two_nothing_is_staged_and_the_worst_is_stage_four() -> None:
    heavy = injuries([2.0, 2.0], [0.0, 0.0], [0.0, 2.0])
    assert not staged(heavy, np.array([False, False]), np.array([False, False])).any()
    worst = staged(heavy, np.array([True, True]), np.array([True, True]))
    assert worst[1, Organ.LOWER_GUT] == 4
    assert grade_of(worst).tolist() == [4, 4]


def test_more_injury_never_lowers_a_stage() -> None:
    for organ, levels in LEAST.items():
        assert list(levels) == sorted(levels), organ
