"""Few graft cells: later recovery, and failure by chance."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from marrow.clinic.plan import read_plan
from marrow.simulation import Simulation, simulate

pytestmark = pytest.mark.compiles
EXAMPLE = Path(__file__).parents[1] / "examples" / "allogeneic-fb4.yaml"


@cache
def fb4(cd34: float, source: str = "peripheral blood") -> Simulation:
    """From a twin: nothing but chance and numbers decides, nobody rejects."""
    changes = {"graft.cd34": f"{cd34:g}/kg", "graft.source": source, "graft.cd3": "4e6/kg"}
    plan = read_plan(EXAMPLE).with_all({**changes, "donor.relation": "syngeneic"})
    return simulate(plan, draws=80, seed=5, until=110.0)


def without_stem_cells(cd34: float) -> float:
    """Share of patients without a long-term stem cell of the donor on day 100."""
    return float(np.mean(fb4(cd34).course["stem_cells_donor"].sel(time=100.0) < 0.5))


def donor_neutrophils(cd34: float, source: str = "peripheral blood") -> np.ndarray:
    """Day (N,) of 0.5e9/L of the donor's own neutrophils; infinite if never."""
    course = fb4(cd34, source).course["absolute_neutrophil_count_donor"]
    days = np.arange(5.0, 101.0)
    above = course.sel(time=days).to_numpy() >= 0.5
    return np.where(above.any(axis=1), days[above.argmax(axis=1)], np.inf)


def test_a_tiny_graft_leaves_some_patients_without_donor_stem_cells_and_a_usual_one_none() -> None:
    shares = [without_stem_cells(cd34) for cd34 in (1e3, 1e4, 5e6)]
    assert 0.4 < shares[0] < 0.95
    assert 0.01 < shares[1] < 0.4
    assert shares[2] == 0.0


def test_fewer_cells_fail_more_often_and_come_later() -> None:
    failed = [float(np.mean(donor_neutrophils(cd34) > 42)) for cd34 in (1e3, 1e4, 5e6)]
    assert failed[0] > failed[1] > failed[2]
    assert failed[2] < 0.05
    medians = [float(np.median(donor_neutrophils(cd34))) for cd34 in (1e3, 1e4, 2e5, 5e6)]
    assert medians == sorted(medians, reverse=True)
    assert medians[0] - medians[-1] > 8


def test_marrow_is_later_than_blood_and_cord_latest_of_all() -> None:
    blood, marrow, cord = (
        float(np.median(donor_neutrophils(cd34, source)))
        for cd34, source in ((5.6e6, "peripheral blood"), (3e6, "bone marrow"), (1e5, "cord blood"))
    )
    assert 1.5 <= marrow - blood <= 6
    assert cord - blood >= 7


def test_an_anemic_patient_is_given_red_cells_and_one_who_starts_healthy_hardly_any() -> None:
    plan = read_plan(EXAMPLE)
    given = {}
    for disease in ("AML in CR1", "refractory AML", "other disease"):
        actions = simulate(plan.with_("patient.disease", disease), draws=80, seed=5, until=60.0).actions
        given[disease] = float(actions["rule"].str.startswith("red cells").sum()) / 80
    assert given["refractory AML"] > given["AML in CR1"] > given["other disease"] + 0.2


def test_nothing_moves_in_ten_years_of_health() -> None:
    text = read_plan(EXAMPLE).with_all(
        {"patient.disease": "other disease", "conditioning": "none", "prophylaxis": "none", "care": "none"}
    )
    tiny = text.with_all({"graft.cd34": "1e3/kg", "graft.cd3": "0/kg"})
    course = simulate(tiny, draws=4, seed=5, until=3650.0).course
    for name in ("absolute_neutrophil_count", "platelet_count", "hemoglobin", "cd4_count", "marrow_cellularity"):
        values = course[name].to_numpy()
        np.testing.assert_allclose(values, values[:, :1] * np.ones_like(values), rtol=0.005)
