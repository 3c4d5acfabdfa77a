"""Whether a sentence makes sense: a dose and days where they belong, in the right unit, of a possible size."""

from __future__ import annotations

from dataclasses import replace

from marrow.clinic import formulary
from marrow.clinic.drafts import Draft, Segment
from marrow.clinic.formulary import Medicine
from marrow.clinic.labs import find_lab
from marrow.clinic.maintenance import as_maintenance
from marrow.clinic.orders import ONCE, Aim, Course, DrugOrder, Order, Role, StandingOrder, Way, day_runs, days_text
from marrow.clinic.quantities import Dose, Kind, Per, printed, read_dose, refuse
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
    standing = draft.product or any(
        said is not None for said in (draft.when, draft.until, draft.first_day, draft.last_day)
    )
    if standing:
        return _standing(draft, role)
    return _fixed(draft, role)


def _fixed(draft: Draft, role: Role) -> DrugOrder:
    medicine = _placed(draft.subject, role)
    courses: list[Course] = []
    before = Segment()
    for segment in draft.segments:
        for name in ("weighing", "way", "over_hours", "continuous", "every_hours", "clock"):
            if getattr(segment, name) is None:
                setattr(segment, name, getattr(before, name))
        if (segment.every_hours or 24) >= ONCE * 24:
            raise refuse("'once' with fixed days", "the day alone, such as 'day -2'")
        courses.append(_course(segment, draft, medicine))
        before = segment
    if draft.adjusted and draft.aim is None:
        raise refuse("'adjusted' without a target", "'target cumulative AUC 90 mg*h/L, adjusted after the first day'")
    aim = None if draft.aim is None else replace(draft.aim, adjusted=draft.adjusted)
    order = DrugOrder(
        draft.subject, tuple(courses), draft.maximum, draft.trough, draft.trough_unit, draft.taper_to, aim
    )
    _check_order(order, role, medicine)
    return order


def _placed(drug: str, role: Role) -> Medicine | None:
    medicine = formulary.listed(drug)
    if medicine is not None and role not in medicine.places:
        places = " or ".join(place.value for place in medicine.places)
        raise refuse(f"{drug} under {role.value}", f"it under {places}")
    return medicine


def _course(segment: Segment, draft: Draft, medicine: Medicine | None) -> Course:
    drug = draft.subject
    if draft.aim is not None and (segment.dose is not None or draft.trough is not None):
        raise refuse(f"a {'trough' if segment.dose is None else 'dose'} and a target of {drug}", "one of them")
    if segment.dose is None and draft.trough is None and draft.aim is None:
        example = f"{drug} {_example_dose(medicine)}, day -3"
        raise refuse(f"no dose of {drug}", f"a dose with its unit, such as '{example}'")
    if segment.dose is not None and draft.trough is not None:
        raise refuse(f"a dose and a trough of {drug}", "one of them")
    if segment.days is None:
        raise refuse(f"no day for {drug}", "days, such as 'day -6 to -3' or 'day 3, 6, 11'")
    every = segment.every_hours or 24
    if segment.fractions is not None:
        every = _every_of_fractions(segment, every)
    continuous = bool(segment.continuous)
    if segment.dose is not None and segment.dose.hourly:
        if segment.over_hours is not None:
            raise refuse(f"a rate per hour and 'over {printed(segment.over_hours)} h'", "one of them")
        continuous = True
    if segment.day_divisor and every < 24:
        raise refuse(f"a dose per day given every {every} h", "the dose of each time, such as '0.8 mg/kg every 6 h'")
    if continuous and (segment.over_hours is not None or every != 24):
        raise refuse("'continuously' with 'over' or 'every'", "'continuously' alone: the dose of a day runs over 24 h")
    if segment.over_hours is not None and segment.over_hours > every:
        raise refuse(
            f"{printed(segment.over_hours)} h of infusion every {every} h", f"an infusion of at most {every} h"
        )
    if segment.weighing is not None and (segment.dose is None or segment.dose.per is not Per.KILOGRAM):
        raise refuse(
            f"'of {segment.weighing.value} weight' for a dose that is not per kg", "a dose in mg/kg, or no weight"
        )
    days = _days(segment, every)
    return Course(
        segment.dose,
        days,
        segment.weighing,
        segment.way,
        segment.over_hours,
        continuous,
        every,
        segment.fractions,
        segment.clock,
    )


