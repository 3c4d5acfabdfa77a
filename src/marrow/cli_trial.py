"""The commands of virtual trials. Each imports what it needs when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

trial = typer.Typer(no_args_is_help=True, help="Run virtual trials: arms, allocation, observation, analysis, power.")

Seed = Annotated[int, typer.Option(min=0, help="Same seed, same result.")]
DesignFile = Annotated[
    Path, typer.Argument(metavar="DESIGN", help="A design in YAML, e.g. examples/trial-blood-or-marrow.yaml.")
]
TrialPatients = Annotated[
    int | None, typer.Option(min=2, max=1_000_000, help="Patients of each trial. Default: the design's.")
]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes on this machine. Default: one for each core.")]
Scheduler = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="A running Dask scheduler, e.g. tcp://host:8786, instead.")
]


@trial.command("run")
def trial_run(
    design: DesignFile,
    patients: TrialPatients = None,
    replicates: Annotated[int, typer.Option(min=1, help="How many such trials.")] = 20,
    target_se: Annotated[
        float | None,
        typer.Option(min=1e-4, max=0.2, help="Add trials until the true primary difference is known to this error."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the trial is kept. Default: DESIGN-trial beside you.")
    ] = None,
    seed: Seed = 1,
    workers: Workers = None,
    scheduler: Scheduler = None,
    courses: Annotated[bool, typer.Option("--courses", help="Write everybody's charted series too, as Zarr.")] = False,
    block: Annotated[
        int, typer.Option(min=1, help="Patients of a block, the unit of work. It changes no number.")
    ] = 2000,
) -> None:
    """Simulate a trial many times, analyse it as planned, and write a report. The same command goes on after a stop.

    Every virtual patient lives every arm under the same chances (the truth); each trial then sees of each patient only
    the arm that was allocated, until the patient is lost or the trial ends.
    """
    from marrow.trial.commands import run_trial

    run_trial(design, patients, replicates, target_se, out, seed, workers, scheduler, block, courses)


@trial.command("report")
def trial_report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that `marrow trial run` made.")],
    patients: TrialPatients = None,
    replicates: Annotated[int | None, typer.Option(min=1, help="Analyse so many. Default: all that are there.")] = None,
) -> None:
    """Analyse a simulated trial again and write its report, also with another number of patients."""
    from marrow.trial.commands import report_trial

    report_trial(folder, patients, replicates)


@trial.command("power")
def trial_power(
    design: DesignFile,
    sizes: Annotated[str, typer.Option(metavar="N,N,...", help="Patients of each trial.")] = "",
    replicates: Annotated[int, typer.Option(min=10, help="Trials of the largest size.")] = 100,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where the patients are kept.")] = None,
    seed: Seed = 1,
    workers: Workers = None,
    scheduler: Scheduler = None,
) -> None:
    """Power of a design's primary analysis over sizes of the trial, each from the same virtual patients."""
    from marrow.trial.commands import power_of_trial

    power_of_trial(design, sizes, replicates, out, seed, workers, scheduler)
