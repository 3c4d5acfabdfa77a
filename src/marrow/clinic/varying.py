"""One plan, several values of something in it: ``--over AUC=50:130:10`` and ``--over graft.cd34=1e6,2e6,4e6 /kg``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from marrow.clinic.plan import Plan
from marrow.clinic.quantities import quoted
from marrow.errors import PlanError, Problem

MOST_VALUES = 60
_NEEDED = "NAME=FIRST:LAST:STEP or NAME=A,B,C, such as AUC=50:130:10 or graft.cd34=1e6,2e6,4e6 /kg"


@dataclass(frozen=True)
class Variation:
    """``name``: a key of the plan, or a name that stands in braces in a setting. ``values``: texts, unit included."""

    name: str
    values: tuple[str, ...]
    unit: str = ""

    @property
    def numbers(self) -> tuple[float, ...] | None:
        """The values as numbers, for an axis; None where they are words."""
        try:
            return tuple(float(text.removesuffix(self.unit)) for text in self.values)
        except ValueError:
            return None


@dataclass(frozen=True)
class Varied:
    """A plan with one of the values."""

    value: str
    plan: Plan


def read_variation(text: str) -> Variation:
    """Reads NAME=VALUES. Raises ``PlanError``."""
    name, equals, values = text.partition("=")
    name, values = name.strip(), values.strip()
    if not equals or not name or not values:
        raise PlanError("--over", [Problem(quoted(text), _NEEDED)])
    span = re.fullmatch(r"([-+.\deE]+)\s*:\s*([-+.\deE]+)\s*:\s*([-+.\deE]+)\s*(.*)", values)
    if span is not None:
        found, unit = _span(text, *span.group(1, 2, 3)), span[4].strip()
    else:
        found = [part.strip() for part in values.split(",")]
        last = re.fullmatch(r"([-+.\deE]+)\s*(\D.*)", found[-1])
        unit = last[2].strip() if last else ""
        found = [re.sub(rf"\s*{re.escape(unit)}$", "", part) if unit else part for part in found]
    if len(found) < 2 or len(set(found)) < len(found) or not all(found):
        raise PlanError("--over", [Problem(quoted(text), f"at least two values, each once: {_NEEDED}", key=name)])
    if len(found) > MOST_VALUES:
        raise PlanError("--over", [Problem(f"{len(found)} values", f"at most {MOST_VALUES}", key=name)])
    return Variation(name, tuple(f"{part} {unit}".strip() for part in found), unit)


def _span(text: str, first: str, last: str, step: str) -> list[str]:
    try:
        low, high, width = float(first), float(last), float(step)
    except ValueError:
        raise PlanError("--over", [Problem(quoted(text), _NEEDED)]) from None
    if not (width > 0 and low < high):
        raise PlanError("--over", [Problem(quoted(text), "FIRST below LAST and a positive STEP")])
    count = int((high - low) / width * (1 + 1e-12) + 1e-9) + 1
    if count > MOST_VALUES:
        raise PlanError("--over", [Problem(f"{count} values", f"at most {MOST_VALUES}; a larger STEP")])
    return [f"{low + k * width:.10g}" for k in range(count)]


def read_window(text: str) -> tuple[float, float]:
    """Reads LOW:HIGH. Raises ``PlanError``."""
    found = re.fullmatch(r"\s*([-+.\deE]+)\s*:\s*([-+.\deE]+)\s*", text)
    try:
        low, high = (float(found[1]), float(found[2])) if found else (1.0, 0.0)
    except ValueError:
        low, high = 1.0, 0.0
    if not low < high:
        raise PlanError("--window", [Problem(quoted(text), "LOW:HIGH, such as 78:101")])
    return low, high


def varied(plan: Plan, settings: Sequence[str], variation: Variation) -> tuple[Varied, ...]:
    """The plan with each value, in its place in a setting ('{AUC}') or under its own key. Raises ``PlanError``."""
    place = "{" + variation.name + "}"
    used = any(place in setting for setting in settings)
    unknown = {each for setting in settings for each in re.findall(r"\{(\w[\w.-]*)\}", setting)} - {variation.name}
    if unknown:
        found = ", ".join(sorted(unknown))
        raise PlanError("--set", [Problem(f"{{{found}}}", f"a name that --over gives values: {place}")])
    if not used and variation.name.split(".")[0] not in {key.replace("_", "-") for key in plan.to_data()}:
        needed = f"a key of the plan, or {place} in a --set, such as --set 'conditioning.2=... AUC {place} mg*h/L'"
        raise PlanError("--over", [Problem(quoted(variation.name), needed)])
    plans = []
    for value in variation.values:
        filled = [setting.replace(place, value) for setting in settings]
        plans.append(Varied(value, plan.with_settings(filled if used else [*filled, f"{variation.name}={value}"])))
    return tuple(plans)
