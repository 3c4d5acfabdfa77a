"""Predictive distributions of a day, and how observed days stand to them: PIT, coverage, censoring.

A day that is known only to be later than another (death first) is censored. Nothing here drops such a patient: what
the censoring leaves open is kept as an interval, or as bounds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Observed:
    """N patients. ``day`` (N,): of the event, or the last day without it; ``happened`` (N,): False is censored."""

    day: Floats
    happened: NDArray[np.bool_]

    def __post_init__(self) -> None:
        if self.day.shape != self.happened.shape or not np.isfinite(self.day).all():
            raise ValueError("needs a finite day and a flag for each patient")


@dataclass(frozen=True)
class Predictive:
    """One patient's predicted day: ``days`` (K,) ascending, with probabilities ``weight`` (K,) of sum 1 or less.

    What is missing to 1 is the probability of a day that lies beyond all of these, or never comes.
    ``spare``: the rank of the observed day among K copies is one of K + 1, so that much is shared with ties (0 for a
    distribution that is no sample).
    """

    days: Floats
    weight: Floats
    spare: float = 0.0

    def before(self, day: float) -> float:
        """Probability of an earlier day."""
        return float(self.weight[self.days < day].sum()) * (1 - self.spare)

    def until(self, day: float) -> float:
        """Probability of this day or an earlier one."""
        return min(float(self.weight[self.days <= day].sum()) * (1 - self.spare) + self.spare, 1.0)

    def quantile(self, level: float) -> float:
        """The first day that is reached with probability ``level``; infinite where none is."""
        place = int(np.searchsorted(np.cumsum(self.weight), level - 1e-12))
        return float(self.days[place]) if place < len(self.days) else math.inf

    def between(self, low: float, high: float) -> float:
        """Probability of a day from ``low`` to ``high``, both counted; never counts as infinite."""
        inside = float(self.weight[(self.days >= low) & (self.days <= high)].sum())
        beyond = max(0.0, 1 - float(self.weight.sum())) if math.isinf(high) else 0.0
        return (inside + beyond) * (1 - self.spare)


def of_copies(days: Floats) -> Predictive:
    """Of one patient's K virtual copies; infinite days never came. Raises ``ValueError`` for NaN or none."""
    if len(days) == 0 or np.isnan(days).any():
        raise ValueError("needs copies whose days are known")
    reached, count = np.unique(days[np.isfinite(days)], return_counts=True)
    return Predictive(reached, count / len(days), 1 / (len(days) + 1))


def pit_interval(predicted: Predictive, day: float, happened: bool) -> tuple[float, float]:
    """Where the probability integral transform lies. Ties leave an interval, and a censored day all above it."""
    if happened:
        return predicted.before(day), predicted.until(day)
    return predicted.until(day) - predicted.spare, 1.0  # it comes later than this day


def pit_intervals(predicted: list[Predictive], observed: Observed) -> Floats:
    """(N, 2): lower and upper ends."""
    pairs = zip(predicted, observed.day, observed.happened, strict=True)
    return np.array([pit_interval(each, float(day), bool(happened)) for each, day, happened in pairs]).reshape(-1, 2)


def pit_histogram(intervals: Floats, bins: int = 10) -> Floats:
    """Patients in each of ``bins`` equal parts of 0 to 1, each patient spread evenly over the interval: (bins,).

    This is the mean of the histograms of all randomised transforms; its sum is N.
    """
    edges = np.linspace(0, 1, bins + 1)
    return np.diff(np.array([shares_below(intervals, edge).sum() for edge in edges]))


def shares_below(intervals: Floats, level: float) -> Floats:
    """Of each patient's interval the share below ``level``: (N,)."""
    low, high = intervals[:, 0], intervals[:, 1]
    width = high - low
    inside = np.clip((level - low) / np.where(width > 0, width, 1.0), 0, 1)
    return np.where(width > 0, inside, (low < level) | (level >= 1)).astype(float)


def randomised(intervals: Floats, rng: np.random.Generator) -> Floats:
    """One draw of the transform from each interval: (N,). Uniform if the predictions are right."""
    return intervals[:, 0] + rng.random(len(intervals)) * (intervals[:, 1] - intervals[:, 0])


@dataclass(frozen=True)
class Coverage:
    """How many observed days lie in the central intervals.

    ``inside``, ``below``, ``above``: patients; ``open``: censored inside the interval, so that nobody can know.
    ``held``: what the intervals hold on average by the predictions themselves: more than ``level``, as days are whole.
    ``by_transform``: share of the randomised transforms in the central part, which has exactly ``level`` if all is
    right.
    """

    level: float
    patients: int
    inside: int
    below: int
    above: int
    open: int
    held: float
    by_transform: float

    @property
    def bounds(self) -> tuple[float, float]:
        """Share inside if all the open ones are outside, and if all are inside."""
        return self.inside / self.patients, (self.inside + self.open) / self.patients


def coverage(predicted: list[Predictive], observed: Observed, level: float = 0.9) -> Coverage:
    """Of the central intervals of ``level``, both ends counted."""
    if not predicted:
        raise ValueError("needs patients")
    low_level, high_level = (1 - level) / 2, (1 + level) / 2
    inside = below = above = left_open = 0
    held = []
    for each, day, happened in zip(predicted, observed.day, observed.happened, strict=True):
        low, high = each.quantile(low_level), each.quantile(high_level)
        held.append(each.between(low, high))
        if happened:
            below, above, inside = below + (day < low), above + (day > high), inside + (low <= day <= high)
        elif day >= high:
            above += 1
        elif math.isinf(high) and day >= low:
            inside += 1  # wherever it comes, and if it never comes
        else:
            left_open += 1
    intervals = pit_intervals(predicted, observed)
    central = float((shares_below(intervals, high_level) - shares_below(intervals, low_level)).mean())
    return Coverage(
        level, len(predicted), int(inside), int(below), int(above), left_open, float(np.mean(held)), central
    )


def wilson(share: float, of: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a share of ``of`` patients."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def folds(patients: int, parts: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """A part for each patient (N,), of sizes that differ by at most one."""
    return rng.permutation(np.arange(patients) % parts)
