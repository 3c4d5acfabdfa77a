"""SciPy on the same equations, as one would write it by hand.

The right-hand side is plain Python made by SymPy (``lambdify`` with common parts shared).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from scipy.integrate import odeint, solve_ivp

from marrow.exchange.realised import PatientCourse, apply, apply_first
from marrow.language.network import Network

Floats = NDArray[np.float64]


class Method(Enum):
    ODEINT = "odeint (LSODA)"
    LSODA = "solve_ivp LSODA"
    BDF = "solve_ivp BDF"


@dataclass(frozen=True)
class Setting:
    """``absolute`` is relative to each state's scale."""

    method: Method
    relative: float
    absolute: float

    def __str__(self) -> str:
        return f"{self.method.value}, rtol {self.relative:g}, atol {self.absolute:g} x scale"


class ScipySolver:
    """Solves courses of one network. ``observables``: indices to read, before what happens at that time."""

    def __init__(self, network: Network, observables: list[int]) -> None:
        states, parameters = [s.symbol for s in network.states], list(network.kernel_parameters)
        self.rates = _function(states, parameters, list(network.right_hand_side))
        self.read = _function(states, parameters, [network.observables[k].expression for k in observables])
        self.scale = np.array([state.scale for state in network.states])

    def solve(self, course: PatientCourse, grid: Floats, setting: Setting) -> Floats:
        """Observables (T, K). Raises ``RuntimeError`` where SciPy gives up."""
        parameters, state, later = apply_first(course)
        rows: list[list[float]] = []
        times = [course.start, *(moment.time for moment in later), course.end]
        for k, (start, stop) in enumerate(pairwise(times)):
            inside = grid[(grid > start) & (grid <= stop)] if k else grid[(grid >= start) & (grid <= stop)]
            wanted = np.union1d(inside, [start, stop])
            path = self._path(state, parameters, wanted, setting)
            rows += [self.read(path[i].tolist(), parameters.tolist()) for i in np.searchsorted(wanted, inside)]
            state = path[-1].copy()
            if k < len(later):
                apply(later[k], parameters, state)
        return np.array(rows)

    def _path(self, state: Floats, parameters: Floats, times: Floats, setting: Setting) -> Floats:
        """States (T, n) from ``times[0]`` on."""
        given, tolerance = parameters.tolist(), setting.absolute * self.scale

        def rates(_: float, y: Floats) -> list[float]:
            return self.rates(y.tolist(), given)

        if setting.method is Method.ODEINT:
            path, told = odeint(
                rates, state, times, rtol=setting.relative, atol=tolerance, mxstep=200_000, tfirst=True, full_output=1
            )
            if told["message"] != "Integration successful.":
                raise RuntimeError(told["message"])
            return path
        span, method = (times[0], times[-1]), setting.method.name
        found = solve_ivp(rates, span, state, method, t_eval=times, rtol=setting.relative, atol=tolerance)
        if not found.success:
            raise RuntimeError(found.message)
        return found.y.T


def _function(states: list[sp.Symbol], parameters: list[sp.Symbol], expressions: list[sp.Expr]):  # type: ignore[no-untyped-def]
    return sp.lambdify([states, parameters], expressions, "math", cse=True)
