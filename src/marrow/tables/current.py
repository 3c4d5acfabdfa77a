"""Current GRFS of real patients: who is alive, without relapse and without active GVHD on each day.

Acute disease is active from a day with grade II or more until a lower one is staged; moderate or severe chronic disease
from its day on, since charts do not say when it ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from marrow.endpoints.gvhd_grading import GradedDays
from marrow.trial.statistics.current_survival import Health, health_over_time, health_stays
from marrow.trial.statistics.limits import limits

Spells = tuple[tuple[float, float], ...]
_LEAST_GRADE = 2
EVERYONE = ""


@dataclass(frozen=True)
class Histories:
    """N patients: spells of active GVHD; days of relapse, death and the last contact (N,)."""

    patient: tuple[str, ...]
    spells: tuple[Spells, ...]
    relapse: np.ndarray
    death: np.ndarray
    last: np.ndarray


@dataclass(frozen=True)
class CurrentStep:
    """Shares of one group on one day, those of current GRFS with 95 % limits; ``at_risk``: alive and followed."""

    group: str
    day: float
    at_risk: int
    current_grfs: float
    low: float
    high: float
    active_gvhd: float
    relapsed: float
    dead: float


def histories(
    patient: Sequence[str], graded: GradedDays, columns: Mapping[str, np.ndarray], last: np.ndarray
) -> Histories | None:
    """Of patients who are followed beyond day 0; None where relapse or death are not told."""
    if not {"relapse_day", "death_day"} <= set(columns):
        return None
    chronic = columns.get("chronic_gvhd_moderate_severe_day", np.full(len(patient), np.inf))
    kept = [k for k in range(len(patient)) if min(last[k], columns["death_day"][k]) > 0]
    spells = tuple(_spells(graded.day, graded.grade[k], chronic[k]) for k in kept)
    return Histories(
        tuple(patient[k] for k in kept), spells, columns["relapse_day"][kept], columns["death_day"][kept], last[kept]
    )


def _spells(day: np.ndarray, grade: np.ndarray, chronic: float) -> Spells:
    found: list[tuple[float, float]] = []
    active = np.nan_to_num(grade) >= _LEAST_GRADE
    for k in np.flatnonzero(active):
        until = float(day[k + 1]) if k + 1 < len(day) else np.inf
        found.append((max(float(day[k]), 0.0), until))
    if np.isfinite(chronic):
        found.append((max(float(chronic), 0.0), np.inf))
    return tuple(each for each in found if each[1] > each[0])


def current_steps(of: Histories, groups: Mapping[str, str]) -> list[CurrentStep]:
    """By group, on each day on which somebody moved from one state to another."""
    group = np.array([groups.get(name, EVERYONE) for name in of.patient])
    found = []
    for each in np.unique(group):
        here = np.flatnonzero(group == each)
        stays = health_stays([of.spells[k] for k in here], of.relapse[here], of.death[here], of.last[here])
        over = health_over_time(stays)
        share, error = over.at(over.time)
        low, high = limits(share[:, Health.FREE], error[:, Health.FREE])
        end = np.minimum(of.death[here], of.last[here])
        found += [
            CurrentStep(
                str(each), float(day), int((end >= day).sum()), float(share[k, Health.FREE]), float(low[k]),
                float(high[k]), float(share[k, Health.ACTIVE]), float(share[k, Health.RELAPSED]),
                float(share[k, Health.DEAD]),
            )
            for k, day in enumerate(over.time)
        ]  # fmt: skip
    return found
