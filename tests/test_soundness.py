"""Ten thousand random patients with random plans: all are solved, nothing is below zero, some are checked closely."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from marrow.clinic.plan import plan_from_text
from marrow.clinic.schedule import Detail
from marrow.engine.reference import Reference
from marrow.engine.result import Status
from marrow.model import network_for
from marrow.simulation import simulate_patients
from marrow.vocabulary import Group

pytestmark = [pytest.mark.compiles, pytest.mark.slow]
EXAMPLES = Path(__file__).parents[1] / "examples"

PLAN = """
year: {year}
patient: {{age: {age} y, sex: {sex}, weight: {weight} kg, height: {height} cm, disease: AML in CR1}}
donor: {{relation: unrelated, hla: 10/10, age: 30 y}}
graft: {{source: {source}, cd34: {cd34:.3g} /kg}}
conditioning:
  - fludarabine {flu:.0f} mg/m2 IV over {hours} h daily, day {first} to {last}
  - busulfan {bu:.2f} mg/kg IV over {infusion} h daily, day {first} to {last}
care:
  - filgrastim {gcsf:.0f} ug/kg SC daily from day {start} until ANC > {stop:.1f} on 2 days
  - platelets when < {platelets:.0f}
  - red cells when Hb < {hb:.1f} g/dL
follow-up: 100 d
"""


def random_plan(rng: np.random.Generator):
    source = rng.choice(["peripheral blood", "bone marrow", "cord blood"])
    typical = {"peripheral blood": 5e6, "bone marrow": 2.5e6, "cord blood": 2e5}[source]
    first = int(rng.integers(-8, -4))
    age = float(rng.uniform(3, 75))
    height = min(60 + 6.5 * age, 172.0)
    return plan_from_text(
        PLAN.format(
            year=int(rng.integers(1995, 2026)), age=f"{age:.0f}", sex=rng.choice(["female", "male"]),
            weight=f"{22 * (height / 100) ** 2 * rng.uniform(0.75, 1.6):.0f}", height=f"{height:.0f}", source=source,
            cd34=typical * np.exp(0.8 * rng.standard_normal()), flu=rng.uniform(20, 50), bu=rng.uniform(0.8, 4.0),
            hours=rng.choice(["1", "2"]), infusion=rng.choice(["2", "3", "4"]), first=first,
            last=first + int(rng.integers(1, 4)), gcsf=rng.uniform(3, 10), start=int(rng.integers(0, 10)),
            stop=rng.uniform(0.5, 3), platelets=rng.uniform(5, 50), hb=rng.uniform(6.5, 9),
        )
    )  # fmt: skip


@pytest.fixture(scope="module")
def runs():
    """A hundred plans with a hundred patients each."""
    rng = np.random.default_rng(11)
    plans = [random_plan(rng) for _ in range(100)]
    return [
        simulate_patients([plan], np.arange(100) + 100 * k, seed=2, detail=Detail.DAILY, jumps=600)
        for k, plan in enumerate(plans)
    ]


def test_ten_thousand_random_patients_are_solved_and_nothing_is_below_zero(runs, record_property):
    clipped = max(float(run.solution.clipped.max()) for run in runs)
    record_property("largest_clipped_mass", clipped)
    for run in runs:
        assert np.all(run.solution.status == Status.SOLVED)
        assert run.solution.final_state.min() >= 0
        assert run.solution.observables.min() >= 0
    assert clipped < 1e-3


def test_the_kernel_agrees_with_the_reference_when_actions_are_replayed(runs):
    """Every observable within 1.2e-3 (floor: limit of detection), integrals of hazards as the probabilities that they
    stand for; twelve patients."""
    reference = Reference(network_for(runs[0].plan))
    observables = runs[0].model.description.observables
    floor = np.array([each.floor for each in observables])
    risk = np.array([each.group is Group.RISK for each in observables])
    for run in runs[:12]:
        row = 3
        parameters, initial = run.model.setup(run.inputs)
        truth = reference.solve(parameters[row], initial[row], run.schedule, row, replay=run.solution)
        found, scale = run.solution.observables[row].astype(float), np.maximum(np.abs(truth), floor)
        found[:, risk], truth[:, risk] = -np.expm1(-found[:, risk]), -np.expm1(-truth[:, risk])
        scale[:, risk] = 1.0
        error = np.abs(found - truth) / scale
        beyond = {observables[k].name: float(error[:, k].max()) for k in np.flatnonzero(error.max(axis=0) > 1.2e-3)}
        assert not beyond
