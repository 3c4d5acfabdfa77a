"""Both example plans, exported for one patient with every dose, decision and draw: valid, and solved elsewhere."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from by_hand import away_from_changes, roadrunner_observables

from marrow.clinic.plan import read_plan
from marrow.clinic.schedule import Detail
from marrow.engine.reference import Reference
from marrow.exchange.check import check_sbml
from marrow.exchange.export import MOST_CHANGES_BY_CHANCE, export_sbml
from marrow.exchange.realised import PatientCourse, course_of
from marrow.model import network_for
from marrow.simulation import Simulation, simulate_patients

EXAMPLES = ("allogeneic-fb4.yaml", "autologous-melphalan-200.yaml")
DAYS = 100.0
SEED = 1

pytestmark = [pytest.mark.compiles, pytest.mark.slow]


@cache
def solved(file: Path) -> Simulation:
    return simulate_patients(
        [read_plan(file)], np.array([0]), SEED, until=DAYS, jumps=MOST_CHANGES_BY_CHANCE, detail=Detail.DAILY
    )


def course_and_arrays(found: Simulation) -> PatientCourse:
    parameters, initial = found.model.setup(found.inputs)
    return course_of(found.schedule, parameters, initial, found.solution)


@pytest.mark.parametrize("example", EXAMPLES)
def test_export_of_the_example_is_valid(root: Path, tmp_path: Path, example: str) -> None:
    text = export_sbml(root / "examples" / example, tmp_path / "model.xml", until=DAYS, seed=SEED)
    assert check_sbml(text) == []
    assert (tmp_path / "model.xml").read_text(encoding="utf-8") == text
    assert "platelets when &lt; 10" in text


@pytest.mark.parametrize("example", EXAMPLES)
def test_libroadrunner_reproduces_the_reference(root: Path, example: str) -> None:
    """Every observable of one patient within 1e-4 of the reference, relative to it or to the limit of detection."""
    found = solved(root / "examples" / example)
    network, course = network_for(found.plan), course_and_arrays(found)
    grid = away_from_changes(course, np.arange(course.start, course.end, 0.5))
    schedule = replace(found.schedule, grid=grid)
    reference = Reference(network).solve(course.parameters, course.initial, schedule, 0, found.solution)
    text = export_sbml(root / "examples" / example, until=DAYS, seed=SEED)
    elsewhere = roadrunner_observables(text, network, course, grid)
    floors = np.array([observable.floor for observable in network.observables])
    error = np.abs(elsewhere - reference) / np.maximum(np.abs(reference), floors)
    assert len(grid) > 100
    assert np.max(error) < 1e-4
