"""What `marrow trial` does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from marrow.clinic.quantities import quoted
from marrow.commands import announce, console, progress_bar
from marrow.errors import PlanError, Problem, RunError
from marrow.trial.analysis import analyse
from marrow.trial.blocks import BLOCK
from marrow.trial.design import Design, read_design
from marrow.trial.findings import Simulated, findings
from marrow.trial.page import write_report
from marrow.trial.run import run_blocks
from marrow.trial.shown import render
from marrow.trial.store import Store

MOST_TRIALS = 10_000


def run_trial(
    file: Path, patients: int | None, replicates: int, target_se: float | None, out: Path | None, seed: int,
    workers: int | None, scheduler: str | None, block: int = BLOCK,
    courses: bool = False,
) -> None:  # fmt: skip
    design = read_design(file)
    size, folder = patients or design.patients, out or Path(f"{file.stem}-trial")
    while True:
        _simulate(file, folder, size * replicates, seed, workers, scheduler, block, courses)
        found = findings(folder, size, replicates)
        error = max(result.truth_error for result in found.answers[0].results)
        if target_se is None or error <= target_se or replicates >= MOST_TRIALS:
            break
        replicates = min(MOST_TRIALS, max(replicates + 1, int(replicates * min((error / target_se) ** 2 * 1.05, 4))))
    page = write_report(found, folder)
    console.print(render(found))
    if target_se is not None and error > target_se:
        raise RunError(f"the standard error is {error:.4f} after {MOST_TRIALS} trials, asked for {target_se:g}")
    console.print(f"report  {page}")


def _simulate(
    file: Path, folder: Path, people: int, seed: int, workers: int | None, scheduler: str | None, block: int = BLOCK,
    courses: bool = False,
) -> Design:  # fmt: skip
    with progress_bar("blocks of patients") as bar:
        return run_blocks(
            file, folder, patients=people, seed=seed, size=block, workers=workers, scheduler=scheduler, progress=bar,
            announce=announce, courses=courses,
        )  # fmt: skip


def report_trial(folder: Path, patients: int | None, replicates: int | None) -> None:
    store = Store(folder)
    store.read()
    design = store.design()
    there = min(store.reached(arm) for arm in range(len(design.arms)))
    size = patients or design.patients
    count = replicates or there // size
    if count < 1 or count * size > there:
        raise RunError(f"{folder}: holds {there} patients an arm, needed {max(count, 1) * size}")
    found = findings(folder, size, count)
    page = write_report(found, folder)
    console.print(render(found))
    console.print(f"report  {page}")


def power_of_trial(
    file: Path, sizes: str, replicates: int, out: Path | None, seed: int, workers: int | None, scheduler: str | None
) -> None:
    from marrow.report.terminal import table

    design = read_design(file)
    asked = _sizes(sizes) or [round(design.patients * share) for share in (0.5, 0.75, 1.0, 1.5)]
    folder, people = out or Path(f"{file.stem}-trial"), max(asked) * replicates
    _simulate(file, folder, people, seed, workers, scheduler)
    question = design.primary
    here = Simulated.of(folder, people, [question])
    lives = here.lives(question)
    rows = table("patients", *(f"power, {arm.arm.arm}" for arm in design.arms[1:]), "trials")
    for size in asked:
        count = people // size
        some, of_arms = here.course.first(count * size), [each.first(count * size) for each in lives]
        allocated = here.allocated(count, size)
        cells = []
        for arm in range(1, len(design.arms)):
            power = analyse(design, question, arm, of_arms, some, allocated).power
            error = 100 * np.sqrt(max(power * (1 - power), 1 / (4 * count)) / count)
            cells.append(f"{100 * power:.0f} ± {error:.0f} %")
        rows.add_row(str(size), *cells, str(count))
    console.print(f"{design.name}: {question.endpoint.value} at day {question.day:g}, {question.test.value}")
    console.print(rows)


def _sizes(text: str) -> list[int]:
    try:
        found = [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise PlanError("--sizes", [Problem(quoted(text), "numbers of patients, such as 200,400,800")]) from None
    if any(each < 2 for each in found):
        raise PlanError("--sizes", [Problem(quoted(text), "at least 2 patients")])
    return found


def work_for(scheduler: str) -> None:
    """One process with one thread, by Dask's own command."""
    command = [sys.executable, "-m", "distributed.cli.dask_worker", scheduler, "--nthreads", "1", "--no-dashboard"]
    raise SystemExit(subprocess.call(command))
