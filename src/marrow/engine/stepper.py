"""The lines of one step of the method, in blocks that are compiled once and called several times a step.

``jacobian``  F(y) into b, and the factors of 1/(h g) I - J
``solve``     b becomes the solution
``keep_i``    b is k_i; u becomes the state at which F is wanted next, and b, now called v, the sum of C_ij k_j
``rate``      F(u) + v/h into b
``compare``   the new state; its error, relative to tolerance: the fourth root of the sum of fourth powers, which is
              near the largest; the fourth root of that; how far it is below zero, relative to what the absolute
              tolerance is relative to
``inside``    what is needed to know the states inside the step: only when one is asked for
``commit``    takes over the new state in lanes that accept the step; what is below 0 is lost, relative to scale
"""

from __future__ import annotations

from marrow.engine import rosenbrock as method
from marrow.engine.elimination import Elimination, entry, factor, solve
from marrow.engine.equations import Equations, Tolerance, identifiers
from marrow.engine.expressions import line, linear, lines_of, share
from marrow.engine.jacobian import Derivatives
from marrow.engine.lines import LANES, Line, as_needed, head

Block = tuple[list[Line], set[str]]  # lines, and the names that others read
BEFORE = "before_"  # prefix of the blocks in which cells that are to be infused are absent


def order_of_calls(prefix: str = "") -> list[str]:
    calls = [f"{prefix}jacobian", f"{prefix}solve"]
    for stage in range(1, method.STAGES):
        calls += [f"keep_{stage}", f"{prefix}rate", f"{prefix}solve"]
    return [*calls, "compare"]


def names(prefix: str, count: int) -> set[str]:
    return {f"{prefix}{i}" for i in range(count)}


def blocks(equations: Equations, table: Derivatives, plan: Elimination) -> dict[str, Block]:
    """What there is for every set of states that are present."""
    right = {f"b{i}" for i in equations.present}
    return {
        "jacobian": (_jacobian(equations, table, plan), {"ih"} | right | {entry(i, j) for i, j in plan.entries}),
        "solve": (solve(plan, "b", len(equations.states)), right),
        "rate": (_rate(equations), right),
    }


def common_blocks(equations: Equations) -> dict[str, Block]:
    return {
        "compare": (
            _compare(equations.tolerances),
            {"error", "root", "below"} | names("n", len(equations.states)),
        ),
        "commit": (_commit(equations.scales), {"lost"} | names("y", len(equations.states))),
    }


def _jacobian(equations: Equations, table: Derivatives, plan: Elimination) -> list[Line]:
    lines = [Line("ih", "1.0 / h", ("h",)), Line("ig", f"ih*{1 / method.GAMMA!r}", ("ih",))]
    lines += lines_of(table.definitions)
    lines += [line(f"b{i}", linear(equations.terms[i])) for i in equations.present]
    start = {place: line(entry(*place), -value) for place, value in table.jacobian.items()}
    for i in equations.present:
        found = start.get((i, i), Line(entry(i, i), "0.0", ()))
        start[i, i] = Line(found.target, f"ig + ({found.text})", ("ig", *found.reads))
    first = len(equations.states)
    start |= {(i, i): Line(entry(i, i), "1.0", ()) for i in range(first, first + table.beside)}
    factors = factor(plan, start)
    wanted = ["ih"]
    made = {each.target for each in factors}
    for i, j in _by_row(plan):
        wanted += [f"b{i}", *([entry(i, j)] if entry(i, j) in made else [])]
    return as_needed(lines + factors, wanted)


def _by_row(plan: Elimination) -> list[tuple[int, int]]:
    """Entries in the order in which elimination makes them."""
    place = plan.position
    return [(i, j) for i in plan.order for j in sorted(plan.rows[i], key=lambda j: place[j])]


def _rate(equations: Equations) -> list[Line]:
    moved = dict(zip(equations.states, identifiers("u", len(equations.states)), strict=True))
    again = [(symbol, expression.xreplace(moved)) for symbol, expression in equations.rates]
    lines = lines_of(share(again, "x"))
    for i in equations.present:
        flow = line(f"b{i}", linear(equations.terms[i]))
        lines.append(Line(flow.target, f"v{i}*ih + {flow.text}", (f"v{i}", "ih", *flow.reads)))
    return as_needed(lines, [f"b{i}" for i in equations.present])


def _compare(tolerances: list[Tolerance]) -> list[Line]:
    lines = [Line("error", "0.0", ()), Line("below", "0.0", ())]
    for i, each in enumerate(tolerances):
        share = "" if each.share == 1.0 else f"{each.share!r}*"
        lines.append(Line(f"n{i}", f"u{i} + b{i}", (f"u{i}", f"b{i}")))
        size = f"atol*{each.absolute!r} + rtol*{share}larger(abs(y{i}), abs(n{i}))"
        lines.append(Line("one", f"b{i} / ({size})", ("atol", "rtol", f"y{i}", f"n{i}", f"b{i}")))
        lines.append(Line("below", f"larger(below, -n{i}*{1 / each.absolute!r})", ("below", f"n{i}")))
        lines.append(Line("error", "error + (one*one)*(one*one)", ("error", "one")))
    lines.append(Line("error", "sqrt(sqrt(error))", ("error",)))
    return [*lines, Line("root", "sqrt(sqrt(error))", ("error",))]


def _commit(scales: list[float]) -> list[Line]:
    """What is far below one cell becomes 0, before it has too few digits."""
    lines = [Line("lost", "0.0", ())]
    for i, scale in enumerate(scales):
        lines.append(Line("lost", f"lost + larger(-n{i}, 0.0)*{1 / scale!r}", ("lost", f"n{i}")))
        text = f"choose(take > 0.5, choose(n{i} > {1e-20 * scale!r}, n{i}, 0.0), y{i})"
        lines.append(Line(f"y{i}", text, ("take", f"n{i}", f"y{i}")))
    return lines


def loops(n: int, at: dict[str, int]) -> dict[str, str]:
    """Source of functions that treat all states alike: loops over lanes of states, where straight lines would fill the
    instruction cache. ``at``: where the arrays begin."""
    count = n * LANES
    made: dict[str, list[str]] = {}
    for stage in range(1, method.STAGES):
        last = stage == method.STAGES - 1  # the last two stages start from u and u + k_5
        start = f"{_of(at, 'U')} + b" if last else f"{_of(at, 'Y')} + {_sum(at, method.A[stage], stage)}"
        made[f"keep_{stage}"] = [
            f"b = {_of(at, 'B')}",
            f"{_of(at, 'B')} = {_sum(at, method.C[stage], stage)}",
            f"{_of(at, 'U')} = {start}",
            f"{_of(at, f'K{stage}')} = b",
        ]
    made["inside"] = [f"{_of(at, 'Q')} = {_sum(at, method.Q)}", f"{_of(at, 'R')} = {_sum(at, method.R)}"]
    return {
        name: "\n".join([head(name, count), *(f"        {row}" for row in rows), ""]) for name, rows in made.items()
    }


def _of(at: dict[str, int], name: str) -> str:
    return f"W[{at[name]}+l]"


def _sum(at: dict[str, int], weights: tuple[float, ...], fresh: int = 0) -> str:
    """Sum of weight x k; k of the stage ``fresh`` is still b."""
    stages = ["b" if j == fresh else _of(at, f"K{j}") for j in range(1, len(weights) + 1)]
    return " + ".join(f"{weight!r}*{stage}" for weight, stage in zip(weights, stages, strict=True))
