"""Sobol's indices: as the law has them, as SciPy has them, and of plans."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import sobol_indices, uniform

from marrow.clinic.plan import read_plan
from marrow.endpoints.outcome import Column, Kind, Outcomes
from marrow.errors import PlanError
from marrow.sensitivity.factors import Factor, Place, applied, read_factors
from marrow.sensitivity.indices import as_rows, design, sensitivity, sobol


def ishigami(x: np.ndarray) -> np.ndarray:
    """Ishigami and Homma's function of (..., 3) shares; its indices are known."""
    angle = np.pi * (2 * x - 1)
    return np.sin(angle[..., 0]) + 7 * np.sin(angle[..., 1]) ** 2 + 0.1 * angle[..., 2] ** 4 * np.sin(angle[..., 0])


def test_indices_are_those_of_the_law() -> None:
    a, b, ab = design(3, 4096)
    first, total = sobol(ishigami(a), ishigami(b), ishigami(ab))
    assert first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)


def test_indices_are_those_of_scipy() -> None:
    a, b, ab = (ishigami(part) for part in design(3, 64))
    found = sobol_indices(func={"f_A": a[None].copy(), "f_B": b[None].copy(), "f_AB": ab[:, None].copy()}, n=64)
    first, total = sobol(a, b, ab)
    assert first == pytest.approx(found.first_order, abs=1e-12)
    assert total == pytest.approx(found.total_order, abs=1e-12)
    assert uniform().support() == (0.0, 1.0), "shares of a distribution lie between 0 and 1"


def lived(shares: np.ndarray) -> Outcomes:
    """Of 1,000 patients that share relapses, all of whom live: relapse depends on the first factor alone."""
    people = np.arange(1000) / 1000
    relapse = np.where(people < 0.2 + 0.5 * shares[0], 100.0, np.inf)
    days = [Column(name, name, "days", Kind.DAY, values) for name, values in
            (("relapse_day", relapse), ("death_day", np.full(1000, np.inf)))]  # fmt: skip
    return Outcomes(tuple(days), np.zeros(1000, dtype=int), 730.0)


FACTORS = (Factor("one", Place.KEY), Factor("other", Place.KEY))


def test_a_factor_that_does_all_has_an_index_of_one_and_the_other_none() -> None:
    found = sensitivity(FACTORS, lived, 64, ("relapse_day@365", "death_day@365"))
    relapse, death = found.indices
    assert relapse.first == pytest.approx([1, 0], abs=0.05)
    assert relapse.total == pytest.approx([1, 0], abs=0.05)
    assert relapse.total_limits[0, 0] <= relapse.total[0] <= relapse.total_limits[0, 1]
    assert relapse.mean == pytest.approx(0.45, abs=0.01)
    assert np.isnan(death.first).all(), "what does not vary has no shares of its variance"
    assert found.runs == 64 * 4
    assert len(as_rows(found)) == 4


def test_limits_are_the_same_at_every_call() -> None:
    one, other = (sensitivity(FACTORS, lived, 16, ("relapse_day@365",)) for _ in range(2))
    assert np.array_equal(one.indices[0].total_limits, other.indices[0].total_limits)


@pytest.fixture
def plan(root: Path):
    return read_plan(root / "examples" / "autologous-melphalan-200.yaml")


def test_factors_are_keys_braces_and_numbers_of_the_model(plan) -> None:
    settings = ["conditioning=melphalan {dose} mg/m2 IV over 30 min, day -2"]
    texts = ["graft.cd34=2e6:8e6 /kg", "dose=140:200", "platelets.lifespan", "patient.sex=female, male"]
    factors = read_factors(texts, plan, settings)
    assert [each.place for each in factors] == [Place.KEY, Place.BRACES, Place.MODEL, Place.KEY]
    changed, numbers = applied(plan, settings, factors, [0.5, 0.0, 1.0, 0.1])
    assert changed.graft.cd34 == 5e6
    assert "140 mg/m2" in changed.to_yaml()
    assert numbers == {"platelets.lifespan": pytest.approx(factors[2].high)}
    assert changed.patient.is_female == 1.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("graft.cd34", "NAME=LOW:HIGH"),
        ("graft.cd34=8e6:2e6 /kg", "LOW below HIGH"),
        ("platelets.lifespam", "platelets.lifespan"),
        ("platelets.lifespan=a,b", "NAME=LOW:HIGH"),
        ("graft.cd34=2e6", "NAME=LOW:HIGH"),
    ],
)
def test_mistakes_are_named(text: str, words: str, plan) -> None:
    with pytest.raises(PlanError, match=words):
        read_factors([text], plan, [])
