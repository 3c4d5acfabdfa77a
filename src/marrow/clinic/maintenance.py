"""What a sentence about maintenance leaves out is taken as usual: the dose, how often, and that it ends with a relapse.

'lenalidomide maintenance from day 100' is 'lenalidomide 10 mg daily from day 100 until relapsed'; the plan prints that.
"""

from __future__ import annotations

from dataclasses import replace

from marrow.clinic.labs import FINDINGS, PRESENT
from marrow.clinic.orders import Condition, StandingOrder
from marrow.clinic.quantities import Dose
from marrow.engine.schedule import Comparison

# a dose and how many of it a day; common practice, from memory: assumed
USUAL = {
    "lenalidomide": (Dose(10.0, "mg"), 1),
    "sorafenib": (Dose(400.0, "mg"), 2),
    "midostaurin": (Dose(50.0, "mg"), 2),
    "gilteritinib": (Dose(120.0, "mg"), 1),
}
_RELAPSED = Condition(next(lab for lab in FINDINGS if lab.said == "relapsed"), Comparison.ABOVE, PRESENT)


def as_maintenance(order: StandingOrder) -> StandingOrder:
    """The order with what it left out; orders of other drugs as they are."""
    if order.what not in USUAL:
        return order
    if order.dose is None:
        dose, per_day = USUAL[order.what]
        order = replace(order, dose=dose, per_day=per_day if order.every_days == 1 else 1)
    endless = order.until is None and order.last_day is None and order.when is None
    return replace(order, until=_RELAPSED) if endless else order
