"""The arbiter: one patient, plain Python, SciPy at a tolerance of 1e-10. Slow, and obviously right.

What chance and the rounds did in a compiled solution is replayed, so that the two can be compared number by number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marrow.engine.arrays import SAME_TIME
from marrow.engine.result import Solution
from marrow.engine.schedule import Operation, Schedule
from marrow.errors import RunError

if TYPE_CHECKING:
    from marrow.language.network import Network

Floats = NDArray[np.float64]
Function = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True)
class Change:
    """Something done to a patient: ``add``, ``replace`` a state or ``set`` a parameter."""

    time: float
    kind: str
    target: int
    value: float


class Reference:
    """The equations of a network as plain Python functions of (state, parameters)."""

    def __init__(self, network: Network) -> None:
        import sympy as sp

        names: dict[object, sp.Symbol] = {s.symbol: sp.Symbol(f"y{i}") for i, s in enumerate(network.states)}
        names |= {symbol: sp.Symbol(f"p{i}") for i, symbol in enumerate(network.kernel_parameters)}
        y = [names[state.symbol] for state in network.states]
        p = [names[symbol] for symbol in network.kernel_parameters]

        def function(expressions: list[sp.Expr]) -> Function:
            plain = sp.lambdify([y, p], [e.xreplace(names) for e in expressions], modules="math", cse=True)
            return lambda state, parameters: np.array(
                plain(np.maximum(state, 0.0).tolist(), parameters.tolist()), dtype=float
            )

        self.right_hand_side = function(list(network.right_hand_side))
        self.observables = function([o.expression for o in network.observables])
        self.scale = np.array([state.scale for state in network.states])

    def solve(
        self,
        parameters: Floats,
        initial: Floats,
        schedule: Schedule,
        row: int,
        replay: Solution | None = None,
        tolerance: float = 1e-10,
    ) -> Floats:
        """Observables (T, K) on the grid for patient ``row`` of the schedule, whose ``parameters`` (P,) and
        ``initial`` (n,) are given.

        At a time at which something is done, the values before it are given, as in the compiled kernel.
        """
        from scipy.integrate import solve_ivp

        p, y, t = np.array(parameters, float), np.array(initial, float), schedule.start
        recorded = np.full((len(schedule.grid), len(self.observables(y, p))), np.nan)
        changes = changes_of(schedule, row, replay)
        inside = {c.time for c in changes if schedule.start <= c.time < schedule.end}
        for stop in sorted(inside | {schedule.start, schedule.end}):
            if stop - t > SAME_TIME:
                solved = solve_ivp(
                    lambda _, state, p=p: self.right_hand_side(state, p), (t, stop), y, method="LSODA", rtol=tolerance,
                    atol=1e-4 * tolerance * self.scale, dense_output=True,
                )  # fmt: skip
                if not solved.success:
                    raise RunError(f"the reference did not reach day {stop:g}: {solved.message}")
                for i in np.flatnonzero((schedule.grid > t + SAME_TIME) & (schedule.grid < stop - SAME_TIME)):
                    recorded[i] = self.observables(solved.sol(schedule.grid[i]), p)
                y = solved.y[:, -1]
            for i in np.flatnonzero(np.abs(schedule.grid - stop) <= SAME_TIME):
                recorded[i] = self.observables(y, p)
            t = stop
            for change in (c for c in changes if c.time == stop):
                y, p = apply(change, y, p)
        return recorded


def apply(change: Change, state: Floats, parameters: Floats) -> tuple[Floats, Floats]:
    state, parameters = state.copy(), parameters.copy()
    if change.kind == "add":
        state[change.target] += change.value
    elif change.kind == "replace":
        state[change.target] = change.value
    else:
        parameters[change.target] = change.value
    return state, parameters


def changes_of(schedule: Schedule, row: int, replay: Solution | None) -> list[Change]:
    """Everything done to a patient, in order: draws of few cells, doses of rules, events of hazards, timed events."""
    changes: list[Change] = []
    if replay is not None:
        jumps = replay.jumps
        if jumps.count[row] > jumps.time.shape[1]:
            raise RunError(
                f"patient {row}: {jumps.count[row]} changes by chance, of which {jumps.time.shape[1]} were kept"
            )
        kept = range(jumps.count[row])
        chance = [
            Change(float(jumps.time[row, i]), "replace" if jumps.replaces[row, i] else "add", int(jumps.state[row, i]),
                   float(jumps.value[row, i]))
            for i in kept
        ]  # fmt: skip
        changes += [change for change in chance if change.kind == "replace"]
        for r, rule in enumerate(schedule.rules):
            for day in np.flatnonzero(replay.given[row, r]) + replay.first_round:
                changes.append(Change(float(day) + rule.delay, "add", rule.target, float(rule.amount[row])))
        changes += [change for change in chance if change.kind == "add"]
    events = schedule.events
    for e, time in enumerate(events.time):
        kind = "add" if events.operation[e] == Operation.ADD else "set"
        changes.append(Change(float(time), kind, int(events.target[e]), float(events.value[row, e])))
    order = sorted(range(len(changes)), key=lambda i: (changes[i].time, i))
    merged: list[Change] = []
    for i in order:  # times that differ by rounding are one
        same = merged and changes[i].time - merged[-1].time <= SAME_TIME
        merged.append(Change(merged[-1].time, *_rest(changes[i])) if same else changes[i])
    return merged


def _rest(change: Change) -> tuple[str, int, float]:
    return change.kind, change.target, change.value
