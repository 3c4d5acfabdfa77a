"""The folder of ``marrow endpoints``: findings, endpoints, curves, tests and the figure, whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np

from marrow.figures.style import as_png, as_svg
from marrow.folder import ENDPOINTS_FORMAT, MANIFEST, with_whole_folder
from marrow.report.record import DISCLAIMER
from marrow.tables.analysis import Step, Test
from marrow.tables.current import CurrentStep, current_steps
from marrow.tables.findings import Action
from marrow.tables.picture import draw_curves
from marrow.tables.read import ReadTable


def write_endpoints(table: ReadTable, source: Path, folder: Path, command: str, *, png: bool = False) -> None:
    """Raises ``RunError`` when the folder holds something else, or cannot be written; then nothing is left behind."""
    with_whole_folder(folder, lambda place: _fill(table, source, place, command, png))


def _fill(table: ReadTable, source: Path, place: Path, command: str, png: bool) -> None:
    rows = [(e.line or "", e.action.value, e.patient, e.column, e.found, e.needed, e.reason) for e in table.findings]
    _write(place / "findings.csv", ("line", "action", "patient", "column", "found", "needed", "reason"), rows)
    if table.derived is not None:
        columns = table.derived.columns
        each = zip(table.derived.patient, *(map(_cell, values) for values in columns.values()), strict=True)
        grouped = ((name, table.groups.get(name, ""), *rest) for name, *rest in each)
        _write(place / "patients.csv", ("patient", "group", *columns), grouped)
    _write(place / "curves.csv", _names(Step), (_cells(s) for a in table.analyses for s in a.curves))
    _write(place / "tests.csv", _names(Test), (_cells(t) for a in table.analyses for t in a.tests))
    if table.derived is not None and table.derived.histories is not None:
        steps = current_steps(table.derived.histories, table.groups)
        _write(place / "current-grfs.csv", _names(CurrentStep), map(_cells, steps))
    if table.analyses:
        drawing = draw_curves(table.analyses)
        (place / "outcomes.svg").write_text(as_svg(drawing), encoding="utf-8")
        if png:
            (place / "outcomes.png").write_bytes(as_png(drawing))
    hashes = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(place.iterdir())}
    told = {
        "format": ENDPOINTS_FORMAT,
        "disclaimer": DISCLAIMER,
        "command": command,
        "inputs_sha256": {source.name: hashlib.sha256(source.read_bytes()).hexdigest()},
        "rows": table.rows,
        "rows_used": table.used,
        "patients": table.patients,
        "findings": {each.value: sum(f.action is each for f in table.findings) for each in Action},
        "files_sha256": hashes,
    }
    (place / MANIFEST).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _cells(row: Step | Test | CurrentStep) -> tuple[object, ...]:
    return tuple(map(_cell, astuple(row)))


def _cell(value: object) -> object:
    """Numbers with six digits; 'inf' never reached, empty not known."""
    if isinstance(value, (float, np.floating)):
        return "" if np.isnan(value) else "inf" if np.isinf(value) else f"{float(value):.6g}"
    return value


def _write(file: Path, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
