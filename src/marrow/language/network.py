"""The composed model: every state, reaction, parameter and observable as symbols.

``compose`` makes a ``Network`` from modules; the engine turns it into machine code, SBML export into a file,
the documentation into equations. A ``Network`` holds no numbers of a patient: those are *inputs*.

How one patient's numbers are made (all elementwise, so a thousand patients are a thousand rows):

1. ``inputs``        covariates (weight, age), typical parameter values, and standard normal deviates (etas);
2. ``assignments``   derived, balanced and resting values, in order, each from what stands before it;
3. ``initial``       the starting amount of each state, and the kernel parameters, are symbols among 1 and 2.

Kernel parameters are the symbols that rates and observables need. Rates of infusion and modifiers
start at 0 and 1 and are changed by the schedule; all others stay constant through the course.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

import sympy as sp

from marrow.sources import Source
from marrow.terms import Few, Group, Joint, Lognormal, Origin


class InputKind(Enum):
    COVARIATE = "covariate"
    PARAMETER = "parameter"
    DEVIATE = "standard normal deviate"


@dataclass(frozen=True)
class Input:
    """One number a patient needs from outside.

    ``default`` is None for covariates. For parameters: ``plausible`` is the range within which the typical value
    may be (read as a 95 % interval on the log scale), ``source`` its graded source.
    ``default`` and ``plausible`` are in ``unit``; ``symbol`` stands for value x ``to_house``
    (house units: day, dm, L, mg, kg of body, cell, IU). For deviates: ``joint`` is the correlated group, whose
    covariance the deviate carries; an independent deviate is N(0, 1) and is scaled in the assignment.
    """

    name: str
    symbol: sp.Symbol
    kind: InputKind
    unit: str
    label: str
    default: float | None = None
    to_house: float = 1.0
    plausible: tuple[float, float] | None = None
    source: Source | None = None
    vary: Lognormal | None = None
    joint: Joint | None = None
    module: str = ""


@dataclass(frozen=True)
class Assignment:
    """``symbol = expression`` over inputs and earlier assignments: derived, balanced and resting values."""

    name: str
    symbol: sp.Symbol
    expression: sp.Expr
    unit: str
    label: str
    module: str


@dataclass(frozen=True)
class StateEntry:
    """One state of the vector, in order. ``scale`` is its usual size and sets its absolute tolerance."""

    name: str  # "neutrophils.blood.host"; shared states have two parts: "cytokines.g_csf"
    symbol: sp.Symbol
    label: str
    unit: str
    module: str
    scale: float
    origin: Origin | None = None
    few: Few | None = None
    cells_per_unit: sp.Expr | None = None  # for few: number of cells = amount x this (body weight)
    initial: sp.Expr = sp.S.Zero  # over inputs and assignments
    births: int | None = None  # few=BIRTH_AND_DEATH: indices of the states that integrate, since the last round,
    deaths: int | None = None  # births per cell, deaths per cell,
    arrivals: int | None = None  # and arrivals (amount)


@dataclass(frozen=True)
class ReactionEntry:
    """``sources`` lose and ``products`` gain ``coefficient * rate`` (amount per day). Empty = outside the body."""

    name: str
    label: str
    module: str
    rate: sp.Expr
    sources: tuple[tuple[int, sp.Expr], ...]
    products: tuple[tuple[int, sp.Expr], ...]


@dataclass(frozen=True)
class HazardEntry:
    """An event random in time. ``integral`` is the index of the state that accumulates the hazard.

    When the integral passes an Exp(1) draw (counter-based: patient, hazard name, occurrence) each consequence adds
    ``amount`` to a state. With ``recurs`` the next threshold is the present one plus a new draw.
    """

    name: str
    label: str
    module: str
    rate: sp.Expr
    integral: int
    consequences: tuple[tuple[int, sp.Expr], ...]
    recurs: bool


@dataclass(frozen=True)
class ObservableEntry:
    """Something a clinic or a reader looks at: an expression of states and kernel parameters.

    ``floor`` is its limit of detection, used as the floor of relative errors and of log axes.
    ``group`` collects observables for figures and tables (see ``vocabulary.Group``).
    """

    name: str  # "absolute_neutrophil_count", "absolute_neutrophil_count.donor"
    symbol: sp.Symbol
    label: str
    unit: str
    expression: sp.Expr
    floor: float
    origin: Origin | None = None
    module: str = ""
    group: Group = Group.COUNTS
    on_chart: bool = False  # read by endpoints or care rules


@dataclass(frozen=True)
class RouteEntry:
    """A way in for a drug, cells or blood products.

    A bolus adds ``amount * to_house`` to state ``into``; an infusion sets kernel parameter ``rate`` (house amount per
    day) and sets it back at the end. ``unit`` is that of the amount; ``rate`` is None where only a bolus is possible.
    """

    name: str  # "busulfan.IV", "graft.cd34"
    drug: str
    route: str
    unit: str
    into: int
    rate: sp.Symbol | None
    label: str
    to_house: float = 1.0


@dataclass(frozen=True)
class ModifierEntry:
    """A kernel parameter that starts at 1 and multiplies a derived value; the schedule changes it.

    ``occasion``: spread between the doses of one patient: at the k-th dose of ``drug`` a new draw.
    ``steps``: ((days after the first dose, factor), ...): factors that hold from then on.
    The value set is occasion draw x step factor.
    """

    name: str  # "busulfan.clearance.modifier"
    symbol: sp.Symbol
    drug: str
    occasion: Lognormal | None
    steps: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Network:
    modules: tuple[str, ...]
    states: tuple[StateEntry, ...]
    inputs: tuple[Input, ...]
    assignments: tuple[Assignment, ...]
    reactions: tuple[ReactionEntry, ...]
    hazards: tuple[HazardEntry, ...]
    observables: tuple[ObservableEntry, ...]
    routes: tuple[RouteEntry, ...]
    modifiers: tuple[ModifierEntry, ...]
    description: dict[str, str] = field(default_factory=dict)  # module name -> its docstring

    @cached_property
    def right_hand_side(self) -> tuple[sp.Expr, ...]:
        """d(state)/dt, one expression a state: the sum over reactions, plus hazards into their integrals."""
        terms: list[list[sp.Expr]] = [[] for _ in self.states]
        for reaction in self.reactions:
            for index, coefficient in reaction.sources:
                terms[index].append(-coefficient * reaction.rate)
            for index, coefficient in reaction.products:
                terms[index].append(coefficient * reaction.rate)
        for hazard in self.hazards:
            terms[hazard.integral].append(hazard.rate)
        for route in self.routes:
            if route.rate is not None:
                terms[route.into].append(route.rate)
        return tuple(sp.Add(*t) for t in terms)

    @cached_property
    def state_index(self) -> dict[str, int]:
        return {state.name: i for i, state in enumerate(self.states)}

    @cached_property
    def kernel_parameters(self) -> tuple[sp.Symbol, ...]:
        """Symbols other than states in rates, observables, consequences and cell numbers, sorted by name."""
        states = {state.symbol for state in self.states}
        expressions: list[sp.Expr] = list(self.right_hand_side)
        expressions += [o.expression for o in self.observables]
        expressions += [amount for h in self.hazards for _, amount in h.consequences]
        expressions += [s.cells_per_unit for s in self.states if s.cells_per_unit is not None]
        free: set[sp.Symbol] = {r.rate for r in self.routes if r.rate is not None}
        free |= {m.symbol for m in self.modifiers}
        for expression in expressions:
            free |= expression.free_symbols  # type: ignore[arg-type]
        return tuple(sorted(free - states, key=lambda symbol: symbol.name))
