"""How patients are over time: free of relapse and of treated GVHD (current GRFS), treated, relapsed, dead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marrow.trial.blocks import TREATED
from marrow.trial.statistics.current_survival import Health, health_over_time, health_stays

if TYPE_CHECKING:
    from marrow.trial.findings import Simulated

Floats = NDArray[np.float64]
COLUMNS = ("death_day", "relapse_day", *(name for names in TREATED for name in names))
NAMES = {
    Health.FREE: "alive, no relapse, no GVHD under treatment",
    Health.ACTIVE: "GVHD under treatment",
    Health.RELAPSED: "alive after relapse",
    Health.DEAD: "dead",
}
_POINTS, _MARKS = 200, 6
_MOST = 50_000  # patients of an arm whose stays are listed: more would not be seen in a figure, and fill the memory


@dataclass(frozen=True)
class ArmHealth:
    """Shares (T, 4) by ``Health`` at ``days`` (T,) as the first trial (at most 50,000 of its patients in the arm)
    estimates them, with their errors; ``truth`` (T, 4): of everybody in this arm, without censoring; ``at_risk`` (M,):
    of those patients, alive and followed at ``marks`` (M,)."""

    arm: str
    days: Floats
    share: Floats
    error: Floats
    truth: Floats
    marks: Floats
    at_risk: tuple[int, ...]

    @property
    def places(self) -> NDArray[np.intp]:
        """Of the marks among the days."""
        return np.searchsorted(self.days, self.marks)


def health_of_arms(here: Simulated, arm: NDArray[np.int64]) -> tuple[ArmHealth, ...]:
    """``arm`` (N,): allocation of the first trial. Nothing where treatment of GVHD was not simulated."""
    if all(np.isnan(each[TREATED[0][0]]).all() for each in here.columns):
        return ()
    until = here.design.follow_up
    marks = np.round(np.linspace(0, until, _MARKS + 1))
    days = np.union1d(np.round(np.linspace(0, until, _POINTS)), marks)
    return tuple(_arm(here, k, arm == k, days, marks) for k in range(len(here.columns)))


def _arm(here: Simulated, k: int, mine: NDArray[np.bool_], days: Floats, marks: Floats) -> ArmHealth:
    course, columns = here.course, {name: np.array(here.columns[k][name], dtype=float) for name in COLUMNS}
    solved = here.columns[k]["status"] == 0
    for name, values in columns.items():  # who is never transplanted dies of that alone
        instead = course.death_untreated if name == "death_day" else np.inf
        columns[name] = np.where(course.untreated, instead, np.where(np.isnan(values), np.inf, values))
    truth = _true_shares(columns, days, solved | course.untreated)
    mine = mine & solved[: len(mine)]
    some = np.flatnonzero(mine & (np.cumsum(mine) <= _MOST))
    end = here.design.accrual + here.design.follow_up - course.enrolled[some]
    seen = np.maximum(np.minimum(end, course.lost[some]), 1e-9)
    spells = [[(columns[b][i], columns[e][i]) for b, e in TREATED if np.isfinite(columns[b][i])] for i in some]
    death = np.maximum(columns["death_day"][some], 1e-9)
    over_time = health_over_time(health_stays(spells, columns["relapse_day"][some], death, seen))
    share, error = (np.asarray(each, dtype=np.float64) for each in over_time.at(days))
    at_risk = tuple(int((np.minimum(seen, death) >= mark).sum()) for mark in marks)
    return ArmHealth(here.design.arms[k].arm.arm, days, share, error, truth, marks, at_risk)


def _true_shares(columns: dict[str, Floats], days: Floats, known: NDArray[np.bool_]) -> Floats:
    """By counting: a patient is in the last of treated, relapsed, dead that holds."""
    found = np.empty((len(days), len(Health)))
    death, relapse = columns["death_day"][known], columns["relapse_day"][known]
    for k, day in enumerate(days):
        treated = np.zeros(len(death), dtype=bool)
        for begin, end in TREATED:
            treated |= (columns[begin][known] <= day) & (day < columns[end][known])
        state = np.where(treated, Health.ACTIVE, Health.FREE)
        state = np.where(relapse <= day, Health.RELAPSED, state)
        state = np.where(death <= day, Health.DEAD, state)
        found[k] = np.bincount(state, minlength=len(Health)) / len(state)
    return found


def rows_of(arms: Sequence[ArmHealth]) -> list[dict[str, object]]:
    """A row for each arm and mark: shares with errors, the truth of current GRFS, and the number at risk."""
    return [
        {
            "arm": each.arm,
            "day": float(mark),
            "at_risk": each.at_risk[m],
            **{state.name.lower(): float(each.share[place, state]) for state in Health},
            "current_grfs_error": float(each.error[place, Health.FREE]),
            "true_current_grfs": float(each.truth[place, Health.FREE]),
        }
        for each in arms
        for m, (mark, place) in enumerate(zip(each.marks, each.places, strict=True))
    ]
