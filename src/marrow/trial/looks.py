"""Interim looks: how much of the error a trial may spend at each, and the bounds that this gives.

Spending of the kind of O'Brien and Fleming (Lan and DeMets 1983); bounds by integrating the density of those trials
that have gone on (Armitage, McPherson and Rowe 1969). Formulas from memory; tests hold them to printed bounds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_POINTS, _REACH = 4001, 9.0


def spent(share: Floats, alpha: float) -> Floats:
    """Two-sided error that may be spent by shares of the information: twice what each side spends of ``alpha`` / 2."""
    from scipy.special import ndtr, ndtri

    return 4 * (1 - ndtr(ndtri(1 - alpha / 4) / np.sqrt(share)))


def bounds(looks: Sequence[float], alpha: float) -> Floats:
    """|z| (K,) at which a trial stops, at each of ``looks`` (shares of the information) and at the end."""
    from scipy.optimize import brentq

    share = np.array([*looks, 1.0])
    spend = np.diff(spent(share, alpha), prepend=0.0)
    grid = np.linspace(-_REACH, _REACH, _POINTS)
    found: list[float] = []
    density = _normal(grid / np.sqrt(share[0])) / np.sqrt(share[0])  # of the sum, whose variance is the share
    for k, here in enumerate(share):
        if k:
            width = here - share[k - 1]
            inside = np.abs(grid) < found[-1] * np.sqrt(share[k - 1])
            density = _carried(grid, np.where(inside, density, 0.0), width)

        def excess(z: float, density: Floats = density, here: float = here, k: int = k) -> float:
            return float(np.trapezoid(np.where(np.abs(grid) >= z * np.sqrt(here), density, 0.0), grid) - spend[k])

        found.append(_solve(brentq, excess))
    return np.array(found)


def _solve(root, excess) -> float:
    return float(root(excess, 0.5, 8.0, xtol=1e-4)) if excess(8.0) < 0 < excess(0.5) else 8.0


def _carried(grid: Floats, density: Floats, variance: float) -> Floats:
    """The density after a further normal step of this variance."""
    step = grid[1] - grid[0]
    kernel = _normal(grid / np.sqrt(variance)) / np.sqrt(variance)
    return np.convolve(density, kernel, mode="same") * step


def _normal(z: Floats) -> Floats:
    return np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)
