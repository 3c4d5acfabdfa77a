"""How a pool of progenitors answers its own fullness: empty ones divide faster and renew themselves more."""

from __future__ import annotations

from typing import Any


def slowed(when_empty: Any, at_rest: Any, fullness: Any) -> Any:
    """Division per cell and day: falls from ``when_empty`` to ``at_rest`` as the pool fills (0 empty, 1 full)."""
    return when_empty / (1 + (when_empty / at_rest - 1) * fullness**2)


def lowered(when_empty: Any, at_rest: Any, fullness: Any) -> Any:
    """Probability that a daughter stays: falls from ``when_empty`` to ``at_rest`` as the pool fills."""
    return when_empty / (1 + (when_empty / at_rest - 1) * fullness)
