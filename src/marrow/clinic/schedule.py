"""From a plan to the arrays the engine solves: events of doses and of changing parameters, rules, and the time grid.

What the model has no way in for (a drug not yet modelled, a route it lacks) is left out here and listed by
``not_yet_modelled``, never silently.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from marrow.clinic import formulary, troughs
from marrow.clinic.alike import covariates_of
from marrow.clinic.doses import USUAL_TIME, Body, SingleDose, amount_of, planned_doses, product_amount, way_of
from marrow.clinic.model_like import ModelLike, ModifierLike, RouteLike
from marrow.clinic.orders import DrugOrder, Order, StandingOrder
from marrow.clinic.plan import Plan
from marrow.clinic.sense import PRODUCT_LAB
from marrow.engine.random import normal, uniform
from marrow.engine.schedule import Comparison, Events, Operation, Rule, Schedule
from marrow.errors import RunError

Floats = NDArray[np.float64]

# amounts of a dose (mg, IU, Gy, cells, units) in the unit of a route
_IN_ROUTE_UNIT = {"mg": 1.0, "g": 1e-3, "ug": 1e3, "ng": 1e6, "IU": 1.0, "Gy": 1.0, "cells": 1.0, "units": 1.0, "": 1.0}
_PRODUCT_ROUTES = {"platelets": "transfusion.platelets", "red cells": "transfusion.red_cells"}
_AFTER_INFUSION = (0.0, 0.25, 0.5, 1.5)  # hours after the end of an infusion at which drugs are also looked at
_LATER = (0.0, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 9.0, 12.0, 18.0, 24.0)  # hours after a dose from day 0 on
_A_FEW = 8  # doses
_DAILY_UNTIL, _YEAR = 100.0, 365.0  # days
_SHORTEST_DELAY = 1 / 1440  # days: a rule acts after the round that read the labs


class Detail(Enum):
    """How fine the time grid is."""

    VISITS = "whole days to day 100, every week to a year, then every four weeks: as patients are seen"
    DAILY = "whole days"
    DOSES = "whole days, and hours from the first dose to a day after conditioning"


@dataclass(frozen=True)
class Unmodelled:
    """An order that the model cannot follow yet, and why."""

    order: Order
    reason: str

    @property
    def name(self) -> str:
        return self.order.drug if isinstance(self.order, DrugOrder) else self.order.what


@dataclass(frozen=True)
class _Event:
    time: float
    rank: int  # at one time: parameters first, then rates and amounts
    operation: Operation
    target: int
    value: Floats
    label: str


def build_schedule(
    plans: Plan | Sequence[Plan],
    model: ModelLike,
    patients: int | NDArray[np.int64] = 1,
    seed: int = 1,
    *,
    until: float | None = None,
    detail: Detail = Detail.DOSES,
    body: Body | None = None,
    drugs_alone: bool = False,
    occasions: bool = True,
) -> Schedule:
    """The schedule of a plan for N patients, or of N plans with the same orders (``alike.same_orders``), one a patient.

    ``patients``: N, or the identities (N,) that random draws are keyed by. ``until``: days, in place of the plan's
    follow-up. ``body``: covariates by name, where patients differ from the plan's: numbers or arrays (N,); also the
    factors of adjusted doses (``doses.scale_of``). ``drugs_alone``: without the graft; ``occasions``: False leaves out
    the differences from dose to dose.
    Raises ``RunError`` when the model has no way in for the graft.
    """
    plan, *others = (plans,) if isinstance(plans, Plan) else plans
    identities = np.arange(patients) if isinstance(patients, int) else np.asarray(patients)
    bodies: Body = {**covariates_of((plan, *others)), **(body or {})}
    start, end = span(plan, until)
    planned = planned_doses(plan)
    doses = [dose for dose in planned if dose.time < end]
    events = [] if drugs_alone else _graft_events((plan, *others), model, seed, identities, body or {})
    for dose in doses:
        route = _route(model, dose.drug, dose.way.value)
        if route is not None and (route.rate is None or dose.flowing_hours == 0):
            amount = _house(dose.amounts(bodies, plan), dose.unit_of_kind, route, len(identities))
            events.append(_Event(dose.time, 2, Operation.ADD, route.into, amount, f"{dose.text}, dose"))
    events += _infusions(plan, model, doses, bodies, len(identities), end)
    events += _aims(plan, model, len(identities))
    for modifier in model.modifiers:
        events += _modifier_events(modifier, plan, model, doses, seed, identities, occasions)
    rules = tuple(_rule(o, plan, model, bodies, len(identities), start, end) for o in _standing(plan, model))
    times = _grid(plan, planned, until, detail)
    return Schedule(start, end, times, _sorted(events, len(identities), start, end), rules)


def span(plan: Plan, until: float | None = None) -> tuple[float, float]:
    """First and last day: from the day before the first order to the end of follow-up. Raises ``RunError``."""
    first = min([order.first_day for _, order in plan.orders if isinstance(order, DrugOrder)] + [0])
    end = float(plan.follow_up if until is None else until)
    if not (math.isfinite(end) and end > 0):
        raise RunError(f"the end of follow-up must be after day 0, found {end:g}")
    return float(first - 1), end


def grid(plan: Plan, until: float | None = None, detail: Detail = Detail.DOSES) -> Floats:
    """Times (T,) at which a course is recorded: whole days, or fewer with ``Detail.VISITS``. With ``Detail.DOSES`` also
    every hour from the first conditioning dose to 24 h after the last one's end, some points after the end of each
    infusion, and on the day after each of a few later doses. Days on which the plan's ``labs`` are taken are in it."""
    return _grid(plan, planned_doses(plan), until, detail)


