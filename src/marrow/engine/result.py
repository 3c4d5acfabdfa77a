"""What the engine gives back: arrays for N patients, nothing lost and nothing hidden."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Status(IntEnum):
    """How a patient's solve ended. Anything but SOLVED is counted in every summary."""

    SOLVED = 0
    TOO_MANY_STEPS = 1
    STEP_TOO_SMALL = 2
    NOT_FINITE = 3


@dataclass(frozen=True)
class Jumps:
    """Changes of the state that chance made, for a replay: events of hazards and draws of few cells.

    ``time``, ``state`` (index), ``value``, ``replaces`` (N, J): with ``replaces`` the state became ``value``, else it
    was added. ``count`` (N,) may exceed J: then the rest was not kept.
    """

    time: NDArray[np.float64]
    state: NDArray[np.int32]
    value: NDArray[np.float64]
    replaces: NDArray[np.bool_]
    count: NDArray[np.int32]


@dataclass(frozen=True)
class Solution:
    """N patients, T grid times, K recorded observables, R rules, D rounds (whole days from ``first_round``), H
    hazards, n states.

    ``observables`` (N, T, K) float32, in memory (N, K, T), NaN after a failure; ``recorded`` (K,): which of the model's
    they are. ``given`` (N, R, D) bool: rule r gave on that round. ``event_times`` (N, H, M) days of hazard events,
    NaN-padded; ``event_counts`` (N, H) may exceed M. ``final_state`` (N, n): the state at ``end`` or, for a failed
    patient, the last one that was reached, at ``ended_at`` (N,). ``clipped`` (N,): sum over accepted steps of negative
    amounts set to zero, each relative to its state's scale.
    """

    observables: NDArray[np.floating]
    recorded: NDArray[np.int64]
    given: NDArray[np.bool_]
    first_round: int
    event_times: NDArray[np.float64]
    event_counts: NDArray[np.int32]
    final_state: NDArray[np.float64]
    ended_at: NDArray[np.float64]
    status: NDArray[np.int8]
    steps: NDArray[np.int32]
    rejected: NDArray[np.int32]
    clipped: NDArray[np.float64]
    jumps: Jumps
