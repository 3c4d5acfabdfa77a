"""Which drugs of a plan would have to be modelled before its course can stand for that of real patients."""

from __future__ import annotations

from marrow.clinic import formulary
from marrow.clinic.orders import DrugOrder
from marrow.clinic.plan import Plan
from marrow.clinic.sense import PRODUCT_LAB


def lacking(plan: Plan) -> tuple[str, ...]:
    """Drugs that nothing models and that would be missed, by their printed names; supportive ones are not."""
    names: dict[str, None] = {}
    for _, order in plan.orders:
        name = order.drug if isinstance(order, DrugOrder) else order.what
        if name not in PRODUCT_LAB and not formulary.is_modelled(name) and not formulary.why_left_out(order):
            names[name] = None
    return tuple(names)
