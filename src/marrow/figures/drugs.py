"""Concentrations of drugs in plasma, each over the days on which it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from marrow.figures.bands import Bands, percentiles
from marrow.figures.panel import Panel, Scale, band_legend, draw_bands, set_scale
from marrow.figures.scene import PatientValues, Scene
from marrow.figures.style import SEQUENCE, Drawing, look, margins, new_figure
from marrow.figures.time_axis import TimeAxis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_POINTS = 500
GONE = 0.01  # of the highest: the window of a panel ends there


def concentration_window(given: PatientValues) -> Bands:
    """Percentiles at every grid time from before the first dose until the drug is gone."""
    time, values = given.time, given.values
    highest = np.nan_to_num(values.max(axis=0, initial=0.0, where=np.isfinite(values)))
    there = np.flatnonzero(highest > GONE * highest.max())
    chosen = np.arange(max(there[0] - 1, 0), min(there[-1] + 2, len(time)))
    chosen = chosen[:: -(-len(chosen) // MOST_POINTS)]
    levels, counted = percentiles(values[:, chosen])
    return Bands(time[chosen], levels, counted)


def draw_drugs(scene: Scene) -> Drawing | None:
    """One panel for each drug."""
    drugs = list(scene.concentrations)
    if not drugs:
        return None
    columns = min(2, len(drugs))
    rows = -(-len(drugs) // columns)
    words = []
    with look():
        figure = new_figure(0.75 + 2.0 * rows)
        margins(figure, left=0.5, right=0.25, top=0.6, bottom=0.45, down=0.5, across=0.18)
        for place, drug in enumerate(drugs):
            axes = figure.add_subplot(rows, columns, place + 1)
            words.append(_draw_drug(axes, scene, drug, SEQUENCE[place % len(SEQUENCE)]))
        band_legend(figure, scene, other=False)
    caption = "Concentrations in plasma at the times of the grid. Exposure (area under the curve) is in the table."
    return Drawing("drugs", "Drug concentrations", caption, "; ".join(words) + ".", figure)


def _draw_drug(axes: Axes, scene: Scene, drug: str, colour: str) -> str:
    given = scene.concentrations[drug]
    bands = concentration_window(given)
    axis = TimeAxis.over(bands.time[0] - 0.15, max(bands.time[-1], bands.time[0] + 1))
    unit = given.unit
    draw_bands(axes, axis, bands, colour)
    axes.set_title(f"{drug.replace('_', ' ').capitalize()}, {unit}")
    set_scale(axes, Panel(drug, drug, unit, colour, 0, 0, Scale.LINEAR), float(np.nanmax(bands.levels[4])))
    axis.apply(axes, small=True)
    inside = scene.dose_days[(scene.dose_days >= bands.time[0]) & (scene.dose_days <= bands.time[-1])]
    mine = np.array([dose.time for dose in scene.doses if dose.drug.lower() == drug.replace("_", " ")])
    axis.mark_doses(axes, mine if len(mine) else inside)
    peak = int(np.nanargmax(bands.median))
    return f"{drug.replace('_', ' ')}: highest median {bands.median[peak]:.3g} {unit} on day {bands.time[peak]:.1f}"
