"""Blood counts: what was given, neutrophils, platelets and hemoglobin in one figure; lymphocyte subsets in another."""

from __future__ import annotations

import numpy as np

from marrow.figures.care import draw_care, strip_inches
from marrow.figures.panel import Panel, Scale, Threshold, band_legend, draw_panel
from marrow.figures.scene import Scene
from marrow.figures.style import BLUE, GREEN, ORANGE, PURPLE, QUIET, SKY, VERMILLION, Drawing, look, margins, new_figure

NEUTROPHILS = Panel(
    "absolute_neutrophil_count", "Neutrophils (ANC)", "10⁹/L", BLUE, 0.005, 12,
    thresholds=(Threshold(0.5, "0.5"), Threshold(0.1, "0.1")),
)  # fmt: skip
PLATELETS = Panel(
    "platelet_count", "Platelets (own and transfused)", "10⁹/L", PURPLE, 3, 400,
    thresholds=(Threshold(10, "10"), Threshold(20, "20"), Threshold(50, "50")),
)  # fmt: skip
HEMOGLOBIN = Panel("hemoglobin", "Hemoglobin", "g/dL", VERMILLION, 5, 15, Scale.LINEAR)

SUBSETS = (
    Panel("natural_killer_count", "NK cells", "cells/µL", GREEN, 1, 600),
    Panel("b_cell_count", "B cells", "cells/µL", SKY, 0.1, 600),
    Panel("absolute_monocyte_count", "Monocytes", "10⁹/L", ORANGE, 0.001, 1),
    Panel("cd4_count", "CD4 T cells", "cells/µL", BLUE, 1, 1500, thresholds=(Threshold(200, "200"),)),
    Panel("cd4_naive_count", "naive CD4 T cells", "cells/µL", PURPLE, 0.1, 800),
    Panel("cd8_count", "CD8 T cells", "cells/µL", VERMILLION, 1, 1500),
)
# shown where a laboratory has measured them
IF_OBSERVED = (
    Panel("white_cell_count", "White cells", "10⁹/L", QUIET, 0.02, 12),
    Panel("t_cell_count", "T cells", "cells/µL", BLUE, 1, 2000),
    Panel("trec_count", "Excision circles (TREC)", "copies/µL", GREEN, 0.01, 100),
)


def draw_counts(scene: Scene) -> Drawing | None:
    """ANC, platelets and hemoglobin below each other, with doses and standing orders above."""
    panels = [p for p in (NEUTROPHILS, PLATELETS, HEMOGLOBIN) if scene.has(p.variable)]
    if not panels:
        return None
    strip = strip_inches(scene)
    height = 0.35 + strip + 0.35 + 2.05 * len(panels) + 0.35
    with look():
        figure = new_figure(height)
        grid = figure.add_gridspec(1 + len(panels), 1, height_ratios=[strip, *[1.65] * len(panels)])
        margins(figure, left=1.6, top=0.32, bottom=0.45, down=0.3)
        draw_care(figure.add_subplot(grid[0]), scene)
        for place, panel in enumerate(panels):
            draw_panel(figure.add_subplot(grid[1 + place]), scene, panel, labelled=place == len(panels) - 1)
        band_legend(figure, scene)
    caption = (
        "Top: marks are planned doses; filled areas are the share of patients to whom a standing order gave something "
        "on that day. Below: counts in the morning of each day. Dotted lines are thresholds."
    )
    return Drawing("counts", "Blood counts", caption, _counts_in_words(scene), figure)


def draw_lymphocytes(scene: Scene) -> Drawing | None:
    """Subsets and monocytes, small panels on common axes."""
    measured = scene.observed or {}
    wanted = SUBSETS + tuple(panel for panel in IF_OBSERVED if panel.variable in measured)
    panels = [p for p in wanted if scene.has(p.variable)]
    if not panels:
        return None
    columns = min(3, len(panels))
    rows = -(-len(panels) // columns)
    with look():
        figure = new_figure(0.75 + 2.0 * rows)
        margins(figure, left=0.45, top=0.6, bottom=0.45, down=0.35)
        for place, panel in enumerate(panels):
            axes = figure.add_subplot(rows, columns, place + 1)
            draw_panel(axes, scene, panel, labelled=place >= len(panels) - columns, small=True)
        band_legend(figure, scene)
    words = "; ".join(f"{p.title} {in_words(scene, p.variable)}" for p in panels)
    caption = (
        "Cells in blood, of recipient and donor together. The lower edge of each panel also holds values below it."
    )
    return Drawing("lymphocytes", "Lymphocyte subsets and monocytes", caption, f"Medians: {words}.", figure)


def in_words(scene: Scene, variable: str) -> str:
    """Median at the start, lowest median and its day, and median at the end."""
    bands = scene.bands[variable]
    median, time = bands.median, bands.time
    finite = np.isfinite(median)
    if not finite.any():
        return "without any value"
    lowest = int(np.nanargmin(median))
    return (
        f"{_number(median[finite][0])} at the start, lowest {_number(median[lowest])} on day {time[lowest]:.0f}, "
        f"{_number(median[finite][-1])} on day {time[finite][-1]:.0f}"
    )


def _counts_in_words(scene: Scene) -> str:
    parts = [
        f"{panel.title}, {panel.unit}: {in_words(scene, panel.variable)}"
        for panel in (NEUTROPHILS, PLATELETS, HEMOGLOBIN)
        if scene.has(panel.variable)
    ]
    return "Medians over time. " + "; ".join(parts) + "."


def _number(value: float) -> str:
    return f"{value:.2g}" if abs(value) < 100 else f"{value:.0f}"
