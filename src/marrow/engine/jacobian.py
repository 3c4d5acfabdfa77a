"""Derivatives of the rates: the Jacobian, and which sums are better unknowns of their own than written out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sympy as sp

from marrow.engine.elimination import eliminate
from marrow.engine.equations import Equations
from marrow.engine.expressions import Pairs, derivatives, share

SHORTEST = 2  # states that a sum has at least to be thought of


@dataclass
class Derivatives:
    """Definitions in order (shared parts, rates, partial derivatives) and the Jacobian in terms of their symbols.

    Unknowns from the number of states on are definitions of their own (``beside`` of them): their rows say what they
    are.
    """

    definitions: Pairs
    jacobian: dict[tuple[int, int], sp.Expr]
    beside: int

    @property
    def pattern(self) -> list[tuple[int, int]]:
        return sorted(self.jacobian)


def share_and_differentiate(equations: Equations) -> Derivatives:
    shared = share(equations.rates, "x")
    kept = worth_keeping(shared, equations)
    extra, table = derivatives(shared, equations.states, "part", kept)
    unknown = {symbol: i for i, symbol in enumerate([*equations.states, *kept])}
    one: dict[sp.Symbol, dict[sp.Symbol, sp.Expr]] = {symbol: {symbol: sp.Integer(1)} for symbol in kept}
    jacobian: dict[tuple[int, int], list[sp.Expr]] = {}
    rows = [*equations.terms, *([(symbol, sp.Integer(1))] for symbol in kept)]
    for i, row in enumerate(rows):
        for symbol, coefficient in row:
            found = table if i >= len(equations.states) or symbol not in one else one
            for inner, value in found.get(symbol, {}).items():
                jacobian.setdefault((i, unknown[inner]), []).append(coefficient * value)
    summed = {place: sp.Add(*terms) for place, terms in jacobian.items()}
    found = {place: value for place, value in summed.items() if value != 0}
    return Derivatives(share(shared + extra, "z"), found, len(kept))


def worth_keeping(shared: Pairs, equations: Equations) -> list[sp.Symbol]:
    """Definitions that leave fewer entries in the factors when they are unknowns: taken and left one by one, until
    nothing is gained."""
    uses = _Uses(shared, equations)
    candidates = uses.candidates()
    kept: list[sp.Symbol] = []
    fewest, gained = uses.entries(kept), True
    while gained:
        gained = False
        for symbol in candidates:
            tried = [each for each in kept if each != symbol] if symbol in kept else [*kept, symbol]
            entries = uses.entries(tried)
            if entries < fewest:
                kept, fewest, gained = tried, entries, True
    return [symbol for symbol, _ in shared if symbol in set(kept)]


class _Uses:
    """What depends on what, without saying how."""

    def __init__(self, shared: Pairs, equations: Equations) -> None:
        self.equations = equations
        defined = {symbol for symbol, _ in shared}
        known = defined | set(equations.states)
        self.direct = {symbol: [s for s in expression.free_symbols if s in known] for symbol, expression in shared}
        self.rows = [[symbol for symbol, _ in row if symbol in defined] for row in equations.terms]

    def candidates(self) -> list[sp.Symbol]:
        """Those first that save most if nothing else is kept."""
        sizes = {symbol: len(found) for symbol, found in self._states_of(()).items()}
        used = dict.fromkeys(sizes, 0)
        for each in [*self.direct.values(), *self.rows]:
            for symbol in each:
                if symbol in used:
                    used[symbol] += 1
        saved = {s: (used[s] - 1) * (sizes[s] - 1) - 2 for s in sizes if sizes[s] >= SHORTEST and used[s] > 1}
        return sorted(saved, key=lambda symbol: (-saved[symbol], symbol.name))

    def entries(self, kept: Sequence[sp.Symbol]) -> int:
        """Entries of the factors with these as unknowns."""
        states = self.equations.states
        unknown = {symbol: i for i, symbol in enumerate([*states, *kept])}
        found = self._states_of(kept)
        pattern = [
            (i, unknown[s]) for i, row in enumerate(self.rows) for symbol in row
            for s in ([symbol] if symbol in unknown else found[symbol])
        ]  # fmt: skip
        pattern += [(unknown[symbol], unknown[s]) for symbol in kept for s in found[symbol]]
        present = [*self.equations.present, *range(len(states), len(unknown))]
        return len(eliminate(len(unknown), pattern, present).entries)

    def _states_of(self, kept: Iterable[sp.Symbol]) -> dict[sp.Symbol, set[sp.Symbol]]:
        """The unknowns that each definition depends on."""
        ends = {*self.equations.states, *kept}
        found: dict[sp.Symbol, set[sp.Symbol]] = {}
        for symbol, inner in self.direct.items():  # in order: what is used comes before
            found[symbol] = set().union(*({s} if s in ends else found[s] for s in inner))
        return found
