"""Cumulative probability of engraftment by day, with its Monte Carlo band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marrow.figures.frame import bare, grid_across, grid_down, labels_below, labels_left
from marrow.figures.scene import Scene
from marrow.figures.style import BLUE, ORANGE, PURPLE, QUIET, Drawing, look, margins, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.floating]
NORMAL_95 = 1.959964
COLOURS = (PURPLE, ORANGE, QUIET)
_PANEL_INCHES = 2.1


@dataclass(frozen=True)
class Recovery:
    """A recovery and the day on which each virtual patient reached it: (N,), inf never, NaN unknown (failed solve)."""

    label: str
    day: Floats
    group: str  # recoveries of one group share a panel


def wilson(events: NDArray, total: int, z: float = NORMAL_95) -> tuple[Floats, Floats]:
    """Wilson's interval (1927) of a proportion: lower and upper limit, in [0, 1]; the whole range without data."""
    if total == 0:
        return np.zeros(np.shape(events)), np.ones(np.shape(events))
    share = np.asarray(events) / total
    middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def cumulative(day: Floats, until: float) -> tuple[Floats, Floats, int]:
    """Days (D,), the number who have recovered by each of them (D,), and how many patients are known."""
    known = day[~np.isnan(day)]
    days = np.arange(0.0, np.floor(until) + 1)
    return days, np.searchsorted(np.sort(known), days, side="right").astype(float), len(known)


def draw_engraftment(scene: Scene, recoveries: Sequence[Recovery]) -> Drawing | None:
    """One panel for each group, until the first round horizon that holds nearly all who recover."""
    if not recoveries:
        return None
    groups = list(dict.fromkeys(recovery.group for recovery in recoveries))
    with look():
        largest = max(sum(recovery.group == group for recovery in recoveries) for group in groups)
        legend = 0.08 + 0.17 * largest  # inches, below the axes: in them it would lie on curves
        figure = new_figure(_PANEL_INCHES + 0.83 + legend)
        margins(figure, left=0.45, top=0.35, bottom=0.48 + legend, across=0.16)
        words = []
        for place, group in enumerate(groups):
            axes = figure.add_subplot(1, len(groups), place + 1)
            members = [recovery for recovery in recoveries if recovery.group == group]
            words += draw_recoveries(axes, members, scene.axis.end, COLOURS if len(members) > 1 else (BLUE,))
            axes.set_title(f"{group}, % of patients recovered")
            axes.legend(loc="upper left", bbox_to_anchor=(0.0, -0.42 / _PANEL_INCHES), borderaxespad=0)
    caption = (
        "Share of virtual patients who have recovered by each day. Bands are the 95 % Monte Carlo error (Wilson), "
        "which shrinks with more draws; they are not a forecast interval for one patient."
    )
    return Drawing("engraftment", "Engraftment", caption, "; ".join(words) + ".", figure)


def draw_recoveries(axes: Axes, members: Sequence[Recovery], end: float, colours: Sequence[str]) -> list[str]:
    """Curves in one panel, with their Monte Carlo bands; what they show in words, one text each."""
    horizon = _horizon(members, end)
    words = []
    for recovery, colour in zip(members, colours, strict=False):
        days, count, known = cumulative(recovery.day, horizon)
        low, high = wilson(count, known)
        share = 100 * count / max(known, 1)
        axes.fill_between(days, 100 * low, 100 * high, step="post", color=colour, alpha=0.22, linewidth=0)
        half = np.flatnonzero(share >= 50)
        median = f", median day {days[half[0]]:.0f}" if len(half) else ""
        axes.plot(days, share, drawstyle="steps-post", color=colour, label=recovery.label + median)
        for mark in (14, 28, 60, 100):
            if mark <= horizon and 2 < share[mark] < 98:
                axes.plot(mark, share[mark], "o", color=colour, markersize=3.5)
        words.append(f"{recovery.label}{median}: {share[-1]:.0f} % by day {days[-1]:.0f}")
    axes.set_xlim(0, horizon)
    step = next(s for s in (7, 14, 28, 56, 91) if horizon / s <= 9 or s == 91)
    weeks = [(float(day), f"{day}") for day in range(0, int(horizon) + 1, step)]
    axes.set_ylim(0, 102)
    bare(axes)
    grid_down(axes, [day for day, _ in weeks])
    grid_across(axes, range(0, 101, 20))
    labels_below(axes, weeks, "days from the graft")
    labels_left(axes, [(percent, f"{percent}") for percent in range(0, 101, 20)])
    return words


def _horizon(members: Sequence[Recovery], end: float) -> float:
    days = np.concatenate([recovery.day[np.isfinite(recovery.day)] for recovery in members])
    latest = float(np.quantile(days, 0.98)) if len(days) else 28.0
    return min(end, next((h for h in (28.0, 42.0, 60.0, 100.0, 182.0, 365.0) if h >= latest + 3), end))
