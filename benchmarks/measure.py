"""Errors against the reference, tolerances that are good enough, and interleaved clocks."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ALLOWED = 1e-3
T = TypeVar("T")


def relative_error(found: Floats, reference: Floats, floors: Floats) -> float:
    """The largest difference (T, K), relative to the reference or to the limit of detection; NaN is infinite."""
    error = np.abs(np.asarray(found, dtype=float) - reference) / np.maximum(np.abs(reference), floors)
    return float(np.max(np.where(np.isfinite(error), error, np.inf)))


@dataclass(frozen=True)
class Contender:
    """``run`` solves ``patients`` patients once; ``errors``: the largest of each patient that has a reference."""

    name: str
    setting: str
    patients: int
    run: Callable[[], object]
    errors: tuple[float, ...]
    failures: int

    @property
    def error(self) -> float:
        return max(self.errors)


@dataclass(frozen=True)
class Timing:
    """Seconds a patient in each round."""

    contender: Contender
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return float(np.median(self.seconds))


def seconds_of(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def interleaved(contenders: Sequence[Contender], rounds: int, tick: Callable[[str], None]) -> list[Timing]:
    """Each contender once a round, in turn, ``rounds`` times; a first round is thrown away."""
    taken: list[list[float]] = [[] for _ in contenders]
    for turn in range(rounds + 1):
        for seconds, contender in zip(taken, contenders, strict=True):
            tick(f"round {turn} of {rounds}: {contender.name}")
            gc.collect()
            gc.disable()
            spent = seconds_of(contender.run) / contender.patients
            gc.enable()
            if turn > 0:
                seconds.append(spent)
    return [Timing(contender, tuple(seconds)) for contender, seconds in zip(contenders, taken, strict=True)]


def fastest(tried: Sequence[tuple[T, float, float]]) -> tuple[T, bool]:
    """Of (setting, error, seconds): the fastest whose error is allowed, and True; or the most exact, and False."""
    good = [each for each in tried if each[1] <= ALLOWED]
    if good:
        return min(good, key=lambda each: each[2])[0], True
    return min(tried, key=lambda each: each[1])[0], False


def ratios(slow: Timing, fast: Timing) -> tuple[float, float, float]:
    """How many times faster, patient for patient: ratio of the medians, and the least and greatest ratio of a round."""
    by_round = np.array(slow.seconds) / np.array(fast.seconds)
    return slow.median / fast.median, float(by_round.min()), float(by_round.max())
