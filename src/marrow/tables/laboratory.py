"""Long tables: a row for each laboratory value, transfusion, stage of GVHD or event of a patient."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from marrow.clinic.labs import Lab
from marrow.clinic.quantities import printed, quoted
from marrow.endpoints.gvhd_grading import HIGHEST_STAGE, Organ
from marrow.endpoints.transfusion import Product
from marrow.errors import nearest
from marrow.tables.cells import EMPTY, NAMELESS, Bound, read_number
from marrow.tables.columns import Columns, Role, simple
from marrow.tables.days import DayReader
from marrow.tables.findings import Action, Findings
from marrow.tables.items import ITEMS, Happening, Item, most, supposed_unit, unit_of
from marrow.tables.sheet import Row, Sheet

_YES = {"", "yes", "y", "1", "true", "x", "given", "ja", "dead", "died"}
_NO = {"no", "n", "0", "false", "nein"}
_MILD = {"mild", "limited"}
_TREATED = {"moderate", "severe", "extensive", "systemic treatment", "yes", "1"}


@dataclass(frozen=True)
class Entry:
    """One row, understood: ``value`` in the unit of its laboratory, the stage of an organ, or 1."""

    line: int
    patient: str
    day: float
    item: Item
    value: float
    unit: str = ""


@dataclass
class LongTable:
    """Entries of all patients; ``groups``: by patient, of the column asked for."""

    entries: list[Entry] = field(default_factory=list)
    groups: dict[str, str] = field(default_factory=dict)


def read_long(sheet: Sheet, columns: Columns, group: str | None, findings: Findings) -> LongTable:
    """Every row becomes an entry or a finding."""
    days = DayReader.of(sheet, columns, _transplants(sheet, columns))
    found = LongTable()
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for row in sheet.rows:
        patient = row.cells[columns.places[Role.PATIENT]]
        entry = _entry(row, patient, columns, days, sheet.separator != ",", findings)
        if group is not None and patient:
            said[patient][row.cells[columns.other[group]]] += 1
        if entry is not None:
            found.entries.append(entry)
    found.groups = _groups(said, group, findings)
    found.entries = _without_repeats(found.entries, findings)
    found.entries = _within_life(found.entries, findings)
    _note_units(found.entries, findings)
    return found


def _transplants(sheet: Sheet, columns: Columns) -> dict[str, str]:
    """The cell that tells each patient's day 0: from its column, or from a row about the transplant."""
    texts: dict[str, str] = {}
    for row in sheet.rows:
        patient = row.cells[columns.places[Role.PATIENT]]
        if Role.TRANSPLANT in columns and row.cells[columns.places[Role.TRANSPLANT]]:
            texts.setdefault(patient, row.cells[columns.places[Role.TRANSPLANT]])
        elif (
            Role.DATE in columns and ITEMS.get(simple(row.cells[columns.places[Role.ANALYTE]])) is Happening.TRANSPLANT
        ):
            texts.setdefault(patient, row.cells[columns.places[Role.DATE]])
    return texts


def _entry(
    row: Row, patient: str, columns: Columns, days: DayReader, decimal_comma: bool, findings: Findings
) -> Entry | None:
    def refuse(found: str, needed: str, reason: str, role: Role) -> None:
        findings.add(row.line, Action.REFUSED, found, needed, reason, columns.name(role), patient)

    if patient.lower() in NAMELESS:
        return refuse("no patient", "whose row it is", "patient missing", Role.PATIENT)
    name = row.cells[columns.places[Role.ANALYTE]]
    item = ITEMS.get(simple(name))
    if item is None:
        near = nearest(name, [each.name for each in ITEMS.values() if isinstance(each, Lab)] + list(ITEMS))
        hint = f", perhaps {near!r}" if near else ""
        return refuse(quoted(name), f"a laboratory, transfusion, stage or event{hint}", "unknown analyte", Role.ANALYTE)
    day = days.day(row, patient, findings)
    if day is None:
        return None
    value = row.cells[columns.places[Role.VALUE]]
    if isinstance(item, Lab):
        unit = row.cells[columns.places[Role.UNIT]] if Role.UNIT in columns else ""
        unit = unit or columns.unit(Role.VALUE)
        return _laboratory(row, patient, day, item, (value, unit), (columns, decimal_comma), findings)
    return _other(row, patient, day, item, value, columns, findings)


