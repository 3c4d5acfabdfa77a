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


def changes_of(order: DrugOrder) -> list[tuple[float, float, float | None]]:
    """(day, change of the level aimed at, mg/L, or 0; its slope from then on, mg/L/day, or None: it stays as it is)."""
    level = aims_at(order)
    start, end = order.first_day + USUAL_TIME, order.last_day + 1.0
    if order.taper_to is None:
        return [(start, level, None), (end, -level, None)]
    last = order.taper_to + 1.0
    return [(start, level, None), (end, 0.0, -level / (last - end)), (last, 0.0, 0.0)]
