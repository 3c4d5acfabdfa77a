"""The virtual patients of a published arm: drawn as the paper describes them, one plan each."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from marrow.calibration.arm import Arm, Shares, Spread
from marrow.clinic.plan import Plan
from marrow.clinic.usual_body import usual_height, usual_weight

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Patients:
    """N patients: ``age`` y, ``weight`` kg, ``height`` cm; ``cd34``, ``cd3`` cells/kg, NaN: as in the plan.

    ``variant``: -1 for the plan itself. ``shares``: keys of the plan with each patient's value (N,), as text.
    """

    age: Floats
    weight: Floats
    height: Floats
    is_female: NDArray[np.bool_]
    cd34: Floats
    cd3: Floats
    variant: NDArray[np.int64]
    shares: tuple[tuple[str, NDArray[np.str_]], ...] = ()


def draw_patients(arm: Arm, draws: int, seed: int, batch: int = 0) -> Patients:
    """The same patients for all arms of one study, so that only what was done to them differs.

    Each quantity is spread evenly over its distribution (one value from each of N equal slices), in random order.
    ``batch``: number of a further set of patients.
    """

    def stream(what: str) -> np.random.Generator:  # one each: an arm that says more draws the rest alike
        return np.random.default_rng([seed, batch, zlib.crc32(arm.study.encode()), zlib.crc32(what.encode())])

    cohort = arm.cohort
    female = _even(stream("sex"), draws) < cohort.women
    age = _lognormal(stream("age"), cohort.age, draws)
    weight = _weight(stream("weight"), arm, age, female)
    height = usual_height(age, female, weight, stream("height").standard_normal(draws))
    variant = _variants(stream("variant"), arm, draws)
    cd34 = _doses(stream("cd34"), arm, variant, lambda each: each.cd34)
    cd3 = _doses(stream("cd3"), arm, variant, lambda each: each.cd3)
    shares = tuple((each.path, _chosen(stream(each.path), each, draws)) for each in cohort.shares)
    return Patients(age, weight, height, female, cd34, cd3, variant, shares)


def identities_of(arm: Arm, draws: int, first: int = 0) -> NDArray[np.int64]:
    """What chance of these patients is keyed by (draws,): alike in all arms of a study, other people in each study, so
    that the chance of a few patients is not that of all studies."""
    return (zlib.crc32(arm.study.encode()) << 20) + first + np.arange(draws, dtype=np.int64)


def _even(rng: np.random.Generator, draws: int) -> Floats:
    return rng.permutation((np.arange(draws) + rng.random(draws)) / draws)


def _standard(rng: np.random.Generator, draws: int) -> Floats:
    return np.array([NormalDist().inv_cdf(min(max(u, 1e-9), 1 - 1e-9)) for u in _even(rng, draws)])


def _lognormal(rng: np.random.Generator, spread: Spread, draws: int) -> Floats:
    return spread.at(_standard(rng, draws))


def _weight(rng: np.random.Generator, arm: Arm, age: Floats, female: NDArray[np.bool_]) -> Floats:
    standard = _standard(rng, len(age))
    given = arm.cohort.weight
    return usual_weight(age, female, standard) if given is None else given.at(standard)


def _variants(rng: np.random.Generator, arm: Arm, draws: int) -> NDArray[np.int64]:
    edges = np.cumsum([each.share for each in arm.variants])
    place = np.searchsorted(edges, _even(rng, draws), side="right")
    return np.where(place < len(arm.variants), place, -1)


def _chosen(rng: np.random.Generator, shares: Shares, draws: int) -> NDArray[np.str_]:
    return np.array([text for text, _ in shares.values])[shares.places(_even(rng, draws))]


def _doses(
    rng: np.random.Generator, arm: Arm, variant: NDArray[np.int64], read: Callable[..., Spread | None]
) -> Floats:
    standard = _standard(rng, len(variant))
    dose = np.full(len(variant), np.nan)
    for place in range(-1, len(arm.variants)):
        spread = read(arm.cohort if place < 0 else arm.variants[place]) or read(arm.cohort)
        if spread is not None:
            dose = np.where(variant == place, spread.at(standard), dose)
    return dose


def plans_of(arm: Arm, patients: Patients) -> list[Plan]:
    """One plan for each patient."""
    plans = []
    for i in range(len(patients.age)):
        changes = {
            "patient.age": f"{patients.age[i]:.4g} y",
            "patient.sex": "female" if patients.is_female[i] else "male",
            "patient.weight": f"{patients.weight[i]:.1f} kg",
            "patient.height": f"{patients.height[i]:.0f} cm",
        }
        for key, dose in (("graft.cd34", patients.cd34[i]), ("graft.cd3", patients.cd3[i])):
            if np.isfinite(dose):
                changes[key] = f"{dose:.4g} /kg"
        changes |= {path: str(values[i]) for path, values in patients.shares}
        if patients.variant[i] >= 0:
            changes |= dict(arm.variants[patients.variant[i]].changes)
        plans.append(arm.plan.with_all(changes))
    return plans
