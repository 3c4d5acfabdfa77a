"""The benchmark measures what it says: errors, the choice of tolerances, and the same task for every program."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from by_hand import away_from_changes, module_at, observables_of, toy_course, toy_network

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
measure = module_at(BENCHMARKS / "measure.py", "benchmark_measure")
scipy_solver = module_at(BENCHMARKS / "scipy_solver.py", "benchmark_scipy_solver")


def test_errors_are_relative_to_the_reference_or_to_the_limit_of_detection() -> None:
    reference, floors = np.array([[100.0, 0.0], [10.0, 2.0]]), np.array([1.0, 4.0])
    assert measure.relative_error(reference + np.array([[1.0, 0.0], [0.0, 0.0]]), reference, floors) == pytest.approx(
        0.01
    )
    assert measure.relative_error(reference + np.array([[0.0, 0.2], [0.0, 0.0]]), reference, floors) == pytest.approx(
        0.05
    )


def test_what_is_not_a_number_is_an_infinite_error() -> None:
    assert measure.relative_error(np.array([[np.nan]]), np.array([[1.0]]), np.array([1.0])) == np.inf


def test_the_fastest_setting_that_is_exact_enough_is_chosen() -> None:
    tried = [("loose", 5e-3, 0.1), ("good", 9e-4, 0.3), ("better", 1e-5, 0.2), ("failed", np.inf, 0.0)]
    assert measure.fastest(tried) == ("better", True)


def test_without_an_exact_setting_the_most_exact_is_chosen_and_said_to_fail() -> None:
    assert measure.fastest([("loose", 5e-3, 0.1), ("less loose", 2e-3, 0.3)]) == ("less loose", False)


def test_ratios_are_of_medians_with_the_spread_of_rounds() -> None:
    one = measure.Contender("one", "", 1, lambda: None, (0.0,), 0)
    slow, fast = measure.Timing(one, (4.0, 5.0, 9.0)), measure.Timing(one, (1.0, 1.0, 3.0))
    assert measure.ratios(slow, fast) == (5.0, 3.0, 5.0)


def test_every_program_is_run_once_a_round_and_the_first_round_is_thrown_away() -> None:
    ran: list[str] = []
    contenders = [measure.Contender(n, "", 2, lambda n=n: ran.append(n), (0.0,), 0) for n in ("a", "b")]
    timings = measure.interleaved(contenders, 3, lambda text: None)
    assert ran == ["a", "b"] * 4
    assert [len(timing.seconds) for timing in timings] == [3, 3]


# SciPy's BDF takes differences of rows that it has not filled yet, and never uses them.
@pytest.mark.filterwarnings("ignore:(invalid value|overflow) encountered in subtract:RuntimeWarning")
@pytest.mark.parametrize("method", scipy_solver.Method)
def test_scipy_solves_the_course_by_each_method(method) -> None:
    network, course = toy_network(), toy_course(20.0)
    grid = away_from_changes(course, np.arange(course.start, course.end, 0.5))
    solver = scipy_solver.ScipySolver(network, list(range(len(network.observables))))
    found = solver.solve(course, grid, scipy_solver.Setting(method, 1e-8, 1e-10))
    assert found == pytest.approx(observables_of(network, course, grid), rel=1e-5, abs=1e3)


def test_libroadrunner_gives_the_same_with_events_in_pieces_and_with_numbers_set_in_bulk() -> None:
    pytest.importorskip("roadrunner")
    programs = module_at(BENCHMARKS / "roadrunner_solver.py", "benchmark_roadrunner_solver")
    network, course = toy_network(), toy_course(20.0)
    grid = away_from_changes(course, np.arange(course.start, course.end, 0.5))
    times, observables = (grid - course.start).tolist(), list(range(len(network.observables)))
    tight = programs.Setting(1e-9, 1e-12)
    other = toy_course(30.0)
    with_events = programs.OneModelEachPatient(network, [other, course], observables)
    in_pieces = programs.OneModelManyPatients(network, other, observables)
    for each in (with_events, in_pieces):
        each.tune(tight)
    reference = observables_of(network, course, grid)
    in_pieces.solve(other, times)  # what came before leaves no trace
    for found in (with_events.solve(1, times), with_events.solve(1, times), in_pieces.solve_in_pieces(course, times)):
        assert found == pytest.approx(reference, rel=1e-6, abs=1e3)
