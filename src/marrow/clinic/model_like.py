"""What a schedule needs to know of a compiled model: names and indices, no code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from marrow.terms import Lognormal


class RouteLike(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def drug(self) -> str: ...
    @property
    def route(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def into(self) -> int: ...
    @property
    def rate(self) -> int | None: ...
    @property
    def to_house(self) -> float: ...


class ModifierLike(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def parameter(self) -> int: ...
    @property
    def drug(self) -> str: ...
    @property
    def occasion(self) -> Lognormal | None: ...
    @property
    def steps(self) -> tuple[tuple[float, float], ...]: ...


class Named(Protocol):
    @property
    def name(self) -> str: ...


class ModelLike(Protocol):
    """What is needed of a compiled model's description: names and indices."""

    @property
    def routes(self) -> Sequence[RouteLike]: ...
    @property
    def modifiers(self) -> Sequence[ModifierLike]: ...
    @property
    def observables(self) -> Sequence[Named]: ...
