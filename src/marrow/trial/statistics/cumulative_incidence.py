"""Cumulative incidence with competing risks by Aalen and Johansen, ties taken as they are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from marrow.trial.statistics.ordered import Floats, Integers, Ordered, ratio, shifted


class Variance(Enum):
    """Which variance of the incidence; they differ a little in small samples.

    GREENWOOD: deaths of one time are multinomial among those at risk; also the infinitesimal jackknife. AALEN: from the
    counting processes (Aalen 1978), with Gray's correction for ties: what R's cmprsk prints.
    """

    GREENWOOD = "Greenwood"
    AALEN = "Aalen"


@dataclass(frozen=True)
class CumulativeIncidence:
    """R samples on the places of ``ordered`` (R, N). ``cause`` (R, N), sorted: 0 is censored."""

    ordered: Ordered
    cause: Integers
    at_risk: Floats

    @cached_property
    def events(self) -> Floats:
        return self.ordered.in_tie(self.cause > 0)

    @cached_property
    def survival(self) -> Floats:
        """Free of every cause."""
        return np.cumprod(1 - ratio(self.events, self.at_risk), axis=1)

    def events_of(self, cause: int) -> Floats:
        return self.ordered.in_tie(self.cause == cause)

    def incidence(self, cause: int) -> Floats:
        return np.cumsum(shifted(self.survival, 1.0) * ratio(self.events_of(cause), self.at_risk), axis=1)

    def incidence_at(self, cause: int, times: ArrayLike) -> Floats:
        """(R, T)."""
        return self.ordered.value_at(self.incidence(cause), times, 0.0)

    def variance_at(self, cause: int, times: ArrayLike, kind: Variance = Variance.GREENWOOD) -> Floats:
        """(R, T). The sum over event times u of squared influences on F(t), each a - b F(t) for known a, b."""
        incidence, free = self.incidence(cause), self.survival
        inverse = ratio(1.0, free)  # 0 where nobody is left: no later event can follow
        before = shifted(free, 1.0)
        own, all_of_them, n = self.events_of(cause), self.events, self.at_risk
        others = all_of_them - own
        here, weight = 1 + incidence * inverse, ratio(before**2, n**2)
        away = incidence * inverse
        terms: list[tuple[Floats, Floats]]  # weight, influence without F(t)
        if kind is Variance.AALEN:
            kept = np.where(free > 0, 1.0, 0.0)
            terms = [(weight * _own_variance(own, n), here), (kept * weight * _own_variance(others, n), away)]
            parts = [(np.cumsum(w * a * a, axis=1), np.cumsum(w * a * inverse, axis=1),
                      np.cumsum(w * inverse**2, axis=1)) for w, a in terms]  # fmt: skip
        else:  # mean square less the square of the mean, as numbers of deaths are multinomial
            parts = []
            for w, a in ((weight * own, here), (weight * others, away)):
                parts.append((np.cumsum(w * a * a, axis=1), np.cumsum(w * a * inverse, axis=1),
                              np.cumsum(w * inverse**2, axis=1)))  # fmt: skip
            a, b = own * here + others * away, all_of_them * inverse
            w = -ratio(weight, n)
            parts.append((np.cumsum(w * a * a, axis=1), np.cumsum(w * a * b, axis=1), np.cumsum(w * b * b, axis=1)))
        square, cross, line = (sum(part[k] for part in parts) for k in range(3))
        at = incidence
        return self.ordered.value_at(np.maximum(square - 2 * at * cross + at**2 * line, 0.0), times, 0.0)


def _own_variance(events: Floats, at_risk: Floats) -> Floats:
    """d (1 - (d - 1)/(n - 1))."""
    return events * (1 - np.where(events > 1, ratio(events - 1, at_risk - 1), 0.0))


def cumulative_incidence(time: ArrayLike, cause: ArrayLike) -> CumulativeIncidence:
    """``time`` (R, N) or (N,), NaN = no patient; ``cause`` the same shape, whole numbers: 0 censored, 1.. the cause."""
    ordered = Ordered.of(time)
    of = ordered.sorted(cause).astype(np.intp)
    if (of < 0).any():
        raise ValueError("causes are 0 for censored, 1 and up for events")
    return CumulativeIncidence(ordered, np.where(ordered.there, of, 0), ordered.at_risk(ordered.there))
