"""One published arm as marrow simulates it: a plan, how its patients differ, and how its endpoints were defined."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from marrow.clinic.plan import Plan


@dataclass(frozen=True)
class Spread:
    """A lognormal quantity between ``low`` and ``high``: ``sigma`` is its standard deviation on the log scale."""

    median: float
    sigma: float
    low: float
    high: float

    def at(self, standard: NDArray[np.float64]) -> NDArray[np.float64]:
        """Its values at standard normal deviates (N,)."""
        return np.clip(self.median * np.exp(self.sigma * standard), self.low, self.high)


@dataclass(frozen=True)
class Shares:
    """A key of the plan (``path``) that differs between patients: each value as text, with its share of them."""

    path: str
    values: tuple[tuple[str, float], ...]

    def places(self, drawn: NDArray[np.float64]) -> NDArray[np.intp]:
        """Which of the values (N,) numbers drawn evenly between 0 and 1 fall on."""
        edges = np.cumsum([share for _, share in self.values])
        return np.minimum(np.searchsorted(edges / edges[-1], drawn, side="right"), len(edges) - 1)


@dataclass(frozen=True)
class Cohort:
    """How patients of an arm differ; None: as in the plan (cells), or as usual for age and sex (weight).

    ``age`` years, ``weight`` kg, ``cd34`` and ``cd3`` cells per kg; ``women``: their share. ``shares``: drawn
    independently of each other.
    """

    age: Spread
    women: float
    weight: Spread | None = None
    cd34: Spread | None = None
    cd3: Spread | None = None
    shares: tuple[Shares, ...] = ()


@dataclass(frozen=True)
class Variant:
    """A ``share`` of the patients whose plan differs: ``changes`` as (path, text); cell doses of their own."""

    share: float
    changes: tuple[tuple[str, str], ...]
    cd34: Spread | None = None
    cd3: Spread | None = None


class Among(Enum):
    """Whose days a median is of."""

    ENGRAFTED = "those who reached it"
    EVERYONE = "everyone, never counting as later than any day"


class NeutrophilRule(Enum):
    """Which day counts as the day of neutrophil recovery."""

    THREE_DAYS = "first of 3 days"
    ONE_DAY = "first day"


class PlateletRule(Enum):
    """How long before the day of platelet recovery, or from it on, nothing was transfused."""

    SEVEN_DAYS = "7 days untransfused"
    FIRST_OF_SEVEN = "first of 7 days untransfused"
    THREE_DAYS = "3 days untransfused"
    ONE_VALUE = "single value"


class ChronicRule(Enum):
    """What a study calls chronic graft-versus-host disease."""

    BY_SIGNS = "by its signs"
    AFTER_DAY_100 = "any disease after day 100"


@dataclass(frozen=True)
class Window:
    """Patients who reached ``column`` from day ``first`` to day ``last``; infinite: also those who never did."""

    column: str
    first: float
    last: float

    def __str__(self) -> str:
        if math.isinf(self.last):
            return f"{self.column} not before day {self.first:g}"
        return f"{self.column} from day {self.first:g} to {self.last:g}"


@dataclass(frozen=True)
class Definitions:
    """What a study calls recovery and chronic disease, and of which patients it speaks. The defaults are those of
    registries, and of consensus criteria since 2005."""

    among: Among = Among.ENGRAFTED
    neutrophils: NeutrophilRule = NeutrophilRule.THREE_DAYS
    platelets: PlateletRule = PlateletRule.SEVEN_DAYS
    chronic: ChronicRule = ChronicRule.BY_SIGNS
    only: tuple[Window, ...] = ()

    def __str__(self) -> str:
        return f"medians of {self.among.value}; neutrophils {self.neutrophils.value}; platelets {self.platelets.value}"


@dataclass(frozen=True)
class Arm:
    """One published arm. ``plan``: of a typical patient; ``assumed``: what the paper does not say."""

    study: str
    arm: str
    plan: Plan
    cohort: Cohort
    assumed: tuple[str, ...]
    variants: tuple[Variant, ...] = ()
    definitions: Definitions = field(default_factory=Definitions)

    @property
    def name(self) -> str:
        return f"{self.study}: {self.arm}"

    def lives_like(self, other: Arm) -> bool:
        """Whether they differ only in the patients who are looked at, so that one simulation serves both."""
        mine, theirs = ((each.study, each.plan, each.cohort, each.variants) for each in (self, other))
        return self is other or (self.definitions.only != other.definitions.only and mine == theirs)

    @property
    def drugs(self) -> tuple[str, ...]:
        """Printed names of all drugs that the plan and its variants name, in order."""
        from marrow.clinic.orders import DrugOrder
        from marrow.clinic.sense import PRODUCT_LAB

        named = [
            order.drug if isinstance(order, DrugOrder) else order.what
            for plan in self.plans
            for _, order in plan.orders
        ]
        return tuple(name for name in dict.fromkeys(named) if name not in PRODUCT_LAB)

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plan, then that of each variant."""
        return (self.plan, *(self.plan.with_all(dict(variant.changes)) for variant in self.variants))
