"""How exactly a kernel computes: in single precision, twice as many patients at once, or in double, for close looks.

Single precision rounds to 6e-8, a thousandth of what the steps are allowed to err by; kernels that are asked for more
than that compute in double. The numbers here are those of exp and log done with bits (see ``elementary``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Precision:
    """``number``, ``bits``: what LLVM calls a number and a whole number of its size. ``fraction``: its bits after the
    point; adding and subtracting ``rounder`` rounds to a whole number, whose bits then stand at the lower end. ``ln2``:
    ln 2 as the sum of a part that is exact when multiplied by a power and a rest. ``highest``, ``lowest``: beyond them
    exp stays what it is there. ``smallest``: the least number with all its digits. ``powers``, ``odds``: terms of the
    series of exp and log."""

    name: str
    kind: Any
    number: str
    bits: str
    fraction: int
    rounder: float
    ln2: tuple[float, float]
    highest: float
    lowest: float
    smallest: float
    powers: int
    odds: int

    def bits_of(self, number: float) -> int:
        """The bits of a number, read as a whole one."""
        one = np.array(number, dtype=self.kind)
        return int(one.view(np.dtype(f"i{one.itemsize}")))

    def number_of(self, bits: int) -> float:
        size = 8 * np.dtype(self.kind).itemsize
        kept = bits & (2**size - 1)
        return float(np.array(kept, dtype=f"u{size // 8}").view(self.kind))


SINGLE = Precision(
    name="single",
    kind=np.float32,
    number="float",
    bits="i32",
    fraction=23,
    rounder=1.5 * 2.0**23,
    ln2=(0.693359375, math.log(2) - 0.693359375),
    highest=88.0,
    lowest=-87.0,
    smallest=2.0**-126,
    powers=8,
    odds=6,
)
DOUBLE = Precision(
    name="double",
    kind=np.float64,
    number="double",
    bits="i64",
    fraction=52,
    rounder=1.5 * 2.0**52,
    ln2=(float.fromhex("0x1.62e42feep-1"), 1.9082149292705877e-10),
    highest=709.0,
    lowest=-708.0,
    smallest=2.0**-1022,
    powers=14,
    odds=11,
)
