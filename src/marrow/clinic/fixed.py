"""Orders on fixed days: whether dose, infusion, days and number of doses go together."""

from __future__ import annotations

from dataclasses import replace

from marrow.clinic.aiming import aim_of
from marrow.clinic.drafts import Draft, Segment
from marrow.clinic.formulary import Medicine
from marrow.clinic.orders import ONCE, Aim, Course, DrugOrder, Role, Way, day_runs, days_text, hours_text
from marrow.clinic.quantities import Per, printed, refuse
from marrow.clinic.sizes import check_maximum, check_size, example_dose, placed


def fixed_order(draft: Draft, role: Role) -> DrugOrder:
    medicine = placed(draft.subject, role)
    courses: list[Course] = []
    before = Segment()
    for segment in draft.segments:
        same_way = segment.way is None or segment.way is before.way
        for name in ("weighing", "way", "every_hours", "clock", *(("over_hours", "continuous") if same_way else ())):
            if getattr(segment, name) is None:
                setattr(segment, name, getattr(before, name))
        if (segment.every_hours or 24) >= ONCE * 24:
            raise refuse("'once' with fixed days", "the day alone, such as 'day -2'")
        courses.append(_course(segment, draft, medicine))
        before = segment
    if draft.adjusted and draft.wanted is None:
        raise refuse("'adjusted' without a target", "'target cumulative AUC 90 mg*h/L, adjusted after the first day'")
    aim = None if draft.wanted is None else aim_of(draft.wanted, courses[0].every_hours, draft.adjusted)
    order = DrugOrder(
        draft.subject, tuple(courses), draft.maximum, draft.trough, draft.trough_unit, draft.taper_to, aim
    )
    _check_order(order, role, medicine)
    return order


def _course(segment: Segment, draft: Draft, medicine: Medicine | None) -> Course:
    _check_given(segment, draft, medicine)
    every = segment.every_hours or 24
    if segment.fractions is not None:
        every = _every_of_fractions(segment, every)
    if segment.day_divisor and every < 24:
        raise refuse(f"a dose per day given every {every} h", "the dose of each time, such as '0.8 mg/kg every 6 h'")
    continuous = bool(segment.continuous) or (segment.dose is not None and segment.dose.hourly)
    _check_infusion(segment, draft.subject, continuous, every)
    if segment.weighing is not None and (segment.dose is None or segment.dose.per is not Per.KILOGRAM):
        raise refuse(
            f"'of {segment.weighing.value} weight' for a dose that is not per kg", "a dose in mg/kg, or no weight"
        )
    course = Course(
        segment.dose,
        _days(segment, every),
        segment.weighing,
        segment.way,
        segment.over_hours,
        continuous,
        every,
        segment.fractions,
        segment.clock,
    )
    return _divided(course) if segment.total else course


def _check_given(segment: Segment, draft: Draft, medicine: Medicine | None) -> None:
    """That there is one dose, trough or target, and a day. Raises ``PlanError``."""
    drug = draft.subject
    if draft.wanted is not None and (segment.dose is not None or draft.trough is not None):
        raise refuse(f"a {'trough' if segment.dose is None else 'dose'} and a target of {drug}", "one of them")
    if segment.dose is None and draft.trough is None and draft.wanted is None:
        example = f"{drug} {example_dose(medicine)}, day -3"
        raise refuse(f"no dose of {drug}", f"a dose with its unit, such as '{example}'")
    if segment.dose is not None and draft.trough is not None:
        raise refuse(f"a dose and a trough of {drug}", "one of them")
    if segment.total and (segment.dose is None or segment.dose.hourly or segment.day_divisor):
        what = "no dose" if segment.dose is None else f"{segment.dose}{'/day' if segment.day_divisor else ''}"
        raise refuse(f"'total' with {what}", "the dose of all days together, such as '150 mg/m2 total, day -6 to -2'")
    if segment.days is None:
        raise refuse(f"no day for {drug}", "days, such as 'day -6 to -3' or 'day 3, 6, 11'")


def _check_infusion(segment: Segment, drug: str, continuous: bool, every: int) -> None:
    """That the dose can flow as long as is said. Raises ``PlanError``."""
    hours, days = segment.over_hours, days_text(segment.days or ())
    if segment.dose is not None and segment.dose.hourly and hours is not None:
        raise refuse(f"a rate per hour and 'over {printed(hours)} h'", "one of them")
    if continuous and (hours is not None or every != 24):
        raise refuse("'continuously' with 'over' or 'every'", "'continuously' alone: the dose of a day runs over 24 h")
    if hours is None:
        return
    if segment.way is Way.ORAL:
        needed = f"no 'over'; of a whole dose: '{drug} {segment.dose} total PO every 6 h, {days}'"
        raise refuse(f"a dose by mouth over {hours_text(hours)}", needed)
    if hours > every:
        whole = f"; a whole dose is divided by '{drug} {segment.dose} total IV, {days}'" if hours >= 48 else ""
        raise refuse(f"{printed(hours)} h of infusion every {every} h", f"an infusion of at most {every} h{whole}")


def _divided(course: Course) -> Course:
    """The course with the dose of one time in place of the total. A total in fractions is one already."""
    if course.dose is None or course.fractions is not None:
        return course
    each = course.dose.amount / (len(course.on_days) * course.per_day)
    return replace(course, dose=replace(course.dose, amount=float(f"{each:.6g}")))


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
        check_maximum(order, order.maximum)
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