def _grid(plan: Plan, planned: Sequence[SingleDose], until: float | None, detail: Detail) -> Floats:
    start, end = span(plan, until)
    days = np.arange(start, math.floor(end) + 1.0)
    if detail is Detail.VISITS:
        often, weekly = days <= _DAILY_UNTIL, (days <= _YEAR) & ((_YEAR - days) % 7 == 0)
        days = days[often | weekly | ((days > _YEAR) & ((days - _YEAR) % 28 == 0))]
        if plan.labs is not None:
            days = np.union1d(days, plan.labs.schedule.days(start, end))
    times = [days, np.array([end])]
    conditioning = [dose for dose in planned if dose.time < 0]
    if detail is Detail.DOSES and conditioning:
        ends = np.array([dose.time + dose.hours / 24 for dose in conditioning])
        first = math.floor(min(dose.time for dose in conditioning) * 24)
        last = math.ceil((ends.max() + 1.0) * 24)
        times.append(np.arange(first, last + 1) / 24.0)
        times.append((ends[:, None] + np.array(_AFTER_INFUSION) / 24.0).ravel())
    if detail is Detail.DOSES:
        times += [dose.time + np.array([0.0, *(dose.hours + h for h in _LATER)]) / 24.0 for dose in _few_later(planned)]
    joined = np.unique(np.round(np.concatenate(times), 9)).astype(np.float64)
    return joined[(joined >= start) & (joined <= end)]


def _few_later(planned: Sequence[SingleDose]) -> list[SingleDose]:
    """Doses from day 0 on of drugs that are given a few times, such as methotrexate."""
    later = [dose for dose in planned if dose.time >= 0]
    number = Counter(dose.drug for dose in later)
    return [dose for dose in later if number[dose.drug] <= _A_FEW and dose.hours <= 24]


def not_yet_modelled(plan: Plan, model: ModelLike | None = None) -> tuple[Unmodelled, ...]:
    """Orders that the model does not follow. Without ``model``: judged by the drug modules alone."""
    found: list[Unmodelled] = []
    for _, order in plan.orders:
        reason = _why_not(order, model)
        if reason:
            found.append(Unmodelled(order, reason))
    return tuple(found)


