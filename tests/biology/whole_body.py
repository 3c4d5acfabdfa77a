"""The whole biology as plain functions: composed by the language, integrated by SciPy, nothing of the engine.

``Conditioning`` stands for all drugs: one dose, killing for half a day, on six classes of cells.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from marrow.language import Drug, Module, Parameter, Route, State, discover, nothing, offers, reaction
from marrow.language.compose import compose
from marrow.language.network import InputKind, Network
from marrow.sources import assumed
from marrow.units import day, dimensionless, mg
from marrow.vocabulary import CYTOTOXICITY, CellClass

Floats = NDArray[np.float64]


def _logs(value: float) -> Parameter:
    kill = value * 2.303 * dimensionless
    return Parameter("natural logarithm of kill per dose", kill, plausible=(0.01, 30.0), source=assumed("of tests"))


class Conditioning(Module):
    """Assumes log10 kills of stem cells 2.6, committed progenitors 4, lymphocytes 2.5. Should show aplasia."""

    drug = State("a drug that kills", mg, rest=0, typical=1.0)
    dose = Route("dose", into=drug, unit=mg, drug="conditioning")
    loss = Parameter("loss of the drug", 8.0 / day, plausible=(8.0, 8.0), source=assumed("of tests"))
    amount = Parameter("dose that kills as much as is said", 1.0 * mg, plausible=(1.0, 1.0), source=assumed("of tests"))
    stem, early, dividing, lymphocyte = _logs(2.6), _logs(3.3), _logs(4.0), _logs(2.5)
    stroma, mucosa, malignant, vessels = _logs(0.3), _logs(0.45), _logs(2.4), _logs(0.43)

    def rate(self, logs):
        return logs * self.loss * self.drug / self.amount

    @reaction(drug, nothing)
    def lost(self):
        """Loss of the drug."""
        return self.loss * self.drug

    @offers(CYTOTOXICITY[CellClass.LONG_TERM_STEM])
    def kills_stem(self):
        return self.rate(self.stem)

    @offers(CYTOTOXICITY[CellClass.EARLY_PROGENITOR])
    def kills_early(self):
        return self.rate(self.early)

    @offers(CYTOTOXICITY[CellClass.DIVIDING])
    def kills_dividing(self):
        return self.rate(self.dividing)

    @offers(CYTOTOXICITY[CellClass.LYMPHOCYTE])
    def kills_lymphocytes(self):
        return self.rate(self.lymphocyte)

    @offers(CYTOTOXICITY[CellClass.STROMA])
    def kills_stroma(self):
        return self.rate(self.stroma)

    @offers(CYTOTOXICITY[CellClass.MUCOSA])
    def kills_mucosa(self):
        return self.rate(self.mucosa)

    @offers(CYTOTOXICITY[CellClass.MALIGNANT])
    def kills_malignant_cells(self):
        return self.rate(self.malignant)

    @offers(CYTOTOXICITY[CellClass.ENDOTHELIUM])
    def injures_vessels(self):
        return self.rate(self.vessels)


@dataclass(frozen=True)
class Body:
    """One network as functions of (states, kernel parameters)."""

    network: Network
    slopes: Callable[..., Any]
    looks: Callable[..., Any]
    setup: Callable[..., Any]

    def index(self, state: str) -> int:
        return self.network.state_index[state]


@cache
def body() -> Body:
    biology = tuple(module for module in discover() if not issubclass(module, Drug))
    network = compose((*biology, Conditioning))
    states = [state.symbol for state in network.states]
    kernel = list(network.kernel_parameters)
    slopes = sp.lambdify([states, kernel], list(network.right_hand_side), modules="math", cse=True)
    looks = sp.lambdify([states, kernel], [o.expression for o in network.observables], modules="numpy", cse=True)
    return Body(network, slopes, looks, _setup(network))


def _setup(network: Network) -> Callable[..., Any]:
    """inputs (in order) -> kernel parameters, first state, all assigned values."""
    short: dict[sp.Symbol, sp.Symbol] = {}

    def plain(expression: sp.Expr) -> str:
        expression = sp.sympify(expression)
        return sp.pycode(expression.xreplace({s: short[s] for s in expression.free_symbols}))

    lines = ["def setup(inputs):"]
    for position, each in enumerate(network.inputs):
        short[each.symbol] = sp.Symbol(f"v{len(short)}", real=True)
        lines.append(f"    {short[each.symbol]} = inputs[{position}]")
    for each in network.assignments:
        right = plain(each.expression)
        short[each.symbol] = sp.Symbol(f"v{len(short)}", real=True)
        lines.append(f"    {short[each.symbol]} = {right}")
    fixed = {modifier.symbol: "1.0" for modifier in network.modifiers}
    fixed |= {route.rate: "0.0" for route in network.routes if route.rate is not None}
    kernel = ", ".join(fixed.get(symbol, str(short.get(symbol))) for symbol in network.kernel_parameters)
    first = ", ".join(plain(state.initial) for state in network.states)
    named = ", ".join(f"{each.name!r}: {short[each.symbol]}" for each in network.assignments)
    lines.append(f"    return [{kernel}], [{first}], {{{named}}}")
    scope: dict[str, Any] = {"math": __import__("math")}
    exec("\n".join(lines), scope)
    return scope["setup"]


class Patient:
    """``known``: covariates; ``changed``: parameters, both in their own units; ``seed``: draws between-patient spread,
    with ``uncertain`` also typical values from their plausible ranges."""

    def __init__(
        self,
        known: Mapping[str, float] | None = None,
        changed: Mapping[str, float] | None = None,
        seed: int | None = None,
        uncertain: bool = False,
    ) -> None:
        self.body = body()
        values = _inputs(self.body.network, known or {}, changed or {}, seed, uncertain)
        kernel, first, self.assigned = self.body.setup(values)
        self.kernel, self.healthy = [float(each) for each in kernel], np.array(first, float)
        self.scale = np.array([state.scale for state in self.body.network.states])

    def slope(self, state: Floats) -> Floats:
        return np.array(self.body.slopes(state.tolist(), self.kernel), float)

    def slope_of(self, name: str, state: Floats) -> float:
        return float(self.slope(state)[self.body.index(name)])

    def look(self, states: Floats) -> dict[str, Floats]:
        """Observables of states (n,) or (n, T)."""
        found = self.body.looks(states, self.kernel)
        shape = states.shape[1:]
        names = (each.name for each in self.body.network.observables)
        return {
            name: np.broadcast_to(np.asarray(value, float), shape) for name, value in zip(names, found, strict=True)
        }

    def jacobian(self) -> Floats:
        rows = []
        for i, value in enumerate(self.healthy):
            step = 1e-6 * max(abs(value), 1e-3 * self.scale[i])
            up, down = self.healthy.copy(), self.healthy.copy()
            up[i] += step
            down[i] -= step
            rows.append((self.slope(up) - self.slope(down)) / (2 * step))
        return np.array(rows).T

    def course(
        self, doses: Mapping[float, Mapping[str, float]], until: float, start: float = -7.0
    ) -> tuple[Floats, dict[str, Floats]]:
        """Days (each third of one) and observables; ``doses``: day -> route -> amount in house units."""
        days, states = self.states(doses, until, start)
        return days, self.look(states)

    def states(
        self, doses: Mapping[float, Mapping[str, float]], until: float, start: float = -7.0
    ) -> tuple[Floats, Floats]:
        """Days (T,) and states (n, T) of such a course; of hazards their integrals, for nothing strikes."""
        routes = {route.name: route.into for route in self.body.network.routes}
        stops = [start, *sorted(doses), until]
        state, days, states = self.healthy.copy(), [], []
        for begin, end in itertools.pairwise(stops):
            for route, amount in doses.get(begin, {}).items():
                state[routes[route]] += amount
            grid = np.arange(np.ceil(begin * 3) / 3, end - 1e-9, 1 / 3)
            solved = solve_ivp(
                lambda _, y: self.slope(y), (begin, end), state, method="LSODA", rtol=1e-5, atol=1e-9 * self.scale,
                t_eval=np.append(grid, end), max_step=0.5 if begin in doses and end - begin < 10 else 4.0,
            )  # fmt: skip
            assert solved.success, solved.message
            days.extend(solved.t[:-1])
            states.extend(solved.y.T[:-1])
            state = solved.y[:, -1]
        return np.array(days), np.array(states).T


def _inputs(
    network: Network, known: Mapping[str, float], changed: Mapping[str, float], seed: int | None, uncertain: bool
) -> list[float]:
    from marrow import vocabulary

    covariates = {k.name: k for k in vars(vocabulary).values() if isinstance(k, vocabulary.Known)}
    random = None if seed is None else np.random.default_rng(seed)
    unused = {*known, *changed}
    values: list[float] = []
    for each in network.inputs:
        if each.kind is InputKind.DEVIATE:
            values.append(0.0 if random is None else float(random.standard_normal()))
            continue
        name = each.name.removeprefix("known.")
        unused.discard(name)
        if each.kind is InputKind.COVARIATE:
            value = known.get(name, covariates[name].typical)
        else:
            value = changed.get(name, each.default or 0.0)
            low, high = np.log(each.plausible or (1.0, 1.0))
            if uncertain and random is not None and low < high:
                drawn = (low + high) / 2 + (high - low) / 3.92 * random.standard_normal()
                value = float(np.exp(np.clip(drawn, low, high)))
        values.append(value * each.to_house)
    assert not unused, f"no such input: {sorted(unused)}"
    return values


def day_above(days: Floats, values: Floats, level: float) -> float:
    """The first day on which ``values`` are at ``level`` again, after having been below since day 0."""
    after = days > 0
    days, values = days[after], values[after]
    low = np.flatnonzero(values < level)
    back = np.flatnonzero((values >= level) & (np.arange(len(values)) > (low[0] if len(low) else len(values))))
    return float(days[back[0]]) if len(back) else float("nan")


SOURCES: Mapping[str, Mapping[str, float]] = {
    "blood": {},
    "marrow": {"graft_is_blood": 0.0, "graft_is_marrow": 1.0},
    "cord": {"graft_is_blood": 0.0, "graft_is_cord": 1.0, "graft_is_thawed": 1.0},
}


@cache
def transplant(source: str, cd34: float, cd3: float = 2e8, until: float = 60.0) -> tuple[Floats, dict[str, Floats]]:
    """Conditioning on day -3, the graft on day 0, no care."""
    doses = {-3.0: {"conditioning.dose": 1.0}, 0.0: {"graft.cd34": cd34, "graft.cd3": cd3}}
    return Patient(known=SOURCES[source]).course(doses, until)
