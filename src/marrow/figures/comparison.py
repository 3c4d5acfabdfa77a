"""Two plans on the same virtual patients, laid over each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from marrow.figures.bands import Bands
from marrow.figures.counts import HEMOGLOBIN, NEUTROPHILS, PLATELETS
from marrow.figures.engraftment import Recovery, draw_recoveries
from marrow.figures.panel import Panel, Scale, draw_thresholds, set_scale
from marrow.figures.scene import Scene
from marrow.figures.style import BLUE, VERMILLION, Drawing, look, margins, new_figure
from marrow.figures.time_axis import TimeAxis

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BASELINE = BLUE
CHANGED = VERMILLION
_PLANS = ("as written", "changed")


def draw_comparison(
    baseline: Scene,
    changed: Scene,
    recoveries: Sequence[tuple[Recovery, Recovery]],
    change: str,
) -> Drawing:
    """Counts with the bands of 50 % of patients, then recoveries; ``recoveries``: (as written, changed) pairs."""
    panels = [p for p in (NEUTROPHILS, PLATELETS, HEMOGLOBIN) if baseline.has(p.variable) and changed.has(p.variable)]
    axis = TimeAxis.over(min(baseline.axis.start, changed.axis.start), max(baseline.axis.end, changed.axis.end))
    columns = max(len(panels), len(recoveries), 1)
    rows = 1 + bool(recoveries)
    with look():
        figure = new_figure(0.8 + 2.3 * rows)
        margins(figure, left=0.45, top=0.6, bottom=0.48, down=0.45, across=0.2)
        for place, panel in enumerate(panels):
            axes = figure.add_subplot(rows, columns, place + 1)
            _draw_both(axes, axis, panel, baseline.bands[panel.variable], changed.bands[panel.variable])
        words = []
        for place, pair in enumerate(recoveries):
            axes = figure.add_subplot(rows, columns, columns + place + 1)
            named = [Recovery(plan, recovery.day, recovery.group) for plan, recovery in zip(_PLANS, pair, strict=True)]
            told = draw_recoveries(axes, named, axis.end, (BASELINE, CHANGED))
            axes.legend(loc="lower right")
            axes.set_title(f"{pair[0].label.partition(' (')[0]}, % of patients")
            words.append(f"{pair[0].label}: " + ", ".join(told))
        _legend(figure, change)
    caption = (
        "The same virtual patients with both plans: they share every chance but the change. Lines are medians, "
        "bands hold 50 % of patients; bands of recoveries are the 95 % Monte Carlo error."
    )
    return Drawing("comparison", "As written, and changed", caption, f"{change}. " + "; ".join(words) + ".", figure)


def _draw_both(axes: Axes, axis: TimeAxis, panel: Panel, baseline: Bands, changed: Bands) -> None:
    top = 0.0
    for bands, colour in ((baseline, BASELINE), (changed, CHANGED)):
        levels = np.maximum(bands.levels, panel.low) if panel.scale is Scale.LOG else bands.levels
        place = axis.place(bands.time)
        axes.fill_between(place, levels[1], levels[3], color=colour, alpha=0.2, linewidth=0, zorder=2)
        axes.plot(place, levels[2], color=colour, zorder=4)
        top = max(top, float(np.nanmax(levels[3], initial=0.0)))
    draw_thresholds(axes, panel.thresholds)
    set_scale(axes, panel, top)
    axis.apply(axes, small=True)
    axes.set_title(panel.heading)


def _legend(figure: Figure, change: str) -> None:
    from matplotlib.lines import Line2D

    shown = change if len(change) <= 70 else change[:69] + "…"
    labels = (("as written", BASELINE), (f"changed: {shown}", CHANGED))
    handles = [Line2D([], [], color=colour, label=label) for label, colour in labels]
    figure.legend(handles=handles, loc="upper right", ncols=2, bbox_to_anchor=(0.995, 0.998), columnspacing=1.4)
