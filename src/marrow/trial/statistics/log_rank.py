"""The log-rank test of K groups, its stratified form, and the Peto-Prentice weights (Harrington and Fleming 1982)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marrow.trial.statistics.ordered import Floats, Ordered, ratio, rows_of, shifted


@dataclass(frozen=True)
class GroupTest:
    """A chi-square test of R samples. ``score`` (R, K): observed less expected, ``variance`` (R, K, K) of it."""

    score: Floats
    variance: Floats
    statistic: Floats
    degrees: int

    @property
    def p(self) -> Floats:
        """(R,)"""
        from scipy.special import chdtrc

        return chdtrc(float(self.degrees), self.statistic)


def group_test(score: Floats, variance: Floats) -> GroupTest:
    """From scores that sum to 0: the last group is left out. NaN where the variance is singular (an empty group)."""
    z, v = score[:, :-1], variance[:, :-1, :-1]
    degrees = z.shape[1]
    usable = np.linalg.matrix_rank(v, hermitian=True) == degrees
    safe = np.where(usable[:, None, None], v, np.eye(degrees))
    statistic = np.einsum("rk,rk->r", z, np.linalg.solve(safe, z[..., None])[..., 0])
    return GroupTest(score, variance, np.where(usable, statistic, np.nan), degrees)


def members_of(group: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """The names of the groups (K,) and the number of each patient's group, in the shape given."""
    names, number = np.unique(np.asarray(group), return_inverse=True)
    if len(names) < 2:
        raise ValueError(f"a test needs two groups, found {len(names)}")
    return names, number.reshape(np.shape(group))


def log_rank(
    time: ArrayLike, event: ArrayLike, group: ArrayLike, *, strata: ArrayLike | None = None, rho: float = 0.0
) -> GroupTest:
    """``time``, ``event`` (R, N) or (N,); ``group``, ``strata`` the same shape or (N,).

    ``rho``: weights S(t-)^rho of the pooled curve; 0 is the log-rank test, 1 that of Peto and Peto with Prentice.
    """
    times = rows_of(np.asarray(time, dtype=float))
    names, number = members_of(group)
    layers = [np.ones(times.shape, dtype=bool)]
    if strata is not None:
        of = rows_of(strata, times)
        layers = [of == each for each in np.unique(of)]
    parts = [_score(np.where(layer, times, np.nan), event, number, len(names), rho) for layer in layers]
    return group_test(sum(score for score, _ in parts), sum(variance for _, variance in parts))  # type: ignore[arg-type]


def _score(time: Floats, event: ArrayLike, number: np.ndarray, groups: int, rho: float) -> tuple[Floats, Floats]:
    ordered = Ordered.of(time)
    happened = ordered.sorted(rows_of(event, time)) != 0
    of = ordered.sorted(rows_of(number, time))
    d, n = ordered.in_tie(happened), ordered.at_risk(ordered.there)
    weight = shifted(np.cumprod(1 - ratio(d, n), axis=1), 1.0) ** rho
    spread = weight**2 * ratio(d * (n - d), n - 1)  # of the hypergeometric law, for one group of share p: p (1 - p)
    share = [ratio(ordered.at_risk(of == k), n) for k in range(groups)]
    score = [(weight * (ordered.in_tie(happened & (of == k)) - d * share[k])).sum(axis=1) for k in range(groups)]
    variance = np.empty((len(time), groups, groups))
    for k in range(groups):
        for j in range(k + 1):
            term = share[k] * ((k == j) - share[j])
            variance[:, k, j] = variance[:, j, k] = (spread * term).sum(axis=1)
    return np.stack(score, axis=1), variance
