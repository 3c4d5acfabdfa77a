"""How the values of a plan are read by Pydantic: text with units becomes numbers, and mistakes become ``Problem``s."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from marrow.clinic.quantities import Measure, printed, quoted, refuse
from marrow.errors import PlanError, Problem, nearest

Place = tuple[str | int, ...]


class Part(BaseModel):
    """A part of a plan: frozen, no unknown keys, keys written with hyphens."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, alias_generator=lambda name: name.replace("_", "-")
    )


class Problems(PlanError):
    """Several problems inside one value, each with its place in it (the index of a sentence)."""

    def __init__(self, problems: list[tuple[Place, Problem]]) -> None:
        self.placed = problems
        super().__init__("text", [problem for _, problem in problems])


@dataclass(frozen=True)
class Reads:
    """Annotation of a field: ``read`` makes the value from text, ``write`` the text from the value."""

    read: Callable[[Any], Any]
    write: Callable[[Any], Any] = str
    schema: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def _validate(self, given: Any) -> Any:
        try:
            return self.read(given)
        except Problems as error:
            raise _collected(error.placed) from None
        except PlanError as error:
            raise _collected([((), problem) for problem in error.problems]) from None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        writing = core_schema.plain_serializer_function_ser_schema(self.write)
        return core_schema.no_info_plain_validator_function(self._validate, serialization=writing)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(self.schema)


def _collected(placed: list[tuple[Place, Problem]]) -> PydanticCustomError:
    message = "; ".join(str(problem) for _, problem in placed).replace("{", "(").replace("}", ")")
    return PydanticCustomError("marrow", message, {"placed": placed})  # type: ignore[arg-type]


def measured(measure: Measure) -> Reads:
    """A number with a unit."""
    units = ", ".join(unit for unit in measure.units if unit)
    schema = {
        "anyOf": [{"type": "string"}, {"type": "number"}],
        "description": f"{measure.needed} (units: {units})",
        "examples": [measure.example],
    }
    unit = next(iter(measure.units))
    return Reads(measure.read, lambda value: f"{printed(value)} {unit}", schema)


def whole(what: str, low: int, high: int) -> Reads:
    """A whole number without unit."""
    measure = Measure(what, {"": 1.0}, low, high, str(low))

    def read(given: Any) -> int:
        value = measure.read(given)
        if value != int(value):
            raise refuse(quoted(given), f"{what}, a whole number between {low} and {high}")
        return int(value)

    schema = {"anyOf": [{"type": "integer", "minimum": low, "maximum": high}, {"type": "string"}], "description": what}
    return Reads(read, int, schema)


def choice(kind: type[Enum], what: str, aliases: Mapping[str, Enum] | None = None) -> Reads:
    """One word out of an enumeration, with other accepted words."""
    members = {str(member.value).lower(): member for member in kind}
    accepted = members | {word.lower(): member for word, member in (aliases or {}).items()}
    shown = [str(member.value) for member in kind]

    def read(given: Any) -> Enum:
        if isinstance(given, kind):
            return given
        text = " ".join(given.lower().replace("_", " ").split()) if isinstance(given, str) else ""
        if text not in accepted:
            found = quoted(given) if text else "nothing" if given in ("", None) else "something that is not a word"
            raise refuse(found, f"{what}: {', '.join(shown)}", nearest(text, accepted))
        return accepted[text]

    return Reads(read, lambda member: str(member.value), {"type": "string", "enum": shown, "description": what})


def words(what: str, most: int = 200) -> Reads:
    """Free text."""

    def read(given: Any) -> str:
        if not isinstance(given, str) or not given.strip() or len(given) > most or not given.isprintable():
            found = quoted(given) if isinstance(given, str) and given.strip() else "nothing that is text"
            raise refuse(found, f"{what}, one line of at most {most} characters")
        return " ".join(given.split())

    return Reads(read, str, {"type": "string", "description": what})
