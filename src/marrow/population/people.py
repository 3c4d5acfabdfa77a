"""A population as arrays: what differs between virtual patients who are given one plan.

Every draw is keyed by (seed, patient, quantity): a patient is the same in any block, in any arm, and whoever else is
drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from marrow.calibration.arm import Arm, Spread
from marrow.clinic.patient import body_surface_area, usual_filtration
from marrow.clinic.plan import Plan
from marrow.population.persons import persons_of
from marrow.population.roster import Roster

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class People:
    """N patients of one plan. ``identities`` (N,) key all draws; ``covariates``: by the names of
    ``marrow.vocabulary``, (N,) each, where patients differ from the plan's."""

    plan: Plan
    identities: NDArray[np.int64]
    covariates: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.identities)


def people_of(
    arm: Arm,
    identities: NDArray[np.int64],
    seed: int,
    *,
    anew: NDArray[np.int64] | None = None,
    roster: Roster | None = None,
) -> Iterator[tuple[NDArray[np.intp], People]]:
    """The patients of an arm, those of each of its plans together, with their places in ``identities``.

    The same identity is the same person in every arm of a study: age, sex, size and what is drawn by shares do not
    depend on the arm, and cell doses are the same quantile of each arm's own distribution. ``anew`` (N,): how often
    each place was filled before, since who stood there was not eligible (``marrow.population.screening``); ``roster``:
    a table that people are taken from.
    """
    persons = persons_of(arm, identities, seed, anew=anew, roster=roster)
    cohort, choices = arm.cohort, persons.choices
    tables = (None, None) if roster is None else (roster.cd34, roster.cd3)
    of_plan = choices[:, [0, *_own_plan(arm)]]
    for choice in np.unique(of_plan, axis=0):
        chosen = np.flatnonzero((of_plan == choice).all(axis=1))
        plan, known = _told(arm, choices[chosen], roster)
        own = arm.variants[choice[0]] if choice[0] < len(arm.variants) else None
        weight, height = persons.weight[chosen], persons.height[chosen]
        known |= {
            "age": persons.age[chosen],
            "is_female": persons.is_female[chosen],
            "body_weight": weight,
            "height": height,
            "body_surface_area": body_surface_area(weight, height),
        }
        if roster is None and plan.patient.egfr is None and plan.patient.creatinine is None:
            known["glomerular_filtration"] = usual_filtration(persons.age[chosen])
        if plan.donor.is_patient:
            known["donor_age"] = persons.age[chosen]
        for key, spread, dose, counted in (
            ("graft_cd34", (own.cd34 if own else None) or cohort.cd34, persons.cells[0], tables[0]),
            ("graft_cd3", (own.cd3 if own else None) or cohort.cd3, persons.cells[1], tables[1]),
        ):
            if not plan.further_grafts:
                known |= _cells(
                    key, plan, spread, dose[chosen], None if counted is None else counted[choices[chosen, -1]]
                )
        yield chosen, People(plan, identities[chosen], known)


def _cells(key: str, plan: Plan, spread: Spread | None, standard: Floats, counted: Floats | None) -> dict[str, Floats]:
    """A cell dose: as counted in a table, else as the arm spreads it; nothing where both leave it to the plan."""
    if counted is None or np.isnan(counted).all():
        return {} if spread is None else {key: spread.at(standard)}
    graft = plan.graft
    usual = spread.at(standard) if spread else graft.cd34 if key == "graft_cd34" else graft.cd3_or_usual
    return {key: np.where(np.isnan(counted), usual, counted)}


_BODY = ("patient.", "donor.")  # keys that say who somebody is, and change no dose


def _own_plan(arm: Arm) -> list[int]:
    """Columns of the choices that change what is done, so that each value is a plan of its own."""
    return [k + 2 for k, each in enumerate(arm.cohort.shares) if not each.path.startswith(_BODY)]


def _told(arm: Arm, choices: NDArray[np.intp], roster: Roster | None) -> tuple[Plan, dict[str, Floats]]:
    """The plan of these patients, and what plans with their own values say of them, (N,) by name."""
    distinct, place = np.unique(choices, axis=0, return_inverse=True)
    told = [_covariates_of_choice(arm, tuple(int(each) for each in row), roster) for row in distinct]
    base = told[0]
    differ = [name for name in base if any(each[name] != base[name] for each in told)]
    place = place.reshape(-1)
    known = {name: np.array([each[name] for each in told])[place] for name in differ}
    return plan_of_choice(arm, tuple(int(each) for each in distinct[0]), roster), known


@lru_cache(maxsize=20_000)
def _covariates_of_choice(arm: Arm, choice: tuple[int, ...], roster: Roster | None) -> Mapping[str, float]:
    return plan_of_choice(arm, choice, roster).covariates()


@lru_cache(maxsize=20_000)
def plan_of_choice(arm: Arm, choice: tuple[int, ...], roster: Roster | None) -> Plan:
    """The plan with one variant, sex, value of each share, and row of the table."""
    variant, female, *values = choice
    changes = dict(arm.variants[variant].changes) if variant < len(arm.variants) else {}
    changes["patient.sex"] = "female" if female else "male"
    shares = arm.cohort.shares
    changes |= {each.path: each.values[k][0] for each, k in zip(shares, values[: len(shares)], strict=True)}
    if roster is not None:
        changes |= dict(roster.changes[values[-1]])
    return arm.plan.with_all(changes)
