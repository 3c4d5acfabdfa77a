"""``Module``: one mechanism, written in one class; its units are checked when the class is made."""

from __future__ import annotations

import math
import re
import zlib
from typing import Any, ClassVar

import pint

from marrow.errors import DeclarationError
from marrow.language.declare import (
    Balanced,
    Covariate,
    Declared,
    Derived,
    Hazard,
    Needs,
    Nothing,
    Offers,
    Parameter,
    Reaction,
    Route,
    Stage,
    State,
    Transit,
)
from marrow.language.view import declared_in, run
from marrow.units import Unit, day, dimensionless, unit_text
from marrow.vocabulary import Origin

_REGISTERED: dict[str, type[Module]] = {}


class Module:
    """Base of all mechanisms. A subclass declares, and is never instantiated."""

    title: ClassVar[str] = ""

    def __init_subclass__(cls, abstract: bool = False, **options: Any) -> None:
        super().__init_subclass__(**options)
        if abstract:
            return
        cls.title = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()
        if not (cls.__doc__ or "").strip():
            raise DeclarationError(f"{cls.__module__}.{cls.__name__}: say what it assumes, leaves out and should show")
        check_units(cls)
        _REGISTERED[f"{cls.__module__}.{cls.__name__}"] = cls

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"{cls.__name__} is a declaration; compose([{cls.__name__}, ...]) makes a model of it")


class Drug(Module, abstract=True):
    """A drug: a module with routes for doses and names for sentences; the first name is the one that is printed."""

    names: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        if not cls.names:
            raise DeclarationError(f"{cls.__module__}.{cls.__name__}: a drug needs names = ('busulfan', 'Bu')")
        super().__init_subclass__(**options)


def registered() -> dict[str, type[Module]]:
    """All modules whose files have been imported, by dotted name."""
    return dict(_REGISTERED)


class Quantities:
    """The reading that checks units: every name is some quantity of its unit."""

    def _some(self, name: str, unit: pint.Unit) -> pint.Quantity:
        return (0.5 + zlib.crc32(name.encode()) / 2**32) * unit  # arbitrary, positive, not 1: no accidental zero

    def value(self, module: type, declared: Declared, origin: Origin | None) -> Any:
        if isinstance(declared, Covariate):
            return self._some(declared.name, declared.known.unit)
        if isinstance(declared, Needs):
            return self._some(declared.name, declared.port.unit)
        if isinstance(declared, (State, Parameter, Derived, Balanced)):
            return self._some(declared.name, declared.unit)
        raise DeclarationError(f"{declared.name} is a {type(declared).__name__.lower()}, not a value")

    def stage(self, module: type, stage: Stage, origin: Origin | None) -> Any:
        return self._some(f"{stage.state.name}[{stage.index}]", stage.state.unit)

    def at_rest(self, module: type, declared: Declared | Stage) -> Any:
        name, unit = ("", None)
        if isinstance(declared, Stage):
            name, unit = f"{declared.state.name}[{declared.index}]", declared.state.unit
        elif isinstance(declared, Needs):
            name, unit = declared.name, declared.port.unit
        elif isinstance(declared, State):
            name, unit = declared.name, declared.unit
        if unit is None:
            raise DeclarationError("at_rest has states and needed ports only")
        return 1.13 * self._some(name, unit)


def check_units(module: type[Module]) -> None:
    """Reads every method of a module with quantities. Raises ``DeclarationError`` with file and line."""
    reading = Quantities()
    per_day = (1 / day).units
    for name, declared in declared_in(module).items():
        if isinstance(declared, Derived):
            _agree(module, declared, run(module, declared, reading, None), declared.unit, "the declared unit")
        elif isinstance(declared, Offers):
            origin = Origin.HOST if declared.port.per is Origin else None
            _agree(
                module,
                declared,
                run(module, declared, reading, origin),
                declared.port.unit,
                f"port {declared.port.name!r}",
            )
        elif isinstance(declared, Reaction):
            _check_reaction(module, declared, run(module, declared, reading, Origin.HOST))
        elif isinstance(declared, Transit):
            rate, gain = _pair(run(module, declared, reading, Origin.HOST))
            _agree(module, declared, rate, per_day, "a rate per cell")
            _agree(module, declared, gain, dimensionless, "the gain")
        elif isinstance(declared, Hazard):
            _agree(module, declared, run(module, declared, reading, None), per_day, "a hazard")
        elif isinstance(declared, State) and declared.start is not None:
            unit = declared.unit if declared.rest == 0 else dimensionless
            _agree(module, declared, 1 * declared.start.port.unit, unit, "the start")
        elif isinstance(declared, Route) and not isinstance(declared.into, (State, Stage)):
            raise declared.refuse(f"route {declared.route!r} must lead into a state, found {declared.into!r}")
        elif isinstance(declared, Parameter) and declared.vary is not None and declared.value <= 0:
            raise declared.refuse(f"{name} varies log-normally, so its value must be positive")


def _pair(result: Any) -> tuple[Any, Any]:
    return result if isinstance(result, tuple) else (result, 1.0)


def unit_of_end(end: State | Stage | Nothing) -> pint.Unit | None:
    state = end.state if isinstance(end, Stage) else end
    return state.unit if isinstance(state, State) else None


def _check_reaction(module: type[Module], rule: Reaction, result: Any) -> None:
    rate, gain = _pair(result)
    source, product = unit_of_end(rule.source), unit_of_end(rule.product)
    if source is None and product is None:
        raise rule.refuse("a reaction from nothing to nothing moves nothing")
    leaves = source if source is not None else product
    _agree(module, rule, rate, leaves / day, "an amount per day of its source")
    if source is not None and product is not None:
        _agree(module, rule, gain, product / source, "the gain (product over source)")


def _agree(module: type[Module], rule: Any, value: Any, unit: Any, role: str) -> None:
    needed: pint.Unit = unit.units if isinstance(unit, pint.Quantity) else unit
    if isinstance(value, (int, float)):
        if value == 0 or Unit(needed).dimensionless:
            return
        value = value * dimensionless
    if not isinstance(value, pint.Quantity) or not math.isfinite(float(value.magnitude)):
        raise DeclarationError(
            f"{rule.place}: {module.__name__}.{rule.name}: gives {value!r}, needed a quantity ({role})"
        )
    if not value.is_compatible_with(needed):
        found, wanted = unit_text(value.units) or "a pure number", unit_text(needed) or "a pure number"
        raise DeclarationError(f"{rule.place}: {module.__name__}.{rule.name}: gives {found}, needed {wanted} ({role})")
