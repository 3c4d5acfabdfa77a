"""Tables with a row for each patient: times and causes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from marrow.clinic.quantities import printed, quoted
from marrow.errors import PlanError, Problem, nearest
from marrow.tables.cells import EMPTY, NAMELESS, Bound, looks_like_date, read_number
from marrow.tables.columns import Columns, Role, bracketed, simple
from marrow.tables.days import DayReader
from marrow.tables.findings import Action, Findings
from marrow.tables.sheet import Row, Sheet
from marrow.tables.timed import TimedOutcome

_DAYS = {"": 1.0, "d": 1.0, "day": 1.0, "days": 1.0, "w": 7.0, "week": 7.0, "weeks": 7.0, "m": 30.4375, "mo": 30.4375,
         "month": 30.4375, "months": 30.4375, "y": 365.25, "year": 365.25, "years": 365.25}  # fmt: skip
_LAST_DAY = 36_500.0
_CENSORED = {"censored", "censor", "alive", "no", "none", "no event", "event free", "false", "ongoing", "lost"}
_CAUSES: dict[str, tuple[str, ...]] = {
    "event": ("event", "yes", "true"),
    "death": ("death", "dead", "died", "deceased"),
    "relapse": ("relapse", "relapsed", "progression", "relapse or progression", "pd"),
    "death without relapse": ("trm", "nrm", "non relapse mortality", "death without relapse", "death in remission",
                              "treatment related mortality", "transplant related mortality"),
    "GVHD": ("gvhd", "acute gvhd", "chronic gvhd", "agvhd", "cgvhd"),
    "graft failure": ("graft failure", "rejection", "graft loss"),
    "infection": ("infection", "bacteremia", "bloodstream infection"),
    "engraftment": ("engraftment", "engrafted", "recovery", "recovered"),
    "second transplant": ("second transplant", "retransplant", "second infusion"),
}  # fmt: skip
_WORDS = {word: name for name, words in _CAUSES.items() for word in words}
_HIGHEST_CODE = 8  # 9, 99 and the like stand for 'unknown' in registries


@dataclass(frozen=True)
class Pair:
    """One outcome: the places of its time and its cause; ``days``: one unit of its time."""

    name: str
    time: int
    cause: int
    days: float


def find_pairs(sheet: Sheet, columns: Columns) -> tuple[Pair, ...]:
    """Columns that belong together: 'time' and 'cause', or 'NAME time' and 'NAME status'. Raises ``PlanError``."""
    found = []
    if Role.TIME in columns and Role.CAUSE in columns:
        place = columns.places[Role.TIME]
        found.append(Pair("outcome", place, columns.places[Role.CAUSE], _unit(sheet, place)))
    ends = {simple(bracketed(name)[0]): place for name, place in columns.other.items()}
    for name, place in ends.items():
        stem, _, last = name.rpartition(" ")
        if last not in ("time", "days", "months", "years") or not stem:
            continue
        for word in ("status", "event", "cause", "code"):
            if f"{stem} {word}" in ends:
                found.append(Pair(stem, place, ends[f"{stem} {word}"], _unit(sheet, place)))
                break
    return tuple(found)


def _unit(sheet: Sheet, place: int) -> float:
    name, unit = bracketed(sheet.header.cells[place])
    last = simple(name).rpartition(" ")[2]
    if unit.lower() not in _DAYS:
        needed = "days, weeks, months or years"
        raise PlanError(sheet.file, [Problem(f"the unit {quoted(unit)}", needed, line=sheet.header.line, key=name)])
    return _DAYS[unit.lower()] if unit else _DAYS.get(last, 1.0)


@dataclass(frozen=True)
class Marks:
    """How an outcome's cell was read: 0 is censored."""

    line: int
    patient: str
    time: float
    cause: str | None


def read_events(
    sheet: Sheet, columns: Columns, pairs: tuple[Pair, ...], group: str | None, findings: Findings
) -> tuple[tuple[TimedOutcome, ...], dict[str, str]]:
    """The outcomes, and each patient's group."""
    for pair in pairs:
        if pair.days != 1.0:
            name = sheet.header.cells[pair.time]
            findings.add(
                sheet.header.line, Action.REPAIRED, quoted(name), "days", f"times {printed(pair.days)} days", name
            )
    rows = [(name, row) for name, row in _one_row_each(sheet, columns, findings)]
    place = columns.places.get(Role.TRANSPLANT)
    zeros = {name: row.cells[place] for name, row in rows if place is not None and row.cells[place]}
    days = DayReader.of(sheet, columns, zeros)
    marks = {
        pair: [mark for name, row in rows if (mark := _mark(row, name, pair, sheet, days, findings)) is not None]
        for pair in pairs
    }
    _within_life(marks, findings)
    groups = {}
    if group is not None:
        for name, row in rows:
            word = row.cells[columns.other[group]]
            if word.lower() in NAMELESS:
                findings.add(row.line, Action.NOTED, "no group", "a group", "in no comparison of groups", group, name)
            else:
                groups[name] = word
    return tuple(_outcome(pair, found) for pair, found in marks.items() if found), groups


