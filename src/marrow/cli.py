"""The command line. Each command imports what it needs when it runs, so that ``marrow --help`` answers at once.

Exit codes: 0 done; 1 a check or score failed; 2 something the user wrote or asked for is wrong; 130 interrupted.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from marrow.cli_trial import Seed, trial

GRADES = ["measured in transplant patients", "measured elsewhere", "derived", "fitted here", "assumed"]
app = typer.Typer(
    name="marrow",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Simulate a hematopoietic stem-cell transplant, from the first day of conditioning to a working marrow.\n\n"
    "Research software: it never tells anyone how to treat a patient.\n\n"
    "A first look: `marrow simulate examples/allogeneic-fb4.yaml`, then open the report it names.",
)
export = typer.Typer(no_args_is_help=True, help="Write the model in a format of others.")
app.add_typer(export, name="export")
app.add_typer(trial, name="trial")

PlanFile = Annotated[Path, typer.Argument(metavar="PLAN", help="A plan in YAML, e.g. examples/allogeneic-fb4.yaml.")]
Draws = Annotated[int, typer.Option(min=1, max=1_000_000, help="How many virtual patients are drawn for the plan.")]
Until = Annotated[
    str | None, typer.Option(metavar="TIME", help="How long to follow, e.g. '1 y', '100 d'. Default: the plan's.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change the plan, e.g. graft.cd34=2e6/kg. Repeatable."),
]
Threads = Annotated[int | None, typer.Option(min=1, help="Threads to use. Default: all cores.")]
TableAndFigure = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Where a table and a figure go. Default: only the terminal.")
]
Parameters = Annotated[
    Path | None,
    typer.Option(
        metavar="YAML", help="Numbers of the model in place of the declared ones, as marrow calibrate writes."
    ),
]


@app.command()
def check(plan: PlanFile, settings: Settings = None) -> None:
    """Read a plan, say what was understood as a table and a day-by-day timeline, or what is wrong with it."""
    from marrow.commands import run_check

    run_check(plan, settings or [])


def _regimen_names(incomplete: str) -> list[str]:
    """What the shell completes a regimen's name to."""
    from marrow.clinic.regimen import names

    return [name for name in names() if name.lower().startswith(incomplete.lower())]


@app.command()
def regimens(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", help="A regimen or one of its aliases, e.g. FB4.", autocompletion=_regimen_names
        ),
    ] = None,
    json_shown: Annotated[bool, typer.Option("--json", help="Print it as JSON instead.")] = False,
) -> None:
    """List the conditioning regimens that a plan may name, or explain one: doses, days, intensity, source.

    `conditioning: FB4` in a plan means the same as writing its sentences out. Class and TCI score are computed from
    the doses.
    """
    from marrow.commands import run_regimens

    run_regimens(name, json_shown)


@app.command()
def pk(
    plan: PlanFile,
    draws: Draws = 200,
    seed: Seed = 1,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where tables and figure go. Default: PLAN-pk beside you."),
    ] = None,
    settings: Settings = None,
    threads: Threads = None,
    png: Annotated[bool, typer.Option("--png", help="Write the figure as PNG too; SVG always.")] = False,
) -> None:
    """Exposure to each drug of conditioning, beside published targets: a table, a figure and CSV files.

    Solves the kinetics alone, without blood and marrow, so it answers in seconds. Shown are the highest concentration,
    the AUC of each dose and the cumulative AUC: the median and what 5 and 95 % of the virtual patients lie below.

    Try another dose: `marrow pk PLAN --set conditioning="FB2"`. Aim at an exposure instead of a dose:
    `--set conditioning="busulfan IV over 3 h daily, day -5 to -2, target cumulative AUC 90 mg*h/L"`; with
    `, adjusted after the first day` levels are measured and the later doses follow them.
    """
    from marrow.commands import run_pk

    run_pk(plan, draws, seed, out, settings or [], threads, png)


