"""The hazard ratio of two groups by Cox's partial likelihood, for thousands of samples at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marrow.trial.statistics.cox import Ties
from marrow.trial.statistics.limits import normal_quantile
from marrow.trial.statistics.ordered import Bools, Floats, Ordered, ratio

_MOST_STEPS = 40
_FARTHEST = 20.0  # a log hazard ratio that goes beyond has no maximum: a group without events
_CLOSE = 1e-10


@dataclass(frozen=True)
class HazardRatio:
    """Log hazard ratio of group 1 against group 0 (R,); NaN where it has no finite maximum (a group without events).

    ``score_statistic`` (R,): the score test of no difference, one degree of freedom.
    """

    log_ratio: Floats
    standard_error: Floats
    score_statistic: Floats
    converged: Bools

    @property
    def ratio(self) -> Floats:
        return np.exp(self.log_ratio)

    def limits(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Of the ratio, by Wald."""
        z = normal_quantile(level)
        return np.exp(self.log_ratio - z * self.standard_error), np.exp(self.log_ratio + z * self.standard_error)


def hazard_ratio(time: ArrayLike, event: ArrayLike, group: ArrayLike, ties: Ties = Ties.EFRON) -> HazardRatio:
    """``time``, ``event`` (R, N) or (N,), NaN time = no patient; ``group`` the same shape or (N,), 0 or 1."""
    ordered = Ordered.of(time)
    arm = ordered.sorted(group)
    if not np.isin(arm[ordered.there], (0, 1)).all():
        raise ValueError("the group must be 0 or 1")
    happened = (ordered.sorted(event) != 0) & ordered.there
    in_one = (arm == 1) & ordered.there
    one, zero = ordered.at_risk(in_one), ordered.at_risk(~in_one & ordered.there)
    if ties is Ties.EFRON:  # deaths of one time leave the risk set one after another, on average
        died = [_over_tie(ordered, happened & side) for side in (in_one, ~in_one)]
        left = ordered.rank_in_tie(happened) * ratio(1.0, died[0] + died[1])
        one, zero = one - left * died[0], zero - left * died[1]
    one, zero = np.where(happened, one, 0.0), np.where(happened, zero, 0.0)
    events_in_one = (happened & in_one).sum(axis=1)
    log_ratio = np.zeros(len(one))
    first_score, information = np.zeros(len(one)), np.ones(len(one))
    moving = np.ones(len(one), dtype=bool)
    for step in range(_MOST_STEPS):
        share = ratio(one * np.exp(log_ratio)[:, None], zero + one * np.exp(log_ratio)[:, None])
        score = events_in_one - share.sum(axis=1)
        information = (share * (1 - share)).sum(axis=1)
        if step == 0:
            first_score = ratio(score**2, information)
        change = np.clip(ratio(score, information), -2.0, 2.0)
        log_ratio = np.where(moving, log_ratio + change, log_ratio)
        moving &= (np.abs(change) > _CLOSE) & (np.abs(log_ratio) < _FARTHEST)
        if not moving.any():
            break
    good = ~moving & (np.abs(log_ratio) < _FARTHEST) & (information > 0)
    nothing = np.full(len(one), np.nan)
    return HazardRatio(
        np.where(good, log_ratio, nothing), np.where(good, np.sqrt(ratio(1.0, information)), nothing), first_score, good
    )


def _over_tie(ordered: Ordered, member: Bools) -> Floats:
    """How many members the tie of each place has, at all of its places."""
    counted = np.cumsum(member, axis=1) - ordered.before(member)
    ends = np.where(ordered.last, np.arange(member.shape[1]), member.shape[1] - 1)
    ends = np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1]
    return np.take_along_axis(counted, ends, axis=1)
