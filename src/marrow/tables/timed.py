"""What is analysed: for each patient a time, and whether an event ended it and which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class TimedOutcome:
    """``time`` (N,) days; ``cause`` (N,): 0 censored, k for ``labels[k - 1]``; ``patient``: N names."""

    name: str
    labels: tuple[str, ...]
    patient: tuple[str, ...]
    time: NDArray[np.float64]
    cause: NDArray[np.intp]

    @property
    def competing(self) -> bool:
        return len(self.labels) > 1
