"""What can go wrong, as a tree. Everything a user can cause is a ``MarrowError`` and is shown without a traceback.

MarrowError
├── DeclarationError     a module is written wrongly (unit, source, wiring): names file, line, nearest name
├── PlanError            a plan, study or table is wrong: names file, line, found, needed, nearest
├── MissingExtraError    an optional part is not installed: gives the install line
└── RunError             a run cannot be done or written (disk, folder, cache)
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


class MarrowError(Exception):
    """Base of all errors that are the user's to mend."""


class DeclarationError(MarrowError):
    """A module is declared or wired wrongly."""


class MissingExtraError(MarrowError):
    """An optional dependency is needed."""


class RunError(MarrowError):
    """A run cannot be done or its results cannot be written."""


@dataclass
class Problem:
    """One thing wrong in a file: where, what was found, what is needed, and the nearest valid wording."""

    found: str
    needed: str
    nearest: str = ""
    line: int | None = None
    key: str = ""

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line is not None else ""
        what = f"{self.key}: " if self.key else ""
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        return f"{where}{what}found {self.found}, needed {self.needed}{hint}"


class PlanError(MarrowError):
    """A file that a user wrote is wrong. Carries every problem that was found."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems
        super().__init__("\n".join(f"{file}, {problem}" for problem in problems))


def nearest(word: str, valid: Iterable[str], likeness: float = 0.55) -> str:
    """The valid word nearest to ``word``, or '' when none is near. ``likeness``: 1 for the same word, 0 for none of
    its letters."""
    lowered = {name.lower(): name for name in valid}
    matches = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=likeness)
    return lowered[matches[0]] if matches else ""
