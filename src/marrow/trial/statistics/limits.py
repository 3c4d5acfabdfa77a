"""Confidence limits of a probability from its standard error, on the scale that is asked for."""

from __future__ import annotations

from enum import Enum
from statistics import NormalDist

import numpy as np

from marrow.trial.statistics.ordered import Floats

_ROUNDING = 1e-12  # a sum that should be 1 may be that far from it


class Scale(Enum):
    """On which scale limits are symmetric."""

    LOG_LOG = "log(-log p)"
    LOG = "log p"
    PLAIN = "p"


def normal_quantile(level: float) -> float:
    """The z that leaves (1 - level) / 2 on either side."""
    return NormalDist().inv_cdf((1 + level) / 2)


def limits(
    probability: Floats, standard_error: Floats, scale: Scale = Scale.LOG_LOG, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Lower and upper limit, any shape. At a probability of 0 or 1 with no error both equal it.

    NaN where the error is not known.
    """
    z = normal_quantile(level)
    p, error = np.asarray(probability, dtype=float), np.asarray(standard_error, dtype=float)
    sure = (error < 1e-7) & ((p < _ROUNDING) | (p > 1 - _ROUNDING))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if scale is Scale.PLAIN:
            low, high = p - z * error, p + z * error
        elif scale is Scale.LOG:
            low, high = p * np.exp(-z * error / p), p * np.exp(z * error / p)
        else:
            spread = z * error / (p * np.abs(np.log(p)))
            low, high = p ** np.exp(spread), p ** np.exp(-spread)
    low, high = np.maximum(low, 0.0), np.minimum(high, 1.0)
    return np.where(sure, p, low), np.where(sure, p, high)
