"""Grid and labels of a panel as a few plain artists.

Matplotlib's own axes take nine tenths of the time of a figure with many small panels; these pictures do not move, so
lines and words at known places are enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from marrow.figures.style import GRID, INK, QUIET

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Ticks = Sequence[tuple[float, str]]
_LABEL_SIZE = 8
_GAP = 4.0  # points between axis and label


def bare(axes: Axes) -> None:
    """Take Matplotlib's own axes away; the spines at the left and the bottom stay."""
    axes.xaxis.set_visible(False)
    axes.yaxis.set_visible(False)


def grid_across(axes: Axes, places: Sequence[float]) -> None:
    """Horizontal lines at these values."""
    _lines(axes, [((0.0, y), (1.0, y)) for y in places], axes.get_yaxis_transform())


def grid_down(axes: Axes, places: Sequence[float]) -> None:
    """Vertical lines at these places."""
    _lines(axes, [((x, 0.0), (x, 1.0)) for x in places], axes.get_xaxis_transform())


def _lines(axes: Axes, segments: list, transform) -> None:
    from matplotlib.collections import LineCollection

    lines = LineCollection(segments, colors=GRID, linewidths=0.6, transform=transform, zorder=0.5)
    axes.add_collection(lines, autolim=False)


def labels_below(axes: Axes, ticks: Ticks, title: str = "") -> None:
    """Labels under the bottom edge, and the name of the axis under them."""
    down = _moved(axes, axes.get_xaxis_transform(), 0, -_GAP)
    for place, label in ticks:
        axes.text(place, 0, label, transform=down, ha="center", va="top", fontsize=_LABEL_SIZE)
    if title:
        axes.text(
            0.5, 0, title, transform=_moved(axes, axes.transAxes, 0, -_GAP - 13), ha="center", va="top", fontsize=8.5
        )


def labels_left(axes: Axes, ticks: Ticks, size: float = _LABEL_SIZE, colour: str = INK) -> None:
    """Labels left of the left edge."""
    left = _moved(axes, axes.get_yaxis_transform(), -_GAP, 0)
    for place, label in ticks:
        axes.text(0, place, label, transform=left, ha="right", va="center_baseline", fontsize=size, color=colour)


def note_right(axes: Axes, value: float, text: str) -> None:
    """Quiet words on a horizontal line, at its right end."""
    at = _moved(axes, axes.get_yaxis_transform(), -3, 1.5)
    paper = {"facecolor": "#ffffff", "alpha": 0.75, "linewidth": 0, "pad": 0.6}  # over bands it must be read
    axes.text(1, value, text, transform=at, ha="right", va="bottom", fontsize=7, color=QUIET, zorder=5, bbox=paper)


def _moved(axes: Axes, transform, right: float, up: float):
    """A transform, moved by so many points."""
    from matplotlib.transforms import ScaledTranslation

    return transform + ScaledTranslation(right / 72, up / 72, axes.figure.dpi_scale_trans)
