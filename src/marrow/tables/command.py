"""``marrow endpoints``: reads a table of real patients, tells what was found, writes a folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from marrow.clinic.quantities import printed
from marrow.folder import check_folder
from marrow.tables.analysis import Analysis
from marrow.tables.current import CurrentStep, current_steps
from marrow.tables.read import ReadTable, Shape, median_text, read_table
from marrow.tables.write import write_endpoints

_MOST_REASONS = 15


def run_endpoints(file: Path, group: str | None, out: Path | None, png: bool, command: str, console: Console) -> None:
    """Raises ``PlanError`` for a table that cannot be read, ``RunError`` where the folder cannot be written."""
    folder = out or Path(f"{file.stem}-endpoints")
    check_folder(folder)
    table = read_table(file, group)
    write_endpoints(table, file, folder, command, png=png)
    show(table, console)
    console.print(f"written  {folder}", highlight=False)


def show(table: ReadTable, console: Console) -> None:
    """What the table held, what was wrong with it, and what comes out."""
    row = "values and events" if table.shape is Shape.LONG else "a row a patient"
    console.print(
        f"{table.file}: {table.patients} patients, {table.used} of {table.rows} rows used ({row})", highlight=False
    )
    counts = table.gathered.counts()
    if counts:
        findings = _table("what was wrong (each row in findings.csv)", "what was done", "rows", "reason")
        for action, reason, number in counts[:_MOST_REASONS]:
            findings.add_row(action.value, str(number), reason)
        if len(counts) > _MOST_REASONS:
            findings.add_row("", "", f"and {len(counts) - _MOST_REASONS} other reasons")
        console.print(findings, "")
    if table.derived is not None:
        console.print(_endpoints(table), "")
    if table.derived is not None and table.derived.histories is not None:
        console.print(_current(current_steps(table.derived.histories, table.groups)), "")
    for analysis in table.analyses:
        _show_analysis(analysis, console)


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _endpoints(table: ReadTable) -> Table:
    shown = _table("endpoints of single patients (patients.csv)", "endpoint", "known", "reached", "median of reached")
    assert table.derived is not None
    for name, values in table.derived.columns.items():
        known = values[~np.isnan(values)]
        finite = known[np.isfinite(known)]
        middle = printed(float(f"{np.median(finite):.4g}")) if finite.size else ""
        shown.add_row(name, str(known.size), str(finite.size), middle)
    return shown


def _current(steps: list[CurrentStep]) -> Table:
    """The last day of each third of the follow-up of each group."""
    shown = _table("current GRFS (current-grfs.csv)", "group", "day", "at risk", "estimate", "95 % limits")
    for group in dict.fromkeys(step.group for step in steps):
        mine = [step for step in steps if step.group == group]
        for part in (1, 2, 3):
            step = mine[(len(mine) - 1) * part // 3]
            limits = f"{step.low:.3f} to {step.high:.3f}"
            shown.add_row(group, printed(step.day), str(step.at_risk), f"{step.current_grfs:.3f}", limits)
    return shown


def _show_analysis(analysis: Analysis, console: Console) -> None:
    outcome = analysis.outcome
    events = ", ".join(f"{np.count_nonzero(outcome.cause == k)} {label}" for k, label in enumerate(outcome.labels, 1))
    title = f"{outcome.name}: {outcome.time.size} patients, {events or 'no event'}"
    shown = _table(title, "group", "what", "day", "at risk", "estimate", "95 % limits")
    for step in analysis.steps:
        limits = "" if np.isnan(step.low) else f"{step.low:.3f} to {step.high:.3f}"
        shown.add_row(step.group, step.what, printed(step.day), str(step.at_risk), f"{step.estimate:.3f}", limits)
    console.print(shown)
    for group, values in analysis.medians.items():
        console.print(f"  median day of the first event, {group}: {median_text(values)}", highlight=False)
    for test in analysis.tests:
        effect = "" if np.isnan(test.effect) else f"{test.effect:.3f} ({test.low:.3f} to {test.high:.3f}), "
        of = f"chi-square {test.statistic:.4g}, {test.degrees} df, p = {test.p:.3g}"
        console.print(f"  {test.name}, {test.what}: {effect}{of}", highlight=False)
    console.print("")
