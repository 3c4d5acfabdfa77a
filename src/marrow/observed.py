"""A real patient's laboratory values, read from a table with a column for each laboratory.

    day, ANC [10^9/L], platelets [10^9/L], Hb [g/dL], WBC
    -6,  3.8,          210,                12.1,      5.2
    7,   <0.1,         14,                 8.9,       <0.1

Days count from the graft. With dates instead, the header says which is day 0: ``date [day 0 = 2024-03-01]``. Empty =
not measured; ``<0.1`` = below the limit of detection, kept as such. Without a unit in the header a column is taken to
be in the unit of ``LABORATORY``, if its values make sense in it.
"""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from marrow.clinic.labs import LABS, Lab
from marrow.clinic.quantities import plain, printed, quoted
from marrow.errors import PlanError, Problem, nearest

if TYPE_CHECKING:
    import pandas as pd

_COUNT = next(lab.units for lab in LABS if lab.name == "ANC")
_SUBSET = next(lab.units for lab in LABS if lab.name == "CD4")
_COPIES = {"copies/uL": 1.0, "/uL": 1.0, "copies/mL": 1e-3, "/mL": 1e-3}
LABORATORY: tuple[Lab, ...] = (
    *LABS,
    Lab("lymphocytes", "lymphocyte_count", "10^9/L", 0.01, 50, ("ALC", "lymphocyte count"), _COUNT),
    Lab("CD8", "cd8_count", "cells/uL", 1, 5000, ("CD8 cells", "CD8+"), _SUBSET),
    Lab("T cells", "t_cell_count", "cells/uL", 1, 10000, ("CD3", "CD3+", "CD3 cells"), _SUBSET),
    Lab("B cells", "b_cell_count", "cells/uL", 1, 5000, ("CD19", "CD19+", "CD20"), _SUBSET),
    Lab("NK", "natural_killer_count", "cells/uL", 1, 5000, ("NK cells", "natural killer cells"), _SUBSET),
    Lab("TREC", "trec_count", "copies/uL", 0.001, 5000, ("TRECs", "excision circles"), _COPIES),
    Lab("naive CD4", "cd4_naive_count", "cells/uL", 1, 5000, ("CD4 naive", "CD4 CD45RA"), _SUBSET),
)

_LARGEST_FILE = 5_000_000  # bytes; 50 years of daily tables are smaller
_FIRST_DAY, _LAST_DAY = -365.0, 36_500.0
_HEADER = re.compile(r"(?P<name>[^\[(]*?)\s*(?:[\[(](?P<unit>[^\])]*)[\])])?\s*")
_DAY_ZERO = re.compile(r"day\s*0\s*[=:]\s*(\S+)")
_EMPTY = {"", "na", "n/a", "nan", "nd", "-", ".", "none", "null"}
_MOST_PROBLEMS = 20


@dataclass(frozen=True)
class Series:
    """One laboratory over time. ``analyte``: name of the variable in a course; ``value`` in ``unit``.

    ``censored``: the value is a limit of detection, and the truth lies below it. Sorted by day.
    """

    name: str
    analyte: str
    unit: str
    day: tuple[float, ...]
    value: tuple[float, ...]
    censored: tuple[bool, ...]


@dataclass(frozen=True)
class Observed:
    """All series of a file."""

    file: str
    series: tuple[Series, ...]

    def __len__(self) -> int:
        return sum(len(series.day) for series in self.series)

    def to_table(self) -> pd.DataFrame:
        """One row a value: day, analyte, value, unit, censored."""
        import pandas as pd

        columns: dict[str, list[object]] = {"day": [], "analyte": [], "value": [], "unit": [], "censored": []}
        for series in self.series:
            columns["day"] += series.day
            columns["analyte"] += [series.analyte] * len(series.day)
            columns["value"] += series.value
            columns["unit"] += [series.unit] * len(series.day)
            columns["censored"] += series.censored
        return pd.DataFrame(columns)


@dataclass(frozen=True)
class _Column:
    """A column: its place, its laboratory and the factor from its unit; ``said``: the header names a unit."""

    place: int
    lab: Lab
    factor: float
    said: bool


@dataclass(frozen=True)
class _Days:
    """The column of time: days from the graft, or dates with the day of the graft."""

    place: int
    day_zero: date | None


