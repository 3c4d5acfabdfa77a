"""How low a count falls, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marrow.endpoints.series import Floats, daily, measured

LONGEST_GAP = 7.0  # days; assumed: a value tells nothing about days further away than a week


@dataclass(frozen=True)
class Nadir:
    """The lowest value of each of N patients and the first day on which it was measured; NaN without any value."""

    value: Floats
    day: Floats


def nadir(time: ArrayLike, values: ArrayLike, *, from_day: float = -np.inf, until: float = np.inf) -> Nadir:
    """The lowest of the daily values from ``from_day`` to ``until``. ``time`` (T,) days; ``values`` (N, T) or (T,)."""
    series = daily(time, values).between(from_day, until)
    sought = np.where(np.isnan(series.value), np.inf, series.value)
    if not series.day.size:
        nothing = np.full(series.patients, np.nan)
        return Nadir(nothing, nothing)
    place = np.argmin(sought, axis=1)
    value = sought[np.arange(series.patients), place]
    known = np.isfinite(value)
    return Nadir(np.where(known, value, np.nan), np.where(known, series.day[place], np.nan))


@dataclass(frozen=True)
class DaysBelow:
    """How long N patients were below a threshold.

    ``days``: number of days below; ``first``, ``last``: first and last measured day below, NaN when never;
    ``longest``: the longest spell without a value at or above the threshold. All NaN without any value.
    """

    threshold: float
    days: Floats
    first: Floats
    last: Floats
    longest: Floats


def days_below(
    time: ArrayLike, values: ArrayLike, threshold: float, *, from_day: float = -np.inf, until: float = np.inf
) -> DaysBelow:
    """Days with the count below ``threshold`` (its unit), between ``from_day`` and ``until``.

    A value holds until the next measured day, for a week at most, the last one for its own day: with daily values this
    is the number of days below. ``time`` (T,) days; ``values`` (N, T) or (T,).
    """
    series = daily(time, values).between(from_day, until)
    if not series.day.size:
        nothing = np.full(series.patients, np.nan)
        return DaysBelow(threshold, nothing, nothing, nothing, nothing)
    day, value = measured(series)
    held = np.ones(day.shape)
    held[:, :-1] = np.where(np.isnan(day[:, 1:]), 1.0, np.diff(day, axis=1))
    held = np.minimum(held, LONGEST_GAP)
    below = value < threshold  # False where NaN
    ever = below.any(axis=1)
    rows = np.arange(len(day))
    last = below.shape[1] - 1 - np.argmax(below[:, ::-1], axis=1)
    known = ~np.isnan(day[:, 0])
    total = np.cumsum(np.where(below, held, 0.0), axis=1)
    at_last_break = np.maximum.accumulate(np.where(below, 0.0, total), axis=1)
    return DaysBelow(
        threshold,
        days=np.where(known, total[:, -1], np.nan),
        first=np.where(ever, day[rows, np.argmax(below, axis=1)], np.nan),
        last=np.where(ever, day[rows, last], np.nan),
        longest=np.where(known, np.max(total - at_last_break, axis=1), np.nan),
    )
