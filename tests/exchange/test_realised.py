"""A course is handed over with its decisions made: what the engine did, when, and in which order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from marrow.engine.result import Jumps, Solution, Status
from marrow.engine.schedule import Comparison, Events, Operation, Rule, Schedule
from marrow.errors import RunError
from marrow.exchange.realised import Change, Effect, apply, apply_first, course_of, moments, replay

STATES, PARAMETERS = 4, 3


def a_schedule() -> Schedule:
    events = Events(
        np.array([-2.75, -2.5, 0.0, 3.0]),
        np.array([Operation.SET, Operation.SET, Operation.ADD, Operation.ADD], dtype=np.int8),
        np.array([1, 1, 2, 0], dtype=np.int32),
        np.array([[5.0, 0.0, 7.0, 1.0], [6.0, 0.0, 8.0, 2.0]]),
        ("drug, start", "drug, end", "graft", "late dose"),
    )
    rule = Rule("platelets when < 10", 0, Comparison.BELOW, 10.0, 0, 5, 3, np.array([0.5, 0.25]), delay=0.25)
    return Schedule(-3.0, 5.0, np.arange(-3.0, 6.0), events, (rule,))


def a_solution(*, status: Status = Status.SOLVED, happened: int = 3) -> Solution:
    given = np.zeros((2, 1, 9), dtype=np.bool_)
    given[1, 0, [4, 5, 8]] = True  # days 1, 2 and 5 of rounds that begin on day -3
    return Solution(
        observables=np.zeros((2, 9, 1), dtype=np.float32),
        recorded=np.array([0]),
        given=given,
        first_round=-3,
        event_times=np.full((2, 1, 4), np.nan),
        event_counts=np.zeros((2, 1), dtype=np.int32),
        final_state=np.zeros((2, STATES)),
        ended_at=np.full(2, 5.0),
        status=np.array([Status.SOLVED, status], dtype=np.int8),
        steps=np.ones(2, dtype=np.int32),
        rejected=np.zeros(2, dtype=np.int32),
        clipped=np.zeros(2),
        jumps=Jumps(
            np.array([[np.nan] * 3, [2.25, 3.0, 3.0]]),
            np.array([[0, 0, 0], [1, 1, 0]], dtype=np.int32),
            np.array([[0.0] * 3, [1.5, 0.2, 0.1]]),
            np.array([[False] * 3, [False, False, True]]),
            np.array([0, happened], dtype=np.int32),
        ),
    )


def test_everything_that_happened_to_one_patient_comes_in_order() -> None:
    found = [
        (change.time, change.effect, change.target, change.value) for change in replay(a_schedule(), a_solution(), 1)
    ]
    assert found == [
        (-2.75, Effect.SET, 1, 6.0),
        (-2.5, Effect.SET, 1, 0.0),
        (0.0, Effect.ADD, 2, 8.0),
        (1.25, Effect.ADD, 3, 0.25),
        (2.25, Effect.ADD, 3, 0.25),  # the rule before the hazard
        (2.25, Effect.ADD, 1, 1.5),
        (3.0, Effect.REPLACE, 0, 0.1),  # few cells are drawn first
        (3.0, Effect.ADD, 1, 0.2),
        (3.0, Effect.ADD, 0, 2.0),
    ]


def test_another_patient_has_another_course() -> None:
    assert [change.label for change in replay(a_schedule(), a_solution(), 0)] == [
        "drug, start",
        "drug, end",
        "graft",
        "late dose",
    ]


def test_a_failed_patient_is_not_handed_over() -> None:
    with pytest.raises(RunError, match="too many steps"):
        replay(a_schedule(), a_solution(status=Status.TOO_MANY_STEPS), 1)


def test_changes_that_were_not_kept_are_missed() -> None:
    with pytest.raises(RunError, match="4 changes by chance, of which 3 were kept"):
        replay(a_schedule(), a_solution(happened=4), 1)


def test_simultaneous_changes_become_one_moment_with_the_same_effect() -> None:
    changes = (
        Change(3.0, Effect.ADD, 0, 5.0, "forgotten"),
        Change(3.0, Effect.REPLACE, 0, 0.1, "few cells"),
        Change(3.0 + 1e-10, Effect.ADD, 0, 2.0, "dose"),
        Change(3.0, Effect.ADD, 1, 1.0, "dose"),
        Change(3.0, Effect.SET, 2, 9.0, "rate"),
    )
    (moment,) = moments(changes)
    state, parameters = np.array([50.0, 60.0, 70.0, 80.0]), np.zeros(PARAMETERS)
    apply(moment, parameters, state)
    assert state.tolist() == [2.1, 61.0, 70.0, 80.0]
    assert parameters.tolist() == [0.0, 0.0, 9.0]
    assert moment.labels == ["forgotten", "few cells", "dose", "rate"]


def test_what_happens_at_the_start_is_in_the_first_state() -> None:
    schedule = replace(a_schedule(), start=-2.75)
    course = course_of(schedule, np.ones((2, PARAMETERS)), np.ones((2, STATES)), a_solution(), 1)
    parameters, state, later = apply_first(course)
    assert parameters.tolist() == [1.0, 6.0, 1.0]
    assert state.tolist() == [1.0] * STATES
    assert [moment.time for moment in later] == [-2.5, 0.0, 1.25, 2.25, 3.0]
    assert course.parameters.tolist() == [1.0] * PARAMETERS  # the course itself is left as it was
