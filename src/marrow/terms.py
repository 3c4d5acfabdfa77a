"""Words of a mechanism that a compiled model keeps: whose cells, which figure, few cells, spread. They need no units.

Authors of modules find them in ``marrow.language`` and ``marrow.vocabulary``; here a process that only solves finds
them without loading Pint.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from marrow.sources import Source


class Origin(Enum):
    """Whose cells they are. Infused cells are ``DONOR`` also in an autologous transplant: they are followed apart."""

    HOST = "host"
    DONOR = "donor"


class Group(Enum):
    """Which figure or table an observable belongs to."""

    COUNTS = "blood counts"
    LYMPHOCYTES = "lymphocyte subsets"
    MARROW = "marrow"
    CYTOKINES = "cytokines"
    DRUGS = "drugs"
    TISSUE = "tissue"
    RISK = "cumulative hazards"


class Few(Enum):
    """What happens to a cell population when few cells are left (see ``engine``)."""

    BIRTH_AND_DEATH = "births, deaths and arrivals are drawn, cell by cell, once a day"
    WHOLE_NUMBER = "the number is drawn to a whole one, once a day"


@dataclass(frozen=True)
class Lognormal:
    """Multiplies the typical value by exp(sd * z), z standard normal: the typical value is the median."""

    sd: float

    def __post_init__(self) -> None:
        if not (0 < self.sd < 5):
            raise ValueError(f"the log-scale standard deviation must be between 0 and 5, found {self.sd}")


def lognormal(*, cv: float | None = None, sd: float | None = None) -> Lognormal:
    """Log-normal spread from a coefficient of variation (0.2 = 20 %) or from the standard deviation of the log.

    ``cv`` is read as sqrt(exp(sd^2) - 1). Papers that print sqrt(omega^2) as "CV" give ``sd``.
    """
    if (cv is None) == (sd is None):
        raise TypeError("give lognormal(cv=...) or lognormal(sd=...)")
    return Lognormal(math.sqrt(math.log1p(cv * cv)) if cv is not None else float(sd))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Joint:
    """Correlated log-normal deviates of several parameters, as published.

    ``covariance`` is the lower triangle of the log-scale covariance matrix, row by row, in the order of ``members``.
    """

    name: str
    members: tuple[str, ...]
    covariance: tuple[tuple[float, ...], ...]
    source: Source

    def __post_init__(self) -> None:
        if [len(row) for row in self.covariance] != list(range(1, len(self.members) + 1)):
            raise ValueError(
                f"joint variability {self.name!r}: give the lower triangle, one row a member {self.members}"
            )
