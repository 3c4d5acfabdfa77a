"""Outcomes of N virtual patients in a few numbers, with their Monte Carlo error; ready for JSON, CSV or a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from marrow.endpoints.outcome import Column, Kind, Outcomes
from marrow.endpoints.series import Floats

INCIDENCE_DAYS = (7, 10, 12, 14, 16, 18, 21, 24, 28, 35, 42, 60, 80, 100, 180, 365)


@dataclass(frozen=True)
class Incidence:
    """Share of patients who have reached it by ``day``, of those known; ``error``: its Monte Carlo standard error."""

    day: float
    share: float
    error: float


@dataclass(frozen=True)
class Line:
    """One outcome summed up.

    Percentiles over everyone known: an infinite one says that so many never reached it. ``median_of_reached``: over
    those who did, as many papers report it. ``mean`` over finite values; for a flag, the proportion.
    ``error``: Monte Carlo standard error of the median (days, amounts, shares) or of the proportion (flags).
    """

    name: str
    label: str
    unit: str
    kind: Kind
    definition: str
    known: int
    unknown: int
    reached: int
    mean: float
    p05: float
    p25: float
    median: float
    p75: float
    p95: float
    median_of_reached: float
    error: float
    incidence: tuple[Incidence, ...] = ()


@dataclass(frozen=True)
class Summary:
    """``failed``: patients whose solve did not end; they are among the unknown of every line."""

    patients: int
    failed: int
    lines: tuple[Line, ...]

    def __getitem__(self, name: str) -> Line:
        for line in self.lines:
            if line.name == name:
                return line
        raise KeyError(f"no outcome {name!r}; there are {', '.join(line.name for line in self.lines)}")

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: None stands for an infinite ('not reached') or unknown number."""
        lines = []
        for line in self.lines:
            data = asdict(line)
            data["kind"] = line.kind.name.lower()
            data["incidence"] = [dict(point) for point in data["incidence"]]
            lines.append({key: _plain(value) for key, value in data.items()})
        return {"patients": self.patients, "failed": self.failed, "outcomes": lines}


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not np.isfinite(value) else value


def summarise(outcomes: Outcomes, days: Sequence[float] = INCIDENCE_DAYS) -> Summary:
    """Median, quartiles, 5 and 95 %, and for recoveries the cumulative incidence by each of ``days``."""
    seen = [day for day in days if day <= outcomes.observed_until]
    lines = tuple(_line(column, seen) for column in outcomes.columns if column.kind is not Kind.CODE)
    return Summary(outcomes.patients, outcomes.failed, lines)


def quantile(values: Floats, share: float) -> float:
    """The smallest known value that at least ``share`` of them do not exceed; NaN without any. Infinities count."""
    known = np.sort(values[~np.isnan(values)])
    if not known.size:
        return float("nan")
    return float(known[max(int(np.ceil(share * known.size - 1e-9)) - 1, 0)])


def median(values: Floats) -> float:
    """The middle of the known values (mean of the two middle ones when both are finite); NaN without any."""
    known = np.sort(values[~np.isnan(values)])
    if not known.size:
        return float("nan")
    low, high = known[(known.size - 1) // 2], known[known.size // 2]
    return float(low) if low == high else float(low + high) / 2


def error_of_median(values: Floats) -> float:
    """Monte Carlo standard error of the median: from the order-statistic limits of 95 %."""
    known = np.sort(values[~np.isnan(values)])
    n = known.size
    if n < 8:
        return float("nan")
    half = 0.98 * np.sqrt(n)  # 1.96 sqrt(n) / 2
    low, high = known[max(int(n / 2 - half), 0)], known[min(int(np.ceil(n / 2 + half)), n - 1)]
    return float(high - low) / 3.92 if np.isfinite(high) else float("nan")


def _line(column: Column, days: Sequence[float]) -> Line:
    values = column.values
    known = values[~np.isnan(values)]
    finite = known[np.isfinite(known)]
    share = column.kind is Kind.FLAG
    mean = float(finite.mean()) if finite.size else float("nan")
    if share:
        error = float(np.sqrt(mean * (1 - mean) / finite.size)) if finite.size else float("nan")
    else:
        error = error_of_median(values)
    return Line(
        column.name,
        column.label,
        column.unit,
        column.kind,
        column.definition,
        known=int(known.size),
        unknown=int(values.size - known.size),
        reached=int(finite.sum()) if share else int(finite.size),
        mean=mean,
        p05=quantile(values, 0.05),
        p25=quantile(values, 0.25),
        median=median(values),
        p75=quantile(values, 0.75),
        p95=quantile(values, 0.95),
        median_of_reached=median(finite),
        error=error,
        incidence=_incidence(known, days) if column.kind is Kind.DAY else (),
    )


def _incidence(known: Floats, days: Sequence[float]) -> tuple[Incidence, ...]:
    if not known.size:
        return ()
    points = []
    for day in days:
        share = float(np.mean(known <= day))
        points.append(Incidence(float(day), share, float(np.sqrt(share * (1 - share) / known.size))))
    return tuple(points)
