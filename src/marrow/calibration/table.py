"""Published figures, one a row: what was reported of which arm, and how far it may be trusted."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TypeVar

from marrow.errors import PlanError, Problem, nearest

_LARGEST_FILE = 20_000_000  # bytes
_MONTH = 365.25 / 12  # days


class Scale(Enum):
    """On which scale published and simulated are compared."""

    LOGIT = "logit"
    LOG = "log"
    DAYS = "days"


class Statistic(Enum):
    """What the value is."""

    MEDIAN = "median"
    MEAN = "mean"
    PROPORTION = "proportion"
    CUMULATIVE_INCIDENCE = "cuminc"
    KAPLAN_MEIER = "km"
    RATIO = "HR"


@dataclass(frozen=True)
class Target:
    """One published figure, as it stands in ``line`` of the file.

    ``value`` in ``unit``, NaN where only a range was published; ``se`` on ``scale``; ``tau``: the spread between
    studies that no model can explain. ``why_not_scored``: empty for a row that counts. ``family``: study and endpoint.
    """

    line: int
    study: str
    year: str
    arm: str
    population: str
    patients: int | None
    graft_source: str
    donor: str
    conditioning: str
    endpoint: str
    time: float | None
    statistic: Statistic
    value: float
    low: float
    high: float
    unit: str
    note: str
    scale: Scale | None
    se: float
    tau: float
    why_not_scored: str
    family: str

    @property
    def counts(self) -> bool:
        return not self.why_not_scored

    @property
    def kind(self) -> str:
        """The endpoint of the family: 'anc', 'plt', 'graft' ..."""
        return self.family.rpartition(" | ")[2] or self.endpoint

    @property
    def spread(self) -> float:
        """sqrt(se^2 + tau^2)."""
        return math.hypot(self.se, self.tau)


E = TypeVar("E", bound=Enum)
_COLUMNS = ("study", "arm", "endpoint", "statistic", "value", "scale", "se", "tau", "why_not_scored", "family")


def packaged_targets() -> tuple[Target, ...]:
    """The engraftment table that comes with marrow."""
    return _packaged("engraftment.csv")


def packaged_outcomes() -> tuple[Target, ...]:
    """The table of outcomes that comes with marrow: survival, relapse, graft-versus-host disease, infections."""
    return _packaged("outcomes.csv")


@cache
def _packaged(name: str) -> tuple[Target, ...]:
    file = resources.files("marrow.calibration").joinpath("data", name)
    return parse_targets(file.read_text(encoding="utf-8"), name)


def read_targets(file: str | Path) -> tuple[Target, ...]:
    """Reads a table of published figures. Raises ``PlanError`` with every problem of the file."""
    path = Path(file)
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise PlanError(str(file), [Problem(f"{path.stat().st_size / 1e6:.0f} MB", "a table of at most 20 MB")])
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlanError(str(file), [Problem("bytes that are not text", "a table in UTF-8")]) from error
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise PlanError(str(file), [Problem(reason, "a file that can be read")]) from error
    return parse_targets(text, str(file))


def parse_targets(text: str, file: str = "targets.csv") -> tuple[Target, ...]:
    """``read_targets`` from text."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    problems: list[Problem] = []
    targets: list[Target] = []
    try:
        header = list(reader.fieldnames or ())
        for name in _COLUMNS:
            if name not in header:
                near = nearest(name, header)
                problems.append(Problem(f"no column {name!r}", "the columns of a calibration table", near, line=1))
        if problems:
            raise PlanError(file, problems)
        for row in reader:
            target = _target(reader.line_num, {k: (v or "").strip() for k, v in row.items() if k}, problems)
            if target is not None:
                targets.append(target)
    except csv.Error as error:
        raise PlanError(file, [Problem(str(error), "comma-separated values", line=reader.line_num)]) from error
    if not targets and not problems:
        problems.append(Problem("no rows", "at least one published figure"))
    if problems:
        raise PlanError(file, problems[:20])
    return tuple(targets)


def _target(line: int, row: Mapping[str, str], problems: list[Problem]) -> Target | None:
    before = len(problems)
    counts = not row["why_not_scored"]

    def number(key: str, needed: bool = False) -> float:
        text = row.get(key, "")
        try:
            value = float(text) if text else math.nan
        except ValueError:
            value = math.inf
        if math.isinf(value) or (needed and math.isnan(value)):
            problems.append(Problem(repr(text) if text else "nothing", "a number", line=line, key=key))
        return value

    statistic = _one_of(Statistic, row["statistic"], "statistic", line, problems)
    scale = _one_of(Scale, row["scale"], "scale", line, problems) if row["scale"] or counts else None
    value, se, tau = number("value", counts), number("se", counts), number("tau", counts)
    if counts and (se < 0 or tau < 0 or math.hypot(se, tau) == 0):
        problems.append(Problem(f"se {row['se']}, tau {row['tau']}", "errors above zero", line=line, key="se"))
    months, days = number("time_months"), number("time_days")
    time = days if not math.isnan(days) or math.isnan(months) else float(int(months * _MONTH))
    low, high = number("lo95"), number("hi95")
    if len(problems) > before or statistic is None:
        return None
    return Target(
        line=line,
        study=row["study"],
        year=row.get("year", ""),
        arm=row["arm"],
        population=row.get("population", ""),
        patients=int(row["n"]) if row.get("n", "").isdecimal() else None,  # '821 total' is of no arm
        graft_source=row.get("graft_source", ""),
        donor=row.get("donor", ""),
        conditioning="; ".join(filter(None, (row.get("conditioning", ""), row.get("gvhd_prophylaxis", "")))),
        endpoint=row["endpoint"],
        time=None if math.isnan(time) else time,
        statistic=statistic,
        value=value,
        low=low,
        high=high,
        unit=row.get("unit", ""),
        note=row.get("note", ""),
        scale=scale,
        se=se,
        tau=tau,
        why_not_scored=row["why_not_scored"],
        family=row["family"],
    )


def _one_of(kind: type[E], text: str, key: str, line: int, problems: list[Problem]) -> E | None:
    for member in kind:
        if member.value == text:
            return member
    valid = [str(member.value) for member in kind]
    problems.append(Problem(repr(text), "one of " + ", ".join(valid), nearest(text, valid), line=line, key=key))
    return None


def on_scale(value: float, scale: Scale, patients: int | None) -> float:
    """A value in its unit (per cent on the logit scale) on the scale of scoring.

    A share of 0 or 100 % of n patients counts as (events + 1/2) / (n + 1), as the table's errors do.
    """
    if scale is Scale.DAYS:
        return value
    if scale is Scale.LOG:
        return math.log(value) if value > 0 else -math.inf
    share = value / 100
    if share <= 0 or share >= 1:
        if not patients:
            return math.copysign(math.inf, share - 0.5)
        share = (min(max(share, 0), 1) * patients + 0.5) / (patients + 1)
    return math.log(share / (1 - share))


def from_scale(value: float, scale: Scale) -> float:
    """The other way round: in the row's unit, per cent on the logit scale."""
    if scale is Scale.DAYS:
        return value
    return math.exp(value) if scale is Scale.LOG else 100 / (1 + math.exp(-value))
