"""What the commands do. Each function is one command; ``cli`` only parses words."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from rich.console import Console

from marrow.clinic.plan import Plan, read_plan
from marrow.errors import PlanError, Problem

if TYPE_CHECKING:
    from marrow.figures.aside import Painter
    from marrow.simulation import Simulation

console = Console()
notes = Console(stderr=True)


def plan_from(file: Path, settings: list[str], until: str | None = None) -> Plan:
    """The plan of a file, with ``--set key=value`` and ``--until`` changes. Raises ``PlanError``."""
    return read_plan(file).with_settings([*settings, *([f"follow-up={until}"] if until is not None else [])])


@contextmanager
def progress_bar(label: str) -> Iterator[Any]:
    """A bar on standard error, for as long as the work lasts; silent when that is no terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=notes, transient=True, disable=not notes.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def announce(text: str) -> None:
    notes.print(f"[dim]{text} ...[/dim]")


def run(
    plan: Plan,
    draws: int,
    seed: int,
    threads: int | None,
    label: str,
    checkpoint: Callable[[], None] = lambda: None,
    **options: Any,
) -> Simulation:
    """``checkpoint`` is called now and then, and may end the run by an exception."""
    from marrow.simulation import simulate

    with progress_bar(label) as bar:

        def progress(done: int, total: int) -> None:
            checkpoint()
            bar(done, total)

        return simulate(plan, draws, seed, threads=threads, progress=progress, announce=announce, **options)


def run_check(file: Path, settings: list[str]) -> None:
    from marrow.clinic.echo import render_check
    from marrow.dosing import dosed

    console.print(render_check(dosed(plan_from(file, settings), announce)))


def run_regimens(name: str | None, as_json: bool) -> None:
    from marrow.clinic.regimen import REGIMENS, regimen_named
    from marrow.clinic.regimen_shown import as_data, render_all, render_one

    chosen = None if name is None else regimen_named(name)
    if as_json:
        print(json.dumps([as_data(each) for each in REGIMENS] if chosen is None else as_data(chosen), indent=1))
    else:
        console.print(render_all() if chosen is None else render_one(chosen))


def run_pk(
    file: Path, draws: int, seed: int, out: Path | None, settings: list[str], threads: int | None, png: bool
) -> None:
    from marrow.clinic.doses import planned_doses
    from marrow.clinic.orders import Role
    from marrow.clinic.schedule import not_yet_modelled
    from marrow.dosing import DAYS_AFTER
    from marrow.figures.drugs import draw_drugs
    from marrow.figures.scene import set_scene
    from marrow.folder import check_folder
    from marrow.model import conditioning_of, module_of
    from marrow.record import doses_table, file_hash, provenance_of
    from marrow.report.exposures import measured_exposures, render_exposures
    from marrow.results import write_pharmacokinetics

    plan = plan_from(file, settings)
    folder = out or Path(f"{file.stem}-pk")
    check_folder(folder)
    modelled = conditioning_of(plan)
    if not modelled:
        named = ", ".join(dict.fromkeys(order.drug for order in plan.conditioning)) or "none"
        problem = Problem(f"no drug whose kinetics are modelled ({named})", "at least one", key="conditioning")
        raise PlanError(str(file), [problem])
    until = max(1.0, max(order.last_day for order in plan.conditioning) + DAYS_AFTER)
    simulation = run(plan, draws, seed, threads, "virtual patients", drugs_alone=True, until=until)
    course = simulation.course
    doses = [dose for dose in planned_doses(simulation.plan) if dose.role is Role.CONDITIONING]
    exposures = measured_exposures(course, doses)
    scene = set_scene(course, doses_table(simulation.plan), simulation.actions)
    drawing = draw_drugs(scene)
    if drawing is None or not exposures:
        names = ", ".join(sorted(modelled))
        raise PlanError(str(file), [Problem(f"no plasma concentration of {names}", "a drug with one")])
    provenance = provenance_of(simulation, command_line(), {file.name: file_hash(file.read_bytes())})
    given = simulation.plan
    shown = {course[name].attrs["module"] for name in course.data_vars if str(name).endswith("_concentration")}
    titles = {drug: module.title for drug in sorted(modelled) if (module := module_of(drug)) is not None}
    absent = [f"{drug}: no concentration is modelled" for drug, title in titles.items() if title not in shown]
    absent += [f"{m.name}: {m.reason}, not shown" for m in not_yet_modelled(given) if m.order in given.conditioning]
    failed = [f"{simulation.failed} of {draws} patients could not be solved"] if simulation.failed else []
    write_pharmacokinetics(exposures, course, drawing, provenance, plan.to_yaml(), folder, png=png)
    console.print(render_exposures(exposures, draws, [*absent, *failed]))
    console.print(f"written  {folder}")


