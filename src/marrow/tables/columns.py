"""Which column holds what, under the names that clinics, registries and CDISC give it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from marrow.clinic.quantities import quoted
from marrow.errors import PlanError, Problem, nearest
from marrow.tables.findings import Action, Findings
from marrow.tables.sheet import Sheet


class Role(Enum):
    """What a column is read for; the value is its name in marrow's own tables."""

    PATIENT = "patient"
    DAY = "day"
    DATE = "date"
    TRANSPLANT = "transplant date"
    ANALYTE = "analyte"
    VALUE = "value"
    UNIT = "unit"
    TIME = "time"
    CAUSE = "cause"


_NAMES: dict[Role, tuple[str, ...]] = {
    Role.PATIENT: ("patient", "patient id", "patient number", "pat", "patid", "pat id", "patnr", "pat nr", "id",
                   "subject",
                   "subject id", "subjid", "usubjid", "case", "case id", "mrn", "upn", "draw"),
    Role.DAY: ("day", "days", "day after transplant", "day post transplant", "days after transplant",
               "days post transplant", "days from graft", "day from graft", "day post hsct", "study day", "ady",
               "lbdy"),
    Role.DATE: ("date", "lab date", "sample date", "collection date", "sampling date", "datum", "date of sample",
                "lbdtc",
                "adt"),
    Role.TRANSPLANT: ("transplant date", "date of transplant", "transplantation date", "graft date", "infusion date",
                      "hsct date", "hct date", "day 0", "date of graft", "tx date"),
    Role.ANALYTE: ("analyte", "test", "lab", "laboratory", "parameter", "param", "paramcd", "lbtest", "lbtestcd",
                   "item",
                   "measurement", "assay"),
    Role.VALUE: ("value", "result", "val", "lborres", "lbstresn", "aval", "test result", "wert"),
    Role.UNIT: ("unit", "units", "lborresu", "lbstresu", "einheit", "uom"),
    Role.TIME: ("time", "time days", "follow up", "followup", "follow up time", "time to event", "survival time",
                "ftime",
                "event time", "t", "futime"),
    Role.CAUSE: ("cause", "status", "event", "event type", "outcome", "fstatus", "code", "cause of failure", "cens",
                 "indicator"),
}  # fmt: skip
_BY_NAME = {name: role for role, names in _NAMES.items() for name in names}
_BRACKETS = re.compile(r"\s*[\[(]([^\])]*)[\])]\s*$")


def simple(name: str) -> str:
    """Lower case, letters and digits alone: 'Pat_ID' is 'pat id'."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.lower()).split())


def bracketed(name: str) -> tuple[str, str]:
    """A column's name and what stands in brackets behind it: its unit."""
    match = _BRACKETS.search(name)
    return (name[: match.start()], match[1].strip()) if match else (name, "")


@dataclass(frozen=True)
class Columns:
    """Places of the roles that a table has; ``other``: the remaining columns by name."""

    places: dict[Role, int]
    other: dict[str, int]
    names: tuple[str, ...]

    def __contains__(self, role: Role) -> bool:
        return role in self.places

    def unit(self, role: Role) -> str:
        return bracketed(self.names[self.places[role]])[1]

    def name(self, role: Role) -> str:
        return self.names[self.places[role]]


def find_columns(sheet: Sheet, findings: Findings) -> Columns:
    """Roles by name. A name that is not marrow's own is listed as repaired; two for one role are refused.

    Raises ``PlanError`` where a role is named twice.
    """
    places: dict[Role, int] = {}
    other: dict[str, int] = {}
    line = sheet.header.line
    for place, name in enumerate(sheet.header.cells):
        role = _role_of(name)
        if role is None:
            if name in other:
                findings.add(line, Action.NOTED, f"two columns {quoted(name)}", "each once", "the first is read", name)
            elif name:
                other[name] = place
            continue
        if role in places:
            both = f"{quoted(sheet.header.cells[places[role]])} and {quoted(name)}"
            raise PlanError(sheet.file, [Problem(both, f"one column of the {role.value}", line=line)])
        places[role] = place
        if bracketed(name)[0].strip().lower() != role.value:
            findings.add(line, Action.REPAIRED, quoted(name), quoted(role.value), "column renamed", name)
    return Columns(places, other, sheet.header.cells)


def _role_of(name: str) -> Role | None:
    words = simple(bracketed(name)[0])
    if words in _BY_NAME:
        return _BY_NAME[words]
    if len(words) >= 5:  # a letter missing or exchanged
        near = nearest(words, [each for each in _BY_NAME if abs(len(each) - len(words)) <= 1 and len(each) >= 5])
        if near and _apart(words, near) <= 2 and sorted(words)[:3] == sorted(near)[:3]:
            return _BY_NAME[near]
    return None


def _apart(a: str, b: str) -> int:
    """How many places differ, a transposition counting two."""
    return sum(x != y for x, y in zip(a, b, strict=False)) + abs(len(a) - len(b))
