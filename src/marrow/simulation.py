"""A plan in, a simulation out: virtual patients of one plan, or one patient for each of many plans.

import marrow
result = marrow.simulate("examples/allogeneic-fb4.yaml", draws=500)
result.course["platelet_count"].quantile([0.05, 0.5, 0.95], dim="draw")
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from marrow.clinic.alike import covariates_of, same_orders
from marrow.clinic.plan import Plan, read_plan
from marrow.clinic.schedule import Detail, build_schedule, rule_units
from marrow.dosing import adjusted, dosed, scales_of, targeted
from marrow.engine.result import Solution, Status
from marrow.engine.schedule import Schedule
from marrow.errors import RunError
from marrow.parameter_file import of_model

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from marrow.endpoints.events import EventTimes
    from marrow.endpoints.outcome import Outcomes
    from marrow.engine.model import Description, Model
    from marrow.engine.solve import Accuracy, Chance

Progress = Callable[[int, int], None]


class Record(Enum):
    """What a course holds: every observable, or only the chart, from which endpoints are read."""

    EVERYTHING = "everything"
    CHART = "chart"


@dataclass(frozen=True)
class Simulation:
    """What came out. ``course``: xarray Dataset (draw, time); ``actions``, ``outcomes``: pandas tables.

    Everything but ``solution`` and ``schedule`` is made when first asked for.
    """

    plans: tuple[Plan, ...]
    model: Model
    schedule: Schedule
    solution: Solution
    inputs: np.ndarray
    patients: np.ndarray
    seed: int
    uncertainty: bool

    @property
    def plan(self) -> Plan:
        return self.plans[0]

    @property
    def failed(self) -> int:
        """Patients whose solve did not end well."""
        return int(np.count_nonzero(self.solution.status != Status.SOLVED))

    @cached_property
    def course(self) -> xr.Dataset:
        from marrow import __version__
        from marrow.course import to_dataset

        attributes = {
            "title": "marrow: simulated courses of a hematopoietic stem-cell transplant",
            "marrow_version": __version__,
            "model": self.model.description.key,
            "modules": ", ".join(self.model.description.modules),
            "seed": str(self.seed),
            "parameter_uncertainty": "drawn" if self.uncertainty else "typical values",
            "plan": self.plan.to_yaml(),
            "warning": "Research software. Not for the treatment of any patient.",
        }
        return to_dataset(self.model.description, self.schedule, self.solution, attributes)

    @cached_property
    def events(self) -> EventTimes:
        """When the hazards of the model struck each patient, also after death (a course goes on)."""
        from marrow.endpoints.events import EventTimes

        return EventTimes.of([each.name for each in self.model.description.hazards], self.solution.event_times)

    @cached_property
    def labs(self) -> xr.Dataset | None:
        """Values as a clinic gets them (draw, day; see ``marrow.laboratory.measure``); None if the plan has no labs."""
        from marrow.laboratory.measure import labs_of

        return labs_of(self)

    @cached_property
    def outcomes(self) -> Outcomes:
        """Endpoints of every patient, by definition, read from ``labs`` if any; ``.to_dict()`` makes a table."""
        return self.read_outcomes()

    def read_outcomes(self, *, life: bool = True) -> Outcomes:
        """Endpoints of every patient; ``life``: with days in hospital and quality of life, which no trial asks for."""
        from marrow.reading import read_outcomes

        return read_outcomes(self, life)

    @cached_property
    def actions(self) -> pd.DataFrame:
        """Every rule that acted: draw, day, rule, value read, threshold, amount in the unit of the sentence."""
        from marrow.course import actions_table

        units = rule_units(self.plan, self.model.description)
        names = {rule: unit for rule, (unit, _) in units.items()}
        table = actions_table(self.model.description, self.schedule, self.solution, names)
        factors = [units[rule][1] if rule in units else 1.0 for rule in table["rule"]]
        return table.assign(amount=table["amount"] / np.array(factors, dtype=float))


def simulate(
    plan: Plan | str | Path,
    draws: int = 500,
    seed: int = 1,
    *,
    until: float | None = None,
    uncertainty: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
    announce: Callable[[str], None] | None = None,
    **options: Any,
) -> Simulation:
    """Simulates ``draws`` virtual patients who are all given this plan.

    They differ by between-patient and occasion variability and by chance; with ``uncertainty`` also in the typical
    parameter values. ``until``: days to follow instead of the plan's. Same seed, same bits on one machine.
    ``options``: ``accuracy``, ``chance``, ``jumps``, ``detail``, ``record``, ``parameters``, ``drugs_alone``: see
    ``simulate_patients``.
    Raises ``PlanError`` for a wrong plan, ``RunError`` for a run that cannot be done.
    """
    if draws < 1:
        raise RunError(f"draws: found {draws}, needed at least 1")
    return simulate_patients(
        [plan if isinstance(plan, Plan) else read_plan(plan)],
        np.arange(draws),
        seed,
        until=until,
        uncertainty=uncertainty,
        threads=threads,
        progress=progress,
        announce=announce,
        **options,
    )


def simulate_patients(
    plans: Sequence[Plan],
    patients: np.ndarray,
    seed: int = 1,
    *,
    until: float | None = None,
    uncertainty: bool = False,
    variability: bool = True,
    threads: int | None = None,
    progress: Progress | None = None,
    announce: Callable[[str], None] | None = None,
    accuracy: Accuracy | None = None,
    chance: Chance | None = None,
    jumps: int = 0,
    detail: Any = None,
    record: Record = Record.EVERYTHING,
    parameters: Mapping[str, Any] | None = None,
    drugs_alone: bool = False,
    even: bool = False,
    ready: Callable[[], None] | None = None,
) -> Simulation:
    """Simulates N patients: one plan for all, or one plan each (same drugs, same days of doses, the same rules).

    ``patients`` (N,): identities that key all random draws. Plans may differ in the patient, the donor and the graft.
    ``parameters``: numbers of the model in place of the declared ones, by name, in the declared unit.
    ``drugs_alone``: only the kinetics of the conditioning, without blood, marrow and graft. ``even``: what differs
    between patients is spread evenly over these. ``ready`` is called when all is prepared and solving begins.
    Targets of exposure become doses first (``marrow.dosing``): the plans of the result have them.
    Raises ``RunError`` when plans do not share their timeline, or for an unknown name.
    """
    prepared = prepare_patients(
        plans,
        patients,
        seed,
        until=until,
        uncertainty=uncertainty,
        variability=variability,
        announce=announce,
        detail=detail,
        parameters=parameters,
        drugs_alone=drugs_alone,
    )
    if ready is not None:
        ready()
    return prepared.solve(
        uncertainty=uncertainty,
        variability=variability,
        threads=threads,
        progress=progress,
        accuracy=accuracy,
        chance=chance,
        jumps=jumps,
        record=record,
        parameters=parameters,
        even=even,
    )


@dataclass(frozen=True)
class Prepared:
    """Patients whose plans have been turned into a model, a schedule and covariates (``given``, by name)."""

    plans: tuple[Plan, ...]
    model: Model
    schedule: Schedule
    given: Mapping[str, Any]
    patients: np.ndarray
    seed: int

    def solve(
        self,
        *,
        uncertainty: bool = False,
        variability: bool = True,
        threads: int | None = None,
        progress: Progress | None = None,
        accuracy: Accuracy | None = None,
        chance: Chance | None = None,
        jumps: int = 0,
        record: Record = Record.EVERYTHING,
        parameters: Mapping[str, Any] | None = None,
        even: bool = False,
    ) -> Simulation:
        """As ``simulate_patients``. ``parameters`` here do not reach doses that were calculated from an exposure, and
        nothing is spread evenly where doses were adjusted to it."""
        from marrow.engine.setup import draw_inputs
        from marrow.engine.solve import Accuracy, Chance, solve

        given = {**self.given, **of_model(parameters or {}, self.model.description.modules)}
        even = even and not adjusted(self.plans[0])  # the doses were found for the patients as they were drawn
        inputs = draw_inputs(
            self.model, given, self.patients, self.seed, uncertainty=uncertainty, variability=variability, even=even
        )
        kernel_parameters, initial = self.model.setup(inputs)
        solution = solve(
            self.model,
            kernel_parameters,
            initial,
            self.schedule,
            seed=self.seed,
            patients=self.patients,
            threads=threads,
            progress=progress,
            accuracy=accuracy or Accuracy(),
            chance=chance or Chance(),
            jumps=jumps,
            observables=_recorded(self.model.description, record, self.plans[0]),
        )
        return Simulation(
            self.plans, self.model, self.schedule, solution, inputs, self.patients, self.seed, uncertainty
        )


def prepare_patients(
    plans: Sequence[Plan],
    patients: np.ndarray,
    seed: int = 1,
    *,
    until: float | None = None,
    uncertainty: bool = False,
    variability: bool = True,
    announce: Callable[[str], None] | None = None,
    detail: Any = None,
    parameters: Mapping[str, Any] | None = None,
    drugs_alone: bool = False,
) -> Prepared:
    """The part of ``simulate_patients`` before anything is solved; the same arguments, the same errors."""
    from marrow.model import conditioning_alone, conditioning_of, drugs_of, model_for, model_of_drugs_alone

    if len(plans) not in (1, len(patients)):
        raise RunError(f"found {len(plans)} plans for {len(patients)} patients, needed one for all or one each")
    apart = [i for i, plan in enumerate(plans) if drugs_of(plan) != drugs_of(plans[0])]
    if apart:
        raise RunError(f"patient {apart[0]} is given other drugs than patient 0: simulate them apart")
    apart = [i for i, plan in enumerate(plans) if plan.labs != plans[0].labs]
    if apart:
        raise RunError(f"patient {apart[0]} has other labs than patient 0: simulate them apart")
    plans = [dosed(conditioning_alone(plan) if drugs_alone else plan, announce) for plan in plans]
    model = model_of_drugs_alone(conditioning_of(plans[0]), announce) if drugs_alone else model_for(plans[0], announce)
    facts = model.description
    spread = {"uncertainty": uncertainty, "variability": variability, "parameters": parameters}
    schedule = _schedule(
        plans, facts, patients, seed, spread, until=until, detail=detail or Detail.DOSES, drugs_alone=drugs_alone
    )
    return Prepared(tuple(plans), model, schedule, _given(facts, covariates_of(plans)), patients, seed)


def prepare_people(
    plan: Plan,
    covariates: Mapping[str, Any],
    identities: np.ndarray,
    seed: int = 1,
    *,
    until: float | None = None,
    detail: Any = None,
    announce: Callable[[str], None] | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Prepared:
    """Patients who are given one plan and differ by ``covariates``, numbers or arrays (N,) by name: all at once.

    Doses follow each patient's own size. Raises ``RunError`` for a plan whose doses are found from an exposure: these
    are found patient by patient (``prepare_patients``).
    """
    from marrow.model import model_for

    if targeted(plan):
        raise RunError("doses from a target exposure are found patient by patient: simulate patients, not people")
    model = model_for(plan, announce)
    schedule = build_schedule(
        plan, model.description, identities, seed, until=until, detail=detail or Detail.VISITS, body=covariates
    )
    given = _given(model.description, {**plan.covariates(), **covariates})
    return Prepared((plan,), model, schedule, given, identities, seed)


def _given(facts: Description, covariates: Mapping[str, Any]) -> dict[str, Any]:
    """The covariates that the model reads."""
    known = {info.name.removeprefix("known.") for info in facts.inputs if info.name.startswith("known.")}
    return {name: value for name, value in covariates.items() if name in known}


def _schedule(
    plans: Sequence[Plan],
    facts: Description,
    patients: np.ndarray,
    seed: int,
    spread: Mapping[str, Any],
    **options: Any,
) -> Schedule:
    """One schedule of one plan, or of one plan a patient. ``spread``: how the inputs of patients are drawn."""
    if len(plans) == 1:
        scales = scales_of(plans[0], patients, seed, **spread)
        return build_schedule(plans[0], facts, patients, seed, body=scales, **options)
    alike: dict[Hashable, list[int]] = {}
    for i, plan in enumerate(plans):
        alike.setdefault((i if targeted(plan) else None, same_orders(plan)), []).append(i)
    each = []
    for chosen in alike.values():
        group, people = [plans[i] for i in chosen], patients[chosen]
        scales = scales_of(group[0], people, seed, **spread)  # of a patient alone, where doses aim at an exposure
        each.append(build_schedule(group, facts, people, seed, body=scales, **options))
    return _stacked(each, list(alike.values()))


def _recorded(facts: Description, record: Record, plan: Plan) -> list[int] | None:
    if record is Record.EVERYTHING:
        return None
    from marrow.laboratory.assays import ASSAYS

    tested = set() if plan.labs is None else {assay.observable for assay in ASSAYS}
    return [k for k, observable in enumerate(facts.observables) if observable.on_chart or observable.name in tested]


def _stacked(schedules: list[Schedule], places: list[list[int]]) -> Schedule:
    """One schedule for patients whose times agree and whose amounts are their own. ``places``: which they are."""
    first = schedules[0]
    for chosen, other in zip(places, schedules, strict=True):
        same_events = np.array_equal(other.events.time, first.events.time) and np.array_equal(
            other.events.target, first.events.target
        )
        same_rules = [rule.name for rule in other.rules] == [rule.name for rule in first.rules]
        if not (same_events and same_rules and np.array_equal(other.grid, first.grid)):
            raise RunError(
                f"patient {chosen[0]} has doses, rules or follow-up at other times than patient 0: simulate them apart"
            )
    order = np.argsort(np.concatenate(places))
    values = np.concatenate([each.events.value for each in schedules])[order]
    rules = tuple(
        replace(rule, amount=np.concatenate([each.rules[r].amount for each in schedules])[order])
        for r, rule in enumerate(first.rules)
    )
    return replace(first, events=replace(first.events, value=values), rules=rules)
