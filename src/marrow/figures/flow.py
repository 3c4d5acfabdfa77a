"""The flow of patients through a trial, as reports of trials draw it: looked at, refused, randomised, followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from marrow.figures.style import INK, QUIET, Drawing, look, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LINE = 0.17  # inch of height for a line of text
_MOST = 34  # letters of a line


@dataclass(frozen=True)
class ArmFlow:
    """Numbers of one arm, in the order of time."""

    arm: str
    randomised: int
    transplanted: int
    lost: int
    failed: int

    @property
    def lines(self) -> list[str]:
        never = self.randomised - self.transplanted
        return [
            *_wrapped(self.arm, 28), f"randomised: {self.randomised}", f"transplanted: {self.transplanted}",
            f"never transplanted: {never}", f"lost to follow-up: {self.lost}",
            *([f"could not be solved: {self.failed}"] if self.failed else []),
            f"analysed: {self.randomised - self.failed}",
        ]  # fmt: skip


def draw_flow(source: str, looked_at: int, refused: Sequence[tuple[str, int]], arms: Sequence[ArmFlow]) -> Drawing:
    """``refused``: criteria with the people who failed them first."""
    out = sum(number for _, number in refused)
    left = [*_wrapped(source, 30), f"looked at: {looked_at}"]
    aside = [f"not eligible: {out}"] + [
        line for words, number in refused for line in _wrapped(f"not met: {words}: {number}", _MOST)
    ]
    randomised = f"randomised: {sum(each.randomised for each in arms)}"
    tallest = max(len(each.lines) for each in arms)
    heights = [
        len(left) * _LINE + 0.2,
        (len(aside) * _LINE + 0.2) if refused else 0.25,
        _LINE + 0.2,
        tallest * _LINE + 0.2,
    ]
    gap = 0.3
    height = sum(heights) + gap * 3 + 0.2
    with look():
        figure = new_figure(height)
        width = figure.get_figwidth()
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, width)
        axes.set_ylim(0, height)
        axes.axis("off")
        middle, top = width * (0.33 if refused else 0.5), height - 0.1
        _box(axes, middle, top, heights[0], left)
        below = top - heights[0]
        if refused:
            _box(axes, width * 0.76, below - gap / 2, heights[1], aside)
            level = below - gap / 2 - heights[1] / 2
            axes.plot([middle, width * 0.76 - 1.25], [level, level], color=INK, linewidth=0.8)
        second = below - gap - heights[1]
        axes.plot([middle, middle], [below, second], color=INK, linewidth=0.8)
        _box(axes, middle, second, heights[2], [randomised])
        fork, last = second - heights[2] - gap / 2, second - heights[2] - gap
        axes.plot([middle, middle], [second - heights[2], fork], color=INK, linewidth=0.8)
        places = [width * (k + 0.5) / len(arms) for k in range(len(arms))]
        axes.plot([min(*places, middle), max(*places, middle)], [fork, fork], color=INK, linewidth=0.8)
        for place, each in zip(places, arms, strict=True):
            axes.plot([place, place], [fork, last], color=INK, linewidth=0.8)
            _box(axes, place, last, heights[3], each.lines)
    told = "; ".join(f"{words}: {number}" for words, number in refused)
    words = f"{looked_at} looked at, {out} not eligible ({told or 'no criteria'}), {randomised}"
    caption = "The first of the trials. People are refused by the first criterion that they do not meet."
    if not refused:
        caption = "The first of the trials. The design names no criteria of eligibility."
    return Drawing("flow", "Flow of patients", caption, f"{words}.", figure)


def _box(axes: Axes, x: float, top: float, height: float, lines: Sequence[str]) -> None:
    from matplotlib.patches import Rectangle

    half = 1.25
    axes.add_patch(
        Rectangle((x - half, top - height), 2 * half, height, facecolor="white", edgecolor=QUIET, linewidth=0.8)
    )
    for k, line in enumerate(lines):
        axes.text(x, top - 0.1 - (k + 0.5) * _LINE, line, ha="center", va="center", fontsize=8, color=INK)


def _wrapped(text: str, most: int) -> list[str]:
    import textwrap

    return textwrap.wrap(text, most) or [""]
