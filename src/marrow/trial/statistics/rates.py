"""Events per time at risk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Rate:
    """``events`` in ``time`` at risk of ``patients``."""

    patients: int
    events: int
    time: float

    def per(self, time: float) -> float:
        """Events in that much time at risk."""
        return time * self.events / self.time

    @property
    def share(self) -> float:
        """Of patients who had the event; says nothing of time."""
        return self.events / self.patients


def rate_of(time: ArrayLike, event: ArrayLike) -> Rate:
    """``time`` (N,) at risk, ``event`` (N,)."""
    t, d = np.asarray(time, dtype=float), np.asarray(event) != 0
    return Rate(len(t), int(d.sum()), float(t.sum()))
