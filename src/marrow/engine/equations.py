"""A network with short names and without what a step need not compute: what the kernel's lines are written from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import sympy as sp

from marrow.engine.expressions import Constants, Pairs, safe
from marrow.language.network import Network
from marrow.terms import Origin

# what the absolute tolerance is relative to: cells of populations that may become few; multiples of other scales
FEW_CELLS, INTEGRAL, GRAFT, DEEP = 700.0, 50.0, 50.0, 50.0
CLOSELY, NEARLY = 0.35, 0.6  # shares of the relative tolerance


@dataclass(frozen=True)
class Tolerance:
    """``absolute``: what the absolute tolerance is relative to; ``share`` of the relative tolerance."""

    absolute: float
    share: float = 1.0


def identifiers(prefix: str, count: int) -> list[sp.Symbol]:
    return [sp.Symbol(f"{prefix}{i}", real=True) for i in range(count)]


@dataclass
class Equations:
    """The network with short symbols: y0... states, p0... kernel parameters, c0... and d0... constants taken out.

    ``rates`` and ``terms``: d(state i)/dt = sum of coefficient x rate. ``observed``: the observables.
    """

    states: list[sp.Symbol]
    present: list[int]  # states that are not known to be 0
    parameters: list[sp.Symbol]
    switched: frozenset[sp.Symbol]
    fixed_constants: Constants
    switched_constants: Constants
    rates: Pairs
    terms: list[list[tuple[sp.Symbol, sp.Expr]]]
    observed: Pairs
    consequences: Pairs
    scales: list[float]
    tolerances: list[Tolerance]


def equations_of(network: Network) -> Equations:
    """Renames, makes powers safe, and takes out what the step need not compute."""
    originals = [state.symbol for state in network.states]
    states, parameters = identifiers("y", len(originals)), identifiers("p", len(network.kernel_parameters))
    short = dict(zip(originals, states, strict=True)) | dict(zip(network.kernel_parameters, parameters, strict=True))
    roles = {r.rate for r in network.routes if r.rate is not None} | {m.symbol for m in network.modifiers}
    switched = frozenset(short[s] for s in roles)
    fixed = Constants("c", frozenset(states) | switched)
    changing = Constants("d", frozenset(states))

    def clean(expression: sp.Expr) -> sp.Expr:
        return changing.take_out(fixed.take_out(safe(sp.sympify(expression).xreplace(short))))

    few = [i for i, state in enumerate(network.states) if state.few is not None]
    rates: Pairs = []
    terms: list[list[tuple[sp.Symbol, sp.Expr]]] = [[] for _ in states]

    def rate(expression: sp.Expr) -> sp.Symbol:
        symbol = sp.Symbol(f"flow{len(rates)}", real=True)
        rates.append((symbol, clean(expression)))
        return symbol

    for reaction in network.reactions:
        if not (reaction.sources or reaction.products):
            continue
        symbol = rate(reaction.rate)
        for sign, ends in ((-1, reaction.sources), (1, reaction.products)):
            for index, coefficient in ends:
                terms[index].append(_term(sign, coefficient, reaction.rate, symbol, clean, rate))
    for hazard in network.hazards:
        terms[hazard.integral].append((rate(hazard.rate), sp.Integer(1)))
    for route in network.routes:
        if route.rate is not None:
            terms[route.into].append((short[route.rate], sp.Integer(1)))
    observed = [(sp.Symbol(f"o{i}", real=True), clean(o.expression)) for i, o in enumerate(network.observables)]
    amounts = [amount for hazard in network.hazards for _, amount in hazard.consequences]
    amounts += [network.states[i].cells_per_unit or sp.Integer(1) for i in few]
    consequences = [(sp.Symbol(f"w{i}", real=True), clean(amount)) for i, amount in enumerate(amounts)]
    scales = [float(state.scale) for state in network.states]
    tolerances = tolerances_of(network)
    return Equations(
        states,
        list(range(len(states))),
        parameters,
        switched,
        fixed,
        changing,
        rates,
        terms,
        observed,
        consequences,
        scales,
        tolerances,
    )


def absent_before_graft(network: Network, equations: Equations) -> list[int]:
    """States of infused cells that are 0, and stay 0, until something is added to them."""
    targets = {index for hazard in network.hazards for index, _ in hazard.consequences}
    targets |= {route.into for route in network.routes if route.rate is not None}
    absent = {
        i
        for i, state in enumerate(network.states)
        if state.origin is Origin.DONOR and sp.sympify(state.initial).is_zero and i not in targets
    }
    while absent:
        fewer = without(equations, absent)
        moving = {i for i in absent if not sp.Add(*(s * c for s, c in fewer.terms[i])).is_zero}
        if any(e.has(sp.zoo, sp.nan, sp.oo) for _, e in fewer.rates):
            return []
        if not moving:
            break
        absent -= moving
    return sorted(absent)


def without(equations: Equations, absent: Collection[int]) -> Equations:
    """The equations while these states are 0."""
    zero = {equations.states[i]: sp.Integer(0) for i in absent}
    rates = [(symbol, expression.xreplace(zero)) for symbol, expression in equations.rates]
    vanished = {symbol for symbol, expression in rates if expression.is_zero}
    return replace(
        equations,
        present=[i for i in equations.present if i not in set(absent)],
        rates=[(symbol, expression) for symbol, expression in rates if symbol not in vanished],
        terms=[[(s, c) for s, c in terms if s not in vanished] for terms in equations.terms],
    )


def tolerances_of(network: Network) -> list[Tolerance]:
    """How closely each state is followed. Chosen so that observables are about equally near to the reference.

    Kills multiply, so populations that may become few are followed more closely than anything else, down to far less
    than a cell. Drugs decay over many steps; but what little of a drug there is at first in compartments that it is
    not given into matters to nobody. What has not happened yet (integrals of hazards) and cells on their way from
    the graft need less.
    """
    usual = {each.symbol: (each.default or 0.0) * each.to_house for each in network.inputs}
    integrals = {hazard.integral for hazard in network.hazards}
    integrals |= {i for state in network.states for i in (state.births, state.deaths) if i is not None}
    given = {route.into for route in network.routes}
    drugs = {network.states[i].module for i in given if network.states[i].origin is None}
    found = []
    for i, state in enumerate(network.states):
        scale = float(state.scale)
        if i in integrals:
            found.append(Tolerance(INTEGRAL * scale))
        elif state.few is not None and state.cells_per_unit is not None:
            cells = sp.sympify(sp.sympify(state.cells_per_unit).xreplace(usual))
            known = bool(cells.is_number and cells > 0)
            found.append(Tolerance(min(scale, FEW_CELLS / float(cells)) if known else scale, CLOSELY))
        elif i in given and state.origin is not None:
            found.append(Tolerance(GRAFT * scale))
        elif state.module in drugs:
            found.append(Tolerance(scale if i in given else DEEP * scale, NEARLY))
        else:
            found.append(Tolerance(scale))
    return found


def switched_parameters(network: Network) -> tuple[int, ...]:
    """Indices of kernel parameters that a schedule may change cheaply: infusion rates and modifiers."""
    roles = {r.rate for r in network.routes if r.rate is not None} | {m.symbol for m in network.modifiers}
    return tuple(i for i, symbol in enumerate(network.kernel_parameters) if symbol in roles)


def _term(sign, coefficient, expression, symbol, clean, rate):  # type: ignore[no-untyped-def]
    """(rate symbol, coefficient); a coefficient that depends on the state is multiplied into a rate of its own."""
    cleaned = clean(coefficient)
    if any(s.name.startswith("y") for s in cleaned.free_symbols):
        return rate(coefficient * expression), sp.Integer(sign)
    return symbol, sign * cleaned
