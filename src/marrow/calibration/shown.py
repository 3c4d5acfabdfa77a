"""A comparison with published figures, as data for JSON and as tables for a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from marrow.calibration.score import INSIDE, Contrast, Score, Scored
from marrow.calibration.table import Target
from marrow.calibration.targets import Comparison, NotYet
from marrow.calibration.value import NOT_COMPUTED
from marrow.calibration.wording import NO_ENDPOINT

if TYPE_CHECKING:
    from rich.console import RenderableType

_NOTE = (
    "A perfect model has 90 % inside; much more would mean a vague yardstick. Fitted and unfitted studies are not told "
    "apart here: no parameter was fitted to these rows."
)


def as_data(comparison: Comparison) -> dict[str, Any]:
    """Plain data: ``scored`` and ``inside`` are numbers of rows; None stands for numbers that are not defined."""
    data = score_data(comparison.score) | {
        "rows": [row_data(row) for row in comparison.score.rows],
        "not_yet_expressible": [_not_yet(row) for row in comparison.not_yet],
    }
    return plain(data)


def score_data(score: Score) -> dict[str, Any]:
    """A score without its rows."""
    return {
        "scored": score.scored,
        "inside": score.inside,
        "coverage": score.coverage,
        "coverage_interval": list(score.coverage_interval),
        "skill": {
            "rows": score.skill.rows,
            "mean_abs_z": score.skill.model,
            "mean_abs_z_of_lookup": score.skill.lookup,
            "skill": score.skill.skill,
        },
        "slope": {line.endpoint: line.slope for line in score.lines},
        "intercept": {line.endpoint: line.intercept for line in score.lines},
        "rows_of_slope": {line.endpoint: line.rows for line in score.lines},
        "inside_of_endpoint": {line.endpoint: line.inside for line in score.lines},
        "contrasts": [_contrast(contrast) for contrast in score.contrasts],
    }


def plain(value: Any) -> Any:
    """The same data with None for numbers that JSON does not know."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _named(target: Target) -> dict[str, Any]:
    return {
        "line": target.line,
        "study": target.study,
        "arm": target.arm,
        "endpoint": target.endpoint,
        "statistic": target.statistic.value,
        "time_days": target.time,
        "published": target.value,
        "published_lo95": target.low,
        "published_hi95": target.high,
        "unit": target.unit,
        "family": target.family,
    }


def row_data(row: Scored) -> dict[str, Any]:
    """One record of a simulated row."""
    return _named(row.target) | {
        "scale": row.target.scale.value if row.target.scale else None,
        "se": row.target.se,
        "tau": row.target.tau,
        "simulated": row.simulated.value,
        "monte_carlo_error": row.simulated.error,
        "plausible_from": row.simulated.plausible[0],
        "plausible_to": row.simulated.plausible[1],
        "draws": row.simulated.draws,
        "how": row.simulated.how,
        "assumed": list(row.simulated.assumed),
        "inside_from": row.accepted[0],
        "inside_to": row.accepted[1],
        "z": row.z,
        "inside": row.inside if row.counts else None,
        "why_not_scored": row.target.why_not_scored or ("" if row.simulated.is_computed else NOT_COMPUTED),
        "note": row.target.note,
    }


def _not_yet(row: NotYet) -> dict[str, Any]:
    return _named(row.target) | {"reason": row.reason, "why_not_scored": row.target.why_not_scored}


def _contrast(contrast: Contrast) -> dict[str, Any]:
    return {
        "study": contrast.first.target.study,
        "endpoint": contrast.first.target.endpoint,
        "arms": list(dict.fromkeys((contrast.first.target.arm, contrast.second.target.arm))),
        "published": contrast.published,
        "simulated": contrast.simulated,
        "z": contrast.z,
        "clear": contrast.clear,
        "right_sign": contrast.right_sign if contrast.clear else None,
    }


def number(value: float, digits: int = 3) -> str:
    """A number for a table: '–' where there is none."""
    if math.isnan(value):
        return "–"
    return "never" if math.isinf(value) else f"{value:.{digits}g}"


def render(comparison: Comparison) -> RenderableType:
    """Tables for a terminal: scored rows, rows shown by eye, contrasts, the score, and what cannot be asked yet."""
    from rich.console import Group

    score = comparison.score
    counted = [row for row in score.rows if row.counts]
    parts: list[RenderableType] = []
    if counted:
        parts += [rows_table("scored", counted), ""]
    by_eye = [row for row in score.rows if not row.counts]
    if by_eye:
        parts += [rows_table("shown beside, not scored", by_eye), ""]
    parts += [*_verdict(comparison), ""]
    if comparison.not_yet:
        parts += [_not_yet_table(comparison.not_yet), ""]
    return Group(*parts)


