"""A population that is a table of real people, drawn with replacement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Roster:
    """R rows. ``age`` years, ``weight`` kg, ``height`` cm (NaN: as usual for age and sex), ``cd34``, ``cd3`` cells per
    kg (NaN: as in the arm), each (R,); ``changes``: keys of the plan with each row's own text."""

    name: str
    age: Floats
    is_female: Floats
    weight: Floats
    height: Floats
    cd34: Floats
    cd3: Floats
    changes: tuple[tuple[tuple[str, str], ...], ...]

    def __len__(self) -> int:
        return len(self.changes)
