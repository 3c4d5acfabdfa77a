"""Numbers of the model in a file: ``name: value`` in YAML, in the unit in which each is declared."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marrow.errors import RunError, nearest

if TYPE_CHECKING:
    from marrow.language.declare import Parameter


def read_parameters(file: Path) -> dict[str, float]:
    """Names as ``marrow calibrate`` writes them. Raises ``RunError`` naming file, name and what was needed."""
    import yaml

    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise RunError(f"{file}: cannot be read: {error.strerror or error}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RunError(f"{file}: is not YAML: {error}") from error
    if not isinstance(found, dict) or not found:
        raise RunError(f"{file}: found {type(found).__name__}, needed lines such as 'platelets.lifespan: 9.0'")
    declared = declared_numbers()
    for name, value in found.items():
        if name not in declared:
            near = nearest(str(name), declared)
            raise RunError(f"{file}: no module declares {name!r}" + (f"; did you mean {near!r}?" if near else ""))
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            low, high = declared[name].plausible
            raise RunError(f"{file}: {name}: found {value!r}, needed a number, such as {low:g} to {high:g}")
    return {str(name): float(value) for name, value in found.items()}


def declared_numbers() -> dict[str, Parameter]:
    """Every number that some module declares, by name."""
    from marrow.language import discover
    from marrow.language.declare import Parameter
    from marrow.language.view import declared_in

    return {
        f"{module.title}.{name}": each
        for module in discover()
        for name, each in declared_in(module).items()
        if isinstance(each, Parameter)
    }


def of_model(parameters: Mapping[str, Any], modules: tuple[str, ...]) -> dict[str, Any]:
    """Without the numbers of modules that a model does not have: a plan without a drug has no use for the drug's.

    Raises ``RunError`` for a name that no module declares.
    """
    mine = {name: value for name, value in parameters.items() if name.partition(".")[0] in modules}
    if len(mine) < len(parameters):
        unknown = sorted(set(parameters) - set(mine) - set(declared_numbers()))
        if unknown:
            raise RunError(f"no module declares {unknown[0]!r}")
    return mine
