"""Concentrations of drugs in plasma, each over the days on which it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from marrow.figures.bands import Bands, percentiles
from marrow.figures.panel import Panel, Scale, band_legend, draw_bands, set_scale
from marrow.figures.scene import Scene
from marrow.figures.style import SEQUENCE, Drawing, look, margins, new_figure
from marrow.figures.time_axis import TimeAxis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SUFFIX = "_concentration"
MOST_POINTS = 500
GONE = 0.01  # of the highest: the window of a panel ends there


def drugs_of(scene: Scene) -> list[str]:
    """Drugs whose concentration the course records and that reach any patient's plasma."""
    names = [str(name).removesuffix(SUFFIX) for name in scene.course.data_vars if str(name).endswith(SUFFIX)]
    return [name for name in names if np.nanmax(scene.course[name + SUFFIX].values, initial=0.0) > 0]


def concentration_window(scene: Scene, drug: str) -> Bands:
    """Percentiles at every grid time from before the first dose until the drug is gone."""
    time = scene.course["time"].values.astype(float)
    values = scene.course[drug + SUFFIX].values
    highest = np.nan_to_num(values.max(axis=0, initial=0.0, where=np.isfinite(values)))
    there = np.flatnonzero(highest > GONE * highest.max())
    chosen = np.arange(max(there[0] - 1, 0), min(there[-1] + 2, len(time)))
    chosen = chosen[:: -(-len(chosen) // MOST_POINTS)]
    levels, counted = percentiles(values[:, chosen])
    return Bands(time[chosen], levels, counted)


def draw_drugs(scene: Scene) -> Drawing | None:
    """One panel for each drug."""
    drugs = drugs_of(scene)
    if not drugs:
        return None
    columns = min(2, len(drugs))
    rows = -(-len(drugs) // columns)
    words = []
    with look():
        figure = new_figure(0.75 + 2.0 * rows)
        margins(figure, left=0.5, top=0.6, bottom=0.45, down=0.5, across=0.18)
        for place, drug in enumerate(drugs):
            axes = figure.add_subplot(rows, columns, place + 1)
            words.append(_draw_drug(axes, scene, drug, SEQUENCE[place % len(SEQUENCE)]))
        band_legend(figure, scene, other=False)
    caption = "Concentrations in plasma at the times of the grid. Exposure (area under the curve) is in the table."
    return Drawing("drugs", "Drug concentrations", caption, "; ".join(words) + ".", figure)


def _draw_drug(axes: Axes, scene: Scene, drug: str, colour: str) -> str:
    bands = concentration_window(scene, drug)
    axis = TimeAxis.over(bands.time[0] - 0.15, max(bands.time[-1], bands.time[0] + 1))
    variable = scene.course[drug + SUFFIX]
    unit = str(variable.attrs.get("units", ""))
    draw_bands(axes, axis, bands, colour)
    axes.set_title(f"{drug.replace('_', ' ').capitalize()}, {unit}")
    set_scale(axes, Panel(drug, drug, unit, colour, 0, 0, Scale.LINEAR), float(np.nanmax(bands.levels[4])))
    axis.apply(axes, small=True)
    inside = scene.dose_days[(scene.dose_days >= bands.time[0]) & (scene.dose_days <= bands.time[-1])]
    mine = scene.doses.loc[scene.doses["drug"].astype(str).str.lower() == drug.replace("_", " "), "time"]
    axis.mark_doses(axes, np.asarray(mine, dtype=float) if len(mine) else inside)
    peak = int(np.nanargmax(bands.median))
    return f"{drug.replace('_', ' ')}: highest median {bands.median[peak]:.3g} {unit} on day {bands.time[peak]:.1f}"
