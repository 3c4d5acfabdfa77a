"""Cumulative incidences with competing risks: drawn, expected from integrated hazards, and who is in which state when.

Everybody is followed to the end, so that nothing is censored: the incidence is the share of patients, its Monte Carlo
error that of a proportion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike

from marrow.endpoints.outcome import Outcomes
from marrow.endpoints.series import Floats


@dataclass(frozen=True)
class Curve:
    """``share`` (T,) of patients whom it has struck by each ``day`` (T,), and its standard ``error`` (T,)."""

    day: Floats
    share: Floats
    error: Floats


def drawn_incidence(struck: Floats, day: ArrayLike) -> Curve:
    """From the days on which it struck (N,; infinite: not; NaN: not known, left out)."""
    known = np.sort(struck[~np.isnan(struck)])
    days = np.atleast_1d(np.asarray(day, dtype=float))
    count = max(known.size, 1)
    share = np.searchsorted(known, days, side="right") / count
    return Curve(days, share, np.sqrt(share * (1 - share) / count))


def expected_incidence(cumulative: Mapping[str, Floats], day: Floats) -> dict[str, Curve]:
    """The incidence of each of several competing risks, from the cumulative hazard of each (N, T) on T days.

    Each patient's survival times the increase of the hazard, summed: what remains to chance in a patient is integrated
    out, so that the error (over patients) is smaller than that of drawn events. Between two days the hazards are taken
    as proportional to each other. Nothing that a risk does to the course of another is taken into account.
    """
    names = list(cumulative)
    hazard = np.stack([np.maximum.accumulate(np.asarray(cumulative[name], dtype=float), axis=1) for name in names])
    total = hazard.sum(axis=0)
    step = np.diff(total, axis=1, prepend=0.0)
    survival = np.exp(-np.concatenate([np.zeros((total.shape[0], 1)), total[:, :-1]], axis=1))
    ending = survival * -np.expm1(-step)  # whom any of them strikes in the interval
    parts = np.diff(hazard, axis=2, prepend=0.0)
    share = np.divide(parts, step, out=np.zeros_like(parts), where=step > 0)
    each = np.cumsum(ending * share, axis=2)
    patients = each.shape[1]
    return {
        name: Curve(day, each[k].mean(axis=0), each[k].std(axis=0, ddof=1 if patients > 1 else 0) / np.sqrt(patients))
        for k, name in enumerate(names)
    }


class Situation(Enum):
    """What a patient is in, from best to worst; each belongs to the worst that holds."""

    NOT_YET_ENGRAFTED = "alive, not yet engrafted"
    WELL = "alive, engrafted, without relapse or GVHD"
    AFTER_ACUTE = "alive after acute GVHD of grade II-IV, without relapse"
    AFTER_CHRONIC = "alive after chronic GVHD, without relapse"
    GRAFT_FAILED = "alive after graft failure, without relapse"
    RELAPSED = "alive after relapse"
    DEAD_OF_RELAPSE = "died after relapse"
    DEAD_OTHERWISE = "died without relapse"


def occupancy(outcomes: Outcomes, day: ArrayLike) -> dict[Situation, Floats]:
    """The share of patients (T,) in each situation on each ``day`` (T,); they sum to one. Failed solves are left out.

    A situation whose outcome the table lacks holds nobody.
    """
    days = np.atleast_1d(np.asarray(day, dtype=float))
    known = outcomes.status == 0

    def reached(name: str) -> np.ndarray:
        if name not in outcomes:
            return np.zeros((int(known.sum()), len(days)), dtype=bool)
        return outcomes[name][known][:, None] <= days

    engrafted = reached("neutrophil_engraftment_day")
    relapsed, died = reached("relapse_day"), reached("death_day")
    tests: Sequence[tuple[Situation, np.ndarray]] = (
        (Situation.DEAD_OTHERWISE, reached("non_relapse_death_day")),
        (Situation.DEAD_OF_RELAPSE, died),
        (Situation.RELAPSED, relapsed),
        (Situation.GRAFT_FAILED, reached("graft_failure_day")),
        (Situation.AFTER_CHRONIC, reached("chronic_gvhd_day")),
        (Situation.AFTER_ACUTE, reached("acute_gvhd_2_4_day")),
        (Situation.WELL, engrafted),
    )
    free = np.ones((int(known.sum()), len(days)), dtype=bool)
    shares: dict[Situation, Floats] = {}
    for situation, holds in tests:
        shares[situation] = (free & holds).mean(axis=0)
        free &= ~holds
    shares[Situation.NOT_YET_ENGRAFTED] = free.mean(axis=0)
    return {situation: shares[situation] for situation in Situation}
