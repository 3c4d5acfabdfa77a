"""What came of a trial: flow of patients, truth, and the planned analysis of every replicate, for every question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from marrow.trial.analysis import Result, Truth, analyse, truth_of
from marrow.trial.design import Design, Question
from marrow.trial.health import COLUMNS, ArmHealth, health_of_arms, rows_of
from marrow.trial.observe import Course, Lived, Sample, allocate, columns_of, course_of, lived, seen
from marrow.trial.store import Store

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Answer:
    """One question: the truth, and what each arm but the control showed against it in R trials."""

    question: Question
    truth: Truth
    results: tuple[Result, ...]
    first: Sample  # the first of the trials, as it would be published


@dataclass(frozen=True)
class Flow:
    """Of the first trial. ``looked_at``: people, ``refused`` by the first criterion not met; by arm: randomised,
    transplanted, lost before the end, could not be solved."""

    looked_at: int
    refused: tuple[tuple[str, int], ...]
    randomised: tuple[int, ...]
    transplanted: tuple[int, ...]
    lost: tuple[int, ...]
    failed: tuple[int, ...]


@dataclass(frozen=True)
class Simulated:
    """What a folder holds of the first patients of a trial: columns (N,) by arm, and what is drawn of their course."""

    design: Design
    seed: int
    course: Course
    columns: tuple[Mapping[str, Floats], ...]

    @classmethod
    def of(cls, folder: Path, people: int, questions: Sequence[Question], more: Sequence[str] = ()) -> Simulated:
        """The columns of these questions, those of ``more`` where there are any. Raises ``RunError``."""
        store = Store(folder)
        seed, design = store.read().seed, store.design()
        wanted = dict.fromkeys((*columns_of([each.endpoint for each in questions]), "status", *more))
        columns = tuple(store.columns(arm, tuple(wanted), people) for arm in range(len(design.arms)))
        return cls(design, seed, course_of(design, np.arange(people), seed), columns)

    def lives(self, question: Question) -> list[Lived]:
        """Of every arm."""
        return [lived(question.endpoint, each, self.course) for each in self.columns]

    def allocated(self, replicates: int, patients: int) -> NDArray[np.int64]:
        """(R, N) the arm of each patient."""
        arms = len(self.design.arms)
        return allocate(replicates, patients, arms, self.seed, stratum=self.course.stratum)


@dataclass(frozen=True)
class Findings:
    """``patients``: of each of ``replicates`` trials."""

    design: Design
    patients: int
    replicates: int
    seed: int
    flow: Flow
    answers: tuple[Answer, ...]
    health: tuple[ArmHealth, ...] = ()


def findings(folder: Path, patients: int, replicates: int) -> Findings:
    """Analyses the first ``replicates`` trials of ``patients`` each that a folder holds. Raises ``RunError``."""
    design = Store(folder).design()
    here = Simulated.of(folder, patients * replicates, design.questions, COLUMNS)
    allocated = here.allocated(replicates, patients)
    answers = tuple(_answer(design, each, here.lives(each), here.course, allocated) for each in design.questions)
    return Findings(design, patients, replicates, here.seed, _flow(here, allocated), answers,
                    health_of_arms(here, allocated[0]))  # fmt: skip


def _answer(
    design: Design, question: Question, lives: Sequence[Lived], course: Course, allocated: NDArray[np.int64]
) -> Answer:
    results = tuple(analyse(design, question, arm, lives, course, allocated) for arm in range(1, len(lives)))
    first = allocated[:1]
    sample = seen(
        [each.first(first.size) for each in lives], course.first(first.size), first, design.accrual + design.follow_up
    )
    return Answer(question, truth_of(question, lives), results, sample)


def _flow(here: Simulated, allocated: NDArray[np.int64]) -> Flow:
    design, course = here.design, here.course
    arm, count = allocated[0], allocated.shape[1]
    failed = [np.asarray(each["status"]) != 0 for each in here.columns]
    untreated = course.untreated[:count]
    end = design.accrual + design.follow_up - course.enrolled[:count]
    lost = course.lost[:count] < end
    members = [arm == k for k in range(len(design.arms))]
    screened = design.who.screened(np.arange(count), here.seed)
    refused = zip(map(str, design.who.criteria), screened.refused.sum(axis=0), strict=True)
    return Flow(
        count + int(screened.anew.sum()),
        tuple((words, int(number)) for words, number in refused),
        tuple(int(each.sum()) for each in members),
        tuple(int((each & ~untreated).sum()) for each in members),
        tuple(int((each & lost).sum()) for each in members),
        tuple(int((each & failed[k][:count]).sum()) for k, each in enumerate(members)),
    )


def as_data(found: Findings) -> dict[str, object]:
    """Plain data, ready for JSON."""
    design = found.design
    rows = []
    for answer in found.answers:
        for place, result in enumerate(answer.results):
            arm = place + 1
            rows.append(
                {
                    "endpoint": answer.question.endpoint.value,
                    "day": answer.question.day,
                    "test": answer.question.test.value,
                    "arm": design.arms[arm].arm.arm,
                    "control": design.arms[0].arm.arm,
                    "true_share_control": float(answer.truth.share[0]),
                    "true_share": float(answer.truth.share[arm]),
                    "true_difference": result.truth,
                    "true_difference_error": result.truth_error,
                    "parallel_error": float(answer.truth.parallel_error[arm]),
                    "twins_need_fewer_times": _finite(answer.truth.saving[arm]),
                    "bias": _finite(result.bias),
                    "coverage": _finite(result.coverage),
                    "power": result.power,
                    "median_hazard_ratio": _finite(np.exp(np.nanmedian(result.log_ratio))),
                    "stopped_early": float(np.mean(result.stopped_at < result.stopped_at.max()))
                    if answer.question.looks
                    else 0.0,
                }
            )
    return {
        "trial": design.name,
        "patients": found.patients,
        "replicates": found.replicates,
        "seed": found.seed,
        "flow": {
            "population": design.who.source,
            "looked_at": found.flow.looked_at,
            "refused": [{"criterion": words, "people": number} for words, number in found.flow.refused],
            "arms": [each.arm.arm for each in design.arms],
            "randomised": list(found.flow.randomised),
            "transplanted": list(found.flow.transplanted),
            "lost": list(found.flow.lost),
            "failed": list(found.flow.failed),
        },
        "answers": rows,
        "health": rows_of(found.health),
    }


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
