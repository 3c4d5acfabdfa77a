"""The symbolic reading of modules: which symbol each declared name is, live and in the healthy steady state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from marrow.errors import DeclarationError, nearest
from marrow.language.declare import Balanced, Covariate, Declared, Derived, Needs, Offers, Parameter, Stage, State
from marrow.language.view import Everywhere, declared_in, run
from marrow.vocabulary import Combine, Known, Origin, Port

ZERO = sp.Integer(0)
ModuleType = Any  # a subclass of Module; typed loosely because titles and names are class attributes


def symbol(name: str) -> sp.Symbol:
    return sp.Symbol(name, real=True)


def full_name(module: ModuleType, declared: Declared | Stage, origin: Origin | None = None) -> str:
    """'neutrophils.mitotic.2.donor': module, name, stage (from 1), origin."""
    if isinstance(declared, Stage):
        name = f"{module.title}.{declared.state.name}.{declared.index + 1}"
    else:
        name = f"{module.title}.{declared.name}"
    return name if origin is None else f"{name}.{origin.value}"


def known_symbol(known: Known) -> sp.Symbol:
    return symbol(f"known.{known.name}")


@dataclass
class Wiring:
    """Who offers what, and what has been worked out so far."""

    modules: tuple[ModuleType, ...]
    offers: dict[Port, list[tuple[ModuleType, Offers]]] = field(default_factory=dict)
    rest_ports: dict[sp.Symbol, tuple[Port, Any]] = field(default_factory=dict)  # symbol -> port, place of the need

    def __post_init__(self) -> None:
        for module in self.modules:
            for declared in declared_in(module).values():
                if isinstance(declared, Offers):
                    self.offers.setdefault(declared.port, []).append((module, declared))
        for port, found in self.offers.items():
            if port.combine is Combine.ONE and len(found) > 1:
                places = " and ".join(f"{module.__name__} ({offer.place})" for module, offer in found)
                raise DeclarationError(
                    f"port {port.name!r} is offered twice, by {places}, and has no rule to combine offers"
                )

    def check_need(self, module: ModuleType, need: Needs) -> None:
        if need.port in self.offers or need.port.combine is not Combine.ONE:
            return
        near = nearest(need.port.name, [port.name for port in self.offers])
        hint = f"; the nearest offered port is {near!r}" if near else ""
        raise DeclarationError(
            f"{need.place}: {module.__name__}.{need.name} needs port {need.port.name!r}, which nobody offers{hint}"
        )


class Symbols:
    """The symbolic reading. ``live``: states are unknown functions of time; else everything is at rest, in health."""

    def __init__(self, wiring: Wiring, live: bool) -> None:
        self.wiring, self.live = wiring, live
        self._ports: dict[tuple[Port, Origin | None], sp.Expr] = {}
        self._open: list[str] = []

    # --- the Reading protocol ---

    def value(self, module: ModuleType, declared: Declared, origin: Origin | None) -> Any:
        if isinstance(declared, Covariate):
            return self.look(known_symbol(declared.known))
        if isinstance(declared, (Parameter, Balanced)):
            return self.look(symbol(full_name(module, declared)))
        if isinstance(declared, Derived):
            base = self.look(symbol(full_name(module, declared)))
            changes = self.live and (declared.occasion is not None or declared.steps)
            return base * self.look(symbol(full_name(module, declared) + ".modifier")) if changes else base
        if isinstance(declared, State):
            return self._state(module, declared, declared, origin)
        if isinstance(declared, Needs):
            return self._need(module, declared, origin)
        raise DeclarationError(f"{declared.name} is a {type(declared).__name__.lower()}, not a value")

    def stage(self, module: ModuleType, stage: Stage, origin: Origin | None) -> Any:
        return self._state(module, stage.state, stage, origin)

    def at_rest(self, module: ModuleType, declared: Declared | Stage) -> Any:
        if isinstance(declared, Needs):
            return self._port_at_rest(declared)
        if not isinstance(declared, (State, Stage)):
            raise DeclarationError("at_rest has states and needed ports only")
        state = declared.state if isinstance(declared, Stage) else declared
        return self.look(rest_of(module, state, declared, Origin.HOST if state.per is not None else None))

    # --- how ---

    def look(self, expression: sp.Expr) -> sp.Expr:
        """What a symbol stands for: itself. The reading with numbers overrides this."""
        return expression

    def amount(self, module: ModuleType, end: State | Stage, origin: Origin | None) -> sp.Expr:
        """The symbol of one state (live) or its value at rest; 0 for an origin that does not have it."""
        state = end.state if isinstance(end, Stage) else end
        if origin not in state.origins:
            return ZERO
        return self.look(symbol(full_name(module, end, origin)) if self.live else rest_of(module, state, end, origin))

    def _state(self, module: ModuleType, state: State, end: State | Stage, origin: Origin | None) -> Any:
        if state.per is None:
            return self.amount(module, end, None)
        here = None if origin is None else lambda: self.amount(module, end, origin)
        return Everywhere(here, lambda: sp.Add(*(self.amount(module, end, each) for each in Origin)), state.name)

    def _need(self, module: ModuleType, need: Needs, origin: Origin | None) -> Any:
        self.wiring.check_need(module, need)
        if need.port.per is None:
            return self._port_here(need, None)
        here = None if origin is None else lambda: self._port_here(need, origin)
        return Everywhere(here, lambda: sp.Add(*(self._port_here(need, each) for each in Origin)), need.name)

    def at_start(self, module: ModuleType, state: State, end: State | Stage, origin: Origin | None) -> sp.Expr:
        """The amount on the first day: in health, or what ``start`` makes of it; a graft is still to come."""
        rest = rest_of(module, state, end, origin)
        if state.start is None or origin is Origin.DONOR:
            return rest
        self.wiring.check_need(module, state.start)
        return self._port_at_rest(state.start) * (1 if rest == ZERO else rest)

    def _port_here(self, need: Needs, origin: Origin | None) -> sp.Expr:
        if self.live:
            return self.port(need.port, origin)
        return ZERO if origin is Origin.DONOR else self._port_at_rest(need)

    def _port_at_rest(self, need: Needs) -> sp.Expr:
        apart = "" if need.port.per is None else ".by_origin"
        rest = symbol(f"port.{need.port.name}{apart}.at_rest")
        self.wiring.rest_ports.setdefault(rest, (need.port, need.place))
        return self.look(rest)

    def port(self, port: Port, origin: Origin | None) -> sp.Expr:
        """All offers of a port, combined. Raises ``DeclarationError`` when a port depends on itself."""
        key = (port, origin)
        if key in self._ports:
            return self._ports[key]
        if port.name in self._open:
            chain = " -> ".join([*self._open[self._open.index(port.name) :], port.name])
            raise DeclarationError(f"ports depend on themselves without a state in between: {chain}")
        self._open.append(port.name)
        try:
            values = [
                sp.sympify(run(module, offer, self, origin)) for module, offer in self.wiring.offers.get(port, [])
            ]
        finally:
            self._open.pop()
        combined = sp.Mul(*values) if port.combine is Combine.PRODUCT else sp.Add(*values)
        self._ports[key] = combined
        return combined


class Numbers(Symbols):
    """The reading with numbers: a symbol stands for its value. Slow, and obviously right: the arbiter of the others."""

    def __init__(self, wiring: Wiring, values: Mapping[sp.Symbol, float]) -> None:
        super().__init__(wiring, live=True)
        self.values = values

    def look(self, expression: sp.Expr) -> sp.Expr:
        return sp.Float(self.values[expression]) if isinstance(expression, sp.Symbol) else expression


def rest_of(module: ModuleType, state: State, end: State | Stage, origin: Origin | None) -> sp.Expr:
    """A state's value in health: 0, a declared value, or the symbol that balance will solve."""
    if origin is Origin.DONOR or (isinstance(state.rest, (int, float)) and state.rest == 0):
        return ZERO
    if isinstance(state.rest, Declared):
        if not isinstance(state.rest, (Parameter, Derived)):
            raise state.refuse(f"rest must be a Parameter or a derived value of the same module, found {state.rest!r}")
        return symbol(full_name(module, state.rest))
    return symbol(full_name(module, end) + ".at_rest")
