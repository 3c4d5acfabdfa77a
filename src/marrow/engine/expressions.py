"""From SymPy expressions to lines of code: safe powers, constants taken out, common parts shared, derivatives by the
chain rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy as sp
from sympy.printing.pycode import PythonCodePrinter

from marrow.engine.lines import Line

TINY = sp.Float("1e-37")  # a number in either precision
Expr = sp.Expr
Pairs = list[tuple[sp.Symbol, sp.Expr]]


class exponential(sp.Function):
    """exp that SymPy does not turn back into a power."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return self


class logarithm(sp.Function):
    """log that is about -708 at 0 and below; its derivative stays finite there."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return 1 / sp.Max(self.args[0], TINY)


class root(sp.Function):
    """Square root of a non-negative number; its derivative stays finite at 0."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return sp.Rational(1, 2) / sp.Max(self, sp.Float("1e-18"))


class whole_power(sp.Function):
    """A quotient to a whole power of three or more, which SymPy would take apart: (1e10/1e9)^4, not 1e40/1e36, which
    is beyond single precision."""

    def fdiff(self, argindex: int = 1) -> Expr:
        base, power = self.args
        return power * (base**2 if power == 3 else whole_power(base, power - 1))


class where_positive(sp.Function):
    """``args[1]`` where ``args[0]`` > 0, else ``args[2]``: a choice without a condition, which could not be shared."""

    def fdiff(self, argindex: int = 1) -> Expr:
        if argindex == 1:
            return sp.Integer(0)
        return where_positive(self.args[0], *((1, 0) if argindex == 2 else (0, 1)))


def safe(expression: Expr) -> Expr:
    """The same with exp, log and powers that are not whole numbers rewritten: vectorised, and finite where a count is
    0."""
    if expression.is_Atom:
        return sp.Float(expression) if expression.is_Rational and not expression.is_Integer else expression
    if isinstance(expression, sp.exp):
        return exponential(safe(expression.exp))
    if isinstance(expression, sp.log):
        return logarithm(safe(expression.args[0]))
    if isinstance(expression, sp.Pow):
        return _safe_power(safe(expression.base), expression.exp)
    if isinstance(expression, sp.Mul):
        return _safe_product(expression)
    if isinstance(expression, sp.Piecewise):
        *cases, (value, condition) = expression.args
        if condition != sp.true:
            raise ValueError("a choice needs a value for the case that no condition holds")
        for then, condition in reversed(cases):
            value = _choice(condition, then, value)
        return _safe_choice(value)
    return expression.func(*(safe(argument) for argument in expression.args))


def _choice(condition: Any, then: Expr, otherwise: Expr) -> Expr:
    """Conditions as signs of differences."""
    if isinstance(condition, sp.And):
        first, *rest = condition.args
        return _choice(first, _choice(sp.And(*rest), then, otherwise), otherwise)
    if isinstance(condition, sp.Or):
        first, *rest = condition.args
        return _choice(first, then, _choice(sp.Or(*rest), then, otherwise))
    if isinstance(condition, sp.Not):
        return _choice(condition.args[0], otherwise, then)
    if condition in (sp.true, sp.false):
        return then if condition == sp.true else otherwise
    difference = condition.lhs - condition.rhs
    if isinstance(condition, sp.StrictGreaterThan):
        return where_positive(difference, then, otherwise)
    if isinstance(condition, sp.StrictLessThan):
        return where_positive(-difference, then, otherwise)
    if isinstance(condition, sp.GreaterThan):
        return where_positive(-difference, otherwise, then)
    if isinstance(condition, sp.LessThan):
        return where_positive(difference, otherwise, then)
    raise ValueError(f"a choice by {condition}: compare with <, <=, > or >=")


def _safe_choice(expression: Expr) -> Expr:
    if isinstance(expression, where_positive):
        return where_positive(safe(expression.args[0]), *(_safe_choice(a) for a in expression.args[1:]))
    return safe(expression)


