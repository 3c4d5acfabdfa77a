"""The strip above the counts: planned doses as marks, standing orders as the share of patients who got them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marrow.figures.frame import bare, labels_left
from marrow.figures.scene import Scene
from marrow.figures.style import INK, SEQUENCE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STRIP_INCHES_PER_ROW = 0.2


def strip_rows(scene: Scene) -> list[tuple[str, str]]:
    """(column that names it, name) of each row: drugs and cells of the plan in order of time, then rules that fired."""
    doses = dict.fromkeys(dose.drug for dose in scene.doses)
    return [("drug", name) for name in doses] + [("rule", name) for name in scene.given]


def share_by_day(given: NDArray[np.integer], days: np.ndarray, patients: int) -> np.ndarray:
    """Share of patients to whom a rule gave on each of ``days``: (D,) in [0, 1]. ``given``: the days it acted on."""
    counts = np.bincount(given - int(days[0]), minlength=len(days)) if len(given) else np.zeros(len(days))
    return counts[: len(days)] / max(patients, 1)


def draw_care(axes: Axes, scene: Scene) -> None:
    """One row for each drug and rule."""
    rows = strip_rows(scene)
    start, end = int(np.floor(scene.axis.start)), int(np.ceil(scene.axis.end))
    days = np.arange(start, end + 1)
    for place, (kind, name) in enumerate(rows):
        height = len(rows) - 1 - place
        colour = SEQUENCE[place % len(SEQUENCE)]
        if kind == "drug":
            times = np.array([dose.time for dose in scene.doses if dose.drug == name])
            axes.plot(
                scene.axis.place(times),
                np.full(len(times), height + 0.42),
                "|",
                color=colour,
                markersize=8,
                markeredgewidth=2,
            )
        else:
            share = share_by_day(scene.given[name], days, scene.patients)
            axes.fill_between(
                scene.axis.place(days),
                height + 0.08,
                height + 0.08 + 0.84 * share,
                step="post",
                color=colour,
                alpha=0.75,
                linewidth=0,
            )
            peak = int(np.argmax(share))
            if share[peak] > 0:
                last = scene.axis.place(days[share > 0.02 * share[peak]][-1] + 1.5)
                words = f"at most {100 * share[peak]:.0f} % of patients, day {days[peak]}".replace("-", "−")
                axes.text(float(last), height + 0.42, words, va="center", fontsize=7, color=INK)
    axes.set_ylim(0, max(len(rows), 1))
    bare(axes)
    labels_left(axes, [(len(rows) - 1 - place + 0.45, _short(name)) for place, (_, name) in enumerate(rows)], size=7)
    scene.axis.apply(axes, labelled=False)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)


def _short(name: str) -> str:
    return name if len(name) <= 30 else name[:29] + "…"
