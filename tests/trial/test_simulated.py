"""What estimators promise, on simulated trials. Each test fails by chance at the rate that it states."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from marrow.trial.statistics.cumulative_incidence import Variance, cumulative_incidence
from marrow.trial.statistics.cure import fit_cure
from marrow.trial.statistics.fine_gray import fine_gray
from marrow.trial.statistics.gray import gray
from marrow.trial.statistics.hazard_ratio import hazard_ratio
from marrow.trial.statistics.kaplan_meier import kaplan_meier
from marrow.trial.statistics.limits import limits
from marrow.trial.statistics.log_rank import log_rank
from marrow.trial.statistics.restricted_mean import restricted_mean

SAMPLES = 2000
RATE = 1e-6  # of chance failures, each test


def trials(
    effect: float = 0.0, patients: int = 160, whole_days: bool = True
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Relapse (1) and death (2) at constant rates, censoring by accrual; days are whole and therefore tied."""
    draw = np.random.default_rng(20)
    arm = np.arange(patients) % 2
    shape = (SAMPLES, patients)
    first, second = draw.exponential(500 * np.exp(-effect * arm), shape), draw.exponential(700, shape)
    end = draw.uniform(365, 1095, shape)
    time = np.minimum(np.minimum(first, second), end)
    cause = np.where(end <= time, 0, np.where(first <= second, 1, 2))
    return (np.ceil(time) if whole_days else time), cause, arm


def as_often_as(share: float, count: int, slack: float = 0.01) -> None:
    """``count`` of SAMPLES is a share within ``slack`` of the promised one, by chance outside at ``RATE``."""
    low, high = binom.ppf(RATE / 2, SAMPLES, max(share - slack, 0)), binom.ppf(1 - RATE / 2, SAMPLES, share + slack)
    assert low <= count <= high


def test_tests_without_a_difference_reject_five_in_a_hundred() -> None:
    time, cause, arm = trials()
    for found in (log_rank(time, cause > 0, arm), gray(time, cause, arm, 1), gray(time, cause, arm, 2)):
        as_often_as(0.05, int((found.p < 0.05).sum()))


def test_four_groups_and_strata_hold_their_level() -> None:
    time, cause, _ = trials()
    four, strata = np.arange(160) // 2 % 4, np.arange(160) // 8 % 3
    for found in (log_rank(time, cause > 0, four, strata=strata), gray(time, cause, four, 1, strata=strata)):
        assert found.degrees == 3
        as_often_as(0.05, int((found.p < 0.05).sum()), slack=0.015)


def test_limits_of_the_hazard_ratio_cover_the_truth() -> None:
    time, cause, arm = trials(effect=0.4)
    low, high = hazard_ratio(time, cause == 1, arm).limits()
    as_often_as(0.95, int(((low < np.exp(0.4)) & (np.exp(0.4) < high)).sum()))


def test_limits_of_survival_cover_the_truth() -> None:
    time, cause, _ = trials(whole_days=False)
    found = kaplan_meier(time, cause > 0)
    truth = np.exp(-300 * (1 / 500 + 1 / 700))
    low, high = limits(found.survival_at([300]), found.standard_error_at([300]))
    as_often_as(0.95, int(((low < truth) & (truth < high)).sum()))


@pytest.mark.parametrize("kind", list(Variance))
def test_errors_of_the_incidence_are_those_that_samples_show(kind: Variance) -> None:
    time, cause, _ = trials(whole_days=False)
    found = cumulative_incidence(time, cause)
    estimate, error = found.incidence_at(1, [300.0])[:, 0], np.sqrt(found.variance_at(1, [300.0], kind)[:, 0])
    truth = (1 / 500) / (1 / 500 + 1 / 700) * -np.expm1(-300 * (1 / 500 + 1 / 700))
    assert estimate.mean() == pytest.approx(truth, abs=5 * estimate.std() / np.sqrt(SAMPLES))
    assert error.mean() == pytest.approx(estimate.std(), rel=5 / np.sqrt(2 * SAMPLES))


def test_errors_of_the_restricted_mean_are_those_that_samples_show() -> None:
    time, cause, _ = trials(whole_days=False)
    found = restricted_mean(time, cause > 0, 300)
    rate = 1 / 500 + 1 / 700
    truth = -np.expm1(-300 * rate) / rate
    assert found.mean.mean() == pytest.approx(truth, abs=5 * found.mean.std() / np.sqrt(SAMPLES))
    assert found.standard_error.mean() == pytest.approx(found.mean.std(), rel=5 / np.sqrt(2 * SAMPLES))


def test_fine_gray_finds_the_subdistribution_ratio() -> None:
    """F(t; x) = 1 - (1 - p (1 - e^-t))^exp(b x): the standard design; 5 standard errors, a rate of 6e-7."""
    draw = np.random.default_rng(21)
    n, b, p = 4000, 0.5, 0.4
    x = draw.integers(0, 2, n)
    reach = 1 - (1 - p) ** np.exp(b * x)
    u = draw.random(n)
    one = u < reach
    within = (1 - (1 - np.where(one, u, 0.0)) ** np.exp(-b * x)) / p
    time = np.where(one, -np.log1p(-within), draw.exponential(1, n))
    end = draw.uniform(0.5, 4, n)
    cause = np.where(end < time, 0, np.where(one, 1, 2))
    found = fine_gray(np.minimum(time, end), cause, x)
    assert abs(found.coefficients[0] - b) < 5 * found.standard_errors[0]
    assert found.standard_errors[0] < 0.08


def test_a_cure_model_finds_its_three_numbers() -> None:
    """Within 5 standard errors, a rate of 2e-6."""
    draw = np.random.default_rng(22)
    cured = draw.random(3000) < 0.3
    time = np.where(cured, np.inf, 200 * draw.weibull(1.4, 3000))
    end = draw.uniform(500, 2000, 3000)
    found = fit_cure(np.minimum(time, end), time <= end)
    truth = np.array([np.log(0.3 / 0.7), np.log(1.4), np.log(200)])
    assert (np.abs(found.estimate - truth) < 5 * found.standard_errors).all()
    assert found.cured == pytest.approx(0.3, abs=0.06)
