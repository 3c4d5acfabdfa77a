"""What Pydantic found wrong, in the words of this program: line, key, found, needed, nearest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from marrow.clinic.document import Document
from marrow.clinic.quantities import quoted
from marrow.errors import Problem, nearest

_EXAMPLES = {
    "year": "year: 2024",
    "patient": "patient: {age: 52 y, sex: female, weight: 68 kg, height: 165 cm}",
    "donor": "donor: {relation: unrelated, hla: 10/10}",
    "graft": "graft: {source: peripheral blood, cd34: 5.6e6 /kg}",
    "conditioning": "conditioning: FB4",
    "patient.age": "age: 52 y",
    "patient.sex": "sex: female",
    "patient.weight": "weight: 68 kg",
    "patient.height": "height: 165 cm",
    "donor.relation": "relation: unrelated",
    "graft.source": "source: peripheral blood",
    "graft.cd34": "cd34: 5.6e6 /kg",
    "labs": "labs: {schedule: daily to day 30, then weekly}",
    "labs.schedule": "schedule: daily to day 30, then weekly",
}


def problems_of(error: ValidationError, document: Document, model: type[BaseModel]) -> list[Problem]:
    """Every error of a validation, as problems of the file."""
    problems: list[Problem] = []
    for found in error.errors(include_url=False):
        place = tuple(found["loc"])
        if found["type"] == "marrow":
            for inner, problem in found.get("ctx", {})["placed"]:
                problems.append(replace(problem, line=document.line((*place, *inner)), key=_key((*place, *inner))))
            continue
        problems.append(_structural(found["type"], place, found["input"], document, model))
    return problems


def _structural(kind: str, place: tuple[Any, ...], given: Any, document: Document, model: type[BaseModel]) -> Problem:
    line, key = document.line(place), _key(place)
    if kind == "missing":
        example = _EXAMPLES.get(key, f"{place[-1]}: ...")
        return Problem(f"no {place[-1]!r}", f"the key, such as '{example}'", line=line, key=key)
    if kind == "extra_forbidden":
        valid = _keys(model, place[:-1])
        return Problem(
            f"the unknown key {quoted(place[-1])}",
            f"one of {', '.join(valid)}",
            nearest(str(place[-1]), valid),
            line,
            key,
        )
    shown = "nothing" if given in ("", None) else quoted(given) if isinstance(given, str) else "a list"
    example = _EXAMPLES.get(key, "keys with values")
    return Problem(shown, f"keys with values, such as '{example}'", line=line, key=key)


def _keys(model: type[BaseModel], place: tuple[Any, ...]) -> list[str]:
    """The valid keys of the part of a plan at ``place``."""
    for step in place:
        if isinstance(step, int):  # of a list, whose items the model already is
            continue
        field = next((f for f in model.model_fields.values() if f.alias == step), None)
        inner = _model_in(field.annotation if field is not None else None)
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return [str(field.alias) for field in model.model_fields.values()]


def _model_in(annotation: Any) -> Any:
    """The model of a field, also where it is one of a list or may be left out."""
    parts = (annotation, *get_args(annotation))
    return next((part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)), None)


def _key(place: tuple[Any, ...]) -> str:
    """'graft.cd34'; sentences are counted from 1: 'care.2'."""
    return ".".join(str(step + 1) if isinstance(step, int) else str(step) for step in place)
