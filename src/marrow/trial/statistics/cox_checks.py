"""How well a Cox model orders patients, and whether its hazards are proportional."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from marrow.trial.statistics.cox import CoxFit
from marrow.trial.statistics.kaplan_meier import kaplan_meier
from marrow.trial.statistics.ordered import Floats


def concordance(fit: CoxFit) -> float:
    """Harrell's: of the pairs whose order is known, the share that the model orders so; ties of risk count half."""
    right, half, all_of_them = 0.0, 0.0, 0.0
    rows = fit.rows
    risk = np.round((rows.covariates - fit.centre) @ fit.coefficients, 10)  # equal covariates, equal risk
    for each in np.unique(rows.stratum):
        here = rows.stratum == each
        start, stop, event, score = rows.start[here], rows.stop[here], rows.event[here], risk[here]
        for place in np.flatnonzero(event):
            later = (stop > stop[place]) | ((stop == stop[place]) & ~event)
            later &= start < stop[place]
            right += np.count_nonzero(score[later] < score[place])
            half += np.count_nonzero(score[later] == score[place])
            all_of_them += np.count_nonzero(later)
    return (right + half / 2) / all_of_them


@dataclass(frozen=True)
class ProportionalityTest:
    """Score tests that a coefficient changes with time: each alone (P,), all together, degrees of freedom P."""

    each: Floats
    together: float
    degrees: int

    @property
    def p(self) -> float:
        from scipy.special import chdtrc

        return float(chdtrc(float(self.degrees), self.together))


def proportional_hazards(fit: CoxFit) -> ProportionalityTest:
    """Grambsch and Therneau's test as a score test; time enters as 1 - the Kaplan-Meier curve just before."""
    p = len(fit.coefficients)
    moment = [_moment(fit, each.time) for each in fit.sets]
    centre = float(np.mean(np.concatenate(moment)))
    u, cross, square = np.zeros(p), np.zeros((p, p)), np.zeros((p, p))
    for each, g in zip(fit.sets, moment, strict=True):
        g = g - centre
        x = each.rows.covariates - fit.centre
        risk = each.rows.weight * np.exp(x @ fit.coefficients)
        total = each.at_risk(risk)
        mean = each.at_risk(risk[:, None] * x) / total[:, None]
        u += g @ (x[each.order] * each.rows.weight[each.order, None] - each.weight[:, None] * mean)
        for power, into in ((1, cross), (2, square)):
            w = each.weight * g**power
            lived = risk * each.lived(w / total)
            into += x.T @ (lived[:, None] * x) - mean.T @ (w[:, None] * mean)
    information = square - cross @ fit.covariance @ cross
    each_alone = u**2 / np.diag(information)
    return ProportionalityTest(each_alone, float(u @ np.linalg.solve(information, u)), p)


def _moment(fit: CoxFit, time: Floats) -> Floats:
    """1 - S(t-) of all patients together, at each of ``time``; counts those at risk where rows enter late."""
    rows = fit.rows
    if not np.isfinite(rows.start).any():
        curve = kaplan_meier(rows.stop, rows.event).curve()
        steps, survival = curve.time, curve.survival
    else:
        steps = np.unique(rows.stop[rows.event])
        d = np.array([np.count_nonzero(rows.event & (rows.stop == t)) for t in steps])
        n = np.array([np.count_nonzero((rows.start < t) & (rows.stop >= t)) for t in steps])
        survival = np.cumprod(1 - d / n)
    place = np.searchsorted(steps, time, "left") - 1
    return np.where(place < 0, 0.0, 1 - survival[np.maximum(place, 0)])
