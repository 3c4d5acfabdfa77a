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

from marrow.calibration.arm import Arm
from marrow.clinic.patient import body_surface_area, usual_filtration
from marrow.clinic.plan import Plan
from marrow.clinic.usual_body import usual_height, usual_weight
from marrow.engine.random import normal, uniform

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


def people_of(arm: Arm, identities: NDArray[np.int64], seed: int) -> Iterator[tuple[NDArray[np.intp], People]]:
    """The patients of an arm, those of each of its plans together, with their places in ``identities``.

    The same identity is the same person in every arm of a study: age, sex, size and what is drawn by shares do not
    depend on the arm, and cell doses are the same quantile of each arm's own distribution.
    """
    name = f"population {arm.study}"
    edges = np.cumsum([each.share for each in arm.variants])
    variant = np.searchsorted(edges, uniform(seed, identities, f"{name}: variant"), side="right")
    cohort = arm.cohort
    is_female = (uniform(seed, identities, f"{name}: sex") < cohort.women).astype(float)
    age = cohort.age.at(normal(seed, identities, f"{name}: age"))
    standard = normal(seed, identities, f"{name}: weight")
    weight = cohort.weight.at(standard) if cohort.weight is not None else usual_weight(age, is_female, standard)
    height = usual_height(age, is_female, weight, normal(seed, identities, f"{name}: height"))
    cells = normal(seed, identities, f"{name}: cd34"), normal(seed, identities, f"{name}: cd3")
    drawn = [each.places(uniform(seed, identities, f"{name}: {each.path}")) for each in cohort.shares]
    choices = np.column_stack([variant, is_female.astype(np.intp), *drawn])
    of_plan = choices[:, [0, *_own_plan(arm)]]
    for choice in np.unique(of_plan, axis=0):
        chosen = np.flatnonzero((of_plan == choice).all(axis=1))
        plan, known = _told(arm, choices[chosen])
        own = arm.variants[choice[0]] if choice[0] < len(arm.variants) else None
        known |= {
            "age": age[chosen],
            "is_female": is_female[chosen],
            "body_weight": weight[chosen],
            "height": height[chosen],
            "body_surface_area": body_surface_area(weight[chosen], height[chosen]),
        }
        if plan.patient.egfr is None and plan.patient.creatinine is None:
            known["glomerular_filtration"] = usual_filtration(age[chosen])
        if plan.donor.is_patient:
            known["donor_age"] = age[chosen]
        for key, spread, dose in (
            ("graft_cd34", (own.cd34 if own else None) or cohort.cd34, cells[0]),
            ("graft_cd3", (own.cd3 if own else None) or cohort.cd3, cells[1]),
        ):
            if spread is not None and not plan.further_grafts:
                known[key] = spread.at(dose[chosen])
        yield chosen, People(plan, identities[chosen], known)


_BODY = ("patient.", "donor.")  # keys that say who somebody is, and change no dose


def _own_plan(arm: Arm) -> list[int]:
    """Columns of the choices that change what is done, so that each value is a plan of its own."""
    return [k + 2 for k, each in enumerate(arm.cohort.shares) if not each.path.startswith(_BODY)]


def _told(arm: Arm, choices: NDArray[np.intp]) -> tuple[Plan, dict[str, Floats]]:
    """The plan of these patients, and what plans with their own values say of them, (N,) by name."""
    distinct, place = np.unique(choices, axis=0, return_inverse=True)
    told = [_plan_of(arm, tuple(int(each) for each in row)).covariates() for row in distinct]
    base = told[0]
    differ = [name for name in base if any(each[name] != base[name] for each in told)]
    place = place.reshape(-1)
    known = {name: np.array([each[name] for each in told])[place] for name in differ}
    return _plan_of(arm, tuple(int(each) for each in distinct[0])), known


@lru_cache(maxsize=20_000)
def _plan_of(arm: Arm, choice: tuple[int, ...]) -> Plan:
    """The plan with one variant, sex and value of each share."""
    variant, female, *values = choice
    changes = dict(arm.variants[variant].changes) if variant < len(arm.variants) else {}
    changes["patient.sex"] = "female" if female else "male"
    changes |= {each.path: each.values[k][0] for each, k in zip(arm.cohort.shares, values, strict=True)}
    return arm.plan.with_all(changes)
