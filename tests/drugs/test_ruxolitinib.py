"""Ruxolitinib: levels of the clinic, a call for it where steroids fail and not where they work, and its effect."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from solve_small import Dose, course, daily

from marrow.biology.acute_gvhd import AcuteGvhd
from marrow.biology.chronic_gvhd import ChronicGvhd
from marrow.drugs.ruxolitinib import Ruxolitinib
from marrow.language import Module, Parameter, offers
from marrow.sources import assumed
from marrow.units import dimensionless
from marrow.vocabulary import DONOR_ALLOREACTIVITY


class SteadyAlloreactivity(Module):
    """For tests: donor T cells whose effect stays as it is."""

    effect = Parameter("effect", 0.6 * dimensionless, plausible=(0.1, 1.0), source=assumed("of tests"))

    @offers(DONOR_ALLOREACTIVITY)
    def steady(self):
        return self.effect


DISEASE = (AcuteGvhd, ChronicGvhd, Ruxolitinib, SteadyAlloreactivity)
DAYS = np.arange(0, 169.0)
TWICE_DAILY = [Dose("ruxolitinib.PO", 0.0, 20.0 * 169, 24.0 * 169)]
AT_ONSET = {"acute_gvhd.injury": 0.45, "acute_gvhd.steroids": 0.7}
REFRACTORY = {"acute_gvhd.of_steroids": 2.0}
ANSWERING = {"acute_gvhd.of_steroids": 0.1}


def acute(doses: list[Dose], changed: dict[str, float]) -> dict[str, np.ndarray]:
    return course(DISEASE, doses, 24 * DAYS, None, changed, AT_ONSET)


def test_ten_milligrams_twice_a_day_give_the_level_of_the_clinic() -> None:
    level = course((Ruxolitinib,), TWICE_DAILY, 24 * DAYS)["ruxolitinib_concentration"]
    assert level[-2] == pytest.approx(1e3 * 20 / 24 / 10, rel=1e-3)
    by_rule = course((Ruxolitinib,), daily("ruxolitinib.PO", 20.0, 0.0, 20), 24 * 18 + np.arange(0, 25.0))
    assert 25 < by_rule["ruxolitinib_concentration"].min() < 60  # measured before a dose: 40, half of them 27 to 54
    assert by_rule["ruxolitinib_concentration"].mean() == pytest.approx(83, rel=0.05)


def test_it_is_called_for_after_a_week_or_two_where_steroids_fail_and_not_where_they_work() -> None:
    failed = acute([], REFRACTORY)["steroids_fail"]
    assert 6 < DAYS[np.argmax(failed > 0.5)] < 17
    assert acute([], ANSWERING)["steroids_fail"].max() < 0.2


def test_what_is_not_given_leaves_disease_as_it_is() -> None:
    with_it, without = acute([], REFRACTORY), course(
        (AcuteGvhd, ChronicGvhd, SteadyAlloreactivity), [], 24 * DAYS, None, REFRACTORY, AT_ONSET
    )  # fmt: skip
    assert with_it["gvhd_injury"] == pytest.approx(without["gvhd_injury"], rel=1e-6)


def test_injury_that_steroids_do_not_control_falls_within_four_weeks_of_it() -> None:
    without = acute([], REFRACTORY)["gvhd_injury"]
    treated = acute([Dose("ruxolitinib.PO", 24.0 * 10, 20.0 * 60, 24.0 * 60)], REFRACTORY)["gvhd_injury"]
    assert without[38] > 0.6 * without[10]
    assert treated[38] < 0.7 * without[38]
    assert treated[38] < 0.65 * without[10]


def test_chronic_disease_has_halved_at_week_24_with_it_and_not_without() -> None:
    first = {"chronic_gvhd.activity": 0.8}
    quiet = {"steady_alloreactivity.effect": 1e-6}
    without = course(DISEASE, [], 24 * DAYS, None, quiet, first)
    treated = course(DISEASE, TWICE_DAILY, 24 * DAYS, None, quiet, first)
    assert without["chronic_gvhd"][-1] > 0.6 * 0.8
    assert treated["chronic_gvhd"][-1] < 0.53 * 0.8
    assert 20 < DAYS[np.argmax(without["steroids_fail"] > 0.5)] < 60  # four weeks, not one
