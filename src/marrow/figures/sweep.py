"""Outcomes over a range of values: one panel each, with Monte Carlo error and the published window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from marrow.figures.frame import bare, grid_across, labels_below, labels_left
from marrow.figures.panel import linear_ticks
from marrow.figures.style import BLUE, GREEN, QUIET, VERMILLION, Drawing, look, margins, new_figure
from marrow.sweep import Line, Sweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLUMNS = 3


def draw_sweep(found: Sweep, window: tuple[float, float] | None = None) -> Drawing:
    """``window``: a range on the axis to be shaded, such as a published target."""
    count = len(found.lines)
    columns = min(_COLUMNS, max(count, 1))
    rows = -(-count // columns)
    places = np.array(found.numbers if found.numbers is not None else range(len(found.values)), dtype=float)
    with look():
        figure = new_figure(0.5 + 2.1 * rows)
        margins(figure, left=0.45, top=0.35, bottom=0.5, down=0.6, across=0.35)
        words = []
        for k, line in enumerate(found.lines):
            axes = figure.add_subplot(rows, columns, k + 1)
            _panel(axes, found, places, line, window)
            low, high = 100 * np.nanmin(line.share), 100 * np.nanmax(line.share)
            words.append(f"{line.wanted.label}: {low:.0f} to {high:.0f} %, best at {found.values[line.best]}")
    caption = (
        f"Shares of {found.patients} virtual patients, the same ones at every value; bars are the 95 % Monte Carlo "
        "error of each share (differences between values are surer). Green: the best value, and those that these "
        "patients cannot tell from it."
    )
    if window is not None:
        caption += f" Shaded: {window[0]:g} to {window[1]:g} {found.unit}, the published window."
    return Drawing("sweep", f"Outcomes over {found.name}", caption, "; ".join(words) + ".", figure)


def _panel(axes: Axes, found: Sweep, places: np.ndarray, line: Line, window: tuple[float, float] | None) -> None:
    percent, half = 100 * line.share, 196 * line.error
    if window is not None:
        axes.axvspan(*window, color=QUIET, alpha=0.12, linewidth=0)
    colour = BLUE if line.wanted.is_good else VERMILLION
    axes.fill_between(places, percent - half, percent + half, color=colour, alpha=0.18, linewidth=0)
    axes.plot(places, percent, color=colour)
    good = line.as_good
    axes.plot(places[good], percent[good], "o", color=GREEN, markersize=4)
    axes.plot(places[~good], percent[~good], "o", color=colour, markersize=3)
    top = max(float(np.nanmax(percent + half)) * 1.1, 5.0)
    axes.set_ylim(0, min(top, 102))
    margin = 0.04 * (places[-1] - places[0]) or 1.0
    axes.set_xlim(places[0] - margin, places[-1] + margin)
    ticks = [t for t in linear_ticks(0, min(top, 100)) if t <= min(top, 100)]
    bare(axes)
    grid_across(axes, ticks)
    labels_left(axes, [(t, f"{t:g}") for t in ticks])
    labels_below(axes, _ticks(found, places), f"{found.name}{f', {found.unit}' if found.unit else ''}")
    day = f" by day {line.wanted.day:g}" if line.wanted.day is not None else ""
    axes.set_title(f"{line.wanted.label}{day}, %")


def _ticks(found: Sweep, places: np.ndarray) -> list[tuple[float, str]]:
    if found.numbers is None:
        return [(float(x), value) for x, value in zip(places, found.values, strict=True)]
    every = -(-len(places) // 6)
    return [(float(x), f"{x:g}") for x in places[::every]]