@app.command()
def simulate(
    plan: PlanFile,
    draws: Draws = 500,
    seed: Seed = 1,
    until: Until = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the results go. Default: PLAN-result beside you.")
    ] = None,
    observed: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Laboratory values to lay over the bands.")
    ] = None,
    settings: Settings = None,
    threads: Threads = None,
    parameters: Parameters = None,
    png: Annotated[bool, typer.Option("--png", help="Write the figures as PNG too, for slides; SVG always.")] = False,
) -> None:
    """Simulate a plan and write a folder with report.html, figures, the course, outcomes and actions."""
    from marrow.figures.aside import aside

    with aside() as painter:  # started first: it loads what draws while this process loads what solves
        from marrow.commands import run_simulate

        run_simulate(plan, draws, seed, until, out, observed, settings or [], threads, png, parameters, painter)


@app.command()
def compare(
    plan: PlanFile,
    settings: Settings = None,
    draws: Draws = 500,
    seed: Seed = 1,
    until: Until = None,
    out: TableAndFigure = None,
    threads: Threads = None,
) -> None:
    """What if? Simulate a plan as written and as changed by --set, with common draws, and show the differences."""
    from marrow.commands import run_compare

    run_compare(plan, settings or [], draws, seed, until, out, threads)


@app.command()
def sweep(
    plan: PlanFile,
    over: Annotated[
        str, typer.Option(metavar="NAME=VALUES", help="E.g. graft.cd34=1e6,2e6,4e6 /kg, or AUC=50:130:10.")
    ],
    settings: Settings = None,
    show: Annotated[
        list[str] | None,
        typer.Option(metavar="OUTCOME[@DAY]", help="An outcome to tell, e.g. relapse_day@730. Repeatable."),
    ] = None,
    window: Annotated[
        str | None, typer.Option(metavar="LOW:HIGH", help="A range to shade in the figure, e.g. 78:101.")
    ] = None,
    draws: Draws = 500,
    seed: Seed = 1,
    until: Until = None,
    out: TableAndFigure = None,
    threads: Threads = None,
) -> None:
    """What if, over a range? One plan with several values of something in it, lived by the same virtual patients.

    NAME is a key of the plan, or stands in braces in a --set:

    `marrow sweep PLAN --set "conditioning.2=busulfan IV over 3 h daily, day -6 to -3, target cumulative AUC {AUC}
    mg*h/L" --over AUC=50:130:10 --window 78:101`
    """
    from marrow.commands import run_sweep

    run_sweep(plan, over, settings or [], show or [], window, draws, seed, until, out, threads)


@app.command()
def sensitivity(
    plan: PlanFile,
    over: Annotated[
        list[str],
        typer.Option(metavar="NAME=LOW:HIGH", help="E.g. 'graft.cd34=2e6:8e6 /kg', or platelets.lifespan. Repeatable."),
    ],
    settings: Settings = None,
    outcome: Annotated[
        list[str] | None,
        typer.Option(metavar="OUTCOME[@DAY]", help="An outcome, e.g. relapse_day@730. Repeatable. Default: the usual."),
    ] = None,
    points: Annotated[int, typer.Option(min=4, help="A power of 2; runs are POINTS x (factors + 2).")] = 32,
    draws: Draws = 200,
    seed: Seed = 1,
    until: Until = None,
    out: TableAndFigure = None,
    threads: Threads = None,
) -> None:
    """What matters most? Sobol's indices of outcomes over ranges of several quantities, with 95 % limits.

    NAME is a key of the plan, stands in braces in a --set, or is a number of the model (alone: its plausible range).
    """
    from marrow.sensitivity.command import run_sensitivity

    run_sensitivity(plan, over, settings or [], outcome or [], points, draws, seed, until, out, threads)


@app.command()
def calibrate(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Study files. Default: the packaged studies.")
    ] = None,
    part: Annotated[
        Literal["recovery", "gvhd", "outcomes"],
        typer.Option(help="Numbers of recovery, of graft-versus-host disease, or of relapse, rejection and death."),
    ] = "recovery",
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the run is kept.")] = Path("calibration-result"),
    draws: Annotated[int, typer.Option(min=20, help="Virtual patients of each arm.")] = 150,
    steps: Annotated[int, typer.Option(min=1, help="Steps of the search, at most.")] = 6,
    seed: Seed = 1,
    threads: Threads = None,
) -> None:
    """Fit the numbers that the literature leaves open to the studies that may be fitted to, and keep the run."""
    from marrow.commands import run_calibrate

    run_calibrate(files or [], part, out, draws, steps, seed, threads)


