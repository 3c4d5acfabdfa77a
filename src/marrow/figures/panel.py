"""One panel: a quantity over time with its bands, thresholds, doses and laboratory values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from marrow.figures.bands import Bands
from marrow.figures.frame import bare, grid_across, labels_left, note_right
from marrow.figures.scene import Observed, Scene
from marrow.figures.style import INK, QUIET
from marrow.figures.time_axis import TimeAxis

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class Scale(Enum):
    LINEAR = "linear"
    LOG = "log"


@dataclass(frozen=True)
class Threshold:
    """A value that clinicians act on or count from."""

    value: float
    label: str


@dataclass(frozen=True)
class Panel:
    """How a variable is shown. ``low``, ``high``: the axis shows at least that; values below ``low`` lie on its edge.

    ``zero_at_floor``: the lowest tick of a log axis means none at all (whole cells).
    """

    variable: str
    title: str
    unit: str
    colour: str
    low: float
    high: float
    scale: Scale = Scale.LOG
    thresholds: tuple[Threshold, ...] = ()
    zero_at_floor: bool = False

    @property
    def heading(self) -> str:
        """Title with unit."""
        return f"{self.title}, {self.unit}" if self.unit else self.title


def plain_number(value: float) -> str:
    """A tick label without exponents where they are short: 0.01, 1, 200, 10⁴."""
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e4:
        return f"{value:g}"
    exponent = int(np.floor(np.log10(abs(value)) + 1e-9))
    factor = value / 10**exponent
    power = "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return power if abs(factor - 1) < 1e-9 else f"{factor:g}·{power}"


def draw_bands(axes: Axes, axis: TimeAxis, bands: Bands, colour: str, *, floor: float | None = None) -> None:
    """Median and the bands that hold 50 % and 90 % of the virtual patients."""
    levels = bands.levels if floor is None else np.maximum(bands.levels, floor)
    place = axis.place(bands.time)
    axes.fill_between(place, levels[0], levels[4], color=colour, alpha=0.16, linewidth=0, zorder=2)
    axes.fill_between(place, levels[1], levels[3], color=colour, alpha=0.30, linewidth=0, zorder=2)
    axes.plot(place, levels[2], color=colour, zorder=4)


def draw_uncertainty(axes: Axes, axis: TimeAxis, bands: Bands, colour: str, *, floor: float | None = None) -> None:
    """The outline that holds 90 % when the typical parameter values are uncertain too."""
    levels = bands.levels if floor is None else np.maximum(bands.levels, floor)
    edges = levels[[0, 4]].T
    axes.plot(axis.place(bands.time), edges, color=colour, linewidth=0.9, linestyle=(0, (3, 2)), alpha=0.9, zorder=3)


def draw_observed(axes: Axes, axis: TimeAxis, observed: Observed | None, low: float) -> float:
    """Laboratory values: dots, and open triangles where the value was only known to lie below. Returns the highest."""
    if observed is None:
        return 0.0
    in_range = (observed.day >= axis.start) & (observed.day <= axis.end)
    for rows, mark, size, face in (
        (in_range & ~observed.censored, "o", 3.2, INK),
        (in_range & observed.censored, "v", 4.0, "none"),
    ):
        if rows.any():
            axes.plot(
                axis.place(observed.day[rows]), np.maximum(observed.value[rows], low), mark, color=INK, markersize=size,
                markerfacecolor=face, markeredgewidth=0.8, zorder=6,
            )  # fmt: skip
    return float(observed.value[in_range].max(initial=0.0))


def draw_thresholds(axes: Axes, thresholds: tuple[Threshold, ...]) -> None:
    """Dotted lines with their names."""
    for threshold in thresholds:
        axes.axhline(threshold.value, color=QUIET, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
        note_right(axes, threshold.value, threshold.label)


def set_scale(axes: Axes, panel: Panel, top: float) -> None:
    """Limits that show at least ``panel.low`` to ``panel.high``; grid and labels in plain numbers."""
    high = max(panel.high, top * 1.1 if np.isfinite(top) else panel.high)
    axes.set_ylim(panel.low, high)
    if panel.scale is Scale.LINEAR:
        ticks = linear_ticks(panel.low, high)
    else:
        axes.set_yscale("log")
        ticks = log_ticks(panel.low, high)
    labelled = [(tick, plain_number(float(f"{tick:.6g}"))) for tick in ticks]
    if panel.zero_at_floor:
        labelled = [(panel.low, "0")] + [(tick, label) for tick, label in labelled if tick > 5 * panel.low]
    bare(axes)
    grid_across(axes, [tick for tick, _ in labelled])
    labels_left(axes, labelled)


def linear_ticks(low: float, high: float) -> list[float]:
    """About five round values between ``low`` and ``high``."""
    from matplotlib.ticker import MaxNLocator

    return [
        float(tick) for tick in MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) if low <= tick <= high
    ]


def log_ticks(low: float, high: float) -> list[float]:
    """Powers of ten, at most seven; with threes between them where there are few."""
    decades = np.arange(np.ceil(np.log10(low) - 1e-9), np.floor(np.log10(high) + 1e-9) + 1)
    stride = max(1, round(len(decades) / 6))
    ticks = 10.0 ** decades[::-1][::stride][::-1]
    if len(ticks) <= 3:
        ticks = np.union1d(ticks, np.concatenate([3 * ticks, 0.3 * ticks]))
    return [float(f"{tick:.3g}") for tick in ticks if low <= tick <= high]


def draw_panel(axes: Axes, scene: Scene, panel: Panel, *, labelled: bool = True, small: bool = False) -> None:
    """The whole panel of one variable. ``small``: one of several beside each other."""
    bands = scene.bands[panel.variable]
    floor = panel.low if panel.scale is Scale.LOG else None
    draw_bands(axes, scene.axis, bands, panel.colour, floor=floor)
    top = _top(bands)
    if panel.variable in scene.uncertain_bands:
        uncertain = scene.uncertain_bands[panel.variable]
        draw_uncertainty(axes, scene.axis, uncertain, panel.colour, floor=floor)
        top = max(top, _top(uncertain))
    rules = tuple(Threshold(r.threshold, r.name) for r in scene.rules if r.variable == panel.variable)
    known = {rule.value for rule in rules}
    draw_thresholds(axes, rules + tuple(t for t in panel.thresholds if t.value not in known))
    highest = draw_observed(axes, scene.axis, (scene.observed or {}).get(panel.variable), panel.low)
    top = max(top, highest) if np.isfinite(top) else highest
    set_scale(axes, panel, top)
    scene.axis.apply(axes, labelled=labelled, small=small)
    scene.axis.mark_doses(axes, scene.dose_days)
    axes.set_title(panel.heading)


def _top(bands: Bands) -> float:
    finite = bands.levels[4][np.isfinite(bands.levels[4])]
    return float(finite.max()) if len(finite) else float("nan")


def band_legend(
    figure: Figure, scene: Scene, *, origins: tuple[tuple[str, str], ...] = (), doses: bool = True, other: bool = True
) -> None:
    """One legend for all panels, on top. ``origins``: (label, colour) of lines; ``other``: what lies over bands."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list = [Line2D([], [], color=c, label=label) for label, c in origins]
    if not origins:
        handles.append(Line2D([], [], color=QUIET, label="median"))
    handles += [
        Patch(color=QUIET, alpha=0.42, linewidth=0, label="50 % of patients"),
        Patch(color=QUIET, alpha=0.16, linewidth=0, label="90 % of patients"),
    ]
    if scene.uncertain_bands and other:
        dashes = (0, (3, 2))
        handles.append(Line2D([], [], color=QUIET, linewidth=0.9, linestyle=dashes, label="90 %, uncertain parameters"))
    if scene.observed is not None and other:
        handles.append(Line2D([], [], color=INK, marker="o", markersize=3.2, linewidth=0, label="observed"))
    if doses:
        handles.append(Line2D([], [], color=QUIET, marker="v", markersize=3.2, linewidth=0, label="planned dose"))
    figure.legend(
        handles=handles, loc="upper right", ncols=len(handles), bbox_to_anchor=(0.995, 0.998), columnspacing=1.4
    )
