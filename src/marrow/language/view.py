"""What ``self`` is inside a method body: a view that answers names according to a *reading*.

The same body is read with quantities (units are checked), with symbols (compiling, SBML, drawing) and with numbers (the
slow reference). A reading says what each declared name stands for; the view only looks names up.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any, Protocol

from marrow.errors import DeclarationError, nearest
from marrow.language.declare import Declared, Stage, State
from marrow.vocabulary import Origin


class Reading(Protocol):
    """Values for declared names. ``origin`` is None where something shared is being written."""

    def value(self, module: type, declared: Declared, origin: Origin | None) -> Any: ...

    def stage(self, module: type, stage: Stage, origin: Origin | None) -> Any: ...

    def at_rest(self, module: type, declared: Declared | Stage) -> Any: ...


def declared_in(module: type) -> dict[str, Declared]:
    """Everything declared in a module and its bases, by attribute name."""
    found: dict[str, Declared] = {}
    for cls in reversed(module.__mro__):
        found |= {name: value for name, value in vars(cls).items() if isinstance(value, Declared)}
    return found


class View:
    """``self`` of a method body."""

    __slots__ = ("_module", "_origin", "_reading")

    def __init__(self, module: type, reading: Reading, origin: Origin | None) -> None:
        self._module, self._reading, self._origin = module, reading, origin

    @property
    def origin(self) -> Origin:
        if self._origin is None:
            raise DeclarationError(
                f"{self._module.__name__}: self.origin has no meaning where something shared is written"
            )
        return self._origin

    @property
    def at_rest(self) -> RestView:
        return RestView(self._module, self._reading)

    def __getattr__(self, name: str) -> Any:
        declared = _look_up(self._module, name)
        if isinstance(declared, FunctionType):
            return MethodType(declared, self)
        if isinstance(declared, State) and declared.stages is not None:
            stages = (Stage(declared, i) for i in range(declared.stages))
            return tuple(self._reading.stage(self._module, stage, self._origin) for stage in stages)
        return self._reading.value(self._module, declared, self._origin)


class RestView:
    """``self.at_rest``: the same names, in the healthy steady state."""

    __slots__ = ("_module", "_reading")

    def __init__(self, module: type, reading: Reading) -> None:
        self._module, self._reading = module, reading

    def __getattr__(self, name: str) -> Any:
        declared = _look_up(self._module, name)
        if isinstance(declared, State) and declared.stages is not None:
            return tuple(self._reading.at_rest(self._module, Stage(declared, i)) for i in range(declared.stages))
        return self._reading.at_rest(self._module, declared)


def _look_up(module: type, name: str) -> Any:
    for cls in module.__mro__:
        found = vars(cls).get(name)
        if isinstance(found, (Declared, FunctionType)):
            return found
    names = declared_in(module)
    near = nearest(name, names)
    hint = f"; did you mean {near!r}?" if near else ""
    raise DeclarationError(f"{module.__name__}: nothing is declared as {name!r}{hint}")


class Everywhere:
    """A value that is followed per origin: arithmetic uses ``here``, ``total()`` uses ``everywhere``.

    Both are looked up when used. ``here`` is None where something shared is written: using it is then refused.
    """

    __array_ufunc__ = None

    def __init__(self, here: Callable[[], Any] | None, everywhere: Callable[[], Any], name: str) -> None:
        self._here, self._everywhere, self.name = here, everywhere, name

    @property
    def here(self) -> Any:
        if self._here is None:
            raise DeclarationError(f"{self.name} is followed per origin; write total(self.{self.name}) here")
        return self._here()

    @property
    def everywhere(self) -> Any:
        return self._everywhere()

    def __neg__(self) -> Any:
        return -self.here

    def _sympy_(self) -> Any:
        return self.here


def _forward(function: Callable[[Any, Any], Any], reflected: bool) -> Callable[[Everywhere, Any], Any]:
    def method(self: Everywhere, other: Any) -> Any:
        other = other.here if isinstance(other, Everywhere) else other
        return function(other, self.here) if reflected else function(self.here, other)

    return method


for _name in ("add", "sub", "mul", "truediv", "pow"):
    setattr(Everywhere, f"__{_name}__", _forward(getattr(operator, _name), False))
    setattr(Everywhere, f"__r{_name}__", _forward(getattr(operator, _name), True))
for _name in ("lt", "le", "gt", "ge"):
    setattr(Everywhere, f"__{_name}__", _forward(getattr(operator, _name), False))
Everywhere.__neg__ = lambda self: -self.here


def run(module: type, rule: Any, reading: Reading, origin: Origin | None) -> Any:
    """The value of a rule's (or derived value's) method body under a reading; errors name file and line."""
    try:
        result = rule.method(View(module, reading, origin))
    except DeclarationError as error:
        raise DeclarationError(f"{rule.place}: {module.__name__}.{rule.name}: {error}") from None
    except TypeError as error:
        if "truth value" in str(error):
            reason = "Python's `if` cannot depend on a state; use where(condition, then, otherwise)"
            raise DeclarationError(f"{rule.place}: {module.__name__}.{rule.name}: {reason}") from None
        raise DeclarationError(f"{rule.place}: {module.__name__}.{rule.name}: {error}") from error
    return tuple(_bare(part) for part in result) if isinstance(result, tuple) else _bare(result)


def _bare(value: Any) -> Any:
    return value.here if isinstance(value, Everywhere) else value
