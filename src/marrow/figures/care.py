"""The strip above the counts: planned doses as marks, standing orders as the share of patients who got them."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marrow.figures.frame import bare, labels_left
from marrow.figures.scene import Scene
from marrow.figures.style import INK, SEQUENCE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE = 7  # points, of all words
_LINE_INCHES = 0.12
_LETTER = 0.0072  # width of a letter as a share of the axis
_MOST_LETTERS, _MOST_LINES = 28, 5  # of the name of a row, left of it


def strip_rows(scene: Scene) -> list[tuple[str, str]]:
    """(column that names it, name) of each row: drugs and cells of the plan in order of time, then rules that fired."""
    doses = dict.fromkeys(dose.drug for dose in scene.doses)
    return [("drug", name) for name in doses] + [("rule", name) for name in scene.given]


def share_by_day(given: NDArray[np.integer], days: np.ndarray, patients: int) -> np.ndarray:
    """Share of patients to whom a rule gave on each of ``days``: (D,) in [0, 1]. ``given``: the days it acted on."""
    counts = np.bincount(given - int(days[0]), minlength=len(days)) if len(given) else np.zeros(len(days))
    return counts[: len(days)] / max(patients, 1)


def strip_inches(scene: Scene) -> float:
    """Height of the strip."""
    return sum(_row_inches(lines) for _, _, lines in _rows(scene)) or _row_inches([""])


def draw_care(axes: Axes, scene: Scene) -> None:
    """One row for each drug and rule; heights are inches."""
    start, end = int(np.floor(scene.axis.start)), int(np.ceil(scene.axis.end))
    days = np.arange(start, end + 1)
    bare(axes)
    axes.set_ylim(0, strip_inches(scene))
    scene.axis.apply(axes, labelled=False)
    bottom = strip_inches(scene)
    for place, (kind, name, lines) in enumerate(_rows(scene)):
        height = _row_inches(lines)
        bottom -= height
        colour = SEQUENCE[place % len(SEQUENCE)]
        if kind == "drug":
            times = scene.axis.place(np.array([dose.time for dose in scene.doses if dose.drug == name]))
            middle = np.full(len(times), bottom + height / 2)
            axes.plot(times, middle, "|", color=colour, markersize=8, markeredgewidth=2)
        else:
            share = share_by_day(scene.given[name], days, scene.patients)
            axes.fill_between(
                scene.axis.place(days),
                bottom + 0.015,
                bottom + 0.015 + (height - 0.03) * share,
                step="post",
                color=colour,
                alpha=0.75,
                linewidth=0,
            )
            _tell_peak(axes, scene, days, share, bottom + height / 2)
        labels_left(axes, [(bottom + height / 2, "\n".join(lines))], size=_SIZE)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)


def _tell_peak(axes: Axes, scene: Scene, days: np.ndarray, share: np.ndarray, height: float) -> None:
    """The largest share and its day in words: behind the days on which the rule acted, else before them, else over
    their end."""
    peak = int(np.argmax(share))
    if share[peak] <= 0:
        return
    words = f"at most {100 * share[peak]:.0f} %, day {days[peak]}".replace("-", "−")
    acted = days[share > 0.02 * share[peak]]
    first, last = scene.axis.place([acted[0] - 0.7, acted[-1] + 1.7])
    left, right = axes.get_xlim()
    room = len(words) * _LETTER * (right - left)
    if last + room <= right:
        place, side = last, "left"
    elif first - room >= left:
        place, side = first, "right"
    else:
        place, side = right, "right"
    axes.text(float(place), height, words, ha=side, va="center", fontsize=_SIZE, color=INK)


def _rows(scene: Scene) -> list[tuple[str, str, list[str]]]:
    """As ``strip_rows``, each with the lines of its name."""
    return [(kind, name, _lines(name)) for kind, name in strip_rows(scene)]


def _row_inches(lines: list[str]) -> float:
    return 0.2 + _LINE_INCHES * (len(lines) - 1)


def _lines(name: str) -> list[str]:
    return wrap(name, _MOST_LETTERS, max_lines=_MOST_LINES, placeholder=" …")
