"""The words with which a module is written: states, parameters, needs, offers, reactions, hazards.

Each is a small frozen description that remembers its name and the file and line where it was written.
How method bodies are read is in ``view``; how modules become one network, in ``compose``.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pint

from marrow.errors import DeclarationError
from marrow.sources import Source
from marrow.terms import Few, Joint, Lognormal
from marrow.units import as_unit, unit_text
from marrow.vocabulary import Known, Observable, Origin, Port

Method = Callable[[Any], Any]


@dataclass(frozen=True)
class Place:
    """Where something was written."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"

    @classmethod
    def of_caller(cls) -> Place:
        """The first frame outside this file."""
        frame = sys._getframe(1)
        while frame.f_back is not None and frame.f_code.co_filename == __file__:
            frame = frame.f_back
        return cls(frame.f_code.co_filename, frame.f_lineno)


class Declared:
    """Something written in a module's class body. ``name`` is the attribute, once the class exists."""

    name: str = ""

    def __init__(self) -> None:
        self.place = Place.of_caller()

    def __set_name__(self, owner: type, name: str) -> None:
        if not self.name:
            self.name = name

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type | None = None) -> Any:
            """In a method body ``self.x`` is a value (see ``view``); no module is ever instantiated."""

    def refuse(self, why: str) -> DeclarationError:
        return DeclarationError(f"{self.place}: {self.name or type(self).__name__}: {why}")


class Nothing:
    """Outside the body: where amounts come from and go to."""

    def __repr__(self) -> str:
        return "nothing"


nothing = Nothing()


class State(Declared):
    """An amount that changes in time.

    ``per=Origin``: one for host, one for donor cells; ``per=Origin.DONOR``: for that origin only; not given: shared.
    ``stages``: a chain of so many compartments, ``x[0]`` to ``x[stages - 1]``.
    ``rest``: its value in health: a Parameter, a derived value, 0; not given: found from balance.
    ``start``: a needed port of factors: host cells on the first day are ``rest`` times it (health by default); where
    ``rest`` is 0, the port is the amount itself.
    ``typical``: its usual size, in ``unit``: the scale of the solver's tolerance. ``few``: what happens to few cells.
    ``receives``: a port of additions (hazards' consequences) that land here.
    """

    def __init__(
        self,
        label: str,
        unit: pint.Unit,
        *,
        typical: float,
        per: type[Origin] | Origin | None = None,
        stages: int | None = None,
        rest: Declared | float | None = None,
        start: Needs | None = None,
        few: Few | None = None,
        receives: Port | None = None,
    ) -> None:
        super().__init__()
        self.label, self.unit, self.typical = label, as_unit(unit), float(typical)
        self.per, self.stages, self.rest, self.few, self.receives = per, stages, rest, few, receives
        self.start = start
        if not (self.typical > 0 and math.isfinite(self.typical)):
            raise self.refuse(f"typical size must be positive, found {typical}")
        if isinstance(rest, (int, float)) and rest != 0:
            raise self.refuse(f"rest={rest}: a number needs a source; declare a Parameter and name it here")

    @property
    def origins(self) -> tuple[Origin | None, ...]:
        if self.per is None:
            return (None,)
        return (self.per,) if isinstance(self.per, Origin) else tuple(Origin)

    def __getitem__(self, stage: int) -> Stage:
        if self.stages is None:
            raise self.refuse("has no stages; declare it with stages=n")
        return Stage(self, range(self.stages)[stage])


@dataclass(frozen=True)
class Stage:
    """One compartment of a chain."""

    state: State
    index: int


class Parameter(Declared):
    """A number with unit, graded source and plausible range (read as a 95 % interval of the typical value).

    ``vary``: spread between patients around the typical value. ``Joint``: correlated with others, as published.
    """

    def __init__(
        self,
        label: str,
        value: Any,
        *,
        source: Source,
        plausible: tuple[float, float],
        vary: Lognormal | Joint | None = None,
    ) -> None:
        super().__init__()
        self.label, self.source, self.vary = label, source, vary
        if not isinstance(source, Source):
            raise self.refuse(
                "a number needs a graded source: source=in_transplant(...), elsewhere(...), assumed(...) ..."
            )
        if not isinstance(value, pint.Quantity):
            raise self.refuse(
                f"{value!r} has no unit; multiply by a unit from marrow.units (dimensionless for a pure number)"
            )
        self.unit, self.value = as_unit(value.units), float(value.magnitude)
        low, high = (float(bound) for bound in plausible)
        if not (math.isfinite(self.value) and low <= self.value <= high):
            raise self.refuse(
                f"value {self.value:g} {unit_text(self.unit)} is outside its plausible range {low:g} to {high:g}"
            )
        if low < 0 or (low == 0 and self.value > 0):
            raise self.refuse(
                f"the plausible range must be positive (it is read on the log scale), found {low:g} to {high:g}"
            )
        self.plausible = (low, high)


