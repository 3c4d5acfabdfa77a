"""Children after unrelated grafts (UCI 'Bone marrow transplant: children'): recovery by CD34+ dose.

The data are read where they lie; they do not come with marrow (CC BY 4.0, cited in the folder's own README). In them a
recovery that never happened is the day 1000000.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from marrow.endpoints.summary import median, quantile
from marrow.errors import PlanError, Problem

Floats = NDArray[np.float64]

BANDS = (0.0, 2e6, 4e6, 6e6, 10e6, 15e6, 20e6, np.inf)  # CD34+ cells/kg
_NEVER = 999_999.0
_COLUMNS = ("CD34_x1e6_per_kg", "stem_cell_source", "ANC_recovery", "PLT_recovery")


class Source(Enum):
    MARROW = "bone_marrow"
    BLOOD = "peripheral_blood"


class Recovered(Enum):
    """What recovered, to which count."""

    NEUTROPHILS = "neutrophils > 0.5 x 10^9/L"
    PLATELETS = "platelets > 50 x 10^9/L"


@dataclass(frozen=True)
class Cohort:
    """N patients, observed or simulated.

    ``cd34`` (N,) cells/kg; ``blood`` (N,): a blood graft, else marrow; ``neutrophils``, ``platelets`` (N,): day of
    recovery, inf = never, NaN = not known.
    """

    cd34: Floats
    blood: NDArray[np.bool_]
    neutrophils: Floats
    platelets: Floats

    def __post_init__(self) -> None:
        if not (self.cd34.shape == self.blood.shape == self.neutrophils.shape == self.platelets.shape):
            raise ValueError("cd34, blood, neutrophils and platelets must have one value for each patient")

    def days(self, what: Recovered) -> Floats:
        return self.neutrophils if what is Recovered.NEUTROPHILS else self.platelets

    def of(self, source: Source | None) -> Cohort:
        """Only the grafts of one source; all of them for None."""
        if source is None:
            return self
        kept = self.blood if source is Source.BLOOD else ~self.blood
        return Cohort(self.cd34[kept], self.blood[kept], self.neutrophils[kept], self.platelets[kept])


@dataclass(frozen=True)
class Band:
    """Recovery with ``low`` < CD34+ dose <= ``high``. Quantiles over everyone: never is later than any day."""

    what: Recovered
    source: Source | None
    low: float
    high: float
    patients: int
    never: int
    q25: float
    median: float
    q75: float


@dataclass(frozen=True)
class Trend:
    """How recovery goes with dose.

    ``spearman``: rank correlation, never ranked last; ``days_per_doubling``: least squares of the day on log2 dose
    among those who recovered.
    """

    what: Recovered
    source: Source | None
    patients: int
    spearman: float
    days_per_doubling: float


def read_children(file: str | Path) -> Cohort:
    """The children of the table. Raises ``PlanError`` naming line and column for what cannot be read."""
    cells: dict[str, list[float]] = {name: [] for name in _COLUMNS if name != "stem_cell_source"}
    blood: list[bool] = []
    with Path(file).open(newline="", encoding="utf-8") as lines:
        reader = csv.DictReader(lines)
        for name in _COLUMNS:
            if name not in (reader.fieldnames or ()):
                raise PlanError(
                    str(file), [Problem(f"no column {name!r}", "the columns of the children's table", line=1)]
                )
        for row in reader:
            blood.append(Source(row["stem_cell_source"]) is Source.BLOOD)
            for name, values in cells.items():
                try:
                    value = float(row[name]) if row[name] else math.nan
                except ValueError as error:
                    problem = Problem(repr(row[name]), "a number", line=reader.line_num, key=name)
                    raise PlanError(str(file), [problem]) from error
                values.append(math.inf if name != _COLUMNS[0] and value > _NEVER else value)
    return Cohort(
        1e6 * np.array(cells["CD34_x1e6_per_kg"]),
        np.array(blood, dtype=bool),
        np.array(cells["ANC_recovery"]),
        np.array(cells["PLT_recovery"]),
    )


def by_band(
    cohort: Cohort, what: Recovered, source: Source | None = None, edges: Sequence[float] = BANDS
) -> tuple[Band, ...]:
    """Recovery in each band of dose that holds a patient."""
    chosen = cohort.of(source)
    days = chosen.days(what)
    bands = []
    for low, high in pairwise(edges):
        mine = days[(chosen.cd34 > low) & (chosen.cd34 <= high) & ~np.isnan(days)]
        if mine.size:
            never = int(np.isinf(mine).sum())
            quarter, middle, rest = quantile(mine, 0.25), median(mine), quantile(mine, 0.75)
            bands.append(Band(what, source, low, high, mine.size, never, quarter, middle, rest))
    return tuple(bands)


def trend(cohort: Cohort, what: Recovered, source: Source | None = None) -> Trend:
    """Rank correlation and slope of recovery on dose; NaN where there is no spread."""
    chosen = cohort.of(source)
    known = ~np.isnan(chosen.days(what)) & (chosen.cd34 > 0)
    dose, days = chosen.cd34[known], chosen.days(what)[known]
    reached = np.isfinite(days)
    slope = math.nan
    if np.count_nonzero(reached) > 2 and np.ptp(dose[reached]) > 0:
        slope = float(np.polyfit(np.log2(dose[reached]), days[reached], 1)[0])
    return Trend(what, source, int(known.sum()), _spearman(dose, days), slope)


def _spearman(x: Floats, y: Floats) -> float:
    a, b = _ranks(x), _ranks(y)
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return math.nan
    return float(np.corrcoef(a, b)[0, 1])


def _ranks(values: Floats) -> Floats:
    """Ranks from 0, ties sharing their mean; infinities last."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(count)
    return (ends - (count + 1) / 2)[place]


@dataclass(frozen=True)
class Beside:
    """One band of dose, observed and simulated; either may lack patients there."""

    what: Recovered
    source: Source | None
    low: float
    high: float
    observed: Band | None
    simulated: Band | None


def compare(observed: Cohort, simulated: Cohort, edges: Sequence[float] = BANDS) -> tuple[Beside, ...]:
    """Bands of both cohorts side by side: for each recovery all grafts, then marrow and blood apart."""
    rows = []
    for what in Recovered:
        for source in (None, *Source):
            seen = {(band.low, band.high): band for band in by_band(observed, what, source, edges)}
            made = {(band.low, band.high): band for band in by_band(simulated, what, source, edges)}
            for low, high in sorted(seen.keys() | made.keys()):
                key = (low, high)
                rows.append(Beside(what, source, low, high, seen.get(key), made.get(key)))
    return tuple(rows)