def rows_table(title: str, rows: Sequence[Scored], with_notes: bool = False) -> RenderableType:
    """Published and simulated side by side; in brackets what would count as inside, and the parameters' band."""
    from rich.table import Table

    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for heading, ratio in (("study: arm", 3), ("endpoint", 2)):
        table.add_column(heading, overflow="fold", ratio=ratio)
    for heading in ("published", "simulated", "z", "inside"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        target = row.target
        error = f" ± {row.simulated.error:.1g}" if row.simulated.error > 0 else ""
        verdict = "" if not row.counts else "yes" if row.inside else "[bold red]no[/bold red]"
        said = target.time is None or f"day {target.time:g}" in target.endpoint
        endpoint = target.endpoint if said else f"{target.endpoint}, day {target.time:g}"
        limits = f"\n({number(row.accepted[0])} to {number(row.accepted[1])})" if row.counts else ""
        low, high = row.simulated.plausible
        band = "" if math.isnan(low) else f"\n({number(low)} to {number(high)})"
        table.add_row(
            (f"{target.study}: {target.arm}" if target.arm else target.study)
            + (f"\n{target.note}" if with_notes else ""),
            f"{endpoint} ({target.statistic.value}, {target.unit})",
            number(target.value) + limits,
            number(row.simulated.value) + error + band,
            f"{row.z:+.1f}" if row.counts else "",
            verdict,
        )
    return table


def _verdict(comparison: Comparison) -> list[str]:
    if not comparison.score.scored:
        return ["No row of this table can be scored yet."]
    return verdict(comparison.score, _NOTE)


def verdict(score: Score, note: str = "") -> list[str]:
    """A score in sentences: coverage, skill, slopes, contrasts."""
    low, high = (f"{100 * limit:.0f}" for limit in score.coverage_interval)
    lines = [
        f"{score.inside} of {score.scored} rows inside (|z| ≤ {INSIDE}); coverage over families "
        f"{100 * score.coverage:.0f} % (95 % interval over studies {low} to {high} %). {note}".rstrip()
    ]
    skill = score.skill
    if skill.rows:
        lines.append(
            f"Mean |z| {skill.model:.2f}; a lookup in other studies {skill.lookup:.2f} on the same {skill.rows} rows: "
            f"skill {skill.skill:+.2f}."
        )
    for line in score.lines:
        if not math.isnan(line.slope):
            lines.append(
                f"Published on simulated, {line.endpoint}: slope {line.slope:.2f}, intercept {line.intercept:.1f} "
                f"({line.rows} rows, {line.inside} inside; right: 1 and 0)."
            )
        else:
            lines.append(f"{line.endpoint}: {line.inside} of {line.rows} rows inside.")
    return [*lines, *(_contrast_line(contrast) for contrast in score.contrasts)]


def _contrast_line(contrast: Contrast) -> str:
    arms = contrast.first.target.arm
    if contrast.second is not contrast.first:
        arms = f"{contrast.second.target.arm} minus {arms}"
    sign = (", right sign" if contrast.right_sign else ", wrong sign") if contrast.clear else ""
    return (
        f"{contrast.first.target.study}, {contrast.first.target.endpoint}, {arms}: "
        f"published {contrast.published:+.2g}, simulated {contrast.simulated:+.2g}, "
        f"z {contrast.z:+.1f}{sign}."
    )


def _not_yet_table(rows: tuple[NotYet, ...]) -> RenderableType:
    from rich.table import Table

    counted = sum(row.target.counts for row in rows)
    title = f"not yet expressible: {len(rows)} rows, of which {counted} would be scored"
    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for heading in ("rows", "scored", "study", "needs"):
        table.add_column(heading, justify="right" if heading in ("rows", "scored") else "left", overflow="fold")
    studies: dict[str, list[NotYet]] = {}
    for row in rows:
        studies.setdefault(row.target.study, []).append(row)
    for study, members in studies.items():
        scored = sum(member.target.counts for member in members)
        table.add_row(str(len(members)), str(scored or ""), study, _together(members))
    return table


def _together(rows: list[NotYet]) -> str:
    """What the rows of one study need, each thing once; endpoints by name, since they differ from row to row."""
    needed = list(dict.fromkeys(what for row in rows for what in row.needs if not what.startswith(NO_ENDPOINT)))
    endpoints = dict.fromkeys(
        what.removeprefix(NO_ENDPOINT) for row in rows for what in row.needs if what not in needed
    )
    if endpoints:
        needed.append(f"endpoints: {', '.join(endpoints)}")
    return "; ".join(needed)