def _safe_product(expression: Expr) -> Expr:
    """A product with the quotients to one whole power kept together."""
    bases: dict[int, list[Expr]] = {}
    rest: list[Expr] = []
    for factor in expression.args:
        base, power = factor.as_base_exp()
        if power.is_Integer and abs(power) >= 3:
            bases.setdefault(abs(int(power)), []).append(safe(base) ** sp.sign(power))
        else:
            rest.append(safe(factor))
    kept = [whole_power(sp.Mul(*found), sp.Integer(power)) for power, found in bases.items() if len(found) > 1]
    alone = [found[0] ** power for power, found in bases.items() if len(found) == 1]
    return sp.Mul(*rest, *alone, *kept)


def _safe_power(base: Expr, power: Expr) -> Expr:
    number = float(power) if power.is_number else None
    if number is not None and number == int(number) and abs(number) <= 16:
        return sp.Pow(base, sp.Integer(int(number)))
    if number is not None and 2 * number == int(2 * number) and abs(number) <= 16:
        return (
            root(base) ** sp.Integer(int(2 * number))
            if abs(number) < 1
            else base ** int(number) * root(base) ** (1 if number > 0 else -1)
        )
    return exponential(safe(power) * logarithm(base))


@dataclass
class Constants:
    """Sub-expressions without ``variables``, each given a symbol once: computed outside the step."""

    prefix: str
    variables: frozenset[sp.Symbol]
    symbols: dict[Expr, sp.Symbol] = field(default_factory=dict)

    def take_out(self, expression: Expr) -> Expr:
        if expression.is_Atom:
            return expression
        if not (expression.free_symbols & self.variables):
            return self._symbol(expression)
        if isinstance(expression, (sp.Add, sp.Mul)):
            fixed = [a for a in expression.args if not (a.free_symbols & self.variables)]
            moving = [self.take_out(a) for a in expression.args if a.free_symbols & self.variables]
            numbers_only = all(a.is_number for a in fixed)
            if fixed and not numbers_only:
                fixed = [self._symbol(expression.func(*fixed))]
            return expression.func(*fixed, *moving)
        return expression.func(*(self.take_out(argument) for argument in expression.args))

    def _symbol(self, expression: Expr) -> Expr:
        if expression.is_Atom or expression.is_number:
            return expression
        negative = expression.could_extract_minus_sign()
        key = -expression if negative else expression
        if key.is_Atom:
            return expression
        if key not in self.symbols:
            self.symbols[key] = sp.Symbol(f"{self.prefix}{len(self.symbols)}", real=True)
        return -self.symbols[key] if negative else self.symbols[key]

    @property
    def definitions(self) -> Pairs:
        return [(symbol, expression) for expression, symbol in self.symbols.items()]


class _Printer(PythonCodePrinter):
    """Straight-line Numba: choices are calls of ``choose``, so that no branch keeps a loop from being vectorised."""

    def _print_Pow(self, expr: Expr, rational: bool = False) -> str:
        base, power = expr.as_base_exp()
        if power.is_Integer and power != 0:
            factor = self.parenthesize(base, 1000)
            product = "*".join([factor] * abs(int(power)))
            return f"({product})" if power > 0 else f"(1.0/({product}))"
        raise ValueError(f"unexpected power {expr}")

    def _print_Integer(self, expr: Expr) -> str:
        return f"{int(expr)}.0"  # type: ignore[arg-type]

    def _print_Rational(self, expr: Expr) -> str:
        return repr(float(expr))

    def _print_Float(self, expr: Expr) -> str:
        return repr(float(expr))

    def _print_exponential(self, expr: Expr) -> str:
        return f"exponential({self._print(expr.args[0])})"

    def _print_logarithm(self, expr: Expr) -> str:
        return f"logarithm({self._print(expr.args[0])})"

    def _print_whole_power(self, expr: Expr) -> str:
        factor = f"({self._print(expr.args[0])})"
        return "(" + "*".join([factor] * int(expr.args[1])) + ")"

    def _print_root(self, expr: Expr) -> str:
        return f"sqrt(larger({self._print(expr.args[0])}, 0.0))"

    def _print_Max(self, expr: Expr) -> str:
        return self._fold("larger", expr)

    def _print_Min(self, expr: Expr) -> str:
        return self._fold("smaller", expr)

    def _fold(self, name: str, expr: Expr) -> str:
        *rest, last = [self._print(argument) for argument in expr.args]
        for each in reversed(rest):
            last = f"{name}({each}, {last})"
        return last

    def _print_Heaviside(self, expr: Expr) -> str:
        return f"choose({self._print(expr.args[0])} > 0.0, 1.0, 0.0)"

    def _print_Abs(self, expr: Expr) -> str:
        return f"abs({self._print(expr.args[0])})"

    def _print_where_positive(self, expr: Expr) -> str:
        difference, then, otherwise = (self._print(argument) for argument in expr.args)
        return f"choose({difference} > 0.0, {then}, {otherwise})"


