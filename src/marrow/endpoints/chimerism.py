"""Which share of each lineage comes from the donor."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marrow.endpoints.definitions import CHIMERISM, ChimerismDefinition
from marrow.endpoints.series import Daily, Floats, daily, value_on

DAYS = (30, 100, 365)
NEAR = 14.0  # days that a measured share may be off from one of these; assumed


class Lineage(Enum):
    """Lineages whose chimerism is told; the value is the name of their count in a course, without _host and _donor."""

    NEUTROPHILS = "absolute_neutrophil_count"
    T_CELLS = "t_cell_count"
    B_CELLS = "b_cell_count"
    NATURAL_KILLER_CELLS = "natural_killer_count"
    RED_CELLS = "red_cells_own"
    PLATELETS = "platelet_count_own"


def measured_share(lineage: Lineage) -> str:
    """The series of a course that holds a lineage's donor share, %, where a laboratory has measured it."""
    return f"donor_share_{lineage.name.lower()}"


class Category(Enum):
    FULL = "full"
    MIXED = "mixed"
    REJECTION = "rejection"
    UNKNOWN = "unknown"


def donor_fraction(donor: ArrayLike, host: ArrayLike, least: float = 0.0) -> Floats:
    """donor / (donor + host), any shape; NaN where either is, or where the sum is not above ``least`` (too few)."""
    d, h = np.asarray(donor, dtype=float), np.asarray(host, dtype=float)
    both = d + h
    return np.divide(d, both, out=np.full(np.shape(both), np.nan), where=both > least)


@dataclass(frozen=True)
class Chimerism:
    """``fraction`` (N, K): donor share on each of K ``days``; NaN = not measured, too few cells, or autologous."""

    lineage: Lineage
    days: tuple[int, ...]
    fraction: Floats


def chimerism(
    time: ArrayLike,
    donor: ArrayLike,
    host: ArrayLike,
    lineage: Lineage,
    *,
    days: tuple[int, ...] = DAYS,
    autologous: bool = False,
    least: float = 0.0,
    tolerance: float = 0.0,
) -> Chimerism:
    """``time`` (T,) days; ``donor``, ``host`` (N, T) or (T,) in one unit. ``tolerance``: days a sample may be off.

    In an autologous transplant both origins are the patient's: no test tells the infused cells from the others.
    """
    donors, hosts = daily(time, donor), daily(time, host)
    if autologous:
        return Chimerism(lineage, days, np.full((donors.patients, len(days)), np.nan))
    share = Daily(donors.day, donor_fraction(donors.value, hosts.value, least))
    return Chimerism(lineage, days, np.stack([value_on(share, day, tolerance) for day in days], axis=1))


def categories(fraction: ArrayLike, definition: ChimerismDefinition = CHIMERISM) -> NDArray[np.object_]:
    """The ``Category`` of each donor share, same shape."""
    share = np.asarray(fraction, dtype=float)
    found = np.full(share.shape, Category.UNKNOWN, dtype=object)
    found[share >= definition.full] = Category.FULL
    found[(share < definition.full) & (share >= definition.rejection)] = Category.MIXED
    found[share < definition.rejection] = Category.REJECTION
    return found