class Derived(Declared):
    """A value calculated once a patient from covariates and parameters. Made by ``@derived``."""

    def __init__(
        self,
        label: str,
        unit: pint.Unit,
        method: Method,
        vary: Lognormal | Joint | None,
        occasion: Lognormal | None,
        steps: tuple[tuple[float, float], ...],
        source: Source | None,
    ) -> None:
        super().__init__()
        self.label, self.unit, self.method = label, as_unit(unit), method
        self.vary, self.occasion, self.steps, self.source = vary, occasion, steps, source
        self.place = Place(method.__code__.co_filename, method.__code__.co_firstlineno)


def derived(
    label: str,
    unit: pint.Unit,
    *,
    vary: Lognormal | Joint | None = None,
    occasion: Lognormal | None = None,
    steps: tuple[tuple[float, float], ...] = (),
    source: Source | None = None,
) -> Callable[[Method], Derived]:
    """A value calculated once a patient.

    ``vary`` multiplies it by a patient's own factor, ``occasion`` by a new factor from each dose on, ``steps`` by given
    factors from so many days after the first dose on: ``((0.25, 0.93), (1.5, 0.92))``.
    """
    return lambda method: Derived(label, unit, method, vary, occasion, steps, source)


class Balanced(Declared):
    """An unknown that is solved, for every patient, so that health is a steady state."""

    def __init__(self, label: str, unit: pint.Unit) -> None:
        super().__init__()
        self.label, self.unit = label, as_unit(unit)


class Covariate(Declared):
    """Something known of the patient, donor or graft."""

    def __init__(self, known: Known) -> None:
        super().__init__()
        if not isinstance(known, Known):
            raise self.refuse(f"Covariate takes a Known of marrow.vocabulary, found {known!r}")
        self.known = known


class Needs(Declared):
    """A port that this module reads."""

    def __init__(self, port: Port) -> None:
        super().__init__()
        if not isinstance(port, Port):
            raise self.refuse(f"Needs takes a Port of marrow.vocabulary, found {port!r}")
        self.port = port


class Route(Declared):
    """A way in. A bolus adds to ``into``; with ``infusion`` a rate may run into it."""

    def __init__(
        self, route: str, *, into: State | Stage, unit: pint.Unit, infusion: bool = False, drug: str = ""
    ) -> None:
        super().__init__()
        self.route, self.into, self.unit, self.infusion, self.drug = route, into, as_unit(unit), infusion, drug


class _Rule(Declared):
    """A declaration that carries a method body."""

    def __init__(self, method: Method) -> None:
        super().__init__()
        self.method = method
        self.place = Place(method.__code__.co_filename, method.__code__.co_firstlineno)
        self.label = ((method.__doc__ or method.__name__.replace("_", " ")).strip().splitlines() or [""])[0].rstrip(".")


End = State | Stage | Nothing


class Reaction(_Rule):
    def __init__(self, method: Method, source: End, product: End) -> None:
        super().__init__(method)
        self.source, self.product = source, product


class Transit(_Rule):
    def __init__(self, method: Method, chain: State, into: End) -> None:
        super().__init__(method)
        self.chain, self.into = chain, into
        if not isinstance(chain, State) or chain.stages is None:
            raise self.refuse("@transit needs a state with stages=n")


class Offers(_Rule):
    def __init__(self, method: Method, port: Port) -> None:
        super().__init__(method)
        self.port = port


@dataclass(frozen=True)
class Add:
    """A hazard's consequence: ``amount`` more of what ``port`` stands for."""

    port: Port
    amount: float | Declared


def add(port: Port, amount: float | Declared) -> Add:
    return Add(port, amount)


class Hazard(_Rule):
    def __init__(
        self, method: Method, label: str, then: tuple[Add, ...], recurs: bool, cumulative: Observable | None
    ) -> None:
        super().__init__(method)
        self.label, self.then, self.recurs, self.cumulative = label, then, recurs, cumulative


def reaction(source: End, product: End) -> Callable[[Method], Reaction]:
    """Moves amounts from ``source`` to ``product``. The method returns amount per day, or (amount per day, gain):
    ``gain`` is what arrives for each that leaves."""
    return lambda method: Reaction(method, source, product)


def transit(chain: State, *, into: End) -> Callable[[Method], Transit]:
    """Moves cells along a chain, stage by stage, and from the last into ``into``. The method returns the rate per cell,
    or (rate per cell, gain for each stage left)."""
    return lambda method: Transit(method, chain, into)


def offers(port: Port) -> Callable[[Method], Offers]:
    """This module's contribution to a port."""
    return lambda method: Offers(method, port)


def hazard(
    label: str, *, then: Add | tuple[Add, ...] = (), recurs: bool = False, cumulative: Observable | None = None
) -> Callable[[Method], Hazard]:
    """An event random in time; the method returns its rate per day. ``cumulative``: where its integral is recorded."""
    return lambda method: Hazard(method, label, then if isinstance(then, tuple) else (then,), recurs, cumulative)
