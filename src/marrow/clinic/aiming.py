"""The parts of a sentence that name an exposure in place of a dose: 'target cumulative AUC 90 mg*h/L', 'adjusted after
the first day'."""

from __future__ import annotations

from marrow.clinic.drafts import Draft, once
from marrow.clinic.orders import Aim
from marrow.clinic.quantities import printed, refuse
from marrow.clinic.words import Reader, Shape
from marrow.errors import nearest

_EXAMPLE = "'target cumulative AUC 90 mg*h/L' or 'target AUC 22.5 mg*h/L per dose'"
_UNITS = {"mg*h/l": 1.0, "ug*h/ml": 1.0, "mg/l*h": 1.0, "ug/ml*h": 1.0, "ug*h/l": 1e-3, "ng*h/ml": 1e-3}  # to mg*h/L
_LARGEST = 1e6  # mg*h/L


def target(reader: Reader, draft: Draft) -> None:
    """'target cumulative AUC 90 mg*h/L', 'target AUC 22.5 mg*h/L per dose'."""
    reader.take()
    once(draft.aim, "target", reader)
    whole = reader.take_word("cumulative", "total") is not None
    if reader.take_word("auc", "exposure") is None:
        raise refuse(f"'target' followed by {reader.here}", _EXAMPLE, nearest(reader.here.text, ("AUC", "cumulative")))
    reader.take_word("of")
    if reader.here.shape is Shape.RANGE:
        raise refuse(str(reader.here), f"one number to aim at: {_EXAMPLE}")
    value = reader.number(_EXAMPLE)
    factor = _UNITS.get(reader.here.lower) if reader.here.shape is Shape.WORD else None
    if factor is None:
        molar = reader.here.lower.startswith(("um", "umol"))
        hint = "; of busulfan 1000 umol/L*min are 4.1 mg*h/L" if molar else ""
        needed = f"the unit mg*h/L{hint}"
        near = "" if molar else nearest(reader.here.text, ("mg*h/L", "ug*h/mL", "ng*h/mL"))
        raise refuse(f"{printed(value)} followed by {reader.here}", needed, near)
    reader.take()
    per_dose = False
    if reader.take_word("per", "each", "a") is not None:
        if reader.take_word("dose") is None:
            raise refuse(f"'per' {reader.here}", _EXAMPLE)
        per_dose = True
    if whole == per_dose:
        found = "a cumulative AUC per dose" if whole else "an AUC that is neither cumulative nor per dose"
        raise refuse(found, _EXAMPLE)
    if not 0 < value * factor <= _LARGEST:
        raise refuse(f"a target of {printed(value)}", f"an exposure above 0 and up to {_LARGEST:g} mg*h/L")
    draft.aim = Aim(value * factor, per_dose)


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
