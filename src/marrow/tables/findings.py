"""What was wrong with a table, line by line: nothing is dropped or changed in silence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum


class Action(Enum):
    """What was done about it."""

    REFUSED = "refused"  # the row, or the patient, is not used
    REPAIRED = "repaired"  # read as something else than it says
    LEFT_OUT = "left out"  # says nothing, or the same a second time
    NOTED = "noted"  # used as it is, but look at it


@dataclass(frozen=True)
class Finding:
    """``line`` of the file (0: the table as a whole); ``column`` as it is called there."""

    line: int
    action: Action
    found: str
    needed: str
    reason: str
    column: str = ""
    patient: str = ""


@dataclass
class Findings:
    """Gathers while a table is read."""

    rows: list[Finding] = field(default_factory=list)

    def add(
        self, line: int, action: Action, found: str, needed: str, reason: str, column: str = "", patient: str = ""
    ) -> None:
        self.rows.append(Finding(line, action, found, needed, reason, column, patient))

    def in_order(self) -> tuple[Finding, ...]:
        return tuple(sorted(self.rows, key=lambda each: each.line))

    def lines(self, *actions: Action) -> set[int]:
        """Lines with one of these actions."""
        return {each.line for each in self.rows if each.action in actions}

    def counts(self) -> list[tuple[Action, str, int]]:
        """How often each reason occurred, the most serious action first."""
        counted = Counter((each.action, each.reason) for each in self.rows)
        order = list(Action)
        return sorted(
            ((action, reason, number) for (action, reason), number in counted.items()),
            key=lambda row: (order.index(row[0]), -row[2], row[1]),
        )
