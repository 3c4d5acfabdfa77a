"""The contenders of both comparisons, each at the fastest setting whose error against the reference is allowed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from cases import Patients
from measure import ALLOWED, Contender, fastest, relative_error, seconds_of
from numpy.typing import NDArray
from roadrunner_solver import Backend, OneModelEachPatient, OneModelManyPatients
from roadrunner_solver import Setting as RoadRunnerSetting
from scipy_solver import Method, ScipySolver
from scipy_solver import Setting as ScipySetting

from marrow.engine.reference import Reference
from marrow.engine.result import Solution
from marrow.engine.solve import Accuracy
from marrow.exchange.realised import PatientCourse, replay

Floats = NDArray[np.float64]
Tick = Callable[[str], None]

ACCURACIES = [
    Accuracy(),
    *(
        Accuracy(relative=r, absolute=a)
        for r in (1.5e-3, 1e-3, 8e-4, 6e-4, 4e-4, 2e-4, 1e-4, 5e-5)
        for a in (1e-4, 2e-5, 2e-6)
    ),
]
ROADRUNNER = [
    RoadRunnerSetting(r, a)
    for r in (1e-6, 5e-6, 1e-5, 2e-5, 3e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 3e-3, 1e-2)
    for a in (1e-8, 1e-6, 1e-5, 1e-4, 1e-3)
    if a <= r
]  # strict ones first: once one is good, a loose one is given up at its first bad patient
SCIPY = [ScipySetting(m, r, 1e-3 * r) for m in Method for r in (1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 1e-6)]


class Judge:
    """The reference of the first patients at 1e-10, with realised doses and actions replayed.

    Times at which something is done do not count: a program may give the value before it or after it.
    """

    def __init__(self, patients: Patients, solution: Solution, count: int, tick: Tick) -> None:
        self.whose, self.patients = patients, min(count, patients.count)
        self.reference = Reference(patients.network)
        self.tick = tick
        self.known: dict[tuple[int, bytes], tuple[Floats, NDArray[np.bool_]]] = {}
        self.base = solution
        for row in range(self.patients):
            self._answer(row, solution)

    def error(self, row: int, found: Floats, solution: Solution | None = None) -> float:
        """The largest of one patient; ``solution``: where the decisions were made, if not in the one judged by."""
        answer, counted = self._answer(row, solution or self.base)
        if np.shape(found) != answer.shape:
            return float("inf")
        return relative_error(found[counted], answer[counted], self.whose.floors)

    def _answer(self, row: int, solution: Solution) -> tuple[Floats, NDArray[np.bool_]]:
        key = (row, solution.given[row].tobytes())
        if key not in self.known:
            self.tick(f"reference at 1e-10, patient {row + 1} of {self.patients}")
            whose, grid = self.whose, self.whose.schedule.grid
            found = self.reference.solve(whose.parameters[row], whose.initial[row], whose.schedule, row, solution)
            done = np.array([change.time for change in replay(whose.schedule, solution, row)] or [-np.inf])
            apart = np.abs(grid[:, None] - done[None, :]).min(axis=1) > 1e-6
            self.known[key] = (found[:, whose.observables], apart)
        return self.known[key]


def attempt(run: Callable[[], Floats]) -> Floats:
    """The result, or nothing where the program gives up."""
    try:
        return run()
    except (RuntimeError, ValueError):
        return np.empty((0, 0))


def marrow_contender(patients: Patients, judge: Judge, tick: Tick, repeats: int = 4) -> Contender:
    """The kernel. Rules decide as they do for a user; the reference follows what they decided."""
    tried = []

    def errors_of(solution: Solution) -> tuple[float, ...]:
        return tuple(judge.error(row, solution.observables[row], solution) for row in range(judge.patients))

    for accuracy in ACCURACIES:
        tick(f"marrow at rtol {accuracy.relative:g}")
        solution = patients.solve(accuracy)
        tried.append(
            (
                accuracy,
                max(errors_of(solution)),
                min(seconds_of(lambda a=accuracy: patients.solve(a)) for _ in range(4)),
            )
        )
    best, _ = fastest(tried)
    solution = patients.solve(best)

    def run() -> None:
        for _ in range(repeats):
            patients.solve(best)

    return Contender(
        "marrow",
        f"rtol {best.relative:g}, atol {best.absolute:g} x scale",
        patients.count * repeats,
        run,
        errors_of(solution),
        int(np.count_nonzero(solution.status)),
    )


def roadrunner_plain(patients: Patients, courses: list[PatientCourse], judge: Judge, tick: Tick) -> Contender:
    """libRoadRunner without events: one SBML model, numbers set in bulk. The faster back end stays chosen."""
    times = (patients.schedule.grid - patients.schedule.start).tolist()
    found = []
    for backend in Backend:
        backend.choose()
        solver = OneModelManyPatients(patients.network, courses[0], patients.observables)
        solves = [partial(solver.solve, course, times) for course in courses]
        contender = _roadrunner(f"libRoadRunner, {backend.name}", solver.tune, solves, judge, tick)
        found.append((backend, contender, min(seconds_of(contender.run) for _ in range(3))))
    backend, contender, _ = min(found, key=lambda each: each[2])
    backend.choose()
    return contender


def roadrunner_events(patients: Patients, courses: list[PatientCourse], judge: Judge, tick: Tick) -> Contender:
    """libRoadRunner with realised doses and actions as timed events: an SBML model for each patient."""
    times = (patients.schedule.grid - patients.schedule.start).tolist()
    tick(f"libRoadRunner loads {len(courses)} models")
    solver = OneModelEachPatient(patients.network, courses, patients.observables)
    solves = [partial(solver.solve, row, times) for row in range(len(courses))]
    return _roadrunner("libRoadRunner", solver.tune, solves, judge, tick)


def roadrunner_pieces(patients: Patients, courses: list[PatientCourse], judge: Judge, tick: Tick) -> Contender:
    """libRoadRunner without SBML events: Python stops it and changes its numbers."""
    times = (patients.schedule.grid - patients.schedule.start).tolist()
    solver = OneModelManyPatients(patients.network, courses[0], patients.observables)
    solves = [partial(solver.solve_in_pieces, course, times) for course in courses]
    return _roadrunner("libRoadRunner in pieces", solver.tune, solves, judge, tick)


def _roadrunner(
    name: str, tune: Callable[[RoadRunnerSetting], None], solves: list[Callable[[], Floats]], judge: Judge, tick: Tick
) -> Contender:
    tried = []

    def some() -> list[Floats]:
        return [attempt(solve) for solve in solves[: judge.patients]]

    quickest = np.inf
    for setting in ROADRUNNER:
        tick(f"{name} at rtol {setting.relative:g}, atol {setting.absolute:g}")
        tune(setting)
        worst, seconds = 0.0, 0.0
        for row in range(judge.patients):
            found: list[Floats] = []
            seconds += seconds_of(lambda r=row, into=found: into.append(attempt(solves[r])))
            worst = max(worst, judge.error(row, found[0]))
            gave_up = found[0].size == 0
            if gave_up or (worst > ALLOWED and any(error <= ALLOWED for _, error, _ in tried)):
                break  # not among the good ones; a patient on whom CVODE gives up costs seconds
        good = worst <= ALLOWED
        if good and seconds < 1.5 * quickest:  # a contender: timed with care
            seconds = min(seconds_of(some) for _ in range(3))
            quickest = min(quickest, seconds)
        tried.append((setting, worst, seconds if good else np.inf))
    best, _ = fastest(tried)
    tune(best)
    results = [attempt(solve) for solve in solves]
    return Contender(
        name,
        str(best),
        len(solves),
        lambda: [attempt(solve) for solve in solves],
        tuple(judge.error(row, results[row]) for row in range(judge.patients)),
        sum(not np.all(np.isfinite(result)) or result.size == 0 for result in results),
    )


def scipy_contender(
    patients: Patients, courses: list[PatientCourse], judge: Judge, tick: Tick, count: int = 2
) -> Contender:
    """SciPy's best method on the first patients."""
    solver, grid = ScipySolver(patients.network, patients.observables), patients.schedule.grid
    count = min(count, judge.patients)
    tried = []
    for setting in SCIPY:
        tick(f"SciPy {setting}")
        found: list[Floats] = []
        seconds = seconds_of(
            lambda s=setting, f=found: f.extend(attempt(partial(solver.solve, c, grid, s)) for c in courses[:count])
        )
        tried.append((setting, max(judge.error(row, result) for row, result in enumerate(found)), seconds))
    best, _ = fastest(tried)
    results = [attempt(partial(solver.solve, course, grid, best)) for course in courses[:count]]
    return Contender(
        "SciPy",
        str(best),
        count,
        lambda: [attempt(partial(solver.solve, course, grid, best)) for course in courses[:count]],
        tuple(judge.error(row, result) for row, result in enumerate(results)),
        sum(result.size == 0 for result in results),
    )
