"""A user's own table of people: a row a person, columns named as the keys of a plan, cells read as a plan reads them.

Nothing is dropped in silence: what was refused or repaired is listed with its line, what was found, needed, and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from marrow.calibration.arm import Arm
from marrow.clinic.eligibility import keys_of_people, reader_of, reads_of
from marrow.clinic.fields import Reads
from marrow.clinic.graft import Graft
from marrow.clinic.patient import Sex
from marrow.clinic.quantities import quoted
from marrow.errors import PlanError, Problem, nearest
from marrow.population.roster import Roster
from marrow.tables.cells import EMPTY, read_number
from marrow.tables.columns import bracketed, simple
from marrow.tables.findings import Action, Finding, Findings
from marrow.tables.sheet import Row, Sheet, read_sheet

_PERSON = "patient"
_NAMES = {"patient id": _PERSON, "id": _PERSON, "subject": _PERSON, "subject id": _PERSON, "usubjid": _PERSON,
          "gender": "patient.sex", "body weight": "patient.weight", "hct ci": "patient.hct-ci",
          "hctci": "patient.hct-ci", "comorbidity index": "patient.hct-ci", "diagnosis": "patient.disease",
          "kps": "patient.karnofsky", "performance status": "patient.karnofsky", "blood group": "patient.abo",
          "gfr": "patient.egfr", "dsa": "patient.donor-specific-antibodies",
          "disease risk index": "patient.disease-risk", "dri": "patient.disease-risk",
          "donor": "donor.relation", "hla": "donor.hla", "hla match": "donor.hla",
          "cd34 dose": "graft.cd34", "cd3 dose": "graft.cd3"}  # fmt: skip
_NEEDED = ("patient.age", "patient.sex")
_POUND, _INCH = 0.45359237, 2.54  # kg, cm


@dataclass(frozen=True)
class PeopleTable:
    """``rows``: below the header; ``findings``: all that was refused, repaired, left out or worth a look."""

    roster: Roster
    rows: int
    findings: tuple[Finding, ...]

    def count(self, action: Action) -> int:
        """Lines with this action."""
        return len({each.line for each in self.findings if each.action is action})


def read_people(file: Path, arms: Sequence[Arm]) -> PeopleTable:
    """People who can be given the plan of every arm. Raises ``PlanError`` for a file that is no such table, or of which
    no row can be used."""
    findings = Findings()
    sheet = read_sheet(file, findings)
    places = _columns(sheet, findings)
    seen: dict[str, int] = {}
    rows: list[dict[str, str]] = []
    for row in sheet.rows:
        found = _row(row, sheet, places, seen, findings)
        if found is not None and _fits(found, arms, row, findings):
            rows.append(found)
    if not rows:
        reasons = "; ".join(f"{number} x {reason}" for _, reason, number in findings.counts()[:5])
        raise PlanError(str(file), [Problem(f"no row that can be used ({reasons})", "at least one")])
    return PeopleTable(_roster(file.name, rows), sheet.data_lines, findings.in_order())


def _columns(sheet: Sheet, findings: Findings) -> dict[str, int]:
    """Places by key of the plan. A name that is not the plan's own is listed, one that says nothing too."""
    known = {simple(key): f"{part}.{key}" for part, keys in keys_of_people().items() for key in keys if part != "donor"}
    known |= {f"donor {simple(key)}": f"donor.{key}" for key in keys_of_people()["donor"]}
    known |= {"cd34": "graft.cd34", "cd3": "graft.cd3", _PERSON: _PERSON} | _NAMES
    places: dict[str, int] = {}
    for place, name in enumerate(sheet.header.cells):
        words = simple(bracketed(name)[0])
        key = known.get(words)
        if key is None and words:
            near = nearest(words, known)
            hint = f"; did you mean {near!r}?" if near else ""
            findings.add(
                sheet.header.line, Action.NOTED, quoted(name), f"a key of a plan{hint}", "column not read", name
            )
        elif key in places:
            both = f"{quoted(sheet.header.cells[places[key]])} and {quoted(name)}"
            raise PlanError(sheet.file, [Problem(both, f"one column of {key}", line=sheet.header.line)])
        elif key is not None:
            places[key] = place
    missing = [key for key in _NEEDED if key not in places]
    if missing:
        needed = f"columns of {' and '.join(each.partition('.')[2] for each in missing)}"
        shown = ", ".join(cell for cell in sheet.header.cells if cell)
        raise PlanError(sheet.file, [Problem(f"columns {shown[:200]}", needed, line=sheet.header.line)])
    return places