def _one_row_each(sheet: Sheet, columns: Columns, findings: Findings) -> Iterator[tuple[str, Row]]:
    """Patients with one row; those with several that differ are refused altogether."""
    seen: dict[str, list[Row]] = defaultdict(list)
    for row in sheet.rows:
        name = row.cells[columns.places[Role.PATIENT]] if Role.PATIENT in columns else f"row {row.line}"
        if name.lower() in NAMELESS:
            findings.add(row.line, Action.REFUSED, "no patient", "whose row it is", "patient missing",
                         columns.name(Role.PATIENT))  # fmt: skip
        else:
            seen[name].append(row)
    for name, rows in seen.items():
        if len({row.cells for row in rows}) == 1:
            yield name, rows[0]
            for row in rows[1:]:
                reason = f"says the same as line {rows[0].line}"
                findings.add(row.line, Action.LEFT_OUT, quoted(name), "one row a patient", reason, "", name)
        else:
            lines = ", ".join(str(row.line) for row in rows)
            for row in rows:
                reason = f"lines {lines} tell different things of this patient"
                findings.add(row.line, Action.REFUSED, quoted(name), "one row a patient", reason, "", name)


def _mark(row: Row, patient: str, pair: Pair, sheet: Sheet, days: DayReader, findings: Findings) -> Marks | None:
    cause = row.cells[pair.cause]

    def refuse(place: int, needed: str, reason: str) -> None:
        findings.add(
            row.line, Action.REFUSED, quoted(row.cells[place]), needed, reason, sheet.header.cells[place], patient
        )

    day = _day(row, patient, pair, sheet, days, findings)
    if day is None:
        return None
    if cause.lower() in EMPTY:
        return refuse(pair.cause, "0 for censored, or a cause", "cause missing")
    number = read_number(cause, True)
    word = simple(cause)
    if number is not None and not number.unit:
        if (
            number.value != int(number.value)
            or not 0 <= number.value <= _HIGHEST_CODE
            or number.bound is not Bound.EXACT
        ):
            return refuse(pair.cause, f"a code from 0 (censored) to {_HIGHEST_CODE}", "unknown code")
        return Marks(row.line, patient, day, f"cause {int(number.value)}" if number.value else None)
    if word in _CENSORED:
        return Marks(row.line, patient, day, None)
    if word not in _WORDS:
        near = nearest(word, [*_WORDS, *_CENSORED])
        return refuse(pair.cause, "a known cause" + (f", perhaps {near!r}" if near else ""), "unknown code")
    return Marks(row.line, patient, day, _WORDS[word])


def _day(row: Row, patient: str, pair: Pair, sheet: Sheet, days: DayReader, findings: Findings) -> float | None:
    text, column = row.cells[pair.time], sheet.header.cells[pair.time]

    def refuse(needed: str, reason: str) -> None:
        findings.add(row.line, Action.REFUSED, quoted(text), needed, reason, column, patient)

    if text.lower() in EMPTY:
        return refuse("a time", "time missing")
    number = read_number(text, sheet.separator != ",") if not looks_like_date(text) else None
    if number is None:
        if not looks_like_date(text):
            return refuse("a time, 0 or more", "not a number")
        found = days.from_date(row, patient, text, Role.TIME, findings) if Role.TIME in days.columns else None
        if found is None and Role.TIME not in days.columns:
            return refuse("a time, 0 or more", "a date where a time was needed")
        if found is not None and found < 0:
            return refuse("a date from the transplant on", "negative time")
        return found
    if number.unit or number.bound is not Bound.EXACT:
        return refuse("a number", "not a number")
    if number.value < 0:
        return refuse("0 or more", "negative time")
    if number.value * pair.days > _LAST_DAY:
        return refuse(f"at most {printed(_LAST_DAY)} days", "impossible time")
    if number.repaired:
        findings.add(row.line, Action.REPAIRED, quoted(text), "a plain number", number.repaired, column, patient)
    return number.value * pair.days


def _within_life(marks: dict[Pair, list[Marks]], findings: Findings) -> None:
    """Other outcomes may not end after the last day on which the patient was seen alive."""
    whole = next((pair for pair in marks if pair.name in ("os", "survival", "overall survival", "death")), None)
    if whole is None:
        return
    last = {mark.patient: mark.time for mark in marks[whole]}
    for pair, found in marks.items():
        kept = []
        for mark in found:
            if pair is not whole and mark.time > last.get(mark.patient, np.inf) + 1e-9:
                needed = f"at most day {printed(last[mark.patient])}, when the patient died or was last seen"
                what = f"{pair.name} on day {printed(mark.time)}"
                findings.add(mark.line, Action.REFUSED, what, needed, "after death or last contact", "", mark.patient)
            else:
                kept.append(mark)
        found[:] = kept


def _outcome(pair: Pair, marks: list[Marks]) -> TimedOutcome:
    labels = tuple(sorted({mark.cause for mark in marks if mark.cause is not None}))
    number = {None: 0} | {label: k for k, label in enumerate(labels, start=1)}
    return TimedOutcome(
        pair.name,
        labels,
        tuple(mark.patient for mark in marks),
        np.array([mark.time for mark in marks]),
        np.array([number[mark.cause] for mark in marks], dtype=np.intp),
    )
