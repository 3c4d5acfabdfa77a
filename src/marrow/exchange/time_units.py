"""The power of time in every quantity of a network, so that an SBML file can state rates per day.

SBML allows few units for amounts (no cells per kilogram of body, no international units). A file of marrow therefore
holds amounts as pure numbers of house units, and declares time: what is per day is declared per day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

import sympy as sp

from marrow.language.network import Network

_TIMES = {"day", "d", "h", "hour", "min", "minute", "s", "second", "y", "year", "week"}
Powers = dict[sp.Symbol, Fraction]


def time_power(unit: str) -> Fraction:
    """The power of time in a unit as marrow prints it: 'L/h' -1, 'mg*h/L' 1, 'cells/kg' 0."""
    power = Fraction(0)
    for sign, name, exponent in re.findall(r"(^|[*/])([^*/^]+)(?:\^([-\d.]+))?", unit):
        if name in _TIMES:
            power += (-1 if sign == "/" else 1) * Fraction(exponent or "1")
    return power


def time_powers(network: Network) -> Powers:
    """The power of time of each input, assignment, infusion rate and modifier; states are amounts, pure numbers here.

    What cannot be worked out (a sum of unlike terms) is left out.
    """
    powers: Powers = {state.symbol: Fraction(0) for state in network.states}
    powers |= {entry.symbol: time_power(entry.unit) for entry in network.inputs}
    powers |= {route.rate: Fraction(-1) for route in network.routes if route.rate is not None}
    powers |= {modifier.symbol: Fraction(0) for modifier in network.modifiers}
    for each in network.assignments:
        power = power_of(each.expression, powers)
        if power is not None:
            powers[each.symbol] = power
    return powers


def power_of(expression: sp.Expr, powers: Mapping[sp.Symbol, Fraction]) -> Fraction | None:
    """The power of time in an expression; None where terms differ or a symbol is not known. Zero fits everything: 0."""
    if expression.is_Symbol:
        return powers.get(expression)  # type: ignore[arg-type]
    if expression.is_number:
        return Fraction(0)
    if isinstance(expression, sp.Mul):
        parts = [power_of(argument, powers) for argument in expression.args]  # type: ignore[arg-type]
        return None if None in parts else sum(parts, Fraction(0))  # type: ignore[arg-type]
    if isinstance(expression, sp.Pow):
        base = power_of(expression.base, powers)
        if base == 0:
            return Fraction(0) if power_of(expression.exp, powers) == 0 else None
        if base is None or not expression.exp.is_Rational:
            return None
        return base * Fraction(int(expression.exp.p), int(expression.exp.q))  # type: ignore[attr-defined]
    if isinstance(expression, sp.Piecewise):
        return _alike([value for value, _ in expression.args], powers)  # type: ignore[misc]
    return _alike([argument for argument in expression.args if argument != 0], powers)  # type: ignore[misc]


def _alike(terms: list[sp.Expr], powers: Mapping[sp.Symbol, Fraction]) -> Fraction | None:
    found = {power_of(term, powers) for term in terms}
    return found.pop() if len(found) == 1 else None
