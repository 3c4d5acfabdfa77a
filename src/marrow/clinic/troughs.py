"""Orders that aim at a trough: 'tacrolimus, trough 5-10 ng/mL, day -3 to 100, taper to day 180'.

A drug that can be dosed so has a route ``trough`` into the level that the ward aims at; its module turns that level
into a rate of dosing by the clearance of a typical patient of this size. So the order is three events, not hundreds:
the middle of the range from the first day on, and its linear fall to the end of the taper.
"""

from __future__ import annotations

from marrow.clinic.doses import USUAL_TIME
from marrow.clinic.orders import DrugOrder

ROUTE = "trough"
_MG_PER_LITRE = {"ng/mL": 1e-3, "ug/mL": 1.0}


def aims_at(order: DrugOrder) -> float:
    """The middle of the range, mg/L."""
    assert order.trough is not None
    low, high = order.trough
    return (low + high) / 2 * _MG_PER_LITRE[order.trough_unit]


def steps_of(order: DrugOrder) -> list[tuple[float, float]]:
    """(day, change of the level aimed at, mg/L): at once."""
    level = aims_at(order)
    start = [(order.first_day + USUAL_TIME, level)]
    return start if order.taper_to is not None else [*start, (order.last_day + 1.0, -level)]


def slopes_of(order: DrugOrder) -> list[tuple[float, float]]:
    """(day, slope of the level aimed at from then on, mg/L/day): the taper."""
    if order.taper_to is None:
        return []
    first, last = order.last_day + 1.0, order.taper_to + 1.0
    return [(first, -aims_at(order) / (last - first)), (last, 0.0)]
