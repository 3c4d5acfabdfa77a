"""What was done to one patient, and what chance did, as one list of changes in order of time.

The daily rounds of a course are decisions: they depend on the counts that the course itself makes. Other programs solve
equations and timed events only, so a course is handed over with its decisions made: doses, doses of rules, events of
hazards and draws of few cells become changes at known times.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from marrow.engine.result import Solution, Status
from marrow.engine.schedule import Operation, Schedule
from marrow.errors import RunError

Floats = NDArray[np.float64]
SAME_TIME = 1e-9  # days: the engine takes times closer than this as one


class Effect(Enum):
    """What a change does. A replaced state and a set parameter forget what they were."""

    ADD = "added to a state"
    REPLACE = "a state becomes"
    SET = "a kernel parameter becomes"


@dataclass(frozen=True)
class Change:
    """At ``time`` (days from the graft) ``value`` (house units) meets state or kernel parameter ``target``."""

    time: float
    effect: Effect
    target: int
    value: float
    label: str


@dataclass(frozen=True)
class PatientCourse:
    """One patient: kernel parameters (P,), initial state (n,), and changes between ``start`` and ``end`` (days)."""

    start: float
    end: float
    parameters: Floats
    initial: Floats
    changes: tuple[Change, ...]


def replay(schedule: Schedule, solution: Solution, patient: int = 0) -> tuple[Change, ...]:
    """Everything that happened to one patient (row of the batch) before the end of the schedule, in order.

    At one time the engine draws few cells, then gives doses of rules, then lets hazards strike, then follows the
    schedule; so does the list. Raises ``RunError`` when the patient's solve failed, or when the solution kept fewer
    changes by chance than there were (``solve(..., jumps=...)``).
    """
    status = Status(int(solution.status[patient]))
    if status is not Status.SOLVED:
        raise RunError(f"patient {patient} was not solved to the end ({status.name.lower().replace('_', ' ')})")
    kept, happened = solution.jumps.time.shape[1], int(solution.jumps.count[patient])
    if happened > kept:
        raise RunError(f"patient {patient} had {happened} changes by chance, of which {kept} were kept: ask for more")
    ordered = [
        *_few_cells(solution, patient),
        *_rules(schedule, solution, patient),
        *_hazards(solution, patient),
        *_events(schedule, patient),
    ]
    inside = [change for change in ordered if change.time < schedule.end - SAME_TIME]
    return tuple(sorted(inside, key=lambda change: change.time))  # a stable sort: ties keep the order above


def course_of(
    schedule: Schedule, parameters: Floats, initial: Floats, solution: Solution, patient: int = 0
) -> PatientCourse:
    """One row of a solved batch; ``parameters`` (N, P) and ``initial`` (N, n) are what was solved."""
    return PatientCourse(
        float(schedule.start),
        float(schedule.end),
        np.asarray(parameters[patient], dtype=np.float64),
        np.asarray(initial[patient], dtype=np.float64),
        replay(schedule, solution, patient),
    )


@dataclass(frozen=True)
class Moment:
    """Simultaneous changes taken together. Each state becomes ``factor * itself + value``, factor 0 or 1."""

    time: float
    states: dict[int, tuple[int, float]]
    parameters: dict[int, float]
    labels: list[str]


def moments(changes: tuple[Change, ...]) -> list[Moment]:
    """Changes at one time become one moment, so that no order among simultaneous events has to be agreed upon."""
    found: list[Moment] = []
    for change in changes:
        if not found or change.time > found[-1].time + SAME_TIME:
            found.append(Moment(change.time, {}, {}, []))
        moment = found[-1]
        if change.label not in moment.labels:
            moment.labels.append(change.label)
        if change.effect is Effect.SET:
            moment.parameters[change.target] = change.value
        elif change.effect is Effect.REPLACE:
            moment.states[change.target] = (0, change.value)
        else:
            factor, value = moment.states.get(change.target, (1, 0.0))
            moment.states[change.target] = (factor, value + change.value)
    return found


def apply_first(course: PatientCourse) -> tuple[Floats, Floats, list[Moment]]:
    """Kernel parameters and state just after what happens at the start, and the moments that follow."""
    parameters, state = course.parameters.copy(), course.initial.copy()
    later = moments(course.changes)
    while later and later[0].time <= course.start + SAME_TIME:
        apply(later.pop(0), parameters, state)
    return parameters, state, later


def apply(moment: Moment, parameters: Floats, state: Floats) -> None:
    """Makes the changes of a moment, in place."""
    for target, (factor, value) in moment.states.items():
        state[target] = factor * state[target] + value
    for target, value in moment.parameters.items():
        parameters[target] = value


def _events(schedule: Schedule, patient: int) -> Iterator[Change]:
    events = schedule.events
    for e, time in enumerate(events.time):
        effect = Effect.SET if events.operation[e] == Operation.SET else Effect.ADD
        yield Change(float(time), effect, int(events.target[e]), float(events.value[patient, e]), events.label[e])


def _rules(schedule: Schedule, solution: Solution, patient: int) -> Iterator[Change]:
    for r, rule in enumerate(schedule.rules):
        for round_index in np.flatnonzero(solution.given[patient, r]):
            time = float(solution.first_round + round_index + rule.delay)
            yield Change(time, Effect.ADD, rule.target, float(rule.amount[patient]), rule.name)


def _few_cells(solution: Solution, patient: int) -> Iterator[Change]:
    for j in range(int(solution.jumps.count[patient])):
        if solution.jumps.replaces[patient, j]:
            yield _jump(solution, patient, j, Effect.REPLACE, "few cells, drawn")


def _hazards(solution: Solution, patient: int) -> Iterator[Change]:
    for j in range(int(solution.jumps.count[patient])):
        if not solution.jumps.replaces[patient, j]:
            yield _jump(solution, patient, j, Effect.ADD, "event of a hazard")


def _jump(solution: Solution, patient: int, j: int, effect: Effect, label: str) -> Change:
    jumps = solution.jumps
    return Change(
        float(jumps.time[patient, j]), effect, int(jumps.state[patient, j]), float(jumps.value[patient, j]), label
    )
