"""What published rows ask of a course beyond the usual outcomes: a count on a day, transfusions until a day, and so on.

A reading is read of one arm's course; its ``column`` names it among the outcomes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marrow.endpoints.chimerism import Category, categories, donor_fraction
from marrow.endpoints.definitions import EngraftmentDefinition, GraftFailureDefinition
from marrow.endpoints.engraftment import neutrophil_engraftment, platelet_engraftment
from marrow.endpoints.graft_failure import graft_failure
from marrow.endpoints.nadir import days_below, nadir
from marrow.endpoints.outcome import EARLY
from marrow.endpoints.series import GivenDays, daily, value_on
from marrow.endpoints.transfusion import Product, transfusions_of

Floats = NDArray[np.float64]

# Nucleated cells of blood and the factor of each count to 10^9/L: what a test of whole blood counts.
_WHOLE_BLOOD = {
    "absolute_neutrophil_count": 1.0,
    "absolute_monocyte_count": 1.0,
    "t_cell_count": 1e-3,
    "b_cell_count": 1e-3,
    "natural_killer_count": 1e-3,
}
LYMPHOCYTES = ("t_cell_count", "b_cell_count", "natural_killer_count")
_LOSS_DAY = 100.0  # on which a lost graft shows in the donor share


@dataclass(frozen=True)
class Chart:
    """A simulated course (dims draw, time) and its table of actions."""

    course: Any
    actions: Any

    @property
    def time(self) -> Floats:
        return np.asarray(self.course["time"].values, dtype=float)

    @property
    def patients(self) -> int:
        return int(self.course.sizes["draw"])

    def values(self, *names: str) -> Floats:
        """The sum of counts (N, T); NaN where the course does not hold one of them."""
        if not all(name in self.course for name in names):
            return np.full((self.patients, self.time.size), np.nan)
        return np.sum([np.asarray(self.course[name].values, dtype=float) for name in names], axis=0)

    def given(self, product: Product) -> GivenDays:
        return transfusions_of(self.actions, product, self.patients)


@dataclass(frozen=True)
class Reading:
    """One value for each of N patients; NaN = not known."""

    @property
    def column(self) -> str:
        return str(self)

    def read(self, chart: Chart) -> Floats:
        raise NotImplementedError


@dataclass(frozen=True)
class RecoveryOf(Reading):
    """The day on which a count has recovered by a definition, in the count's own unit."""

    count: str
    definition: EngraftmentDefinition

    def __str__(self) -> str:
        return f"day of {self.definition.name}"

    def read(self, chart: Chart) -> Floats:
        values = chart.values(self.count)
        if self.count == "platelet_count":
            return platelet_engraftment(chart.time, values, chart.given(Product.PLATELETS), self.definition).day
        return neutrophil_engraftment(chart.time, values, self.definition).day


@dataclass(frozen=True)
class CountOn(Reading):
    """The sum of ``counts`` on a day, times ``factor``."""

    counts: tuple[str, ...]
    day: float
    factor: float = 1.0

    def __str__(self) -> str:
        return f"{' + '.join(self.counts)} on day {self.day:g}"

    def read(self, chart: Chart) -> Floats:
        return self.factor * value_on(daily(chart.time, chart.values(*self.counts)), self.day)


@dataclass(frozen=True)
class BelowOn(Reading):
    """1 where a count is below ``threshold`` on a day, 0 where not."""

    count: str
    threshold: float
    day: float

    def __str__(self) -> str:
        return f"{self.count} below {self.threshold:g} on day {self.day:g}"

    def read(self, chart: Chart) -> Floats:
        value = value_on(daily(chart.time, chart.values(self.count)), self.day)
        return np.where(np.isnan(value), np.nan, value < self.threshold)


@dataclass(frozen=True)
class NeverBelow(Reading):
    """1 where a count stays at or above ``threshold`` from day 0 to day 100, 0 where not."""

    count: str
    threshold: float

    def __str__(self) -> str:
        return f"{self.count} never below {self.threshold:g}"

    def read(self, chart: Chart) -> Floats:
        lowest = nadir(chart.time, chart.values(self.count), from_day=0.0, until=EARLY).value
        return np.where(np.isnan(lowest), np.nan, lowest >= self.threshold)


@dataclass(frozen=True)
class DaysBelow(Reading):
    """Days with a count below ``threshold``, up to day 100."""

    count: str
    threshold: float

    def __str__(self) -> str:
        return f"days with {self.count} below {self.threshold:g}"

    def read(self, chart: Chart) -> Floats:
        return days_below(chart.time, chart.values(self.count), self.threshold, until=EARLY).days


@dataclass(frozen=True)
class TransfusedUntil(Reading):
    """Days on which a product was given, from the graft to a day."""

    product: Product
    day: float

    def __str__(self) -> str:
        return f"days with transfusion of {self.product.value} until day {self.day:g}"

    def read(self, chart: Chart) -> Floats:
        return chart.given(self.product).number(0.0, self.day).astype(float)


@dataclass(frozen=True)
class WholeBlood(Reading):
    """1 where whole blood has the chimerism ``category`` on any of the ``days``, of those whose neutrophils engrafted.

    Patients who did not engraft are unknown.
    """

    category: Category
    days: tuple[float, ...]

    def __str__(self) -> str:
        days = ", ".join(f"{day:g}" for day in self.days)
        return f"{self.category.value} donor chimerism of whole blood on day {days}"

    def read(self, chart: Chart) -> Floats:
        share = donor_share(chart, self.days)
        seen = np.any(categories(share) == self.category, axis=1)
        engrafted = neutrophil_engraftment(chart.time, chart.values("absolute_neutrophil_count")).day
        known = np.isfinite(engrafted) & ~np.isnan(share).all(axis=1)
        return np.where(known, seen, np.nan)


@dataclass(frozen=True)
class GraftFailed(Reading):
    """1 where neutrophils did not engraft in time, or where less than 5 % of blood is the donor's on day 100."""

    definition: GraftFailureDefinition
    sustained: bool = False  # the other way round: 1 where the graft lasts

    def __str__(self) -> str:
        return "sustained engraftment" if self.sustained else f"{self.definition.name}, or loss by day {_LOSS_DAY:g}"

    def read(self, chart: Chart) -> Floats:
        recovery = neutrophil_engraftment(chart.time, chart.values("absolute_neutrophil_count"))
        failed = graft_failure(recovery, donor_share(chart, (_LOSS_DAY,))[:, 0], self.definition)
        return 1.0 - failed if self.sustained else failed


def donor_share(chart: Chart, days: Iterable[float]) -> Floats:
    """Donor share of nucleated cells of blood on each of K days (N, K); NaN where not known."""
    donor, host = (
        sum(factor * chart.values(f"{count}_{origin}") for count, factor in _WHOLE_BLOOD.items())
        for origin in ("donor", "host")
    )
    shares = donor_fraction(donor, host, least=1e-3)
    series = daily(chart.time, shares)
    return np.stack([value_on(series, day) for day in days], axis=1)
