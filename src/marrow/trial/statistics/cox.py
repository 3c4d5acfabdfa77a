"""Cox's proportional hazards model: ties by Efron or Breslow, strata, weights, late entry and changing covariates.

Sums over risk sets are differences of running sums, and every patient's share of the information is its risk times the
hazard that it has lived through: no loop over times, no matrix for each of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from marrow.trial.statistics.ordered import Bools, Floats, Integers

_MOST_STEPS = 50
_MOST_HALVINGS = 30
_FARTHEST = 15.0  # standard deviations of a covariate times its coefficient


class Ties(Enum):
    """How events of one time share their risk set."""

    EFRON = "Efron"
    BRESLOW = "Breslow"


@dataclass(frozen=True)
class Rows:
    """N rows of data: at risk after ``start`` up to ``stop``, then ``event`` or not. All (N,), covariates (N, P)."""

    start: Floats
    stop: Floats
    event: Bools
    covariates: Floats
    stratum: Integers
    weight: Floats

    def __post_init__(self) -> None:
        if not np.isfinite(self.covariates).all() or not np.isfinite(self.stop).all():
            raise ValueError("times and covariates must be finite: leave out rows with unknown ones, and say so")
        if (self.start >= self.stop).any():
            raise ValueError("each row must start before it stops")

    def of(self, kept: Bools) -> Rows:
        return Rows(
            *(getattr(self, name)[kept] for name in ("start", "stop", "event", "covariates", "stratum", "weight"))
        )


@dataclass(frozen=True)
class RiskSets:
    """The M events of one stratum, ascending in time, and who was at risk at each. ``covariates`` are centred.

    ``left`` (M,): the share of its own tie that counts as gone (Efron; 0 for Breslow). ``weight`` (M,): of the event.
    """

    rows: Rows
    ties: Ties

    @cached_property
    def order(self) -> Integers:
        """Row numbers of the events."""
        place = np.flatnonzero(self.rows.event & (self.rows.weight > 0))
        return place[np.argsort(self.rows.stop[place], kind="stable")]

    @cached_property
    def time(self) -> Floats:
        return self.rows.stop[self.order]

    @cached_property
    def tie(self) -> tuple[Integers, Integers]:
        """Where the tie of each event begins, and how many it has (M,)."""
        return np.searchsorted(self.time, self.time, "left"), self._end - np.searchsorted(self.time, self.time, "left")

    @cached_property
    def _end(self) -> Integers:
        return np.searchsorted(self.time, self.time, "right")

    @cached_property
    def left(self) -> Floats:
        if self.ties is Ties.BRESLOW:
            return np.zeros(len(self.time))
        begin, size = self.tie
        return (np.arange(len(self.time)) - begin) / size

    @cached_property
    def weight(self) -> Floats:
        """Mean weight of the events of a tie."""
        return self.over_tie(self.rows.weight[self.order]) / self.tie[1]

    def over_tie(self, values: Floats) -> Floats:
        """Sums over the tie of each event; (M,) or (M, P)."""
        total = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
        return total[self._end] - total[self.tie[0]]

    def at_risk(self, values: Floats) -> Floats:
        """Sums of ``values`` (N,) or (N, P) over those at risk at each event, less what of its own tie is gone."""
        left = self.left.reshape(-1, *(1 for _ in values.shape[1:]))
        found = _later(self.rows.stop, values, self.time, "left") - left * self.over_tie(values[self.order])
        if np.isfinite(self.rows.start).any():
            found -= _later(self.rows.start, values, self.time, "left")
        return found

    def lived(self, per_event: Floats) -> Floats:
        """Each row's sum (N,) or (N, P) of ``per_event`` (M, ...) over the events at which it was at risk."""
        total = np.concatenate([np.zeros((1, *per_event.shape[1:])), np.cumsum(per_event, axis=0)])
        found = total[np.searchsorted(self.time, self.rows.stop, "right")]
        found = found - total[np.searchsorted(self.time, self.rows.start, "right")]
        left = self.left.reshape(-1, *(1 for _ in per_event.shape[1:]))
        found[self.order] -= self.over_tie(left * per_event)
        return found


def _later(key: Floats, values: Floats, time: Floats, side: str) -> Floats:
    """Sum of values whose key is ``time`` or later."""
    order = np.argsort(key, kind="stable")
    total = np.concatenate([np.cumsum(values[order][::-1], axis=0)[::-1], np.zeros((1, *values.shape[1:]))])
    return total[np.searchsorted(key[order], time, side)]  # type: ignore[call-overload]


