"""Numbers with units as a clinician writes them: '52 y', '5.6e6 /kg', '40 mg/m2', '1.25 ug/kg/h'.

The tables are closed: a unit that is not in them is refused with the nearest that is. Nothing here evaluates text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from marrow.errors import PlanError, Problem, nearest

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SIGNS = str.maketrans({"−": "-", "–": "-", "µ": "u", "μ": "u", "²": "2", "×": "x", "·": "*", "≤": "<", "≥": ">"})

YEARS: Mapping[str, float] = {
    "y": 1.0,
    "year": 1.0,
    "years": 1.0,
    "yr": 1.0,
    "months": 1 / 12,
    "month": 1 / 12,
    "weeks": 7 / 365.25,
    "week": 7 / 365.25,
    "days": 1 / 365.25,
    "day": 1 / 365.25,
}
DAYS: Mapping[str, float] = {
    "d": 1.0,
    "day": 1.0,
    "days": 1.0,
    "week": 7.0,
    "weeks": 7.0,
    "month": 365 / 12,
    "months": 365 / 12,
    "y": 365.0,
    "year": 365.0,
    "years": 365.0,
}
HOURS: Mapping[str, float] = {
    "h": 1.0,
    "hour": 1.0,
    "hours": 1.0,
    "min": 1 / 60,
    "minute": 1 / 60,
    "minutes": 1 / 60,
    "d": 24.0,
    "day": 24.0,
    "days": 24.0,
}
KILOGRAMS: Mapping[str, float] = {"kg": 1.0, "g": 1e-3}
CENTIMETERS: Mapping[str, float] = {"cm": 1.0, "m": 100.0}
CREATININE: Mapping[str, float] = {"mg/dL": 1.0, "umol/L": 1 / 88.4}
FILTRATION: Mapping[str, float] = {"mL/min": 1.0, "mL/min/1.73m2": 1.0, "mL/min/1.73 m2": 1.0}


def refuse(found: str, needed: str, near: str = "") -> PlanError:
    """The error for one piece of text; who reads the file adds line and key."""
    return PlanError("text", [Problem(found, needed, near)])


def quoted(text: object) -> str:
    """Text as it is shown in a message: short, in quotes, without control characters."""
    shown = "".join(c if c.isprintable() else "?" for c in str(text))
    return f"'{shown[:60]}...'" if len(shown) > 63 else f"'{shown}'"


def plain(text: str) -> str:
    """Typographic signs as plain ones (minus, micro, superscript two, times), spaces single."""
    return " ".join(text.translate(_SIGNS).split())


def printed(value: float) -> str:
    """The shortest text that reads back as the same number: 40, 0.8, 5.6e6, 2.2e11."""
    if value == int(value) and abs(value) < 1e5:
        return str(int(value))
    text = repr(float(value))
    if "e" not in text and (abs(value) >= 1e5):
        mantissa, exponent = f"{value:.16e}".split("e")
        short = f"{float(mantissa)!r}e{int(exponent)}"
        text = short if float(short) == value else text
    mantissa, _, exponent = text.partition("e")
    mantissa = mantissa.removesuffix(".0")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def number(text: str, needed: str) -> float:
    """A finite number. Raises ``PlanError``."""
    if not _NUMBER.fullmatch(text):
        raise refuse(quoted(text), needed)
    value = float(text)
    if not math.isfinite(value):
        raise refuse(f"{quoted(text)}, which is not finite", needed)
    return value


def split(text: str, needed: str) -> tuple[float, str]:
    """'5.6e6 /kg' as (5.6e6, '/kg'); the unit may be ''. Raises ``PlanError``."""
    text = plain(text)
    match = _NUMBER.match(text)
    if match is None:
        raise refuse(quoted(text) if text else "nothing", needed)
    value = number(match.group(), needed)
    return value, text[match.end() :].strip()


@dataclass(frozen=True)
class Measure:
    """How a number with unit is read in one place of a plan.

    ``units``: factor of each accepted unit to the one inside; the first is the one that is printed.
    ``bare``: a number without unit is taken in the first unit. ``low``, ``high``: what is possible, in the first unit.
    """

    what: str
    units: Mapping[str, float]
    low: float
    high: float
    example: str
    bare: bool = True

    @property
    def needed(self) -> str:
        unit = next(iter(self.units))
        unit = f" {unit}" if unit else ""
        return f"{self.what} between {printed(self.low)} and {printed(self.high)}{unit}, such as '{self.example}'"

    def read(self, given: object) -> float:
        """The value in the first unit. ``given``: text, or a number in the first unit. Raises ``PlanError``."""
        if isinstance(given, bool) or not isinstance(given, (str, int, float)):
            raise refuse(_shape(given), self.needed)
        if isinstance(given, str):
            value, unit = split(given, self.needed)
            value *= self._factor(unit, given)
        else:
            value = float(given)
        if not (math.isfinite(value) and self.low <= value <= self.high):
            raise refuse(quoted(given), self.needed)
        return value

    def _factor(self, unit: str, given: str) -> float:
        if unit == "" and self.bare:
            return 1.0
        by_lower = {name.lower(): factor for name, factor in self.units.items()}
        if unit.lower() in by_lower:
            return by_lower[unit.lower()]
        found = f"the unit {quoted(unit)} in {quoted(given)}" if unit else f"{quoted(given)} without a unit"
        raise refuse(found, self.needed, nearest(unit, self.units) if unit else "")


def _shape(given: object) -> str:
    if given is None:
        return "nothing"
    if isinstance(given, Mapping):
        return "a table of keys"
    return "a list" if isinstance(given, (list, tuple)) else quoted(given)


class Kind(Enum):
    """What a dose is counted in."""

    MASS = "mg"
    ACTIVITY = "IU"
    RADIATION = "Gy"
    VOLUME = "mL"
    CELLS = "cells"
    UNITS = "units"


_DOSE_UNITS: Mapping[str, tuple[str, Kind, float]] = {  # as written: (as printed, kind, factor to the kind's unit)
    "mg": ("mg", Kind.MASS, 1.0),
    "g": ("g", Kind.MASS, 1e3),
    "ug": ("ug", Kind.MASS, 1e-3),
    "mcg": ("ug", Kind.MASS, 1e-3),
    "ng": ("ng", Kind.MASS, 1e-6),
    "iu": ("IU", Kind.ACTIVITY, 1.0),
    "gy": ("Gy", Kind.RADIATION, 1.0),
    "cgy": ("cGy", Kind.RADIATION, 1e-2),
    "ml": ("mL", Kind.VOLUME, 1.0),
    "cells": ("cells", Kind.CELLS, 1.0),
    "cd34+": ("cells", Kind.CELLS, 1.0),
    "cd3+": ("cells", Kind.CELLS, 1.0),
    "unit": ("units", Kind.UNITS, 1.0),
    "units": ("units", Kind.UNITS, 1.0),
}


class Per(Enum):
    """What a dose is multiplied by."""

    PATIENT = ""
    KILOGRAM = "kg"
    SQUARE_METER = "m2"


@dataclass(frozen=True)
class Dose:
    """A dose as ordered: 40 mg/m2; 1.25 ug/kg/h (``hourly``: an infusion rate)."""

    amount: float
    unit: str
    per: Per = Per.PATIENT
    hourly: bool = False

    @property
    def kind(self) -> Kind:
        return _DOSE_UNITS[self.unit.lower()][1]

    @property
    def in_kind(self) -> float:
        """The amount in its kind's unit (mg, IU, Gy, mL, cells, units), still per kg or m2, per hour if ``hourly``."""
        return self.amount * _DOSE_UNITS[self.unit.lower()][2]

    def __str__(self) -> str:
        per = f"/{self.per.value}" if self.per.value else ""
        unit = per if self.kind is Kind.CELLS else f" {self.unit}{per}"
        return f"{printed(self.amount)}{unit}{'/h' if self.hourly else ''}"