@app.command()
def cite(
    plan: Annotated[
        Path | None, typer.Argument(metavar="[PLAN]", help="A plan. Default: everything that marrow has.")
    ] = None,
    grade: Annotated[
        str | None,
        typer.Option(
            metavar="GRADE",
            help="Only numbers of this grade, e.g. assumed, fitted here, derived.",
            autocompletion=lambda: GRADES,
        ),
    ] = None,
    bibtex: Annotated[bool, typer.Option("--bibtex", help="Print the references as BibTeX only.")] = False,
) -> None:
    """Print what a run of a plan rests on: every number with unit, source and grade, the weakest last."""
    from marrow.commands import run_cite

    run_cite(plan, bibtex, grade)


@app.command()
def targets(
    table: Annotated[
        Path | None, typer.Argument(metavar="FILE.csv", help="Published figures. Default: the packaged table.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write scored, inside and the rows.")
    ] = None,
    draws: Annotated[int, typer.Option(min=50, help="Virtual patients per arm.")] = 500,
    seed: Seed = 1,
    threads: Threads = None,
) -> None:
    """Score the model against published figures: every row whose drugs exist; the rest is listed with the reason."""
    from marrow.commands import run_targets

    run_targets(table, json_file, draws, seed, threads)


@app.command()
def replicate(
    studies: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE...", help="Study files, or folders of them. Default: the packaged studies."),
    ] = None,
    draws: Annotated[
        int | None, typer.Option(min=50, help="Virtual patients per arm. Default: as many as each arm needs.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write scores and rows.")] = None,
    csv_file: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the rows.")] = None,
    seed: Seed = 1,
    uncertainty: Annotated[
        int, typer.Option(min=0, max=1000, help="Sets of uncertain parameter values to simulate each arm with as well.")
    ] = 0,
    threads: Threads = None,
    parameters: Parameters = None,
) -> None:
    """Simulate published studies arm by arm, and score what comes out against what was published."""
    from marrow.commands import run_replicate

    run_replicate(
        studies or [], json_file, csv_file, parameters, draws=draws, seed=seed, uncertainty=uncertainty, threads=threads
    )


@app.command()
def endpoints(
    table: Annotated[Path, typer.Argument(metavar="TABLE.csv", help="A table of real patients.")],
    group: Annotated[str | None, typer.Option(metavar="COLUMN", help="Compare the groups of this column.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the results go. Default: TABLE-endpoints beside you.")
    ] = None,
    png: Annotated[bool, typer.Option("--png", help="Write the figure as PNG too; SVG always.")] = False,
) -> None:
    """Endpoints, curves and tests of a user's own patients: long laboratory series, or a row of times for each.

    Every row that is refused or repaired is listed with its line and the reason in findings.csv.
    """
    from marrow.commands import run_endpoints

    run_endpoints(table, group, out, png)


@export.command("sbml")
def export_sbml(
    plan: PlanFile,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The SBML file to write.")],
    draw: Annotated[int, typer.Option(min=0, help="Which virtual patient.")] = 0,
    seed: Seed = 1,
    settings: Settings = None,
) -> None:
    """Write the composed model as SBML Level 3, with one patient's realised doses and actions as timed events."""
    from marrow.commands import run_export_sbml

    run_export_sbml(plan, out, draw, seed, settings or [])


@app.command()
def worker(
    scheduler: Annotated[str, typer.Argument(metavar="ADDRESS", help="Of a Dask scheduler, e.g. tcp://host:8786.")],
) -> None:
    """Work for a trial that runs on a cluster, until its scheduler ends."""
    from marrow.trial.commands import work_for

    work_for(scheduler)


def main() -> None:
    """Entry point: errors that are the user's to mend are told in words, with exit code 2."""
    from marrow.errors import MarrowError

    gc.set_threshold(100_000, 20, 20)  # what is loaded at the start is not garbage: looking through it takes time
    try:
        app()
    except MarrowError as error:
        sys.stderr.write(f"marrow: {error}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("marrow: interrupted; nothing half written was left\n")
        sys.exit(130)