@dataclass(frozen=True)
class CoxFit:
    """``coefficients`` (P,), ``covariance`` (P, P) from the information; log-likelihoods at 0 and at the maximum."""

    coefficients: Floats
    covariance: Floats
    log_likelihood_null: float
    log_likelihood: float
    score_statistic: float
    converged: bool
    ties: Ties
    sets: tuple[RiskSets, ...]
    rows: Rows
    centre: Floats

    @property
    def standard_errors(self) -> Floats:
        return np.sqrt(np.diag(self.covariance))

    @property
    def likelihood_ratio(self) -> float:
        return 2 * (self.log_likelihood - self.log_likelihood_null)

    @property
    def wald(self) -> float:
        return float(self.coefficients @ np.linalg.solve(self.covariance, self.coefficients))

    def score_residuals(self) -> Floats:
        """(N, P), each row's part of the score."""
        found = np.zeros_like(self.rows.covariates)
        for layer, where in _layers(self.rows, self.ties):
            sets = RiskSets(layer, self.ties)
            risk = layer.weight * np.exp((layer.covariates - self.centre) @ self.coefficients)
            total = sets.at_risk(risk)
            mean = sets.at_risk(risk[:, None] * layer.covariates) / total[:, None]
            hazard = sets.weight / total
            part = risk[:, None] * (sets.lived(hazard[:, None] * mean) - layer.covariates * sets.lived(hazard)[:, None])
            own = sets.over_tie(mean) / sets.tie[1][:, None]
            part[sets.order] += layer.weight[sets.order, None] * (layer.covariates[sets.order] - own)
            found[where] = part
        return found

    def robust_covariance(self, cluster: ArrayLike | None = None) -> Floats:
        """The sandwich of Lin and Wei; ``cluster`` (N,): rows of one patient or centre belong together."""
        influence = self.score_residuals() @ self.covariance
        if cluster is not None:
            _, number = np.unique(np.asarray(cluster), return_inverse=True)
            summed = np.zeros((number.max() + 1, influence.shape[1]))
            np.add.at(summed, number, influence)
            influence = summed
        return influence.T @ influence

    def baseline_hazard(self, stratum: int = 0) -> tuple[Floats, Floats]:
        """Times (M,) of events and the cumulative hazard after each, all covariates 0."""
        sets = self.sets[stratum]
        layer = sets.rows
        risk = layer.weight * np.exp(layer.covariates @ self.coefficients)
        steps = np.cumsum(sets.weight / sets.at_risk(risk))
        time, last = np.unique(sets.time, return_index=True)
        return time, steps[np.append(last[1:], len(steps)) - 1]


def _layers(rows: Rows, ties: Ties) -> list[tuple[Rows, Bools]]:
    """The strata that have events, and where their rows are."""
    where = [rows.stratum == each for each in np.unique(rows.stratum)]
    return [(rows.of(kept), kept) for kept in where if rows.event[kept].any()]


def _likelihood(sets: tuple[RiskSets, ...], centre: Floats, b: Floats) -> tuple[float, Floats, Floats]:
    """Log partial likelihood, score (P,), information (P, P)."""
    value, score, information = 0.0, np.zeros(len(b)), np.zeros((len(b), len(b)))
    for each in sets:
        rows = each.rows
        x = rows.covariates - centre
        risk = rows.weight * np.exp(x @ b)
        total = each.at_risk(risk)
        mean = each.at_risk(risk[:, None] * x) / total[:, None]
        own, w = x[each.order], rows.weight[each.order]
        value += float(w @ (own @ b) - each.weight @ np.log(total))
        score += w @ own - each.weight @ mean
        lived = risk * each.lived(each.weight / total)
        information += x.T @ (lived[:, None] * x) - mean.T @ (each.weight[:, None] * mean)
    return value, score, information


def rows_for_cox(
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    *,
    start: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    weight: ArrayLike | None = None,
) -> Rows:
    """Rows from columns; ``start`` None: at risk from the beginning."""
    stop = np.asarray(time, dtype=float)
    x = np.asarray(covariates, dtype=float).reshape(len(stop), -1)
    number = np.zeros(len(stop), np.intp) if strata is None else np.unique(np.asarray(strata), return_inverse=True)[1]
    begin = np.full(len(stop), -np.inf) if start is None else np.asarray(start, dtype=float)
    weights = np.ones(len(stop)) if weight is None else np.asarray(weight, dtype=float)
    return Rows(begin, stop, np.asarray(event) != 0, x, number, weights)


def fit_cox(rows: Rows, ties: Ties = Ties.EFRON) -> CoxFit:
    """Newton's steps, halved where the likelihood would fall.

    ``converged`` False: a coefficient runs away (a covariate that separates the events), and must not be read.
    Raises ``ValueError`` without events or with covariates that say the same.
    """
    sets = tuple(RiskSets(layer, ties) for layer, _ in _layers(rows, ties))
    if not sets:
        raise ValueError("no event: nothing can be estimated")
    centre = np.average(rows.covariates, axis=0)
    b = np.zeros(rows.covariates.shape[1])
    value, score, information = _likelihood(sets, centre, b)
    if np.linalg.matrix_rank(information, hermitian=True) < len(b):
        raise ValueError("a covariate is constant or follows from the others")
    null, score_statistic = value, float(score @ np.linalg.solve(information, score))
    converged, spread = False, rows.covariates.std(axis=0)
    for _ in range(_MOST_STEPS):
        step = np.linalg.solve(information, score)
        for _ in range(_MOST_HALVINGS):
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                tried = _likelihood(sets, centre, b + step)
            if np.isfinite(tried[0]) and tried[0] >= value - 1e-9 * abs(value):
                break
            step = step / 2
        b, (value, score, information) = b + step, tried
        if np.max(np.abs(b) * spread) > _FARTHEST or np.linalg.matrix_rank(information, hermitian=True) < len(b):
            break  # runs away
        if np.max(np.abs(step) * np.sqrt(np.diag(information))) < 1e-9:
            converged = True
            break
    covariance = np.linalg.pinv(information, hermitian=True)
    return CoxFit(b, covariance, null, value, score_statistic, converged, ties, sets, rows, centre)
