"""What `marrow sensitivity` does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from marrow.commands import announce, command_line, console, plan_from, progress_bar
from marrow.endpoints.outcome import Outcomes
from marrow.errors import PlanError, Problem
from marrow.sensitivity.factors import applied, read_factors
from marrow.sensitivity.indices import Sensitivity, as_rows, sensitivity

if TYPE_CHECKING:
    from rich.console import RenderableType

    from marrow.simulation import Simulation


def run_sensitivity(
    file: Path, over: list[str], settings: list[str], show: list[str], points: int, draws: int, seed: int,
    until: str | None, out: Path | None, threads: int | None,
) -> None:  # fmt: skip
    from marrow.folder import check_folder
    from marrow.record import file_hash, provenance_of
    from marrow.results import write_sensitivity
    from marrow.sensitivity.picture import draw_sensitivity
    from marrow.simulation import Record, simulate

    if points < 4 or points & (points - 1):
        raise PlanError("--points", [Problem(f"{points}", "a power of 2, such as 32 or 64")])
    plan = plan_from(file, [], until)
    factors = read_factors(over, plan, settings)
    for corner in np.eye(len(factors)) * 0.999:  # what cannot be said is told before anything is simulated
        applied(plan, settings, factors, corner.tolist())
    if out is not None:
        check_folder(out)
    last: list[Simulation] = []

    def one(shares: np.ndarray) -> Outcomes:
        changed, numbers = applied(plan, settings, factors, shares.tolist())
        found = simulate(
            changed, draws, seed, threads=threads, announce=None if last else announce, record=Record.CHART,
            parameters=numbers or None,
        )  # fmt: skip
        last[:] = [found]
        return found.outcomes

    with progress_bar("runs") as bar:
        found = sensitivity(factors, one, points, show, bar)
    console.print(render(found))
    if out is not None:
        hashes = {file.name: file_hash(file.read_bytes())}
        write_sensitivity(as_rows(found), draw_sensitivity(found), provenance_of(last[0], command_line(), hashes), out)
        console.print(f"written  {out}")


def render(found: Sensitivity) -> RenderableType:
    """A table for each outcome, a row for each factor, the most important first."""
    from rich.console import Group
    from rich.text import Text

    from marrow.report.record import DISCLAIMER
    from marrow.report.terminal import table

    parts: list[RenderableType] = []
    for each in found.indices:
        day = f" by day {each.wanted.day:g}" if each.wanted.day is not None else ""
        flat = bool(np.isnan(each.total).any())
        words = f"{each.wanted.label}{day}: {100 * each.mean:.0f} ± {100 * each.sd:.0f} %"
        parts.append(Text(f"{words}, does not vary" if flat else words, style="bold"))
        rows = table("factor", "alone", "95 %", "total", "95 %")
        for k in () if flat else np.argsort(-each.total):
            cells = [
                (f"{value[k]:.2f}", f"{limits[k, 0]:.2f} to {limits[k, 1]:.2f}")
                for value, limits in ((each.first, each.first_limits), (each.total, each.total_limits))
            ]
            rows.add_row(found.factors[k].name, *cells[0], *cells[1])
        parts += [] if flat else [rows]
        parts.append(Text())
    note = (
        "mean ± SD over the ranges, and shares of the outcome's variance: by a factor alone, and with all "
        f"its interactions, with 95 % limits. {found.runs} runs of the same {found.patients} virtual patients"
    )
    parts.append(Text(note, style="dim"))
    parts += [Text(f"{each.name}: {each.range}", style="dim") for each in found.factors]
    if found.failed:
        parts.append(Text(f"{found.failed} solves of all runs did not end well", style="bold red"))
    return Group(*parts, Text(DISCLAIMER, style="dim"))
