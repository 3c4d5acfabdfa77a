"""A share that is cured: S(t) = c + (1 - c) exp(-(t / scale)^shape), by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marrow.trial.statistics.ordered import Floats


@dataclass(frozen=True)
class CureFit:
    """``estimate`` (3,): logit of the cured share, log shape, log scale; ``covariance`` (3, 3) of them."""

    estimate: Floats
    covariance: Floats
    log_likelihood: float

    @property
    def standard_errors(self) -> Floats:
        return np.sqrt(np.diag(self.covariance))

    @property
    def cured(self) -> float:
        return float(1 / (1 + np.exp(-self.estimate[0])))

    @property
    def shape(self) -> float:
        return float(np.exp(self.estimate[1]))

    @property
    def scale(self) -> float:
        return float(np.exp(self.estimate[2]))


def surprise(parameters: Floats, time: Floats, event: Floats) -> float:
    """Minus the log-likelihood."""
    log_shape = parameters[1]
    cured = 1 / (1 + np.exp(-parameters[0]))
    z = np.exp(np.exp(log_shape) * (np.log(time) - parameters[2]))
    log_density = log_shape + np.log(z) - np.log(time) - z
    happened = np.log1p(-cured) + log_density
    return -float(np.where(event, happened, np.log(cured + (1 - cured) * np.exp(-z))).sum())


def fit_cure(time: ArrayLike, event: ArrayLike) -> CureFit:
    """``time`` (N,) positive, ``event`` (N,). Raises ``ValueError`` when no maximum is found."""
    from scipy.optimize import minimize

    t, d = np.asarray(time, dtype=float), np.asarray(event) != 0
    if not (t > 0).all() or not d.any():
        raise ValueError("needs positive times and at least one event")
    begin = np.array([-1.0, 0.0, np.log(np.median(t[d]))])
    found = minimize(surprise, begin, args=(t, d), method="BFGS", options={"gtol": 1e-6})
    b = np.asarray(found.x)
    for _ in range(20):  # Newton's steps, as differences of the likelihood leave the last digits open
        gradient, curvature = _differences(b, t, d)
        step = np.linalg.solve(curvature, gradient)
        b = b - step
        if np.max(np.abs(step)) < 1e-9:
            break
    else:
        raise ValueError("no maximum of the likelihood was found")
    return CureFit(b, np.linalg.inv(_differences(b, t, d)[1]), -surprise(b, t, d))


def _differences(b: Floats, time: Floats, event: np.ndarray, width: float = 1e-3) -> tuple[Floats, Floats]:
    """Gradient (3,) and second derivatives (3, 3) by central differences of fourth order."""
    weights = {-2: 1 / 12, -1: -8 / 12, 1: 8 / 12, 2: -1 / 12}

    def slope(at: Floats, k: int) -> float:
        unit = np.eye(3)[k] * width
        return sum(w * surprise(at + m * unit, time, event) for m, w in weights.items()) / width

    gradient = np.array([slope(b, k) for k in range(3)])
    second = [[sum(w * slope(b + m * width * np.eye(3)[j], k) for m, w in weights.items()) / width for j in range(3)]
              for k in range(3)]  # fmt: skip
    curvature = np.array(second)
    return gradient, (curvature + curvature.T) / 2
