"""Who may enter: people are looked at one after the other until one is eligible, place by place.

A place that is filled anew is drawn with keys of its own, so that who stands in it depends on nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marrow.calibration.arm import Arm
from marrow.clinic.eligibility import Criterion
from marrow.errors import RunError
from marrow.population.people import plan_of_choice
from marrow.population.persons import Persons, persons_of
from marrow.population.roster import Roster

MOST_LOOKED_AT = 1000  # people for one place
_DRAWN = {"patient.age": "age", "patient.weight": "weight", "patient.height": "height"}


@dataclass(frozen=True, eq=False)
class Screened:
    """``anew`` (N,): people who were refused before one was eligible; ``refused`` (N, C): by which criterion, the first
    that was not met."""

    anew: NDArray[np.int64]
    refused: NDArray[np.int64]


def screen(
    arm: Arm, criteria: Sequence[Criterion], identities: NDArray[np.int64], seed: int, roster: Roster | None = None
) -> Screened:
    """Fills N places. Raises ``RunError`` where hardly anybody is eligible."""
    anew = np.zeros(len(identities), dtype=np.int64)
    refused = np.zeros((len(identities), len(criteria)), dtype=np.int64)
    open_places = np.arange(len(identities)) if criteria else np.arange(0)
    while len(open_places):
        if anew.max() >= MOST_LOOKED_AT:
            names = "; ".join(map(str, criteria))
            raise RunError(f"eligible: found nobody among {MOST_LOOKED_AT} people for one place, with {names}")
        persons = persons_of(arm, identities[open_places], seed, anew=anew[open_places], roster=roster)
        met = np.column_stack([meets(each, arm, persons, roster) for each in criteria])
        out = ~met.all(axis=1)
        refused[open_places[out], np.argmin(met[out], axis=1)] += 1
        open_places = open_places[out]
        anew[open_places] += 1
    return Screened(anew, refused)


def strata_of(
    arm: Arm,
    criteria: Sequence[Criterion],
    identities: NDArray[np.int64],
    seed: int,
    anew: NDArray[np.int64] | None = None,
    roster: Roster | None = None,
) -> NDArray[np.int64]:
    """(N,) the stratum of each patient: every criterion parts each stratum into those who meet it and the others."""
    found = np.zeros(len(identities), dtype=np.int64)
    if criteria:
        persons = persons_of(arm, identities, seed, anew=anew, roster=roster)
        for each in criteria:
            found = 2 * found + meets(each, arm, persons, roster)
    return found


def meets(criterion: Criterion, arm: Arm, persons: Persons, roster: Roster | None) -> NDArray[np.bool_]:
    """(N,). What is not known of somebody is not met."""
    if criterion.path in _DRAWN:
        return criterion.within(getattr(persons, _DRAWN[criterion.path]))
    distinct, place = np.unique(persons.choices, axis=0, return_inverse=True)
    plans = [plan_of_choice(arm, tuple(int(each) for each in row), roster) for row in distinct]
    return np.array([criterion.holds(plan.patient, plan.donor) is True for plan in plans])[place.reshape(-1)]


def is_known(criterion: Criterion, arm: Arm, roster: Roster | None) -> bool:
    """Whether the population says of anybody what the criterion asks."""
    if criterion.path in (*_DRAWN, "patient.sex"):
        return True
    if any(each.path == criterion.path for each in arm.cohort.shares):
        return True
    if roster is not None and any(path == criterion.path for row in roster.changes for path, _ in row):
        return True
    return criterion.holds(arm.plan.patient, arm.plan.donor) is not None
