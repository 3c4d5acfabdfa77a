"""Whether a sentence makes sense: a dose and days where they belong, in the right unit, of a possible size.

Orders on fixed days are checked in ``fixed``; here, those that follow the labs.
"""

from __future__ import annotations

from dataclasses import replace

from marrow.clinic import formulary
from marrow.clinic.drafts import Draft
from marrow.clinic.fixed import fixed_order
from marrow.clinic.formulary import Medicine
from marrow.clinic.labs import find_lab
from marrow.clinic.maintenance import as_maintenance
from marrow.clinic.orders import Order, Role, StandingOrder, Way, day_runs, days_text
from marrow.clinic.quantities import Kind, Per, printed, refuse
from marrow.clinic.sizes import check_maximum, check_size, example_dose, placed
from marrow.engine.schedule import Comparison

PRODUCT_LAB = {"platelets": "platelets", "red cells": "Hb"}
_PRODUCT_DOSES = {  # possible doses of one transfusion, by kind and divisor
    "platelets": {
        (Kind.CELLS, Per.PATIENT): (2e10, 3e12),
        (Kind.CELLS, Per.SQUARE_METER): (2e10, 2e12),
        (Kind.CELLS, Per.KILOGRAM): (5e8, 5e10),
    },
    "red cells": {
        (Kind.UNITS, Per.PATIENT): (0.1, 8),
        (Kind.VOLUME, Per.KILOGRAM): (2, 40),
        (Kind.VOLUME, Per.PATIENT): (10, 3000),
    },
}


def order_of(draft: Draft, role: Role) -> Order:
    """The order that a draft amounts to under the heading ``role``. Raises ``PlanError``."""
    if role is not Role.CARE:
        _count_days(draft)
    standing = draft.product or any(
        said is not None for said in (draft.when, draft.until, draft.first_day, draft.last_day)
    )
    return _standing(draft, role) if standing else fixed_order(draft, role)


def _count_days(draft: Draft) -> None:
    """'from day -3 to day 30' where only fixed days can stand: the same as 'day -3 to 30'."""
    first, last = draft.first_day, draft.last_day
    if first is None or last is None or draft.now.days is not None:
        return
    if last < first:
        raise refuse(f"from day {first} to day {last}", "the earlier day first", f"from day {last} to day {first}")
    draft.now.days = tuple(range(first, last + 1))
    draft.first_day = draft.last_day = None


