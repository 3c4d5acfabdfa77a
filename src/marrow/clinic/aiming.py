"""The parts of a sentence that name an exposure in place of a dose: 'target cumulative AUC 90 mg*h/L', 'adjusted after
the first day'. What papers print in other units is converted; the plan prints mg*h/L."""

from __future__ import annotations

import re

from marrow.clinic import formulary
from marrow.clinic.drafts import Draft, Span, Wanted, once
from marrow.clinic.orders import Aim
from marrow.clinic.quantities import printed, refuse
from marrow.clinic.words import Reader, Shape
from marrow.errors import nearest

_EXAMPLE = "'target cumulative AUC 90 mg*h/L' or 'target AUC 22.5 mg*h/L per dose'"
_LARGEST = 1e6  # mg*h/L
_BY_MASS = {  # mg*h/L in one
    "mg*h/l": 1.0,
    "mg/l*h": 1.0,
    "ug*h/ml": 1.0,
    "ug/ml*h": 1.0,
    "ug*h/l": 1e-3,
    "ng*h/ml": 1e-3,
    "ng/ml*h": 1e-3,
    "mg*min/l": 1 / 60,
    "mg/l*min": 1 / 60,
    "ug*min/ml": 1 / 60,
    "ug/ml*min": 1 / 60,
}
_BY_AMOUNT = {  # umol*h/L in one
    "um*min": 1 / 60,
    "umol*min/l": 1 / 60,
    "umol/l*min": 1 / 60,
    "um*h": 1.0,
    "umol*h/l": 1.0,
    "umol/l*h": 1.0,
}
_MOLAR_MASS = {"busulfan": 246.3}  # g/mol: C6H14O6S2; 1000 umol*min/L are 4.105 mg*h/L
_LEVELS = {"ng/ml": 1e-3, "ug/l": 1e-3, "ug/ml": 1.0, "mg/l": 1.0}  # mg/L in one


def target(reader: Reader, draft: Draft) -> None:
    """'target cumulative AUC 90 mg*h/L', 'target AUC 1200 umol*min/L per dose', 'target Css 900 ng/mL'."""
    reader.take()
    once(draft.wanted, "target", reader)
    if reader.take_word("css") is not None:
        draft.wanted = Wanted(_size(_number(reader) * _level(reader)), Span.LEVEL)
        return
    whole = reader.take_word("cumulative", "total") is not None
    if reader.take_word("auc", "exposure") is None:
        near = nearest(reader.here.text, ("AUC", "cumulative", "Css"), 0.7)
        raise refuse(f"'target' followed by {reader.here}", _EXAMPLE, near)
    value = _size(_number(reader) * _factor(reader, draft.subject))
    draft.wanted = Wanted(value, _span(reader, whole))


def _number(reader: Reader) -> float:
    reader.take_word("of")
    if reader.here.shape is Shape.RANGE:
        low, high = (float(part) for part in reader.here.text.split("-"))
        raise refuse(str(reader.here), f"one number to aim at: {_EXAMPLE}", printed((low + high) / 2))
    return reader.number(_EXAMPLE)


def _size(value: float) -> float:
    if not 0 < value <= _LARGEST:
        raise refuse(f"a target of {printed(value)}", f"an exposure above 0 and up to {_LARGEST:g} mg*h/L")
    return float(f"{value:.6g}")


def _factor(reader: Reader, drug: str) -> float:
    """mg*h/L in one of the unit that follows: 'mg*h/L', 'uM-min', 'umol min/L'. Raises ``PlanError``."""
    medicine = formulary.listed(drug)
    mass = _MOLAR_MASS.get(drug if medicine is None else medicine.name)
    known = _BY_MASS if mass is None else _BY_MASS | {unit: mass * 1e-3 * hours for unit, hours in _BY_AMOUNT.items()}
    first, both = _unit(reader.here.text), _unit(f"{reader.here.text}*{reader.ahead().text}")
    for unit, words in ((both, 2), (first, 1)):
        if reader.here.shape is Shape.WORD and unit in known:
            for _ in range(words):
                reader.take()
            return known[unit]
    molar = mass is None and first.startswith("um")
    hint = f"; how heavy a mole of {drug} is, is not known here" if molar else ""
    near = "" if molar else nearest(reader.here.text, ("mg*h/L", "ug*h/mL", "ng*h/mL", "umol*min/L"))
    raise refuse(f"{reader.before.text} followed by {reader.here}", f"the unit mg*h/L{hint}", near)


def _unit(text: str) -> str:
    """One spelling: 'uMxmin', 'uM-min' and 'uM*min' are 'um*min', hours 'h'."""
    joined = re.sub(r"(?<=[ml])[x-](?=min|h)", "*", text.lower().replace("micromol", "umol"))
    return re.sub(r"\b(?:hrs?|hours?)\b", "h", joined)


def _level(reader: Reader) -> float:
    if reader.here.lower not in _LEVELS:
        raise refuse(f"{reader.before.text} followed by {reader.here}", "'target Css 900 ng/mL'", "ng/mL")
    return _LEVELS[reader.take().lower]


def _span(reader: Reader, whole: bool) -> Span:
    """Over what an area is counted: 'cumulative' before or after it, 'per dose', 'per day'."""
    late = reader.take_word("cumulative", "total") is not None
    of_each: Span | None = None
    if reader.take_word("per", "each", "a") is not None:
        of_each = {"dose": Span.DOSE, "day": Span.DAY}.get(reader.here.lower)
        if of_each is None:
            raise refuse(f"'per' {reader.here}", _EXAMPLE)
        reader.take()
    if (whole or late) == (of_each is not None):
        each = f"a cumulative AUC per {reader.before.text}"
        raise refuse(each if of_each else "an AUC that is neither cumulative nor per dose", _EXAMPLE)
    return of_each or Span.COURSE


def aim_of(wanted: Wanted, every_hours: int, adjusted: bool) -> Aim:
    """The exposure of a course whose doses are ``every_hours`` apart; a level at steady state is the mean over that."""
    part = {Span.DAY: every_hours / 24, Span.LEVEL: float(every_hours)}.get(wanted.span, 1.0)
    return Aim(float(f"{wanted.value * part:.6g}"), wanted.span is not Span.COURSE, adjusted)


def adjusted(reader: Reader, draft: Draft) -> None:
    """'adjusted after the first day'; also 'after day 1', as a ward counts the days of a drug, and 'the first dose'."""
    reader.take()
    once(draft.adjusted, "'adjusted'", reader)
    needed = "'adjusted after the first day'"
    if reader.take_word("after", "from") is None:
        raise refuse(f"'adjusted' {reader.here}", needed)
    reader.take_word("the")
    if reader.take_word("first") is not None:
        if reader.take_word("dose", "day") is None:
            raise refuse(f"'first' {reader.here}", needed)
    elif reader.take_word("day", "dose") is not None:
        reader.whole(f"{needed}, or 'adjusted after day 1' of the drug", 1, 1)
    else:
        raise refuse(f"'adjusted after' {reader.here}", needed)
    draft.adjusted = True
