"""How far a published figure may be trusted: its scale, sampling error and the spread between studies.

The rule is that of the table of published figures, so that a study file need not say what follows from it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from marrow.calibration.table import Scale, Statistic

TAU = {Scale.LOGIT: 0.25, Scale.LOG: 0.15}
DAYS_OF_NEUTROPHILS, DAYS_OF_PLATELETS = 1.0, 2.5  # tau of medians in days
_ERROR_OF_NEUTROPHILS, _ERROR_OF_PLATELETS = 5.0, 10.0  # days; divided by the root of the arm's size
FEWEST = 20  # patients of an arm whose size alone gives an error
_WIDTH = 2 * 1.96
_SHARES = (Statistic.PROPORTION, Statistic.CUMULATIVE_INCIDENCE, Statistic.KAPLAN_MEIER)
_PLATELETS = re.compile(r"PLT|platelet", re.IGNORECASE)
_NEUTROPHILS = re.compile(r"ANC|WBC|neutropenia|neutrophil", re.IGNORECASE)
NO_RULE = "no rule for this kind: compare by eye"
NO_SIZE = "no interval and no arm size"


@dataclass(frozen=True)
class Yardstick:
    """``scale`` None where the figure is only shown, for the reason ``why_not``."""

    scale: Scale | None
    se: float
    tau: float
    why_not: str = ""


def yardstick(
    endpoint: str, statistic: Statistic, value: float, low: float, high: float, patients: int | None, unit: str
) -> Yardstick:
    """The rule for one figure; ``low``, ``high``: its 95 % interval, NaN without one; ``patients`` of its arm."""
    if statistic in _SHARES:
        return _of_share(value, low, high, patients)
    if statistic is Statistic.RATIO:
        if low > 0 and high > 0:
            return Yardstick(Scale.LOG, math.log(high / low) / _WIDTH, TAU[Scale.LOG])
        return _shown("ratio without interval")
    if statistic is not Statistic.MEDIAN or not unit.startswith("d"):
        return _shown(NO_RULE)
    if _PLATELETS.search(endpoint):
        error, tau = _ERROR_OF_PLATELETS, DAYS_OF_PLATELETS
    elif _NEUTROPHILS.search(endpoint):
        error, tau = _ERROR_OF_NEUTROPHILS, DAYS_OF_NEUTROPHILS
    else:
        return _shown("median of another kind: compare by eye")
    if low < high:
        return Yardstick(Scale.DAYS, (high - low) / _WIDTH, tau)
    if patients is None or patients < FEWEST:
        return _shown(NO_SIZE)
    return Yardstick(Scale.DAYS, error / math.sqrt(patients), tau)


def _of_share(value: float, low: float, high: float, patients: int | None) -> Yardstick:
    if 0 < low < high < 100:
        return Yardstick(Scale.LOGIT, (_logit(high) - _logit(low)) / _WIDTH, TAU[Scale.LOGIT])
    if patients is None or patients < FEWEST:
        return _shown(NO_SIZE)
    n, share = patients, value / 100
    if not 0 < share < 1:  # as if half a patient more had, and half a patient had not
        n, share = patients + 1, (patients * share + 0.5) / (patients + 1)
    return Yardstick(Scale.LOGIT, 1 / math.sqrt(n * share * (1 - share)), TAU[Scale.LOGIT])


def _logit(percent: float) -> float:
    return math.log(percent / (100 - percent))


def _shown(why: str) -> Yardstick:
    return Yardstick(None, math.nan, math.nan, why)
