"""Numbers estimated from virtual patients, each with the error that comes from having drawn only so many.

Values: one for each patient; inf means that it was never reached, NaN that it is not known (a failed solve).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marrow.figures.engraftment import NORMAL_95, wilson

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Estimate:
    """A value and its 95 % Monte Carlo interval. NaN: there was nothing to estimate from; inf: never reached."""

    value: float
    low: float
    high: float

    @property
    def is_known(self) -> bool:
        return not np.isnan(self.value)


NOTHING = Estimate(float("nan"), float("nan"), float("nan"))


def known(values: Floats) -> Floats:
    """Those that are not NaN, sorted; infinities last."""
    values = np.asarray(values, dtype=float)
    return np.sort(values[~np.isnan(values)])


def quantile(values: Floats, level: float) -> Estimate:
    """A quantile, and the order statistics that hold it with 95 % (normal approximation).

    The quantile is the smallest value with at least ``level`` of the patients at or below it, so inf needs no care.
    """
    ordered = known(values)
    count = len(ordered)
    if count == 0:
        return NOTHING
    half = NORMAL_95 * np.sqrt(count * level * (1 - level))
    ranks = np.ceil([count * level - 1e-9, count * level - half, count * level + half + 1]).astype(int) - 1
    at, below, above = np.clip(ranks, 0, count - 1)
    return Estimate(float(ordered[at]), float(ordered[below]), float(ordered[above]))


def mean(values: Floats) -> Estimate:
    """Mean of the finite values, with 1.96 standard errors."""
    finite = np.asarray(values, dtype=float)
    finite = finite[np.isfinite(finite)]
    if len(finite) == 0:
        return NOTHING
    middle = float(finite.mean())
    error = NORMAL_95 * float(finite.std(ddof=1)) / np.sqrt(len(finite)) if len(finite) > 1 else float("inf")
    return Estimate(middle, middle - error, middle + error)


def share(true: NDArray[np.bool_]) -> Estimate:
    """Share of patients for whom something holds, with Wilson's interval."""
    total = len(true)
    if total == 0:
        return NOTHING
    count = int(np.count_nonzero(true))
    low, high = wilson(np.array(count), total)
    return Estimate(count / total, float(low), float(high))


def reached_by(values: Floats, day: float) -> Estimate:
    """Share of the known patients who had reached it by the end of ``day``."""
    return share(known(values) <= day)


def printed(value: float, digits: int = 3) -> str:
    """A number for people: three significant digits, no exponents where they are short, 'not reached', '–'."""
    if np.isnan(value):
        return "–"
    if np.isinf(value):
        return "not reached"
    if value == 0:
        return "0"
    if abs(value) >= 1e6 or abs(value) < 1e-3:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return f"{float(mantissa):g}e{int(exponent)}".replace("-", "−")
    rounded = float(f"{value:.{digits}g}")
    return f"{rounded:.0f}".replace("-", "−") if abs(rounded) >= 1000 else f"{rounded:g}".replace("-", "−")


def printed_day(value: float) -> str:
    """A day without decimals where it is whole."""
    return printed(value, 4)


def interval(low: float, high: float) -> str:
    """'12 to 18'; one number where both agree."""
    if np.isnan(low) or np.isnan(high):
        return "–"
    return printed(low) if printed(low) == printed(high) else f"{printed(low)} to {printed(high)}"


def percent(value: float) -> str:
    """'97.4 %'; as many digits as mean something."""
    if np.isnan(value):
        return "–"
    shown = 100 * value
    if 0 < shown < 0.05:
        return "< 0.1 %"
    if 99.95 <= shown < 100:
        return "> 99.9 %"
    return f"{shown:.0f} %" if shown in (0, 100) or 10 <= shown <= 90 else f"{shown:.1f} %"


def percent_interval(estimate: Estimate) -> str:
    """'95.1 to 98.2 %'."""
    if not estimate.is_known:
        return "–"
    return f"{percent(estimate.low).removesuffix(' %')} to {percent(estimate.high)}"
