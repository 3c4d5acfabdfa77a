"""The time axis of a transplant: days, wide apart in the first weeks, ever closer in the months that follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marrow.figures.frame import grid_down, labels_below
from marrow.figures.style import GRID, INK, QUIET

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KNEE = 42.0
_EARLY_TICKS = (-14, -7, 0, 7, 14, 21, 28, 35, 42)
_FEW_EARLY_TICKS = (0, 14, 28, 42)
_LATE_TICKS = (
    (60, "60"),
    (100, "100"),
    (182.5, "6 mo"),
    (365, "1 y"),
    (730, "2 y"),
    (1095, "3 y"),
    (1826, "5 y"),
    (3652, "10 y"),
)


@dataclass(frozen=True)
class TimeAxis:
    """Linear until ``knee``, then smoothly ever closer, like a logarithm, over a length ``scale`` (days). No kink.

    ``knee`` is ``end`` when all of it is linear.
    """

    start: float
    end: float
    knee: float
    scale: float

    @classmethod
    def over(cls, start: float, end: float) -> TimeAxis:
        """The axis for a follow-up from ``start`` to ``end``: what lies beyond day 42 takes a third of the width."""
        if end <= 120:
            return cls(start, end, end, 1.0)
        beyond, room = end - KNEE, 0.5 * (KNEE - start)
        low, high = 1e-3, 1e3
        for _ in range(60):  # bisection: room = scale log(1 + beyond / scale), which grows with scale
            scale = 0.5 * (low + high)
            low, high = (scale, high) if scale * np.log1p(beyond / scale) < room else (low, scale)
        return cls(start, end, KNEE, scale)

    def place(self, day: ArrayLike) -> NDArray[np.floating]:
        """Where a day lies on the axis. Panels are drawn in places, so that every artist is on a plain linear axis."""
        day = np.asarray(day, dtype=float)
        beyond = self.scale * np.log1p(np.maximum(day - self.knee, 0) / self.scale)
        return np.where(day > self.knee, self.knee + beyond, day)

    @property
    def shrinks(self) -> bool:
        """Whether the later days lie closer together."""
        return self.knee < self.end

    def apply(self, axes: Axes, *, labelled: bool = True, small: bool = False) -> None:
        """Limits, grid, labels and the mark of the graft on day 0. ``small``: a panel with room for few labels."""
        start, end = self.place([self.start, self.end])
        axes.set_xlim(start, end)
        if self.shrinks:
            axes.axvspan(self.knee, end, color=GRID, alpha=0.35, linewidth=0, zorder=0)
        ticks = [(float(self.place(day)), label) for day, label in self.ticks(small)]
        grid_down(axes, [place for place, _ in ticks])
        if labelled:
            shrinks = self.shrinks and not small
            labels_below(axes, ticks, "days from the graft" + (" (closer together after day 42)" if shrinks else ""))
        if self.start < 0 < self.end:
            axes.axvline(0, color=INK, linewidth=0.8, alpha=0.55, zorder=1)

    def ticks(self, small: bool = False) -> list[tuple[float, str]]:
        """Days and their labels."""
        if not self.shrinks:
            step = next(
                s for s in (1, 2, 5, 7, 14, 28) if (self.end - self.start) / s <= (6 if small else 13) or s == 28
            )
            first = int(np.ceil(self.start / step)) * step
            return [(day, _day(day)) for day in range(first, int(np.floor(self.end)) + 1, step)]
        early = [
            (float(day), _day(day))
            for day in (_FEW_EARLY_TICKS if small else _EARLY_TICKS)
            if self.start <= day <= self.knee
        ]
        late = [(day, label) for day, label in _LATE_TICKS if self.knee < day <= self.end]
        placed: list[tuple[float, str]] = []
        room = (float(self.place(self.end)) - self.start) / (11 if small else 22)
        for day, label in reversed(late):  # the later ones have the right of way
            if not placed or float(self.place(placed[-1][0]) - self.place(day)) > room:
                placed.append((day, label))
        return early + placed[::-1]

    def mark_doses(self, axes: Axes, days: NDArray[np.floating]) -> None:
        """Small marks under the top edge where planned doses are given."""
        places = self.place(np.unique(days))
        axes.plot(
            places, np.full(len(places), 0.985), "v", color=QUIET, markersize=3.2, markeredgewidth=0,
            transform=axes.get_xaxis_transform(), zorder=4, clip_on=False,
        )  # fmt: skip


def _day(day: float) -> str:
    return f"{day:.0f}".replace("-", "−")