def _every_of_fractions(segment: Segment, every: int) -> int:
    """The interval at which so many fractions fill the days: as said, or what it must be. Raises ``PlanError``."""
    days, fractions = len(segment.days or ()), segment.fractions or 1
    per_day, left = divmod(fractions, days)
    if (
        left
        or per_day not in (1, 2, 3, 4)
        or every > 24
        or (segment.every_hours is not None and 24 // every != per_day)
    ):
        a_day = f", {24 // every} a day" if segment.every_hours is not None and every <= 24 else ""
        raise refuse(
            f"{fractions} fractions on {days} days{a_day}",
            "as many each day as are said, such as 6 on 3 days, twice daily",
        )
    return 24 // per_day


def _days(segment: Segment, every: int) -> tuple[int, ...]:
    days = segment.days or ()
    if every > 24 and len(day_runs(days)) > 1:
        raise refuse(f"'every {every // 24} days' with {days_text(days)}", "one stretch of days, such as 'day 1 to 9'")
    if every > 24:  # only days up to the last dose: the same order prints the same
        step = every // 24
        days = days[: (len(days) - 1) // step * step + 1]
    if segment.repeats is None:
        return days
    per_day = max(1, 24 // every)
    step = max(1, every // 24)
    if segment.repeats % per_day:
        raise refuse(f"{segment.repeats} doses, {per_day} a day", "a number of doses that fills whole days")
    count = segment.repeats // per_day
    if len(days) == 1:
        return tuple(range(days[0], days[0] + (count - 1) * step + 1))
    if len(days[::step]) != count:
        raise refuse(
            f"{segment.repeats} doses on {len(days[::step])} days of {per_day}",
            f"{len(days[::step]) * per_day} doses, or other days",
        )
    return days


def _check_order(order: DrugOrder, role: Role, medicine: Medicine | None) -> None:
    if order.trough is not None and (role is not Role.PROPHYLAXIS or len(order.courses) > 1):
        raise refuse("a trough", "a dose; troughs are for prophylaxis, one stretch of days")
    if order.trough is not None and medicine is not None and medicine.highest_trough:
        highest = order.trough[1] * (1e3 if order.trough_unit == "ug/mL" else 1.0)
        if highest > medicine.highest_trough:
            needed = f"at most {printed(medicine.highest_trough)} ng/mL (far above any published target)"
            raise refuse(f"a trough of {order.trough[1]:g} {order.trough_unit} of {order.drug}", needed)
    if order.taper_to is not None and order.taper_to <= order.last_day:
        raise refuse(f"a taper to day {order.taper_to}", f"a day after the last dose on day {order.last_day}")
    if order.aim is not None:
        _check_aim(order, order.aim, role)
    taken: set[int] = set()
    for course in order.courses:
        if taken & set(course.on_days):
            raise refuse(f"{order.drug} twice on day {min(taken & set(course.on_days))}", "'then' for other days")
        taken |= set(course.on_days)
        if course.dose is not None:
            check_size(order.drug, course.dose, course, medicine)
    if order.maximum is not None:
        _check_maximum(order, order.maximum)
    _check_days(order, role, medicine)


def _check_aim(order: DrugOrder, aim: Aim, role: Role) -> None:
    course = order.courses[0]
    if role is not Role.CONDITIONING or len(order.courses) > 1:
        raise refuse("a target AUC", "a dose; targets are for conditioning, one stretch of days")
    if order.maximum is not None or order.taper_to is not None or course.fractions is not None:
        raise refuse("'max', 'taper' or fractions with a target", "the target alone: the dose follows from it")
    if aim.adjusted and len(course.on_days) < 2:
        raise refuse(f"'adjusted' for one day of {order.drug}", "two days or more: those after the first are adjusted")


def _check_days(order: DrugOrder, role: Role, medicine: Medicine | None) -> None:
    first, last = (
        medicine.places[role] if medicine is not None else (-30, -1) if role is Role.CONDITIONING else (-60, 3650)
    )
    for day in (order.first_day, order.last_day):
        if first <= day <= last:
            continue
        if role is Role.CONDITIONING and day > last:
            found = f"{order.drug} on day {day}, after the graft" if day > 0 else f"{order.drug} on day {day}"
            hint = (
                "; after the graft it belongs under prophylaxis"
                if medicine and Role.PROPHYLAXIS in medicine.places
                else ""
            )
            raise refuse(
                found, f"conditioning before the graft, on day {first} to {last}{hint}", f"day {-day}" if day else ""
            )
        if day < first and first >= 0:
            raise refuse(
                f"{order.drug} on day {day}, before the graft",
                f"{order.drug} after it, from day {first} on",
                f"day {-day}",
            )
        raise refuse(f"{order.drug} on day {day}", f"a day between {first} and {last}")


def check_size(drug: str, dose: Dose, course: Course | None, medicine: Medicine | None) -> None:
    """Raises ``PlanError`` for a dose that is far above any published one, or in a unit of another kind."""
    if medicine is None:
        return
    if dose.kind is not medicine.kind:
        raise refuse(f"{drug} in {dose.unit}", f"a dose in {medicine.kind.value}, such as '{_example_dose(medicine)}'")
    times = course.per_day if course is not None and course.fractions is None else 1
    of_a_day = dose.in_kind * times * (24 if dose.hourly else 1)
    if course is not None and course.fractions is not None:
        of_a_day = dose.in_kind / course.fractions * course.per_day
        if dose.kind is Kind.RADIATION and dose.in_kind > 16:
            raise refuse(f"{dose} of {drug} in all", "at most 16 Gy")
    for unit, most in medicine.most.items():
        limit = read_dose(most, unit)
        if limit.per is dose.per and of_a_day > limit.in_kind:
            a_day = printed(float(f"{of_a_day / limit.in_kind * most:.6g}"))
            near = f"{dose.amount:g} {_other_unit(dose, medicine)}" if _other_unit(dose, medicine) else ""
            raise refuse(
                f"{a_day} {unit} of {drug} in a day",
                f"at most {printed(most)} {unit} (far above any published schedule)",
                near,
            )


def _other_unit(dose: Dose, medicine: Medicine) -> str:
    """A unit in which the same number would be possible: most impossible doses are slips of the unit."""
    for unit, most in medicine.most.items():
        limit = read_dose(most, unit)
        if limit.per is not dose.per and most / 8 <= dose.amount <= most:
            return unit
    guards = [read_dose(most, unit) for unit, most in medicine.most.items() if unit.startswith("ug")]
    if dose.unit == "mg" and any(g.per is dose.per and dose.in_kind * 1e-3 <= g.in_kind for g in guards):
        return f"ug/{dose.per.value}".rstrip("/")
    return ""


def _check_maximum(order: DrugOrder | StandingOrder, maximum: Dose) -> None:
    doses = [c.dose for c in order.courses] if isinstance(order, DrugOrder) else [order.dose]
    for dose in doses:
        if (
            dose is None
            or maximum.kind is not dose.kind
            or maximum.per is not Per.PATIENT
            or maximum.hourly
            or dose.hourly
        ):
            raise refuse(
                f"max {maximum}", "the largest single dose of a patient, in a unit of the dose, such as 'max 1 g'"
            )


def _example_dose(medicine: Medicine | None) -> str:
    if medicine is None or not medicine.most:
        return "40 mg/m2"
    unit, most = next(iter(medicine.most.items()))
    return f"{float(f'{most / 2:.1g}'):g} {unit}"


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
        "a target": draft.aim,
        "'over'": said.over_hours,
        "'continuously'": said.continuous,
        "fractions": said.fractions,
        "a number of doses": said.repeats,
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
    medicine = _placed(order.what, Role.CARE)
    if order.dose is None or order.dose.hourly:
        raise refuse(
            f"no dose of {order.what}", f"a dose with its unit, such as '{order.what} {_example_dose(medicine)}'"
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
        _check_maximum(order, order.maximum)
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
