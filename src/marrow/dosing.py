"""Doses that follow from an exposure: before any level is known, and after the first day.

As a clinic does: the dose at which the drug's own model gives the aimed-at exposure in the typical patient of this
age, size, sex and kidneys. Real patients differ, so that their exposures spread around the target. With drug
monitoring the exposure of the first day is known, up to an error, and the later doses are scaled by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from marrow.clinic import formulary
from marrow.clinic.doses import scale_of
from marrow.clinic.orders import DrugOrder
from marrow.clinic.plan import Plan
from marrow.clinic.quantities import read_dose
from marrow.clinic.schedule import Detail, build_schedule
from marrow.clinic.sizes import check_size
from marrow.engine.random import normal
from marrow.errors import PlanError, Problem, RunError
from marrow.model import conditioning_alone, conditioning_of, model_of_drugs_alone, module_of

if TYPE_CHECKING:
    from marrow.engine.model import Model

Floats = NDArray[np.float64]
Announce = Callable[[str], None]

# Log standard deviation of an exposure measured on the first day against the true one. Assumed; plausible 0.04 (the
# residual of one sample in McCune's model) to 0.2 (centers against a common analysis agree worse).
ERROR_OF_LEVELS = 0.10
# Nobody follows a level further than this: least and most of the dose before. Assumed.
LEAST_SCALE, MOST_SCALE = 0.25, 4.0
DAYS_AFTER = 60.0  # days after the last dose until which exposure is counted: antibodies stay for weeks
_UNIT = "mg*h/L"
_FIRST_GUESS = 1.0  # mg/kg
_CLOSE_ENOUGH = 1e-5
_MOST_ROUNDS = 25


def targeted(plan: Plan) -> tuple[DrugOrder, ...]:
    """Modelled orders of a plan that name an exposure in place of a dose."""
    return tuple(o for o in plan.conditioning if o.aim is not None and formulary.is_modelled(o.drug))


def adjusted(plan: Plan) -> list[DrugOrder]:
    """Those of them whose later doses follow each patient's own exposure."""
    return [order for order in targeted(plan) if order.aim is not None and order.aim.adjusted]


def dosed(plan: Plan, announce: Announce | None = None) -> Plan:
    """The plan with a dose (mg) for every target: exact for the typical patient. Without targets, the plan itself.

    Raises ``PlanError`` for a drug whose exposure is not modelled, and for a target that needs an impossible dose.
    """
    aims = targeted(plan)
    if not aims:
        return plan
    model = model_of_drugs_alone(conditioning_of(plan), announce)
    drugs = [order.drug for order in aims]
    for order in aims:
        _check(order, drugs, model)
    doses = np.full(len(aims), _FIRST_GUESS * plan.patient.weight)
    wanted = np.array([order.aim.cumulative(_count(order)) for order in aims if order.aim is not None])
    for _ in range(_MOST_ROUNDS):  # one is enough where exposure is in proportion to dose
        trial = _with_doses(plan, aims, doses)
        reached = exposures(trial, model, np.zeros(1, dtype=np.int64), 0, drugs, variability=False)[0]
        if not np.all(reached > 0):
            raise RunError(f"the exposure to {', '.join(drugs)} could not be solved for this patient")
        if np.all(np.abs(reached / wanted - 1) < _CLOSE_ENOUGH):
            break
        doses = doses * wanted / reached
    else:
        raise RunError(f"no dose was found that gives the exposure asked of {', '.join(drugs)}")
    for order, dose in zip(aims, doses, strict=True):
        _check_dose(order, float(dose), plan)
    return _with_doses(plan, aims, doses)


def scales_of(
    plan: Plan, patients: NDArray[np.int64], seed: int, announce: Announce | None = None, **inputs: Any
) -> dict[str, Floats]:
    """What each patient's doses from the second day on are multiplied by (N,), for targets that say so.

    Under the names of ``doses.scale_of``, as ``build_schedule`` takes them.

    ``plan``: as ``dosed`` returns it. ``inputs``: as those of ``exposures``, so that these are the same patients.
    The rest of the target is divided by what the typical patient would still get, times the patient's measured ratio
    to the typical patient on the first day.
    """
    aims = adjusted(plan)
    if not aims:
        return {}
    model = model_of_drugs_alone(conditioning_of(plan), announce)
    drugs = [order.drug for order in aims]
    first_day = _first_day_of(plan, aims)
    own = exposures(first_day, model, patients, seed, drugs, **inputs)
    typical = exposures(first_day, model, np.zeros(1, dtype=np.int64), 0, drugs, variability=False)[0]
    scales: dict[str, Floats] = {}
    for k, order in enumerate(aims):
        assert order.aim is not None
        error = np.exp(ERROR_OF_LEVELS * normal(seed, patients, f"measured exposure to {order.drug}", 0))
        ratio = own[:, k] * error / typical[k]
        whole = order.aim.cumulative(_count(order))
        scale = (whole - ratio * typical[k]) / (ratio * (whole - typical[k]))
        scales[scale_of(order.drug)] = np.clip(np.where(np.isfinite(scale), scale, 1.0), LEAST_SCALE, MOST_SCALE)
    return scales


