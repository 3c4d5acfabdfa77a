"""SymPy expressions as SBML Level 3 formulas (the infix text that libSBML parses into MathML)."""

from __future__ import annotations

import re
from collections.abc import Mapping

import sympy as sp
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from marrow.errors import RunError


def identifier(name: str) -> str:
    """'neutrophils.blood.host' as an SBML identifier: 'neutrophils__blood__host'."""
    plain = re.sub(r"\W", "_", name.replace(".", "__"), flags=re.ASCII)
    return plain if re.match(r"[A-Za-z_]", plain) else f"_{plain}"


def formula(expression: sp.Expr, names: Mapping[sp.Symbol, str]) -> str:
    """The formula of ``expression``, its numbers marked as pure; ``names`` gives the identifier of each symbol.

    Raises ``RunError`` for a function that SBML does not have.
    """
    return _Printer(names).doprint(sp.sympify(expression))


class _Printer(StrPrinter):
    """Numbers keep all their digits; powers, choices and logic are written as SBML has them."""

    def __init__(self, names: Mapping[sp.Symbol, str]) -> None:
        super().__init__({"order": "none"})
        self.names = names

    def emptyPrinter(self, expr: object) -> str:
        raise RunError(f"SBML has no way to write {type(expr).__name__}: {expr}")

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return self.names[expr]

    def _print_Integer(self, expr: sp.Integer) -> str:
        return number(int(expr))

    def _print_Float(self, expr: sp.Float) -> str:
        return number(float(expr))

    def _print_Rational(self, expr: sp.Rational) -> str:
        return number(float(expr))

    def _print_Pi(self, expr: sp.Expr) -> str:
        return "pi"

    def _print_Exp1(self, expr: sp.Expr) -> str:
        return "exponentiale"

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        base = self.parenthesize(expr.base, PRECEDENCE["Pow"] + 1)
        if expr.exp == -1:
            return f"{number(1)} / {base}"
        if expr.exp == sp.Rational(1, 2):
            return f"sqrt({self._print(expr.base)})"
        return f"{base}^{self.parenthesize(expr.exp, PRECEDENCE['Pow'] + 1)}"

    def _print_Function(self, expr: sp.Expr) -> str:
        raise RunError(f"SBML has no function {expr.func.__name__!r}")

    def _call(self, name: str, expr: sp.Expr) -> str:
        return f"{name}({', '.join(self._print(argument) for argument in expr.args)})"

    def _print_exp(self, expr: sp.Expr) -> str:
        return self._call("exp", expr)

    def _print_log(self, expr: sp.Expr) -> str:
        return self._call("ln", expr)

    def _print_Abs(self, expr: sp.Expr) -> str:
        return self._call("abs", expr)

    def _print_Max(self, expr: sp.Expr) -> str:
        return self._call("max", expr)

    def _print_Min(self, expr: sp.Expr) -> str:
        return self._call("min", expr)

    def _print_Piecewise(self, expr: sp.Piecewise) -> str:
        parts: list[str] = []
        for value, condition in expr.args:  # type: ignore[misc]
            parts.append(self._print(value))
            if condition == True:  # noqa: E712  (SymPy's true)
                break
            parts.append(self._print(condition))
        return f"piecewise({', '.join(parts)})"

    def _print_Relational(self, expr: sp.Expr) -> str:
        sign = {"Equality": "==", "Unequality": "!="}.get(type(expr).__name__) or expr.rel_op  # type: ignore[attr-defined]
        return f"({self._print(expr.args[0])}) {sign} ({self._print(expr.args[1])})"

    def _print_And(self, expr: sp.Expr) -> str:
        return " && ".join(f"({self._print(argument)})" for argument in expr.args)

    def _print_Or(self, expr: sp.Expr) -> str:
        return " || ".join(f"({self._print(argument)})" for argument in expr.args)

    def _print_Not(self, expr: sp.Expr) -> str:
        return f"!({self._print(expr.args[0])})"


def number(value: float, unit: str = "dimensionless") -> str:
    """A number with its unit, as libSBML's parser reads it."""
    return f"{value!r} {unit}" if value >= 0 else f"(-{-value!r} {unit})"
