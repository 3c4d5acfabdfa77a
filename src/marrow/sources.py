"""Where a number comes from, and how much it may be trusted.

A ``Source`` is data: graded, printable, listed by ``marrow cite``. Papers are entries of ``references.bib``;
a paper known only through somebody's transcription says through which.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

# runs that fitted numbers, kept in ``calibrations``
OUTCOMES = "2026-11-30-wider"
RECOVERY = "2026-11-30-wider"


class Grade(Enum):
    """From most to least trusted."""

    MEASURED_IN_TRANSPLANT = "measured in transplant patients"
    MEASURED_ELSEWHERE = "measured elsewhere"
    DERIVED = "derived"
    FITTED_HERE = "fitted here"
    ASSUMED = "assumed"


@dataclass(frozen=True)
class Source:
    """Use the constructors below. ``key`` is the entry in ``references.bib`` (empty without a paper).

    ``at``: where in the paper the number stands ("abstract", "Table 2"). ``note``: what was measured, or the argument.
    ``transcribed_in``: the public code or review in which the number was read, when the paper itself was not.
    ``run``: for FITTED_HERE, the run that fitted it.
    """

    grade: Grade
    note: str
    key: str = ""
    at: str = ""
    transcribed_in: str = ""
    run: str = ""

    def __post_init__(self) -> None:
        if not self.note.strip():
            raise ValueError("a source needs a note: what was measured and in whom, or the argument for the value")
        if self.grade in (Grade.MEASURED_IN_TRANSPLANT, Grade.MEASURED_ELSEWHERE) and not self.key:
            raise ValueError(f"a number graded {self.grade.value!r} needs the key of a paper")
        if self.grade is Grade.FITTED_HERE and not self.run:
            raise ValueError("a fitted number needs the run that fitted it")

    def __str__(self) -> str:
        parts = [self.grade.value]
        if self.key:
            parts.append(self.key + (f", {self.at}" if self.at else ""))
        if self.transcribed_in:
            parts.append(f"as transcribed in {self.transcribed_in}")
        return "; ".join(parts) + f": {self.note}"


def in_transplant(key: str, note: str, *, at: str = "", transcribed_in: str = "") -> Source:
    """Measured in transplant patients."""
    return Source(Grade.MEASURED_IN_TRANSPLANT, note, key=key, at=at, transcribed_in=transcribed_in)


def elsewhere(key: str, note: str, *, at: str = "", transcribed_in: str = "") -> Source:
    """Measured elsewhere: healthy people, other patients, animals, cell culture (say which)."""
    return Source(Grade.MEASURED_ELSEWHERE, note, key=key, at=at, transcribed_in=transcribed_in)


def derived(note: str, *, key: str = "", at: str = "", transcribed_in: str = "") -> Source:
    """Calculated from sourced numbers; the note says how."""
    return Source(Grade.DERIVED, note, key=key, at=at, transcribed_in=transcribed_in)


def fitted(run: str, note: str, *, key: str = "", transcribed_in: str = "") -> Source:
    """Fitted here; ``run`` names the run that is kept in the repository."""
    return Source(Grade.FITTED_HERE, note, key=key, transcribed_in=transcribed_in, run=run)


def assumed(note: str, *, key: str = "", transcribed_in: str = "") -> Source:
    """Nobody's measurement: textbook memory, plausibility. The note gives the argument."""
    return Source(Grade.ASSUMED, note, key=key, transcribed_in=transcribed_in)
