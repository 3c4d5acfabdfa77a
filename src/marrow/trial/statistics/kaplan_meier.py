"""Survival by Kaplan and Meier with Greenwood's variance; cumulative hazard by Nelson and Aalen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from marrow.trial.statistics.limits import Scale, limits
from marrow.trial.statistics.ordered import Bools, Floats, Ordered, ratio


@dataclass(frozen=True)
class Curve:
    """One sample's curve at its K distinct times; standard error NaN where the curve has come to 0."""

    time: Floats
    at_risk: Floats
    events: Floats
    censored: Floats
    survival: Floats
    standard_error: Floats

    def limits(self, scale: Scale = Scale.LOG_LOG, level: float = 0.95) -> tuple[Floats, Floats]:
        return limits(self.survival, self.standard_error, scale, level)

    def quantile(self, share: float) -> float:
        """The first time by which ``share`` have had the event; infinite where the curve never comes so low."""
        return _crossing(self.time, self.survival, 1 - share)

    def quantile_limits(self, share: float, level: float = 0.95) -> tuple[float, float]:
        """The times at which the log-log limits cross (Brookmeyer and Crowley on that scale)."""
        low, high = self.limits(level=level)
        return _crossing(self.time, low, 1 - share), _crossing(self.time, high, 1 - share)


_SAME = 1e-9  # a curve within rounding of the level lies on it


def _crossing(time: Floats, curve: Floats, level: float) -> float:
    """Where a falling curve first lies below ``level``; in the middle of a step that lies exactly on it."""
    below, on = curve < level - _SAME, np.abs(curve - level) <= _SAME
    if not (below | on).any():
        return float("inf")
    first = int(np.argmax(below | on))
    if not on[first]:
        return float(time[first])
    later = np.flatnonzero(below[first:])
    return float(time[first] + time[first + int(later[0])]) / 2 if later.size else float(time[first])


@dataclass(frozen=True)
class KaplanMeier:
    """R curves on the places of ``ordered`` (R, N): ``at_risk``, ``events`` (0 but at the last place of a tie)."""

    ordered: Ordered
    event: Bools
    at_risk: Floats
    events: Floats

    @cached_property
    def survival(self) -> Floats:
        return np.cumprod(1 - ratio(self.events, self.at_risk), axis=1)

    @cached_property
    def relative_variance(self) -> Floats:
        """Greenwood's sum of d / (n (n - d)); infinite where the curve has come to 0."""
        rest = self.at_risk * (self.at_risk - self.events)
        term = np.where((rest == 0) & (self.events > 0), np.inf, ratio(self.events, rest))
        return np.cumsum(term, axis=1)

    @cached_property
    def cumulative_hazard(self) -> Floats:
        """Nelson and Aalen's sum of d / n."""
        return np.cumsum(ratio(self.events, self.at_risk), axis=1)

    @cached_property
    def cumulative_hazard_variance(self) -> Floats:
        """The sum of d / n²."""
        return np.cumsum(ratio(self.events, self.at_risk**2), axis=1)

    @cached_property
    def cumulative_hazard_of_ties(self) -> Floats:
        """Fleming and Harrington's: d deaths of one time as if one after another, 1/n + 1/(n-1) + ..."""
        left = self.at_risk - self.ordered.rank_in_tie(self.event)
        return np.cumsum(np.where(self.event, ratio(self.event, left), 0.0), axis=1)

    def survival_at(self, times: ArrayLike) -> Floats:
        """(R, T)."""
        return self.ordered.value_at(self.survival, times, 1.0)

    def standard_error_at(self, times: ArrayLike) -> Floats:
        """(R, T), Greenwood; NaN where the curve has come to 0."""
        variance = self.ordered.value_at(self.relative_variance, times, 0.0)
        with np.errstate(invalid="ignore"):
            return np.where(np.isinf(variance), np.nan, self.survival_at(times) * np.sqrt(variance))

    def curve(self, row: int = 0) -> Curve:
        """One sample's curve at its distinct times."""
        kept = self.ordered.last[row]
        censored = self.ordered.in_tie(~self.event)[row]
        with np.errstate(invalid="ignore"):
            error = self.survival[row] * np.sqrt(self.relative_variance[row])
        columns = (self.ordered.time[row], self.at_risk[row], self.events[row], censored, self.survival[row], error)
        return Curve(*(column[kept] for column in columns))


def kaplan_meier(time: ArrayLike, event: ArrayLike) -> KaplanMeier:
    """``time`` (R, N) or (N,): of the event or of censoring, NaN = no patient; ``event`` the same shape, 1 or 0."""
    ordered = Ordered.of(time)
    happened = ordered.sorted(np.asarray(event) != 0).astype(bool) & ordered.there
    return KaplanMeier(ordered, happened, ordered.at_risk(ordered.there), ordered.in_tie(happened))
