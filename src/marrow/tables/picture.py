"""Curves of the outcomes of a table: incidences of competing events, or survival, by group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from marrow.figures.style import QUIET, SEQUENCE, Drawing, look, margins, new_figure
from marrow.tables.analysis import EVERYONE, Analysis, Step

_MOST_PANELS = 6
_MOST_LINES = 6
_LINES = ("-", "--", ":", "-.")


def draw_curves(analyses: Sequence[Analysis]) -> Drawing:
    """A panel for each outcome, at most six; colours are groups, dashes causes; bands are 95 % limits."""
    shown = analyses[:_MOST_PANELS]
    columns = min(2, len(shown))
    rows = -(-len(shown) // columns)
    with look():
        figure = new_figure(0.9 + 2.6 * rows)
        margins(figure, left=0.65, top=0.45, bottom=0.6, down=0.5, across=0.2)
        for place, analysis in enumerate(shown):
            _panel(figure.add_subplot(rows, columns, place + 1), analysis)
    names = ", ".join(each.outcome.name for each in shown)
    caption = (
        "Bands are 95 % limits, pointwise. Competing events are drawn as cumulative incidence, others as survival."
    )
    return Drawing("outcomes", "Outcomes of the table", caption, f"Curves over days of {names}.", figure)


def _panel(axes, analysis: Analysis) -> None:
    groups = analysis.groups[:_MOST_LINES] or (EVERYONE,)
    competing = analysis.outcome.competing
    whats = analysis.outcome.labels[: len(_LINES)] if competing else ("free of the event",)
    for colour, group in zip(SEQUENCE, groups, strict=False):
        for line, what in zip(_LINES, whats, strict=False):
            steps = [each for each in analysis.curves if each.group == group and each.what == what]
            day, estimate, low, high = _columns(steps, 0.0 if competing else 1.0)
            label = group if len(whats) == 1 else what if groups == (EVERYONE,) else f"{group}, {what}"
            axes.plot(day, estimate, line, drawstyle="steps-post", color=colour, label=label)
            axes.fill_between(day, low, high, step="post", color=colour, alpha=0.12, linewidth=0)
    axes.set_ylim(0, 1)
    axes.set_xlim(left=0)
    axes.set_title(analysis.outcome.name)
    axes.set_xlabel("days")
    axes.set_ylabel("cumulative incidence" if competing else "free of the event")
    test = next(iter(analysis.tests), None)
    if test is not None and np.isfinite(test.p):
        axes.text(0.98, 0.04, f"{test.name} p = {test.p:.2g}", transform=axes.transAxes, ha="right", color=QUIET)
    axes.legend(loc="best", fontsize="small")


def _columns(steps: Sequence[Step], start: float) -> tuple[np.ndarray, ...]:
    rows = [(0.0, start, start, start), *((each.day, each.estimate, each.low, each.high) for each in steps)]
    day, estimate, low, high = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    return day, estimate, np.where(np.isnan(low), estimate, low), np.where(np.isnan(high), estimate, high)