def _standing(draft: Draft, role: Role) -> StandingOrder:
    what, said = draft.subject, draft.segments[0]
    if role is not Role.CARE:
        raise refuse(
            f"a standing order ({what} by lab or 'from day') under {role.value}",
            "fixed days there, or the order under care",
        )
    unwanted = {
        "'then'": len(draft.segments) > 1,
        "a trough": draft.trough,
        "a taper": draft.taper_to,
        "a target": draft.wanted,
        "'over'": said.over_hours,
        "'continuously'": said.continuous,
        "fractions": said.fractions,
        "a number of doses": said.repeats,
        "a total": said.total,
    }
    for name, present in unwanted.items():
        if present:
            raise refuse(f"{name} in an order that follows the labs", "a dose, a route, days and a lab")
    medicine = formulary.listed(what)
    per_day = _per_day_by_rule(said.every_hours or 24, said.way, medicine)
    usual_days = 1 if medicine is None else medicine.rule_days
    first, last = draft.first_day, draft.last_day
    if said.days is not None:
        if len(day_runs(said.days)) > 1 or first is not None or last is not None:
            raise refuse(days_text(said.days), "one stretch of days: 'from day 5 to day 20'")
        first, last = said.days[0], said.days[-1]
        if len(said.days) == 1 and draft.until is not None:  # 'day 5 until ANC > 1.5': from day 5 on
            last = None
    if first is not None and last is not None and last < first:
        raise refuse(f"from day {first} to day {last}", "the earlier day first")
    order = StandingOrder(
        what,
        said.dose,
        said.weighing,
        draft.maximum,
        said.way,
        usual_days if said.every_hours is None else max(1, said.every_hours // 24),
        first,
        last,
        draft.when,
        draft.until,
        said.clock,
        per_day,
    )
    return _checked_product(order) if draft.product else _checked_rule(as_maintenance(order))


def _per_day_by_rule(every_hours: int, way: Way | None, medicine: Medicine | None) -> int:
    """Doses of a day that a rule gives at its round: one, or those of a drug by mouth. Raises ``PlanError``."""
    if every_hours >= 24:
        return 1
    if (way or (medicine.way if medicine is not None else None)) is not Way.ORAL:
        raise refuse(f"every {every_hours} h by rule", "'daily' or 'every 2 days': rules act once a day")
    return 24 // every_hours


def _checked_product(order: StandingOrder) -> StandingOrder:
    lab = PRODUCT_LAB[order.what]
    if order.when is None or order.when.lab is not find_lab(lab) or order.when.comparison is not Comparison.BELOW:
        found = (
            f"{order.what} when {order.when.text()}" if order.when is not None else f"{order.what} without a threshold"
        )
        raise refuse(
            found, f"the threshold below which they are given, such as '{order.what} when < {8 if lab == 'Hb' else 10}'"
        )
    if order.way is not None or order.maximum is not None or order.weighing is not None:
        raise refuse(
            f"a route, maximum or weight for {order.what}",
            f"'{order.what} 2 units when Hb < 8'" if lab == "Hb" else "'platelets 4e11 when < 10'",
        )
    if order.when.days > 1:
        raise refuse(f"'when' with 'on {order.when.days} days'", "'when' with today's lab only")
    if order.dose is not None:
        possible = _PRODUCT_DOSES[order.what].get((order.dose.kind, order.dose.per))
        example = "'2 units' or '15 mL/kg'" if lab == "Hb" else "'4e11' or '2.2e11/m2' (cells)"
        if possible is None or order.dose.hourly:
            raise refuse(f"{order.dose} of {order.what}", example)
        if not possible[0] <= order.dose.in_kind <= possible[1]:
            raise refuse(
                f"{order.dose} of {order.what}",
                f"a dose between {printed(possible[0])} and {printed(possible[1])}, such as {example}",
            )
    return order


def _checked_rule(order: StandingOrder) -> StandingOrder:
    medicine = placed(order.what, Role.CARE)
    if order.dose is None or order.dose.hourly:
        raise refuse(
            f"no dose of {order.what}", f"a dose with its unit, such as '{order.what} {example_dose(medicine)}'"
        )
    if order.until is None and order.last_day is None and order.when is None:
        raise refuse(f"{order.what} without an end", "'until ANC > 1.5 on 2 days', or 'to day 20'")
    if order.when is not None and order.when.days > 1:
        raise refuse(f"'when' with 'on {order.when.days} days'", "'when' with today's lab only")
    if order.weighing is not None and order.dose.per is not Per.KILOGRAM:
        raise refuse(
            f"'of {order.weighing.value} weight' for a dose that is not per kg", "a dose in ug/kg, or no weight"
        )
    if order.maximum is not None:
        check_maximum(order, order.maximum)
    check_size(order.what, replace(order.dose, amount=order.per_day * order.dose.amount), None, medicine)
    if medicine is not None:
        earliest, latest = medicine.places[Role.CARE]
        for day in (order.first_day, order.last_day):
            if day is not None and not earliest <= day <= latest:
                near = f"day {-day}" if earliest <= -day <= latest else ""
                raise refuse(f"{order.what} on day {day}", f"a day between {earliest} and {latest}", near)
        if order.first_day is None:
            order = replace(order, first_day=max(earliest, 0))
            if order.last_day is not None and order.last_day < max(earliest, 0):
                raise refuse(
                    f"{order.what} to day {order.last_day}", "the first day too, such as 'from day -7 to day -1'"
                )
    return order
