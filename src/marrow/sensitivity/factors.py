"""What is varied: keys of the plan, names in braces, and numbers of the model within their plausible ranges."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from marrow.clinic.plan import Plan
from marrow.clinic.quantities import quoted
from marrow.errors import PlanError, Problem, nearest
from marrow.parameter_file import declared_numbers

_NEEDED = (
    "NAME=LOW:HIGH with a unit if it has one, such as 'graft.cd34=2e6:8e6 /kg', NAME=A,B,C, or a number of the model "
    "alone, such as platelets.lifespan, for its plausible range"
)
_SPAN = re.compile(r"([-+.\deE]+)\s*:\s*([-+.\deE]+)\s*(.*)")


class Place(Enum):
    """Where a factor stands."""

    KEY = "a key of the plan"
    BRACES = "a name in braces"
    MODEL = "a number of the model"


@dataclass(frozen=True)
class Factor:
    """Spread evenly from ``low`` to ``high``, on a log scale where ``is_log``; or over ``words``."""

    name: str
    place: Place
    low: float = 0.0
    high: float = 1.0
    unit: str = ""
    is_log: bool = False
    words: tuple[str, ...] = ()

    def at(self, share: float) -> str:
        """The text at a share (0 to 1) of its distribution."""
        if self.words:
            return self.words[min(int(share * len(self.words)), len(self.words) - 1)]
        return f"{self.number_at(share):.6g} {self.unit}".strip()

    def number_at(self, share: float) -> float:
        if self.is_log:
            return float(np.exp(np.log(self.low) + share * (np.log(self.high) - np.log(self.low))))
        return self.low + share * (self.high - self.low)

    @property
    def range(self) -> str:
        if self.words:
            return ", ".join(self.words)
        scale = ", evenly on a log scale" if self.is_log else ""
        return f"{self.low:g} to {self.high:g} {self.unit}".strip() + scale


def read_factors(texts: Sequence[str], plan: Plan, settings: Sequence[str]) -> tuple[Factor, ...]:
    """Raises ``PlanError``."""
    if not texts:
        raise PlanError("--over", [Problem("nothing", f"at least one of {_NEEDED}")])
    found = tuple(_factor(text, plan, settings) for text in texts)
    names = [each.name for each in found]
    if len(set(names)) < len(names):
        raise PlanError("--over", [Problem(", ".join(names), "each name once")])
    return found


def _factor(text: str, plan: Plan, settings: Sequence[str]) -> Factor:
    name, equals, values = (part.strip() for part in text.partition("="))
    place = _place(name, plan, settings)
    if not equals and place is Place.MODEL:
        low, high = declared_numbers()[name].plausible
        return Factor(name, place, low, high, is_log=low > 0)
    span = _SPAN.fullmatch(values)
    if span is None:
        words = tuple(part.strip() for part in values.split(",") if part.strip())
        if len(words) < 2 or place is Place.MODEL:
            raise PlanError("--over", [Problem(quoted(text), _NEEDED, key=name)])
        return Factor(name, place, words=words)
    try:
        low, high = float(span[1]), float(span[2])
    except ValueError:
        raise PlanError("--over", [Problem(quoted(text), _NEEDED, key=name)]) from None
    if not low < high:
        raise PlanError("--over", [Problem(quoted(text), "LOW below HIGH", key=name)])
    return Factor(name, place, low, high, span[3].strip(), is_log=place is Place.MODEL and low > 0)


def _place(name: str, plan: Plan, settings: Sequence[str]) -> Place:
    if any("{" + name + "}" in setting for setting in settings):
        return Place.BRACES
    if name.split(".")[0] in {key.replace("_", "-") for key in plan.to_data()}:
        return Place.KEY
    numbers = declared_numbers()
    if name in numbers:
        return Place.MODEL
    needed = "a key of the plan, a name in braces of a --set, or a number of the model (marrow cite PLAN lists them)"
    near = nearest(name, [*numbers, *(f"graft.{key}" for key in ("cd34", "cd3"))])
    raise PlanError("--over", [Problem(quoted(name), needed, near)])


def applied(
    plan: Plan, settings: Sequence[str], factors: Sequence[Factor], shares: Sequence[float]
) -> tuple[Plan, Mapping[str, float]]:
    """The plan, and numbers of the model, at these shares of the factors' distributions. Raises ``PlanError``."""
    filled, numbers = list(settings), {}
    for factor, share in zip(factors, shares, strict=True):
        if factor.place is Place.MODEL:
            numbers[factor.name] = factor.number_at(share)
        elif factor.place is Place.BRACES:
            filled = [setting.replace("{" + factor.name + "}", factor.at(share)) for setting in filled]
        else:
            filled.append(f"{factor.name}={factor.at(share)}")
    return plan.with_settings(filled), numbers
