"""SymPy is dynamically typed: its own annotations refuse correct code, so it is left unchecked."""

from typing import Any

def __getattr__(name: str) -> Any: ...
