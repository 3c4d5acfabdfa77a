"""The day of a row: a number, or a date counted from the patient's transplant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marrow.clinic.quantities import printed, quoted
from marrow.tables.cells import EMPTY, DateOrder, date_order, days_between, looks_like_date, read_date, read_number
from marrow.tables.columns import Columns, Role
from marrow.tables.findings import Action, Findings
from marrow.tables.sheet import Row, Sheet

_FIRST_DAY, _LAST_DAY = -365.0, 36_500.0
_EXCEL = (30_000, 60_000)  # numbers that spreadsheets show as dates of 1982 to 2064


@dataclass(frozen=True)
class DayReader:
    """``zero``: the transplant of each patient whose date is known; ``order``: how slashed dates are read."""

    columns: Columns
    zero: dict[str, datetime]
    order: DateOrder

    @classmethod
    def of(cls, sheet: Sheet, columns: Columns, transplants: dict[str, str]) -> DayReader:
        """``transplants``: the cell with the date of each patient's transplant."""
        texts = list(transplants.values())
        for role in (Role.DAY, Role.DATE, Role.TIME):
            if role in columns:
                texts += [row.cells[columns.places[role]] for row in sheet.rows]
        order = date_order(texts)
        read = {patient: read_date(text, order) for patient, text in transplants.items()}
        return cls(columns, {patient: when for patient, when in read.items() if when is not None}, order)

    def day(self, row: Row, patient: str, findings: Findings) -> float | None:
        """None, and a finding, where it cannot be told."""
        text, role = "", Role.DAY if Role.DAY in self.columns else Role.DATE
        for each in (Role.DAY, Role.DATE):
            if each in self.columns and row.cells[self.columns.places[each]].lower() not in EMPTY:
                text, role = row.cells[self.columns.places[each]], each
                break

        def refuse(found: str, needed: str, reason: str) -> None:
            findings.add(row.line, Action.REFUSED, found, needed, reason, self.columns.name(role), patient)

        if not text:
            return refuse("no day", "a day from the graft, or a date", "day missing")
        number = read_number(text, True) if not looks_like_date(text) else None
        if number is not None and not number.unit:
            if _EXCEL[0] <= number.value <= _EXCEL[1] and number.value > _LAST_DAY:
                return refuse(quoted(text), "a day from the graft", "a spreadsheet's number of a date")
            if not _FIRST_DAY <= number.value <= _LAST_DAY:
                return refuse(quoted(text), f"a day from {printed(_FIRST_DAY)} on", "impossible day")
            if number.repaired:
                findings.add(row.line, Action.REPAIRED, quoted(text), "a plain number", number.repaired,
                             self.columns.name(role), patient)  # fmt: skip
            return number.value
        return self.from_date(row, patient, text, role, findings)

    def from_date(self, row: Row, patient: str, text: str, role: Role, findings: Findings) -> float | None:
        """Days from the patient's transplant to the date of a cell."""

        def refuse(needed: str, reason: str) -> None:
            findings.add(row.line, Action.REFUSED, quoted(text), needed, reason, self.columns.name(role), patient)

        when = read_date(text, self.order)
        if when is None:
            if looks_like_date(text):
                return refuse("a date whose month is clear, such as 2024-03-08", "day and month cannot be told apart")
            return refuse("a day from the graft, or a date such as 2024-03-08", "neither a day nor a date")
        if patient not in self.zero:
            return refuse("the patient's date of transplant", "a date, and day 0 is not known")
        day = days_between(when, self.zero[patient])
        if not _FIRST_DAY <= day <= _LAST_DAY:
            return refuse(f"a day from {printed(_FIRST_DAY)} on", f"impossible day {printed(day)}")
        if role is not Role.DATE:
            findings.add(row.line, Action.REPAIRED, quoted(text), "a day from the graft", "counted from the transplant",
                         self.columns.name(role), patient)  # fmt: skip
        return day
