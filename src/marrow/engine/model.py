"""A compiled model: plain facts about its states, inputs and observables, and the functions that solve it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from marrow.engine.precision import Precision
from marrow.sources import Source
from marrow.terms import Few, Group, Joint, Lognormal, Origin

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class StateInfo:
    """``births``, ``deaths``, ``arrivals``: indices of integrals since the last round, for few=BIRTH_AND_DEATH."""

    name: str
    label: str
    unit: str
    module: str
    scale: float
    origin: Origin | None
    few: Few | None
    births: int | None
    deaths: int | None
    arrivals: int | None


@dataclass(frozen=True)
class InputInfo:
    """One number a patient needs from outside, in ``unit``; times ``to_house`` it is what the model uses."""

    name: str
    kind: str
    unit: str
    label: str
    default: float | None
    to_house: float
    plausible: tuple[float, float] | None
    source: Source | None
    vary: Lognormal | None
    joint: Joint | None
    module: str


@dataclass(frozen=True)
class AssignmentInfo:
    name: str
    unit: str
    label: str
    module: str
    text: str


@dataclass(frozen=True)
class ObservableInfo:
    name: str
    label: str
    unit: str
    floor: float
    origin: Origin | None
    module: str
    group: Group
    on_chart: bool = False


@dataclass(frozen=True)
class HazardInfo:
    name: str
    label: str
    module: str
    integral: int
    targets: tuple[int, ...]
    recurs: bool


@dataclass(frozen=True)
class RouteInfo:
    """``rate``: index of the kernel parameter that an infusion sets, or None."""

    name: str
    drug: str
    route: str
    unit: str
    into: int
    rate: int | None
    label: str
    to_house: float


@dataclass(frozen=True)
class ModifierInfo:
    """``parameter``: index of the kernel parameter, which starts at 1."""

    name: str
    parameter: int
    drug: str
    occasion: Lognormal | None
    steps: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Facts:
    """Sizes of a kernel, for information; ``absent``: states that are 0 until cells are infused."""

    states: int
    factors: int
    jacobian: int
    lines: int
    absent: tuple[int, ...]


@dataclass(frozen=True)
class Description:
    """Everything about a model that is not code. Picklable; holds no SymPy."""

    key: str
    modules: tuple[str, ...]
    states: tuple[StateInfo, ...]
    inputs: tuple[InputInfo, ...]
    assignments: tuple[AssignmentInfo, ...]
    observables: tuple[ObservableInfo, ...]
    hazards: tuple[HazardInfo, ...]
    routes: tuple[RouteInfo, ...]
    modifiers: tuple[ModifierInfo, ...]
    parameters: tuple[str, ...]
    switched: tuple[int, ...]
    layout: dict[str, int]
    facts: Facts
    documentation: dict[str, str]


@dataclass
class Programs:
    """Addresses of the compiled functions of each program (see ``generate``), in order of call."""

    constants: NDArray[np.int64]
    switched: NDArray[np.int64]
    step: NDArray[np.int64]
    step_before: NDArray[np.int64]
    inside: NDArray[np.int64]
    observe: NDArray[np.int64]
    observe_chart: NDArray[np.int64]
    commit: NDArray[np.int64]
    consequences: NDArray[np.int64]
    owners: tuple[object, ...] = field(repr=False, default=())  # keep the machine code alive


@dataclass
class Model:
    """A compiled model. Made by ``marrow.engine.compile`` or ``load``; pickles as its key and folder."""

    description: Description
    folder: str

    @cached_property
    def _programs(self) -> dict[Precision, Programs]:
        return {}

    def programs(self, precision: Precision) -> Programs:
        """Machine code in a precision, read or made when it is first asked for."""
        from marrow.engine.cache import load_programs

        if precision not in self._programs:  # of two threads the first is kept: what others run must not be freed
            self._programs.setdefault(precision, load_programs(self.folder, precision))
        return self._programs[precision]

    @cached_property
    def _setup(self):  # type: ignore[no-untyped-def]
        from marrow.engine.cache import load_setup

        return load_setup(self.folder)

    def __getstate__(self) -> dict[str, object]:
        return {"description": self.description, "folder": self.folder}

    def setup(self, inputs: Floats) -> tuple[Floats, Floats]:
        """Kernel parameters (N, P) and initial states (N, n) from inputs (N, I) in house units."""
        columns = [np.ascontiguousarray(column) for column in np.asarray(inputs, dtype=np.float64).T]
        with np.errstate(all="ignore"):
            parameters, initial = self._setup(columns)
        count = len(inputs)
        return _stack(parameters, count), _stack(initial, count)

    def derived(self, inputs: Floats) -> Mapping[str, Floats]:
        """Every assignment (derived, balanced, resting values) by name, (N,) each, in house units."""
        from marrow.engine.cache import load_assigned

        columns = [np.ascontiguousarray(column) for column in np.asarray(inputs, dtype=np.float64).T]
        with np.errstate(all="ignore"):
            values = load_assigned(self.folder)(columns)
        stacked = _stack(values, len(inputs))
        return {each.name: stacked[:, i] for i, each in enumerate(self.description.assignments)}

    @cached_property
    def state_index(self) -> dict[str, int]:
        return {state.name: i for i, state in enumerate(self.description.states)}

    @cached_property
    def observable_index(self) -> dict[str, int]:
        return {observable.name: i for i, observable in enumerate(self.description.observables)}

    @cached_property
    def input_index(self) -> dict[str, int]:
        return {each.name: i for i, each in enumerate(self.description.inputs)}

    @cached_property
    def parameter_index(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.description.parameters)}


def _stack(columns: list[Floats | float], count: int) -> Floats:
    stacked = np.empty((count, len(columns)))
    for i, column in enumerate(columns):
        stacked[:, i] = column
    return stacked
