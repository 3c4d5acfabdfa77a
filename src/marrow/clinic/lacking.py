"""Which drugs of a plan would have to be modelled before its course can stand for that of real patients."""

from __future__ import annotations

from collections.abc import Set

from marrow.clinic import formulary
from marrow.clinic.orders import DrugOrder
from marrow.clinic.plan import Plan
from marrow.clinic.sense import PRODUCT_LAB


def lacking(plan: Plan, available: Set[str] | None = None) -> tuple[str, ...]:
    """Drugs that nothing models and that would be missed, by their printed names; supportive ones are not.

    ``available``: printed names of the drugs that count as modelled; default those of the package.
    """
    names: dict[str, None] = {}
    for _, order in plan.orders:
        name = order.drug if isinstance(order, DrugOrder) else order.what
        if name not in PRODUCT_LAB and not _is_modelled(name, available) and not formulary.why_left_out(order):
            names[name] = None
    return tuple(names)


def _is_modelled(name: str, available: Set[str] | None) -> bool:
    if available is None:
        return formulary.is_modelled(name)
    other = formulary.stand_in(name)
    return name in available or (other is not None and other.drug in available)
