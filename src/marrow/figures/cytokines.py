"""Cytokines that drive regeneration, and the state of the tissue."""

from __future__ import annotations

from marrow.figures.counts import in_words
from marrow.figures.panel import Panel, Scale, band_legend, draw_panel
from marrow.figures.scene import Scene
from marrow.figures.style import BLUE, GREEN, ORANGE, PURPLE, QUIET, VERMILLION, Drawing, look, margins, new_figure

SIGNALS = (
    Panel("g_csf", "G-CSF in plasma", "pg/mL", BLUE, 10, 5e3),
    Panel("tpo", "Thrombopoietin", "pg/mL", PURPLE, 50, 3e3),
    Panel("epo", "Erythropoietin", "IU/L", VERMILLION, 5, 500),
    Panel("il_7_15", "IL-7 and IL-15", "relative to health", GREEN, 0.5, 10, Scale.LINEAR),
    Panel("tissue_damage", "Tissue damage", "relative", ORANGE, 0, 1, Scale.LINEAR),
    Panel("inflammation", "Inflammation", "relative", QUIET, 0, 1, Scale.LINEAR),
)


def draw_cytokines(scene: Scene) -> Drawing | None:
    """Small panels of those that the course records."""
    panels = [panel for panel in SIGNALS if scene.has(panel.variable)]
    if not panels:
        return None
    columns = min(3, len(panels))
    rows = -(-len(panels) // columns)
    with look():
        figure = new_figure(0.75 + 1.95 * rows)
        margins(figure, left=0.45, top=0.6, bottom=0.45, down=0.35, across=0.2)
        for place, panel in enumerate(panels):
            axes = figure.add_subplot(rows, columns, place + 1)
            draw_panel(axes, scene, panel, labelled=place >= len(panels) - columns, small=True)
        band_legend(figure, scene)
    words = "; ".join(f"{panel.title} {in_words(scene, panel.variable)}" for panel in panels)
    caption = "Signals to the marrow. G-CSF includes what is injected."
    return Drawing("cytokines", "Cytokines and tissue", caption, f"Medians: {words}.", figure)
