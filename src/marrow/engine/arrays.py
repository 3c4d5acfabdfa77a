"""What the compiled driver is given and gives back, as named tuples of arrays.

L lanes, n states, P kernel parameters, E events, M marks, R rules, H hazards, F few-cell states, K observables, C
consequences.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

NO_DAY = -(2**31)
NEVER = np.inf
SAME_TIME = 1e-9  # days: times closer than this are one


# kinds of things done, one bit each: the event of a hazard; a rule's dose; then each kind of event in the schedule
HAZARD, RULES = 0, 1
KINDS = 62


class Code(NamedTuple):
    """Addresses of generated functions."""

    constants: Integers
    switched: Integers
    step: Integers
    observe: Integers
    inside: Integers
    commit: Integers
    consequences: Integers


class Places(NamedTuple):
    """Offsets in the workspace, and sizes."""

    y: int
    b: int
    k1: int
    new: int
    q: int
    r: int
    p: int
    h: int
    error: int
    root: int
    below: int
    take: int
    lost: int
    weights: int
    observed: int
    consequences: int
    per_unit: int
    states: int
    parameters: int
    observables: int


class Patients(NamedTuple):
    """``identity`` (N,) keys of random draws; ``parameters`` (N, P); ``initial`` (N, n)."""

    identity: Integers
    parameters: Floats
    initial: Floats


class Timed(NamedTuple):
    """Events of the schedule. ``sets`` (E,): True for SET; ``kind`` (E,): alike events share one;
    ``everything`` (E,): all constants depend on the target, not only switched ones."""

    time: Floats
    sets: Flags
    kind: Integers
    everything: Flags
    target: Integers
    value: Floats  # (N, E)


class Marks(NamedTuple):
    """Times at which observables are evaluated inside steps: grid times and whole days.

    ``record`` (M,): index in the grid or -1; ``day`` (M,): the day that starts here, or NO_DAY.
    """

    time: Floats
    record: Integers
    day: Integers


class Orders(NamedTuple):
    """Rules of the daily rounds, each field (R,); ``amount`` (N, R)."""

    watch: Integers
    comparison: Integers
    threshold: Floats
    first_day: Integers
    last_day: Integers
    target: Integers
    delay: Floats
    every: Integers
    stop_watch: Integers
    stop_comparison: Integers
    stop_threshold: Floats
    stop_days: Integers
    amount: Floats


class Hazards(NamedTuple):
    """``consequence`` (H + 1,): where each hazard's consequences start; ``target`` (C,); ``key`` (H,) uint64."""

    integral: Integers
    consequence: Integers
    target: Integers
    recurs: Flags
    key: NDArray[np.uint64]


class FewCells(NamedTuple):
    """``whole`` (F,): True for WHOLE_NUMBER; ``limit`` (F,): below so many cells they are drawn; integrals' indices
    (or -1)."""

    state: Integers
    whole: Flags
    limit: Floats
    births: Integers
    deaths: Integers
    arrivals: Integers
    key: NDArray[np.uint64]


class Controls(NamedTuple):
    """``parks``, ``resumes``: whether another part of the course follows, or went before."""

    start: float
    end: float
    first_step: float
    restart: float
    smallest: float
    most_steps: int
    absolute: float
    parks: bool
    resumes: bool


class Output(NamedTuple):
    """As in ``result.Solution``, but ``observables`` (N, K', T). ``selected`` (K',): which of them to record;
    ``jump_*`` (N, J): realised changes of the state."""

    selected: Integers
    place: NDArray[np.uint64]  # where they stand in the workspace
    observables: NDArray[np.float32]
    flat: NDArray[np.float32]  # the same memory
    given: Flags
    first_round: int
    event_times: Floats
    event_counts: NDArray[np.int32]
    final_state: Floats
    ended_at: Floats
    status: NDArray[np.int8]
    steps: NDArray[np.int32]
    rejected: NDArray[np.int32]
    clipped: Floats
    jump_time: Floats
    jump_state: NDArray[np.int32]
    jump_value: Floats
    jump_replaces: Flags
    jump_count: NDArray[np.int32]


class Lanes(NamedTuple):
    """What the driver knows of the patient in each lane (L,); rules (R, L), hazards (H, L), few cells (F, L)."""

    row: Integers  # of the batch; -1: the lane is idle
    accepted: Flags  # the step just made is good and not yet dealt with
    time: Floats
    tried: Floats  # length of the step just made
    planned: Floats  # length of the next, unless something stops it
    cut: Floats  # the step just made is to be made again, up to here
    due: Integers  # hazard whose event is at ``cut``, or -1
    looked: Integers  # last day on which it was looked whether cells are few, or NO_DAY
    event: Integers
    mark: Integers
    coming: Floats  # time of that mark
    steps: Integers
    rejected: Integers
    clipped: Floats
    done: Integers  # kinds of things done since the last good step, one bit each
    start: Floats  # (kinds, L) what the first step after such a thing should be
    last_step: Floats  # the last good step, 0 after something was done
    last_root: Floats  # of its error, the fourth
    stop: Floats  # the next time at which something may happen
    last_given: Integers
    run: Integers
    stopped: Flags
    pending: Floats
    threshold: Floats
    occurrence: Integers
    cells: Floats  # drawn last, -1: were not few, or none
    passed: Flags  # a hazard strikes within the step just made
    reading: Flags  # an observable is wanted inside the step
    drawn: Floats  # time of the last draw
    turn: Integers  # first day of the next draw
    per_unit: Floats  # cells per unit of amount


def aligned(template: NDArray[np.floating]) -> NDArray[np.floating]:
    """A copy that starts at a multiple of 64 bytes: no vector of eight lies across two cache lines."""
    size = template.itemsize
    room = np.empty(len(template) + 64 // size, dtype=template.dtype)
    first = (-room.ctypes.data % 64) // size
    workspace = room[first : first + len(template)]
    workspace[:] = template
    return workspace


class Parked(NamedTuple):
    """Patients between two parts of their course, in places 0, 1, ... of a chunk."""

    lanes: Lanes
    states: Floats
    parameters: Floats


def new_lanes(lanes: int, kinds: int, rules: int, hazards: int, few: int) -> Lanes:
    def whole(*shape: int) -> Integers:
        return np.zeros(shape, np.int64)

    return Lanes(
        row=np.full(lanes, -1, np.int64),
        accepted=np.zeros(lanes, np.bool_),
        time=np.zeros(lanes),
        tried=np.ones(lanes),
        planned=np.ones(lanes),
        cut=np.full(lanes, NEVER),
        due=whole(lanes),
        looked=whole(lanes),
        event=whole(lanes),
        mark=whole(lanes),
        coming=np.zeros(lanes),
        steps=whole(lanes),
        rejected=whole(lanes),
        clipped=np.zeros(lanes),
        done=whole(lanes),
        start=np.ones((kinds, lanes)),
        last_step=np.zeros(lanes),
        last_root=np.ones(lanes),
        stop=np.zeros(lanes),
        last_given=whole(rules, lanes),
        run=whole(rules, lanes),
        stopped=np.zeros((rules, lanes), np.bool_),
        pending=np.full((rules, lanes), NEVER),
        threshold=np.full((hazards, lanes), NEVER),
        occurrence=whole(hazards, lanes),
        cells=np.zeros((few, lanes)),
        passed=np.zeros(lanes, np.bool_),
        reading=np.zeros(lanes, np.bool_),
        drawn=np.zeros((few, lanes)),
        turn=whole(few, lanes),
        per_unit=np.ones((few, lanes)),
    )
