"""Modules become one ``Network``: names are wired, health is balanced, reactions are written out for every origin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sympy as sp

from marrow.errors import DeclarationError
from marrow.language.declare import Add, Balanced, Derived, Hazard, Parameter, Reaction, Route, Stage, State, Transit
from marrow.language.few import few_cell_integrals
from marrow.language.inputs import assignments_in_order, collect_inputs
from marrow.language.module import Drug
from marrow.language.network import (
    HazardEntry,
    ModifierEntry,
    Network,
    ObservableEntry,
    ReactionEntry,
    RouteEntry,
    StateEntry,
)
from marrow.language.rest import Equation, solve_rest
from marrow.language.symbols import ModuleType, Numbers, Symbols, Wiring, full_name, known_symbol, symbol
from marrow.language.view import declared_in, run
from marrow.units import to_house, unit_text
from marrow.vocabulary import BODY_WEIGHT, Observable, Origin, Port


def compose(modules: Sequence[ModuleType]) -> Network:
    """Joins modules into a network.

    Raises ``DeclarationError`` for a need that nobody offers, an offer made twice, ports that depend on themselves,
    a resting state that cannot be solved; each names file, line and the nearest name.
    """
    wiring = Wiring(tuple(modules))
    live, rest = Symbols(wiring, live=True), Symbols(wiring, live=False)
    states = _states(wiring, rest)
    index = {state.name: i for i, state in enumerate(states)}
    reactions = _reactions(wiring, live, index)
    hazards, hazard_states = _hazards(wiring, live, index, len(states))
    states += hazard_states
    states, few_reactions = few_cell_integrals(states, reactions)
    observables = _observables(wiring, live)
    solved = _solve_rest(wiring, rest)
    inputs = collect_inputs(wiring.modules)
    assignments = assignments_in_order(wiring.modules, rest, solved, inputs)
    return Network(
        modules=tuple(module.title for module in wiring.modules),
        states=tuple(states),
        inputs=tuple(inputs),
        assignments=tuple(assignments),
        reactions=tuple(reactions) + tuple(few_reactions),
        hazards=tuple(hazards),
        observables=tuple(observables),
        routes=tuple(_routes(wiring, index)),
        modifiers=tuple(_modifiers(wiring)),
        description={module.title: (module.__doc__ or "").strip() for module in wiring.modules},
    )


def right_hand_side_by_numbers(
    modules: Sequence[ModuleType], network: Network, values: dict[sp.Symbol, float]
) -> list[float]:
    """d(state)/dt of every state, by running the method bodies with numbers: the slow reference of the symbolic one.

    ``values``: a number for each state, input, assignment and kernel parameter of ``network``.
    Integrals for few cells are left at 0 (they are made from the symbols).
    """
    reading = Numbers(Wiring(tuple(modules)), values)
    total = [0.0] * len(network.states)
    for entry in _reactions(reading.wiring, reading, network.state_index):
        for index, coefficient in entry.sources:
            total[index] -= float(coefficient * entry.rate)
        for index, coefficient in entry.products:
            total[index] += float(coefficient * entry.rate)
    for entry in _hazards(reading.wiring, reading, network.state_index, 0)[0]:
        total[network.state_index[f"{entry.name}.integral"]] += float(entry.rate)
    for route in network.routes:
        total[route.into] += values.get(route.rate, 0.0) if route.rate is not None else 0.0
    return total


def ends_of(state: State) -> list[State | Stage]:
    return [state] if state.stages is None else [Stage(state, i) for i in range(state.stages)]


def _states(wiring: Wiring, rest: Symbols) -> list[StateEntry]:
    entries: list[StateEntry] = []
    for module in wiring.modules:
        for state in (d for d in declared_in(module).values() if isinstance(d, State)):
            for end in ends_of(state):
                label = state.label + (f", stage {end.index + 1}" if isinstance(end, Stage) else "")
                for origin in state.origins:
                    name = full_name(module, end, origin)
                    entries.append(
                        StateEntry(
                            name=name,
                            symbol=symbol(name),
                            label=label + (f" ({origin.value})" if origin else ""),
                            unit=unit_text(state.unit),
                            module=module.title,
                            scale=state.typical * to_house(state.unit),
                            origin=origin,
                            few=state.few,
                            cells_per_unit=known_symbol(BODY_WEIGHT) if state.few else None,
                            initial=rest.at_start(module, state, end, origin),
                        )
                    )
    return entries


def _origins(*ends: object) -> tuple[Origin | None, ...]:
    """For which origins a rule between these ends is written."""
    states = [end.state if isinstance(end, Stage) else end for end in ends]
    per = [state.origins for state in states if isinstance(state, State) and state.per is not None]
    if not per:
        return (None,)
    return tuple(origin for origin in Origin if all(origin in origins for origins in per))


def _pair(result: object) -> tuple[sp.Expr, sp.Expr]:
    rate, gain = result if isinstance(result, tuple) else (result, 1)
    return sp.sympify(rate), sp.sympify(gain)


@dataclass(frozen=True)
class _Flow:
    """One arrow, written for one origin: ``rate`` leaves ``source``, ``gain * rate`` reaches ``product``."""

    module: ModuleType
    rule: Reaction | Transit
    stage: str
    source: object
    product: object
    origin: Origin | None
    rate: sp.Expr
    gain: sp.Expr


def _flows(wiring: Wiring, reading: Symbols) -> Iterator[_Flow]:
    """Every reaction and every step of every chain, for every origin that has its ends."""
    for module in wiring.modules:
        for rule in declared_in(module).values():
            if isinstance(rule, (Reaction, Transit)):
                for stage, source, product in _arrows(rule):
                    for origin in _origins(source, product):
                        rate, gain = _pair(run(module, rule, reading, origin))
                        if isinstance(rule, Transit) and isinstance(source, Stage):
                            rate = rate * reading.amount(module, source, origin)
                        yield _Flow(module, rule, stage, source, product, origin, rate, gain)


def _arrows(rule: Reaction | Transit) -> list[tuple[str, object, object]]:
    if isinstance(rule, Reaction):
        return [("", rule.source, rule.product)]
    into = Stage(rule.into, 0) if isinstance(rule.into, State) and rule.into.stages else rule.into
    stages = [*ends_of(rule.chain), into]
    return [(f".{i + 1}", stages[i], stages[i + 1]) for i in range(len(stages) - 1)]


def _reactions(wiring: Wiring, reading: Symbols, index: dict[str, int]) -> list[ReactionEntry]:
    return [
        ReactionEntry(
            name=full_name(flow.module, flow.rule) + flow.stage + (f".{flow.origin.value}" if flow.origin else ""),
            label=flow.rule.label,
            module=flow.module.title,
            rate=flow.rate,
            sources=_end(flow.module, flow.source, flow.origin, index, sp.Integer(1)),
            products=_end(flow.module, flow.product, flow.origin, index, flow.gain),
        )
        for flow in _flows(wiring, reading)
        if flow.rate != 0
    ]


def _end(
    module: ModuleType, end: object, origin: Origin | None, index: dict[str, int], coefficient: sp.Expr
) -> tuple[tuple[int, sp.Expr], ...]:
    if not isinstance(end, (State, Stage)):
        return ()
    state = end.state if isinstance(end, Stage) else end
    return ((index[full_name(module, end, origin if state.per is not None else None)], coefficient),)


def _receivers(wiring: Wiring) -> dict[Port, tuple[ModuleType, State]]:
    return {
        declared.receives: (module, declared)
        for module in wiring.modules
        for declared in declared_in(module).values()
        if isinstance(declared, State) and declared.receives is not None
    }


def _hazards(
    wiring: Wiring, live: Symbols, index: dict[str, int], first: int
) -> tuple[list[HazardEntry], list[StateEntry]]:
    receivers = _receivers(wiring)
    entries: list[HazardEntry] = []
    states: list[StateEntry] = []
    for module in wiring.modules:
        for rule in declared_in(module).values():
            if not isinstance(rule, Hazard):
                continue
            name = _integral(module, rule)
            states.append(
                StateEntry(name, symbol(name), f"cumulative hazard of {rule.label}", "", module.title, scale=1.0)
            )
            entries.append(
                HazardEntry(
                    name=f"{module.title}.{rule.name}",
                    label=rule.label,
                    module=module.title,
                    rate=sp.sympify(run(module, rule, live, None)),
                    integral=first + len(entries),
                    consequences=tuple(_consequence(module, rule, each, receivers, index) for each in rule.then),
                    recurs=rule.recurs,
                )
            )
    return entries, states


def _integral(module: ModuleType, rule: Hazard) -> str:
    return f"{module.title}.{rule.name}.integral"


def _consequence(
    module: ModuleType, rule: Hazard, each: Add, receivers: dict[Port, tuple[ModuleType, State]], index: dict[str, int]
) -> tuple[int, sp.Expr]:
    if each.port not in receivers:
        raise DeclarationError(f"{rule.place}: {rule.label}: no state has receives={each.port.name!r}")
    owner, state = receivers[each.port]
    amount = each.amount
    if isinstance(amount, (Parameter, Derived)):
        return index[full_name(owner, state)], symbol(full_name(module, amount))
    return index[full_name(owner, state)], sp.Float(float(amount) * to_house(state.unit))  # type: ignore[arg-type]


def _solve_rest(wiring: Wiring, rest: Symbols) -> dict[sp.Symbol, sp.Expr]:
    """Balances of host and shared states, written in the reading at rest, and solved."""
    unknowns: set[sp.Symbol] = set()
    balances: dict[str, list[sp.Expr]] = {}
    for module in wiring.modules:
        for declared in declared_in(module).values():
            if isinstance(declared, Derived):
                run(module, declared, rest, None)  # notes the ports that it reads at rest
            elif isinstance(declared, Balanced):
                unknowns.add(symbol(full_name(module, declared)))
            elif isinstance(declared, State) and declared.per is not Origin.DONOR:
                balances |= {full_name(module, end): [] for end in ends_of(declared)}
                if declared.rest is None:
                    unknowns |= {symbol(full_name(module, end) + ".at_rest") for end in ends_of(declared)}
    for flow in _flows(wiring, rest):
        if flow.origin is not Origin.DONOR:
            for end, amount in ((flow.source, -flow.rate), (flow.product, flow.gain * flow.rate)):
                if isinstance(end, (State, Stage)):
                    balances[full_name(flow.module, end)].append(amount)
    equations = [Equation(name, sp.Add(*flows)) for name, flows in balances.items()]
    ports = _ports_at_rest(wiring, rest)
    return solve_rest([*ports.values(), *equations], unknowns | set(ports))  # ports first: they are definitions


def _ports_at_rest(wiring: Wiring, rest: Symbols) -> dict[sp.Symbol, Equation]:
    """The definition of every port that is read at rest; reading one may need another."""
    equations: dict[sp.Symbol, Equation] = {}
    while set(wiring.rest_ports) - set(equations):
        for unknown in sorted(set(wiring.rest_ports) - set(equations), key=str):
            port = wiring.rest_ports[unknown][0]
            value = rest.port(port, Origin.HOST if port.per is Origin else None)
            equations[unknown] = Equation(f"port {port.name}", value - unknown)
    return equations


def _observables(wiring: Wiring, live: Symbols) -> list[ObservableEntry]:
    entries: list[ObservableEntry] = []
    for port, found in wiring.offers.items():
        if isinstance(port, Observable):
            for origin in tuple(Origin) if port.per is Origin else (None,):
                value = live.port(port, origin) / sp.Float(to_house(port.unit))
                entries.append(_observable(port, found[0][0], origin, value))
    for module in wiring.modules:
        for rule in declared_in(module).values():
            if isinstance(rule, Hazard) and rule.cumulative is not None:
                entries.append(_observable(rule.cumulative, module, None, symbol(_integral(module, rule))))
    names = [entry.name for entry in entries]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DeclarationError(f"two observables have the same name: {', '.join(twice)}")
    return entries


def _observable(port: Observable, module: ModuleType, origin: Origin | None, value: sp.Expr) -> ObservableEntry:
    name = port.name + (f".{origin.value}" if origin else "")
    return ObservableEntry(
        name=name,
        symbol=symbol(f"observable.{name}"),
        label=port.meaning + (f", {origin.value}" if origin else ""),
        unit=unit_text(port.unit),
        expression=value,
        floor=port.floor,
        origin=origin,
        module=module.title,
        group=port.group,
        on_chart=port.on_chart,
    )


def _routes(wiring: Wiring, index: dict[str, int]) -> list[RouteEntry]:
    entries: list[RouteEntry] = []
    for module in wiring.modules:
        for route in (d for d in declared_in(module).values() if isinstance(d, Route)):
            drug = route.drug or (module.names[0] if issubclass(module, Drug) else module.title)
            name = f"{drug}.{route.route}"
            state = route.into.state if isinstance(route.into, Stage) else route.into
            origin = state.origins[0] if len(state.origins) == 1 else Origin.DONOR
            entries.append(
                RouteEntry(
                    name=name,
                    drug=drug,
                    route=route.route,
                    unit=unit_text(route.unit),
                    into=index[full_name(module, route.into, origin)],
                    rate=symbol(f"{name}.rate") if route.infusion else None,
                    label=f"{drug} {route.route}",
                    to_house=to_house(route.unit),
                )
            )
    return entries


def _modifiers(wiring: Wiring) -> list[ModifierEntry]:
    entries: list[ModifierEntry] = []
    for module in wiring.modules:
        for each in (d for d in declared_in(module).values() if isinstance(d, Derived)):
            if each.occasion is not None or each.steps:
                name = full_name(module, each) + ".modifier"
                drug = module.names[0] if issubclass(module, Drug) else module.title
                entries.append(ModifierEntry(name, symbol(name), drug, each.occasion, each.steps))
    return entries
