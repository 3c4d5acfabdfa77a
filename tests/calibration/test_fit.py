"""The fit on models whose posterior is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from marrow.calibration.fit import Prior, fit, whitened
from marrow.calibration.score import Simulated, score_row
from marrow.calibration.table import Scale, packaged_targets


def prior(name: str, value: float = 1.0, low: float = 0.2, high: float = 5.0) -> Prior:
    return Prior(name, name, "", value, low, high, "")


def figure(published: float, *, se: float = 0.5, tau: float = 0.0, family: str = "a | anc"):
    usual = packaged_targets()[0]
    return replace(usual, value=published, scale=Scale.DAYS, se=se, tau=tau, family=family, why_not_scored="")


def linear(targets, slopes):
    """Days that are linear in the logarithms of the numbers."""

    def simulate(numbers):
        logs = np.log(list(numbers.values()))
        return [
            score_row(each, Simulated(float(10 + row @ logs), 0.0, 1000))
            for each, row in zip(targets, slopes, strict=True)
        ]

    return simulate


def test_one_number_and_one_figure_give_the_conjugate_posterior() -> None:
    one, slope = prior("speed"), 4.0
    found = fit([one], linear([figure(11.0)], np.array([[slope]])), steps=8)
    information = 1 + (slope * one.log_sd / 0.5) ** 2
    mean = (slope * one.log_sd / 0.5) * (1.0 / 0.5) / information
    assert found.numbers[0].sd / one.log_sd == pytest.approx(information**-0.5, rel=1e-3)
    assert np.log(found.numbers[0].value) / one.log_sd == pytest.approx(mean, abs=0.02)
    assert found.cost_after < found.cost_before


def test_a_number_that_no_figure_depends_on_is_known_from_its_prior_only() -> None:
    found = fit([prior("speed"), prior("idle")], linear([figure(12.0)], np.array([[4.0, 0.0]])), steps=6)
    speed, idle = found.numbers
    assert not speed.prior_only
    assert idle.prior_only
    assert idle.contraction == pytest.approx(0, abs=1e-6)
    assert idle.value == pytest.approx(1.0)


def test_a_product_is_found_and_its_factors_stay_correlated() -> None:
    found = fit([prior("homing"), prior("growth")], linear([figure(13.0, se=0.1)], np.array([[4.0, 4.0]])), steps=20)
    assert found.correlation[0, 1] < -0.9
    product = found.numbers[0].value * found.numbers[1].value
    assert 4 * np.log(product) == pytest.approx(3.0, abs=0.1)


def test_figures_of_one_study_share_its_deviation() -> None:
    """Ten arms of one study that all lie two days off say little more than one arm does."""
    apart = [score_row(figure(12.0, se=0.5, tau=1.0, family=f"{k} | anc"), Simulated(10.0, 0, 100)) for k in range(10)]
    together = [score_row(figure(12.0, se=0.5, tau=1.0), Simulated(10.0, 0, 100)) for _ in range(10)]
    assert np.sum(whitened(apart) ** 2) == pytest.approx(10 * 4 / 1.25)
    assert np.sum(whitened(together) ** 2) == pytest.approx(10 * 4 / (0.25 + 10 * 1.0))


def test_the_search_stays_inside_the_plausible_range() -> None:
    found = fit([prior("speed", 1.0, 0.8, 1.25)], linear([figure(20.0, se=0.1)], np.array([[4.0]])), steps=10)
    assert 0.8 <= found.numbers[0].value <= 1.2501


def test_a_figure_that_the_model_never_reaches_counts_as_far_away() -> None:
    row = score_row(figure(12.0), Simulated(float("inf"), 0, 100))
    assert whitened([row])[0] == pytest.approx(-6.0)
