"""From a file of real patients to endpoints, curves, tests and the list of what was wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np

from marrow.clinic.quantities import quoted
from marrow.errors import PlanError, Problem, nearest
from marrow.tables.analysis import Analysis, analyse
from marrow.tables.columns import Columns, Role, bracketed, find_columns
from marrow.tables.derived import Derived, derive
from marrow.tables.events import find_pairs, read_events
from marrow.tables.findings import Action, Finding, Findings
from marrow.tables.laboratory import read_long
from marrow.tables.sheet import Sheet, read_sheet

_MOST_GROUPS = 12


class Shape(Enum):
    """What a row of the table is."""

    LONG = "a laboratory value, transfusion, stage or event"
    EVENTS = "a patient"


@dataclass(frozen=True)
class ReadTable:
    """``rows``: below the header, blank ones too; ``used``: rows that count. ``derived`` None for a row a patient."""

    file: str
    shape: Shape
    rows: int
    used: int
    patients: int
    derived: Derived | None
    groups: dict[str, str]
    analyses: tuple[Analysis, ...]
    findings: tuple[Finding, ...]
    gathered: Findings


def read_table(file: Path, group: str | None = None) -> ReadTable:
    """Raises ``PlanError`` for a file that is no table, or of which no row can be used."""
    findings = Findings()
    sheet = read_sheet(file, findings)
    columns = find_columns(sheet, findings)
    pairs = find_pairs(sheet, columns)
    column = _group(sheet, columns, group)
    derived = None
    if {Role.ANALYTE, Role.VALUE, Role.PATIENT} <= set(columns.places) and not pairs:
        shape = Shape.LONG
        _need_days(sheet, columns)
        long = read_long(sheet, columns, column, findings)
        if not long.entries:
            raise _nothing(sheet, findings)
        derived = derive(long, findings)
        timed, groups, patients = derived.outcomes, long.groups, len(derived.patient)
    elif pairs:
        shape = Shape.EVENTS
        timed, groups = read_events(sheet, columns, pairs, column, findings)
        patients = len({name for each in timed for name in each.patient})
        if not timed:
            raise _nothing(sheet, findings)
    else:
        raise _no_shape(sheet)
    _note_unread(sheet, columns, column, tuple(place for pair in pairs for place in (pair.time, pair.cause)), findings)
    if len(set(groups.values())) > _MOST_GROUPS:
        needed = f"at most {_MOST_GROUPS} groups"
        raise PlanError(sheet.file, [Problem(f"{len(set(groups.values()))} groups", needed, key=column or "")])
    lost = findings.lines(Action.REFUSED, Action.LEFT_OUT) - {0}
    used = sheet.data_lines - len({line for line in lost if line > sheet.header.line})
    analyses = tuple(analyse(each, groups) for each in timed)
    return ReadTable(
        sheet.file, shape, sheet.data_lines, used, patients, derived, groups, analyses, findings.in_order(), findings
    )


def _group(sheet: Sheet, columns: Columns, group: str | None) -> str | None:
    """The column asked for, by its name with any capitals."""
    if group is None:
        return None
    by_name = {name.lower(): name for name in columns.other} | {bracketed(n)[0].lower(): n for n in columns.other}
    if group.lower() not in by_name:
        needed = f"one of {', '.join(columns.other) or 'no other columns there are'}"
        problem = Problem(f"no column {quoted(group)}", needed, nearest(group, columns.other), line=sheet.header.line)
        raise PlanError(sheet.file, [problem])
    return by_name[group.lower()]


def _need_days(sheet: Sheet, columns: Columns) -> None:
    if Role.DAY not in columns and Role.DATE not in columns:
        needed = "a column 'day' (from the graft), or 'date' with 'transplant date'"
        raise PlanError(sheet.file, [Problem("no column of days", needed, line=sheet.header.line)])


def _no_shape(sheet: Sheet) -> PlanError:
    needed = (
        "either a row a value, with columns patient, day (or date), analyte, value, unit; "
        "or a row a patient, with columns patient, time, cause (or NAME time and NAME status for several outcomes)"
    )
    found = f"columns {', '.join(cell for cell in sheet.header.cells if cell)}"
    return PlanError(sheet.file, [Problem(found[:300], needed, line=sheet.header.line)])


def _nothing(sheet: Sheet, findings: Findings) -> PlanError:
    reasons = "; ".join(f"{number} x {reason}" for _, reason, number in findings.counts()[:5])
    return PlanError(sheet.file, [Problem(f"no row that can be used ({reasons})", "at least one")])


def _note_unread(sheet: Sheet, columns: Columns, group: str | None, read: tuple[int, ...], findings: Findings) -> None:
    for name, place in columns.other.items():
        if name != group and place not in read:
            findings.add(
                sheet.header.line, Action.NOTED, quoted(name), "a column that is read", "column not read", name
            )


def median_text(values: tuple[float, float, float]) -> str:
    """A median day with its limits, for people."""
    middle, low, high = ("not reached" if np.isinf(v) else "?" if np.isnan(v) else f"{v:.4g}" for v in values)
    return f"{middle} ({low} to {high})"
