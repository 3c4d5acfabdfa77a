"""The hazard ratio of an event between two groups: Cox's model with one covariate, ties after Efron (1977)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_STEPS, _CLOSE, _FAR = 50, 1e-10, 10.0


def log_hazard_ratio(day: Floats, group: Floats, left: Floats | None = None) -> tuple[float, float]:
    """Logarithm of the ratio of group 1 to group 0, and its standard error; NaN when a group has no event.

    ``day`` (N,): of the event, inf = not while observed; ``group`` (N,): 0 or 1; ``left`` (N,): the day after which a
    patient is no longer at risk, None: everyone stays until the end. A competing event makes a patient leave (the
    cause-specific ratio), or stay (that of the subdistribution, Fine and Gray 1999, for patients whose end of
    observation is the same).
    """
    happened = np.isfinite(day)
    if not (happened & (group == 1)).any() or not (happened & (group == 0)).any():
        return math.nan, math.nan
    stay = np.where(happened, day, np.inf if left is None else left)
    times = np.unique(day[happened])
    at_risk = np.column_stack([_from_on(stay[group == g], times) for g in (0, 1)])
    events = np.column_stack([_from_on(day[happened & (group == g)], times, exactly=True) for g in (0, 1)])
    beta = 0.0
    for _ in range(_STEPS):
        score, information = _derivatives(beta, at_risk, events)
        step = score / information if information > 0 else 0.0
        beta = min(max(beta + step, -_FAR), _FAR)
        if abs(step) < _CLOSE:
            break
    _, information = _derivatives(beta, at_risk, events)
    return beta, 1 / math.sqrt(information) if information > 0 else math.nan


def _from_on(days: Floats, times: Floats, exactly: bool = False) -> Floats:
    """How many of ``days`` lie at or after each of the times; ``exactly``: at it."""
    ordered = np.sort(days)
    before = np.searchsorted(ordered, times, side="left")
    if exactly:
        return (np.searchsorted(ordered, times, side="right") - before).astype(float)
    return (ordered.size - before).astype(float)


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