def rule_units(plan: Plan, model: ModelLike) -> dict[str, tuple[str, float]]:
    """By rule name: the unit of its amount, and the factor from that unit to the house unit of the rule."""
    units = {}
    for order in _standing(plan, model):
        route = _standing_route(order, model)
        if route is not None:
            units[str(order)] = (route.unit or "units", route.to_house)
    return units


def _why_not(order: Order, model: ModelLike | None) -> str:
    if isinstance(order, StandingOrder) and order.what in PRODUCT_LAB:
        if model is None or _named_route(model, _PRODUCT_ROUTES[order.what]) is not None:
            return _missing_lab(order, model)
        return "the model has no transfusions"
    drug = order.drug if isinstance(order, DrugOrder) else order.what
    modelled = (
        formulary.is_modelled(drug) if model is None else any(formulary.same_drug(r.drug, drug) for r in model.routes)
    )
    if not modelled:
        supportive = formulary.why_left_out(order)
        return f"supportive and left without effect ({supportive})" if supportive else "not yet modelled"
    if isinstance(order, DrugOrder):
        if order.trough is not None:
            has_it = formulary.has_route if model is None else lambda *names: _route(model, *names) is not None
            return "" if has_it(drug, troughs.ROUTE) else "dosing by trough is not yet modelled"
        if order.aim is not None and any(course.dose is None for course in order.courses):
            return "its dose was not calculated"
        ways = {way_of(drug, course.way) for course in order.courses}
    else:
        ways = {way_of(drug, order.way)}
    if model is None:
        absent = sorted(way.value for way in ways if formulary.lacks_route(drug, way.value))
    else:
        absent = sorted(way.value for way in ways if _route(model, drug, way.value) is None)
    if absent:
        return f"given {' and '.join(absent)}: this route is not yet modelled"
    return _missing_lab(order, model)


def _missing_lab(order: Order, model: ModelLike | None) -> str:
    if model is None or isinstance(order, DrugOrder):
        return ""
    names = {observable.name for observable in model.observables}
    labs = [c.lab for c in (order.when, order.until) if c is not None and c.lab.observable not in names]
    return f"the model has no {labs[0].name}" if labs else ""


def _standing(plan: Plan, model: ModelLike) -> list[StandingOrder]:
    return [order for order in plan.care if isinstance(order, StandingOrder) and not _why_not(order, model)]


def _named_route(model: ModelLike, name: str) -> RouteLike | None:
    return next((route for route in model.routes if route.name == name), None)


def _route(model: ModelLike, drug: str, way: str) -> RouteLike | None:
    return next((r for r in model.routes if r.route == way and formulary.same_drug(r.drug, drug)), None)


def _standing_route(order: StandingOrder, model: ModelLike) -> RouteLike | None:
    if order.what in _PRODUCT_ROUTES:
        return _named_route(model, _PRODUCT_ROUTES[order.what])
    return _route(model, order.what, way_of(order.what, order.way).value)


def _house(amount: float | Floats, unit: str, route: RouteLike, patients: int) -> Floats:
    """Amounts (N,) in house units. ``unit``: mg, IU, Gy, cells, units."""
    masses = ("mg", "g", "ug", "ng")
    alike = (unit in masses) == (route.unit in masses) and (unit == route.unit or unit in masses or route.unit == "")
    if not alike or route.unit not in _IN_ROUTE_UNIT:
        raise RunError(f"{route.name} takes {route.unit or 'a number'}, which a dose in {unit} cannot be turned into")
    factor = _IN_ROUTE_UNIT[route.unit] * route.to_house
    return np.broadcast_to(np.asarray(amount, dtype=np.float64) * factor, (patients,)).copy()