def run_simulate(
    file: Path,
    draws: int,
    seed: int,
    until: str | None,
    out: Path | None,
    observed: Path | None,
    settings: list[str],
    threads: int | None,
    png: bool = False,
    parameters: Path | None = None,
    painter: Painter | None = None,
) -> None:
    """``painter``: who draws the figures while the other results are written."""
    from marrow.ahead import load_ahead
    from marrow.clinic.schedule import Detail
    from marrow.folder import check_folder
    from marrow.meanwhile import meanwhile
    from marrow.observed import read_observed
    from marrow.parameter_file import read_parameters

    plan = plan_from(file, settings, until)
    folder = out or Path(f"{file.stem}-result")
    check_folder(folder)
    numbers = read_parameters(parameters) if parameters is not None else None
    labs = read_observed(observed).to_table() if observed else None
    ahead = Thread(target=load_ahead, daemon=True)
    simulation = run(plan, draws, seed, threads, "virtual patients", parameters=numbers, ready=ahead.start)
    # The second run is solved while the results of the first are read, drawn and written. It is shown as bands alone.
    label = "with uncertain parameters"
    options = {"uncertainty": True, "parameters": numbers, "detail": Detail.VISITS}
    with meanwhile(lambda checkpoint: run(plan, draws, seed, threads, label, checkpoint, **options)) as uncertain:
        ahead.join()  # two threads that import, one of them interrupted, can wait for each other for ever
        from marrow.record import file_hash, record_of
        from marrow.report.terminal import terminal_summary
        from marrow.results import write_results

        inputs = {path.name: file_hash(path.read_bytes()) for path in (file, observed, parameters) if path is not None}
        record = record_of(simulation, command_line(), None, labs, inputs)
        written = write_results(record, folder, png=png, painter=painter, uncertain=lambda: uncertain().course)
    console.print(terminal_summary(written.content, written.report))
    if simulation.failed:
        notes.print(f"[bold red]{simulation.failed} of {draws} patients could not be solved; see the report[/bold red]")


def command_line() -> str:
    return shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])


def run_compare(
    file: Path, settings: list[str], draws: int, seed: int, until: str | None, out: Path | None, threads: int | None
) -> None:
    from marrow.folder import check_folder
    from marrow.record import record_of
    from marrow.report.comparison import compare, terminal_comparison
    from marrow.results import write_comparison

    if not settings:
        needed = "at least one --set key=value, such as --set graft.cd34=2e6/kg"
        raise PlanError("marrow compare", [Problem("no change", needed)])
    plan, changed = plan_from(file, [], until), plan_from(file, settings, until)
    if out is not None:
        check_folder(out)
    before = run(plan, draws, seed, threads, "as written")
    after = run(changed, draws, seed, threads, "as changed")
    comparison = compare(record_of(before, command_line()), record_of(after, command_line()), ", ".join(settings))
    page = write_comparison(comparison, out) if out is not None else None
    console.print(terminal_comparison(comparison))
    if page is not None:
        console.print(f"written  {page}")


