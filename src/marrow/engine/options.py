"""What may be chosen about a solve: how accurate it is, and what is left to chance."""

from __future__ import annotations

from dataclasses import dataclass

from marrow.engine.precision import DOUBLE, SINGLE, Precision

SINGLE_DOWN_TO = 1e-4  # relative tolerance from which on single precision is exact enough


@dataclass(frozen=True)
class Accuracy:
    """Tolerances of the step control. Defaults hold observables within 1e-3 of the reference for most patients (as in
    the tests); among 64 patients the worst, malignant cells, was off by 1.9e-3.

    Shares of both are each state's own (``equations.tolerances_of``). Steps in days:
    ``first_step`` at the start, ``restart`` at most after something was done, ``smallest_step`` below which a solve is
    given up.
    """

    relative: float = 9e-4
    absolute: float = 2e-6
    first_step: float = 1e-3
    restart: float = 0.02
    smallest_step: float = 1e-11
    most_steps: int = 20_000

    @property
    def precision(self) -> Precision:
        return SINGLE if self.relative >= SINGLE_DOWN_TO else DOUBLE


@dataclass(frozen=True)
class Chance:
    """What is left to chance in the course of a patient. Without hazards and few-cell draws: the expected course."""

    hazards: bool = True
    few_cells: bool = True
    few_below: float = 1000.0
    whole_below: float = 100.0