def read_observed(file: str | Path) -> Observed:
    """Reads a table of laboratory values (CSV; commas, semicolons or tabs). Raises ``PlanError`` with every problem."""
    return parse_observed(_text_of(Path(file)), str(file))


def parse_observed(text: str, file: str = "labs.csv") -> Observed:
    """``read_observed`` from text."""
    header, _, body = text.partition("\n")
    separator = max(",;\t", key=header.count)
    decimal_comma = separator != "," and "." not in body
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    problems: list[Problem] = []
    try:
        lines = [(rows.line_num, [cell.strip() for cell in row]) for row in rows]
    except csv.Error as error:
        raise PlanError(file, [Problem(str(error), "a table of comma-separated values", line=rows.line_num)]) from error
    lines = [(number, cells) for number, cells in lines if any(cells) and not cells[0].startswith("#")]
    if len(lines) < 2:
        raise PlanError(
            file, [Problem("no values", "a header such as 'day, ANC [10^9/L], platelets' and rows of values")]
        )
    days, columns = _read_header(lines[0], problems)
    if days is None or not columns:
        raise PlanError(file, problems)
    found: list[list[tuple[float, float, bool]]] = [[] for _ in columns]
    for number, cells in lines[1:]:
        if len(problems) >= _MOST_PROBLEMS:
            break
        if len(cells) > len(lines[0][1]):
            needed = f"{len(lines[0][1])} as in the header" + (" (decimal commas need ';')" if separator == "," else "")
            problems.append(Problem(f"{len(cells)} values", needed, line=number))
            continue
        cells += [""] * (len(lines[0][1]) - len(cells))
        if decimal_comma:
            cells = [cell.replace(",", ".") for cell in cells]
        _read_row(number, cells, days, columns, found, problems)
    problems += _beyond_sense(columns, found)
    if problems:
        raise PlanError(file, problems[:_MOST_PROBLEMS])
    return Observed(
        file, tuple(_series(column, points) for column, points in zip(columns, found, strict=True) if points)
    )


