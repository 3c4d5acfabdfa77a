"""Who is in which situation over time, and cumulative incidences with competing risks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from marrow.endpoints.incidence import Curve, Situation, drawn_incidence, occupancy
from marrow.figures.engraftment import wilson
from marrow.figures.frame import bare, grid_across, grid_down, labels_below, labels_left
from marrow.figures.style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    QUIET,
    SKY,
    VERMILLION,
    Drawing,
    look,
    margins,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from marrow.endpoints.outcome import Outcomes

_COLOURS = {
    Situation.NOT_YET_ENGRAFTED: SKY,
    Situation.WELL: BLUE,
    Situation.AFTER_ACUTE: GREEN,
    Situation.AFTER_CHRONIC: ORANGE,
    Situation.GRAFT_FAILED: PURPLE,
    Situation.RELAPSED: VERMILLION,
    Situation.DEAD_OF_RELAPSE: INK,
    Situation.DEAD_OTHERWISE: QUIET,
}
_CURVES = (
    ("relapse_day", "relapse", VERMILLION),
    ("non_relapse_death_day", "death without relapse", QUIET),
    ("acute_gvhd_2_4_day", "acute GVHD II-IV", GREEN),
    ("chronic_gvhd_day", "chronic GVHD", ORANGE),
)
_EXPECTED = {"relapse": VERMILLION, "death without relapse": QUIET}


def draw_situations(outcomes: Outcomes) -> Drawing | None:
    """Stacked shares of patients in each situation; None where nobody can die."""
    if "death_day" not in outcomes or outcomes.failed == outcomes.patients:
        return None
    days = _days(outcomes)
    shares = {situation: 100 * share for situation, share in occupancy(outcomes, days).items() if share.max() > 0}
    with look():
        figure = new_figure(3.4)
        margins(figure, left=0.45, right=3.25, top=0.35, bottom=0.48)
        axes = figure.add_subplot(1, 1, 1)
        axes.stackplot(
            days,
            list(shares.values()),
            colors=[_COLOURS[situation] for situation in shares],
            labels=[situation.value for situation in shares],
            alpha=0.75,
            linewidth=0,
        )
        _finish(axes, days[-1])
        axes.set_title("% of patients")
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=7.5, reverse=True)
    caption = (
        "Share of virtual patients in each situation on each day. A patient counts in the lowest that holds: who had "
        "acute and then chronic GVHD, with the chronic; who relapsed, with the relapsed."
    )
    last = "; ".join(f"{situation.value}: {share[-1]:.0f} %" for situation, share in shares.items())
    return Drawing("situations", "Situations over time", caption, f"On day {days[-1]:.0f}: {last}.", figure)


def draw_incidences(outcomes: Outcomes, expected: Mapping[str, Curve] | None = None) -> Drawing | None:
    """Cumulative incidences with their Monte Carlo band; ``expected`` ones, from integrated hazards, as thin lines."""
    there = [(name, label, colour) for name, label, colour in _CURVES if name in outcomes]
    there = [each for each in there if np.isfinite(outcomes[each[0]]).any()]
    if "death_day" not in outcomes or not there:
        return None
    days, words = _days(outcomes), []
    with look():
        figure = new_figure(3.2)
        margins(figure, left=0.45, top=0.35, bottom=0.48)
        axes = figure.add_subplot(1, 1, 1)
        for name, label, colour in there:
            values = outcomes[name]
            count = int(np.count_nonzero(~np.isnan(values)))
            curve = drawn_incidence(values, days)
            low, high = wilson(curve.share * count, count)
            axes.fill_between(days, 100 * low, 100 * high, step="post", color=colour, alpha=0.2, linewidth=0)
            axes.plot(days, 100 * curve.share, drawstyle="steps-post", color=colour, label=label)
            words.append(f"{label}: {100 * curve.share[-1]:.0f} %")
        for name, curve in (expected or {}).items():
            seen = curve.day >= 0
            axes.plot(
                curve.day[seen], 100 * curve.share[seen], color=_EXPECTED[name], linewidth=0.8, linestyle=(0, (4, 2))
            )
        _finish(axes, days[-1])
        axes.set_title("% of patients reached")
        axes.legend(loc="upper left", fontsize=8)
    caption = (
        "Cumulative incidence with death as a competing event, with the 95 % Monte Carlo error (Wilson). Dashed: "
        "expected from the integrated hazards of the same patients."
    )
    return Drawing(
        "incidences", "Relapse, death and GVHD", caption, f"By day {days[-1]:.0f}: {'; '.join(words)}.", figure
    )


def _days(outcomes: Outcomes) -> np.ndarray:
    return np.unique(np.linspace(0.0, max(outcomes.observed_until, 1.0), 366).round())


def _finish(axes: Axes, end: float) -> None:
    step = next(s for s in (7, 14, 28, 91, 182, 365, 730) if end / s <= 9 or s == 730)
    ticks = [(float(day), f"{day}") for day in range(0, int(end) + 1, step)]
    axes.set_xlim(0, end)
    axes.set_ylim(0, 100)
    bare(axes)
    grid_down(axes, [day for day, _ in ticks])
    grid_across(axes, range(0, 101, 20))
    labels_below(axes, ticks, "days from the graft")
    labels_left(axes, [(percent, f"{percent}") for percent in range(0, 101, 20)])
