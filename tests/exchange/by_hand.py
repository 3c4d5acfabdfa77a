"""The toy model of the language's tests with numbers and doses, and a plain SciPy solution of a course."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from marrow.exchange.realised import Change, Effect, PatientCourse, apply, apply_first
from marrow.language.compose import compose
from marrow.language.network import Network

Floats = NDArray[np.float64]
GRAFT = 1000.0


def module_at(path: Path, name: str) -> ModuleType:
    """A file of another folder as a module."""
    if name not in sys.modules:
        found = importlib.util.spec_from_file_location(name, path)
        assert found is not None
        assert found.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(found)
        found.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@cache
def toy_network() -> Network:
    small = module_at(Path(__file__).resolve().parents[1] / "language" / "small.py", "exchange_toy_modules")
    return compose(small.TOY_MODULES)


def typical(network: Network) -> tuple[Floats, Floats]:
    """Kernel parameters (P,) and healthy state (n,) of the typical patient."""
    values = {entry.symbol: (entry.default or 0.0) * entry.to_house for entry in network.inputs}
    for each in network.assignments:
        values[each.symbol] = float(each.expression.subs(values))
    values |= {route.rate: 0.0 for route in network.routes if route.rate is not None}
    values |= {modifier.symbol: 1.0 for modifier in network.modifiers}
    parameters = np.array([values[symbol] for symbol in network.kernel_parameters])
    return parameters, np.array([float(sp.sympify(state.initial).subs(values)) for state in network.states])


def toy_course(end: float = 60.0) -> PatientCourse:
    """Four infusions with a clearance that changes, a graft, a daily hormone, a fever, a drawn number of stem cells."""
    network = toy_network()
    position = {symbol.name: i for i, symbol in enumerate(network.kernel_parameters)}
    rate, modifier, state = position["toydrug.IV.rate"], position["toy_drug.clearance.modifier"], network.state_index
    changes = []
    for day in (-6, -5, -4, -3):
        changes.append(Change(day + 0.25, Effect.SET, modifier, 1.1 + 0.05 * day, "clearance.modifier, new value"))
        changes.append(Change(day + 0.25, Effect.SET, rate, 2400.0, "toy drug, start"))
        changes.append(Change(day + 0.375, Effect.SET, rate, 0.0, "toy drug, end"))
    changes.append(Change(0.0, Effect.ADD, state["toy_stem.graft.donor"], GRAFT, "graft"))
    changes.append(Change(4.0, Effect.REPLACE, state["toy_stem.cells_here.host"], 3 / 70, "few cells, drawn"))
    changes += [Change(5.25 + d, Effect.ADD, state["toy_hormone.amount"], 3.0, "hormone daily") for d in range(12)]
    changes.append(Change(9.1, Effect.ADD, state["toy_hormone.fever"], 1.0, "event of a hazard"))
    ordered = tuple(sorted(changes, key=lambda change: change.time))
    return PatientCourse(-7.0, end, *typical(network), ordered)


def observables_of(network: Network, course: PatientCourse, grid: Floats, tolerance: float = 1e-10) -> Floats:
    """Observables (T, K) at times at which nothing happens: SciPy, one piece after the other."""
    states, parameters = [state.symbol for state in network.states], list(network.kernel_parameters)
    rates = sp.lambdify([states, parameters], list(network.right_hand_side), "math", cse=True)
    read = sp.lambdify([states, parameters], [each.expression for each in network.observables], "math", cse=True)
    scale = np.array([state.scale for state in network.states])
    given, state, later = apply_first(course)
    rows = np.full((len(grid), len(network.observables)), np.nan)
    for k, (start, stop) in enumerate(pairwise([course.start, *(moment.time for moment in later), course.end])):
        inside = np.flatnonzero((grid >= start) & (grid <= stop))
        times = np.union1d(grid[inside], [start, stop])
        path = solve_ivp(
            lambda _, y, p=given: rates(np.maximum(y, 0.0).tolist(), p.tolist()),
            (start, stop), state, "LSODA", times, rtol=tolerance, atol=1e-4 * tolerance * scale,
        )  # fmt: skip
        assert path.success
        for i in inside:
            rows[i] = read(path.y[:, np.searchsorted(times, grid[i])].tolist(), given.tolist())
        state = path.y[:, -1].copy()
        if k < len(later):
            apply(later[k], given, state)
    return rows


def roadrunner_observables(sbml: str, network: Network, course: PatientCourse, grid: Floats) -> Floats:
    """Observables (T, K) by libRoadRunner at tight tolerances. Skips the test where it is not installed."""
    import pytest

    roadrunner = pytest.importorskip("roadrunner")
    from marrow.exchange.sbml import observable_identifiers, state_identifiers

    runner = roadrunner.RoadRunner(sbml)
    runner.timeCourseSelections = list(observable_identifiers(network))
    scale = {name: network.states[i].scale for i, name in state_identifiers(network).items()}
    ordered = [scale[name] for name in runner.model.getFloatingSpeciesIds()]
    runner.integrator.setValue("relative_tolerance", 1e-9)
    runner.integrator.setValue("absolute_tolerance", [1e-12 * each for each in ordered])
    runner.integrator.setValue("maximum_num_steps", 200_000)
    first = [0.0] if grid[0] > course.start else []  # a simulation begins at the first of its times, whatever that is
    return np.array(runner.simulate(times=first + (grid - course.start).tolist()))[len(first) :]


def away_from_changes(course: PatientCourse, grid: Floats) -> Floats:
    """Times of the grid at which nothing happens: there is no question of before or after."""
    done = np.array([change.time for change in course.changes])
    return grid[np.abs(grid[:, None] - done[None, :]).min(axis=1) > 1e-6] if len(done) else grid
