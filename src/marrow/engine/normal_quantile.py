"""The quantile of the standard normal distribution, for few numbers, bit for bit that of ``scipy.special.ndtri``.

Loading SciPy's special functions takes longer than all the draws of a usual run. The approximation, its coefficients
and the order of its operations are those of the Cephes Math Library (S. L. Moshier, ``ndtri``), which SciPy uses; the
logarithm is the C library's, as there. ``tests/engine/test_random.py`` compares the two.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Coefficients = tuple[float, ...]

_TAIL = 0.13533528323661269189  # exp(-2): below it, and above 1 minus it, are the tails
_ROOT_OF_2_PI = 2.50662827463100050242
_FAR = 8.0  # sqrt(-2 log p) from which the second pair for tails holds

_MIDDLE = (
    (-59.9633501014107895267, 98.0010754185999661536, -56.6762857469070293439, 13.9312609387279679503,
     -1.23916583867381258016),
    (1.0, 1.95448858338141759834, 4.67627912898881538453, 86.3602421390890590575, -225.462687854119370527,
     200.260212380060660359, -82.0372256168333339912, 15.9056225126211695515, -1.18331621121330003142),
)  # fmt: skip
_NEAR_TAIL = (
    (4.05544892305962419923, 31.5251094599893866154, 57.1628192246421288162, 44.0805073893200834700,
     14.6849561928858024014, 2.18663306850790267539, -1.40256079171354495875e-1, -3.50424626827848203418e-2,
     -8.57456785154685413611e-4),
    (1.0, 15.7799883256466749731, 45.3907635128879210584, 41.3172038254672030440, 15.0425385692907503408,
     2.50464946208309415979, -1.42182922854787788574e-1, -3.80806407691578277194e-2, -9.33259480895457427372e-4),
)  # fmt: skip
_FAR_TAIL = (
    (3.23774891776946035970, 6.91522889068984211695, 3.93881025292474443415, 1.33303460815807542389,
     2.01485389549179081538e-1, 1.23716634817820021358e-2, 3.01581553508235416007e-4, 2.65806974686737550832e-6,
     6.23974539184983293730e-9),
    (1.0, 6.02427039364742014255, 3.67983563856160859403, 1.37702099489081330271, 2.16236993594496635890e-1,
     1.34204006088543189037e-2, 3.28014464682127739104e-4, 2.89247864745380683936e-6, 6.79019408009981274425e-9),
)  # fmt: skip


def normal_quantile(probability: Floats) -> Floats:
    """z of the same shape, for probabilities between 0 and 1. Raises ``ValueError`` for 0 and for 1."""
    p = np.ravel(probability)
    upper = p > 1.0 - _TAIL
    below = np.where(upper, 1.0 - p, p)
    found = np.empty_like(below)
    middle = below > _TAIL
    found[middle] = _in_the_middle(below[middle])
    distance = _in_a_tail(below[~middle])
    found[~middle] = np.where(upper[~middle], distance, -distance)
    return found.reshape(np.shape(probability))


def _in_the_middle(p: Floats) -> Floats:
    centred = p - 0.5
    square = centred * centred
    return (centred + centred * (square * _polynomial(square, _MIDDLE[0]) / _polynomial(square, _MIDDLE[1]))) * (
        _ROOT_OF_2_PI
    )


def _in_a_tail(p: Floats) -> Floats:
    """How far from the middle."""
    x = np.sqrt(-2.0 * _log(p))
    z = 1.0 / x
    near = z * _polynomial(z, _NEAR_TAIL[0]) / _polynomial(z, _NEAR_TAIL[1])
    far = z * _polynomial(z, _FAR_TAIL[0]) / _polynomial(z, _FAR_TAIL[1])
    return (x - _log(x) / x) - np.where(x < _FAR, near, far)


def _log(values: Floats) -> Floats:
    return np.array([math.log(value) for value in values.tolist()])  # NumPy's own differs in the last bit


def _polynomial(x: Floats, coefficients: Coefficients) -> Floats:
    total = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total
