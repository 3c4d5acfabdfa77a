"""Gray's test: is the cumulative incidence of a cause the same in K groups? (Gray 1988)"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from marrow.trial.statistics.log_rank import GroupTest, group_test, members_of
from marrow.trial.statistics.ordered import Floats, Ordered, ratio, rows_of, shifted


def gray(
    time: ArrayLike,
    cause: ArrayLike,
    group: ArrayLike,
    of_interest: int,
    *,
    strata: ArrayLike | None = None,
    rho: float = 0.0,
) -> GroupTest:
    """``time``, ``cause`` (R, N) or (N,), cause 0 = censored; ``group``, ``strata`` the same shape or (N,).

    ``rho``: weights (1 - F(t-))^rho of the pooled incidence.
    """
    times = rows_of(np.asarray(time, dtype=float))
    names, number = members_of(group)
    layers = [np.ones(times.shape, dtype=bool)]
    if strata is not None:
        of = rows_of(strata, times)
        layers = [of == each for each in np.unique(of)]
    parts = [_score(np.where(layer, times, np.nan), cause, number, len(names), of_interest, rho) for layer in layers]
    return group_test(sum(score for score, _ in parts), sum(variance for _, variance in parts))  # type: ignore[arg-type]


def _score(
    time: Floats, cause: ArrayLike, number: np.ndarray, groups: int, wanted: int, rho: float
) -> tuple[Floats, Floats]:
    """Score (R, K) and its variance (R, K, K) of one stratum.

    With the subdistribution risk set h_k = n_k (1 - F_k)/S_k, under the null q_k = n_k/S_k, each event at t in group
    k moves the score of group i by a_ik(t) now, and by what it does to later expectations: C_ik(end) - C_ik(t).
    """
    ordered = Ordered.of(time)
    of = ordered.sorted(rows_of(number, time))
    reason = ordered.sorted(rows_of(cause, time))
    mine, other = (reason == wanted) & ordered.there, (reason != 0) & (reason != wanted) & ordered.there
    member = np.stack([(of == k) & ordered.there for k in range(groups)])
    n = np.stack([ordered.at_risk(each) for each in member])
    d = np.stack([ordered.in_tie(mine & each) for each in member])
    e = np.stack([ordered.in_tie(other & each) for each in member])
    free = np.cumprod(1 - ratio(d + e, n), axis=2)
    before = shifted(free, 1.0)
    incidence = shifted(np.cumsum(before * ratio(d, n), axis=2), 0.0)
    q = ratio(n, before)
    h, total = q * (1 - incidence), q.sum(axis=0)
    all_mine = d.sum(axis=0)
    pooled = np.cumsum(ratio(all_mine, total), axis=1)
    pooled_before = shifted(pooled, 0.0)
    weight = (1 - pooled_before) ** rho
    score = (weight * (d - all_mine * ratio(h, h.sum(axis=0)))).sum(axis=2)

    hazard = ratio(all_mine, total * (1 - pooled_before))
    late = 1 - pooled
    one_by_one = 1 - np.where(all_mine > 1, ratio(all_mine - 1, total * before - 1), 0.0)
    spread_mine = one_by_one * before * ratio(all_mine, total * n)
    spread_other = (1 - np.where(e > 1, ratio(e - 1, n - 1), 0.0)) * before**2 * ratio(e, n**2)
    loss = np.where(free > 0, 1 - ratio(late, free), 1.0)
    loss_other = ratio(late, free)
    spread_other = np.where(free > 0, spread_other, 0.0)
    variance = np.zeros((len(time), groups, groups))
    for k in range(groups):
        a = np.stack([weight * q[i] * ((i == k) - ratio(q[k], total)) for i in range(groups)])
        a = np.where(n[k] > 0, a, 0.0)
        c = np.cumsum(a * hazard, axis=2)
        left = c[:, :, -1:] - c
        now, later = a + loss[k] * left, loss_other[k] * left
        variance += np.einsum("irn,jrn,rn->rij", now, now, spread_mine[k])
        variance += np.einsum("irn,jrn,rn->rij", later, later, spread_other[k])
    return score.T, variance
