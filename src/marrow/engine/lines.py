"""Straight-line code over a flat workspace, cut into functions of bounded length.

A ``Line`` computes one named number for every lane. Names that functions share live in the workspace: eight lanes side
by side, at a constant offset; the lane is the only loop. What is written is plain Python, to be read and run;
``machine_code`` turns each line into vector instructions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

LANES = 8


@dataclass(frozen=True)
class Line:
    """``target = text``; ``reads`` are the names in the text. All are plain Python identifiers."""

    target: str
    text: str
    reads: tuple[str, ...]


@dataclass
class Workspace:
    """Where each shared name lives. ``size`` counts numbers."""

    size: int = 0
    places: dict[str, str] = field(default_factory=dict)

    def array(self, names: Iterable[str]) -> int:
        """Room for one number a lane for each name; returns the offset of the first."""
        first = self.size
        for name in names:
            self.places[name] = f"W[{self.size}+l]"
            self.size += LANES
        return first


def functions(
    name: str, lines: Sequence[Line], outputs: set[str], space: Workspace, longest: int
) -> list[tuple[str, str]]:
    """The lines as functions ``name_0``, ``name_1``... of at most ``longest`` lines: (name, source) of each, in order
    of call.

    Names read by a later function than the one that sets them get room in ``space``; so must all inputs and outputs
    have it.
    """
    size = -(-len(lines) // -(-len(lines) // longest))  # parts of equal length
    parts = [lines[i : i + size] for i in range(0, len(lines), size)]
    later: list[set[str]] = [set()] * len(parts)
    needed = set(outputs)
    for i in range(len(parts) - 1, -1, -1):
        later[i] = set(needed)
        for each in reversed(parts[i]):
            needed.discard(each.target)
            needed.update(each.reads)
    missing = sorted(needed - set(space.places))
    if missing:
        raise ValueError(f"{name}: nothing sets {missing[:5]}")
    return [(f"{name}_{i}", _function(f"{name}_{i}", part, later[i], space)) for i, part in enumerate(parts)]


def as_needed(lines: Sequence[Line], wanted: Iterable[str]) -> list[Line]:
    """The lines in another order: each as late as those wanted first allow. Each name must be set once.

    What is computed just before it is used stays in a register.
    """
    of = {each.target: each for each in lines}
    done: set[str] = set()
    ordered: list[Line] = []
    for first in wanted:
        stack = [first]
        while stack:
            name = stack[-1]
            missing = [read for read in of[name].reads if read in of and read not in done] if name in of else []
            if missing:
                stack += reversed(missing)
                continue
            stack.pop()
            if name in of and name not in done:
                ordered.append(of[name])
                done.add(name)
    return ordered


def _function(name: str, lines: Sequence[Line], later: set[str], space: Workspace) -> str:
    stored = dict.fromkeys(each.target for each in lines if each.target in later)
    space.array(target for target in stored if target not in space.places)
    last = {each.target: i for i, each in enumerate(lines)}
    known: set[str] = set()
    body: list[str] = []
    for i, each in enumerate(lines):  # loads just before use and stores just after keep few values in registers
        body += [f"{read} = {space.places[read]}" for read in dict.fromkeys(each.reads) if read not in known]
        known.update(each.reads, (each.target,))
        body.append(f"{each.target} = {each.text}")
        if each.target in stored and last[each.target] == i:
            body.append(f"{space.places[each.target]} = {each.target}")
    rows = "\n".join("        " + row for row in body)
    return f"{head(name, LANES)}\n{rows}\n"


def head(name: str, count: int) -> str:
    """First lines of a function: ``l`` is a place in the workspace, ``count`` a multiple of the lanes."""
    return f"def {name}(W):\n    for l in range({count}):"
