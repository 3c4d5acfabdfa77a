"""Chimerism: the donor's share of each lineage over time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from marrow.endpoints.chimerism import Lineage, donor_fraction
from marrow.figures.bands import Bands, bands_of
from marrow.figures.frame import bare, grid_across, labels_left
from marrow.figures.panel import band_legend, draw_bands
from marrow.figures.scene import PatientValues, Scene
from marrow.figures.style import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION, Drawing, look, margins, new_figure

QUARTERS = (0, 25, 50, 75, 100)
COLOURS = {
    Lineage.NEUTROPHILS: BLUE,
    Lineage.T_CELLS: VERMILLION,
    Lineage.B_CELLS: SKY,
    Lineage.NATURAL_KILLER_CELLS: GREEN,
    Lineage.PLATELETS: PURPLE,
    Lineage.RED_CELLS: ORANGE,
}

_NAMES = {Lineage.T_CELLS: "T cells", Lineage.B_CELLS: "B cells", Lineage.NATURAL_KILLER_CELLS: "NK cells"}


def donor_shares(lineages: Mapping[str, PatientValues]) -> dict[Lineage, PatientValues]:
    """Donor's share (N, T) of every lineage that the course records; NaN where too few cells were there for a test."""
    found = {}
    for lineage in COLOURS:
        donor, host = (lineages.get(f"{lineage.value}_{origin}") for origin in ("donor", "host"))
        if donor is not None and host is not None:
            share = donor_fraction(donor.values, host.values, donor.least)
            found[lineage] = PatientValues(donor.time, share, "", 0.0)
    return found


def draw_chimerism(scene: Scene) -> Drawing | None:
    """Small panels, one for each lineage."""
    bands = _percent(scene)
    if not bands:
        return None
    columns = min(3, len(bands))
    rows = -(-len(bands) // columns)
    with look():
        figure = new_figure(0.75 + 1.85 * rows)
        margins(figure, left=0.45, top=0.6, bottom=0.45, down=0.35, across=0.22)
        for place, (lineage, band) in enumerate(bands.items()):
            axes = figure.add_subplot(rows, columns, place + 1)
            draw_bands(axes, scene.axis, band, COLOURS[lineage])
            axes.set_ylim(-2, 102)
            bare(axes)
            grid_across(axes, QUARTERS)
            labels_left(axes, [(percent, f"{percent}") for percent in QUARTERS])
            name = lineage_name(lineage)
            axes.set_title(f"{name[0].upper()}{name[1:]}, % {'from the graft' if scene.is_autologous else 'donor'}")
            scene.axis.apply(axes, labelled=place >= len(bands) - columns, small=True)
        band_legend(figure, scene, doses=False, other=False)
    caption = "Gaps: fewer than a tenth of the patients had enough cells for a test."
    if scene.is_autologous:
        caption += " In an autologous transplant no test tells infused cells from survivors; the model does."
    words = "; ".join(f"{lineage_name(lineage)} {band.median[-1]:.0f} %" for lineage, band in bands.items())
    return Drawing("chimerism", "Chimerism", caption, f"Median share on day {scene.axis.end:.0f}: {words}.", figure)


def lineage_name(lineage: Lineage) -> str:
    """'neutrophils', 'T cells', 'NK cells'."""
    return _NAMES.get(lineage, lineage.name.lower().replace("_", " "))


def _percent(scene: Scene) -> dict[Lineage, Bands]:
    found = {}
    for lineage, share in donor_shares(scene.lineages).items():
        band = bands_of(share.time, 100 * share.values, np.arange(len(share.time)))
        few = band.counted < 0.1 * scene.patients
        found[lineage] = Bands(band.time, np.where(few, np.nan, band.levels), band.counted)
    return found
