"""The functions of method bodies: one name, three readings (quantities, symbols, numbers).

All are safe where a cell count is zero; the branch that ``where`` does not take is never divided by zero by us.
"""

from __future__ import annotations

import math
from typing import Any

import pint


def _is_symbolic(value: Any) -> bool:
    return type(value).__module__.startswith("sympy.") or hasattr(value, "_sympy_")


def _plain(value: Any) -> float:
    """The number behind a dimensionless quantity; Pint refuses any other."""
    return float(value.to("").magnitude) if isinstance(value, pint.Quantity) else float(value)


def _apply(name: str, value: Any) -> Any:
    if _is_symbolic(value):
        import sympy

        return getattr(sympy, name)(value)
    return getattr(math, name)(_plain(value))


def exp(x: Any) -> Any:
    """e to the x; x is a pure number."""
    return _apply("exp", x)


def log(x: Any) -> Any:
    """Natural logarithm of a positive pure number."""
    return _apply("log", x)


def sqrt(x: Any) -> Any:
    return x**0.5


def saturate(x: Any, half: Any) -> Any:
    """x / (half + x): 0 at 0, one half at ``half``, 1 far above."""
    return x / (half + x)


def hill(x: Any, half: Any, power: float = 1) -> Any:
    """x^n / (half^n + x^n) of a non-negative x."""
    if power == 1:
        return saturate(x, half)
    ratio = (x / half) ** power
    return ratio / (1 + ratio)


def total(x: Any) -> Any:
    """The sum over origins of something followed per origin."""
    everywhere = getattr(x, "everywhere", None)
    if everywhere is not None:
        return everywhere
    if isinstance(x, pint.Quantity):
        return x
    raise TypeError("total() takes a state or port that is followed per origin")


def larger(x: Any, y: Any) -> Any:
    """The larger of two."""
    return _choose("Max", x, y)


def smaller(x: Any, y: Any) -> Any:
    """The smaller of two."""
    return _choose("Min", x, y)


def positive(x: Any) -> Any:
    """x, or 0 where x is negative."""
    if isinstance(x, pint.Quantity):
        return x if x.magnitude > 0 else 0 * x
    return larger(x, 0)


def where(condition: Any, then: Any, otherwise: Any) -> Any:
    """``then`` where the condition holds, else ``otherwise``; both are evaluated."""
    if _is_symbolic(condition) and not isinstance(condition, bool):
        import sympy

        return sympy.Piecewise((then, condition), (otherwise, True))
    if isinstance(then, pint.Quantity) or isinstance(otherwise, pint.Quantity):
        _ = then + otherwise  # both branches must agree in unit
    return then if condition else otherwise


def _choose(name: str, x: Any, y: Any) -> Any:
    if _is_symbolic(x) or _is_symbolic(y):
        import sympy

        return getattr(sympy, name)(x, y)
    return (max if name == "Max" else min)(x, y)
