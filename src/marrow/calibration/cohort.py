"""The virtual patients of a published arm, and their simulation."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marrow.calibration.arms import Arm, Spread
from marrow.calibration.measures import ArmOutcomes
from marrow.clinic.plan import Plan, plan_from_text

Floats = NDArray[np.float64]

_WOMEN, _MEN = (162.0, 6.5), (175.0, 7.0)  # height in cm, mean and sd; assumed, adults of Europe and North America
_WOMAN_TO_MAN = 0.84  # of weight; assumed


@dataclass(frozen=True)
class Patients:
    """N patients: ``cd34`` cells/kg, ``age`` y, ``weight`` kg, ``height`` cm; ``variant``: -1 for the plan."""

    cd34: Floats
    age: Floats
    weight: Floats
    height: Floats
    is_female: NDArray[np.bool_]
    variant: NDArray[np.int64]


def draw_patients(arm: Arm, draws: int, seed: int) -> Patients:
    """The same patients for all arms of one study, so that only what was done to them differs.

    Each quantity is spread evenly over its distribution (one value from each of N equal slices), in random order.
    """
    rng = np.random.default_rng([seed, zlib.crc32(arm.study.encode())])
    cohort = arm.cohort
    female = _even(rng, draws) < cohort.women
    weight = _lognormal(rng, cohort.weight, draws) * np.where(female, _WOMAN_TO_MAN, 1.0)
    mean, sd = (np.where(female, of_women, of_men) for of_women, of_men in zip(_WOMEN, _MEN, strict=True))
    height = mean + sd * rng.standard_normal(draws).clip(-2.5, 2.5)
    edges = np.cumsum([share for share, _ in arm.variants])
    place = np.searchsorted(edges, _even(rng, draws), side="right")
    variant = np.where(place < len(arm.variants), place, -1)
    return Patients(
        _lognormal(rng, cohort.cd34, draws), _lognormal(rng, cohort.age, draws), weight, height, female, variant
    )


def _even(rng: np.random.Generator, draws: int) -> Floats:
    return rng.permutation((np.arange(draws) + rng.random(draws)) / draws)


def _lognormal(rng: np.random.Generator, spread: Spread, draws: int) -> Floats:
    from statistics import NormalDist

    standard = np.array([NormalDist().inv_cdf(min(max(u, 1e-9), 1 - 1e-9)) for u in _even(rng, draws)])
    return np.clip(spread.median * np.exp(spread.sigma * standard), spread.low, spread.high)


def plans_of(arm: Arm, patients: Patients) -> list[Plan]:
    """One plan for each patient."""
    plan = plan_from_text(arm.plan, arm.name)
    plans = []
    for i in range(len(patients.cd34)):
        changes = {
            "graft.cd34": f"{patients.cd34[i]:.4g} /kg",
            "patient.age": f"{patients.age[i]:.0f} y",
            "patient.sex": "female" if patients.is_female[i] else "male",
            "patient.weight": f"{patients.weight[i]:.1f} kg",
            "patient.height": f"{patients.height[i]:.0f} cm",
        }
        if patients.variant[i] >= 0:
            changes["conditioning"] = arm.variants[patients.variant[i]][1]
        plans.append(plan.with_all(changes))
    return plans


@dataclass(frozen=True)
class Simulator:
    """Simulates arms with ``draws`` virtual patients each; call it with an arm."""

    draws: int = 500
    seed: int = 1
    threads: int | None = None

    def __call__(self, arm: Arm) -> ArmOutcomes:
        from marrow.endpoints.outcome import outcomes
        from marrow.simulation import simulate_patients

        patients = draw_patients(arm, self.draws, self.seed)
        plans = plans_of(arm, patients)
        result = simulate_patients(plans, np.arange(self.draws), self.seed, threads=self.threads)
        found = outcomes(result.course, result.actions, autologous=plans[0].donor.is_patient)
        return ArmOutcomes({column.name: column.values for column in found.columns}, patients.cd34)