def _laboratory(
    row: Row, patient: str, day: float, lab: Lab, said: tuple[str, str], how: tuple[Columns, bool], findings: Findings
) -> Entry | None:
    text, unit_text = said
    columns, decimal_comma = how
    column = columns.name(Role.VALUE)

    def tell(action: Action, found: str, needed: str, reason: str) -> None:
        findings.add(row.line, action, found, needed, reason, column, patient)

    if text.lower() in EMPTY:
        tell(Action.LEFT_OUT, quoted(text), "a number", "not measured")
        return None
    number = read_number(text, decimal_comma)
    if number is None:
        tell(Action.REFUSED, quoted(text), "a number, or '<' and a limit of detection", "not a number")
        return None
    if number.value < 0:
        tell(Action.REFUSED, quoted(text), "0 or more", "negative value")
        return None
    unit = unit_of(lab, number.unit or unit_text) if number.unit or unit_text else supposed_unit(lab, number.value)
    if unit is None and (number.unit or unit_text):
        tell(Action.REFUSED, quoted(number.unit or unit_text), f"one of {', '.join(lab.units)}", "unknown unit")
        return None
    if unit is None or number.value * unit.factor > most(lab):
        found = f"{lab.name} {text} {unit_text}".strip()
        tell(Action.REFUSED, found, f"at most {printed(most(lab))} {lab.unit}", "impossible value")
        return None
    if not (number.unit or unit_text) and unit.factor != 1.0:
        tell(Action.REPAIRED, f"{lab.name} {text} without a unit", lab.unit, f"taken to be in {unit.name}")
    if number.unit:
        tell(Action.REPAIRED, quoted(text), "the unit in its own column", "unit in the cell of the value")
    if number.repaired:
        tell(Action.REPAIRED, quoted(text), "a plain number", number.repaired)
    value = number.value * unit.factor
    if number.bound is Bound.BELOW:
        tell(Action.REPAIRED, quoted(text), "a number", "below a limit of detection: read as just below it")
        value = math.nextafter(value, 0.0)
    elif number.bound is Bound.ABOVE:
        tell(Action.REPAIRED, quoted(text), "a number", "above a limit: read as the limit")
    return Entry(row.line, patient, day, lab, value, unit.name)


def _other(
    row: Row, patient: str, day: float, item: Item, text: str, columns: Columns, findings: Findings
) -> Entry | None:
    """A transfusion, a stage, an event."""
    word = text.lower()

    def tell(action: Action, needed: str, reason: str) -> None:
        findings.add(row.line, action, quoted(text), needed, reason, columns.name(Role.VALUE), patient)

    if isinstance(item, Organ):
        number = read_number(text, False)
        if (
            number is None
            or number.unit
            or number.value != int(number.value)
            or not 0 <= number.value <= HIGHEST_STAGE[item]
        ):
            return tell(Action.REFUSED, f"a whole stage from 0 to {HIGHEST_STAGE[item]}", "no stage of GVHD")
        return Entry(row.line, patient, day, item, number.value)
    if word in _NO:
        return tell(Action.LEFT_OUT, "what happened", "says that it did not happen")
    if item is Happening.CHRONIC_GVHD:
        if word in _MILD:
            return tell(Action.NOTED, "moderate or severe", "mild chronic GVHD counts in no endpoint")
        if word not in _TREATED:
            return tell(Action.REFUSED, "mild, moderate or severe", "severity of chronic GVHD unknown")
    elif isinstance(item, Product):
        number = read_number(text, True)
        if word not in _YES and (number is None or number.value <= 0):
            return tell(Action.REFUSED, "a number of units, 'yes' or nothing", "no transfusion")
    return Entry(row.line, patient, day, item, 1.0)


