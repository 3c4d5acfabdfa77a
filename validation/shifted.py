"""A constant shift in log-days and a factor of the spread, learned from other patients by censored likelihood."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from predictive import Floats, Observed, Predictive, of_copies
from scipy.optimize import minimize
from scipy.special import log_ndtr

_LEAST = 0.05  # log-days: a patient whose copies all agree still has a spread


@dataclass(frozen=True)
class Shift:
    """``shift``: added to log-days; ``spread``: factor of the deviation from the copies' mean log-day."""

    shift: float
    spread: float

    def __call__(self, copies: Floats) -> Predictive:
        """The changed distribution of one patient's copies (K,), on whole days; never stays never."""
        reached = np.isfinite(copies)
        middle, _ = _middle(copies)
        changed = np.full(copies.shape, math.inf)
        logs = np.log(np.maximum(copies[reached], 0.5))
        changed[reached] = np.round(np.exp(middle + self.shift + self.spread * (logs - middle)))
        return of_copies(changed)


def _middle(copies: Floats) -> tuple[float, float]:
    """Mean and standard deviation of the log-days of those who reached it."""
    logs = np.log(np.maximum(copies[np.isfinite(copies)], 0.5))
    if len(logs) == 0:
        raise ValueError("no copy ever reached it")
    return float(logs.mean()), max(float(logs.std()), _LEAST)


def learned(copies: Floats, observed: Observed) -> Shift:
    """The shift and the spread of greatest likelihood for ``copies`` (N, K), with log-days taken as normal."""
    middle, width = np.array([_middle(each) for each in copies]).T
    logs = np.log(np.maximum(observed.day, 0.5))

    def surprise(of: Floats) -> float:
        scale = width * math.exp(of[1])
        z = (logs - middle - of[0]) / scale
        return -float(np.where(observed.happened, -0.5 * z * z - np.log(scale), log_ndtr(-z)).sum())

    found = minimize(surprise, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-6})
    return Shift(float(found.x[0]), math.exp(float(found.x[1])))
