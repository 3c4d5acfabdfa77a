"""Figures of the page: transforms of the children's days, bands of neutrophils, stem cells."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from children import COX, NOT_FITTED, SHIFTED, Result
from clones import DAYS, Pair
from counts import FEWEST, FLOOR, Counts, Group

from marrow.figures.style import BLUE, INK, QUIET, VERMILLION, Drawing, look, margins, new_figure

_WORTH_DRAWING = 3  # patients
_WINDOWS = np.concatenate([np.arange(-10.5, 30.5, 2.0), np.arange(31.5, 105, 7.0)])


def transforms(results: Sequence[Result]) -> Drawing:
    """A histogram for each recovery (rows) and way of predicting (columns)."""
    names = (NOT_FITTED, SHIFTED, COX)
    with look():
        figure = new_figure(1.1 + 1.75 * len(results))
        margins(figure, left=0.75, top=0.45, bottom=0.55, down=0.5, across=0.25)
        for row, result in enumerate(results):
            judged = {each.name: each for each in result.judged}
            for column, name in enumerate(names):
                axes = figure.add_subplot(len(results), 3, 1 + 3 * row + column)
                shown = judged[name].histogram
                assert shown is not None
                bins = len(shown)
                axes.bar((np.arange(bins) + 0.5) / bins, shown / shown.sum() * bins, 0.92 / bins,
                         color=QUIET if name == COX else BLUE)  # fmt: skip
                axes.axhline(1.0, color=INK, linewidth=0.8)
                axes.set_xlim(0, 1)
                axes.set_title(name if row == 0 else "")
                if column == 0:
                    axes.set_ylabel(result.what.value.partition(" ")[0] + "\nrelative frequency")
                if row == len(results) - 1:
                    axes.set_xlabel("transform: 0 earlier, 1 later than predicted")
    caption = "Flat at 1 is right. High at the right: observed days are later than predicted; at both ends: too narrow."
    return Drawing("validation-children", "Children: probability integral transforms", caption, caption, figure)


def bands(groups: Sequence[Group]) -> Drawing:
    """Simulated 5, 50 and 95 %, observed medians and quartiles."""
    groups = [group for group in groups if group.patients >= _WORTH_DRAWING]
    columns = 2
    rows = -(-len(groups) // columns)
    with look():
        figure = new_figure(0.9 + 2.0 * rows)
        margins(figure, left=0.62, top=0.4, bottom=0.5, down=0.5, across=0.18)
        for place, group in enumerate(groups):
            axes = figure.add_subplot(rows, columns, place + 1)
            _draw_group(axes, group)
            if place % columns == 0:
                axes.set_ylabel("10⁹/L")
            if place >= len(groups) - columns:
                axes.set_xlabel("days from the graft")
    caption = (
        "Area: 5 to 95 % of virtual patients, line: their median. Marks: observed median and quartiles of windows "
        f"with {FEWEST} counts or more. Counts below {FLOOR:g} are drawn at {FLOOR:g}."
    )
    return Drawing("validation-neutrophils", "Neutrophils by graft", caption, caption, figure)


def _draw_group(axes: Any, group: Group) -> None:
    low, _, middle, _, high = group.bands.levels
    axes.fill_between(group.bands.day, low, high, color=BLUE, alpha=0.2, linewidth=0)
    axes.plot(group.bands.day, middle, color=BLUE)
    windows = _quartiles(group.observed, group.bands.day[0])
    for day, lower, seen, upper in windows:
        axes.plot([day, day], [lower, upper], color=VERMILLION, linewidth=1.0)
        axes.plot([day], [seen], "o", color=VERMILLION, markersize=2.6)
    axes.axvline(0, color=INK, linewidth=0.6, alpha=0.5)
    axes.set_yscale("log")
    axes.set_ylim(FLOOR * 0.85, 40)
    axes.set_yticks([0.1, 0.5, 1, 5, 20], ["0.1", "0.5", "1", "5", "20"])
    axes.minorticks_off()
    word = "patient" if group.patients == 1 else "patients"
    axes.set_title(f"{group.name} ({group.patients} {word})")


def _quartiles(observed: Counts, start: float) -> list[tuple[float, float, float, float]]:
    found = []
    for first, last in pairwise(_WINDOWS):
        inside = (observed.day > first) & (observed.day <= last) & (observed.day >= start)
        if np.count_nonzero(inside) >= FEWEST:
            quarter, middle, rest = np.quantile(observed.count[inside], [0.25, 0.5, 0.75])
            found.append((float((first + last) / 2), float(quarter), float(middle), float(rest)))
    return found


def stem_cells(pairs: Sequence[Pair]) -> Drawing:
    """5 to 95 % of the posteriors, by model, and of virtual patients, by donor's age."""
    ordered = sorted(pairs, key=lambda pair: pair.donor_age)
    with look():
        figure = new_figure(3.2)
        margins(figure, left=0.8, top=0.45, bottom=0.75)
        axes = figure.add_subplot()
        for place, pair in enumerate(ordered):
            for k, each in enumerate((*pair.posterior, pair.simulated.by_day[0])):
                x = place + 0.15 * (k - 1.5)
                colour = BLUE if k == len(pair.posterior) else VERMILLION
                axes.plot([x, x], [each.low, each.high], color=colour, linewidth=1.6)
                axes.plot([x], [each.median], "o", color=colour, markersize=3.5)
        names = [f"{pair.name}\ndonor {pair.donor_age:g} y\n{pair.simulated.source.value}" for pair in ordered]
        axes.set_xticks(range(len(ordered)), names, fontsize=7.5)
        axes.set_yscale("log")
        axes.set_ylabel("stem cells")
        axes.set_title("Engrafting stem cells: posteriors of three models (red), marrow (blue)")
    caption = f"Bars: 5 to 95 %, marks: medians. marrow: long-term stem cells of the donor on day {DAYS[0]:g}."
    return Drawing("validation-stem-cells", "Engrafting stem cells", caption, caption, figure)
