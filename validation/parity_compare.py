"""How far marrow's numbers lie from those of a reference file, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

EXACT, FITTED = 1e-8, 1e-6

# Tables of pandas, whose types no checker follows.
Table = Any
read: Any = pd.read_csv
frame: Any = pd.DataFrame
joined: Any = pd.concat


@dataclass(frozen=True)
class Difference:
    """``largest``: |ours - theirs| / max(1, |theirs|) over ``values`` numbers of a column.

    Infinite where one is known and the other is not. ``note``: why a number cannot be closer.
    """

    estimator: str
    data: str
    file: str
    column: str
    values: int
    largest: float
    allowed: float
    note: str = ""

    @property
    def agrees(self) -> bool:
        return self.largest <= self.allowed


def difference(ours: Any, theirs: Any) -> float:
    """The largest scaled difference; unknown and unknown agree."""
    a, b = np.asarray(ours, dtype=float).ravel(), np.asarray(theirs, dtype=float).ravel()
    if a.shape != b.shape:
        return float("inf")
    both = np.isnan(a) & np.isnan(b)
    with np.errstate(invalid="ignore"):
        apart = np.where(a == b, 0.0, np.abs(a - b) / np.maximum(1.0, np.abs(b)))
    apart = np.where(both, 0.0, np.where(np.isnan(apart), np.inf, apart))
    return float(apart.max(initial=0.0))


def compared(
    estimator: str,
    data: str,
    file: str,
    ours: Table,
    theirs: Table,
    allowed: float,
    notes: Mapping[str, str] | None = None,
    loose: Mapping[str, float] | None = None,
) -> list[Difference]:
    """A ``Difference`` for each column of ``ours`` from the same of ``theirs``; ``loose``: what single columns may."""
    return [
        Difference(estimator, data, file, name, int(theirs[name].notna().sum()), difference(values, theirs[name]),
                   (loose or {}).get(name, allowed), (notes or {}).get(name, ""))
        for name, values in ours.items()
    ]  # fmt: skip
