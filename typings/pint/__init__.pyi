"""Pint's annotations refuse correct code, so it is left unchecked."""

from typing import Any

def __getattr__(name: str) -> Any: ...
