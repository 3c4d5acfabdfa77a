"""A few modules solved on their own: composed by the language, integrated by SciPy, doses and time factors by hand.

Nothing of the engine is used, so that a drug's file is tested as its author wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from marrow.language.compose import compose
from marrow.language.network import InputKind, Network

HOURS = 24.0


@dataclass(frozen=True)
class Dose:
    """``amount`` in the unit of the route, from ``hour`` on; ``over`` hours (0: a bolus)."""

    route: str
    hour: float
    amount: float
    over: float = 0.0


def daily(route: str, amount: float, over: float, days: int, every: float = 24.0) -> list[Dose]:
    return [Dose(route, i * every, amount, over) for i in range(days)]


@cache
def network_of(*modules: type) -> Network:
    return compose(modules)


def numbers(
    network: Network, known: Mapping[str, float] | None = None, parameters: Mapping[str, float] | None = None
) -> dict[sp.Symbol, float]:
    """The typical patient: every input, then every assignment, in house units. ``known`` in the covariates' units."""
    values: dict[sp.Symbol, float] = {}
    changed = {**(known or {}), **(parameters or {})}
    for each in network.inputs:
        short = each.name.removeprefix("known.")
        default = 0.0 if each.kind is InputKind.DEVIATE else each.default
        value = changed.pop(short, default)
        assert value is not None, f"{each.name} has no value"
        values[each.symbol] = value * each.to_house
    assert not changed, f"unknown: {sorted(changed)}"
    for each in network.assignments:
        values[each.symbol] = float(each.expression.subs(values))
    return values


def value_of(network: Network, values: Mapping[sp.Symbol, float], name: str) -> float:
    """An assignment or input by name, in house units."""
    found = {symbol.name: value for symbol, value in values.items()}
    return found[name]


def course(
    modules: Sequence[type],
    doses: Sequence[Dose],
    hours: Sequence[float],
    known: Mapping[str, float] | None = None,
    parameters: Mapping[str, float] | None = None,
    first: Mapping[str, float] | None = None,
) -> dict[str, NDArray[np.float64]]:
    """Observables, and states by name (house units), at the given hours. No variability; time factors as declared.

    ``first``: states that do not begin at rest.
    """
    network = network_of(*modules)
    values = numbers(network, known, parameters)
    for route in network.routes:
        if route.rate is not None:
            values[route.rate] = 0.0
    for modifier in network.modifiers:
        values[modifier.symbol] = 1.0
    states = [state.symbol for state in network.states]
    free = list(values)
    slope = sp.lambdify([states, free], list(network.right_hand_side), modules="numpy", cse=True)
    read = sp.lambdify([states, free], [each.expression for each in network.observables], modules="numpy", cse=True)

    changes = _changes(network, doses)
    grid = np.asarray(hours, float) / HOURS
    stops = sorted({0.0, *(time for time, _, _ in changes if time < grid[-1]), float(grid[-1])})
    amounts = np.array([float(sp.sympify(state.initial).subs(values)) for state in network.states])
    for name, amount in (first or {}).items():
        amounts[[state.name for state in network.states].index(name)] = amount
    scale = np.array([state.scale for state in network.states])
    kept = np.full((len(grid), len(states)), np.nan)
    seen = np.full((len(grid), len(network.observables)), np.nan)
    now: list[float] = []
    for start, end in pairwise(stops):
        for time, symbol, value in changes:
            if time != start:
                continue
            if symbol in states:
                amounts[states.index(symbol)] += value
            else:
                values[symbol] = values[symbol] + value if _is_rate(network, symbol) else value
        now = [values[each] for each in free]
        inside = np.flatnonzero((grid >= start) & (grid < end))
        solved = solve_ivp(
            lambda _, y, now=now: slope(y, now), (start, end), amounts, method="LSODA",
            t_eval=np.append(grid[inside], end), rtol=1e-9, atol=1e-12 * scale,
        )  # fmt: skip
        assert solved.success, solved.message
        amounts = solved.y[:, -1].copy()
        for i, there in zip(inside, solved.y.T, strict=False):
            kept[i], seen[i] = there, read(there, now)
    kept[-1], seen[-1] = amounts, read(amounts, now)
    found = {each.name: seen[:, i] for i, each in enumerate(network.observables)}
    return found | {state.name: kept[:, i] for i, state in enumerate(network.states)}


def _is_rate(network: Network, symbol: sp.Symbol) -> bool:
    return any(symbol == route.rate for route in network.routes)


def _changes(network: Network, doses: Sequence[Dose]) -> list[tuple[float, sp.Symbol, float]]:
    """(day, state or rate to add to, or modifier to set; by how much)."""
    routes = {route.name: route for route in network.routes}
    changes: list[tuple[float, sp.Symbol, float]] = []
    for dose in doses:
        route = routes[dose.route]
        start, amount = dose.hour / HOURS, dose.amount * route.to_house
        if dose.over == 0:
            changes.append((start, network.states[route.into].symbol, amount))
        else:
            assert route.rate is not None, f"{dose.route} takes no infusion"
            rate = amount / (dose.over / HOURS)
            changes += [(start, route.rate, rate), ((dose.hour + dose.over) / HOURS, route.rate, -rate)]
    for modifier in network.modifiers:
        own = [dose.hour / HOURS for dose in doses if routes[dose.route].drug == modifier.drug]
        changes += [(min(own) + after, modifier.symbol, factor) for after, factor in modifier.steps if own]
    return sorted(changes, key=lambda change: change[0])
