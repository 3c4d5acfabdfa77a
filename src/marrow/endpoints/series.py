"""Series of laboratory values as a clinic keeps them: at most one value a day, some days without any.

The same functions read a simulated course (a value every day, perhaps many) and a real one (with gaps). Day d is
[d, d + 1); its value is the first one measured on it, the morning's laboratory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_ROUNDING = 1e-9  # days; 3 - 1e-12 is day 3


@dataclass(frozen=True)
class Daily:
    """``day`` (D,): whole days, ascending. ``value`` (N, D): NaN where nothing was measured."""

    day: Floats
    value: Floats

    @property
    def patients(self) -> int:
        return self.value.shape[0]

    def between(self, first: float, last: float = np.inf) -> Daily:
        """The days from ``first`` to ``last``, both included."""
        kept = slice(*np.searchsorted(self.day, (first, np.nextafter(last, np.inf))))
        return Daily(self.day[kept], self.value[:, kept])


def daily(time: ArrayLike, values: ArrayLike) -> Daily:
    """One value a day. ``time`` (T,) days, ascending; ``values`` (N, T) or (T,), NaN = not measured.

    Raises ``ValueError`` when shapes disagree or times are not finite and ascending.
    """
    t = np.asarray(time, dtype=float)
    v = np.atleast_2d(np.asarray(values, dtype=float))
    if t.ndim != 1 or v.ndim != 2 or v.shape[1] != t.size:
        raise ValueError(f"time (T,) and values (N, T) were needed, found shapes {t.shape} and {v.shape}")
    if not np.all(np.isfinite(t)) or np.any(np.diff(t) < 0):
        raise ValueError("times must be finite and ascending")
    days, start, count = np.unique(np.floor(t + _ROUNDING), return_index=True, return_counts=True)
    if days.size == t.size:
        return Daily(days, v)
    value = v[:, start]
    for later in range(1, int(count.max(initial=1))):  # where the first ones of a day were not measured
        there = count > later
        value[:, there] = np.where(np.isnan(value[:, there]), v[:, start[there] + later], value[:, there])
    return Daily(days, value)


def measured(series: Daily) -> tuple[Floats, Floats]:
    """Each patient's measured days and values moved to the left, in order: (N, D) each, NaN where none are left."""
    missing = np.isnan(series.value)
    day = np.broadcast_to(series.day, series.value.shape)
    if not missing.any():
        return day, series.value
    order = np.argsort(missing, axis=1, kind="stable")
    value = np.take_along_axis(series.value, order, axis=1)
    return np.where(np.isnan(value), np.nan, np.take_along_axis(day, order, axis=1)), value


def last_measured(series: Daily) -> Floats:
    """The last day with a value (N,); NaN for a patient without any."""
    there = ~np.isnan(series.value)
    if not series.day.size:
        return np.full(series.patients, np.nan)
    last = there.shape[1] - 1 - np.argmax(there[:, ::-1], axis=1)
    return np.where(there.any(axis=1), series.day[last], np.nan)


def first_day(day: Floats, reached: NDArray[np.bool_]) -> Floats:
    """The first of ``day`` (D,) on which it is reached (N, D); infinite where it never is."""
    return np.where(reached.any(axis=1), day[np.argmax(reached, axis=1)], np.inf)


def value_on(series: Daily, day: float, tolerance: float = 0.0) -> Floats:
    """The value of a day (N,), or the nearest within ``tolerance`` days (the earlier of two); NaN without one."""
    near = series.between(day - tolerance, day + tolerance)
    if not near.day.size:
        return np.full(series.patients, np.nan)
    distance = np.where(np.isnan(near.value), np.inf, np.abs(near.day - day))
    best = np.argmin(distance, axis=1)
    return near.value[np.arange(series.patients), best]


@dataclass(frozen=True)
class GivenDays:
    """On which days something was given. ``given`` (N, D) bool, column k is day ``first_day`` + k."""

    given: Bools
    first_day: int = 0

    def __post_init__(self) -> None:
        if self.given.ndim != 2 or self.given.dtype != np.bool_:
            raise ValueError("given must be a bool array (N, D)")

    @classmethod
    def from_lists(cls, days: Sequence[Iterable[float]]) -> GivenDays:
        """From each patient's own list of days; two on one day count as one."""
        rows = np.repeat(np.arange(len(days)), [len(list(own)) for own in days])
        return cls.from_pairs(rows, np.array([day for own in days for day in own], dtype=float), len(days))

    @classmethod
    def from_pairs(cls, patient: ArrayLike, day: ArrayLike, patients: int) -> GivenDays:
        """From a table with a row for each time it was given: ``patient`` (R,) in 0..``patients``-1, ``day`` (R,)."""
        rows = np.asarray(patient, dtype=int)
        whole = np.floor(np.asarray(day, dtype=float) + _ROUNDING).astype(int)
        if not rows.size:
            return cls(np.zeros((patients, 0), dtype=bool))
        first = int(whole.min())
        given = np.zeros((patients, int(whole.max()) - first + 1), dtype=bool)
        given[rows, whole - first] = True
        return cls(given, first)

    @property
    def days(self) -> Floats:
        return self.first_day + np.arange(self.given.shape[1], dtype=float)

    def until(self, day: Floats) -> GivenDays:
        """Without what was given after ``day`` (N,)."""
        if not np.isfinite(day).any():
            return self
        return GivenDays(self.given & (self.days <= day[:, None]), self.first_day)

    def number(self, first: float = -np.inf, last: float = np.inf) -> NDArray[np.int64]:
        """On how many days from ``first`` to ``last``, both included (N,)."""
        return self.given[:, (self.days >= first) & (self.days <= last)].sum(axis=1)

    @cached_property
    def _so_far(self) -> NDArray[np.int32]:
        """(N, D + 1): on how many days before column k."""
        return np.pad(np.cumsum(self.given, axis=1, dtype=np.int32), ((0, 0), (1, 0)))

    def between(self, first: Floats, last: Floats) -> NDArray[np.int32]:
        """On how many days from ``first`` to ``last``, both included (N, K).

        ``first``, ``last``: whole days, (K,) for everybody or (N, K); 0 where NaN.
        """
        return self._before(np.asarray(last) + 1) - self._before(np.asarray(first))

    def _before(self, day: Floats) -> NDArray[np.int32]:
        place = np.floor(np.nan_to_num(day, nan=self.first_day) + _ROUNDING) - self.first_day
        place = np.clip(place, 0, self.given.shape[1]).astype(np.intp)
        return self._so_far[:, place] if place.ndim == 1 else np.take_along_axis(self._so_far, place, axis=1)
