"""Sparse elimination as straight-line code: the order of pivots, and the lines that factor and solve.

The matrix is 1/(h g) I - J. Its pattern is known, so is everything that elimination does to it. Pivots are taken in
Markowitz order (least fill), without exchange of rows for size. A state that no rate depends on has an empty column:
it comes first and costs nothing in the factorisation.

Sums that many rates use, such as all cells of a marrow, may be unknowns of their own beside the states: 0 = -z + sum of
slope x unknown. The solution is the same, with fewer entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from marrow.engine.lines import Line


@dataclass(frozen=True)
class Elimination:
    """``order``: pivots, first to last. ``rows``: columns of each row after fill, diagonal included."""

    order: tuple[int, ...]
    rows: tuple[frozenset[int], ...]

    @property
    def position(self) -> dict[int, int]:
        return {pivot: i for i, pivot in enumerate(self.order)}

    @property
    def entries(self) -> list[tuple[int, int]]:
        return [(i, j) for i in sorted(self.order) for j in sorted(self.rows[i])]


def eliminate(size: int, pattern: Iterable[tuple[int, int]], present: Iterable[int] | None = None) -> Elimination:
    """The order of pivots and the filled pattern for a matrix with these entries (the diagonal is added).

    ``present``: rows and columns that there are, of ``size``; all unless given.
    """
    rows = [1 << i for i in range(size)]  # sets of columns, and of rows, as bits: many orders are tried
    columns = rows.copy()
    for i, j in pattern:
        rows[i] |= 1 << int(j)
        columns[j] |= 1 << int(i)
    remaining = list(range(size) if present is None else sorted(present))
    left = sum(1 << k for k in remaining)
    order: list[int] = []
    while remaining:
        pivot = min(remaining, key=lambda k: ((columns[k] & left).bit_count() - 1) * ((rows[k] & left).bit_count() - 1))
        order.append(pivot)
        remaining.remove(pivot)
        left &= ~(1 << pivot)
        for i in _members(columns[pivot] & left):
            for j in _members(rows[pivot] & left & ~rows[i]):
                columns[j] |= 1 << i
            rows[i] |= rows[pivot] & left
    return Elimination(tuple(order), tuple(frozenset(_members(row)) for row in rows))


def _members(bits: int) -> list[int]:
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found


def entry(i: int, j: int) -> str:
    return f"a{i}_{j}"


def factor(plan: Elimination, start: dict[tuple[int, int], Line]) -> list[Line]:
    """Factors of the matrix whose entries are ``start`` (0 where there is none): row i holds multipliers left of its
    pivot, the upper part right of it, 1/pivot on it. One line an entry, in the order of elimination."""
    place, lines = plan.position, []
    for i in plan.order:
        row = plan.rows[i]
        before = sorted((k for k in row if place[k] < place[i]), key=lambda k: place[k])
        for k in before:
            terms = [m for m in before if place[m] < place[k] and k in plan.rows[m]]
            first = start.get((i, k))
            lines.append(
                _less(entry(i, k), first, terms, lambda m, i=i: entry(i, m), lambda m, k=k: entry(m, k), entry(k, k))
            )
        for j in sorted((j for j in row if place[j] >= place[i]), key=lambda j: place[j]):
            terms = [m for m in before if j in plan.rows[m]]
            first = start.get((i, j))
            made = _less(entry(i, j), first, terms, lambda m, i=i: entry(i, m), lambda m, j=j: entry(m, j))
            lines.append(made if i != j else Line(made.target, f"1.0 / ({made.text})", made.reads))
    return lines


def _less(
    target: str,
    first: Line | None,
    terms: list[int],
    left: Callable[[int], str],
    right: Callable[[int], str],
    scale: str = "",
) -> Line:
    """target = (first - sum left x right) x scale."""
    head = f"({first.text})" if first else "0.0"
    text = " - ".join([head, *(f"{left(m)}*{right(m)}" for m in terms)])
    reads = [*(first.reads if first else ()), *(name for m in terms for name in (left(m), right(m)))]
    if scale:
        return Line(target, f"({text})*{scale}", (*reads, scale))
    return Line(target, text, tuple(reads))


def solve(plan: Elimination, vector: str, states: int) -> list[Line]:
    """Solves in place for ``vector``0, ``vector``1, ..., given the factors. From ``states`` on the right side is 0."""

    def itself(i: int) -> Line:
        return Line(f"{vector}{i}", f"{vector}{i}", (f"{vector}{i}",))

    place, lines = plan.position, []
    for i in plan.order:
        before = sorted((k for k in plan.rows[i] if place[k] < place[i]), key=lambda k: place[k])
        if before or i >= states:
            first = itself(i) if i < states else None
            lines.append(_less(f"{vector}{i}", first, before, lambda m, i=i: entry(i, m), lambda m: f"{vector}{m}"))
    for i in reversed(plan.order):
        # what was found last is wanted last: meanwhile the rest of the sum is made
        after = sorted((k for k in plan.rows[i] if place[k] > place[i]), key=lambda k: -place[k])
        lines.append(
            _less(f"{vector}{i}", itself(i), after, lambda m, i=i: entry(i, m), lambda m: f"{vector}{m}", entry(i, i))
        )
    return lines
