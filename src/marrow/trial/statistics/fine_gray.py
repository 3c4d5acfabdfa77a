"""Fine and Gray's model of the subdistribution hazard, with the variance that knows the censoring was estimated.

Who had a competing event stays at risk with the weight G(t-) / G(own time-), G the Kaplan-Meier curve of censoring.
Ties as in R's cmprsk: Breslow's, and censoring counts just after the events of its day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marrow.trial.statistics.kaplan_meier import kaplan_meier
from marrow.trial.statistics.ordered import Floats

_MOST_STEPS = 50
_FARTHEST = 15.0  # standard deviations of a covariate times its coefficient


@dataclass(frozen=True)
class FineGrayFit:
    """``coefficients`` (P,), ``covariance`` (P, P) robust; log pseudo-likelihoods at 0 and at the maximum.

    ``converged`` False: a coefficient runs away, and must not be read.
    ``score`` (P,): slope of the likelihood where the fit ended, 0 at the maximum.
    ``times`` (K,): distinct times of the cause; ``hazard`` (K,): cumulative subdistribution hazard, covariates 0.
    """

    coefficients: Floats
    covariance: Floats
    log_likelihood_null: float
    log_likelihood: float
    score: Floats
    converged: bool
    times: Floats
    hazard: Floats

    @property
    def standard_errors(self) -> Floats:
        return np.sqrt(np.diag(self.covariance))

    def incidence_at(self, covariates: ArrayLike, times: ArrayLike) -> Floats:
        """Predicted cumulative incidence (T,) of a patient with ``covariates`` (P,)."""
        place = np.searchsorted(self.times, np.asarray(times, dtype=float), side="right")
        hazard = np.concatenate([[0.0], self.hazard])[place]
        return -np.expm1(-hazard * np.exp(np.asarray(covariates, dtype=float) @ self.coefficients))


@dataclass(frozen=True)
class _Sample:
    """N patients sorted by time; the M events of the cause by their places."""

    time: Floats
    x: Floats  # (N, P), centred
    competing: np.ndarray
    censored: np.ndarray
    events: np.ndarray  # (M,) places
    free: Floats  # (N,): G just before the own time

    def sums(self, values: Floats) -> Floats:
        """Weighted sums (M, ...) of ``values`` (N, ...) over the subdistribution risk set at each event."""
        t = self.time[self.events]
        ahead = np.searchsorted(self.time, t, side="left")
        later = np.concatenate([np.cumsum(values[::-1], axis=0)[::-1], np.zeros((1, *values.shape[1:]))])
        shape = (-1, *(1 for _ in values.shape[1:]))
        passed = np.where(self.competing, 1 / self.free, 0.0).reshape(shape) * values
        earlier = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(passed, axis=0)])
        return later[ahead] + self.free[self.events].reshape(shape) * earlier[ahead]

    def lived(self, per_event: Floats) -> Floats:
        """Each patient's weighted sum (N, ...) of ``per_event`` (M, ...) over the events at which it was at risk."""
        t = self.time[self.events]
        until = np.searchsorted(t, self.time, side="right")
        shape = (-1, *(1 for _ in per_event.shape[1:]))
        zero = np.zeros((1, *per_event.shape[1:]))
        so_far = np.concatenate([zero, np.cumsum(per_event, axis=0)])
        weighed = np.concatenate([zero, np.cumsum(per_event * self.free[self.events].reshape(shape), axis=0)])
        after = (weighed[-1] - weighed[until]) * np.where(self.competing, 1 / self.free, 0.0).reshape(shape)
        return so_far[until] + after


