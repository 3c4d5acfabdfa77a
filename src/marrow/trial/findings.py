"""What came of a trial: flow of patients, truth, and the planned analysis of every replicate, for every question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from marrow.trial.analysis import Result, Truth, analyse, truth_of
from marrow.trial.design import Design, Question, read_design
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
    """Of the first trial, by arm: randomised, transplanted, lost before the end, could not be solved."""

    randomised: tuple[int, ...]
    transplanted: tuple[int, ...]
    lost: tuple[int, ...]
    failed: tuple[int, ...]


@dataclass(frozen=True)
class Findings:
    """``patients``: of each of ``replicates`` trials."""

    design: Design
    patients: int
    replicates: int
    seed: int
    flow: Flow
    answers: tuple[Answer, ...]


def findings(folder: Path, patients: int, replicates: int) -> Findings:
    """Analyses the first ``replicates`` trials of ``patients`` each that a folder holds. Raises ``RunError``."""
    store = Store(folder)
    seed = store.read().seed
    design = read_design(folder / "design.yaml")
    people = np.arange(patients * replicates)
    course = course_of(design, people, seed)
    allocated = allocate(replicates, patients, len(design.arms), seed)
    wanted = columns_of([question.endpoint for question in design.questions])
    columns = [store.columns(arm, (*wanted, "status"), len(people)) for arm in range(len(design.arms))]
    answers = []
    for question in design.questions:
        lives = [lived(question.endpoint, each, course) for each in columns]
        answers.append(_answer(design, question, lives, course, allocated))
    failed = [np.asarray(each["status"]) != 0 for each in columns]
    return Findings(design, patients, replicates, seed, _flow(design, course, allocated, failed), tuple(answers))


def _answer(
    design: Design, question: Question, lives: Sequence[Lived], course: Course, allocated: NDArray[np.int64]
) -> Answer:
    results = tuple(analyse(design, question, arm, lives, course, allocated) for arm in range(1, len(lives)))
    first = allocated[:1]
    sample = seen(
        [each.first(first.size) for each in lives], course.first(first.size), first, design.accrual + design.follow_up
    )
    return Answer(question, truth_of(question, lives), results, sample)


def _flow(design: Design, course: Course, allocated: NDArray[np.int64], failed: Sequence[NDArray[np.bool_]]) -> Flow:
    arm, count = allocated[0], allocated.shape[1]
    untreated = course.untreated[:count]
    end = design.accrual + design.follow_up - course.enrolled[:count]
    lost = course.lost[:count] < end
    members = [arm == k for k in range(len(design.arms))]
    return Flow(
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
            "arms": [each.arm.arm for each in design.arms],
            "randomised": list(found.flow.randomised),
            "transplanted": list(found.flow.transplanted),
            "lost": list(found.flow.lost),
            "failed": list(found.flow.failed),
        },
        "answers": rows,
    }


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
