"""Which drugs of a plan would have to be modelled before its course can stand for that of real patients."""

from __future__ import annotations

from collections.abc import Set

from marrow.clinic import formulary
from marrow.clinic.doses import way_of
from marrow.clinic.orders import DrugOrder, Order
from marrow.clinic.plan import Plan
from marrow.clinic.sense import PRODUCT_LAB


def lacking(plan: Plan, available: Set[str] | None = None) -> tuple[str, ...]:
    """Drugs that nothing models and that would be missed, by their printed names; supportive ones are not.

    A drug that is given by a way which its module does not have is named with that way: 'fludarabine PO'.

    ``available``: printed names of the drugs that count as modelled; default those of the package.
    """
    names: dict[str, None] = {}
    for _, order in plan.orders:
        name = order.drug if isinstance(order, DrugOrder) else order.what
        if name not in PRODUCT_LAB and not _is_modelled(name, available) and not formulary.why_left_out(order):
            names[name] = None
        names.update(dict.fromkeys(f"{name} {way}" for way in _ways_lacking(order)))
    return tuple(names)


def _ways_lacking(order: Order) -> list[str]:
    if not isinstance(order, DrugOrder) or order.trough is not None:
        return []
    ways = {way_of(order.drug, course.way).value for course in order.courses}
    return sorted(way for way in ways if formulary.lacks_route(order.drug, way))


def _is_modelled(name: str, available: Set[str] | None) -> bool:
    if available is None:
        return formulary.is_modelled(name)
    other = formulary.stand_in(name)
    return name in available or (other is not None and other.drug in available)
