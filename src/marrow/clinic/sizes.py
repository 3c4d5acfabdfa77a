"""Whether a drug may stand where it stands, and a dose is of a possible size and in a unit of the right kind."""

from __future__ import annotations

from marrow.clinic import formulary
from marrow.clinic.formulary import Medicine
from marrow.clinic.orders import Course, DrugOrder, Role, StandingOrder
from marrow.clinic.quantities import Dose, Kind, Per, printed, read_dose, refuse


def placed(drug: str, role: Role) -> Medicine | None:
    medicine = formulary.listed(drug)
    if medicine is not None and role not in medicine.places:
        places = " or ".join(place.value for place in medicine.places)
        raise refuse(f"{drug} under {role.value}", f"it under {places}")
    return medicine


def check_size(drug: str, dose: Dose, course: Course | None, medicine: Medicine | None) -> None:
    """Raises ``PlanError`` for a dose that is far above any published one, or in a unit of another kind."""
    if medicine is None:
        return
    if dose.kind is not medicine.kind:
        raise refuse(f"{drug} in {dose.unit}", f"a dose in {medicine.kind.value}, such as '{example_dose(medicine)}'")
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


def check_maximum(order: DrugOrder | StandingOrder, maximum: Dose) -> None:
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


def example_dose(medicine: Medicine | None) -> str:
    if medicine is None or not medicine.most:
        return "40 mg/m2"
    unit, most = next(iter(medicine.most.items()))
    return f"{float(f'{most / 2:.1g}'):g} {unit}"
