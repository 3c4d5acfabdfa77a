"""Claims about whole runs: same seed, same bits; nobody depends on the company; nothing is below zero; health stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from marrow.clinic.schedule import Detail
from marrow.engine.result import Status
from marrow.errors import RunError
from marrow.parameter_file import read_parameters
from marrow.simulation import Record, simulate, simulate_patients

EXAMPLES = Path(__file__).parents[1] / "examples"
AML = EXAMPLES / "allogeneic-fb4.yaml"
pytestmark = pytest.mark.compiles


@pytest.fixture(scope="module")
def run():
    return simulate(AML, draws=40, seed=3, until=60)


def same(a, b) -> bool:
    return np.array_equal(a.observables, b.observables, equal_nan=True) and np.array_equal(a.final_state, b.final_state)


def test_the_same_seed_gives_the_same_bits_with_one_thread_or_two(run):
    again = simulate(AML, draws=40, seed=3, until=60, threads=1)
    assert same(run.solution, again.solution)


def test_another_seed_gives_other_patients(run):
    other = simulate(AML, draws=40, seed=4, until=60)
    assert not same(run.solution, other.solution)


@pytest.mark.parametrize("members", [[7], [7, 39, 0], list(range(39, -1, -1))])
def test_a_patient_is_the_same_alone_in_any_order_and_in_any_company(run, members):
    apart = simulate_patients(run.plans, np.array(members), 3, until=60)
    where = members.index(7)
    assert np.array_equal(apart.solution.observables[where], run.solution.observables[7], equal_nan=True)
    assert np.array_equal(apart.solution.given[where], run.solution.given[7])


def test_every_patient_is_solved_and_no_amount_is_below_zero(run):
    assert np.all(run.solution.status == Status.SOLVED)
    assert run.solution.final_state.min() >= 0
    assert run.solution.clipped.max() < 1e-3


def test_conditioning_empties_the_marrow_and_the_graft_fills_it(run):
    course = run.course
    count = course["absolute_neutrophil_count"]
    assert float(count.sel(time=-7).median()) > 2
    assert float(count.min("time").median()) < 0.1
    assert float(count.sel(time=60).median()) > 1
    donor = course["absolute_neutrophil_count_donor"].sel(time=60)
    assert float((donor / count.sel(time=60)).median()) > 0.9


def test_transfusions_are_counted_apart_from_own_platelets(run):
    course = run.course
    both = course["platelet_count_own"] + course["platelet_count_transfused"]
    np.testing.assert_allclose(course["platelet_count"].values, both.values, rtol=1e-4, atol=1e-2)
    assert (run.actions["rule"] == "platelets when < 10").any()


def test_a_rule_acts_only_when_its_threshold_is_met(run):
    given = run.actions[run.actions["rule"] == "platelets when < 10"]
    assert (given["value"] < given["threshold"]).all()


def test_actions_tell_amounts_in_the_unit_of_the_sentence(run):
    filgrastim = run.actions[run.actions["rule"].str.startswith("filgrastim")]
    assert set(filgrastim["amount_unit"]) == {"ug"}
    assert filgrastim["amount"].to_numpy() == pytest.approx(340)


def test_uncertain_parameters_widen_the_spread(run):
    uncertain = simulate(AML, draws=40, seed=3, until=60, uncertainty=True)
    spread = [float(np.log(each.course["platelet_count_own"].sel(time=12)).std()) for each in (uncertain, run)]
    assert spread[0] > spread[1]


def test_no_draws_is_refused():
    with pytest.raises(RunError, match="needed at least 1"):
        simulate(AML, draws=0)


def test_patients_with_the_same_orders_and_other_bodies_grafts_and_ages_are_the_same_together_and_alone(run):
    heavy = run.plan.with_all({"patient.weight": "110 kg", "patient.age": "61 y", "graft.cd34": "3e6 /kg"})
    later = run.plan.with_all({"conditioning.1": "fludarabine 30 mg/m2 IV over 1 h daily, day -6 to -3"})
    plans = [run.plan, heavy, later, heavy]
    together = simulate_patients(plans, np.arange(4), 3, until=40)
    for k, plan in enumerate(plans):
        alone = simulate_patients([plan], np.array([k]), 3, until=40)
        assert np.array_equal(alone.solution.observables[0], together.solution.observables[k], equal_nan=True)
        assert np.array_equal(alone.solution.given[0], together.solution.given[k])


def test_plans_with_other_drugs_or_days_cannot_be_solved_together(run):
    other = run.plan.with_("conditioning", "melphalan 140 mg/m2 IV over 30 min day -2")
    with pytest.raises(RunError, match="patient 1 is given other drugs"):
        simulate_patients([run.plan, other], np.array([0, 1]), 1)
    later = run.plan.with_("conditioning.2", "busulfan 3.2 mg/kg IV over 3 h daily, day -5 to -3")
    with pytest.raises(RunError, match="at other times"):
        simulate_patients([run.plan, later], np.array([0, 1]), 1)


def test_a_number_of_the_model_can_be_given(run):
    name, value = (
        "platelets.lifespan",
        1.1 * run.model.description.inputs[run.model.input_index["platelets.lifespan"]].default,
    )
    changed = simulate(AML, draws=40, seed=3, until=60, parameters={name: value})
    assert not same(run.solution, changed.solution)
    with pytest.raises(RunError, match=r"did you mean 'platelets\.lifespan'"):
        simulate(AML, draws=2, seed=3, until=2, parameters={"platelets.lifespam": 8.0})


def test_numbers_in_a_file_are_checked_and_those_of_other_drugs_left_out(run, tmp_path):
    file = tmp_path / "numbers.yaml"
    file.write_text("platelets.lifespam: 8.0\n")
    with pytest.raises(RunError, match=r"numbers\.yaml: no module declares .* did you mean 'platelets\.lifespan'"):
        read_parameters(file)
    for wrong in ("", "[1, 2]", "platelets.lifespan: long", "platelets.lifespan: .nan", "a: [", "\x00"):
        file.write_text(wrong)
        with pytest.raises(RunError, match=r"numbers\.yaml"):
            read_parameters(file)
    file.write_text("platelets.lifespan: 8.0\ncarmustine.stem_cell_exposure: 3.0\n")
    numbers = read_parameters(file)
    assert not same(simulate(AML, draws=40, seed=3, until=60, parameters=numbers).solution, run.solution)


def test_what_is_read_at_visits_is_what_is_read_daily():
    """Recording less changes no patient, and no endpoint of the days on which all are seen."""
    daily = simulate(AML, draws=12, seed=3, until=400, detail=Detail.DAILY)
    visits = simulate(AML, draws=12, seed=3, until=400, detail=Detail.VISITS, record=Record.CHART)
    assert np.array_equal(daily.solution.final_state, visits.solution.final_state)
    for name in (
        "neutrophil_engraftment_day",
        "platelet_engraftment_day",
        "donor_neutrophils_day_365",
        "platelet_nadir",
    ):
        every, some = daily.outcomes[name], visits.outcomes[name]
        seen_late = name.endswith("_day") & (every > 100) & np.isfinite(every)
        np.testing.assert_array_equal(every[~seen_late], some[~seen_late])
        assert np.all(some[seen_late] - every[seen_late] <= 7)
    values = visits.actions.dropna(subset="value")
    assert np.isin(values["day"], visits.schedule.grid).all()
