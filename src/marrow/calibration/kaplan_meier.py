"""Survival of a group of whom not everyone was followed to the end (Kaplan and Meier 1958)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def survival_at(lasted: Floats, died: NDArray[np.bool_], day: float) -> tuple[float, float]:
    """Share alive after so many days, and its standard error (Greenwood); NaN without anyone at risk then.

    ``lasted`` (N,): days until death or the end of observation; ``died`` (N,): which of the two.
    """
    if not np.any(lasted >= day):
        return (0.0, 0.0) if lasted.size and died[np.argmax(lasted)] else (math.nan, math.nan)
    share, variance = 1.0, 0.0
    for t in np.unique(lasted[died & (lasted <= day)]):
        at_risk, deaths = int(np.sum(lasted >= t)), int(np.sum(died & (lasted == t)))
        share *= 1 - deaths / at_risk
        variance += deaths / (at_risk * (at_risk - deaths)) if at_risk > deaths else 0.0
    return share, share * math.sqrt(variance)
