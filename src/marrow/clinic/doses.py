"""When which amount of which drug is given: orders as a list of single doses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marrow.clinic import formulary
from marrow.clinic.orders import Course, DrugOrder, Role, StandingOrder, Way, Weighing
from marrow.clinic.patient import dosing_weight
from marrow.clinic.plan import Plan
from marrow.clinic.quantities import Dose, Kind, Per

Floats = NDArray[np.float64]
Body = Mapping[str, float | Floats]  # covariates by their names in marrow.vocabulary: numbers, or one value a patient

USUAL_TIME = 0.25  # of the day, when no time is said
LAST_HOURS = 6.0  # before the graft, into which conditioning of day 0 falls (2 Gy on the day of the graft); assumed
UNIT_OF_RED_CELLS = 300.0  # mL in one unit; assumed: a usual red-cell concentrate
TAPER_STEPS = 8
USUAL_PLATELETS = Dose(2.2e11, "cells", Per.SQUARE_METER)  # the medium dose of the PLADO trial
USUAL_RED_CELLS = 2.0  # units for adults; children under 40 kg get as much per kg: 15 mL; assumed
USUAL_RED_CELLS_PER_KG = 15.0  # mL


@dataclass(frozen=True)
class SingleDose:
    """One dose of a fixed order.

    ``day``: for which it is ordered; ``time``: its start, days; ``hours``: length of infusion, 0 for an injection.
    ``interval_hours``: until the next dose. ``amount``: what the plan's patient gets, in ``unit``.
    ``part``: of the ordered dose: 1 / number of fractions, less during a taper.
    ``adjusted``: scaled to each patient's own exposure: times what ``scale_of`` its drug is in the body.
    """

    day: int
    time: float
    drug: str
    way: Way
    hours: float
    interval_hours: int
    amount: float
    unit: str
    ordered: Dose
    weighing: Weighing | None
    maximum: Dose | None
    part: float
    role: Role
    sentence: str
    adjusted: bool = False

    @property
    def unit_of_kind(self) -> str:
        return self.ordered.kind.value

    @property
    def text(self) -> str:
        """'busulfan 3.2 mg/kg IV'."""
        return f"{self.drug} {self.ordered} {self.way.value}"

    @property
    def flowing_hours(self) -> float:
        """Length of infusion into a route that takes a rate: by mouth, a dose flows evenly until the next."""
        return float(self.interval_hours) if self.way is Way.ORAL else self.hours

    def amounts(self, body: Body, plan: Plan) -> float | Floats:
        """What each patient gets, in the unit of the dose's kind (mg, IU, Gy), as the drug that it counts as."""
        amount = amount_of(self.ordered, body, self.weighing or plan.patient.dosing_weight, self.maximum, self.part)
        amount = amount * formulary.share_of(self.drug)
        return amount * body.get(scale_of(self.drug), 1.0) if self.adjusted else amount


def amount_of(
    dose: Dose, body: Body, weighing: Weighing, maximum: Dose | None = None, part: float = 1.0
) -> float | Floats:
    """The amount of one dose in its kind's unit, for one body or an array of them."""
    amount: Any = dose.in_kind * part * (24.0 if dose.hourly else 1.0)
    if dose.per is Per.KILOGRAM:
        amount = amount * dosing_weight(weighing, body["body_weight"], body["height"], body["is_female"], body["age"])
    elif dose.per is Per.SQUARE_METER:
        amount = amount * body["body_surface_area"]
    return amount if maximum is None else np.minimum(amount, maximum.in_kind)


def scale_of(drug: str) -> str:
    """Under which name a body holds the factor of each patient's adjusted doses."""
    return f"scale of {drug}"


def way_of(drug: str, way: Way | None) -> Way:
    """How a drug is given when the sentence does not say."""
    if way is not None:
        return way
    medicine = formulary.listed(drug)
    return medicine.way if medicine is not None else Way.INTRAVENOUS


