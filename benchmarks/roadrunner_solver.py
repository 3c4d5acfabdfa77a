"""libRoadRunner (CVODE, LLVM) on the exported SBML, used as its makers would for many patients.

A model is loaded once, before any clock starts. Parameters and amounts are set in bulk, through its executable form.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from roadrunner import Config, RoadRunner

from marrow.exchange.realised import PatientCourse, apply, apply_first
from marrow.exchange.sbml import observable_identifiers, parameter_identifiers, state_identifiers, write_sbml
from marrow.language.network import Network

Floats = NDArray[np.float64]
STEPS = 20_000  # between two days on record; beyond, CVODE has stalled at steps too small to move the time


@dataclass(frozen=True)
class Setting:
    """``absolute`` is relative to each state's scale: a tolerance for every species."""

    relative: float
    absolute: float

    def __str__(self) -> str:
        return f"CVODE BDF, rtol {self.relative:g}, atol {self.absolute:g} x scale"


class Backend(Enum):
    """LLVM's compilers that libRoadRunner can use. Which is faster is measured, not believed."""

    LLJIT = Config.LLJIT
    MCJIT = Config.MCJIT

    def choose(self) -> None:
        """For all models that are loaded from now on."""
        Config.setValue(Config.LLVM_BACKEND, self.value)
        Config.setValue(Config.LLJIT_OPTIMIZATION_LEVEL, Config.AGGRESSIVE)


class _Loaded:
    """A loaded SBML model that gives chosen observables."""

    def __init__(self, network: Network, course: PatientCourse, observables: list[int]) -> None:
        self.runner = RoadRunner(write_sbml(network, course))
        names = observable_identifiers(network)
        self.runner.timeCourseSelections = [names[k] for k in observables]
        self.runner.integrator.setValue("maximum_num_steps", STEPS)
        self.species = state_identifiers(network)
        self.kept = list(self.species)
        self.scale = np.array([network.states[i].scale for i in self.kept])
        order = {name: i for i, name in enumerate(self.runner.model.getFloatingSpeciesIds())}
        self.places = [order[name] for name in self.species.values()]

    def tune(self, setting: Setting) -> None:
        """Tolerances; they stay until changed."""
        by_state = dict(zip(self.places, setting.absolute * self.scale, strict=True))
        self.runner.integrator.setValue("relative_tolerance", setting.relative)
        self.runner.integrator.setValue("absolute_tolerance", [float(by_state[i]) for i in range(len(by_state))])


class OneModelManyPatients:
    """One SBML model without events; each patient's numbers are set in bulk."""

    def __init__(self, network: Network, example: PatientCourse, observables: list[int]) -> None:
        bare = PatientCourse(example.start, example.end, example.parameters, example.initial, ())
        self.loaded = _Loaded(network, bare, observables)
        order = {name: i for i, name in enumerate(self.loaded.runner.model.getGlobalParameterIds())}
        self.parameters = [order[name] for name in parameter_identifiers(network)]

    def tune(self, setting: Setting) -> None:
        self.loaded.tune(setting)

    def solve(self, course: PatientCourse, times: list[float]) -> Floats:
        """Observables (T, K); what happens during the course is left out. ``times`` from the start."""
        self._put(course.parameters, course.initial)
        return np.array(self.loaded.runner.simulate(times=times))

    def solve_in_pieces(self, course: PatientCourse, times: list[float]) -> Floats:
        """The same with every change of the course made between two calls of ``simulate``: no SBML events at all."""
        loaded = self.loaded
        parameters, state, later = apply_first(course)
        self._put(parameters, state)
        stops = [moment.time - course.start for moment in later]
        rows, at, clock = [], 0, 0.0
        for k, stop in enumerate([*stops, course.end - course.start]):
            inside = []
            while at < len(times) and (times[at] <= stop or k == len(stops)):
                inside.append(times[at])
                at += 1
            piece = sorted({clock, *inside, stop})
            found = np.array(loaded.runner.simulate(times=piece)) if stop > clock else np.empty((0, 0))
            wanted = set(inside)
            rows += [row for time, row in zip(piece, found, strict=False) if time in wanted]
            if k < len(stops):
                state[loaded.kept] = np.array(loaded.runner.model.getFloatingSpeciesAmounts())[loaded.places]
                apply(later[k], parameters, state)
                self._set(parameters, state)
            clock = stop
        return np.array(rows)

    def _put(self, parameters: Floats, state: Floats) -> None:
        self.loaded.runner.reset()
        self._set(parameters, state)

    def _set(self, parameters: Floats, state: Floats) -> None:
        model = self.loaded.runner.model
        model.setGlobalParameterValues(self.parameters, parameters.tolist())
        model.setFloatingSpeciesAmounts(self.loaded.places, state[self.loaded.kept].tolist())


class OneModelEachPatient:
    """An SBML model for every patient, with the realised doses and actions as timed events: nothing is left to set."""

    def __init__(self, network: Network, courses: list[PatientCourse], observables: list[int]) -> None:
        self.loaded = [_Loaded(network, course, observables) for course in courses]

    def tune(self, setting: Setting) -> None:
        for each in self.loaded:
            each.tune(setting)

    def solve(self, row: int, times: list[float]) -> Floats:
        """Observables (T, K) of the patient in this row. ``times`` from the start."""
        runner = self.loaded[row].runner
        runner.resetAll()
        return np.array(runner.simulate(times=times))
