"""What a cell says: a number with its sign and unit, a date, nothing."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

EMPTY = {"", "na", "n/a", "nan", "nd", "-", ".", "none", "null", "not done", "missing", "?"}
NAMELESS = {"", "na", "n/a", "nan", "-", ".", "missing", "?"}  # where a word was needed: a group may be "none"
_NUMBER = re.compile(
    r"(?P<sign><=|>=|<|>|≤|≥)?\s*"
    r"(?P<number>[-+]?(?:\d{1,3}(?:[ '’]\d{3})+|\d*)(?:[.,]\d+)*(?:[eE][-+]?\d+)?)\s*"
    r"(?P<rest>.*)"
)
_FLAGS = {"h", "l", "hh", "ll", "h*", "l*", "*", "!", "(h)", "(l)", "high", "low", "+"}


class Bound(Enum):
    """What a measured number says of the truth."""

    EXACT = "is"
    BELOW = "lies below"
    ABOVE = "lies above"


@dataclass(frozen=True)
class Number:
    """``unit``: a unit that stood in the cell. ``repaired``: how it was read, where that is not as it stands."""

    value: float
    bound: Bound
    unit: str
    repaired: str


def read_number(text: str, decimal_comma: bool) -> Number | None:
    """The number in a cell, or None. ``decimal_comma``: a lone comma is one, else it parts thousands."""
    match = _NUMBER.fullmatch(text)
    if match is None or not any(c.isdigit() for c in match["number"]):
        return None
    digits, notes = match["number"], []
    bare = digits.replace(" ", "").replace("'", "").replace("’", "")
    if bare != digits:
        notes.append("spaces part thousands")
    plain_number = _without_commas(bare, decimal_comma, notes)
    if plain_number is None:
        return None
    rest = match["rest"].strip()
    if rest.lower() in _FLAGS:
        notes.append(f"flag {rest!r} left aside")
        rest = ""
    try:
        value = float(plain_number)
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    bound = {"<": Bound.BELOW, "≤": Bound.BELOW, "<=": Bound.BELOW}.get(match["sign"] or "", Bound.EXACT)
    if match["sign"] in (">", ">=", "≥"):
        bound = Bound.ABOVE
    return Number(value, bound, rest, "; ".join(notes))


def _without_commas(text: str, decimal_comma: bool, notes: list[str]) -> str | None:
    commas, points = text.count(","), text.count(".")
    if commas and points:
        decimal = "," if text.rfind(",") > text.rfind(".") else "."
        other = "." if decimal == "," else ","
        if text.count(decimal) > 1:
            return None
        notes.append(f"{other!r} parts thousands")
        return text.replace(other, "").replace(",", ".")
    if commas == 1 and (decimal_comma or not re.fullmatch(r"[-+]?\d{1,3},\d{3}", text)):
        notes.append("decimal comma")
        return text.replace(",", ".")
    if commas:
        if not re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+", text):
            return None
        notes.append("commas part thousands")
        return text.replace(",", "")
    if points > 1:
        if not re.fullmatch(r"[-+]?\d{1,3}(\.\d{3})+", text):
            return None
        notes.append("points part thousands")
        return text.replace(".", "")
    return text


class DateOrder(Enum):
    """How 03/04/2024 is to be read."""

    DAY_FIRST = "day/month/year"
    MONTH_FIRST = "month/day/year"
    UNKNOWN = "either"


_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:[ T].*)?")
_POINTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T].*)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:[ T].*)?")
_WORDED = ("%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d%b%Y")


def looks_like_date(text: str) -> bool:
    return read_date(text, DateOrder.DAY_FIRST) is not None or read_date(text, DateOrder.MONTH_FIRST) is not None


def date_order(texts: list[str]) -> DateOrder:
    """From a whole column: a number above 12 tells which is the day."""
    pairs = [match.groups()[:2] for text in texts if (match := _SLASHED.fullmatch(text))]
    day_first = any(int(first) > 12 for first, _ in pairs)
    month_first = any(int(second) > 12 for _, second in pairs)
    if day_first == month_first:
        return DateOrder.UNKNOWN
    return DateOrder.DAY_FIRST if day_first else DateOrder.MONTH_FIRST


def read_date(text: str, order: DateOrder) -> datetime | None:
    """A date, or None; 03/04/2024 only where ``order`` tells its month. Two-digit years are not read."""
    for read in (datetime.fromisoformat, lambda t: datetime.combine(date.fromisoformat(t), datetime.min.time())):
        if "-" in text:
            try:
                return read(text.upper()).replace(tzinfo=None)
            except ValueError:
                continue
    for pattern in _WORDED:
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            continue
    try:
        if match := _POINTED.fullmatch(text):
            return datetime(int(match[3]), int(match[2]), int(match[1]))
        if match := _YEAR_FIRST.fullmatch(text):
            return datetime(int(match[1]), int(match[2]), int(match[3]))
        if (match := _SLASHED.fullmatch(text)) and order is not DateOrder.UNKNOWN:
            first, second = int(match[1]), int(match[2])
            day, month = (first, second) if order is DateOrder.DAY_FIRST else (second, first)
            return datetime(int(match[3]), month, day)
    except ValueError:
        return None
    return None


def days_between(when: datetime, zero: datetime) -> float:
    """Whole calendar days, and the hour as a fraction."""
    return (when.date() - zero.date()).days + (when.hour + when.minute / 60) / 24
