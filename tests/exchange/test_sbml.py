"""The exported model is valid SBML, says what it means, and gives the same course elsewhere."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import libsbml
import numpy as np
import pytest
import sympy as sp

sys.path.insert(0, str(Path(__file__).parent))
from by_hand import (
    GRAFT,
    away_from_changes,
    observables_of,
    roadrunner_observables,
    toy_course,
    toy_network,
    typical,
)

from marrow.errors import RunError
from marrow.exchange.check import Severity, check_sbml, errors_only
from marrow.exchange.sbml import observable_identifiers, write_sbml
from marrow.language import discover
from marrow.language.compose import compose
from marrow.language.network import Network, ReactionEntry


@cache
def toy_sbml() -> str:
    return write_sbml(
        toy_network(), toy_course(), rules_note=("platelets when < 10",), provenance={"plan": "a < b & c"}
    )


def model_of(text: str):
    document = libsbml.readSBMLFromString(text)
    return document, document.getModel()


def test_toy_model_is_valid_and_its_units_agree() -> None:
    assert check_sbml(toy_sbml()) == []


def test_all_biology_and_drugs_are_valid_and_their_units_agree() -> None:
    """Every module there is: a new one that SBML cannot hold, or whose rates are not per day, is found here."""
    network = compose(discover())
    numbers = {"parameters": np.ones(len(network.kernel_parameters)), "initial": np.zeros(len(network.states))}
    everything = replace(toy_course(), changes=(), **numbers)
    assert check_sbml(write_sbml(network, everything)) == []


def test_checker_sees_a_wrong_unit() -> None:
    """The check of units is real: a rate constant declared as a time is found."""
    _, model = model_of(toy_sbml())
    assert model.getParameter("toy_blood__loss").getUnits() == "per_day"
    wrong = toy_sbml().replace('id="toy_blood__loss" name="loss from blood" value="0.88" units="per_day"',
                               'id="toy_blood__loss" name="loss from blood" value="0.88" units="day"')  # fmt: skip
    assert wrong != toy_sbml()
    assert any("toy_blood__dying" in finding.message for finding in check_sbml(wrong))


def test_checker_tells_errors_from_warnings() -> None:
    broken = toy_sbml().replace('compartment="body"', 'compartment="soul"')
    assert errors_only(check_sbml(broken))
    assert all(finding.severity is Severity.ERROR for finding in errors_only(check_sbml(broken)))


def test_libroadrunner_reproduces_the_reference_with_doses_and_chance() -> None:
    network, course = toy_network(), toy_course()
    grid = away_from_changes(course, np.arange(course.start, course.end + 0.5, 0.5))
    found = roadrunner_observables(toy_sbml(), network, course, grid)
    reference = observables_of(network, course, grid)
    floors = np.array([observable.floor for observable in network.observables])
    assert np.max(np.abs(found - reference) / np.maximum(np.abs(reference), floors)) < 1e-6


def test_every_state_but_bookkeeping_is_a_species_with_its_amount() -> None:
    network, course = toy_network(), toy_course()
    _, model = model_of(toy_sbml())
    species = {model.getSpecies(i).getId(): model.getSpecies(i) for i in range(model.getNumSpecies())}
    kept = [i for i, s in enumerate(network.states) if s.name.split(".")[-1] not in ("births", "deaths", "arrivals")]
    assert set(species) == {network.states[i].name.replace(".", "__") for i in kept}
    for i in kept:
        each = species[network.states[i].name.replace(".", "__")]
        assert each.getInitialAmount() == pytest.approx(course.initial[i], rel=1e-14)
        assert each.getHasOnlySubstanceUnits()
        assert not each.getBoundaryCondition()


def test_changes_of_one_moment_are_one_event() -> None:
    course = toy_course()
    _, model = model_of(toy_sbml())
    moments = sorted({change.time for change in course.changes})
    assert model.getNumEvents() == len(moments)
    first = model.getEvent(0)
    assert first.getNumEventAssignments() == 2  # the infusion and the clearance of that dose
    for i, moment in enumerate(moments):
        trigger = model.getEvent(i).getTrigger()
        assert not trigger.getInitialValue()
        assert trigger.getPersistent()
        assert trigger.getMath().getRightChild().getValue() == pytest.approx(moment - course.start)


def test_what_happens_at_the_start_is_in_the_initial_amounts() -> None:
    course = replace(toy_course(), start=0.0)
    later = replace(course, changes=tuple(change for change in course.changes if change.time >= 0))
    _, model = model_of(write_sbml(toy_network(), later))
    assert model.getSpecies("toy_stem__graft__donor").getInitialAmount() == GRAFT


def test_only_parameters_that_the_schedule_changes_may_vary() -> None:
    _, model = model_of(toy_sbml())
    varying = {
        model.getParameter(i).getId()
        for i in range(model.getNumParameters())
        if not model.getParameter(i).getConstant()
    }
    assert varying == {"toydrug__IV__rate", "toy_drug__clearance__modifier", *observable_identifiers(toy_network())}


def test_a_gain_is_a_reaction_of_its_own() -> None:
    """One cell leaves, 2.5 arrive: stoichiometry stays 1 and the model valid."""
    small = toy_network()
    gain = sp.Float(2.5) * small.kernel_parameters[0] / small.kernel_parameters[0] + sp.Symbol(
        "toy_stem.leaving", real=True
    )
    entry = ReactionEntry(
        "toy_blood.extra", "extra", "toy_blood", small.reactions[5].rate, ((3, sp.Integer(1)),), ((4, gain),)
    )
    text = write_sbml(replace_reactions(small, entry), toy_course())
    _, model = model_of(text)
    leaves, arrives = model.getReaction("toy_blood__extra"), model.getReaction("toy_blood__extra__gain_4")
    assert (leaves.getNumReactants(), leaves.getNumProducts()) == (1, 0)
    assert (arrives.getNumReactants(), arrives.getNumProducts()) == (0, 1)
    assert not errors_only(check_sbml(text))


def replace_reactions(network: Network, more: ReactionEntry) -> Network:
    return replace(network, reactions=(*network.reactions, more))


def test_orders_and_origins_of_numbers_are_written_down() -> None:
    document, model = model_of(toy_sbml())
    assert "platelets when &lt; 10" in model.getAnnotationString()
    notes = model.getNotesString()
    assert "a &lt; b &amp; c" in notes
    assert "Stem cells that divide faster when few" in notes
    assert "not for the treatment of a patient" in notes
    assert "source: assumed: a toy model for tests" in model.getParameter("toy_blood__loss").getNotesString()
    assert document.getLevel() == 3


def test_numbers_of_another_model_are_refused(tmp_path: Path) -> None:
    course = toy_course()
    with pytest.raises(RunError, match="the network has"):
        write_sbml(toy_network(), replace(course, parameters=course.parameters[1:]))
    with pytest.raises(RunError, match="cannot write"):
        write_sbml(toy_network(), course, tmp_path / "nowhere" / "model.xml")


def test_the_file_is_the_text(tmp_path: Path) -> None:
    text = write_sbml(toy_network(), toy_course(), tmp_path / "model.xml")
    assert (tmp_path / "model.xml").read_text(encoding="utf-8") == text


def test_the_typical_patient_at_rest_stays_at_rest_elsewhere() -> None:
    network = toy_network()
    parameters, state = typical(network)
    rest = replace(toy_course(), parameters=parameters, initial=state, changes=())
    grid = np.array([-7.0, 0.0, 60.0])
    found = roadrunner_observables(write_sbml(network, rest), network, rest, grid)
    assert found[1:] == pytest.approx(np.repeat(found[:1], 2, axis=0), rel=1e-6)