def run_sweep(
    file: Path,
    over: str,
    settings: list[str],
    show: list[str],
    window: str | None,
    draws: int,
    seed: int,
    until: str | None,
    out: Path | None,
    threads: int | None,
) -> None:
    from marrow.clinic.varying import Varied, read_variation, read_window, varied
    from marrow.endpoints.outcome import Outcomes
    from marrow.figures.sweep import draw_sweep
    from marrow.folder import check_folder
    from marrow.record import provenance_of
    from marrow.report.sweep import terminal_sweep
    from marrow.results import write_sweep
    from marrow.simulation import Record
    from marrow.sweep import sweep

    variation = read_variation(over)
    shaded = read_window(window) if window is not None else None
    plans = varied(plan_from(file, [], until), settings, variation)
    if out is not None:
        check_folder(out)
    last = []

    def one(plan: Varied) -> Outcomes:
        found = run(plan.plan, draws, seed, threads, f"{variation.name} {plan.value}", record=Record.CHART)
        last[:] = [found]
        return found.outcomes

    found = sweep(variation.name, variation.unit, variation.numbers, plans, one, show)
    console.print(terminal_sweep(found))
    if out is not None:
        write_sweep(found, draw_sweep(found, shaded), provenance_of(last[0], command_line(), {}), out)
        console.print(f"written  {out}")


def run_cite(file: Path | None, bibtex: bool, grade: str | None = None) -> None:
    from rich.table import Table

    from marrow.catalogue import catalogue
    from marrow.cite import citations as citations_of
    from marrow.cite import read_grade
    from marrow.clinic.stand_ins import STAND_INS
    from marrow.laboratory.assays import laboratory_rows
    from marrow.record import rows_behind, source_row, stand_in_rows

    wanted = read_grade(grade) if grade is not None else None
    everything = (
        *(row for module in catalogue() for row in module.rows),
        *laboratory_rows(),
        *stand_in_rows(STAND_INS),
    )
    citations = citations_of(rows_behind(read_plan(file)) if file is not None else everything)
    if bibtex:
        for reference in citations.references:
            print(reference.bibtex() + "\n")
        return
    for each, count in citations.counts.items():
        table = Table(title=f"{each.value}: {count}", title_justify="left", show_edge=False, pad_edge=False)
        for heading, ratio in (("module", 2), ("number", 4), ("value", 2), ("plausible", 2), ("rests on", 6)):
            table.add_column(heading, ratio=ratio, overflow="fold")
        for row in (source_row(row) for row in citations.rows if row.grade is each):
            table.add_row(
                row.module, row.label, row.value, row.plausible, ". ".join(filter(None, (row.source, row.reference)))
            )
        if count and wanted in (None, each):
            console.print(table, "")
    shares = ", ".join(f"{count} {each.value}" for each, count in citations.counts.items())
    console.print(f"of {len(citations.rows)} numbers: {shares}", highlight=False)
    if wanted is not None:
        return
    console.print("References", style="bold")
    for reference in citations.references:
        console.print(f"  {reference}", highlight=False)


def run_export_sbml(file: Path, out: Path, draw: int, seed: int, settings: list[str]) -> None:
    from marrow.exchange.export import export_sbml

    export_sbml(plan_from(file, settings), out, patient=draw, seed=seed, announce=announce)
    console.print(f"written  {out}")


def run_targets(table: Path | None, json_file: Path | None, draws: int, seed: int, threads: int | None) -> None:
    from marrow.calibration.shown import as_data, render
    from marrow.calibration.simulator import Simulator
    from marrow.calibration.table import packaged_outcomes, packaged_targets, read_targets
    from marrow.calibration.targets import compare
    from marrow.folder import write_json_whole

    rows = read_targets(table) if table else (*packaged_targets(), *packaged_outcomes())
    simulator = Simulator(draws, seed, threads)
    comparison = compare(
        rows, simulator, progress=lambda name, done, total: announce(f"{name} ({done + 1} of {total})")
    )
    console.print(render(comparison))
    if json_file is not None:
        write_json_whole(json_file, as_data(comparison))


