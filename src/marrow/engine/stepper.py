"""The lines of one step of the method, in blocks that are compiled once and called several times a step.

``jacobian``  F(y) into b, and the factors of 1/(h g) I - J
``solve``     b becomes the solution
``keep_i``    b is k_i; u becomes the state at which F is wanted next, v the sum of C_ij/h k_j
``rate``      F(u) + v into b
``finish``    the new state, its error, how far it is below zero, and what is needed to know the states inside the step
"""

from __future__ import annotations

import sympy as sp

from marrow.engine import rosenbrock as method
from marrow.engine.elimination import Elimination, entry, factor, solve
from marrow.engine.equations import Derivatives, Equations, identifiers
from marrow.engine.expressions import line, linear, lines_of, share
from marrow.engine.lines import Line

Block = tuple[list[Line], set[str]]  # lines, and the names that others read
ORDER_OF_CALLS = ["jacobian", "solve"]
for _stage in range(1, method.STAGES):
    ORDER_OF_CALLS += [f"keep_{_stage}", "rate", "solve"]
ORDER_OF_CALLS.append("finish")


def names(prefix: str, count: int) -> set[str]:
    return {f"{prefix}{i}" for i in range(count)}


def blocks(equations: Equations, table: Derivatives, plan: Elimination) -> dict[str, Block]:
    n = len(equations.states)
    made: dict[str, Block] = {
        "jacobian": (_jacobian(equations, table, plan), {"ih"} | names("b", n) | {entry(i, j) for i, j in plan.entries}),
        "solve": (solve(plan, "b"), names("b", n)),
        "rate": (_rate(equations), names("b", n)),
        "finish": (_finish(equations.scales), {"error", "below"} | names("n", n) | names("q", n) | names("r", n)),
    }
    for i in range(1, method.STAGES):
        made[f"keep_{i}"] = (_keep(i, n), names("u", n) | names("v", n) | names(f"k{i}_", n))
    return made


def _jacobian(equations: Equations, table: Derivatives, plan: Elimination) -> list[Line]:
    lines = [Line("ih", "1.0 / h", ("h",)), Line("ig", f"ih*{1 / method.GAMMA!r}", ("ih",))]
    lines += lines_of(table.definitions)
    lines += [line(f"b{i}", linear(terms)) for i, terms in enumerate(equations.terms)]
    for i, j in plan.entries:
        value = line(entry(i, j), -table.jacobian.get((i, j), sp.Integer(0)))
        lines.append(Line(value.target, f"ig + ({value.text})", ("ig", *value.reads)) if i == j else value)
    return lines + factor(plan)


def _rate(equations: Equations) -> list[Line]:
    moved = dict(zip(equations.states, identifiers("u", len(equations.states)), strict=True))
    again = [(symbol, expression.xreplace(moved)) for symbol, expression in equations.rates]
    lines = lines_of(share(again, "x"))
    added = [sp.Symbol(f"v{i}", real=True) for i in range(len(equations.states))]
    return lines + [line(f"b{i}", added[i] + linear(terms)) for i, terms in enumerate(equations.terms)]


def _keep(stage: int, n: int) -> list[Line]:
    lines: list[Line] = []
    for i in range(n):
        kept = f"k{stage}_{i}"
        lines.append(Line(kept, f"b{i}", (f"b{i}",)))
        if stage == method.STAGES - 1:  # the last two stages start from u and u + k_5
            lines.append(Line(f"u{i}", f"u{i} + {kept}", (f"u{i}", kept)))
        else:
            lines.append(_combine(f"u{i}", f"y{i}", method.A[stage], i))
        lines.append(_combine(f"v{i}", "", method.C[stage], i, "ih"))
    return lines


def _combine(target: str, first: str, weights: tuple[float, ...], i: int, scale: str = "") -> Line:
    stages = [f"k{j + 1}_{i}" for j in range(len(weights))]
    total = " + ".join(f"{weight!r}*{stage}" for weight, stage in zip(weights, stages, strict=True))
    text = f"{scale}*({total})" if scale else f"{first} + {total}" if first else total
    return Line(target, text, tuple(name for name in (first, scale, *stages) if name))


def _finish(scales: list[float]) -> list[Line]:
    """Error: the fourth root of the sum of fourth powers, near the largest; here that sum. Below zero: in units of scale.

    Two states share a division: (a/s)^4 + (b/t)^4 = ((a t)^4 + (b s)^4) / (s t)^4.
    """
    lines = [Line("error", "0.0", ()), Line("below", "0.0", ())]
    for i, scale in enumerate(scales):
        lines.append(Line(f"n{i}", f"u{i} + b{i}", (f"u{i}", f"b{i}")))
        size = f"atol*{scale!r} + rtol*larger(abs(y{i}), abs(n{i}))"
        lines.append(Line(f"t{i}", size, ("atol", "rtol", f"y{i}", f"n{i}")))
        lines.append(Line("below", f"larger(below, -n{i}*{1 / scale!r})", ("below", f"n{i}")))
        lines.append(_combine(f"q{i}", "", method.Q, i))
        lines.append(_combine(f"r{i}", "", method.R, i))
        if i % 2:
            lines += _two_errors(i - 1, i)
    if len(scales) % 2:
        last = len(scales) - 1
        lines.append(Line("ea", f"b{last}/t{last}", (f"b{last}", f"t{last}")))
        lines.append(Line("error", "error + (ea*ea)*(ea*ea)", ("error", "ea")))
    return lines


def _two_errors(i: int, j: int) -> list[Line]:
    return [
        Line("ec", f"1.0/(t{i}*t{j})", (f"t{i}", f"t{j}")),
        Line("ea", f"b{i}*t{j}*ec", (f"b{i}", f"t{j}", "ec")),
        Line("eb", f"b{j}*t{i}*ec", (f"b{j}", f"t{i}", "ec")),
        Line("error", "error + ((ea*ea)*(ea*ea) + (eb*eb)*(eb*eb))", ("error", "ea", "eb")),
    ]


def commit(scales: list[float]) -> list[Line]:
    """``lost``: amounts below zero, each relative to its state's scale. What is far below one cell becomes 0."""
    lines = [Line("lost", "0.0", ())]
    for i, scale in enumerate(scales):
        lines.append(Line("lost", f"lost + larger(-n{i}, 0.0)*{1 / scale!r}", ("lost", f"n{i}")))
        text = f"choose(take > 0.5, choose(n{i} > {1e-40 * scale!r}, n{i}, 0.0), y{i})"
        lines.append(Line(f"y{i}", text, ("take", f"n{i}", f"y{i}")))
    return lines