_printer = _Printer({"fully_qualified_modules": False})


def code(expression: Expr) -> str:
    return str(_printer.doprint(expression))


def line(target: str, expression: Expr) -> Line:
    return Line(target, code(expression), tuple(sorted(symbol.name for symbol in expression.free_symbols)))


def lines_of(pairs: Iterable[tuple[sp.Symbol, Expr]]) -> list[Line]:
    return [line(symbol.name, expression) for symbol, expression in pairs]


def share(pairs: Pairs, prefix: str) -> Pairs:
    """The same definitions with common parts computed once, in an order in which each follows what it uses."""
    parts, reduced = sp.cse([expression for _, expression in pairs], sp.numbered_symbols(prefix, real=True))
    return in_order(list(parts) + [(symbol, e) for (symbol, _), e in zip(pairs, reduced, strict=True)])


def in_order(pairs: Pairs) -> Pairs:
    """Topological order, otherwise as given."""
    defined = dict(pairs)
    done: set[sp.Symbol] = set()
    ordered: Pairs = []
    for first, _ in pairs:
        stack = [first]
        while stack:
            symbol = stack[-1]
            if symbol in done:
                stack.pop()
                continue
            needed = [s for s in defined[symbol].free_symbols if s in defined and s not in done]
            if needed:
                stack += sorted(needed, key=lambda s: s.name)
            else:
                done.add(symbol)
                ordered.append((symbol, defined[symbol]))
                stack.pop()
    return ordered


def derivatives(
    pairs: Pairs, states: Sequence[sp.Symbol], prefix: str, kept: Collection[sp.Symbol] = ()
) -> tuple[Pairs, dict[sp.Symbol, dict[sp.Symbol, Expr]]]:
    """d(symbol)/d(state) for every definition, by the chain rule over the definitions themselves; definitions that are
    ``kept`` count as states for those that use them.

    Returns new definitions for derivatives that are not plain numbers or symbols, and for each symbol the table state
    -> value.
    """
    variables = {*states, *kept}
    table: dict[sp.Symbol, dict[sp.Symbol, Expr]] = {}
    extra: Pairs = []

    def named(expression: Expr) -> Expr:
        if expression.is_Atom or (-expression).is_Atom:
            return expression
        symbol = sp.Symbol(f"{prefix}{len(extra)}", real=True)
        extra.append((symbol, expression))
        return symbol

    for symbol, expression in pairs:
        row: dict[sp.Symbol, list[Expr]] = {}
        for inner in sorted(expression.free_symbols, key=lambda s: s.name):
            if inner not in variables and not table.get(inner):
                continue
            partial = sp.diff(expression, inner)
            if partial == 0:
                continue
            if inner in variables:
                row.setdefault(inner, []).append(partial)
            else:
                partial = named(partial)
                for state, value in table[inner].items():
                    row.setdefault(state, []).append(partial * value)
        table[symbol] = {state: named(sp.Add(*terms)) for state, terms in row.items()}
        table[symbol] = {state: value for state, value in table[symbol].items() if value != 0}
    return extra, table


def linear(terms: Mapping[sp.Symbol, Expr] | Iterable[tuple[sp.Symbol, Expr]]) -> Expr:
    """Sum of coefficient x symbol."""
    items = terms.items() if isinstance(terms, Mapping) else terms
    return sp.Add(*(symbol * coefficient for symbol, coefficient in items))
