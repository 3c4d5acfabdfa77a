"""What sentences mean: drug orders on fixed days, and standing orders that follow the labs.

An order prints itself as the sentence it was read from, in canonical wording; reading that again gives the same order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from marrow.clinic.labs import Lab
from marrow.clinic.quantities import Dose, printed
from marrow.engine.schedule import Comparison

ONCE = 36_500  # days between two doses by a rule that gives one only


class Role(Enum):
    """Under which heading of the plan an order stands."""

    CONDITIONING = "conditioning"
    PROPHYLAXIS = "prophylaxis"
    CARE = "care"


class Way(Enum):
    """How a drug is given."""

    INTRAVENOUS = "IV"
    SUBCUTANEOUS = "SC"
    ORAL = "PO"
    INTRAMUSCULAR = "IM"
    INTRATHECAL = "IT"
    BEAM = "external beam"  # radiation; never said in a sentence


class Weighing(Enum):
    """Which body weight a dose per kg is multiplied by."""

    ACTUAL = "actual"
    IDEAL = "ideal"
    ADJUSTED = "adjusted"
    ADJUSTED_40 = "adjusted 40 %"
    LOWER = "lower"


@dataclass(frozen=True)
class Course:
    """One dose, repeated: ``dose`` every ``every_hours`` on ``days`` (sorted), as an infusion ``over_hours``.

    ``dose`` is None when a trough is aimed at. ``fractions``: the dose is the total of so many parts.
    ``clock``: hours after the start of the day of the first dose, when it was said.
    """

    dose: Dose | None
    days: tuple[int, ...]
    weighing: Weighing | None = None
    way: Way | None = None
    over_hours: float | None = None
    continuous: bool = False
    every_hours: int = 24
    fractions: int | None = None
    clock: float | None = None

    @property
    def on_days(self) -> tuple[int, ...]:
        """The days on which a dose falls: with 'every 2 days' every other of ``days``."""
        return self.days[:: max(1, self.every_hours // 24)]

    @property
    def per_day(self) -> int:
        return max(1, 24 // self.every_hours)

    def text(self, say_daily: bool = False) -> str:
        """The words after the drug. ``say_daily``: also where once a day goes without saying."""
        words = [str(self.dose)] if self.dose is not None else []
        if self.weighing is not None:
            words.append(f"of {self.weighing.value} weight")
        if self.way is not None:
            words.append(self.way.value)
        if self.over_hours is not None:
            words.append(f"over {hours_text(self.over_hours)}")
        if self.continuous:
            words.append("continuously")
        if self.fractions is not None:
            words.append(f"in {self.fractions} fractions")
        if self.every_hours != 24:
            words.append(every_text(self.every_hours))
        elif say_daily or (
            len(self.days) > 2 and self.dose is not None and not self.continuous and len(day_runs(self.days)) == 1
        ):
            words.append("daily")
        if self.clock is not None:
            words.append(f"at {clock_text(self.clock)}")
        comma = "," if len(words) > 1 else ""
        return f"{' '.join(words)}{comma} {days_text(self.days)}".strip()


@dataclass(frozen=True)
class Aim:
    """An exposure in place of a dose. ``auc``: mg·h/L, of each dose (``per_dose``) or of the whole course.

    ``adjusted``: from the second day on, doses are scaled to each patient's own exposure (drug monitoring).
    """

    auc: float
    per_dose: bool = False
    adjusted: bool = False

    def __str__(self) -> str:
        what = "AUC" if self.per_dose else "cumulative AUC"
        text = f"target {what} {printed(self.auc)} mg*h/L{' per dose' if self.per_dose else ''}"
        return f"{text}, adjusted after the first day" if self.adjusted else text

    def cumulative(self, doses: int) -> float:
        """The exposure of a course of so many doses, mg·h/L."""
        return self.auc * doses if self.per_dose else self.auc


@dataclass(frozen=True)
class DrugOrder:
    """A drug on fixed days. With an ``aim`` the courses' doses are None until they are calculated (``marrow.dosing``);
    they are not part of the sentence."""

    drug: str
    courses: tuple[Course, ...]
    maximum: Dose | None = None
    trough: tuple[float, float] | None = None
    trough_unit: str = ""
    taper_to: int | None = None
    aim: Aim | None = None

    def __str__(self) -> str:
        if self.aim is not None:
            course = replace(self.courses[0], dose=None)
            return f"{self.drug} {course.text(len(course.on_days) > 1 and not course.continuous)}, {self.aim}"
        first, *later = (
            course.text(self.courses[0].every_hours != 24 and n > 0) for n, course in enumerate(self.courses)
        )
        text = f"{self.drug} {first}" if self.courses[0].dose is not None else f"{self.drug}, {first}"
        if self.trough is not None:
            low, high = self.trough
            aim = f"trough {printed(low)}-{printed(high)} {self.trough_unit}"
            text = (
                text.replace(f"{self.drug}, ", f"{self.drug}, {aim}, ", 1)
                if not self.courses[0].dose
                else f"{text}, {aim}"
            )
        text += "".join(f", then {course}" for course in later)
        if self.maximum is not None:
            text += f", max {self.maximum}"
        if self.taper_to is not None:
            text += f", taper to day {self.taper_to}"
        return text

    @property
    def first_day(self) -> int:
        return min(course.days[0] for course in self.courses)

    @property
    def last_day(self) -> int:
        return max(course.days[-1] for course in self.courses)


@dataclass(frozen=True)
class Condition:
    """A lab that compares as asked with a value (in the lab's unit), on ``days`` rounds in a row; or a finding."""

    lab: Lab
    comparison: Comparison
    value: float
    days: int = 1

    def text(self, name_lab: bool = True) -> str:
        if self.lab.said:
            return self.lab.said
        sign = "<" if self.comparison is Comparison.BELOW else ">"
        words = [self.lab.name] if name_lab else []
        words += [sign, printed(self.value)]
        if self.lab.shows_unit:
            words.append(self.lab.unit)
        if self.days > 1:
            words.append(f"on {self.days} days")
        return " ".join(words)


@dataclass(frozen=True)
class StandingOrder:
    """An order of the daily rounds: given when a lab says so, or every day, until a lab or a day ends it."""

    what: str  # a drug, or a blood product
    dose: Dose | None = None
    weighing: Weighing | None = None
    maximum: Dose | None = None
    way: Way | None = None
    every_days: int = 1
    first_day: int | None = None
    last_day: int | None = None
    when: Condition | None = None
    until: Condition | None = None
    clock: float | None = None
    per_day: int = 1  # doses of a day, given at one round

    def __str__(self) -> str:
        words = [self.what]
        if self.dose is not None:
            words.append(str(self.dose))
        if self.weighing is not None:
            words.append(f"of {self.weighing.value} weight")
        if self.way is not None:
            words.append(self.way.value)
        words += self._how_often()
        if self.clock is not None:
            words.append(f"at {clock_text(self.clock)}")
        if self.first_day is not None:
            words.append(f"from day {self.first_day}")
        if self.last_day is not None:
            words.append(f"to day {self.last_day}")
        if self.when is not None:
            words.append(f"when {self.when.text(self.when.lab.name != self.what)}")
        if self.until is not None:
            words.append(f"until {self.until.text()}")
        if self.maximum is not None:
            words.append(f"max {self.maximum}")
        return " ".join(words)

    def _how_often(self) -> list[str]:
        if self.every_days >= ONCE:
            return ["once"]
        if self.every_days > 1:
            return [every_text(24 * self.every_days)]
        if self.per_day > 1:
            return [every_text(24 // self.per_day)]
        return ["daily"] if self.when is None else []


Order = DrugOrder | StandingOrder


def day_runs(days: tuple[int, ...]) -> list[tuple[int, int]]:
    """Sorted days as runs: (-6, -5, -4, 1) gives [(-6, -4), (1, 1)]."""
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and day == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def days_text(days: tuple[int, ...]) -> str:
    """'day -6 to -3', 'day 3, 6, 11'."""
    parts = [str(a) if a == b else f"{a}, {b}" if b == a + 1 else f"{a} to {b}" for a, b in day_runs(days)]
    return f"day {', '.join(parts)}"


def hours_text(hours: float) -> str:
    minutes = hours * 60
    if hours < 1 and minutes == round(minutes) and round(minutes) / 60 == hours:
        return f"{round(minutes)} min"
    return f"{printed(hours)} h"


def every_text(hours: int) -> str:
    return f"every {hours // 24} days" if hours > 24 else f"every {hours} h"


def clock_text(hours: float) -> str:
    minutes = round(hours * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
