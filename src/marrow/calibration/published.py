"""Distributions of patients as papers print them, and the lognormal that each is taken for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from marrow.calibration.arm import Spread
from marrow.clinic.fields import Problems, Reads
from marrow.clinic.quantities import KILOGRAMS, YEARS, Measure, number, quoted, refuse
from marrow.errors import PlanError, Problem, nearest

AGE = Measure("an age", YEARS, 0.01, 100, "52 y")
WEIGHT = Measure("a weight", KILOGRAMS, 2, 300, "68 kg")
CELLS = Measure("a cell dose", {"/kg": 1.0, "cells/kg": 1.0}, 1.0, 5e9, "4.5e6 /kg")
_KEYS = ("median", "mean", "sd", "range", "iqr", "log-sd")
_QUARTILES = 2 * NormalDist().inv_cdf(0.75)
_FARTHEST = 3.0  # standard deviations of a distribution of which no range was published
_NEEDED = "{median, range}, {median, iqr}, {mean, sd} or {median, log-sd}, such as {median: 52 y, range: [18 y, 71 y]}"


@dataclass(frozen=True)
class Published:
    """A distribution as printed, in the unit of its quantity; NaN for what was not."""

    median: float = math.nan
    mean: float = math.nan
    sd: float = math.nan
    low: float = math.nan
    high: float = math.nan
    lower_quartile: float = math.nan
    upper_quartile: float = math.nan
    log_sd: float = math.nan

    def spread(self, patients: int | None) -> Spread:
        """The lognormal. A range is taken for the expected extremes of so many patients, and cuts the tails off."""
        if not math.isnan(self.mean):
            sigma = math.sqrt(math.log1p((self.sd / self.mean) ** 2))
            median = self.mean * math.exp(-(sigma**2) / 2)
        else:
            median = self.median
            if not math.isnan(self.log_sd):
                sigma = self.log_sd
            elif not math.isnan(self.lower_quartile):
                sigma = math.log(self.upper_quartile / self.lower_quartile) / _QUARTILES
            else:
                sigma = math.log(self.high / self.low) / _expected_range(patients or 50)
        reach = math.exp(_FARTHEST * sigma)
        low = self.low if self.low > 0 else median / reach
        return Spread(median, sigma, low, self.high if self.high > 0 else median * reach)


def _expected_range(patients: int) -> float:
    """Between the expected extremes of N standard normal values (Blom's approximation)."""
    n = max(patients, 3)
    return 2 * NormalDist().inv_cdf((n - 0.375) / (n + 0.25))


def published(measure: Measure) -> Reads:
    """The field of a study file that holds such a distribution."""
    return Reads(lambda given: read_published(given, measure), str)


def read_published(given: Any, measure: Measure) -> Published:
    """Reads a mapping of the file. Raises ``PlanError``."""
    if not isinstance(given, Mapping):
        raise refuse(quoted(given) if isinstance(given, str) and given else "no keys", f"{measure.what}: {_NEEDED}")
    problems: list[tuple[tuple[str | int, ...], Problem]] = []
    found: dict[str, float] = {}
    for key, value in given.items():
        try:
            found |= _of_key(key, value, measure)
        except PlanError as error:
            problems += [((key,), problem) for problem in error.problems]
    if problems:
        raise Problems(problems)
    keys = set(given) - {"range"}
    if keys not in ({"median"}, {"median", "iqr"}, {"mean", "sd"}, {"median", "log-sd"}):
        raise refuse(", ".join(given) or "nothing", f"{measure.what}: {_NEEDED}")
    if keys == {"median"} and "range" not in given:
        raise refuse("a median alone", f"{measure.what}: how patients differ: {_NEEDED}")
    result = Published(**found)
    middle = result.median if math.isnan(result.mean) else result.mean
    if result.low > middle or result.high < middle or result.lower_quartile > middle or result.upper_quartile < middle:
        raise refuse("a range that does not hold the middle", f"{measure.what}: {_NEEDED}")
    return result


def _of_key(key: str, value: Any, measure: Measure) -> dict[str, float]:
    if key not in _KEYS:
        raise refuse(f"the unknown key {quoted(key)}", f"one of {', '.join(_KEYS)}", nearest(key, _KEYS))
    if key == "log-sd":
        spread = number(str(value), "a standard deviation of the logarithm, such as 0.4")
        if not 0 < spread < 3:
            raise refuse(quoted(value), "a standard deviation of the logarithm between 0 and 3")
        return {"log_sd": spread}
    if key in ("range", "iqr"):
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            raise refuse(quoted(value), f"two values, such as [{measure.example}, {measure.example}]")
        low, high = (measure.read(part) for part in value)
        if not low < high:
            raise refuse(f"{value[0]} to {value[1]}", "the lower value first")
        names = ("low", "high") if key == "range" else ("lower_quartile", "upper_quartile")
        return dict(zip(names, (low, high), strict=True))
    return {key: measure.read(value)}
