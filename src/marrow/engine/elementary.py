"""exp and log without a branch and without a call of a library, so that they can be done for several lanes at once.

Accurate to 4e-16 relative; not-a-number stays not-a-number, which is how a failed patient is noticed. Adding and
subtracting 1.5 x 2^52 rounds to a whole number, whose bits then stand at the lower end: nothing here may be reordered
by a compiler. These are the functions as generated source names them; ``machine_code`` does the same steps with
vectors.
"""

from __future__ import annotations

import math
import struct

ROUNDER = 6755399441055744.0  # 1.5 * 2^52
LOG2_E = 1.4426950408889634
LN2_HIGH = float.fromhex("0x1.62e42feep-1")  # the leading 33 bits of ln 2: exact when multiplied by a whole number
LN2_LOW = 1.9082149292705877e-10  # ln 2 - LN2_HIGH
INVERSE_FACTORIALS = tuple(1.0 / math.factorial(k) for k in range(14))
ODD_RECIPROCALS = tuple(2.0 / (2 * k + 1) for k in range(11))
SMALLEST = 2.2250738585072014e-308


def bits_of(number: float) -> int:
    return struct.unpack("<q", struct.pack("<d", number))[0]


def number_of(bits: int) -> float:
    return struct.unpack("<d", struct.pack("<Q", bits & 0xFFFFFFFFFFFFFFFF))[0]


SQRT_HALF_BITS = bits_of(math.sqrt(0.5))
ONE_BITS = bits_of(1.0)
ROUNDER_BITS = bits_of(ROUNDER)


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
    x = choose(x > 709.0, 709.0, x)
    x = choose(x < -708.0, -708.0, x)
    shifted = x * LOG2_E + ROUNDER
    whole = shifted - ROUNDER
    r = (x - whole * LN2_HIGH) - whole * LN2_LOW
    c = INVERSE_FACTORIALS
    r2 = r * r
    r4 = r2 * r2
    low = (1.0 + r) + r2 * (c[2] + r * c[3])
    middle = (c[4] + r * c[5]) + r2 * (c[6] + r * c[7])
    high = (c[8] + r * c[9]) + r2 * (c[10] + r * c[11])
    top = c[12] + r * c[13]
    value = low + r4 * (middle + r4 * (high + r4 * top))
    return value * number_of((bits_of(shifted) << 52) + ONE_BITS)


def logarithm(x: float) -> float:
    """Natural logarithm; of 0 and less: that of the smallest normal number, -708.4."""
    x = choose(x < SMALLEST, SMALLEST, x)
    bits = bits_of(x)
    power = (bits - SQRT_HALF_BITS) >> 52
    mantissa = number_of(bits - (power << 52))
    exponent = number_of(power + ROUNDER_BITS) - ROUNDER
    s = (mantissa - 1.0) / (mantissa + 1.0)
    z = s * s
    c = ODD_RECIPROCALS
    series = c[10]
    for k in (9, 8, 7, 6, 5, 4, 3, 2, 1):
        series = series * z + c[k]
    return exponent * LN2_HIGH + (exponent * LN2_LOW + (s * z * series + 2.0 * s)) + (x - x)
