"""The summary at the end of ``marrow simulate``: what is looked for first, in one screen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from marrow.report.content import ReportContent

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table


def terminal_summary(content: ReportContent, report: Path | None = None) -> RenderableType:
    """A Rich renderable: ``Console().print(terminal_summary(...))``. ``report``: where the report lies."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [Text(content.title, style="bold"), Text(content.subtitle, style="dim"), Text()]
    tables = [_outcomes(content)]
    if content.risks:
        tables.append(_risks(content))
    if content.chimerism and content.chimerism_days:
        tables.append(_chimerism(content))
    if content.exposures:
        tables.append(_exposures(content))
    for table in tables:
        parts += [table, Text()]
    parts += _warnings(content)
    parts.append(_rests_on(content))
    if report is not None:
        parts.append(Text.assemble("report  ", (str(report), "bold cyan")))
    parts.append(Text(content.disclaimer, style="dim"))
    return Group(*parts)


def table(*headings: str) -> Table:
    """An empty table whose first column holds words and the others numbers."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for place, heading in enumerate(headings):
        made.add_column(heading, justify="left" if place == 0 else "right", no_wrap=True)
    return made


def _outcomes(content: ReportContent) -> RenderableType:
    """Median, mean or share with its Monte Carlo error, the spread of patients, and the probability by a horizon."""
    rows = table("", "result (Monte Carlo 95 %)", "90 % of patients", "reached")
    horizons = {row.label: row.cells for row in content.probabilities}
    for row in content.outcomes:
        cells = horizons.get(row.label, ())
        cell = next((cell for cell in cells if cell[0] == "by day 28"), cells[-1] if cells else None)
        reached = f"{cell[1]} {cell[0].removeprefix('by ')}" if cell else ""
        result = f"{row.middle.removeprefix('median ')} ({row.error})"
        rows.add_row(row.short, result, row.spread, reached)
    return rows


_LEADING = ("Overall survival", "Relapse", "Non-relapse death", "GRFS (Holtan)", "Bacteremia")


def _risks(content: ReportContent) -> RenderableType:
    """Survival and risks at the usual horizons, each with its Monte Carlo interval."""
    rows = table("survival and risks", *(by for by, _, _ in content.risks[0].cells))
    for row in (row for row in content.risks if row.label in _LEADING):
        rows.add_row(row.label, *(f"{value} ({error.removesuffix(' %')})" for _, value, error in row.cells))
    return rows


def _chimerism(content: ReportContent) -> RenderableType:
    rows = table("donor share", *(f"day {day}" for day in content.chimerism_days))
    for row in content.chimerism:
        rows.add_row(row.lineage, *(re.sub(r";[^)]*", "", cell) for cell in row.cells))
    return rows


def _exposures(content: ReportContent) -> RenderableType:
    rows = table("exposure", "median", "90 % of patients", "target", "inside")
    for row in content.exposures:
        rows.add_row(row.drug, f"{row.median} {row.unit}", row.spread, row.target, row.inside)
    return rows


def _warnings(content: ReportContent) -> list[RenderableType]:
    from rich.text import Text

    found: list[RenderableType] = []
    if content.solver.failed:
        what = "; ".join(f"{count} {kind}" for kind, count, _ in content.solver.failures)
        text = f"{content.solver.failed} of {content.solver.patients} patients could not be solved ({what})"
        found.append(Text(text + "; counted as unknown", style="bold red"))
    if content.not_modelled:
        names = ", ".join(drug for drug, _ in content.not_modelled)
        found.append(Text(f"in the plan, not yet modelled: {names}", style="yellow"))
    return found


def _rests_on(content: ReportContent) -> RenderableType:
    from rich.text import Text

    solver = content.solver
    solved = f"{solver.patients} patients, {solver.failed} failed, clipped mass at most {solver.clipped}"
    numbers = f"; rests on {content.numbers} numbers, {content.assumed} of them assumed" if content.numbers else ""
    return Text(solved + numbers, style="dim")
