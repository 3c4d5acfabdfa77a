"""A sweep in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from marrow.report.record import DISCLAIMER
from marrow.sweep import Line, Sweep

if TYPE_CHECKING:
    from rich.console import RenderableType


def terminal_sweep(found: Sweep) -> RenderableType:
    """A row for each value, a column for each outcome; the best, and what cannot be told from it, in green."""
    from rich.console import Group
    from rich.text import Text

    from marrow.report.terminal import table

    rows = table(found.name, *(_heading(line) for line in found.lines))
    for k, value in enumerate(found.values):
        rows.add_row(value, *(_cell(line, k) for line in found.lines))
    parts: list[RenderableType] = [
        Text(f"{found.patients} virtual patients, the same ones at every value; % with standard error", style="dim"),
        rows,
        Text("green: the best value, and those that these patients cannot tell from it (95 %)", style="dim"),
    ]
    if any(found.failed):
        told = ", ".join(f"{n} at {v}" for n, v in zip(found.failed, found.values, strict=True) if n)
        parts.append(Text(f"could not be solved: {told}; left out at every value", style="bold red"))
    parts.append(Text(DISCLAIMER, style="dim"))
    return Group(*parts)


def _heading(line: Line) -> str:
    day = f"\nby day {line.wanted.day:g}" if line.wanted.day is not None else ""
    return f"{line.wanted.label}{day}"


def _cell(line: Line, k: int) -> str:
    if np.isnan(line.share[k]):
        return "–"
    text = f"{100 * line.share[k]:.1f} ± {100 * line.error[k]:.1f}"
    return f"[green]{text}[/green]" if line.as_good[k] else text
