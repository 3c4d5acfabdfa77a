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

_LETTER, _LETTER_OF_SMALL = 0.0095, 0.028  # width of a letter of a label, as a share of the axis


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
            length, most = self.end - self.start, 6 if small else 13
            steps = (0.25, 0.5, 1, 2, 5, 7, 14, 28) if length <= 2 else (1, 2, 5, 7, 14, 28)
            step = next(s for s in steps if length / s <= most or s == 28)
            return [
                (k * step, _day(k * step))
                for k in range(int(np.ceil(self.start / step)), int(np.floor(self.end / step)) + 1)
            ]
        early = [
            (float(day), _day(day))
            for day in (_FEW_EARLY_TICKS if small else _EARLY_TICKS)
            if self.start <= day <= self.knee
        ]
        late = [(day, label) for day, label in _LATE_TICKS if self.knee < day <= self.end]
        placed: list[tuple[float, str]] = []
        for day, label in reversed(late):  # the later ones have the right of way, but not over the knee
            neighbours = [*placed[-1:], *early[-1:]]
            if all(self._apart(day, other) >= self._room(label, words, small) for other, words in neighbours):
                placed.append((day, label))
        return early + placed[::-1]

    def _apart(self, one: float, other: float) -> float:
        """Distance of two days, as a share of the axis."""
        start, end, *places = self.place([self.start, self.end, one, other])
        return float(abs(places[0] - places[1]) / (end - start))

    @staticmethod
    def _room(one: str, other: str, small: bool) -> float:
        """What two labels take beside each other, with a gap of two letters, as a share of the axis."""
        return (0.5 * (len(one) + len(other)) + 2) * (_LETTER_OF_SMALL if small else _LETTER)

    def mark_doses(self, axes: Axes, days: NDArray[np.floating]) -> None:
        """Small marks under the top edge where planned doses are given."""
        places = self.place(np.unique(days))
        axes.plot(
            places, np.full(len(places), 0.985), "v", color=QUIET, markersize=3.2, markeredgewidth=0,
            transform=axes.get_xaxis_transform(), zorder=4, clip_on=False,
        )  # fmt: skip


def _day(day: float) -> str:
    return f"{day:g}".replace("-", "−")
