"""exp and log that the compiler can turn into vector instructions: no branch, no call of a library.

Accurate to about 2e-16 relative; not-a-number stays not-a-number, which is how a failed patient is noticed. The compiler may fuse
a product and a sum here, but not reorder: adding and subtracting 1.5 x 2^52 is how a number is rounded.
"""

from __future__ import annotations

import math

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

ROUNDER = 6755399441055744.0  # 1.5 * 2^52
LOG2_E = 1.4426950408889634
LN2_HIGH = 6.93147180369123816490e-01  # the leading 33 bits of ln 2: exact when multiplied by a whole number
LN2_LOW = 1.90821492927058770002e-10
INVERSE_FACTORIALS = tuple(1.0 / math.factorial(k) for k in range(14))
ODD_RECIPROCALS = tuple(2.0 / (2 * k + 1) for k in range(11))
SMALLEST = 2.2250738585072014e-308
SQRT_HALF_BITS = int(np.float64(math.sqrt(0.5)).view(np.int64))
ONE_BITS = int(np.float64(1.0).view(np.int64))
ROUNDER_BITS = int(np.float64(ROUNDER).view(np.int64))


@intrinsic
def bits_of(typingctx, number):  # type: ignore[no-untyped-def]
    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.int64(types.float64), generate


@intrinsic
def number_of(typingctx, bits):  # type: ignore[no-untyped-def]
    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.int64), generate


@intrinsic
def choose(typingctx, condition, then, otherwise):  # type: ignore[no-untyped-def]
    """``then`` if ``condition`` else ``otherwise``, as one instruction: a branch would keep the loop from being vectorised."""

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        return builder.select(*arguments)

    return types.float64(types.boolean, types.float64, types.float64), generate


@intrinsic
def larger(typingctx, x, y):  # type: ignore[no-untyped-def]
    """The larger of two; ``y`` when ``x`` is not a number."""

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        return builder.select(builder.fcmp_ordered(">", *arguments), *arguments)

    return types.float64(types.float64, types.float64), generate


@intrinsic
def smaller(typingctx, x, y):  # type: ignore[no-untyped-def]
    """The smaller of two; ``y`` when ``x`` is not a number."""

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        return builder.select(builder.fcmp_ordered("<", *arguments), *arguments)

    return types.float64(types.float64, types.float64), generate


@njit(nogil=True, fastmath={"contract"}, error_model="numpy")
def exponential(x: float) -> float:
    """e to the x; 0 below -708, 1.6e308 above 709."""
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


@njit(nogil=True, fastmath={"contract"}, error_model="numpy")
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
