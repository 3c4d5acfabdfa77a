"""A model, its patients and their schedule as the arrays that the driver is given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from marrow.engine import arrays, random
from marrow.engine.driver_code import solve_chunk
from marrow.engine.lines import LANES
from marrow.engine.model import Model
from marrow.engine.options import Accuracy, Chance
from marrow.engine.schedule import Comparison, Events, Operation, Schedule
from marrow.errors import RunError
from marrow.terms import Few

Floats = NDArray[np.float64]
LAST_PART = 1e-6  # days


class Batch:
    """Everything chunks share. Read only once it is made."""

    def __init__(
        self,
        model: Model,
        parameters: Floats,
        initial: Floats,
        schedule: Schedule,
        seed: int,
        people: NDArray[np.int64],
        accuracy: Accuracy,
        chance: Chance,
        recorded: NDArray[np.int64],
    ) -> None:
        programs, facts = model.programs(accuracy.precision), model.description
        self.programs = programs  # holds the machine code in memory
        observe = programs.observe_chart if _is_on_chart(model, schedule, recorded) else programs.observe
        self.code = tuple(
            arrays.Code(
                programs.constants,
                programs.switched,
                step,
                observe,
                programs.inside,
                programs.commit,
                programs.consequences,
            )
            for step in (programs.step_before, programs.step)
        )
        self.places = _places(model)
        self.patients = arrays.Patients(
            people, np.ascontiguousarray(parameters, np.float64), np.ascontiguousarray(initial, np.float64)
        )
        self.template = _template(model, accuracy)
        events = schedule.events
        sets = np.asarray(events.operation) == Operation.SET
        target = np.asarray(events.target, np.int64)
        self.timed = arrays.Timed(
            np.ascontiguousarray(events.time, np.float64),
            sets,
            _kinds(events, len(schedule.rules)),
            sets & ~np.isin(target, np.array(facts.switched, np.int64)),
            target,
            np.ascontiguousarray(events.value, np.float64),
        )
        self.orders = _orders(schedule, count=len(people))
        self.hazards = _hazards(model, seed, chance)
        self.few = _few(model, seed, chance)
        self.marks = _marks(schedule)
        graft = _graft(model, schedule, self.patients.initial)
        before, after = _controls(schedule.start, graft, accuracy), _controls(graft, schedule.end, accuracy)
        self.controls = (before._replace(parks=True), after._replace(resumes=graft > schedule.start))

    def chunk(self, out: arrays.Output, first: int, last: int) -> int:
        out.observables[first:last] = np.nan
        rules = len(self.orders.watch)
        kinds = int(self.timed.kind.max(initial=rules)) + 1
        sizes = kinds, rules, len(self.hazards.integral), len(self.few.state)
        parked = arrays.Parked(
            arrays.new_lanes(last - first, *sizes),
            np.zeros((last - first, self.places.states)),
            np.zeros((last - first, self.places.parameters)),
        )
        solve_chunk(
            arrays.aligned(self.template),
            self.code,
            self.places,
            self.patients,
            self.timed,
            self.marks,
            self.orders,
            self.hazards,
            self.few,
            self.controls,
            out,
            arrays.new_lanes(LANES, *sizes),
            parked,
            first,
            last,
        )
        return last - first


def _is_on_chart(model: Model, schedule: Schedule, recorded: NDArray[np.int64]) -> bool:
    """Whether everything that is recorded, or that a rule reads, is on the chart."""
    wanted = set(recorded.tolist()) | {index for rule in schedule.rules for index in (rule.watch, rule.stop_watch)}
    return all(model.description.observables[k].on_chart for k in wanted if k >= 0)


def _places(model: Model) -> arrays.Places:
    at, facts = model.description.layout, model.description
    consequences = sum(len(hazard.targets) for hazard in facts.hazards)
    return arrays.Places(
        y=at["Y"],
        new=at["NEW"],
        q=at["Q"],
        r=at["R"],
        p=at["P"],
        h=at["H"],
        error=at["ERROR"],
        root=at["ROOT"],
        below=at["BELOW"],
        take=at["TAKE"],
        lost=at["LOST"],
        weights=at["WEIGHTS"],
        observed=at["OBSERVED"],
        consequences=at["CONSEQUENCES"],
        per_unit=at["CONSEQUENCES"] + consequences * LANES,
        states=len(facts.states),
        parameters=len(facts.parameters),
        observables=len(facts.observables),
        b=at["B"],
        k1=at["K1"],
    )


def _template(model: Model, accuracy: Accuracy) -> NDArray[np.floating]:
    """A workspace with tolerances filled in."""
    at = model.description.layout
    workspace = np.zeros(at["SIZE"], dtype=accuracy.precision.kind)
    for name, value in {"ATOL": accuracy.absolute, "RTOL": accuracy.relative}.items():
        workspace[at[name] : at[name] + LANES] = value
    return workspace


def _graft(model: Model, schedule: Schedule, initial: Floats) -> float:
    """Until when cells to be infused are known to be absent: the first addition, or the start.

    When nothing is infused at all, a moment before the end: the end belongs to the second part.
    """
    absent = np.array(model.description.facts.absent, dtype=np.int64)
    if not len(absent) or np.any(initial[:, absent] != 0.0):
        return float(schedule.start)
    events = schedule.events
    adds = (np.asarray(events.operation) == Operation.ADD) & np.isin(events.target, absent)
    times = [float(events.time[e]) for e in np.flatnonzero(adds)]
    times += [max(rule.first_day, schedule.start) + rule.delay for rule in schedule.rules if rule.target in absent]
    latest = max(float(schedule.start), float(schedule.end) - LAST_PART)
    return min([latest, *(max(time, float(schedule.start)) for time in times)])


def _controls(start: float, end: float, accuracy: Accuracy) -> arrays.Controls:
    return arrays.Controls(
        start=float(start),
        end=float(end),
        first_step=accuracy.first_step,
        restart=accuracy.restart,
        smallest=accuracy.smallest_step,
        most_steps=accuracy.most_steps,
        absolute=accuracy.absolute,
        parks=False,
        resumes=False,
    )


def _kinds(events: Events, rules: int) -> NDArray[np.int64]:
    """One kind for moments that are alike: the same targets, put to something or to nothing.

    What the first step after one should be is remembered for the next.
    """
    something = np.any(np.asarray(events.value) > 0.0, axis=0)
    told = list(zip(np.asarray(events.operation).tolist(), np.asarray(events.target).tolist(), something, strict=True))
    first = np.searchsorted(events.time, np.asarray(events.time) - arrays.SAME_TIME)  # of those at the same moment
    last = np.searchsorted(events.time, np.asarray(events.time) + arrays.SAME_TIME)
    known: dict[frozenset[tuple[int, int, bool]], int] = {}
    kinds = [known.setdefault(frozenset(told[i:j]), len(known)) for i, j in zip(first, last, strict=True)]
    return np.minimum(arrays.RULES + rules + np.array(kinds, dtype=np.int64), arrays.KINDS - 1)


def _orders(schedule: Schedule, count: int) -> arrays.Orders:
    rules = schedule.rules

    def integers(values: list[int]) -> NDArray[np.int64]:
        return np.array(values, dtype=np.int64).reshape(len(rules))

    def floats(values: list[float]) -> Floats:
        return np.array(values, dtype=np.float64).reshape(len(rules))

    for rule in rules:
        if rule.watch < 0 and rule.comparison not in (Comparison.ALWAYS, Comparison.NEVER):
            raise RunError(f"rule {rule.name!r} compares, and watches nothing")
    amount = np.zeros((count, len(rules)))
    for r, rule in enumerate(rules):
        amount[:, r] = rule.amount
    return arrays.Orders(
        watch=integers([r.watch for r in rules]),
        comparison=integers([int(r.comparison) for r in rules]),
        threshold=floats([r.threshold for r in rules]),
        first_day=integers([max(r.first_day, int(np.ceil(schedule.start))) for r in rules]),
        last_day=integers([min(r.last_day, int(np.floor(schedule.end - r.delay))) for r in rules]),
        target=integers([r.target for r in rules]),
        delay=floats([r.delay for r in rules]),
        every=integers([r.every for r in rules]),
        stop_watch=integers([r.stop_watch for r in rules]),
        stop_comparison=integers([int(r.stop_comparison) for r in rules]),
        stop_threshold=floats([r.stop_threshold for r in rules]),
        stop_days=integers([r.stop_days for r in rules]),
        amount=amount,
    )


def _hazards(model: Model, seed: int, chance: Chance) -> arrays.Hazards:
    hazards = model.description.hazards if chance.hazards else ()
    starts = np.cumsum([0, *(len(hazard.targets) for hazard in hazards)])
    return arrays.Hazards(
        integral=np.array([hazard.integral for hazard in hazards], dtype=np.int64),
        consequence=starts.astype(np.int64),
        target=np.array([target for hazard in hazards for target in hazard.targets], dtype=np.int64),
        recurs=np.array([hazard.recurs for hazard in hazards], dtype=np.bool_),
        key=np.array([random.stream_key(seed, f"hazard {hazard.name}") for hazard in hazards], dtype=np.uint64),
    )


def _few(model: Model, seed: int, chance: Chance) -> arrays.FewCells:
    found = [(i, state) for i, state in enumerate(model.description.states) if state.few is not None]
    if not chance.few_cells:
        found = []
    whole = [state.few is Few.WHOLE_NUMBER for _, state in found]

    def index(values: list[int | None]) -> NDArray[np.int64]:
        return np.array([-1 if value is None else value for value in values], dtype=np.int64)

    return arrays.FewCells(
        state=np.array([i for i, _ in found], dtype=np.int64),
        whole=np.array(whole, dtype=np.bool_),
        limit=np.array([chance.whole_below if each else chance.few_below for each in whole], dtype=np.float64),
        births=index([state.births for _, state in found]),
        deaths=index([state.deaths for _, state in found]),
        arrivals=index([state.arrivals for _, state in found]),
        key=np.array([random.stream_key(seed, f"few cells of {state.name}") for _, state in found], dtype=np.uint64),
    )


def _marks(schedule: Schedule) -> arrays.Marks:
    """Grid times, and whole days on which something may be decided."""
    start, end = schedule.start, schedule.end
    days: set[int] = set()
    for rule in schedule.rules:
        days |= set(range(max(rule.first_day, int(np.ceil(start))), min(rule.last_day, int(np.floor(end))) + 1))
    grid = np.asarray(schedule.grid, dtype=np.float64)
    if np.any(np.diff(grid) <= 0) or (len(grid) and (grid[0] < start or grid[-1] > end)):
        raise RunError("the grid must increase and lie between start and end")
    record = {float(t): i for i, t in enumerate(grid)}
    times = sorted(set(record) | {float(day) for day in days})
    return arrays.Marks(
        time=np.array(times, dtype=np.float64),
        record=np.array([record.get(t, -1) for t in times], dtype=np.int64),
        day=np.array([int(t) if t in days else arrays.NO_DAY for t in times], dtype=np.int64),
    )


def output_for(
    model: Model, schedule: Schedule, count: int, observables: Sequence[int] | None, jumps: int
) -> arrays.Output:
    facts = model.description
    chosen = range(len(facts.observables)) if observables is None else observables
    first_round = int(np.ceil(schedule.start))
    rounds = max(0, int(np.floor(schedule.end)) - first_round + 1)
    hazards, kept = len(facts.hazards), 16
    selected = np.array(list(chosen), dtype=np.int64)
    recorded = np.empty((count, len(selected), len(schedule.grid)), dtype=np.float32)  # cleared chunk by chunk
    return arrays.Output(
        selected=selected,
        place=(facts.layout["OBSERVED"] + selected * LANES).astype(np.uint64),
        observables=recorded,
        flat=recorded.reshape(-1),
        given=np.zeros((count, len(schedule.rules), rounds), dtype=np.bool_),
        first_round=first_round,
        event_times=np.full((count, hazards, kept), np.nan),
        event_counts=np.zeros((count, hazards), dtype=np.int32),
        final_state=np.full((count, len(facts.states)), np.nan),
        ended_at=np.full(count, np.nan),
        status=np.zeros(count, dtype=np.int8),
        steps=np.zeros(count, dtype=np.int32),
        rejected=np.zeros(count, dtype=np.int32),
        clipped=np.zeros(count),
        jump_time=np.full((count, jumps), np.nan),
        jump_state=np.zeros((count, jumps), dtype=np.int32),
        jump_value=np.zeros((count, jumps)),
        jump_replaces=np.zeros((count, jumps), dtype=np.bool_),
        jump_count=np.zeros(count, dtype=np.int32),
    )
