"""When blood is drawn for the chart: 'daily to day 30, twice weekly to day 100, weekly to day 365, monthly'.

A sentence is a list of stretches. The first begins with the plan's first day, each other one where the one before ends;
the last may be without an end. ``every 3 days``, ``every 2 weeks`` and ``three times weekly`` are stretches too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Annotated, Any

from marrow.clinic import timing
from marrow.clinic.fields import Part, Reads, choice
from marrow.clinic.quantities import plain, quoted, refuse
from marrow.clinic.words import Reader, Shape
from marrow.errors import nearest

EXAMPLE = "daily to day 30, twice weekly to day 100, weekly to day 365, monthly"
SPECIAL_DAYS = (30, 60, 100, 180)  # and every year: when subsets and chimerism are measured; assumed: usual practice
NEAR = 14  # days that a sample may be off from one of these; assumed

_EACH = {"day": 1, "days": 1, "week": 7, "weeks": 7, "month": 28, "months": 28}
_SINGLE = {"daily": (1,), "weekly": (7,), "monthly": (28,)}
_A_WEEK = {"twice": (3, 4), "three": (2, 2, 3), "thrice": (2, 2, 3)}
_LONGEST_GAP = 365
_MOST_STRETCHES = 10
_WORDS = (*_SINGLE, *_A_WEEK, "every")


class Noise(Enum):
    """What a laboratory adds to the truth: variation, limits and rounding as usual, or nothing."""

    USUAL = "usual"
    NONE = "none"


@dataclass(frozen=True)
class Stretch:
    """``gaps``: days from one sample to the next, over and over; ``last_day``: None where it has no end."""

    words: str
    gaps: tuple[int, ...]
    last_day: int | None

    def __str__(self) -> str:
        return self.words if self.last_day is None else f"{self.words} to day {self.last_day}"


@dataclass(frozen=True)
class Sampling:
    """Days on which blood is drawn: stretches whose ends ascend."""

    stretches: tuple[Stretch, ...]

    def __str__(self) -> str:
        return ", ".join(map(str, self.stretches))

    def days(self, first: float, last: float) -> tuple[int, ...]:
        """The whole days of blood counts from ``first`` to ``last``, ascending."""
        found: list[int] = []
        begin = math.ceil(first)
        for stretch in self.stretches:
            day = max(begin, found[-1] + stretch.gaps[0]) if found else begin
            steps = 1 if found else 0
            end = math.floor(last if stretch.last_day is None else min(last, stretch.last_day))
            while day <= end:
                found.append(day)
                day += stretch.gaps[steps % len(stretch.gaps)]
                steps += 1
            begin = max(begin, end + 1)
        return tuple(found)


def special_days(days: tuple[int, ...]) -> tuple[int, ...]:
    """Those of the sampling ``days`` on which lymphocyte subsets and chimerism are measured too: the nearest to each of
    ``SPECIAL_DAYS`` and to each year, within ``NEAR`` days."""
    if not days:
        return ()
    wanted = (*SPECIAL_DAYS, *range(365, days[-1] + NEAR + 1, 365))
    nearest_one = {min(days, key=lambda day, aim=aim: (abs(day - aim), day)): aim for aim in wanted}
    return tuple(sorted(day for day, aim in nearest_one.items() if abs(day - aim) <= NEAR))


class Labs(Part):
    """Laboratory values as a clinic gets them: when they are taken, and what variation they have."""

    schedule: Annotated[
        Sampling,
        Reads(
            lambda given: read_sampling(given),
            str,
            {"type": "string", "description": "when blood is drawn: a sentence", "examples": [EXAMPLE]},
        ),
    ]
    noise: Annotated[Noise, choice(Noise, "the variation of laboratory values")] = Noise.USUAL


def read_sampling(given: Any) -> Sampling:
    """The schedule that a sentence means. Raises ``PlanError`` (one problem)."""
    if isinstance(given, Sampling):
        return given
    if not isinstance(given, str) or not plain(given):
        found = "nothing" if given in ("", None) else "something that is not a sentence"
        raise refuse(found, f"a sampling schedule, such as '{EXAMPLE}'")
    reader = Reader(plain(given))
    stretches: list[Stretch] = []
    while reader.here.shape is not Shape.END:
        if stretches and reader.here.shape is not Shape.COMMA and reader.here.lower != "then":
            raise refuse(str(reader.here), "'to day' with a day, or a comma before another stretch")
        while stretches and (reader.here.shape is Shape.COMMA or reader.here.lower == "then"):
            reader.take()
        stretches.append(_stretch(reader))
    if len(stretches) > _MOST_STRETCHES:
        raise refuse(f"{len(stretches)} stretches", f"at most {_MOST_STRETCHES}")
    for before, after in pairwise(stretches):
        if before.last_day is None:
            needed = f"its last day before {quoted(after)} can follow"
            raise refuse(f"{quoted(before)} without an end", needed, f"{before} to day 30")
        if after.last_day is not None and after.last_day <= before.last_day:
            raise refuse(quoted(after), f"a day after day {before.last_day}, where the stretch before ends")
    return Sampling(tuple(stretches))


def _stretch(reader: Reader) -> Stretch:
    words, gaps = _frequency(reader)
    if reader.take_word("to", "until", "through") is None:
        return Stretch(words, gaps, None)
    reader.take_word("day", "d")
    return Stretch(words, gaps, timing.day(reader, f"the last day of {quoted(words)}, such as '{words} to day 30'"))


def _frequency(reader: Reader) -> tuple[str, tuple[int, ...]]:
    """How often, in canonical words, and the gaps."""
    word = reader.here
    needed = f"how often, such as 'daily', 'twice weekly', 'every 3 days' (a schedule: '{EXAMPLE}')"
    if word.shape is not Shape.WORD or word.lower not in _WORDS:
        raise refuse(str(word), needed, nearest(word.text, _WORDS) if word.shape is Shape.WORD else "")
    reader.take()
    if word.lower in _SINGLE:
        return word.lower, _SINGLE[word.lower]
    if word.lower in _A_WEEK:
        name = "twice" if word.lower == "twice" else "three times"
        if word.lower == "three" and reader.take_word("times") is None:
            raise refuse(f"'three' followed by {reader.here}", "'three times weekly'")
        once_a = reader.take_word("a", "per", "each") is not None
        if reader.take_word("week" if once_a else "weekly") is None:
            raise refuse(f"{name!r} followed by {reader.here}", f"'{name} weekly'", f"{name} weekly")
        return f"{name} weekly", _A_WEEK[word.lower]
    return _every(reader)


def _every(reader: Reader) -> tuple[str, tuple[int, ...]]:
    count = 1
    needed = "an interval, such as 'every 3 days', 'every 2 weeks'"
    if reader.here.shape is Shape.NUMBER:
        count = reader.whole(needed, 1, _LONGEST_GAP)
    unit = reader.here
    if unit.shape is not Shape.WORD or unit.lower not in _EACH:
        raise refuse(f"'every' followed by {unit}", needed, nearest(unit.text, _EACH) if unit.text else "")
    reader.take()
    gap = count * _EACH[unit.lower]
    if gap > _LONGEST_GAP:
        raise refuse(f"every {count} {unit.text}", f"an interval of at most {_LONGEST_GAP} days")
    named = {1: "daily", 7: "weekly", 28: "monthly"}.get(gap)
    kind = unit.lower.rstrip("s")
    return named or f"every {count} {kind}s", (gap,)