def _groups(said: dict[str, Counter[str]], group: str | None, findings: Findings) -> dict[str, str]:
    found = {}
    for patient, words in said.items():
        known = {word: number for word, number in words.items() if word.lower() not in NAMELESS}
        if len(known) == 1:
            found[patient] = next(iter(known))
        else:
            what = "no group" if not known else f"groups {', '.join(map(quoted, sorted(known)))}"
            findings.add(0, Action.NOTED, what, "one group", "patient in no comparison of groups", group or "", patient)
    return found


def _without_repeats(entries: list[Entry], findings: Findings) -> list[Entry]:
    """Rows that say the same again are left out; others of one day are kept, and the first is what a clinic reads."""
    kept: list[Entry] = []
    first: dict[tuple[str, float, Item], Entry] = {}
    once: dict[tuple[str, Item], Entry] = {}
    for entry in entries:
        key = (entry.patient, entry.day, entry.item)
        before = first.get(key)
        if isinstance(entry.item, Happening):
            before = once.setdefault((entry.patient, entry.item), entry)
            if before is entry:
                kept.append(entry)
            elif before.day == entry.day:
                _tell(findings, entry, Action.LEFT_OUT, "one row", f"says the same as line {before.line}")
            else:
                _tell(
                    findings, entry, Action.REFUSED, f"one {entry.item.value}", f"line {before.line} tells another day"
                )
        elif before is not None and before.value == entry.value:
            _tell(findings, entry, Action.LEFT_OUT, "one row", f"says the same as line {before.line}")
        elif before is not None and isinstance(entry.item, Organ):
            _tell(findings, entry, Action.REFUSED, "one stage a day", f"line {before.line} tells another stage")
        else:
            if before is not None and not isinstance(entry.item, Product):
                reason = f"second value of the day: that of line {before.line} is read"
                _tell(findings, entry, Action.LEFT_OUT, "one value a day", reason)
                continue
            first[key] = entry
            kept.append(entry)
    return kept


def _tell(findings: Findings, entry: Entry, action: Action, needed: str, reason: str) -> None:
    found = f"{_name(entry.item)} on day {printed(entry.day)}"
    findings.add(entry.line, action, found, needed, reason, "", entry.patient)


def _name(item: Item) -> str:
    if isinstance(item, Lab):
        return item.name
    if isinstance(item, Organ):
        return f"GVHD {item.name.lower().replace('_', ' ')}"
    return f"{item.value} transfusion" if isinstance(item, Product) else item.value


def _within_life(entries: list[Entry], findings: Findings) -> list[Entry]:
    """Rows after a death are refused; a last contact before other rows is moved to the last of them."""
    death = {each.patient: each for each in entries if each.item is Happening.DEATH}
    contact = {each.patient: each for each in entries if each.item is Happening.LAST_CONTACT}
    kept, latest = [], defaultdict(float)
    for entry in entries:
        died = death.get(entry.patient)
        if died is not None and entry is not died and entry.day >= died.day + 1:
            _tell(findings, entry, Action.REFUSED, f"at most day {printed(died.day)}", "after the patient's death")
            continue
        kept.append(entry)
        latest[entry.patient] = max(latest[entry.patient], entry.day)
    for patient, entry in contact.items():
        if latest[patient] > entry.day:
            reason = f"rows after it: followed until day {printed(latest[patient])}"
            _tell(findings, entry, Action.REPAIRED, "the last day of all rows", reason)
    return kept


def _note_units(entries: list[Entry], findings: Findings) -> None:
    """Rows in another unit than most of their laboratory are told to have been converted."""
    units: dict[Lab, Counter[str]] = defaultdict(Counter)
    for entry in entries:
        if isinstance(entry.item, Lab):
            units[entry.item][entry.unit] += 1
    for entry in entries:
        if isinstance(entry.item, Lab) and len(units[entry.item]) > 1:
            usual = units[entry.item].most_common(1)[0][0]
            if entry.unit != usual:
                found = f"{entry.item.name} in {entry.unit}"
                reason = f"units mixed: converted to {entry.item.unit}"
                findings.add(entry.line, Action.REPAIRED, found, usual, reason, "", entry.patient)
