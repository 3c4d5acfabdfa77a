"""What one sentence has said so far, before it is checked for sense."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from marrow.clinic.orders import Condition, Way, Weighing
from marrow.clinic.quantities import Dose, refuse
from marrow.clinic.words import Reader


class Span(Enum):
    """Over what an exposure is counted."""

    COURSE = "the whole course"
    DOSE = "each dose"
    DAY = "each day"
    LEVEL = "each hour"  # a concentration at steady state


@dataclass(frozen=True)
class Wanted:
    """An exposure in place of a dose: ``value`` mg·h/L over a ``span``."""

    value: float
    span: Span


@dataclass
class Segment:
    """What was said of one dose of a drug, before it is checked. ``total``: the dose is that of all days together."""

    dose: Dose | None = None
    weighing: Weighing | None = None
    way: Way | None = None
    over_hours: float | None = None
    continuous: bool | None = None
    every_hours: int | None = None
    fractions: int | None = None
    clock: float | None = None
    days: tuple[int, ...] | None = None
    repeats: int | None = None
    day_divisor: bool = False
    total: bool = False


@dataclass
class Draft:
    """What was said in one sentence."""

    subject: str
    product: bool
    segments: list[Segment] = field(default_factory=lambda: [Segment()])
    maximum: Dose | None = None
    trough: tuple[float, float] | None = None
    trough_unit: str = ""
    taper_to: int | None = None
    wanted: Wanted | None = None
    adjusted: bool = False
    first_day: int | None = None
    last_day: int | None = None
    when: Condition | None = None
    until: Condition | None = None

    @property
    def now(self) -> Segment:
        return self.segments[-1]


def once(said: object, what: str, reader: Reader) -> None:
    if said is not None and said is not False:
        raise refuse(
            f"a second {what} before {reader.here}", f"one {what}; a new dose of the same drug begins with ', then'"
        )