def run_replicate(
    files: list[Path],
    json_file: Path | None,
    csv_file: Path | None,
    parameters: Path | None,
    threads: int | None,
    **simulated: Any,
) -> None:
    from marrow.calibration.replicate import replicate
    from marrow.calibration.replicated import as_csv, as_data, render
    from marrow.calibration.simulator import Simulator
    from marrow.calibration.study import packaged_studies, read_studies
    from marrow.calibration.table import packaged_outcomes, packaged_targets
    from marrow.folder import write_json_whole, write_text_whole
    from marrow.parameter_file import read_parameters

    numbers = read_parameters(parameters) if parameters is not None else None
    studies = read_studies(files) if files else packaged_studies()
    arms = sum(len(study.arms) for study in studies)
    if not files:
        announce(f"{len(studies)} packaged studies, {arms} arms: a quarter of an hour or more (name files for fewer)")
    workers = min(threads or os.cpu_count() or 1, arms)
    simulator = Simulator(**simulated, threads=threads if workers == 1 else 1, parameters=numbers)
    with progress_bar("arms") as bar:
        replication = replicate(
            studies,
            simulator,
            (*packaged_targets(), *packaged_outcomes()),
            progress=lambda name, done, total: bar(done, total),
            workers=workers,
        )
    console.print(render(replication))
    if json_file is not None:
        write_json_whole(json_file, as_data(replication))
    if csv_file is not None:
        write_text_whole(csv_file, as_csv(replication))


def run_calibrate(
    files: list[Path], part: str, out: Path, draws: int, steps: int, seed: int, threads: int | None
) -> None:
    from marrow.calibration import calibrate as kept
    from marrow.calibration.free import Part, priors
    from marrow.calibration.study import packaged_studies, read_studies
    from marrow.folder import CALIBRATION_FORMAT, MANIFEST, check_folder, with_whole_folder

    check_folder(out)
    fitted = Part(part)
    studies = read_studies(files) if files else packaged_studies()
    with progress_bar("calibration") as bar:

        def tell(what: str, done: int, expected: int) -> None:
            bar(done, expected)

        found = kept.calibrate(
            studies,
            priors(fitted.free),
            part=fitted,
            draws=draws,
            seed=seed,
            steps=steps,
            threads=threads or os.cpu_count() or 1,
            progress=tell,
        )

    def fill(place: Path) -> None:
        (place / "parameters.yaml").write_text(kept.as_parameters(found), encoding="utf-8")
        (place / "posterior.csv").write_text(kept.as_posterior(found), encoding="utf-8")
        (place / "correlation.csv").write_text(kept.as_correlation(found), encoding="utf-8")
        (place / "figures.csv").write_text(kept.as_figures(found), encoding="utf-8")
        (place / "calibration.md").write_text(kept.as_page(found), encoding="utf-8")
        (place / MANIFEST).write_text(json.dumps({"format": CALIBRATION_FORMAT}) + "\n", encoding="utf-8")

    with_whole_folder(out, fill)
    console.print(f"loss {found.fit.cost_before:.1f} before, {found.fit.cost_after:.1f} after; {found.fit.runs} runs")
    for each in found.fit.numbers:
        low, high = each.interval
        known = "prior only" if each.prior_only else f"contracted by {100 * each.contraction:.0f} %"
        console.print(
            f"  {each.prior.name}: {each.prior.value:g} -> {each.value:.3g} ({low:.3g} to {high:.3g}), {known}"
        )
    console.print(f"written  {out / 'calibration.md'}")


def run_endpoints(table: Path, group: str | None, out: Path | None, png: bool) -> None:
    from marrow.tables import command

    command.run_endpoints(table, group, out, png, command_line(), console)