def _graft_events(
    plans: Sequence[Plan], model: ModelLike, seed: int, identities: NDArray[np.int64], body: Body
) -> list[_Event]:
    """Every infusion of cells. Of cord units that compete only the winner's cells count: each patient draws one."""
    if _named_route(model, "graft.cd34") is None:
        raise RunError("the model has no way in for the graft (route 'graft.cd34')")
    winner = _winning_unit(plans, seed, identities)
    events = []
    competing = 0
    for k, graft in enumerate(plans[0].grafts):
        counts = np.ones(len(identities))
        if graft in plans[0].cord_units:
            counts = (winner == competing).astype(np.float64)
            competing += 1
        mine = [plan.grafts[k] for plan in plans]
        for name, label, amount in (
            ("cd34", "graft, CD34+ cells", body.get("graft_cd34", [graft.cd34 for graft in mine])),
            ("cd3", "graft, CD3 cells", body.get("graft_cd3", [graft.cd3_or_usual for graft in mine])),
            ("tnc", "graft, TNC cells", None if graft.tnc is None else [graft.tnc for graft in mine]),
        ):
            route = _named_route(model, f"graft.{name}")
            if route is not None and amount is not None:
                cells = counts * np.asarray(amount, dtype=np.float64) * route.to_house
                events.append(_Event(graft.day, 2, Operation.ADD, route.into, cells, label))
    return events


def _winning_unit(plans: Sequence[Plan], seed: int, identities: NDArray[np.int64]) -> NDArray[np.int64]:
    """Index (N,) of the cord unit that wins: its chance is its share of their CD3+ cells, which reject the others."""
    if not plans[0].cord_units:
        return np.zeros(len(identities), dtype=np.int64)
    cells = np.cumsum([[unit.cd3_or_usual for unit in plan.cord_units] for plan in plans], axis=1)
    drawn = uniform(seed, identities, "the cord unit that wins")
    return np.minimum((cells / cells[:, -1:] < drawn[:, None]).sum(axis=1), cells.shape[1] - 1).astype(np.int64)


def _infusions(
    plan: Plan, model: ModelLike, doses: list[SingleDose], body: Body, patients: int, end: float
) -> list[_Event]:
    """Rates on and off; where infusions of one rate overlap, their sum. A rate that goes on is no event."""
    by_rate: dict[int, list[tuple[float, float, Floats, str]]] = {}
    for dose in doses:
        route = _route(model, dose.drug, dose.way.value)
        if route is None or route.rate is None or dose.flowing_hours == 0:
            continue
        days = dose.flowing_hours / 24
        rate = _house(dose.amounts(body, plan), dose.unit_of_kind, route, patients) / days
        by_rate.setdefault(route.rate, []).append((dose.time, round(dose.time + days, 9), rate, dose.text))
    events: list[_Event] = []
    before = np.zeros(patients)
    for target, runs in by_rate.items():
        edges = sorted({edge for on, off, _, _ in runs for edge in (on, min(off, end))})
        for edge in edges:
            running = [rate for on, off, rate, _ in runs if on <= edge < off]
            starting = [text for on, _, _, text in runs if on == edge]
            ending = [text for _, off, _, text in runs if off == edge]
            label = f"{starting[0]}, start" if starting else f"{(ending or [runs[0][3]])[0]}, end"
            total = np.sum(running, axis=0) if running else np.zeros(patients)
            if edge == edges[0] or not np.array_equal(total, before):
                events.append(_Event(edge, 1, Operation.SET, target, total, label))
            before = total
    return events


def _aims(plan: Plan, model: ModelLike, patients: int) -> list[_Event]:
    """The levels that orders by trough aim at."""
    events: list[_Event] = []
    for _, order in plan.orders:
        route = _route(model, order.drug, troughs.ROUTE) if isinstance(order, DrugOrder) and order.trough else None
        if isinstance(order, DrugOrder) and route is not None and route.rate is not None:
            for time, change, slope in troughs.changes_of(order):
                operation, target = (Operation.ADD, route.into) if slope is None else (Operation.SET, route.rate)
                value = np.full(patients, change if slope is None else slope)
                events.append(_Event(time, 2, operation, target, value, str(order)))
    return events


