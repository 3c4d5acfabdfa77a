"""Patients in, solutions out: arrays for the driver, threads over chunks of patients."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marrow.engine import arrays
from marrow.engine.batch import Batch, output_for
from marrow.engine.model import Model
from marrow.engine.options import Accuracy, Chance
from marrow.engine.result import Jumps, Solution
from marrow.engine.schedule import Schedule
from marrow.errors import RunError

__all__ = ["Accuracy", "Chance", "solve"]
Floats = NDArray[np.float64]
USUAL, EVERYTHING = Accuracy(), Chance()
PIECES, SMALLEST, LARGEST = 2, 16, 256  # for each thread; patients in each: at the end of one, lanes are idle


def solve(
    model: Model,
    parameters: Floats,
    initial: Floats,
    schedule: Schedule,
    *,
    seed: int,
    patients: Sequence[int] | NDArray[np.int64],
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    observables: Sequence[int] | None = None,
    accuracy: Accuracy = USUAL,
    chance: Chance = EVERYTHING,
    jumps: int = 0,
    chunk: int | None = None,
) -> Solution:
    """Solves N patients from ``schedule.start`` to ``schedule.end``.

    ``parameters`` (N, P) and ``initial`` (N, n) from ``model.setup``; ``patients`` (N,) are keys of random draws.
    ``observables``: indices to record (all). ``progress(done, N)`` is called after each chunk. ``jumps``: how many
    realised chance changes of the state to keep for each patient. ``chunk``: how many patients to solve in one go.
    Results do not depend on order, chunk or threads.
    Raises ``RunError`` for arrays that do not fit.
    """
    people = np.ascontiguousarray(patients, dtype=np.int64)
    count = len(people)
    _check(model, parameters, initial, schedule, count)
    out = output_for(model, schedule, count, observables, jumps)
    job = Batch(model, parameters, initial, schedule, seed, people, accuracy, chance, out.selected)
    _run(job, out, count, threads, progress, chunk)
    return Solution(
        observables=out.observables.swapaxes(1, 2),
        recorded=out.selected,
        given=out.given,
        first_round=out.first_round,
        event_times=out.event_times,
        event_counts=out.event_counts,
        final_state=out.final_state,
        ended_at=out.ended_at,
        status=out.status,
        steps=out.steps,
        rejected=out.rejected,
        clipped=out.clipped,
        jumps=Jumps(out.jump_time, out.jump_state, out.jump_value, out.jump_replaces, out.jump_count),
    )


def _run(
    job: Batch,
    out: arrays.Output,
    count: int,
    threads: int | None,
    progress: Callable[[int, int], None] | None,
    chunk: int | None,
) -> None:
    workers = max(1, threads or os.cpu_count() or 1)
    size = chunk or min(LARGEST, max(SMALLEST, -(-count // (PIECES * workers))))
    pieces = [(first, min(first + size, count)) for first in range(0, count, size)]
    workers = max(1, min(workers, len(pieces)))
    done = 0
    if workers == 1:
        for first, last in pieces:
            done += job.chunk(out, first, last)
            if progress:
                progress(done, count)
        return
    done += job.chunk(out, *pieces[0])  # compiles, if anything is to be compiled, before threads start
    pool = ThreadPoolExecutor(workers)
    try:
        pending: set[Any] = {pool.submit(job.chunk, out, first, last) for first, last in pieces[1:]}
        while pending:
            finished, pending = wait(pending, return_when=FIRST_COMPLETED)
            done += sum(each.result() for each in finished)
            if progress:
                progress(done, count)
    except BaseException:
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    pool.shutdown()


def _check(model: Model, parameters: Floats, initial: Floats, schedule: Schedule, count: int) -> None:
    facts = model.description
    wanted = {
        "parameters": (np.shape(parameters), (count, len(facts.parameters))),
        "initial": (np.shape(initial), (count, len(facts.states))),
        "events.value": (np.shape(schedule.events.value), (count, len(schedule.events.time))),
    }
    wanted |= {f"amount of rule {rule.name!r}": (np.shape(rule.amount), (count,)) for rule in schedule.rules}
    for name, (found, needed) in wanted.items():
        if found != needed:
            raise RunError(f"{name}: found shape {found}, needed {needed}")
    if not (np.all(np.isfinite(parameters)) and np.all(np.isfinite(initial))):
        bad = [facts.parameters[i] for i in np.flatnonzero(~np.isfinite(parameters).all(axis=0))]
        bad += [facts.states[i].name for i in np.flatnonzero(~np.isfinite(initial).all(axis=0))]
        raise RunError(f"not a finite number in some patient: {', '.join(bad[:8])}")
    for rule in schedule.rules:
        if not 0 <= rule.delay < rule.every:
            raise RunError(
                f"rule {rule.name!r}: a dose must be given before the next round of the rule (delay {rule.delay} d)"
            )
