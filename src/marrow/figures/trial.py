"""Figures of a trial: incidence by arm with numbers at risk, and all comparisons as a forest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marrow.figures.frame import bare, grid_across, labels_below, labels_left
from marrow.figures.panel import linear_ticks
from marrow.figures.style import INK, QUIET, SEQUENCE, Drawing, look, margins, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Incidence:
    """One arm: shares with the event (T,) at ``days`` (T,), 95 % limits, and numbers at risk on the marks."""

    arm: str
    days: Floats
    share: Floats
    low: Floats
    high: Floats
    at_risk: Sequence[int]


@dataclass(frozen=True)
class Effect:
    """One line of a forest: a difference in percentage points with its 95 % limits; ``published`` with theirs."""

    label: str
    value: float
    low: float
    high: float
    published: tuple[float, float, float] | None = None


def draw_incidence(title: str, arms: Sequence[Incidence], marks: Sequence[float], name: str) -> Drawing:
    """Cumulative incidence of one endpoint; ``marks``: days whose numbers at risk are printed under the axis."""
    end = float(max(each.days[-1] for each in arms))
    with look():
        figure = new_figure(2.6 + 0.17 * len(arms))
        margins(figure, left=0.9, top=0.3, bottom=0.75 + 0.17 * len(arms), down=0, across=0)
        axes = figure.add_subplot(1, 1, 1)
        top = max(5.0, 100 * max(float(np.nanmax(each.high)) for each in arms) * 1.05)
        for each, colour in zip(arms, SEQUENCE, strict=False):
            axes.fill_between(each.days, 100 * each.low, 100 * each.high, step="post", color=colour, alpha=0.15,
                              linewidth=0)  # fmt: skip
            axes.plot(each.days, 100 * each.share, drawstyle="steps-post", color=colour, label=each.arm)
        axes.set_xlim(0, end)
        axes.set_ylim(0, min(top, 102))
        bare(axes)
        ticks = [tick for tick in linear_ticks(0, min(top, 100)) if tick <= min(top, 100)]
        grid_across(axes, ticks)
        labels_left(axes, [(tick, f"{tick:g}") for tick in ticks])
        labels_below(axes, [(mark, f"{mark:g}") for mark in marks], "days")
        _numbers_at_risk(axes, arms, marks)
        axes.set_title(f"{title}, % of patients")
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(arms), frameon=False)
    words = "; ".join(f"{each.arm}: {100 * each.share[-1]:.0f} % by day {each.days[-1]:.0f}" for each in arms)
    caption = "The first of the trials, as it would be published: estimates with 95 % bands; below, patients at risk."
    return Drawing(name, title, caption, f"{title}. {words}.", figure)


def _numbers_at_risk(axes: Axes, arms: Sequence[Incidence], marks: Sequence[float]) -> None:
    from matplotlib.transforms import ScaledTranslation

    for row, (each, colour) in enumerate(zip(arms, SEQUENCE, strict=False)):
        down = ScaledTranslation(0, -(34 + 11 * row) / 72, axes.figure.dpi_scale_trans)
        below = axes.get_xaxis_transform() + down
        left = axes.transAxes + down + ScaledTranslation(-14 / 72, 0, axes.figure.dpi_scale_trans)
        axes.text(0, 0, each.arm[:18], transform=left, ha="right", va="center", fontsize=7, color=colour)
        for mark, number in zip(marks, each.at_risk, strict=True):
            axes.text(mark, 0, f"{number}", transform=below, ha="center", va="center", fontsize=7, color=QUIET)


def draw_forest(effects: Sequence[Effect]) -> Drawing:
    """Differences from the control; published ones beside them where there are any."""
    with look():
        figure = new_figure(0.9 + 0.34 * len(effects))
        margins(figure, left=3.0, top=0.35, bottom=0.5, down=0, across=0)
        axes = figure.add_subplot(1, 1, 1)
        reach, told_published = 5.0, False
        for row, each in enumerate(effects):
            y = len(effects) - 1 - row
            axes.plot([each.low, each.high], [y, y], color=SEQUENCE[0], linewidth=1.6)
            axes.plot(each.value, y, "s", color=SEQUENCE[0], markersize=5, label="simulated" if row == 0 else None)
            reach = max(reach, abs(each.low), abs(each.high))
            if each.published is not None:
                value, low, high = each.published
                axes.plot([low, high], [y - 0.25] * 2, color=SEQUENCE[1], linewidth=1.2)
                label = None if told_published else "published"
                axes.plot(value, y - 0.25, "o", color=SEQUENCE[1], markersize=4, label=label)
                told_published = True
                reach = max(reach, abs(low), abs(high))
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False)
        reach = min(reach * 1.1, 100)
        axes.set_xlim(-reach, reach)
        axes.set_ylim(-0.7, len(effects) - 0.4)
        bare(axes)
        labels_left(axes, [(len(effects) - 1 - k, each.label) for k, each in enumerate(effects)])
        ticks = [-tick for tick in linear_ticks(0, reach) if 0 < tick <= reach][::-1]
        ticks += [tick for tick in linear_ticks(0, reach) if tick <= reach]
        labels_below(axes, [(tick, f"{tick:g}") for tick in ticks], "difference from the control, percentage points")
    told = "; ".join(f"{each.label}: {each.value:+.1f} ({each.low:+.1f} to {each.high:+.1f})" for each in effects)
    caption = (
        "Patients with the event, arm minus control. True differences with their 95 % Monte Carlo error (squares); "
        "published ones with 95 % intervals (dots)."
    )
    return Drawing("forest", "Differences from the control", caption, f"{told}.", figure)
