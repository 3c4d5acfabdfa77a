"""The hazard ratio of an event between two groups: Cox's model with one covariate, ties after Efron (1977)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_STEPS, _CLOSE, _FAR = 50, 1e-10, 10.0


def log_hazard_ratio(day: Floats, group: Floats) -> tuple[float, float]:
    """Logarithm of the ratio of group 1 to group 0, and its standard error; NaN when a group has no event.

    ``day`` (N,): of the event, inf = not while observed; ``group`` (N,): 0 or 1.
    """
    happened = np.isfinite(day)
    if not (happened & (group == 1)).any() or not (happened & (group == 0)).any():
        return math.nan, math.nan
    times = np.unique(day[happened])
    at_risk = np.array([[np.sum((day >= t) & (group == g)) for g in (0, 1)] for t in times], dtype=float)
    events = np.array([[np.sum((day == t) & (group == g)) for g in (0, 1)] for t in times], dtype=float)
    beta = 0.0
    for _ in range(_STEPS):
        score, information = _derivatives(beta, at_risk, events)
        step = score / information if information > 0 else 0.0
        beta = min(max(beta + step, -_FAR), _FAR)
        if abs(step) < _CLOSE:
            break
    _, information = _derivatives(beta, at_risk, events)
    return beta, 1 / math.sqrt(information) if information > 0 else math.nan


def _derivatives(beta: float, at_risk: Floats, events: Floats) -> tuple[float, float]:
    """First derivative of the log partial likelihood, and minus the second."""
    score = information = 0.0
    ratio = math.exp(beta)
    for risk, event in zip(at_risk, events, strict=True):
        tied = int(event.sum())
        passed = np.arange(tied) / tied  # of those tied, how many have left the risk set
        of_one = ratio * (risk[1] - passed * event[1])
        share = of_one / (risk[0] - passed * event[0] + of_one)
        score += event[1] - float(share.sum())
        information += float((share * (1 - share)).sum())
    return score, information
