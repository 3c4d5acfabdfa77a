"""The parts of the generator, each against what it replaces."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from marrow.engine import rosenbrock
from marrow.engine.elementary import choose, exponential, larger, logarithm, smaller
from marrow.engine.elimination import eliminate, entry, factor, solve
from marrow.engine.expressions import Constants, code, derivatives, safe, share
from marrow.engine.lines import Line, Workspace, as_needed, functions

x, y, p, q = sp.symbols("x y p q", real=True)
NAMES = {
    "choose": choose,
    "exponential": exponential,
    "logarithm": logarithm,
    "larger": larger,
    "smaller": smaller,
    "sqrt": np.sqrt,
    "abs": abs,
}
AWKWARD = [
    x**1.7 / (p**1.7 + x**1.7),
    sp.sqrt(x) * p,
    x**-0.5,
    sp.exp(-p * x) * sp.log(1 + y),
    sp.Max(x - p, 0) ** 2,
    sp.Min(x, y) / (1 + x),
    sp.Piecewise((x**2, x < y), (p, True)),
    sp.Piecewise((x**2, (x < y) & (x > p)), (p * x, y <= x), (3 * y, True)),
    x**q,
    1 / (x * y**3),
]


def value(expression, **numbers):
    return eval(code(expression), {**NAMES, **numbers})


@pytest.mark.parametrize("expression", AWKWARD, ids=str)
def test_code_has_the_value_of_the_expression(expression):
    numbers = {"x": 0.7, "y": 1.3, "p": 0.4, "q": 2.3}
    truth = float(expression.subs({sp.Symbol(name, real=True): number for name, number in numbers.items()}))
    assert value(safe(expression), **numbers) == pytest.approx(truth, rel=1e-12)


@pytest.mark.parametrize("expression", AWKWARD, ids=str)
def test_derivatives_by_the_chain_rule_are_those_of_the_expression(expression):
    numbers = {"x": 0.7, "y": 1.3, "p": 0.4, "q": 2.3}
    shared = share([(sp.Symbol("r", real=True), safe(expression))], "s")
    extra, table = derivatives(shared, [x, y], "d")
    known = dict(numbers)
    for symbol, definition in share(shared + extra, "z"):
        known[symbol.name] = value(definition, **known)
    for state in (x, y):
        truth = float(sp.diff(expression, state).subs({sp.Symbol(n, real=True): v for n, v in numbers.items()}))
        found = table[sp.Symbol("r", real=True)].get(state, sp.Integer(0))
        assert value(found, **known) == pytest.approx(truth, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("expression", [x**1.7, sp.sqrt(x), x**p / (1 + x**p)], ids=str)
def test_powers_and_their_slopes_are_finite_where_a_count_is_zero(expression):
    _, table = derivatives(share([(y, safe(expression))], "s"), [x], "d")
    assert np.isfinite(value(safe(expression), x=0.0, p=2.5))
    assert np.isfinite(value(sp.diff(safe(expression), x), x=0.0, p=2.5))
    assert table[y]


def test_constants_are_taken_out_once_and_change_no_value():
    constants = Constants("c", frozenset({x}))
    expression = x * p * q / (p + q) + sp.sin(p * q) * x + p * q / (p + q)
    left = constants.take_out(expression)
    assert left.free_symbols - {x} <= set(constants.symbols.values()) | {p, q}
    numbers = {x: 2.0, p: 0.3, q: 0.7}
    for symbol, definition in constants.definitions:
        numbers[symbol] = float(definition.subs(numbers))
    assert float(left.subs(numbers)) == pytest.approx(float(expression.subs(numbers)))


@pytest.mark.parametrize("seed", range(5))
def test_elimination_solves_sparse_systems(seed):
    rng = np.random.default_rng(seed)
    size = 12
    matrix = np.where(rng.uniform(size=(size, size)) < 0.2, rng.normal(size=(size, size)), 0.0) + 4 * np.eye(size)
    plan = eliminate(size, zip(*np.nonzero(matrix), strict=True))
    start = {(i, j): Line(entry(i, j), repr(float(matrix[i, j])), ()) for i, j in zip(*np.nonzero(matrix), strict=True)}
    right = rng.normal(size=size)
    values = {f"b{i}": right[i] for i in range(size)}
    for line in factor(plan, start) + solve(plan, "b", size):
        values[line.target] = eval(line.text, {}, values)
    np.testing.assert_allclose([values[f"b{i}"] for i in range(size)], np.linalg.solve(matrix, right), rtol=1e-9)


def test_integrals_cost_nothing_in_the_factorisation():
    chain = [(i, i - 1) for i in range(1, 6)]
    integrals = [(6 + k, j) for k in range(4) for j in range(6)]
    without, with_them = eliminate(6, chain), eliminate(10, chain + integrals)
    assert len(with_them.entries) == len(without.entries) + len(integrals) + 4


def test_lines_are_put_just_before_they_are_needed():
    lines = [Line("a", "1", ()), Line("b", "2", ()), Line("c", "a+1", ("a",)), Line("d", "b+c", ("b", "c"))]
    assert [each.target for each in as_needed(lines, ["c", "d"])] == ["a", "c", "b", "d"]


def test_a_program_cut_into_functions_does_what_it_does_in_one_piece():
    lines = [Line(f"v{i}", f"v{i - 1}*0.9 + x0", (f"v{i - 1}", "x0")) for i in range(1, 40)]
    results = []
    for longest in (7, 1000):
        space = Workspace()
        space.array(["x0", "v0", "v39"])
        names: dict = {}
        made = functions("f", lines, {"v39"}, space, longest)
        for _, source in made:
            exec(source, names)
        workspace = np.full(space.size, 1.5)
        for name, _ in made:
            names[name](workspace)
        results.append(workspace[space.size and int(space.places["v39"][2:].split("+")[0])])
    assert results[0] == results[1]


def test_a_name_that_nothing_sets_is_refused():
    with pytest.raises(ValueError, match="nothing sets"):
        functions("f", [Line("a", "b", ("b",))], {"a"}, Workspace(), 10)


def test_the_method_meets_every_condition_of_order_four():
    assert max(abs(left) for left in rosenbrock.order_conditions().values()) < 1e-14 * 100
