"""Percentiles over virtual patients, computed once and thinned to what a figure can show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)
EARLY_DAYS = 60
LATE_POINTS = 110


@dataclass(frozen=True)
class Bands:
    """Percentiles of one quantity. ``time`` (T,) days; ``levels`` (5, T) at ``LEVELS``; ``counted`` (T,) patients."""

    time: Floats
    levels: Floats
    counted: NDArray[np.integer]

    @property
    def median(self) -> Floats:
        return self.levels[2]


def percentiles(values: Floats, levels: tuple[float, ...] = LEVELS) -> tuple[Floats, NDArray[np.integer]]:
    """Percentiles down the first axis of (N, T), each column over its finite values: (L, T), and how many those are.

    NaN where a column has none. Linear interpolation between ranks, as NumPy's default.
    """
    finite = np.isfinite(values)
    counted = np.count_nonzero(finite, axis=0)
    columns = np.array(values.T, order="C")  # a copy in any case: it is sorted
    if not finite.all():
        columns[~finite.T] = np.nan  # infinities too: NaN sorts last
    columns.sort(axis=1)
    rank = np.asarray(levels)[:, None] * np.maximum(counted - 1, 0)
    low = np.floor(rank).astype(np.intp)
    high = np.minimum(low + 1, np.maximum(counted - 1, 0))
    rows = np.arange(columns.shape[0])
    below, above = columns[rows, low], columns[rows, high]
    return below + (rank - low) * (above - below), counted


def shown_times(time: Floats) -> NDArray[np.intp]:
    """Grid times that a figure of the follow-up shows: whole days, fewer after ``EARLY_DAYS``, always the last."""
    whole = np.flatnonzero(np.isclose(time, np.round(time), atol=1e-9))
    if len(whole) < 10:  # a grid of another kind, e.g. a few hours: all of it
        whole = np.arange(len(time))
    late = whole[time[whole] > EARLY_DAYS]
    stride = max(1, -(-len(late) // LATE_POINTS))
    chosen = np.concatenate([whole[time[whole] <= EARLY_DAYS], late[::-1][::stride][::-1]])
    return chosen.astype(np.intp)


def bands_of(time: Floats, values: Floats, chosen: NDArray[np.intp]) -> Bands:
    """Bands of ``values`` (N, T) at the ``chosen`` times."""
    levels, counted = percentiles(values[:, chosen])
    return Bands(time[chosen], levels, counted)