def exposures(
    plan: Plan,
    model: Model,
    patients: NDArray[np.int64],
    seed: int,
    drugs: Sequence[str],
    *,
    uncertainty: bool = False,
    variability: bool = True,
    parameters: Mapping[str, Any] | None = None,
) -> Floats:
    """Cumulative exposure (N, drugs) in mg·h/L by the kinetics of the conditioning alone.

    Draws are keyed as in a whole simulation of the same seed: patient n is the same here and there. ``parameters`` that
    these modules do not have are left out. NaN for a patient who could not be solved.
    """
    from marrow.engine.setup import draw_inputs
    from marrow.engine.solve import solve

    facts, plan = model.description, conditioning_alone(plan)
    end = max(1.0, max(order.last_day for order in plan.conditioning) + DAYS_AFTER)
    schedule = build_schedule(
        plan, facts, patients, seed, until=end, detail=Detail.DAILY, drugs_alone=True, occasions=variability
    )
    names = {info.name for info in facts.inputs}
    known = {name: value for name, value in plan.covariates().items() if f"known.{name}" in names}
    given = known | {name: value for name, value in (parameters or {}).items() if name in names}
    inputs = draw_inputs(model, given, patients, seed, uncertainty=uncertainty, variability=variability)
    numbers, initial = model.setup(inputs)
    columns = [_exposure_of(model, drug) for drug in drugs]
    solution = solve(model, numbers, initial, schedule, seed=seed, patients=patients, observables=sorted(set(columns)))
    last = solution.observables[:, -1, :]
    return np.stack([last[:, list(solution.recorded).index(k)] for k in columns], axis=1).astype(np.float64)


def _exposure_of(model: Model, drug: str) -> int:
    """Index of the observable that is a drug's exposure in mg·h/L: of its module, the drug's own before that of a
    metabolite. Raises ``PlanError``."""
    module = module_of(drug)
    medicine = formulary.listed(drug)
    own = f"{(drug if medicine is None else medicine.name).replace(' ', '_')}_exposure"
    found = [
        (each.name != own, k)
        for k, each in enumerate(model.description.observables)
        if module is not None and each.module == module.title and each.name.endswith("_exposure") and each.unit == _UNIT
    ]
    if found:
        return min(found)[1]
    raise PlanError("plan", [Problem(f"a target AUC of {drug}", "a dose: no exposure in mg*h/L is modelled of it")])


def _check(order: DrugOrder, drugs: list[str], model: Model) -> None:
    _exposure_of(model, order.drug)
    if drugs.count(order.drug) > 1:
        raise PlanError("plan", [Problem(f"two targets of {order.drug}", "one target of a drug")])


def _check_dose(order: DrugOrder, dose: float, plan: Plan) -> None:
    """That the dose is possible, per kg and in all. Raises ``PlanError`` with the sentence."""
    medicine = formulary.listed(order.drug)
    try:
        for amount, unit in ((dose / plan.patient.weight, "mg/kg"), (dose, "mg")):
            check_size(order.drug, read_dose(float(f"{amount:.4g}"), unit), order.courses[0], medicine)
    except PlanError as error:
        problem = error.problems[0]
        found = f"{order.aim} of {order.drug}, which takes {problem.found}"
        raise PlanError("plan", [Problem(found, problem.needed, key="conditioning")]) from None


def _count(order: DrugOrder) -> int:
    return sum(len(course.on_days) * course.per_day for course in order.courses)


def _with_doses(plan: Plan, aims: Sequence[DrugOrder], doses: Floats) -> Plan:
    """The plan whose targeted orders have these doses (mg)."""
    amounts = {str(order): read_dose(float(dose), "mg") for order, dose in zip(aims, doses, strict=True)}
    orders = tuple(
        replace(order, courses=tuple(replace(course, dose=amounts[str(order)]) for course in order.courses))
        if str(order) in amounts
        else order
        for order in plan.conditioning
    )
    return plan.model_copy(update={"conditioning": orders})


def _first_day_of(plan: Plan, aims: Sequence[DrugOrder]) -> Plan:
    """The plan with the first day of the targeted orders only; other drugs as they are."""
    orders = tuple(
        replace(order, courses=(replace(order.courses[0], days=order.courses[0].days[:1]),)) if order in aims else order
        for order in plan.conditioning
    )
    return plan.model_copy(update={"conditioning": orders})
