"""Current GRFS: the share alive, without relapse and without active GVHD that needs treatment, on each day.

Unlike GRFS it can rise again: a patient whose GVHD has resolved is free of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike

from marrow.trial.statistics.multistate import STAYED, Occupancy, Stays, aalen_johansen, hazards_of
from marrow.trial.statistics.ordered import Floats


class Health(IntEnum):
    """States of a patient after the graft."""

    FREE = 0  # alive, no active GVHD, no relapse
    ACTIVE = 1  # active GVHD under treatment
    RELAPSED = 2
    DEAD = 3


def health_stays(
    gvhd: Sequence[Iterable[tuple[float, float]]], relapse: ArrayLike, death: ArrayLike, last_seen: ArrayLike
) -> Stays:
    """Histories of N patients from day 0.

    ``gvhd``: spells (begin, end) of active GVHD of each patient, end infinite when not resolved; ``relapse``, ``death``
    (N,): days, infinite when not; ``last_seen`` (N,): observed until then. Relapse is not left but by death.
    """
    rows: list[tuple[int, int, int, float, float]] = []
    for number, (spells, back, died, seen) in enumerate(
        zip(gvhd, *(np.asarray(each, dtype=float) for each in (relapse, death, last_seen)), strict=True)
    ):
        end = min(died, seen)
        if not end > 0:
            raise ValueError(f"patient {number}: observed until day {end}, which is not after the graft")
        changes = [(0.0, Health.FREE)]
        for begin, over in _joined(spells):
            changes += [(max(begin, 0.0), Health.ACTIVE), (over, Health.FREE)]
        changes = [(day, state) for day, state in changes if day < min(back, end)]
        if back < end:
            changes.append((max(back, 0.0), Health.RELAPSED))
        ends = [*(day for day, _ in changes[1:]), end]
        goes = [*(int(state) for _, state in changes[1:]), int(Health.DEAD) if died <= seen else STAYED]
        stays = zip(changes, ends, goes, strict=True)
        rows += [(number, int(state), to, day, until) for (day, state), until, to in stays if until > day]
    patient, state, to, entry, leave = (np.array(column) for column in zip(*rows, strict=True))
    return Stays(patient, state, to, entry.astype(float), leave.astype(float), len(Health))


def _joined(spells: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spells in order, those that touch or overlap made one."""
    joined: list[tuple[float, float]] = []
    for begin, over in sorted(spells):
        if not over > begin:
            raise ValueError(f"a spell must end after it began, found {begin} to {over}")
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(over, joined[-1][1]))
        else:
            joined.append((begin, over))
    return joined


def health_over_time(stays: Stays) -> Occupancy:
    """Share of patients in each state of ``Health`` over time, with its error, whatever was censored."""
    begin = np.array([np.count_nonzero((stays.state == each) & (stays.entry == 0)) for each in Health], dtype=float)
    return aalen_johansen(hazards_of(stays), begin / begin.sum())


def current_grfs(stays: Stays, times: ArrayLike) -> tuple[Floats, Floats]:
    """The share in ``Health.FREE`` at ``times`` (T,), and its standard error."""
    probability, error = health_over_time(stays).at(times)
    return probability[:, Health.FREE], error[:, Health.FREE]
