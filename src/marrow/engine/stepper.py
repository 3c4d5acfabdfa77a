"""The lines of one step of the method, in blocks that are compiled once and called several times a step.

``jacobian``  F(y) into b, and the factors of 1/(h g) I - J
``solve``     b becomes the solution
``keep_i``    b is k_i; u becomes the state at which F is wanted next, v the sum of C_ij k_j
``rate``      F(u) + v/h into b
``finish``    the new state; its errors relative to tolerance, to the fourth power; how far it is below zero, relative to scale;
              what is needed to know the states inside the step
``largest``   the sum of the former (its fourth root is near the largest error), and the largest of the latter
``commit``    takes over the new state in lanes that accept the step; what is below 0 is lost, relative to scale
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
ORDER_OF_CALLS += ["finish", "largest"]


def names(prefix: str, count: int) -> set[str]:
    return {f"{prefix}{i}" for i in range(count)}


def blocks(equations: Equations, table: Derivatives, plan: Elimination) -> dict[str, Block]:
    n = len(equations.states)
    return {
        "jacobian": (_jacobian(equations, table, plan), {"ih"} | names("b", n) | {entry(i, j) for i, j in plan.entries}),
        "solve": (solve(plan, "b"), names("b", n)),
        "rate": (_rate(equations), names("b", n)),
        "largest": (_largest(n), {"error", "below"}),
        "commit": (_commit(equations.scales), {"lost"} | names("y", n)),
    }


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
    for i, terms in enumerate(equations.terms):
        flow = line(f"b{i}", linear(terms))
        lines.append(Line(flow.target, f"v{i}*ih + {flow.text}", (f"v{i}", "ih", *flow.reads)))
    return lines


def _largest(n: int) -> list[Line]:
    lines = [Line("error", "0.0", ()), Line("below", "0.0", ())]
    for i in range(n):
        lines.append(Line("error", f"error + e{i}", ("error", f"e{i}")))
        lines.append(Line("below", f"larger(below, g{i})", ("below", f"g{i}")))
    return lines


def _commit(scales: list[float]) -> list[Line]:
    """What is far below one cell becomes 0."""
    lines = [Line("lost", "0.0", ())]
    for i, scale in enumerate(scales):
        lines.append(Line("lost", f"lost + larger(-n{i}, 0.0)*{1 / scale!r}", ("lost", f"n{i}")))
        text = f"choose(take > 0.5, choose(n{i} > {1e-40 * scale!r}, n{i}, 0.0), y{i})"
        lines.append(Line(f"y{i}", text, ("take", f"n{i}", f"y{i}")))
    return lines


def loops(scales: list[float]) -> dict[str, str]:
    """Source of functions that treat all states alike: loops over lanes of states, where straight lines would fill the
    instruction cache. Y, B, ... are where y0, b0, ... begin."""
    made = {f"keep_{stage}": _keep(stage) for stage in range(1, method.STAGES)}
    return made | {"finish": FINISH.format(q=_sum(method.Q), r=_sum(method.R), scales=", ".join(map(repr, scales)))}


def _sum(weights: tuple[float, ...]) -> str:
    return " + ".join(f"{weight!r} * W[K{j + 1} + j]" for j, weight in enumerate(weights))


def _keep(stage: int) -> str:
    last = stage == method.STAGES - 1  # the last two stages start from u and u + k_5
    start = "W[U + j] + W[B + j]" if last else f"W[Y + j] + {_sum(method.A[stage])}"
    kept = f"W[K{stage} + j]"
    return KEEP.format(
        stage=stage, start=start.replace(kept, "W[B + j]"), added=_sum(method.C[stage]).replace(kept, "W[B + j]")
    )


KEEP = """@cfunc(SIGNATURE, **OPTIONS)
def keep_{stage}(pointer):
    W = carray(pointer, SIZE)
    for j in range(STATES * LANES):
        W[V + j] = {added}
        W[U + j] = {start}
        W[K{stage} + j] = W[B + j]
"""

FINISH = """SCALES = np.repeat([{scales}], LANES)
INVERSES = 1.0 / SCALES


@cfunc(SIGNATURE, **OPTIONS)
def finish(pointer):
    W = carray(pointer, SIZE)
    absolute, relative = W[ATOL], W[RTOL]
    for j in range(STATES * LANES):
        old, new = W[Y + j], W[U + j] + W[B + j]
        error = W[B + j] / (absolute * SCALES[j] + relative * larger(abs(old), abs(new)))
        W[NEW + j] = new
        W[Q + j] = {q}
        W[R + j] = {r}
        W[E + j] = (error * error) * (error * error)
        W[G + j] = -new * INVERSES[j]
"""
