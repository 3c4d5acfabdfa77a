"""Chimerism: the donor's share of each lineage over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marrow.figures.bands import Bands, bands_of, shown_times
from marrow.figures.frame import bare, grid_across, labels_left
from marrow.figures.panel import band_legend, draw_bands
from marrow.figures.scene import Scene
from marrow.figures.style import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION, Drawing, look, margins, new_figure

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Lineage:
    """A lineage whose cells are told apart by origin. ``least``: fewer cells than that (its unit) give no test result."""

    name: str
    variable: str
    least: float
    colour: str


QUARTERS = (0, 25, 50, 75, 100)
LINEAGES = (
    Lineage("neutrophils", "absolute_neutrophil_count", 0.01, BLUE),
    Lineage("T cells", "t_cell_count", 1.0, VERMILLION),
    Lineage("B cells", "b_cell_count", 1.0, SKY),
    Lineage("NK cells", "natural_killer_count", 1.0, GREEN),
    Lineage("platelets, own", "platelet_count_own", 1.0, PURPLE),
    Lineage("red cells, own", "red_cells_own", 0.01, ORANGE),
)


def donor_share(course: xr.Dataset, lineage: Lineage) -> NDArray[np.floating] | None:
    """Donor cells as a fraction of all, (N, T); NaN where fewer than ``lineage.least`` were there. None: not recorded."""
    names = (f"{lineage.variable}_host", f"{lineage.variable}_donor")
    if not all(name in course for name in names):
        return None
    host, donor = (np.maximum(course[name].values.astype(float), 0.0) for name in names)
    whole = host + donor
    return np.divide(donor, whole, out=np.full_like(whole, np.nan), where=whole >= lineage.least)


def donor_shares(course: xr.Dataset) -> dict[str, NDArray[np.floating]]:
    """The shares of every lineage that the course records, by name."""
    found = {lineage.name: donor_share(course, lineage) for lineage in LINEAGES}
    return {name: share for name, share in found.items() if share is not None}


def draw_chimerism(scene: Scene, shares: Mapping[str, NDArray[np.floating]] | None = None) -> Drawing | None:
    """Small panels, one for each lineage. ``shares``: (N, T) by lineage, when they are already there."""
    shares = donor_shares(scene.course) if shares is None else shares
    if not shares:
        return None
    bands = _percent(scene, shares)
    columns = min(3, len(bands))
    rows = -(-len(bands) // columns)
    with look():
        figure = new_figure(0.75 + 1.85 * rows)
        margins(figure, left=0.45, top=0.6, bottom=0.45, down=0.35, across=0.22)
        colours = {lineage.name: lineage.colour for lineage in LINEAGES}
        for place, (name, band) in enumerate(bands.items()):
            axes = figure.add_subplot(rows, columns, place + 1)
            draw_bands(axes, scene.axis, band, colours.get(name, BLUE))
            axes.set_ylim(-2, 102)
            bare(axes)
            grid_across(axes, QUARTERS)
            labels_left(axes, [(percent, f"{percent}") for percent in QUARTERS])
            axes.set_title(f"{name}, % {'from the graft' if scene.is_autologous else 'donor'}")
            scene.axis.apply(axes, labelled=place >= len(bands) - columns, small=True)
        band_legend(figure, scene, doses=False, other=False)
    caption = "Gaps: in fewer than a tenth of the patients were there enough cells for a test."
    words = "; ".join(f"{name} {band.median[-1]:.0f} %" for name, band in bands.items())
    return Drawing("chimerism", "Chimerism", caption, f"Median share on day {scene.axis.end:.0f}: {words}.", figure)


def _percent(scene: Scene, shares: Mapping[str, NDArray[np.floating]]) -> dict[str, Bands]:
    time = scene.course["time"].values.astype(float)
    chosen = shown_times(time)
    found = {}
    for name, share in shares.items():
        band = bands_of(time, 100 * share, chosen)
        few = band.counted < 0.1 * share.shape[0]
        found[name] = Bands(band.time, np.where(few, np.nan, band.levels), band.counted)
    return found
