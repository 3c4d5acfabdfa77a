"""Multi-state curves by Aalen and Johansen: states may be left and entered again, entry may be late.

A history is a row for each stay: patient, state, from when, until when, and the state it went to (or that it was only
observed so far). Transition probabilities are products of one matrix for each time at which somebody moved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marrow.trial.statistics.cumulative_incidence import Variance
from marrow.trial.statistics.ordered import Bools, Floats

STAYED = -1  # the stay had not ended when it was last seen


@dataclass(frozen=True)
class Stays:
    """S stays in ``states`` numbered 0..K-1. ``entry`` < ``exit`` (S,); ``to`` (S,): a state, or ``STAYED``."""

    patient: NDArray[np.integer]
    state: NDArray[np.integer]
    to: NDArray[np.integer]
    entry: Floats
    exit: Floats
    states: int

    def __post_init__(self) -> None:
        if (self.entry >= self.exit).any():
            raise ValueError("a stay must end after it began")
        if self.state.min() < 0 or max(self.state.max(), self.to.max()) >= self.states:
            raise ValueError(f"states are numbered 0 to {self.states - 1}")

    def kept(self, rows: Bools) -> Stays:
        return Stays(
            self.patient[rows], self.state[rows], self.to[rows], self.entry[rows], self.exit[rows], self.states
        )

    def in_state_at(self, state: int, time: float) -> NDArray[np.integer]:
        """The patients who are in ``state`` just after ``time``."""
        here = (self.state == state) & (self.entry <= time) & (self.exit > time)
        return np.unique(self.patient[here])

    def counts(self) -> NDArray[np.integer]:
        """Moves from state (rows) to state (K, K)."""
        moved = self.to >= 0
        found = np.zeros((self.states, self.states), dtype=np.intp)
        np.add.at(found, (self.state[moved], self.to[moved]), 1)
        return found


@dataclass(frozen=True)
class Hazards:
    """What happens at each of M times: ``step`` (M, K, K) of the cumulative hazards, rows summing to 0.

    ``covariance`` (M, K, K, K): of the steps out of each state. Those out of different states are independent.
    """

    time: Floats
    step: Floats
    covariance: Floats

    def cumulative_at(self, times: ArrayLike) -> tuple[Floats, Floats]:
        """Cumulative hazards (T, K, K) and their variances."""
        place = np.searchsorted(self.time, np.asarray(times, dtype=float), side="right")
        zero = np.zeros((1, *self.step.shape[1:]))
        variance = np.einsum("mhjj->mhj", self.covariance)
        found = [np.concatenate([zero, np.cumsum(part, axis=0)])[place] for part in (self.step, variance)]
        return found[0], found[1]


def hazards_of(stays: Stays) -> Hazards:
    """Nelson and Aalen's for each pair of states; moves of one time are multinomial among those at risk."""
    moved, k = stays.to >= 0, stays.states
    time, place = np.unique(stays.exit[moved], return_inverse=True)
    events = np.zeros((len(time), k, k))
    np.add.at(events, (place, stays.state[moved], stays.to[moved]), 1.0)
    at_risk = np.empty((len(time), k))
    for state in range(k):
        here = stays.state == state
        entered = np.searchsorted(np.sort(stays.entry[here]), time, side="left")
        at_risk[:, state] = entered - np.searchsorted(np.sort(stays.exit[here]), time, side="left")
    share = np.divide(events, at_risk[:, :, None], out=np.zeros_like(events), where=events > 0)
    number = np.maximum(at_risk, 1.0)[:, :, None, None]
    covariance = (share[..., None] * np.eye(k) - share[..., None] * share[..., None, :]) / number
    return Hazards(time, *balanced(share, covariance))


def balanced(share: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    """Lets what leaves a state be lost to it: fills the diagonals of steps (M, K, K) and of their covariances."""
    k = share.shape[1]
    step, spread = share.copy(), covariance.copy()
    diagonal = np.arange(k)
    step[:, diagonal, diagonal] = -share.sum(axis=2)
    out = covariance.sum(axis=3)  # with the sum of all that leave
    for h in range(k):
        spread[:, h, h, :] = spread[:, h, :, h] = -out[:, h]
        spread[:, h, h, h] = out[:, h].sum(axis=1)
    return step, spread


@dataclass(frozen=True)
class Occupancy:
    """Probability of each state (M + 1, K) from the first of ``time`` (M + 1,) on, with covariance (M + 1, K, K)."""

    time: Floats
    probability: Floats
    covariance: Floats

    def at(self, times: ArrayLike) -> tuple[Floats, Floats]:
        """Probabilities and standard errors (T, K). Raises ``ValueError`` for times before the first."""
        wanted = np.atleast_1d(np.asarray(times, dtype=float))
        if (wanted < self.time[0]).any():
            raise ValueError(f"nothing is known before {self.time[0]}")
        place = np.searchsorted(self.time, wanted, side="right") - 1
        variance = np.einsum("mkk->mk", self.covariance)[place]
        return self.probability[place], np.sqrt(np.maximum(variance, 0.0))

    def mean_stay(self, until: float) -> Floats:
        """Expected time in each state (K,) from the first time to ``until``."""
        edges = np.append(np.minimum(self.time, until), until)
        return np.diff(edges) @ self.probability


def aalen_johansen(
    hazards: Hazards, start: ArrayLike, since: float = 0.0, kind: Variance = Variance.GREENWOOD
) -> Occupancy:
    """States at later times for those who are in state or law ``start`` (a number, or (K,)) at time ``since``.

    ``kind``: the error of a step counts for those in its state before it (Greenwood), or after it (what R's mstate
    calls aalen, and uses for hazards of Cox models).
    """
    k = hazards.step.shape[1]
    law = np.eye(k)[int(start)] if np.ndim(start) == 0 else np.asarray(start, dtype=float)  # type: ignore[arg-type]
    later = hazards.time > since
    probability, covariance = [law], [np.zeros((k, k))]
    for step, spread in zip(hazards.step[later], hazards.covariance[later], strict=True):
        matrix = np.eye(k) + step
        probability.append(probability[-1] @ matrix)
        moving = probability[-2] if kind is Variance.GREENWOOD else probability[-1]
        covariance.append(matrix.T @ covariance[-1] @ matrix + np.einsum("h,hij->ij", moving**2, spread))
    time = np.concatenate([[since], hazards.time[later]])
    return Occupancy(time, np.array(probability), np.array(covariance))


def landmark(stays: Stays, state: int, since: float) -> Occupancy:
    """The same from the later history of those alone who are in ``state`` at ``since``; needs no Markov property.

    Raises ``ValueError`` when nobody is.
    """
    patients = stays.in_state_at(state, since)
    if not len(patients):
        raise ValueError(f"nobody is in state {state} at {since}")
    return aalen_johansen(hazards_of(stays.kept(np.isin(stays.patient, patients) & (stays.exit > since))), state, since)
