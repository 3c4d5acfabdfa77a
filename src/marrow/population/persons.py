"""Who somebody is before anything is done: age, sex, size, what differs by shares or by the rows of a table.

Every draw is keyed by (seed, person, quantity), and by how often the person's place was filled anew because who stood
there was not eligible.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marrow.calibration.arm import Arm
from marrow.clinic.usual_body import usual_height, usual_weight
from marrow.engine.random import normal, uniform
from marrow.population.roster import Roster

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Draw = Callable[[int, Integers, str], Floats]


@dataclass(frozen=True, eq=False)
class Persons:
    """N people. ``choices`` (N, 2 + shares [+ 1]): variant, sex, the value of each of the cohort's shares, and the row
    of the table if there is one. ``cells``: standard deviates of the CD34+ and CD3+ doses."""

    age: Floats
    is_female: Floats
    weight: Floats
    height: Floats
    choices: NDArray[np.intp]
    cells: tuple[Floats, Floats]


def persons_of(
    arm: Arm, identities: Integers, seed: int, *, anew: Integers | None = None, roster: Roster | None = None
) -> Persons:
    """``anew`` (N,): how often each place was filled before (0)."""
    times = np.zeros(len(identities), dtype=np.int64) if anew is None else anew

    def drawn(draw: Draw, what: str) -> Floats:
        found = np.empty(len(identities))
        for time in np.unique(times):
            there = times == time
            name = f"population {arm.study}: {what}" + (f", anew {time}" if time else "")
            found[there] = draw(seed, identities[there], name)
        return found

    cohort = arm.cohort
    edges = np.cumsum([each.share for each in arm.variants])
    variant = np.searchsorted(edges, drawn(uniform, "variant"), side="right")
    shares = [each.places(drawn(uniform, each.path)) for each in cohort.shares]
    if roster is None:
        is_female = (drawn(uniform, "sex") < cohort.women).astype(float)
        age = cohort.age.at(drawn(normal, "age"))
        standard = drawn(normal, "weight")
        weight = cohort.weight.at(standard) if cohort.weight is not None else usual_weight(age, is_female, standard)
        height = usual_height(age, is_female, weight, drawn(normal, "height"))
        choices = [variant, is_female.astype(np.intp), *shares]
    else:
        row = (drawn(uniform, "row of the table") * len(roster)).astype(np.intp)
        is_female, age = roster.is_female[row], roster.age[row]
        weight = _or(roster.weight[row], usual_weight(age, is_female, drawn(normal, "weight")))
        height = _or(roster.height[row], usual_height(age, is_female, weight, drawn(normal, "height")))
        choices = [variant, is_female.astype(np.intp), *shares, row]
    cells = drawn(normal, "cd34"), drawn(normal, "cd3")
    return Persons(age, is_female, weight, height, np.column_stack(choices), cells)


def _or(known: Floats, usual: Floats) -> Floats:
    return np.where(np.isnan(known), usual, known)
