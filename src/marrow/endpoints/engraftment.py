"""Engraftment of neutrophils and platelets, on simulated and on real series alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

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
    latest_given = np.full(day.shape, -np.inf) if given is None else given.latest(day)
    held_up = latest_given > start - definition.transfusion_free_days
    fallen = np.logical_or.accumulate(below, axis=1) | held_up
    candidate = _runs((value >= definition.threshold) & _free(day, latest_given, definition), definition.consecutive)
    candidate &= fallen & _after_nadir(day, value, start + definition.nadir_until)
    reached = candidate.any(axis=1)
    first = np.argmax(candidate, axis=1)
    rows = np.arange(patients)
    never = _never_below(day, below, given, definition, start, until)
    recovered = np.where(reached, day[rows, first], np.inf)
    before = np.where(reached & (first > 0), day[rows, np.maximum(first - 1, 0)], np.nan)
    may_yet_fall = ~never & ~fallen.any(axis=1)
    return Recovery(
        definition,
        day=np.where(never, start, np.where(may_yet_fall, np.nan, recovered)),
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


def _free(day: Floats, latest_given: Floats, definition: EngraftmentDefinition) -> Bools:
    return day - latest_given >= definition.transfusion_free_days


def _after_nadir(day: Floats, value: Floats, until: float) -> Bools:
    """Days after the first lowest value up to day ``until``; every day where there is no value until then."""
    sought = np.where((day <= until) & ~np.isnan(value), value, np.inf)
    lowest = np.argmin(sought, axis=1)
    found = np.isfinite(sought[np.arange(len(sought)), lowest])
    return np.where(found[:, None], np.arange(day.shape[1]) > lowest[:, None], True)


def _never_below(
    day: Floats, below: Bools, given: GivenDays | None, definition: EngraftmentDefinition, start: float, until: Floats
) -> Bools:
    horizon = start + definition.fall_until
    fell = (below & (day <= horizon)).any(axis=1)
    held_up = np.zeros(len(day), dtype=bool)
    if given is not None:
        held_up = given.number(start - definition.transfusion_free_days + 1, horizon) > 0
    return ~fell & ~held_up & (until >= start + _LONG_ENOUGH)


_LONG_ENOUGH = 14.0  # days; assumed: a count that has not fallen by then will not, whatever follows
