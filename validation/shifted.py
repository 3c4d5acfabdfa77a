"""A constant shift in log-days and an added spread, learned from other patients by censored likelihood."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from predictive import Floats, Observed, Predictive, of_copies
from scipy.optimize import minimize
from scipy.special import log_ndtr

_LEAST = 0.03  # log-days: half a day in fifteen, as days are whole
_PARTS = 15
_NORMAL = np.array([NormalDist().inv_cdf((k + 0.5) / _PARTS) for k in range(_PARTS)])
_STANDARD = _NORMAL / _NORMAL.std()


@dataclass(frozen=True)
class Shift:
    """``shift``: added to log-days. ``spread``: standard deviation of what is added to each, a normal one.

    So a distribution can become wider, never narrower, and its median moves by the shift alone.
    """

    shift: float
    spread: float

    def __call__(self, copies: Floats) -> Predictive:
        """The changed distribution of one patient's copies (K,), on whole days; never stays never."""
        changed = np.round(np.maximum(copies, 0.5)[:, None] * np.exp(self.shift + self.spread * _STANDARD)).ravel()
        found = of_copies(changed)
        return Predictive(found.days, found.weight, 1 / (len(copies) + 1))


def _middle(copies: Floats) -> tuple[float, float]:
    """Median and standard deviation around it of the log-days of those who reached it."""
    logs = np.log(np.maximum(copies[np.isfinite(copies)], 0.5))
    if len(logs) == 0:
        raise ValueError("no copy ever reached it")
    middle = float(np.median(logs))
    return middle, float(np.sqrt(np.mean((logs - middle) ** 2)))


def learned(copies: Floats, observed: Observed) -> Shift:
    """The shift and the spread of greatest likelihood for ``copies`` (N, K), with log-days taken as normal."""
    middle, width = np.array([_middle(each) for each in copies]).T
    logs = np.log(np.maximum(observed.day, 0.5))

    def surprise(of: Floats) -> float:
        scale = np.sqrt(width**2 + _LEAST**2 + math.exp(2 * of[1]))
        z = (logs - middle - of[0]) / scale
        return -float(np.where(observed.happened, -0.5 * z * z - np.log(scale), log_ndtr(-z)).sum())

    start = np.array([0.0, math.log(0.3)])
    found = minimize(surprise, start, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-6})
    return Shift(float(found.x[0]), math.exp(float(found.x[1])))
