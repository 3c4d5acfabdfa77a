"""Finding modules: every file in ``marrow.biology`` and ``marrow.drugs`` is read; a new file needs no registration."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from marrow.language.module import Drug, Module, registered


@cache
def discover() -> tuple[type[Module], ...]:
    """All modules of the package: biology first, then drugs, in the order of their names."""
    for package_name in ("marrow.biology", "marrow.drugs"):
        package = importlib.import_module(package_name)
        for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
            importlib.import_module(f"{package_name}.{info.name}")
    found = {
        name: module for name, module in registered().items() if name.startswith(("marrow.biology.", "marrow.drugs."))
    }
    return tuple(found[name] for name in sorted(found))


def drugs() -> dict[str, type[Drug]]:
    """Drugs by their printed name."""
    return {module.names[0]: module for module in discover() if issubclass(module, Drug)}
