"""Mean time free of the event up to a horizon: the area under the Kaplan-Meier curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marrow.trial.statistics.kaplan_meier import kaplan_meier
from marrow.trial.statistics.ordered import Floats, ratio, shifted


@dataclass(frozen=True)
class RestrictedMean:
    """``mean`` and ``standard_error`` (R,), in the unit of time; ``horizon``: until when.

    Beyond a sample's last time its curve is drawn on at its last value.
    """

    horizon: float
    mean: Floats
    standard_error: Floats


def restricted_mean(time: ArrayLike, event: ArrayLike, horizon: float) -> RestrictedMean:
    """``time``, ``event`` (R, N) or (N,). Variance: the sum of (area after t)² d / (n (n - d)) over event times t."""
    if not horizon > 0:
        raise ValueError(f"the horizon must be positive, found {horizon}")
    found = kaplan_meier(time, event)
    until = np.clip(np.where(found.ordered.there, found.ordered.time, np.inf), 0.0, horizon)
    width = until - shifted(until, 0.0)
    area = np.cumsum(width * shifted(found.survival, 1.0), axis=1)
    mean = area[:, -1] + (horizon - until[:, -1]) * found.survival[:, -1]
    after = mean[:, None] - area
    early = found.ordered.time <= horizon
    term = ratio(found.events, found.at_risk * (found.at_risk - found.events))
    return RestrictedMean(horizon, mean, np.sqrt(np.sum(np.where(early, after**2 * term, 0.0), axis=1)))
