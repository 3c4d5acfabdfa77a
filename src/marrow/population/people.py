"""A population as arrays: what differs between virtual patients who are given one plan.

Every draw is keyed by (seed, patient, quantity): a patient is the same in any block, in any arm, and whoever else is
drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marrow.calibration.arm import Arm, Spread, Variant
from marrow.clinic.patient import body_surface_area, usual_filtration
from marrow.clinic.plan import Plan
from marrow.engine.random import normal, uniform
from marrow.population.body import height_of, weight_of

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

    The same identity is the same person in every arm of a study: age, sex and size do not depend on the arm, and cell
    doses are the same quantile of each arm's own distribution.
    """
    name = f"population {arm.study}"
    edges = np.cumsum([each.share for each in arm.variants])
    drawn = uniform(seed, identities, f"{name}: variant")
    variant = np.searchsorted(edges, drawn, side="right")
    cohort = arm.cohort
    is_female = (uniform(seed, identities, f"{name}: sex") < cohort.women).astype(float)
    age = _at(cohort.age, normal(seed, identities, f"{name}: age"))
    standard = normal(seed, identities, f"{name}: weight")
    weight = _at(cohort.weight, standard) if cohort.weight is not None else weight_of(age, is_female, standard)
    height = height_of(age, is_female, weight, normal(seed, identities, f"{name}: height"))
    cells = normal(seed, identities, f"{name}: cd34"), normal(seed, identities, f"{name}: cd3")
    for place, (plan, own) in enumerate(_plans(arm)):
        chosen = np.flatnonzero(variant == place)
        if len(chosen) == 0:
            continue
        known = {
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
        for key, spread, standard in (
            ("graft_cd34", own.cd34 if own else None, cells[0]),
            ("graft_cd3", own.cd3 if own else None, cells[1]),
        ):
            usual = cohort.cd34 if key == "graft_cd34" else cohort.cd3
            if (spread or usual) is not None and not plan.further_grafts:
                known[key] = _at(spread or usual, standard[chosen])  # type: ignore[arg-type]
        yield chosen, People(plan, identities[chosen], known)


def _plans(arm: Arm) -> list[tuple[Plan, Variant | None]]:
    """In the order of the variants; the plan itself last, for the rest."""
    plan, *others = arm.plans
    return [*zip(others, arm.variants, strict=True), (plan, None)]


def _at(spread: Spread, standard: Floats) -> Floats:
    return np.clip(spread.median * np.exp(spread.sigma * standard), spread.low, spread.high)
