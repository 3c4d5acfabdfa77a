"""A sweep in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from marrow.report.record import DISCLAIMER
from marrow.sweep import Line, Sweep

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

_CELL = len("100.0 ± 10.0")


def terminal_sweep(found: Sweep) -> RenderableType:
    """A row for each value, a column for each outcome; the best, and what cannot be told from it, in green."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [
        Text(f"{found.patients} virtual patients, the same ones at every value; % with standard error", style="dim"),
        _Rows(found),
        Text("green: the best value, and those that these patients cannot tell from it (95 %)", style="dim"),
    ]
    if any(found.failed):
        told = ", ".join(f"{n} at {v}" for n, v in zip(found.failed, found.values, strict=True) if n)
        parts.append(Text(f"could not be solved: {told}; left out at every value", style="bold red"))
    parts.append(Text(DISCLAIMER, style="dim"))
    return Group(*parts)


@dataclass(frozen=True)
class _Rows:
    """The table, as several below each other where the terminal is too narrow for all outcomes."""

    found: Sweep

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from marrow.report.terminal import table

        found = self.found
        for lines in _fitting(found.lines, options.max_width - max(map(len, (found.name, *found.values))) - 1):
            rows = table(found.name, *(_heading(line) for line in lines))
            for k, value in enumerate(found.values):
                rows.add_row(value, *(_cell(line, k) for line in lines))
            yield rows


def _fitting(lines: Sequence[Line], width: int) -> Iterator[list[Line]]:
    """Lines whose columns fit into so many characters beside each other, at least one at a time."""
    chosen: list[Line] = []
    left = width
    for line in lines:
        needed = max(_CELL, *map(len, _heading(line).splitlines())) + 1
        if chosen and needed > left:
            yield chosen
            chosen, left = [], width
        chosen, left = [*chosen, line], left - needed
    if chosen:
        yield chosen


def _heading(line: Line) -> str:
    day = f"\nby day {line.wanted.day:g}" if line.wanted.day is not None else ""
    return f"{line.wanted.label}{day}"


def _cell(line: Line, k: int) -> str:
    if np.isnan(line.share[k]):
        return "–"
    text = f"{100 * line.share[k]:.1f} ± {100 * line.error[k]:.1f}"
    return f"[green]{text}[/green]" if line.as_good[k] else text