_DIVISORS = {
    "kg": "kg",
    "m2": "m2",
    "m^2": "m2",
    "sqm": "m2",
    "h": "h",
    "hour": "h",
    "hr": "h",
    "day": "day",
    "d": "day",
    "dose": "dose",
}
DOSE_UNITS_SHOWN = (
    "mg/kg",
    "mg/m2",
    "mg",
    "ug/kg",
    "ug",
    "g/m2",
    "g",
    "IU/kg",
    "Gy",
    "mL/kg",
    "units",
    "ug/kg/h",
    "cells",
)


def is_dose_unit(text: str) -> bool:
    """Whether the word after a number is meant as a unit (known or not): it holds '/', or is a known unit."""
    return "/" in text or "^" in text or text.lower() in _DOSE_UNITS


def read_dose(amount: float, unit: str) -> Dose:
    """A dose from its number and unit text; '' counts cells. Raises ``PlanError``."""
    above, *below = unit.split("/")
    known = _DOSE_UNITS.get(above.lower() or "cells")
    divisors = [_DIVISORS.get(part.lower()) for part in below]
    if known is None or None in divisors or len(set(divisors)) != len(divisors) or {"kg", "m2"} <= set(divisors):
        raise refuse(
            f"the unit {quoted(unit)}",
            "a unit of dose, such as mg/kg, mg/m2, mg, ug/kg, Gy",
            nearest(unit, DOSE_UNITS_SHOWN),
        )
    if not amount > 0:
        raise refuse(f"the dose {printed(amount)} {unit}", "a dose above 0")
    per = Per.KILOGRAM if "kg" in divisors else Per.SQUARE_METER if "m2" in divisors else Per.PATIENT
    return Dose(amount, known[0], per, "h" in divisors)