def _row(
    row: Row, sheet: Sheet, places: dict[str, int], seen: dict[str, int], findings: Findings
) -> dict[str, str] | None:
    """Text by key of the plan, or None for a row that is not used."""
    name = row.cells[places[_PERSON]] if _PERSON in places else ""
    if name and name in seen:
        findings.add(
            row.line,
            Action.LEFT_OUT,
            quoted(name),
            f"once; it is on line {seen[name]}",
            "a person again",
            _PERSON,
            name,
        )
        return None
    if name:
        seen[name] = row.line
    found: dict[str, str] = {}
    good = True
    for key, place in places.items():
        cell, column = row.cells[place], sheet.header.cells[place]
        if key == _PERSON:
            continue
        if cell.lower() in EMPTY and not (key == "patient.donor-specific-antibodies" and cell.lower() == "none"):
            if key in _NEEDED:
                findings.add(row.line, Action.REFUSED, "nothing", f"the {column}", "no age or no sex", column, name)
                good = False
            continue
        try:
            found[key] = _cell(key, cell, bracketed(column)[1], row.line, column, name, findings)
        except PlanError as error:
            for problem in error.problems:
                near = f"; did you mean {problem.nearest!r}?" if problem.nearest else ""
                needed = f"{problem.needed}{near}"
                findings.add(
                    row.line, Action.REFUSED, problem.found, needed, "a value that cannot be read", column, name
                )
            good = False
    return found if good else None


def _cell(key: str, cell: str, unit: str, line: int, column: str, name: str, findings: Findings) -> str:
    """A cell as the text that a plan would have. Raises ``PlanError``."""
    text = cell
    number = read_number(cell, decimal_comma=True)
    if number is not None and key not in ("donor.hla", "patient.disease", "patient.abo"):
        text = f"{number.value:.10g} {number.unit or unit}".strip()
        if number.repaired:
            findings.add(line, Action.REPAIRED, quoted(cell), text, number.repaired, column, name)
        text = _converted(key, number.value, number.unit or unit, text, line, column, name, findings)
    elif unit and number is not None:
        text = f"{cell} {unit}"
    reader = reader_of(key) if not key.startswith("graft.") else _of_graft(key)
    value = reader.read(text)
    return str(reader.write(value))


def _converted(
    key: str, value: float, unit: str, text: str, line: int, column: str, name: str, findings: Findings
) -> str:
    """Units that plans do not have, and heights in meters without a unit: one sensible reading each."""
    plain = unit.lower().rstrip("s.")
    if key == "patient.weight" and plain in ("lb", "pound"):
        said, reason = f"{value * _POUND:.1f} kg", "pounds"
    elif key == "patient.height" and plain in ("in", "inch", "inche"):
        said, reason = f"{value * _INCH:.0f} cm", "inches"
    elif key == "patient.height" and not plain and 0.4 <= value <= 2.3:
        said, reason = f"{100 * value:.0f} cm", "a height without unit that can only be meters"
    else:
        return text
    findings.add(line, Action.REPAIRED, quoted(text), said, reason, column, name)
    return said


def _of_graft(key: str) -> Reads:
    return reads_of(Graft, key.partition(".")[2])


def _fits(found: dict[str, str], arms: Sequence[Arm], row: Row, findings: Findings) -> bool:
    """Whether every arm's plan can be given to this person: sizes and dates that no body has are refused."""
    changes = {key: text for key, text in found.items() if not key.startswith("graft.")}
    for arm in arms:
        try:
            arm.plan.with_all(changes)
        except PlanError as error:
            for problem in error.problems:
                findings.add(
                    row.line, Action.REFUSED, problem.found, problem.needed, "a contradiction", problem.key or ""
                )
            return False
    return True


def _roster(name: str, rows: Sequence[dict[str, str]]) -> Roster:
    def column(key: str) -> np.ndarray:
        reader = _of_graft(key) if key.startswith("graft.") else reader_of(key)
        return np.array([float(reader.read(row[key])) if key in row else np.nan for row in rows])

    female = np.array([float(reader_of("patient.sex").read(row["patient.sex"]) is Sex.FEMALE) for row in rows])
    changes = tuple(tuple((key, text) for key, text in row.items() if not key.startswith("graft.")) for row in rows)
    return Roster(
        name, column("patient.age"), female, column("patient.weight"), column("patient.height"),
        column("graft.cd34"), column("graft.cd3"), changes,
    )  # fmt: skip
