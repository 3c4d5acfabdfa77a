"""How outcomes of an arm's virtual patients become the one number that a published figure is compared with."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from marrow.calibration.arm import Among, Window
from marrow.calibration.hazard import log_hazard_ratio
from marrow.calibration.kaplan_meier import survival_at
from marrow.calibration.readings import Reading, RecoveryOf
from marrow.endpoints.summary import error_of_median, median, quantile

Floats = NDArray[np.float64]
NOT_COMPUTED = "the installed model does not compute it"


class Read(Enum):
    """How a column becomes one number."""

    MEDIAN = "median"
    MEAN = "mean"
    SHARE = "share of patients with it, %"
    SHARE_BY = "share of patients who reached it by the day, %"
    SHARE_LATER = "share of patients who had not reached it by the day, %"
    CORRELATION = "Pearson correlation with the CD34+ dose"
    THAWED_TO_FRESH = "hazard ratio, thawed to fresh grafts"
    SURVIVAL_FROM = "survival from it, so many days later, % (Kaplan-Meier)"
    HAZARD_RATIO = "hazard ratio between two arms, cause-specific"
    SUBDISTRIBUTION = "hazard ratio between two arms, of the subdistribution"
    ODDS_RATIO = "odds ratio between two arms"


RATIOS = (Read.HAZARD_RATIO, Read.SUBDISTRIBUTION, Read.ODDS_RATIO)
DEATH = "death_day"


@dataclass(frozen=True)
class Measure:
    """``column`` of the outcomes, how it is read, the day where a share needs one.

    ``reading``: how the column is made of a course when it is not among the usual outcomes. ``also``: columns of which
    the first counts as well as ``column``. ``before``: events after which it no longer counts (competing risks; death
    always is one). ``without``: columns that must not be reached by the day. ``only``: the patients who are looked at.
    ``remark``: what the reading leaves open.
    """

    column: str
    read: Read
    day: float | None = None
    among: Among = Among.ENGRAFTED
    reading: Reading | None = None
    also: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    only: tuple[Window, ...] = ()
    remark: str = ""

    def __str__(self) -> str:
        what = " or ".join((self.column, *self.also))
        what += f" before {' or '.join(self.before)}" if self.before else ""
        what += f" without {' or '.join(self.without)}" if self.without else ""
        day = f", day {self.day:g}" if self.day is not None else ""
        is_day = self.column.endswith("_day") or isinstance(self.reading, RecoveryOf)
        among = f", {self.among.value}" if self.read in (Read.MEDIAN, Read.MEAN) and is_day else ""
        only = f"; of those with {' and '.join(map(str, self.only))}" if self.only else ""
        return f"{self.read.value} of {what}{day}{among}{only}" + (f"; {self.remark}" if self.remark else "")

    @property
    def columns(self) -> tuple[str, ...]:
        """All outcomes that it needs."""
        return (self.column, *self.also, *self.before, *self.without, *(window.column for window in self.only))


@dataclass(frozen=True)
class Simulated:
    """The population value of an arm, in the row's unit. ``draws``: how many virtual patients it rests on.

    ``error``: Monte Carlo standard error, same unit. ``how``: which outcome was read, over whom, and what was assumed.
    ``plausible``: 5 and 95 % of the value over uncertain typical parameters; NaN when they were not drawn.
    ``is_computed``: False where the installed model has no such outcome.
    """

    value: float
    error: float
    draws: int
    how: str = ""
    assumed: tuple[str, ...] = ()
    plausible: tuple[float, float] = (math.nan, math.nan)
    is_computed: bool = True


@dataclass(frozen=True)
class ArmOutcomes:
    """N virtual patients of an arm. ``columns``: outcomes by name, (N,) each.

    ``cd34`` (N,): cells/kg infused; ``thawed`` (N,): 1 for a graft that was frozen, 0 for a fresh one.
    ``observed_until``: days. ``uncertain``: the same arm with other typical parameter values, drawn from their
    plausible ranges.
    """

    columns: dict[str, Floats]
    cd34: Floats
    thawed: Floats | None = None
    uncertain: tuple[ArmOutcomes, ...] = ()
    observed_until: float = math.inf

    @property
    def draws(self) -> int:
        return len(self.cd34)


def simulated_value(
    measure: Measure, outcomes: ArmOutcomes, assumed: tuple[str, ...] = (), other: ArmOutcomes | None = None
) -> Simulated:
    """The population value of a measure with its Monte Carlo error. Unknown patients are left out and said so.

    ``other``: the arm that a ratio is taken to.
    """
    arms = [outcomes] if other is None else [outcomes, other]
    missing = next((name for name in measure.columns for arm in arms if name not in arm.columns), None)
    if missing is not None:
        return Simulated(math.nan, math.nan, 0, f"{measure}: {NOT_COMPUTED}", assumed, is_computed=False)
    if measure.read in RATIOS:
        assert other is not None
        value, error = _between(measure, outcomes, other)
        known, how = min(arm.draws for arm in arms), str(measure)
    else:
        value, error, known, how = _of_one(measure, outcomes)
    others = np.array(
        [
            simulated_value(measure, each, other=None if other is None else other.uncertain[place]).value
            for place, each in enumerate(outcomes.uncertain)
        ]
    )
    others = others[~np.isnan(others)]
    band = (quantile(others, 0.05), quantile(others, 0.95)) if others.size else (math.nan, math.nan)
    return Simulated(value, error, known, how, assumed, band)


def _of_one(measure: Measure, outcomes: ArmOutcomes) -> tuple[float, float, int, str]:
    values, chosen = _event(measure, outcomes), _chosen(measure, outcomes)
    known = ~np.isnan(values) & chosen
    unknown = int(np.count_nonzero(np.isnan(values) & chosen))
    how = str(measure) + (f"; {unknown} of {int(chosen.sum())} unknown" if unknown else "")
    if measure.read is Read.THAWED_TO_FRESH:
        group = np.zeros(values.size) if outcomes.thawed is None else outcomes.thawed
        value, error = _ratio(*log_hazard_ratio(values[known], group[known]))
    elif measure.read is Read.SURVIVAL_FROM:
        known &= np.isfinite(values)
        lasted = np.minimum(outcomes.columns[DEATH], outcomes.observed_until) - values
        died = outcomes.columns[DEATH] <= outcomes.observed_until
        share, error = survival_at(lasted[known], died[known], measure.day or 0.0)
        value, error = 100 * share, 100 * error
    else:
        value, error = _value(measure, values[known], outcomes.cd34[known])
    return value, error, int(known.sum()), how


def _event(measure: Measure, outcomes: ArmOutcomes) -> Floats:
    """The column (N,); of several the first; infinite where death or something else that ends it came before."""
    values = np.minimum.reduce([outcomes.columns[name] for name in (measure.column, *measure.also)])
    for name in measure.before:
        values = np.where(outcomes.columns[name] < values, np.inf, values)
    if DEATH in outcomes.columns and measure.column.endswith("_day"):
        values = np.where(values > outcomes.columns[DEATH], np.inf, values)
    for name in measure.without:
        values = np.where(outcomes.columns[name] <= (measure.day or np.inf), np.inf, values)
    return values


def _chosen(measure: Measure, outcomes: ArmOutcomes) -> np.ndarray:
    chosen = np.ones(outcomes.draws, dtype=bool)
    for window in measure.only:
        days = outcomes.columns[window.column]
        chosen &= (days >= window.first) & (days <= window.last)
    return chosen


def _between(measure: Measure, of: ArmOutcomes, to: ArmOutcomes) -> tuple[float, float]:
    """The ratio of the first arm to the second, and its standard error, from the regression that was published."""
    events, ends, groups = [], [], []
    until = min(of.observed_until, to.observed_until, measure.day or math.inf)
    for arm, group in ((of, 1.0), (to, 0.0)):
        event = _event(measure, arm)
        keep = _chosen(measure, arm) & ~np.isnan(event)
        end = np.minimum.reduce([np.full(arm.draws, until), *(arm.columns[name] for name in measure.before)])
        if DEATH in arm.columns:
            end = np.minimum(end, arm.columns[DEATH])
        events.append(np.where(event <= until, event, np.inf)[keep])
        ends.append(end[keep])
        groups.append(np.full(int(keep.sum()), group))
    event, end, group = (np.concatenate(each) for each in (events, ends, groups))
    if measure.read is Read.ODDS_RATIO:
        return _odds_ratio(np.isfinite(event), group == 1)
    stays = measure.read is Read.SUBDISTRIBUTION  # who had the competing event never leaves those at risk
    return _ratio(*log_hazard_ratio(event, group, None if stays else end))


def _odds_ratio(happened: np.ndarray, first: np.ndarray) -> tuple[float, float]:
    """With half a patient added to each cell where one is empty."""
    cells = np.array(
        [np.sum(happened & first), np.sum(~happened & first), np.sum(happened & ~first), np.sum(~happened & ~first)]
    )
    cells = cells + (0.5 if (cells == 0).any() else 0.0)
    log = math.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    return _ratio(log, math.sqrt(float(np.sum(1 / cells))))


def _ratio(log: float, error: float) -> tuple[float, float]:
    return float(np.exp(log)), float(np.exp(log)) * error


def _value(measure: Measure, values: Floats, cd34: Floats) -> tuple[float, float]:
    finite = np.isfinite(values)
    if measure.read is Read.MEDIAN:
        of = values[finite] if measure.among is Among.ENGRAFTED else values
        return median(of), error_of_median(of)
    of = values[finite]
    if measure.read is Read.MEAN:
        return (float(of.mean()), float(of.std() / np.sqrt(of.size))) if of.size else (np.nan, np.nan)
    if measure.read is Read.CORRELATION:
        if of.size < 3 or np.ptp(of) == 0 or np.ptp(cd34[finite]) == 0:
            return np.nan, np.nan
        r = float(np.corrcoef(cd34[finite], of)[0, 1])
        return r, (1 - r**2) / np.sqrt(of.size)
    if not values.size:
        return np.nan, np.nan
    if measure.read is Read.SHARE:
        share = float(values.mean())
    else:
        reached = float(np.mean(values <= (measure.day if measure.day is not None else np.inf)))
        share = reached if measure.read is Read.SHARE_BY else 1 - reached
    return 100 * share, 100 * float(np.sqrt(share * (1 - share) / values.size))