def _text_of(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST_FILE:
            found = f"{file.stat().st_size / 1e6:.0f} MB"
            raise PlanError(str(file), [Problem(found, f"a table of at most {_LARGEST_FILE / 1e6:.0f} MB")])
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise PlanError(str(file), [Problem("bytes that are not text", "a table in UTF-8", line=line)]) from error
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise PlanError(str(file), [Problem(reason.lower(), "a file that can be read")]) from error


def _read_header(line: tuple[int, list[str]], problems: list[Problem]) -> tuple[_Days | None, list[_Column]]:
    number, cells = line
    days: _Days | None = None
    columns: list[_Column] = []
    for place, cell in enumerate(cells):
        match = _HEADER.fullmatch(plain(cell))
        name, unit = (match["name"], match["unit"] or "") if match else (cell, "")
        if name.lower() in ("day", "days", "date"):
            if days is not None:
                problems.append(Problem(f"a second column {quoted(name)}", "one column of days", line=number))
            days = _read_days(number, place, name, unit, problems)
        elif name:
            column = _read_column(number, place, name, unit, problems)
            if column is not None and column.lab in [other.lab for other in columns]:
                problems.append(Problem(f"{column.lab.name} a second time", "each laboratory once", line=number))
            elif column is not None:
                columns.append(column)
        else:
            problems.append(Problem(f"no name over column {place + 1}", "the name of a laboratory", line=number))
    if days is None:
        problems.append(Problem("no column of days", "a column 'day', days from the graft", line=number))
    elif not columns and not problems:
        problems.append(Problem("no laboratory", "columns such as 'ANC [10^9/L]'", line=number))
    return days, columns


def _read_days(number: int, place: int, name: str, unit: str, problems: list[Problem]) -> _Days:
    if name.lower() != "date":
        if unit and unit.lower() not in ("d", "day", "days", "from the graft", "day 0 = graft"):
            problems.append(Problem(f"the unit {quoted(unit)}", "days from the graft", line=number, key=name))
        return _Days(place, None)
    match = _DAY_ZERO.search(unit.lower())
    zero = _date(match[1]) if match else None
    if zero is None:
        found = quoted(f"{name} [{unit}]") if unit else quoted(name)
        problems.append(Problem(found, "which date is day 0", "date [day 0 = 2024-03-01]", line=number))
    return _Days(place, zero)


def _read_column(number: int, place: int, name: str, unit: str, problems: list[Problem]) -> _Column | None:
    known = {alias.lower(): lab for lab in LABORATORY for alias in (lab.name, lab.observable, *lab.aliases)}
    lab = known.get(name.lower())
    if lab is None:
        spelt = [alias for lab in LABORATORY for alias in (lab.name, *lab.aliases)]
        needed = "one of " + ", ".join(lab.name for lab in LABORATORY)
        problems.append(Problem(f"the laboratory {quoted(name)}", needed, nearest(name, spelt), line=number))
        return None
    factors = {text.lower(): factor for text, factor in lab.units.items()}
    given = unit.replace(" ", "").lower()
    if given and given not in factors:
        needed = f"one of {', '.join(lab.units)}"
        problems.append(
            Problem(f"the unit {quoted(unit)}", needed, nearest(given, lab.units), line=number, key=lab.name)
        )
        return None
    return _Column(place, lab, factors[given] if given else 1.0, bool(given))


def _read_row(
    number: int,
    cells: list[str],
    days: _Days,
    columns: list[_Column],
    found: list[list[tuple[float, float, bool]]],
    problems: list[Problem],
) -> None:
    day = _day(number, cells[days.place], days, problems)
    if day is None:
        return
    for column, points in zip(columns, found, strict=True):
        text = plain(cells[column.place])
        if text.lower() in _EMPTY:
            continue
        censored = text.startswith("<")
        value = _number(text.removeprefix("<"))
        if value is None or value < 0:
            needed = "a number, '<' and a limit of detection, or nothing where it was not measured"
            problems.append(Problem(quoted(cells[column.place]), needed, line=number, key=column.lab.name))
        else:
            points.append((day, value * column.factor, censored))


def _day(number: int, text: str, days: _Days, problems: list[Problem]) -> float | None:
    if days.day_zero is not None:
        when = _date(text)
        if when is None:
            problems.append(Problem(quoted(text), "a date such as 2024-03-08", line=number, key="date"))
            return None
        hours = (when.hour + when.minute / 60) / 24 if isinstance(when, datetime) else 0.0
        day: float | None = (_only_date(when) - _only_date(days.day_zero)).days + hours
    else:
        day = _number(plain(text))
        if day is None:
            near = "date [day 0 = ...]" if _date(text) is not None else ""
            problems.append(Problem(quoted(text), "a number of days from the graft", near, line=number, key="day"))
            return None
    if not _FIRST_DAY <= day <= _LAST_DAY:
        needed = f"a day between {printed(_FIRST_DAY)} and {printed(_LAST_DAY)}"
        problems.append(Problem(quoted(text), needed, line=number, key="day"))
        return None
    return day


def _beyond_sense(columns: list[_Column], found: list[list[tuple[float, float, bool]]]) -> list[Problem]:
    """Columns whose highest value does not occur in their unit, or is rare and the unit only supposed."""
    problems = []
    for column, points in zip(columns, found, strict=True):
        lab, highest = column.lab, max((value for _, value, _ in points), default=0.0)
        most = lab.high * (10 if column.said else 1)
        if highest > most:
            fits = [unit for unit, factor in lab.units.items() if factor != 1 and highest * factor <= lab.high]
            near = f"{lab.name} [{fits[0]}]" if fits and not column.said else ""
            highest_text = f"{printed(float(f'{highest:.4g}'))} {lab.unit}"
            needed = f"at most {printed(most)} {lab.unit}" + ("" if column.said else ", or the unit in the header")
            problems.append(Problem(highest_text, needed, near, key=lab.name))
    return problems


def _series(column: _Column, points: list[tuple[float, float, bool]]) -> Series:
    day, value, censored = zip(*sorted(points, key=lambda point: point[0]), strict=True)
    return Series(column.lab.name, column.lab.observable, column.lab.unit, day, value, censored)


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(" ", "").replace("_", "x"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _date(text: str) -> date | datetime | None:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(text.strip().upper())
        except ValueError:
            continue
    return None


def _only_date(when: date | datetime) -> date:
    return when.date() if isinstance(when, datetime) else when
