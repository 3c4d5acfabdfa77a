"""How the patients of each arm are over time, as stacked shares, with the numbers at risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marrow.figures.frame import bare, grid_across, labels_below, labels_left
from marrow.figures.style import BLUE, INK, ORANGE, QUIET, VERMILLION, Drawing, look, margins, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = (BLUE, ORANGE, VERMILLION, QUIET)


def draw_health(
    days: NDArray[np.float64], shares: Mapping[str, NDArray[np.float64]], names: Sequence[str],
    marks: Sequence[float], at_risk: Mapping[str, Sequence[int]],
) -> Drawing:  # fmt: skip
    """``shares``: (T, K) by arm, of the states ``names`` (K); ``at_risk``: numbers by arm, at ``marks``."""
    with look():
        figure = new_figure(3.6)
        margins(figure, left=0.6, right=0.2, top=0.35, bottom=1.25, across=0.5)
        for k, (arm, share) in enumerate(shares.items()):
            axes = figure.add_subplot(1, len(shares), k + 1)
            axes.stackplot(days, *(100 * share.T), colors=_COLOURS, labels=names, alpha=0.75, linewidth=0)
            _finish(axes, days, marks, at_risk[arm])
            axes.set_title(f"{arm}, % of patients")
        figure.legend(*axes.get_legend_handles_labels(), loc="lower center", ncols=2, frameon=False, fontsize=8)
    told = "; ".join(
        f"{arm} on day {days[-1]:.0f}: "
        + ", ".join(f"{n} {100 * v:.0f} %" for n, v in zip(names, share[-1], strict=True))
        for arm, share in shares.items()
    )
    caption = (
        "The first of the trials (Aalen and Johansen): states may be left and entered again. The lowest band is "
        "current GRFS. Below: patients at risk, alive and followed."
    )
    return Drawing("health", "How patients are over time", caption, f"{told}.", figure)


def _finish(axes: Axes, days: NDArray[np.float64], marks: Sequence[float], at_risk: Sequence[int]) -> None:
    from matplotlib.transforms import ScaledTranslation

    axes.set_xlim(float(days[0]), float(days[-1]))
    axes.set_ylim(0, 100)
    bare(axes)
    ticks = (0, 25, 50, 75, 100)
    grid_across(axes, ticks)
    labels_left(axes, [(tick, f"{tick}") for tick in ticks])
    labels_below(axes, [(mark, f"{mark:g}") for mark in marks], "days")
    below = axes.get_xaxis_transform() + ScaledTranslation(0, -36 / 72, axes.figure.dpi_scale_trans)
    for mark, number in zip(marks, at_risk, strict=True):
        axes.text(mark, 0, f"{number}", transform=below, ha="center", va="center", fontsize=7, color=INK)
