"""marrow: a simulator of hematopoietic stem-cell transplantation. Research software; it never advises on treatment.

The public names below are loaded when they are first used, so that ``import marrow`` starts and compiles nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from marrow.clinic.plan import Plan as Plan
    from marrow.errors import MarrowError as MarrowError
    from marrow.simulation import Simulation as Simulation
    from marrow.simulation import simulate as simulate
    from marrow.simulation import simulate_patients as simulate_patients

_HOME = {  # public name: the module that defines it
    "MarrowError": "marrow.errors",
    "Plan": "marrow.clinic.plan",
    "Simulation": "marrow.simulation",
    "simulate": "marrow.simulation",
    "simulate_patients": "marrow.simulation",
}
__all__ = ["MarrowError", "Plan", "Simulation", "simulate", "simulate_patients"]


def __getattr__(name: str) -> Any:
    """Load a public name from the module that defines it, once."""
    if name not in _HOME:
        raise AttributeError(f"module 'marrow' has no attribute {name!r}; it has {', '.join(__all__)}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
