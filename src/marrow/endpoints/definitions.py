"""Endpoints by name: what counts as what, in whose words, and how far the wording may be trusted.

A definition is data; the functions beside it apply it. A number that differs between papers (days without transfusion,
how many values in a row) is a field, so that a variant is a new definition and not a new function.
"""

from __future__ import annotations

from dataclasses import dataclass

from marrow.sources import Source, assumed

_CIBMTR = assumed(
    "the registry's definition from memory; 'never below counts as recovered at day 0' is the rule of its manual"
)
_VARIANT = assumed("a variant that papers use; which one a paper means is often not said in its abstract")


@dataclass(frozen=True)
class EngraftmentDefinition:
    """The first of ``consecutive`` laboratory values on different days at or above ``threshold`` (10^9/L).

    ``transfusion_free_days``: so many days must have passed since the last transfusion at every one of these values
    (0: transfusions do not matter). ``nadir_until``: the run must come after the lowest value of days 0 to this one
    (0: it must only follow a value below the threshold). ``fall_until``: a count that has not fallen below the
    threshold by this day, without transfusion, has *never been below* and counts as recovered at day 0.
    """

    name: str
    wording: str
    source: Source
    threshold: float
    consecutive: int = 3
    transfusion_free_days: int = 0
    nadir_until: float = 0.0
    fall_until: float = 28.0
    unit: str = "10^9/L"

    def __post_init__(self) -> None:
        if self.threshold <= 0 or self.consecutive < 1 or self.transfusion_free_days < 0:
            raise ValueError(f"{self.name}: needs a positive threshold, at least one value, no negative days")


# Filgrastim can empty the reserve into blood for a few days before the nadir, hence the lowest value of two weeks.
_NADIR_DAYS = 14.0

NEUTROPHILS = EngraftmentDefinition(
    "neutrophil engraftment",
    "first of 3 consecutive laboratory values on different days with ANC at or above 0.5 x 10^9/L, after the nadir",
    _CIBMTR,
    threshold=0.5,
    nadir_until=_NADIR_DAYS,
)
NEUTROPHILS_1_0 = EngraftmentDefinition(
    "neutrophils at 1.0",
    "first of 3 consecutive laboratory values on different days with ANC at or above 1.0 x 10^9/L, after the nadir",
    _VARIANT,
    threshold=1.0,
    nadir_until=_NADIR_DAYS,
)
NEUTROPHILS_SINGLE = EngraftmentDefinition(
    "neutrophils, single value",
    "first laboratory value with ANC at or above 0.5 x 10^9/L, after the nadir",
    _VARIANT,
    threshold=0.5,
    consecutive=1,
    nadir_until=_NADIR_DAYS,
)
PLATELETS_20 = EngraftmentDefinition(
    "platelet engraftment",
    "first of 3 consecutive laboratory values on different days at or above 20 x 10^9/L, at least 7 days after the "
    "last platelet transfusion",
    _CIBMTR,
    threshold=20.0,
    transfusion_free_days=7,
)
PLATELETS_50 = EngraftmentDefinition(
    "platelets at 50",
    "first of 3 consecutive laboratory values on different days at or above 50 x 10^9/L, at least 7 days after the "
    "last platelet transfusion",
    _CIBMTR,
    threshold=50.0,
    transfusion_free_days=7,
)
PLATELETS_20_THREE_DAYS = EngraftmentDefinition(
    "platelet engraftment, 3 days without transfusion",
    "first of 3 consecutive laboratory values on different days at or above 20 x 10^9/L, at least 3 days after the "
    "last platelet transfusion",
    _VARIANT,
    threshold=20.0,
    transfusion_free_days=3,
)
PLATELETS_50_THREE_DAYS = EngraftmentDefinition(
    "platelets at 50, 3 days without transfusion",
    "first of 3 consecutive laboratory values on different days at or above 50 x 10^9/L, at least 3 days after the "
    "last platelet transfusion",
    _VARIANT,
    threshold=50.0,
    transfusion_free_days=3,
)
PLATELETS_20_SINGLE = EngraftmentDefinition(
    "platelets, single value",
    "first laboratory value at or above 20 x 10^9/L at least 7 days after the last platelet transfusion",
    _VARIANT,
    threshold=20.0,
    consecutive=1,
    transfusion_free_days=7,
)


@dataclass(frozen=True)
class IndependenceDefinition:
    """The first day from day 0 on with a count of ``least`` or more, nothing given on it or in the next ``free_days``.

    ``least`` in ``unit``; 0: the count does not matter.
    """

    name: str
    wording: str
    source: Source
    free_days: int
    least: float
    unit: str


RED_CELL_INDEPENDENCE = IndependenceDefinition(
    "red-cell independence",
    "first day with hemoglobin at or above 8 g/dL and no red cells on that day or in the 30 days that follow",
    assumed("no common definition; 8 g/dL is near usual thresholds of transfusion, 30 days exceed usual intervals"),
    free_days=30,
    least=8.0,
    unit="g/dL",
)
PLATELET_INDEPENDENCE = IndependenceDefinition(
    "platelet independence",
    "first day without platelet transfusion on that day or in the 14 days that follow, whatever the count",
    assumed("no common definition; transfused platelets are gone within about a week, so two weeks show independence"),
    free_days=14,
    least=0.0,
    unit="10^9/L",
)


@dataclass(frozen=True)
class ChimerismDefinition:
    """Donor share at or above ``full`` is full, below ``rejection`` is rejection, between them mixed chimerism."""

    name: str
    wording: str
    source: Source
    full: float = 0.95
    rejection: float = 0.05


CHIMERISM = ChimerismDefinition(
    "donor chimerism",
    "full at 95 % or more donor cells, mixed from 5 to 94.9 %, rejection below 5 %",
    assumed("read in a protocol page of the BMT CTN, not in a paper"),
)


@dataclass(frozen=True)
class GraftFailureDefinition:
    """No neutrophil engraftment by ``by_day``; with ``pancytopenia``, low platelets and red cells as well."""

    name: str
    wording: str
    source: Source
    by_day: float
    pancytopenia: bool = False


PRIMARY_GRAFT_FAILURE = GraftFailureDefinition(
    "primary graft failure",
    "no neutrophil engraftment (0.5 x 10^9/L) by day 28, alive without relapse",
    assumed("older rule of registries, from memory"),
    by_day=28.0,
)
PRIMARY_GRAFT_FAILURE_CORD = GraftFailureDefinition(
    "primary graft failure after cord blood",
    "no neutrophil engraftment (0.5 x 10^9/L) by day 42, alive without relapse",
    assumed("older rule of registries, from memory"),
    by_day=42.0,
)
PRIMARY_GRAFT_FAILURE_2024 = GraftFailureDefinition(
    "primary graft failure, harmonised 2024",
    "no neutrophil engraftment (0.5 x 10^9/L) by day 30 with pancytopenia: platelets below 20 x 10^9/L or transfused, "
    "and hemoglobin below 8 g/dL or transfused, each in the week before",
    assumed("day 30 with pancytopenia as in the harmonised definition of 2024; the limits of pancytopenia are ours"),
    by_day=30.0,
    pancytopenia=True,
)

NEUTROPHIL_DEFINITIONS = (NEUTROPHILS, NEUTROPHILS_1_0, NEUTROPHILS_SINGLE)
PLATELET_DEFINITIONS = (
    PLATELETS_20,
    PLATELETS_50,
    PLATELETS_20_THREE_DAYS,
    PLATELETS_50_THREE_DAYS,
    PLATELETS_20_SINGLE,
)
