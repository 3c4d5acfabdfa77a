"""Engraftment of neutrophils and platelets, on simulated and on real series alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marrow.endpoints.definitions import NEUTROPHILS, PLATELETS_20, EngraftmentDefinition
from marrow.endpoints.series import Bools, Daily, Floats, GivenDays, daily, last_measured, measured


@dataclass(frozen=True)
class Recovery:
    """When each of N patients recovered; days from the graft.

    ``day``: inf = not while observed (then ``observed_until`` censors it); NaN = cannot be judged: nothing measured, or
    so little that the count may not have fallen yet. ``never_below``: recovered at day 0 because it never fell.
    ``day_before``: the measured day before ``day``; with gaps in the series the recovery lies between the two.
    """

    definition: EngraftmentDefinition
    day: Floats
    never_below: Bools
    day_before: Floats
    observed_until: Floats

    def by(self, day: float) -> Floats:
        """1 where recovered by that day, 0 where not, NaN where unknown or no longer observed (N,)."""
        unknown = np.isnan(self.day) | (np.isinf(self.day) & (self.observed_until < day))
        return np.where(unknown, np.nan, self.day <= day)


def neutrophil_engraftment(
    time: ArrayLike, values: ArrayLike, definition: EngraftmentDefinition = NEUTROPHILS, *, from_day: float = 0.0
) -> Recovery:
    """``time`` (T,) days; ``values`` (N, T) or (T,): ANC in 10^9/L, NaN = not measured; ``from_day``: of the graft."""
    return _recovery(daily(time, values).between(from_day), definition, None, from_day)


def platelet_engraftment(
    time: ArrayLike,
    values: ArrayLike,
    transfusions: GivenDays | None,
    definition: EngraftmentDefinition = PLATELETS_20,
    *,
    from_day: float = 0.0,
) -> Recovery:
    """``time`` (T,) days; ``values`` (N, T) or (T,): platelets as measured, in 10^9/L, NaN = not measured.

    ``transfusions``: of platelets, those before the graft too; None when there were none. Whoever was transfused has
    not *never been below*, whatever the counts: the transfusions may have held them up. A transfusion on the day of
    a value counts against that value, since charts rarely tell which came first.
    """
    series = daily(time, values).between(from_day)
    if transfusions is not None and transfusions.given.shape[0] != series.patients:
        raise ValueError(f"transfusions of {transfusions.given.shape[0]} patients, counts of {series.patients}")
    return _recovery(series, definition, transfusions, from_day)


def _recovery(series: Daily, definition: EngraftmentDefinition, given: GivenDays | None, start: float) -> Recovery:
    patients, until = series.patients, last_measured(series)
    if not series.day.size:
        unknown = np.full(patients, np.nan)
        return Recovery(definition, unknown, np.zeros(patients, dtype=bool), unknown, until)
    day, value = measured(series)
    below = value < definition.threshold
    good = value >= definition.threshold
    fallen = below
    if given is not None:
        free_days = definition.transfusion_free_days
        each = day[0] if day.strides[0] == 0 else day  # one row of days for everybody
        good &= given.between(each - free_days + 1, each) == 0
        fallen = below | (given.between(np.full_like(each, start - free_days + 1), each) > 0)
    rows, place = np.arange(patients), np.arange(day.shape[1])
    fell = np.any(fallen, axis=1)
    first_fall, after_nadir = np.argmax(fallen, axis=1), _after_nadir(day, value, start + definition.nadir_until)
    begin = np.where(first_fall > after_nadir, first_fall, after_nadir)
    candidate: Bools = _runs(good, definition.consecutive) & (place >= begin[:, None]) & fell[:, None]
    reached = candidate.any(axis=1)
    first = np.argmax(candidate, axis=1)
    never = _never_below(day, below, given, definition, start, until)
    recovered = np.where(reached, day[rows, first], np.inf)
    before = np.where(reached & (first > 0), day[rows, np.maximum(first - 1, 0)], np.nan)
    return Recovery(
        definition,
        day=np.where(never, start, np.where(fell, recovered, np.nan)),  # not fallen yet: nobody knows
        never_below=never,
        day_before=np.where(never, np.nan, before),
        observed_until=until,
    )


def _runs(good: Bools, length: int) -> Bools:
    """Where ``length`` good values in a row begin (N, M)."""
    begins = good.copy()
    for later in range(1, length):
        begins[:, : good.shape[1] - later] &= good[:, later:]
    begins[:, max(good.shape[1] - length + 1, 0) :] = False
    return begins


def _after_nadir(day: Floats, value: Floats, until: float) -> NDArray[np.intp]:
    """The place after the first lowest value up to day ``until`` (N,); 0 where there is no value until then."""
    early = int(np.count_nonzero((day <= until).any(axis=0)))
    if not early:
        return np.zeros(len(day), dtype=np.intp)
    day, value = day[:, :early], value[:, :early]
    sought = np.where((day <= until) & ~np.isnan(value), value, np.inf)
    lowest = np.argmin(sought, axis=1)
    return np.where(np.isfinite(sought[np.arange(len(sought)), lowest]), lowest + 1, 0)


_LONG_ENOUGH = 14.0  # days; assumed: a count that has not fallen by then will not, whatever follows


def _never_below(
    day: Floats, below: Bools, given: GivenDays | None, definition: EngraftmentDefinition, start: float, until: Floats
) -> Bools:
    horizon = start + definition.fall_until
    fell = (below & (day <= horizon)).any(axis=1)
    if given is not None:
        fell |= given.number(start - definition.transfusion_free_days + 1, horizon) > 0  # held up, perhaps
    return ~fell & (until >= start + _LONG_ENOUGH)
