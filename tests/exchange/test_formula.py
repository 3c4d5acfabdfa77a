"""Formulas mean in libSBML what they mean in SymPy."""

from __future__ import annotations

import math

import libsbml
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as some

from marrow.errors import RunError
from marrow.exchange.formula import formula, identifier
from marrow.exchange.time_units import power_of, time_power

X, Y, Z = (sp.Symbol(name, real=True) for name in ("a.x", "a.y", "a.z"))
NAMES = {X: "a__x", Y: "a__y", Z: "a__z"}
VALUES = {X: 1.7, Y: 0.45, Z: 2.25}


def value_of(node: libsbml.ASTNode) -> float:
    """A small interpreter of the parsed formula."""
    kind, parts = node.getType(), [node.getChild(i) for i in range(node.getNumChildren())]
    if kind in (libsbml.AST_NAME,):
        return next(VALUES[symbol] for symbol, name in NAMES.items() if name == node.getName())
    if node.isNumber():
        return float(node.getValue())
    if kind in (libsbml.AST_CONSTANT_TRUE, libsbml.AST_CONSTANT_FALSE):
        return kind == libsbml.AST_CONSTANT_TRUE
    if kind == libsbml.AST_FUNCTION_PIECEWISE:
        for value, condition in zip(parts[0::2], parts[1::2], strict=False):
            if value_of(condition):
                return value_of(value)
        return value_of(parts[-1])
    numbers = [value_of(part) for part in parts]
    table = {
        libsbml.AST_PLUS: sum,
        libsbml.AST_TIMES: math.prod,
        libsbml.AST_MINUS: lambda n: n[0] - n[1] if len(n) == 2 else -n[0],
        libsbml.AST_DIVIDE: lambda n: n[0] / n[1],
        libsbml.AST_POWER: lambda n: n[0] ** n[1],
        libsbml.AST_FUNCTION_POWER: lambda n: n[0] ** n[1],
        libsbml.AST_FUNCTION_ROOT: lambda n: math.sqrt(n[-1]),
        libsbml.AST_FUNCTION_EXP: lambda n: math.exp(n[0]),
        libsbml.AST_FUNCTION_LN: lambda n: math.log(n[0]),
        libsbml.AST_FUNCTION_ABS: lambda n: abs(n[0]),
        libsbml.AST_FUNCTION_MAX: max,
        libsbml.AST_FUNCTION_MIN: min,
        libsbml.AST_RELATIONAL_LT: lambda n: n[0] < n[1],
        libsbml.AST_RELATIONAL_LEQ: lambda n: n[0] <= n[1],
        libsbml.AST_RELATIONAL_GT: lambda n: n[0] > n[1],
        libsbml.AST_RELATIONAL_GEQ: lambda n: n[0] >= n[1],
        libsbml.AST_LOGICAL_AND: all,
        libsbml.AST_LOGICAL_OR: any,
        libsbml.AST_LOGICAL_NOT: lambda n: not n[0],
    }
    return float(table[kind](numbers))


def read(expression: sp.Expr) -> float:
    node = libsbml.parseL3Formula(formula(expression, NAMES))
    assert node is not None, libsbml.getLastParseL3Error()
    return value_of(node)


leaves = some.sampled_from([X, Y, Z, sp.Integer(2), sp.Float(0.3), sp.Rational(3, 4), sp.Integer(-1), sp.Float("1e-7")])


def branches(inner):
    pairs = some.tuples(inner, inner)
    return some.one_of(
        pairs.map(lambda p: p[0] + p[1]),
        pairs.map(lambda p: p[0] - p[1]),
        pairs.map(lambda p: p[0] * p[1]),
        pairs.map(lambda p: p[0] / (1 + p[1] ** 2)),
        pairs.map(lambda p: sp.Max(p[0], p[1], sp.Integer(0))),
        pairs.map(lambda p: sp.Min(p[0], p[1])),
        pairs.map(lambda p: sp.Piecewise((p[0], p[0] > p[1]), (p[1] + 1, True))),
        pairs.map(
            lambda p: sp.Piecewise((p[0], sp.And(p[0] > p[1], p[1] <= 1)), (p[1], sp.Or(p[0] < 0, X > Y)), (X, True))
        ),
        inner.map(lambda e: sp.exp(-(e**2))),
        inner.map(lambda e: sp.log(1 + e**2)),
        inner.map(lambda e: sp.sqrt(1 + e**2)),
        inner.map(lambda e: (1 + e**2) ** sp.Float(-1.7)),
        inner.map(lambda e: (1 + sp.Abs(e)) ** Y),
    )


@given(some.recursive(leaves, branches, max_leaves=8))
def test_formulas_have_the_value_of_their_expressions(expression: sp.Expr) -> None:
    expected = float(sp.sympify(expression).subs(VALUES))
    assert read(expression) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_what_sbml_lacks_is_refused() -> None:
    with pytest.raises(RunError, match="erf"):
        formula(sp.erf(X), NAMES)


def test_names_become_identifiers() -> None:
    assert identifier("neutrophils.mitotic.2.donor") == "neutrophils__mitotic__2__donor"
    assert identifier("2 drugs") == "_2_drugs"


@pytest.mark.parametrize(
    ("unit", "power"),
    [
        ("L/h", -1),
        ("mg*h/L", 1),
        ("cells/kg/day", -1),
        ("cells/kg", 0),
        ("10^9/L/day", -1),
        ("", 0),
        ("1/day^2", -2),
        ("y", 1),
    ],
)
def test_units_as_printed_show_their_power_of_time(unit: str, power: int) -> None:
    assert time_power(unit) == power


def test_power_of_time_follows_the_rules_of_units() -> None:
    powers = {X: time_power("1/day"), Y: time_power("day"), Z: time_power("")}
    assert power_of(X * Y + Z, powers) == 0
    assert power_of(sp.exp(-X * Y) / Y**2, powers) == -2
    assert power_of(sp.Max(0, X), powers) == -1
    assert power_of(X + Y, powers) is None
