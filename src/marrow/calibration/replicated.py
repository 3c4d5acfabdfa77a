"""A replication of published studies as data for JSON, as a table for CSV, and as text for a terminal."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from marrow.calibration.replicate import Replication
from marrow.calibration.score import Score, Scored
from marrow.calibration.shown import plain, row_data, rows_table, score_data, verdict

if TYPE_CHECKING:
    from rich.console import RenderableType

_PARTS = ("fitted", "set_aside")


def as_data(replication: Replication) -> dict[str, Any]:
    """Plain data: the score of all studies at the top, ``fitted`` and ``set_aside`` apart, one record a row."""
    data = score_data(replication.together) | {
        "parts": {name: None if part is None else score_data(part) for name, part in _parts(replication)},
        "rows": [_record(replication, row) for row in replication.together.rows],
        "skipped": [
            {
                "study": each.study.name,
                "file": each.study.file,
                "fitted": each.study.fitted,
                "arms": list(each.arms),
                "reason": each.reason,
            }
            for each in replication.skipped
        ],
    }
    return plain(data)


def as_csv(replication: Replication) -> str:
    """One line a row; empty where a number is not defined."""
    records = [plain(_record(replication, row)) for row in replication.together.rows]
    out = io.StringIO()
    if records:
        writer = csv.DictWriter(out, list(records[0]), lineterminator="\n")
        writer.writeheader()
        for record in records:
            writer.writerow(record | {"assumed": "; ".join(record["assumed"])})
    return out.getvalue()


def _parts(replication: Replication) -> list[tuple[str, Score | None]]:
    return list(zip(_PARTS, (replication.fitted, replication.set_aside), strict=True))


def _record(replication: Replication, row: Scored) -> dict[str, Any]:
    return {"fitted": replication.is_fitted(row)} | row_data(row)


def render(replication: Replication) -> RenderableType:
    """Misses first, then the scores, all rows, and the studies that were skipped."""
    from rich.console import Group

    score = replication.together
    misses = score.misses
    parts: list[RenderableType] = []
    if misses:
        parts += [rows_table(f"misses: {len(misses)} of {score.scored} scored rows", misses, with_notes=True), ""]
    parts += _scores(replication)
    inside = [row for row in score.rows if row.counts and row.inside]
    if inside:
        parts += [rows_table("inside", inside), ""]
    by_eye = [row for row in score.rows if not row.counts]
    if by_eye:
        parts += [rows_table("shown beside, not scored", by_eye), ""]
    if replication.skipped:
        parts.append(f"Skipped: arms of {len(replication.skipped)} studies, with drugs that are not modelled yet.")
        parts += [f"  {each.study.name}: {each.reason}" for each in replication.skipped]
    return Group(*parts)


def _scores(replication: Replication) -> list[str]:
    if not replication.together.scored:
        return ["No row of these studies can be scored.", ""]
    lines: list[str] = []
    for title, score in (
        ("All studies", replication.together),
        ("Studies that may be fitted to", replication.fitted),
        ("Studies set aside", replication.set_aside),
    ):
        if score is not None and score.scored:
            lines += [f"{title}", *(f"  {line}" for line in verdict(score)), ""]
    return lines
