"""What if? Two runs on the same virtual patients: differences patient by patient, with their Monte Carlo error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marrow.endpoints.outcome import Column, Kind
from marrow.errors import RunError
from marrow.figures.comparison import draw_comparison
from marrow.figures.engraftment import NORMAL_95, Recovery
from marrow.figures.scene import set_scene
from marrow.figures.style import Drawing, Picture, picture
from marrow.report.content import ReportFigure
from marrow.report.endpoints_shown import Reading, Shown, shown_in
from marrow.report.estimates import Estimate, mean, percent, printed, reached_by
from marrow.report.record import DISCLAIMER, Provenance, Record
from marrow.report.summaries import middle

if TYPE_CHECKING:
    from rich.console import RenderableType

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Difference:
    """One endpoint in both runs. ``estimate``: mean difference of the patients, changed minus as written.

    ``is_share``: the difference of a share of patients, in [-1, 1]. ``pairs``: patients of whom both values are finite
    (a day reached with both plans); ``patients``: those who were simulated.
    """

    label: str
    baseline: str
    changed: str
    estimate: Estimate
    is_share: bool
    unit: str
    pairs: int
    patients: int
    short: str  # the label where there is little room
    horizon: str = ""  # "by day 28": the row tells the share who had reached the endpoint by then

    @property
    def text(self) -> str:
        """'+2.3 (1.9 to 2.7)', shares in percentage points."""
        return f"{self.numbers} {self.unit}".rstrip()

    @property
    def numbers(self) -> str:
        """``text`` without the unit; shares keep their 'points'."""
        if not self.estimate.is_known:
            return "–"
        numbers = (self.estimate.value, self.estimate.low, self.estimate.high)
        value, low, high = (_points(number) if self.is_share else _signed(number) for number in numbers)
        return f"{value} ({low} to {high})" + (" points" if self.is_share else "")


@dataclass(frozen=True)
class Comparison:
    """``change``: what differs, in words. ``baseline_failed``, ``changed_failed``: patients who could not be solved."""

    title: str
    change: str
    disclaimer: str
    patients: int
    baseline_failed: int
    changed_failed: int
    differences: tuple[Difference, ...]
    not_modelled: tuple[tuple[str, str], ...]
    figure: ReportFigure
    picture: Picture
    provenance: Provenance


def compare(baseline: Record, changed: Record, change: str) -> Comparison:
    """Both records must hold the same draws of the same seed. Raises ``RunError`` otherwise."""
    if baseline.outcomes.patients != changed.outcomes.patients or baseline.provenance.seed != changed.provenance.seed:
        raise RunError("a comparison needs two runs with the same seed and the same number of draws")
    drawn = picture(_drawing(baseline, changed, change))
    return Comparison(
        title=f"{baseline.title}: what if",
        change=change,
        disclaimer=DISCLAIMER,
        patients=baseline.outcomes.patients,
        baseline_failed=baseline.outcomes.failed,
        changed_failed=changed.outcomes.failed,
        differences=differences(baseline, changed),
        not_modelled=tuple(dict.fromkeys(baseline.not_modelled + changed.not_modelled)),
        figure=ReportFigure(drawn.name, drawn.title, drawn.caption, drawn.page),
        picture=drawn,
        provenance=changed.provenance,
    )


def differences(baseline: Record, changed: Record) -> tuple[Difference, ...]:
    """Every endpoint that both runs have; days also as the share of patients who reached them by a horizon."""
    rows = []
    until = min(baseline.outcomes.observed_until, changed.outcomes.observed_until)
    for shown, before in shown_in(baseline.outcomes):
        if shown.name not in changed.outcomes:
            continue
        after = changed.outcomes.column(shown.name)
        rows.append(_difference(shown, before, after))
        rows += [_by_day(shown, before.values, after.values, day) for day in shown.horizons if day <= until]
    return tuple(rows)


def _difference(shown: Shown, before: Column, after: Column) -> Difference:
    both = np.isfinite(before.values) & np.isfinite(after.values)
    gap = after.values[both] - before.values[both]
    is_share = shown.reading is Reading.PROPORTION
    unit = "days" if before.kind is Kind.DAY else shown.unit or before.unit
    estimate = _share_gap(gap) if is_share else mean(gap)
    first, second = _told(shown, before), _told(shown, after)
    return Difference(shown.label, first, second, estimate, is_share, unit, int(both.sum()), len(both), shown.short)


def _told(shown: Shown, column: Column) -> str:
    word, typical = middle(shown, column.values)
    if shown.reading is Reading.PROPORTION:
        return percent(typical.value)
    day = "day " if column.kind is Kind.DAY and np.isfinite(typical.value) else ""
    return f"{word} {day}{printed(typical.value)}"


def _by_day(shown: Shown, before: Floats, after: Floats, day: int) -> Difference:
    both = ~np.isnan(before) & ~np.isnan(after)
    gap = (after[both] <= day).astype(float) - (before[both] <= day)
    first, second = percent(reached_by(before, day).value), percent(reached_by(after, day).value)
    count = int(both.sum())
    return Difference(
        shown.label, first, second, _share_gap(gap), True, "", count, len(both), shown.short, f"by day {day}"
    )


def _share_gap(gap: Floats) -> Estimate:
    """Mean of differences that are -1, 0 or 1. One pseudo-pair of each sign lets no difference have an error too."""
    if len(gap) == 0:
        return mean(gap)
    padded = np.concatenate([gap, [1.0, -1.0]])
    half = NORMAL_95 * float(padded.std()) / np.sqrt(len(padded))
    middle_value = float(gap.mean())
    return Estimate(middle_value, middle_value - half, middle_value + half)


def _points(value: float) -> str:
    """Percentage points with their sign."""
    text = f"{100 * value:+.1f}".replace("-", "−")
    return "0" if text in ("+0.0", "−0.0") else text


def _signed(value: float) -> str:
    text = printed(value)
    return text if text.startswith("−") or text == "0" else f"+{text}"


def _drawing(baseline: Record, changed: Record, change: str) -> Drawing:
    scenes = [set_scene(r.course, r.doses, r.actions, is_autologous=r.is_autologous) for r in (baseline, changed)]
    after = {shown.name: column for shown, column in shown_in(changed.outcomes)}
    pairs = [
        (
            Recovery(shown.label, column.values, shown.group),
            Recovery(shown.label, after[shown.name].values, shown.group),
        )
        for shown, column in shown_in(baseline.outcomes)
        if shown.group and shown.name in after
    ]
    return draw_comparison(scenes[0], scenes[1], pairs, change)


def terminal_comparison(comparison: Comparison) -> RenderableType:
    """A Rich renderable of the differences."""
    from rich.console import Group
    from rich.text import Text

    from marrow.report.terminal import table

    rows = table("", "as written", "changed", "difference (Monte Carlo 95 %)", "pairs")
    for row in comparison.differences:
        pairs = "" if row.pairs == row.patients else str(row.pairs)
        before, after = (text.removeprefix("median ") for text in (row.baseline, row.changed))
        rows.add_row(f"   {row.horizon}" if row.horizon else row.short, before, after, row.numbers, pairs)
    parts: list[RenderableType] = [
        Text(comparison.title, style="bold"),
        Text(f"changed: {comparison.change}"),
        Text(f"{comparison.patients} virtual patients, the same ones with both plans", style="dim"),
        Text(),
        rows,
        Text(),
    ]
    if comparison.baseline_failed or comparison.changed_failed:
        text = f"could not be solved: {comparison.baseline_failed} as written, {comparison.changed_failed} changed"
        parts.append(Text(text + "; their pairs are left out of the differences", style="bold red"))
    if comparison.not_modelled:
        names = ", ".join(drug for drug, _ in comparison.not_modelled)
        parts.append(Text(f"in the plan, not yet modelled: {names}", style="yellow"))
    parts.append(Text(comparison.disclaimer, style="dim"))
    return Group(*parts)
