"""Samples of event times in order, with their ties: what every estimator here counts in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]
Values = NDArray[Any]
Bools = NDArray[np.bool_]
Integers = NDArray[np.intp]


def rows_of(values: ArrayLike, like: Floats | None = None) -> Values:
    """Values as (R, N); one sample (N,) becomes (1, N), or all samples of ``like``. Raises ``ValueError``."""
    found = np.atleast_2d(np.asarray(values))
    if like is None:
        return found
    if found.shape != like.shape and found.shape != (1, like.shape[1]):
        raise ValueError(f"needed a value for each of {like.shape} patients, found {found.shape}")
    return np.broadcast_to(found, like.shape)


@dataclass(frozen=True)
class Ordered:
    """R samples of N patients, each sorted by ``time`` (R, N). A time of NaN: no patient at that place.

    Equal times are ties, and nothing else is. ``order`` (R, N): where a place was before sorting. Patients are at risk
    until their own time, that time included.
    """

    time: Floats
    order: Integers

    @classmethod
    def of(cls, time: ArrayLike) -> Ordered:
        """``time`` (R, N) or (N,). Raises ``ValueError`` for infinite times: censor them."""
        given = rows_of(np.asarray(time, dtype=float))
        if np.isinf(given).any():
            raise ValueError("times must be finite: who never had the event is censored at the last day observed")
        order = np.argsort(given, axis=1, kind="stable")
        return cls(np.take_along_axis(given, order, axis=1), order)

    @cached_property
    def there(self) -> Bools:
        """(R, N): the place holds a patient."""
        return ~np.isnan(self.time)

    @cached_property
    def first(self) -> Integers:
        """(R, N): the place at which the tie of each place begins."""
        new = np.ones(self.time.shape, dtype=bool)
        new[:, 1:] = self.time[:, 1:] != self.time[:, :-1]
        return np.maximum.accumulate(np.where(new, np.arange(self.time.shape[1]), 0), axis=1)

    @cached_property
    def last(self) -> Bools:
        """(R, N): the place is the last of its tie: here the estimators step."""
        is_last = self.there.copy()
        is_last[:, :-1] &= self.time[:, 1:] != self.time[:, :-1]
        return is_last

    def sorted(self, values: ArrayLike) -> Values:
        """Values (R, N) or (N,) of the patients, in the order of the places."""
        return np.take_along_axis(rows_of(values, self.time), self.order, axis=1)

    def before(self, values: Values) -> Floats:
        """Sum of sorted ``values`` (R, N) over earlier times, ties left out."""
        total = np.zeros((self.time.shape[0], self.time.shape[1] + 1))
        np.cumsum(np.where(self.there, values, 0), axis=1, out=total[:, 1:])
        return np.take_along_axis(total, self.first, axis=1)

    def at_risk(self, member: Values) -> Floats:
        """Sum of sorted ``member`` (R, N) over the own time and all later ones."""
        return np.where(self.there, member, 0).sum(axis=1, keepdims=True) - self.before(member)

    def in_tie(self, member: Values) -> Floats:
        """Sum of sorted ``member`` (R, N) over the tie, at the last place of it; 0 at the others."""
        total = np.cumsum(np.where(self.there, member, 0.0), axis=1) - self.before(member)
        return np.where(self.last, total, 0.0)

    def rank_in_tie(self, member: Bools) -> Floats:
        """(R, N): how many members of the tie came before, at the places of members."""
        return np.where(member, np.cumsum(member, axis=1) - 1 - self.before(member), 0.0)

    def places(self, times: ArrayLike) -> Integers:
        """(R, T): the last place at or before each of ``times`` (T,); -1 where there is none."""
        wanted = np.atleast_1d(np.asarray(times, dtype=float))
        return np.stack([np.searchsorted(row, wanted, side="right") for row in self.time]).astype(np.intp) - 1

    def value_at(self, steps: Floats, times: ArrayLike, start: float) -> Floats:
        """A step function's values (R, T) from those at its places (R, N); ``start`` before the first."""
        place = self.places(times)
        return np.where(place < 0, start, np.take_along_axis(steps, np.maximum(place, 0), axis=1))


def ratio(top: Values | float, bottom: Values) -> Floats:
    """top / bottom, 0 where the bottom is 0."""
    shape = np.broadcast_shapes(np.shape(top), np.shape(bottom))
    return np.divide(top, bottom, out=np.zeros(shape), where=np.broadcast_to(np.asarray(bottom) != 0, shape))


def shifted(steps: Floats, start: float) -> Floats:
    """The value just before each place of a step function (..., N)."""
    before = np.empty_like(steps)
    before[..., 0] = start
    before[..., 1:] = steps[..., :-1]
    return before
