"""What is done to the patients, as arrays: timed events, and rules of the daily rounds.

The engine owns these arrays and knows nothing of drugs or wards; ``clinic.schedule`` fills them.
N patients of one batch share the *times*; amounts and parameter values are each patient's own.
Time is in days; day 0 is the infusion of the graft. Day d starts at t = d.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Operation(IntEnum):
    ADD = 0  # add value to a state
    SET = 1  # give a kernel parameter a new value


class Comparison(IntEnum):
    BELOW = 0
    ABOVE = 1
    ALWAYS = 2
    NEVER = 3


@dataclass(frozen=True)
class Events:
    """E timed events, sorted by time (ties keep their order).

    time (E,) days; operation (E,) of Operation; target (E,): state index (ADD) or kernel-parameter index (SET);
    value (N, E); label (E,) for tables ("busulfan 3.2 mg/kg IV, start").
    """

    time: Floats
    operation: NDArray[np.int8]
    target: NDArray[np.int32]
    value: Floats
    label: tuple[str, ...]

    def __post_init__(self) -> None:
        count = len(self.time)
        if not (len(self.operation) == len(self.target) == self.value.shape[1] == len(self.label) == count):
            raise ValueError("events: time, operation, target, value and label must agree in number")
        if np.any(np.diff(self.time) < 0) or not np.all(np.isfinite(self.time)) or not np.all(np.isfinite(self.value)):
            raise ValueError("events: times must be sorted, times and values finite")


@dataclass(frozen=True)
class Rule:
    """One standing order of the daily rounds, read at the start of each day d in [first_day, last_day].

    Given on day d when ``watch`` compares as asked with ``threshold`` (ALWAYS: whatever the labs say), unless the order
    has been stopped: ``stop_watch`` has compared as asked with ``stop_threshold`` on ``stop_days`` rounds in a row
    (counted from ``first_day``), from then on for good. ``every`` days at least lie between two doses.
    What is given: ``amount[n]`` added to state ``target`` at d + ``delay``.
    """

    name: str  # "platelets when < 10"
    watch: int  # observable index, -1 with ALWAYS
    comparison: Comparison
    threshold: float
    first_day: int
    last_day: int
    target: int
    amount: Floats  # (N,)
    delay: float = 0.25
    every: int = 1
    stop_watch: int = -1
    stop_comparison: Comparison = Comparison.NEVER
    stop_threshold: float = 0.0
    stop_days: int = 1


@dataclass(frozen=True)
class Schedule:
    """Everything that is done to N patients between ``start`` and ``end`` (days).

    ``grid`` (T,): sorted times in [start, end] at which observables are recorded; whole days are among them.
    """

    start: float
    end: float
    grid: Floats
    events: Events
    rules: tuple[Rule, ...] = field(default=())
