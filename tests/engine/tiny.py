"""Networks of a few states whose course is known in closed form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import sympy as sp

from marrow.engine.schedule import Events, Operation, Rule, Schedule
from marrow.language.network import (
    HazardEntry,
    Input,
    InputKind,
    Network,
    ObservableEntry,
    ReactionEntry,
    RouteEntry,
    StateEntry,
)
from marrow.terms import Few


def symbol(name: str) -> sp.Symbol:
    return sp.Symbol(name, real=True)


def network(
    rates: Mapping[str, Sequence[sp.Expr]],
    numbers: Mapping[str, float],
    initial: Mapping[str, float],
    hazards: Sequence[HazardEntry] = (),
    infused: Sequence[str] = (),
    few: Mapping[str, Few] | None = None,
    integrals: tuple[str, str, str] | None = None,
    observed: Mapping[str, sp.Expr] | None = None,
) -> Network:
    """d(state)/dt is the sum of its terms; parameters are inputs; each state is an observable of its name.

    ``integrals``: states that hold births, deaths and arrivals of the population that may become few.
    """
    index = {name: i for i, name in enumerate(rates)}
    kinds = few or {}
    places = dict(zip(("births", "deaths", "arrivals"), (index[name] for name in integrals or ()), strict=False))
    states = tuple(
        StateEntry(
            name,
            symbol(name),
            name,
            "",
            "tiny",
            1.0,
            few=kinds.get(name),
            cells_per_unit=sp.Integer(1) if name in kinds else None,
            initial=sp.Float(initial.get(name, 0.0)),
            **(places if kinds.get(name) is Few.BIRTH_AND_DEATH else {}),
        )
        for name in rates
    )
    return Network(
        modules=("tiny",),
        states=states,
        inputs=tuple(
            Input(name, symbol(name), InputKind.PARAMETER, "", name, value, plausible=(value / 2, value * 2))
            for name, value in numbers.items()
        ),
        assignments=(),
        reactions=tuple(
            ReactionEntry(f"{name}.{i}", "", "tiny", sp.sympify(term), (), ((index[name], sp.Integer(1)),))
            for name, terms in rates.items()
            for i, term in enumerate(terms)
        ),
        hazards=tuple(hazards),
        observables=tuple(
            ObservableEntry(name, symbol(f"observed.{name}"), name, "", expression, 1e-6)
            for name, expression in ({name: symbol(name) for name in rates} | dict(observed or {})).items()
        ),
        routes=tuple(
            RouteEntry(f"{name}.IV", name, "IV", "", index[name], symbol(f"{name}.IV.rate"), name) for name in infused
        ),
        modifiers=(),
    )


def schedule(
    end: float,
    count: int,
    rows: Sequence[tuple[float, Operation, int, float]] = (),
    rules: Sequence[Rule] = (),
    step: float = 1.0,
    start: float = 0.0,
) -> Schedule:
    """The same events for ``count`` patients, recorded every ``step`` days."""
    ordered = sorted(rows, key=lambda row: row[0])
    events = Events(
        np.array([row[0] for row in ordered]),
        np.array([row[1] for row in ordered], np.int8),
        np.array([row[2] for row in ordered], np.int32),
        np.tile(np.array([row[3] for row in ordered], dtype=float), (count, 1)),
        tuple("" for _ in ordered),
    )
    return Schedule(start, end, np.arange(start, end + step / 2, step), events, tuple(rules))
