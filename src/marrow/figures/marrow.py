"""Marrow: how full it is, and the hierarchy above the blood, recipient's and donor's cells apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from marrow.figures.panel import Panel, Scale, band_legend, draw_bands, draw_panel, draw_uncertainty, set_scale
from marrow.figures.scene import Scene
from marrow.figures.style import DONOR, GREEN, HOST, ORANGE, PURPLE, Drawing, look, margins, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WHOLE = (
    Panel("marrow_cellularity", "Cellularity", "fraction of normal", GREEN, 0, 1.2, Scale.LINEAR),
    Panel("niche_occupancy", "Stem-cell niches taken", "fraction", PURPLE, 0, 1.1, Scale.LINEAR),
    Panel("reticulocyte_count", "Reticulocytes in blood", "10⁹/L", ORANGE, 0, 100, Scale.LINEAR),
)
HIERARCHY = (
    Panel("stem_cells", "Long-term stem cells", "per body", DONOR, 0.5, 2e5, zero_at_floor=True),
    Panel("multipotent_progenitors", "Multipotent progenitors", "per body", DONOR, 0.5, 1e8, zero_at_floor=True),
    Panel("myeloid_progenitors", "Myeloid progenitors", "per body", DONOR, 0.5, 1e10, zero_at_floor=True),
)


def origin_names(scene: Scene) -> tuple[tuple[str, str], tuple[str, str]]:
    """(label, colour) of donor's and recipient's cells; in an autologous transplant all are the patient's own."""
    if scene.is_autologous:
        return ("from the graft", DONOR), ("survived conditioning", HOST)
    return ("donor", DONOR), ("recipient", HOST)


def draw_marrow(scene: Scene) -> Drawing | None:
    """Cellularity and niches, then stem cells, multipotent and committed progenitors by origin on log axes."""
    whole = [p for p in WHOLE if scene.has(p.variable)]
    hierarchy = [p for p in HIERARCHY if scene.has(f"{p.variable}_host", f"{p.variable}_donor")]
    panels = whole + hierarchy
    if not panels:
        return None
    columns = 2 if len(panels) < 5 else 3
    rows = -(-len(panels) // columns)
    with look():
        figure = new_figure(0.75 + 2.2 * rows)
        margins(figure, left=0.5, top=0.6, bottom=0.45, down=0.35, across=0.2)
        for place, panel in enumerate(panels):
            axes = figure.add_subplot(rows, columns, place + 1)
            labelled = place >= len(panels) - columns
            if panel in hierarchy:
                draw_origins(axes, scene, panel)
                scene.axis.apply(axes, labelled=labelled, small=True)
            else:
                draw_panel(axes, scene, panel, labelled=labelled, small=True)
        band_legend(figure, scene, origins=origin_names(scene), doses=False)
    caption = (
        "Stem cells are whole cells: a median on the lower edge means that half of the patients have none left. "
        "Survivors of conditioning and cells that settle from the graft are drawn by chance."
    )
    return Drawing("marrow", "Marrow", caption, _in_words(scene, panels), figure)


def draw_origins(axes: Axes, scene: Scene, panel: Panel) -> None:
    """Recipient's and donor's cells in one panel."""
    top = panel.high
    for origin, colour in (("host", HOST), ("donor", DONOR)):
        name = f"{panel.variable}_{origin}"
        draw_bands(axes, scene.axis, scene.bands[name], colour, floor=panel.low)
        top = max(top, float(np.nanmax(scene.bands[name].levels[4], initial=panel.high)))
        if name in scene.uncertain_bands:
            draw_uncertainty(axes, scene.axis, scene.uncertain_bands[name], colour, floor=panel.low)
    set_scale(axes, panel, top)
    axes.set_title(panel.heading)


def _in_words(scene: Scene, panels: list[Panel]) -> str:
    parts = []
    for panel in panels:
        for name in (panel.variable, f"{panel.variable}_host", f"{panel.variable}_donor"):
            if scene.has(name) and (name != panel.variable or panel in WHOLE):
                last = scene.bands[name].median[-1]
                parts.append(f"{name.replace('_', ' ')} {last:.3g} {panel.unit}")
    return f"Medians on day {scene.axis.end:.0f}: " + "; ".join(parts) + "."
