"""Health as a steady state: resting values and balanced parameters, found one equation at a time.

Every host and shared state gives the equation d(state)/dt = 0 at rest; every port that is read at rest gives
port = what is offered. The unknowns are solved in turn: there must always be an equation with exactly one unknown left,
linear in it. That is what an author can follow by hand, and what a message can explain when it does not work out.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from marrow.errors import DeclarationError


@dataclass(frozen=True)
class Equation:
    """``expression`` = 0 at rest; ``name`` is what it balances."""

    name: str
    expression: sp.Expr


def solve_rest(equations: list[Equation], unknowns: set[sp.Symbol]) -> dict[sp.Symbol, sp.Expr]:
    """Each unknown as an expression of inputs and of unknowns solved before it, in the order of solution.

    Raises ``DeclarationError`` naming the equations and unknowns that are left over.
    """
    solved: dict[sp.Symbol, sp.Expr] = {}
    left = [(equation.name, sp.sympify(equation.expression)) for equation in equations]
    open_unknowns = set(unknowns)
    progress = True
    while left and progress:
        progress = False
        later: list[tuple[str, sp.Expr]] = []
        numbers: dict[sp.Symbol, sp.Expr] = {}
        for name, raw in left:
            expression = raw.xreplace(numbers) if numbers else raw
            missing = expression.free_symbols & open_unknowns
            if not missing:
                continue  # already balanced by what is known; the numeric check of the whole network confirms it
            if len(missing) > 1:
                later.append((name, expression))
                continue
            unknown = missing.pop()
            value = _solve_linear(name, expression, unknown)
            solved[unknown] = value
            open_unknowns.discard(unknown)
            if value.is_Number:
                numbers[unknown] = value
            progress = True
        left = [(name, expression.xreplace(numbers)) for name, expression in later]
    if open_unknowns:
        raise DeclarationError(_explain(left, open_unknowns))
    return solved


def _solve_linear(name: str, expression: sp.Expr, unknown: sp.Symbol) -> sp.Expr:
    slope = sp.diff(expression, unknown)
    if slope.has(unknown):
        slope = sp.simplify(slope)
    if slope.has(unknown) or slope == 0:
        raise DeclarationError(
            f"the balance of {name} is not linear in {unknown}: declare its rest value, or what it depends on at rest"
        )
    return sp.Mul(-expression.xreplace({unknown: sp.Integer(0)}), sp.Pow(slope, -1))


def _explain(left: list[tuple[str, sp.Expr]], unknowns: set[sp.Symbol]) -> str:
    lines = [f"rest cannot be solved: {len(unknowns)} unknowns are left ({', '.join(sorted(map(str, unknowns)))})"]
    for name, expression in left:
        among = sorted(str(s) for s in expression.free_symbols & unknowns)
        lines.append(f"  the balance of {name} has {len(among)} of them: {', '.join(among)}")
    lines.append("  give a rest value (State(rest=...)) or remove a Balanced until each equation has one")
    return "\n".join(lines)
