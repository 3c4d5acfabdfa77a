"""Sums that are unknowns of their own: fewer entries, the same solution."""

from __future__ import annotations

import numpy as np
import sympy as sp

from marrow.engine.elimination import eliminate, entry, factor, solve
from marrow.engine.equations import Equations, identifiers
from marrow.engine.expressions import Constants, linear
from marrow.engine.jacobian import share_and_differentiate
from marrow.engine.lines import Line

SIZE = 9


def crowded() -> Equations:
    """Nine populations that all divide the less, the fuller the marrow is, and feed the next."""
    states = identifiers("y", SIZE)
    full = sp.Add(*(sp.Float(0.1 * (i + 1)) * y for i, y in enumerate(states)))
    flows = [sp.Symbol(f"flow{i}", real=True) for i in range(SIZE)]
    rates = [(flow, y / (1 + full**2) + sp.Float(0.2) * y * full) for flow, y in zip(flows, states, strict=True)]
    terms = [[(flows[i], sp.Integer(1))] + ([(flows[i - 1], sp.Integer(-1))] if i else []) for i in range(SIZE)]
    nothing = Constants("c", frozenset(states))
    return Equations(
        states, list(range(SIZE)), [], frozenset(), nothing, nothing, rates, terms, [], [], [1.0] * SIZE, []
    )


def test_sums_as_unknowns_leave_fewer_entries_and_the_same_solution() -> None:
    equations = crowded()
    rng = np.random.default_rng(3)
    at = {state: float(value) for state, value in zip(equations.states, rng.uniform(0.2, 2.0, SIZE), strict=True)}
    right = rng.normal(size=SIZE)
    flat = sp.Matrix([linear(terms).subs(dict(equations.rates)) for terms in equations.terms]).jacobian(
        equations.states
    )
    expected = np.linalg.solve(5.0 * np.eye(SIZE) - np.array(flat.subs(at), dtype=float), right)

    table = share_and_differentiate(equations)
    assert table.beside > 0
    for symbol, expression in table.definitions:
        at[symbol] = float(expression.subs(at))
    start = {place: Line(entry(*place), repr(-float(value.subs(at))), ()) for place, value in table.jacobian.items()}
    for i in range(SIZE + table.beside):
        found = start.get((i, i), Line(entry(i, i), "0.0", ()))
        start[i, i] = Line(found.target, f"{5.0 if i < SIZE else 1.0} + ({found.text})", ())
    plan = eliminate(SIZE + table.beside, table.pattern)
    values = {f"b{i}": right[i] for i in range(SIZE)}
    for line in factor(plan, start) + solve(plan, "b", SIZE):
        values[line.target] = eval(line.text, {}, values)
    np.testing.assert_allclose([values[f"b{i}"] for i in range(SIZE)], expected, rtol=1e-9)
    assert len(plan.entries) < len(eliminate(SIZE, [(i, j) for i in range(SIZE) for j in range(SIZE)]).entries)
