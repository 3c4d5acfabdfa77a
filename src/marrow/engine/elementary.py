"""exp and log without a branch and without a call of a library, so that they can be done for several lanes at once.

Not-a-number stays not-a-number, which is how a failed patient is noticed. Rounding to a whole number is done by adding
and subtracting a large one: nothing here may be reordered by a compiler. These are the functions as generated source
names them, in double precision (accurate to 4e-16 relative); ``machine_code`` does the same steps with vectors, in
either precision.
"""

from __future__ import annotations

import math

from marrow.engine.precision import DOUBLE

LOG2_E = 1.4426950408889634
INVERSE_FACTORIALS = tuple(1.0 / math.factorial(k) for k in range(14))
ODD_RECIPROCALS = tuple(2.0 / (2 * k + 1) for k in range(11))
LOG_OF_NOTHING = -708.0  # of 0, in every precision: a power of nothing is nothing


def choose(condition: bool, then: float, otherwise: float) -> float:
    return then if condition else otherwise


def larger(x: float, y: float) -> float:
    """The larger of two; ``y`` when one is not a number."""
    return x if x > y else y


def smaller(x: float, y: float) -> float:
    """The smaller of two; ``y`` when one is not a number."""
    return x if x < y else y


def exponential(x: float) -> float:
    """e to the x; 3e-308 below -708, 8e307 above 709."""
    x = choose(x > DOUBLE.highest, DOUBLE.highest, x)
    x = choose(x < DOUBLE.lowest, DOUBLE.lowest, x)
    shifted = x * LOG2_E + DOUBLE.rounder
    whole = shifted - DOUBLE.rounder
    high, low = DOUBLE.ln2
    r = (x - whole * high) - whole * low
    return series(r) * DOUBLE.number_of((DOUBLE.bits_of(shifted) << DOUBLE.fraction) + DOUBLE.bits_of(1.0))


def series(r: float) -> float:
    """1 + r + r^2/2! + ..., four terms at a time."""
    c = INVERSE_FACTORIALS
    r2 = r * r
    r4 = r2 * r2
    low = (1.0 + r) + r2 * (c[2] + r * c[3])
    middle = (c[4] + r * c[5]) + r2 * (c[6] + r * c[7])
    high = (c[8] + r * c[9]) + r2 * (c[10] + r * c[11])
    return low + r4 * (middle + r4 * (high + r4 * (c[12] + r * c[13])))


def logarithm(x: float) -> float:
    """Natural logarithm; -708 of 0 and less, and of what has not all its digits."""
    least, fraction = DOUBLE.smallest, DOUBLE.fraction
    nothing = x < least
    x = choose(nothing, least, x)
    bits = DOUBLE.bits_of(x)
    power = (bits - DOUBLE.bits_of(math.sqrt(0.5))) >> fraction
    mantissa = DOUBLE.number_of(bits - (power << fraction))
    exponent = DOUBLE.number_of(power + DOUBLE.bits_of(DOUBLE.rounder)) - DOUBLE.rounder
    s = (mantissa - 1.0) / (mantissa + 1.0)
    z = s * s
    c = ODD_RECIPROCALS
    tail = c[10]
    for k in (9, 8, 7, 6, 5, 4, 3, 2, 1):
        tail = tail * z + c[k]
    high, low = DOUBLE.ln2
    found = exponent * high + (exponent * low + (s * z * tail + 2.0 * s)) + (x - x)
    return choose(nothing, LOG_OF_NOTHING, found)
