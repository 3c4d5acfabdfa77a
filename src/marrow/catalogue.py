"""What the modules of the package are, as plain facts: names, routes, what they need of each other, cited numbers.

The facts are taken from the modules' classes, whose units are checked when they are made. They are kept beside the
compiled models, under a hash of every file that they are made from: while none of these has changed, a process that
only solves reads the facts, and loads neither the modules nor Pint. After a change the modules are read and checked
again, and a wrong unit is told as ever.
"""

from __future__ import annotations

import importlib
import pickle
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from marrow.cite import Row, rows_of
from marrow.engine.cache import folder as cache_folder
from marrow.engine.cache import read_checked, sources_key, write_checked

if TYPE_CHECKING:
    from marrow.language import Module

MADE_BY = ("catalogue.py", "cite.py")


@dataclass(frozen=True)
class ModuleFacts:
    """One module. ``path``: dotted, of its class; ``names``: of a drug, the printed one first, else empty.

    ``routes``: of doses. ``suppliers``: paths of the modules that offer something it needs. ``rows``: its numbers.
    """

    path: str
    title: str
    names: tuple[str, ...]
    routes: frozenset[str]
    suppliers: frozenset[str]
    rows: tuple[Row, ...]

    @property
    def is_drug(self) -> bool:
        return bool(self.names)


@cache
def catalogue() -> tuple[ModuleFacts, ...]:
    """Every module: biology first, then drugs, in the order of their names.

    Raises ``DeclarationError`` for a module that cannot be read, ``RunError`` for a paper that nobody lists.
    """
    file = cache_folder() / f"modules-{sources_key(*MADE_BY, libraries=('pint',))}"
    content = read_checked(file)
    if content is not None:
        return pickle.loads(content)
    made = _facts()
    write_checked(file, pickle.dumps(made))
    return made


def drugs() -> dict[str, ModuleFacts]:
    """Drugs by their printed name."""
    return {module.names[0]: module for module in catalogue() if module.is_drug}


def loaded(modules: Iterable[ModuleFacts]) -> tuple[type[Module], ...]:
    """The classes of these modules."""
    return tuple(_class_at(module.path) for module in modules)


def _class_at(path: str) -> type[Module]:
    place, _, name = path.rpartition(".")
    return cast("type[Module]", getattr(importlib.import_module(place), name))


def _facts() -> tuple[ModuleFacts, ...]:
    from marrow.language import Drug, discover
    from marrow.language.declare import Needs, Offers, Route
    from marrow.language.view import declared_in

    found = discover()
    offered = {m: {each.port for each in declared_in(m).values() if isinstance(each, Offers)} for m in found}
    facts = []
    for module in found:
        declared = declared_in(module).values()
        needed = {each.port for each in declared if isinstance(each, Needs)}
        facts.append(
            ModuleFacts(
                path=_path(module),
                title=module.title,
                names=tuple(module.names) if issubclass(module, Drug) else (),
                routes=frozenset(each.route for each in declared if isinstance(each, Route)),
                suppliers=frozenset(_path(other) for other in found if needed & offered[other]),
                rows=rows_of(module),
            )
        )
    return tuple(facts)


def _path(module: type[Module]) -> str:
    return f"{module.__module__}.{module.__name__}"
