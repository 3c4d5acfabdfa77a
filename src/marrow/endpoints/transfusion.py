"""How much was transfused, and when a patient needed no more."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from marrow.endpoints.definitions import IndependenceDefinition
from marrow.endpoints.series import Floats, GivenDays, daily, first_day, last_measured


class Product(Enum):
    """Blood products; the value is the word with which their standing orders begin."""

    PLATELETS = "platelets"
    RED_CELLS = "red cells"


def transfusions_of(actions: Any, product: Product, patients: int) -> GivenDays:
    """The days of a product from a table of actions with columns draw, day and rule ('platelets when < 10')."""
    rules = list(actions["rule"])
    is_product = {rule: str(rule).startswith(product.value) for rule in set(rules)}
    mine = np.array([is_product[rule] for rule in rules], dtype=bool)
    draw, day = np.asarray(actions["draw"]), np.asarray(actions["day"])
    return GivenDays.from_pairs(draw[mine], day[mine], patients)


@dataclass(frozen=True)
class Independence:
    """When each of N patients had become independent of a product.

    ``day``: inf = not while observed, NaN = nothing was measured. ``never_given``: none was ever given from day 0 on.
    """

    definition: IndependenceDefinition
    day: Floats
    never_given: np.ndarray


def independence(
    time: ArrayLike, values: ArrayLike, given: GivenDays, definition: IndependenceDefinition, *, from_day: float = 0.0
) -> Independence:
    """``time`` (T,) days; ``values`` (N, T) or (T,): the count of the definition, NaN = not measured.

    The free days must lie within what was observed: 20 days of follow-up cannot show 30 without transfusion.
    """
    series = daily(time, values).between(from_day)
    until = last_measured(series)
    never = given.number(from_day) == 0
    if not series.day.size:
        return Independence(definition, np.full(series.patients, np.nan), never)
    free = given.between(series.day, series.day + definition.free_days) == 0
    free &= series.day + definition.free_days <= until[:, None]
    good = free & (series.value >= definition.least)
    first = first_day(series.day, good)
    return Independence(definition, np.where(np.isnan(until), np.nan, first), never)