def _modifier_events(
    modifier: ModifierLike,
    plan: Plan,
    model: ModelLike,
    doses: list[SingleDose],
    seed: int,
    identities: NDArray[np.int64],
    occasions: bool,
) -> list[_Event]:
    """At each dose a new occasion draw, at each step its factor. The k-th dose (from 0) is occurrence k of the draw.

    Doses by rule have no times of their own beforehand: occasion 0 holds from the first day of the rule on.
    """
    times = sorted(
        {d.time for d in doses if formulary.same_drug(d.drug, modifier.drug) and _route(model, d.drug, d.way.value)}
    )
    if not times:
        ruled = [o for o in _standing(plan, model) if formulary.same_drug(o.what, modifier.drug)]
        times = [min((o.first_day or 0) + USUAL_TIME for o in ruled)] if ruled else []
    if not times or (modifier.occasion is None and not modifier.steps):
        return []
    steps = [(round(times[0] + after, 9), factor) for after, factor in sorted(modifier.steps)]
    events = []
    for change in sorted({*times, *(time for time, _ in steps)}):
        factor = next((f for time, f in reversed(steps) if time <= change), 1.0)
        value = np.full(len(identities), factor)
        if modifier.occasion is not None and occasions:
            occasion = sum(time <= change for time in times) - 1
            value = value * np.exp(modifier.occasion.sd * normal(seed, identities, modifier.name, occasion))
        events.append(_Event(change, 0, Operation.SET, modifier.parameter, value, f"{modifier.name}, new value"))
    return events


def _rule(
    order: StandingOrder, plan: Plan, model: ModelLike, body: Body, patients: int, start: float, end: float
) -> Rule:
    route = _standing_route(order, model)
    assert route is not None  # _standing leaves out what has none
    index = {observable.name: i for i, observable in enumerate(model.observables)}
    if order.what in PRODUCT_LAB:
        unit = "cells" if order.what == "platelets" else "units"
        amount = _house(product_amount(order, body), unit, route, patients)
    else:
        assert order.dose is not None  # checked when the sentence was read
        weighing = order.weighing or plan.patient.dosing_weight
        given = order.per_day * formulary.share_of(order.what) * amount_of(order.dose, body, weighing, order.maximum)
        amount = _house(given, order.dose.kind.value, route, patients)
    when, until = order.when, order.until
    return Rule(
        name=str(order),
        watch=-1 if when is None else index[when.lab.observable],
        comparison=Comparison.ALWAYS if when is None else when.comparison,
        threshold=0.0 if when is None else when.value,
        first_day=math.floor(start) if order.first_day is None else order.first_day,
        last_day=math.floor(end) if order.last_day is None else order.last_day,
        target=route.into,
        amount=amount,
        delay=USUAL_TIME if order.clock is None else max(order.clock / 24, _SHORTEST_DELAY),
        every=order.every_days,
        stop_watch=-1 if until is None else index[until.lab.observable],
        stop_comparison=Comparison.NEVER if until is None else until.comparison,
        stop_threshold=0.0 if until is None else until.value,
        stop_days=1 if until is None else until.days,
    )


def _sorted(events: list[_Event], patients: int, start: float, end: float) -> Events:
    kept = sorted((e for e in events if start <= e.time <= end), key=lambda e: (e.time, e.rank))
    return Events(
        time=np.array([e.time for e in kept], dtype=np.float64),
        operation=np.array([e.operation for e in kept], dtype=np.int8),
        target=np.array([e.target for e in kept], dtype=np.int32),
        value=np.stack([e.value for e in kept], axis=1) if kept else np.empty((patients, 0)),
        label=tuple(e.label for e in kept),
    )
