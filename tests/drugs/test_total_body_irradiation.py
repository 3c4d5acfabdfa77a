"""Radiation kills by the linear-quadratic rule, with repair."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_modules import LogKills
from solve_small import Dose, course

from marrow.drugs.total_body_irradiation import (
    TotalBodyIrradiation,
    biologically_effective_dose,
)

ROUTE = "total body irradiation.external beam"
MODULES = (TotalBodyIrradiation, LogKills)


def ln_kills(fractions: int, size: float, every: float, over: float = 0.0, **parameters: float) -> dict[str, float]:
    doses = [Dose(ROUTE, i * every, size, over) for i in range(fractions)]
    named = {f"total_body_irradiation.{name}": value for name, value in parameters.items()}
    found = course(MODULES, doses, [0, fractions * every + 48], parameters=named)
    assert found["radiation_dose"][-1] == pytest.approx(fractions * size, rel=1e-6)
    return {name.split(".")[1]: found[name][-1] for name in found if name.startswith("log_kills.")}


@pytest.mark.parametrize(
    ("fractions", "size", "every", "log10"),
    [(1, 2.0, 24, 0.66), (2, 2.0, 12, 1.3), (4, 2.0, 12, 2.6), (6, 2.0, 12, 4.0), (8, 1.8, 12, 4.7)],
)
def test_stem_cells_die_as_proposed(fractions, size, every, log10):
    assert ln_kills(fractions, size, every)["stem"] / math.log(10) == pytest.approx(log10, abs=0.08)


def test_a_fraction_in_no_time_is_the_linear_quadratic_rule():
    found = ln_kills(6, 2.0, 12, dose_rate=1000.0, repair=0.5)
    assert found["stem"] == pytest.approx(6 * (0.7 * 2 + 0.03 * 4), rel=2e-3)
    assert found["mucosa"] == pytest.approx(6 * (0.1 * 2 + 0.01 * 4), rel=5e-3)


def test_slow_delivery_is_the_factor_of_lea_and_catcheside():
    hours, dose, repair = 4.0, 10.0, 0.7
    found = ln_kills(1, dose, 24, over=hours)
    x = repair * hours
    protraction = 2 * (x - 1 + math.exp(-x)) / x**2
    quadratic = (found["mucosa"] - 0.1 * dose) / (0.01 * dose**2)
    assert quadratic == pytest.approx(protraction, rel=0.01)
    fast = ln_kills(1, dose, 24)
    assert found["mucosa"] < fast["mucosa"]


def test_lesions_left_between_fractions_add_to_the_kill():
    close, apart = (ln_kills(2, 2.0, every) for every in (2.0, 24.0))
    assert close["stem"] > apart["stem"] + 0.02


def test_two_kinds_of_lymphocytes():
    for fractions in (1, 6):
        dose = 2.0 * fractions
        left = 0.97 * math.exp(-0.9 * dose) + 0.03 * math.exp(-0.3 * dose)
        assert ln_kills(fractions, 2.0, 12)["lymphocyte"] == pytest.approx(-math.log(left), rel=1e-4)


def test_half_of_the_stroma_and_a_quarter_of_the_mucosa_are_left_by_12_gray():
    found = ln_kills(6, 2.0, 12)
    assert math.exp(-found["stroma"]) == pytest.approx(0.5, abs=0.01)
    assert math.exp(-found["mucosa"]) == pytest.approx(0.24, abs=0.02)
    assert found["stem"] < found["early"] < found["dividing"]


def test_equivalent_doses_of_nonsense_are_refused():
    for wrong in ((-1, 1, 10), (12, 0, 10), (12, 6, 0), (math.nan, 1, 10)):
        with pytest.raises(ValueError, match="needed a dose of 0 or more"):
            biologically_effective_dose(*wrong)
