"""Runs whose plan has labs: the truth stays as it was, endpoints read what was measured, and the table reads back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from marrow.clinic.plan import Plan
from marrow.endpoints.outcome import outcomes
from marrow.errors import RunError
from marrow.laboratory.table import table_of
from marrow.simulation import Record, Simulation, simulate, simulate_patients
from marrow.tables.read import read_table

pytestmark = pytest.mark.compiles
DAYS = ("neutrophil_engraftment_day", "platelet_engraftment_day", "platelet_50_day")
RUN = {"draws": 60, "seed": 3, "until": 110}


@pytest.fixture(scope="module")
def plan(root: Path) -> Plan:
    return Plan.load(root / "examples" / "allogeneic-fb4.yaml")


@pytest.fixture(scope="module")
def true(plan: Plan) -> Simulation:
    return simulate(plan, **RUN)


@pytest.fixture(scope="module")
def usual(plan: Plan) -> Simulation:
    return simulate(plan.with_("labs.schedule", "daily to day 16, twice weekly"), **RUN)


def test_labs_do_not_touch_what_happens(true: Simulation, usual: Simulation) -> None:
    assert np.array_equal(true.solution.observables, usual.solution.observables, equal_nan=True)
    assert true.actions.equals(usual.actions)


def test_without_labs_endpoints_are_those_of_the_true_course(true: Simulation) -> None:
    assert true.labs is None
    assert table_of(true) is None
    actions = {str(name): true.actions[name].to_numpy() for name in true.actions}
    direct = outcomes(true.course, actions, events=true.events)
    for column in direct.columns:
        np.testing.assert_array_equal(true.outcomes[column.name], column.values)


def test_with_labs_endpoints_are_those_of_the_measured_days(plan: Plan, true: Simulation) -> None:
    seen = simulate(plan.with_all({"labs.schedule": "twice weekly", "labs.noise": "none"}), **RUN)
    assert seen.labs is not None
    for name in DAYS:
        day = seen.outcomes[name]
        reached = np.isfinite(day)
        assert np.isin(day[reached & (day > 0)], seen.labs["day"]).all()
        both = reached & np.isfinite(true.outcomes[name])
        delay = day[both] - true.outcomes[name][both]
        assert delay.min() >= 0
        assert 0.5 < delay.mean() < 2.5


def test_the_table_gives_the_days_that_the_run_gives(usual: Simulation, tmp_path: Path) -> None:
    file, table = tmp_path / "labs.csv", table_of(usual)
    assert table is not None
    table.to_csv(file, index=False, float_format="%.6g", lineterminator="\n")
    back = read_table(file)
    assert back.used == back.rows == len(table)
    assert back.derived is not None
    draws = [int(name) for name in back.derived.patient]
    assert sorted(draws) == list(range(60))
    for name in (*DAYS, "neutrophil_nadir", "days_platelets_below_20", "donor_t_cells_day_100"):
        np.testing.assert_array_equal(back.derived.columns[name], usual.outcomes[name][draws], err_msg=name)
    np.testing.assert_allclose(back.derived.columns["death_day"], usual.outcomes["death_day"][draws], rtol=1e-5)


def test_what_is_below_a_limit_is_flagged_in_the_table(usual: Simulation) -> None:
    table = table_of(usual)
    assert table is not None
    low = table["flag"] == "below limit"
    assert low.any()
    assert table["value"][low].str.startswith("<").all()
    assert not table["value"][~low].str.startswith("<").any()
    assert not set(table["test"]) & {"platelet_count"}, "names are those of the ward"


def test_a_patient_has_the_same_values_alone(usual: Simulation) -> None:
    apart = simulate_patients(usual.plans, np.array([41]), 3, until=110)
    assert usual.labs is not None
    assert apart.labs is not None
    for name in usual.labs.data_vars:
        np.testing.assert_array_equal(apart.labs[name][0], usual.labs[name][41])


def test_a_chart_that_records_less_has_the_same_endpoints(usual: Simulation) -> None:
    chart = simulate(usual.plan, **RUN, record=Record.CHART)
    for name in DAYS:
        np.testing.assert_array_equal(chart.outcomes[name], usual.outcomes[name])


def test_patients_of_one_run_have_one_schedule(plan: Plan) -> None:
    with pytest.raises(RunError, match="other labs than patient 0"):
        simulate_patients([plan, plan.with_("labs.schedule", "daily")], np.arange(2))
