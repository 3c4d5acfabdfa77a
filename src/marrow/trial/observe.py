"""What a trial sees of what happens: allocation, enrolment, drop-out, patients who are never transplanted, the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marrow.engine.random import exponential, uniform
from marrow.trial.design import Design
from marrow.trial.endpoints import Endpoint

Floats = NDArray[np.floating]
YEAR = 365.25
CENSORED, EVENT, COMPETING = 0, 1, 2


@dataclass(frozen=True)
class Lived:
    """An endpoint as it happens to N patients in one arm: ``day`` (N,) of the first event, infinite for none, and its
    ``cause`` (N,): 1 the endpoint, 2 what competes with it. NaN day: a solve that failed."""

    day: Floats
    cause: NDArray[np.int64]

    def first(self, patients: int) -> Lived:
        return Lived(self.day[:patients], self.cause[:patients])


@dataclass(frozen=True)
class Course:
    """Of N patients by identity: ``enrolled`` (calendar day), ``lost`` (days after enrolment, infinite), ``untreated``
    (bool) and the day on which these die; ``stratum`` of the allocation, None where there is but one."""

    enrolled: Floats
    lost: Floats
    untreated: NDArray[np.bool_]
    death_untreated: Floats
    stratum: NDArray[np.int64] | None = None

    def first(self, patients: int) -> Course:
        part = slice(patients)
        stratum = None if self.stratum is None else self.stratum[part]
        return Course(self.enrolled[part], self.lost[part], self.untreated[part], self.death_untreated[part], stratum)


def course_of(design: Design, identities: NDArray[np.int64], seed: int) -> Course:
    """The same in every arm: who drops out or is never transplanted does not depend on what was drawn for them."""
    name = f"trial {design.name}"
    enrolled = design.accrual * uniform(seed, identities, f"{name}: enrolled")
    rate = -np.log1p(-design.drop_out) / YEAR
    lost = exponential(seed, identities, f"{name}: lost") / rate if rate > 0 else np.full(len(identities), np.inf)
    untreated = uniform(seed, identities, f"{name}: not transplanted") < design.not_transplanted
    without = exponential(seed, identities, f"{name}: death without") * design.survival_without / np.log(2)
    stratum = None
    if design.who.strata:
        stratum = design.who.stratum(identities, seed, design.who.screened(identities, seed).anew)
    return Course(enrolled, lost, untreated, without, stratum)


def lived(endpoint: Endpoint, columns: Mapping[str, Floats], course: Course) -> Lived:
    """By intention to treat. Who is never transplanted dies, without relapse, GVHD or engraftment."""
    asked = endpoint.asked
    day = np.asarray(columns[asked.column], dtype=float)
    other = np.minimum.reduce([np.asarray(columns[name], dtype=float) for name in asked.competing] or [np.inf * day])
    other = np.where(np.isnan(other), np.inf, other)
    cause = np.where(day <= other, EVENT, COMPETING)
    first = np.minimum(day, other)
    ends = COMPETING if asked.competing and endpoint is not Endpoint.NON_RELAPSE_MORTALITY else EVENT
    cause = np.where(course.untreated, ends, cause)
    return Lived(np.where(course.untreated, course.death_untreated, first), cause)


def columns_of(endpoints: Sequence[Endpoint]) -> tuple[str, ...]:
    """Columns of the outcomes that these endpoints are read from."""
    return tuple(dict.fromkeys(name for each in endpoints for name in (each.asked.column, *each.asked.competing)))


def allocate(
    replicates: int, patients: int, arms: int, seed: int, block: int = 4, stratum: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """The arm of each patient (R, N), in permuted blocks of ``block`` patients for each arm; with ``stratum`` (R x N,)
    in blocks of its own for each stratum of each trial."""
    if stratum is None:
        return _blocks(replicates, patients, arms, seed, block, "allocation")
    of = stratum[: replicates * patients].reshape(replicates, patients)
    found = np.zeros(of.shape, dtype=np.int64)
    for each in np.unique(of):
        here = of == each
        listed = _blocks(replicates, patients, arms, seed, block, f"allocation, stratum {each}")
        place = np.maximum(np.cumsum(here, axis=1) - 1, 0)
        found = np.where(here, np.take_along_axis(listed, place, axis=1), found)
    return found


def _blocks(replicates: int, patients: int, arms: int, seed: int, block: int, name: str) -> NDArray[np.int64]:
    whole = -(-patients // (arms * block)) * arms * block
    rank = uniform(seed, np.arange(replicates * whole), name).reshape(replicates, -1, arms * block)
    return (rank.argsort(axis=2) % arms).reshape(replicates, whole)[:, :patients].astype(np.int64)


@dataclass(frozen=True)
class Sample:
    """R trials of N patients: ``time`` and ``cause`` (R, N) as observed at an analysis, 0 = censored; NaN time: not
    enrolled yet, or a solve that failed. ``arm`` (R, N)."""

    time: Floats
    cause: NDArray[np.int64]
    arm: NDArray[np.int64]


def seen(of_arms: Sequence[Lived], course: Course, arm: NDArray[np.int64], at: Floats | float) -> Sample:
    """What R trials have seen by calendar day ``at`` (a number or (R,)). Arrays of N x R patients, R trials in turn."""
    shape = arm.shape
    flat = arm.reshape(-1)
    day = np.choose(flat, [each.day for each in of_arms]).reshape(shape)
    cause = np.choose(flat, [each.cause for each in of_arms]).reshape(shape)
    until = np.broadcast_to(np.asarray(at, dtype=float).reshape(-1, 1), shape) - course.enrolled.reshape(shape)
    end = np.minimum(until, course.lost.reshape(shape))
    happened = day <= end
    time = np.where(happened, day, end)
    time = np.where((until <= 0) | np.isnan(day), np.nan, np.maximum(time, 1e-9))
    return Sample(time, np.where(happened, cause, CENSORED), arm)
