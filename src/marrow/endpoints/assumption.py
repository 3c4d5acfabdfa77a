"""A number of an endpoint that rests on an assumed model: with its unit, its plausible range and its source."""

from __future__ import annotations

from dataclasses import dataclass

from marrow.sources import Source


@dataclass(frozen=True)
class Assumption:
    """``what`` in words; ``value`` in ``unit``; ``plausible``: lowest and highest. Raises ``ValueError`` outside."""

    what: str
    value: float
    unit: str
    plausible: tuple[float, float]
    source: Source

    def __post_init__(self) -> None:
        low, high = self.plausible
        if not low <= self.value <= high:
            raise ValueError(f"{self.what}: {self.value:g} lies outside of {low:g} to {high:g}")