def fine_gray(
    time: ArrayLike, cause: ArrayLike, covariates: ArrayLike, of_interest: int = 1, *, steps: int = _MOST_STEPS
) -> FineGrayFit:
    """``time``, ``cause`` (N,), 0 = censored; ``covariates`` (N, P). ``steps``: of Newton, at most.

    Raises ``ValueError`` without events, or when a covariate says nothing of its own.
    """
    t, reason = np.asarray(time, dtype=float), np.asarray(cause)
    x = np.asarray(covariates, dtype=float).reshape(len(t), -1)
    if not (np.isfinite(t).all() and np.isfinite(x).all()):
        raise ValueError("times and covariates must be finite: leave out patients with unknown ones, and say so")
    if not (reason == of_interest).any():
        raise ValueError(f"no event of cause {of_interest}: nothing can be estimated")
    order = np.argsort(t, kind="stable")
    centre = x.mean(axis=0)
    t, reason, x = t[order], reason[order], x[order] - centre
    before = np.nextafter(t, -np.inf)
    free = kaplan_meier(t, reason == 0).survival_at(before)[0]
    sample = _Sample(
        t, x, (reason != 0) & (reason != of_interest), reason == 0, np.flatnonzero(reason == of_interest), free
    )
    b = np.zeros(x.shape[1])
    value, score, information = _likelihood(sample, b)
    if np.linalg.matrix_rank(information, hermitian=True) < len(b):
        raise ValueError("a covariate is constant or follows from the others")
    null, converged = value, False
    for _ in range(steps):
        step = np.linalg.solve(information, score)
        tried = _likelihood(sample, b + step)
        while not tried[0] >= value - 1e-9 * abs(value) and np.max(np.abs(step)) > 1e-12:
            step = step / 2
            tried = _likelihood(sample, b + step)
        b, (value, score, information) = b + step, tried
        if np.max(np.abs(b) * x.std(axis=0)) > _FARTHEST:  # runs away: a covariate that separates the events
            break
        if np.max(np.abs(step) * np.sqrt(np.diag(information))) < 1e-9:
            converged = True
            break
    inverse = np.linalg.pinv(information, hermitian=True)
    influence = _influence(sample, b) @ inverse
    risk = np.exp((x + centre) @ b)
    times, last = np.unique(t[sample.events], return_index=True)
    hazard = np.cumsum(1 / sample.sums(risk))[np.append(last[1:], len(sample.events)) - 1]
    return FineGrayFit(b, influence.T @ influence, null, value, score, converged, times, hazard)


def _likelihood(sample: _Sample, b: Floats) -> tuple[float, Floats, Floats]:
    """Log pseudo-likelihood, score (P,), information (P, P)."""
    x = sample.x
    risk = np.exp(x @ b)
    total = sample.sums(risk)
    mean = sample.sums(risk[:, None] * x) / total[:, None]
    own = x[sample.events]
    lived = risk * sample.lived(1 / total)
    information = x.T @ (lived[:, None] * x) - mean.T @ mean
    return float(np.sum(own @ b - np.log(total))), (own - mean).sum(axis=0), information


def _influence(sample: _Sample, b: Floats) -> Floats:
    """(N, P): each patient's part of the score, and what it does to the score through the curve of censoring."""
    x, t = sample.x, sample.time
    risk = np.exp(x @ b)
    total = sample.sums(risk)
    mean = sample.sums(risk[:, None] * x) / total[:, None]
    found = risk[:, None] * (sample.lived(mean / total[:, None]) - x * sample.lived(1 / total)[:, None])
    found[sample.events] += x[sample.events] - mean
    weight = (sample.free[sample.events] / total)[:, None]
    place = np.searchsorted(t[sample.events], t, side="left")  # events from each time on
    after = [_from(part)[place] for part in (weight, weight * mean)]
    passed = np.where(sample.competing, risk / sample.free, 0.0)[:, None]
    earlier = np.searchsorted(t, t, side="left")
    zero = np.zeros((1, x.shape[1]))
    gone = [np.concatenate([zero, np.cumsum(part, axis=0)])[earlier] for part in (passed + 0 * x, passed * x)]
    moved = gone[1] * after[0] - gone[0] * after[1]  # q(u) at each patient's time
    at_risk = (len(t) - earlier)[:, None]
    censored = sample.censored[:, None]
    until = np.searchsorted(t, t, side="right") - 1
    drift = np.cumsum(np.where(censored, moved / at_risk**2, 0.0), axis=0)[until]
    return found + np.where(censored, moved / at_risk, 0.0) - drift


def _from(values: Floats) -> Floats:
    """Sums from each place to the end, and a 0 at the end."""
    return np.concatenate([np.cumsum(values[::-1], axis=0)[::-1], np.zeros((1, values.shape[1]))])
