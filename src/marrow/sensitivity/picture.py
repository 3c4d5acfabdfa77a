"""Sobol's indices as a figure: first order and total of every factor, a panel for each outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from marrow.figures.frame import bare, labels_below, labels_left
from marrow.figures.style import BLUE, GRID, ORANGE, Drawing, look, margins, new_figure
from marrow.sensitivity.indices import Indices, Sensitivity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLUMNS = 2


def draw_sensitivity(found: Sensitivity) -> Drawing:
    """Outcomes that do not vary have no panel."""
    shown = [each for each in found.indices if not np.isnan(each.total).any()]
    columns = min(_COLUMNS, max(len(shown), 1))
    rows = -(-max(len(shown), 1) // columns)
    with look():
        figure = new_figure(0.9 + rows * (0.75 + 0.32 * len(found.factors)))
        margins(figure, left=1.55, top=0.6, bottom=0.5, down=0.75, across=1.75)
        for k, each in enumerate(shown):
            axes = figure.add_subplot(rows, columns, k + 1)
            _panel(axes, found, each)
        if shown:
            figure.legend(*axes.get_legend_handles_labels(), loc="upper center", ncols=2, frameon=False)
    caption = (
        "Share of the variance of each outcome over the factors' ranges: by a factor alone (first order), and with all "
        f"its interactions (total); 95 % bootstrap limits. {found.runs} runs of the same {found.patients} patients."
    )
    told = []
    for each in shown:
        top = int(np.nanargmax(each.total))
        told.append(f"{each.wanted.label}: most by {found.factors[top].name} (total {each.total[top]:.2f})")
    words = "; ".join(told) or "no outcome varies"
    return Drawing("sensitivity", "Global sensitivity", caption, f"{words}.", figure)


def _panel(axes: Axes, found: Sensitivity, each: Indices) -> None:
    order = np.argsort(each.total)
    for y, k in enumerate(order):
        for shift, value, limits, colour, label in (
            (0.14, each.first[k], each.first_limits[k], BLUE, "first order"),
            (-0.14, each.total[k], each.total_limits[k], ORANGE, "total"),
        ):
            axes.plot(limits, [y + shift] * 2, color=colour, linewidth=1.4)
            axes.plot(value, y + shift, "o", color=colour, markersize=4, label=label if y == 0 else None)
    low = min(0.0, float(each.first_limits.min()))
    high = max(1.0, float(each.total_limits.max()))
    axes.set_xlim(max(low, -0.5), min(high, 1.6))
    axes.set_ylim(-0.6, len(order) - 0.4)
    bare(axes)
    axes.axvline(0, color=GRID, linewidth=1)
    labels_left(axes, [(y, found.factors[k].name) for y, k in enumerate(order)])
    labels_below(axes, [(x, f"{x:g}") for x in (0, 0.5, 1)], "share of the variance")
    day = f" by day {each.wanted.day:g}" if each.wanted.day is not None else ""
    axes.set_title(f"{each.wanted.label}{day}", fontsize=8)