def hours_of(drug: str, course: Course) -> float:
    """Length of infusion, by default when the sentence does not say; 0 for anything but IV."""
    if course.continuous:
        return 24.0
    if course.over_hours is not None:
        return course.over_hours
    medicine = formulary.listed(drug)
    if medicine is None or way_of(drug, course.way) is not Way.INTRAVENOUS:
        return 0.0
    return min(medicine.over_hours, float(course.every_hours))


def dose_times(course: Course) -> list[tuple[int, float]]:
    """Day and start (in days) of every dose; the last dose of a day may start in the night after it."""
    start = USUAL_TIME if course.clock is None else course.clock / 24.0
    hours = range(0, 24, course.every_hours) if course.every_hours < 24 else (0,)
    return [(day, round(day + start + hour / 24.0, 9)) for day in course.on_days for hour in hours]


def start_of(day: int, time: float, role: Role) -> float:
    """When a dose starts, days. The graft comes at the start of day 0; conditioning of that day is given before it."""
    is_before_graft = role is Role.CONDITIONING and day == 0
    return round((time - 1.0) * LAST_HOURS / 24.0, 9) if is_before_graft else time


def _taper(order: DrugOrder, course: Course) -> Course:
    """The last course with the days of the taper."""
    if order.taper_to is None:
        return course
    return replace(course, days=(*course.days, *range(course.days[-1] + 1, order.taper_to + 1)))


def share_left(order: DrugOrder, day: int) -> float:
    """Of the dose on a day: 1, and during a taper less, in as many equal steps as it has days, at most eight."""
    if order.taper_to is None or day <= order.last_day:
        return 1.0
    days = order.taper_to - order.last_day
    steps = min(days, TAPER_STEPS)
    return 1.0 - (1 + (day - order.last_day - 1) * steps // days) / (steps + 1)


def doses_of(order: DrugOrder, role: Role, plan: Plan) -> list[SingleDose]:
    """The single doses of a fixed order; none for an order that names a trough, or a target not yet calculated."""
    doses: list[SingleDose] = []
    body, sentence = plan.covariates(), str(order)
    for course in order.courses:
        if course.dose is None:
            continue
        whole = 1.0 if course.fractions is None else 1.0 / course.fractions
        weighing = course.weighing or plan.patient.dosing_weight
        scale = course.dose.in_kind / course.dose.amount
        tapered = _taper(order, course) if course is order.courses[-1] else course
        for day, time in dose_times(tapered):
            part = whole * share_left(order, day)
            amount = float(amount_of(course.dose, body, weighing, order.maximum, part))
            doses.append(
                SingleDose(
                    day=day,
                    time=start_of(day, time, role),
                    drug=order.drug,
                    way=way_of(order.drug, course.way),
                    hours=hours_of(order.drug, course),
                    interval_hours=course.every_hours,
                    amount=amount / scale,
                    unit=course.dose.unit,
                    ordered=course.dose,
                    weighing=course.weighing,
                    maximum=order.maximum,
                    part=part,
                    role=role,
                    sentence=sentence,
                    adjusted=order.aim is not None and order.aim.adjusted and day > order.first_day,
                )
            )
    return doses


def planned_doses(plan: Plan) -> tuple[SingleDose, ...]:
    """Every dose of the plan's fixed orders, in order of time (modelled or not)."""
    fixed = ((role, order) for role, order in plan.orders if isinstance(order, DrugOrder))
    return tuple(
        sorted((d for role, o in fixed for d in doses_of(o, role, plan)), key=lambda dose: (dose.time, dose.drug))
    )


def product_amount(order: StandingOrder, body: Body) -> float | Floats:
    """One transfusion: platelets in cells, red cells in units."""
    if order.what == "platelets":
        return amount_of(order.dose or USUAL_PLATELETS, body, Weighing.ACTUAL)
    if order.dose is None:
        by_weight = np.asarray(body["body_weight"]) * USUAL_RED_CELLS_PER_KG / UNIT_OF_RED_CELLS
        return np.minimum(by_weight, USUAL_RED_CELLS)
    amount = amount_of(order.dose, body, Weighing.ACTUAL)
    return amount / UNIT_OF_RED_CELLS if order.dose.kind is Kind.VOLUME else amount
