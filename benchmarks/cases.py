"""What is solved: the AML example from the graft without events, and from conditioning with doses and rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from marrow.clinic.plan import Plan, read_plan
from marrow.clinic.schedule import Detail, build_schedule
from marrow.engine.model import Model
from marrow.engine.result import Solution
from marrow.engine.schedule import Events, Operation, Schedule
from marrow.engine.setup import draw_inputs
from marrow.engine.solve import Accuracy, Chance, solve
from marrow.exchange.realised import PatientCourse, course_of
from marrow.language.network import Network
from marrow.model import model_for, network_for

Floats = NDArray[np.float64]
PLAN = Path(__file__).resolve().parents[1] / "examples" / "allogeneic-fb4.yaml"
DAYS = 365.0
EXPECTED = Chance(hazards=False, few_cells=False)  # nothing by chance: other programs have no such draws
CLINICAL = (
    "absolute_neutrophil_count", "absolute_monocyte_count", "platelet_count", "hemoglobin", "reticulocyte_count",
    "white_cell_count", "natural_killer_count", "b_cell_count", "cd4_count", "cd8_count", "marrow_cellularity",
    "g_csf", "tpo", "epo",
)  # fmt: skip


@dataclass(frozen=True)
class Patients:
    """Drawn patients of one plan: kernel parameters (N, P), initial states (N, n), their schedule."""

    plan: Plan
    network: Network
    model: Model
    parameters: Floats
    initial: Floats
    schedule: Schedule

    @property
    def count(self) -> int:
        return len(self.parameters)

    @property
    def observables(self) -> list[int]:
        """Indices of what a clinic looks at; every program reads the same."""
        found = [self.model.observable_index[name] for name in CLINICAL if name in self.model.observable_index]
        return found or list(range(len(self.model.description.observables)))

    @property
    def floors(self) -> Floats:
        return np.array([self.model.description.observables[k].floor for k in self.observables])

    def solve(self, accuracy: Accuracy, chance: Chance = EXPECTED, rows: slice = slice(None)) -> Solution:
        """One core."""
        schedule = self.schedule
        if rows != slice(None):
            events = replace(schedule.events, value=schedule.events.value[rows])
            rules = tuple(replace(rule, amount=rule.amount[rows]) for rule in schedule.rules)
            schedule = replace(schedule, events=events, rules=rules)
        people = np.arange(self.count)[rows]
        return solve(
            self.model, self.parameters[rows], self.initial[rows], schedule, seed=1, patients=people, threads=1,
            observables=self.observables, accuracy=accuracy, chance=chance,
        )  # fmt: skip

    def courses(self, solution: Solution, count: int) -> list[PatientCourse]:
        """The first patients with what was realised for them."""
        return [course_of(self.schedule, self.parameters, self.initial, solution, row) for row in range(count)]


def drawn(count: int, announce: Callable[[str], None]) -> Patients:
    """Patients of the AML example with doses, rules and a year of follow-up, recorded on whole days."""
    plan = read_plan(PLAN)
    network, model = network_for(plan), model_for(plan, announce)
    people = np.arange(count)
    schedule = build_schedule(plan, model.description, people, 1, until=DAYS, detail=Detail.DAILY)
    known = {info.name.removeprefix("known.") for info in model.description.inputs}
    given = {name: value for name, value in plan.covariates().items() if name in known}
    parameters, initial = model.setup(draw_inputs(model, given, people, 1))
    return Patients(plan, network, model, parameters, initial, schedule)


def from_the_graft(patients: Patients) -> Patients:
    """The same patients from day 0, just after the infusion, without doses, rules or any other event."""
    whole = patients.schedule
    before = whole.events.time < 0
    events = _some(whole.events, before)
    first = replace(whole, end=0.0, grid=whole.grid[whole.grid <= 0], events=events, rules=())
    state = replace(patients, schedule=first).solve(Accuracy()).final_state
    parameters = patients.parameters.copy()
    for e in np.flatnonzero(whole.events.time <= 0):
        target, value = int(whole.events.target[e]), whole.events.value[:, e]
        if whole.events.operation[e] == Operation.SET:
            parameters[:, target] = value
        elif whole.events.time[e] == 0:
            state[:, target] += value
    quiet = Schedule(0.0, whole.end, whole.grid[whole.grid >= 0], _some(whole.events, np.zeros(len(before), bool)))
    return replace(patients, parameters=parameters, initial=np.maximum(state, 0.0), schedule=quiet)


def _some(events: Events, chosen: NDArray[np.bool_]) -> Events:
    labels = tuple(label for label, wanted in zip(events.label, chosen, strict=True) if wanted)
    return Events(events.time[chosen], events.operation[chosen], events.target[chosen], events.value[:, chosen], labels)
