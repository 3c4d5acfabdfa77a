"""Estimators on cases small enough for paper, and where theory says what must come out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marrow.trial.statistics.cox import Ties, fit_cox, rows_for_cox
from marrow.trial.statistics.cox_checks import concordance
from marrow.trial.statistics.cumulative_incidence import Variance, cumulative_incidence
from marrow.trial.statistics.current_survival import Health, current_grfs, health_over_time, health_stays
from marrow.trial.statistics.fine_gray import fine_gray
from marrow.trial.statistics.gray import gray
from marrow.trial.statistics.hazard_ratio import hazard_ratio
from marrow.trial.statistics.kaplan_meier import kaplan_meier
from marrow.trial.statistics.log_rank import log_rank
from marrow.trial.statistics.multistate import STAYED, Stays, aalen_johansen, hazards_of, landmark
from marrow.trial.statistics.rates import rate_of
from marrow.trial.statistics.restricted_mean import restricted_mean

TIME = np.array([1.0, 2.0, 2.0, 3.0, 4.0])
EVENT = np.array([1, 1, 0, 0, 1])


def test_kaplan_meier_of_five_patients() -> None:
    curve = kaplan_meier(TIME, EVENT).curve()
    assert curve.time.tolist() == [1, 2, 3, 4]
    assert curve.at_risk.tolist() == [5, 4, 2, 1]
    assert curve.censored.tolist() == [0, 1, 1, 0]
    assert curve.survival == pytest.approx([0.8, 0.6, 0.6, 0.0])
    assert curve.standard_error[1] == pytest.approx(0.6 * np.sqrt(1 / 20 + 1 / 12))
    assert np.isnan(curve.standard_error[3])


def test_without_censoring_survival_is_the_share_alive_and_its_error_binomial() -> None:
    time = np.arange(1.0, 101)
    found = kaplan_meier(time, np.ones(100))
    assert found.survival_at([25.0])[0, 0] == pytest.approx(0.75)
    assert found.standard_error_at([25.0])[0, 0] == pytest.approx(np.sqrt(0.75 * 0.25 / 100))


def test_restricted_mean_is_the_area_under_the_curve() -> None:
    assert restricted_mean(TIME, EVENT, 3.0).mean[0] == pytest.approx(1 + 0.8 + 0.6)
    assert restricted_mean(TIME, EVENT, 10.0).mean[0] == pytest.approx(1 + 0.8 + 0.6 + 0.6)


def test_cumulative_incidence_of_five_patients() -> None:
    found = cumulative_incidence(TIME, [1, 2, 1, 0, 1])
    assert found.incidence(1)[0, -1] == pytest.approx(1 / 5 + 0.8 / 4 + 0.8 * 0.5)
    assert found.incidence(2)[0, -1] == pytest.approx(0.8 / 4)


@given(st.lists(st.tuples(st.integers(1, 8), st.integers(0, 3)), min_size=2, max_size=40))
def test_incidences_and_survival_sum_to_one_with_any_ties(patients: list[tuple[int, int]]) -> None:
    time, cause = (np.array(column, dtype=float) for column in zip(*patients, strict=True))
    found = cumulative_incidence(time, cause.astype(int))
    total = found.survival + sum(found.incidence(k) for k in (1, 2, 3))
    assert total == pytest.approx(np.ones_like(total))


@given(st.lists(st.tuples(st.integers(1, 8), st.integers(0, 1)), min_size=2, max_size=40))
def test_with_one_cause_the_incidence_and_its_error_are_those_of_kaplan_meier(patients: list[tuple[int, int]]) -> None:
    time, event = (np.array(column, dtype=float) for column in zip(*patients, strict=True))
    both = kaplan_meier(time, event), cumulative_incidence(time, event.astype(int))
    days = np.arange(0, 9)
    assert both[1].incidence_at(1, days) == pytest.approx(1 - both[0].survival_at(days))
    error, variance = both[0].standard_error_at(days), both[1].variance_at(1, days)
    known = ~np.isnan(error)
    assert variance[known] == pytest.approx(error[known] ** 2, abs=1e-12)


def test_the_two_variances_meet_in_large_samples() -> None:
    draw = np.random.default_rng(3)
    found = cumulative_incidence(draw.exponential(1, 20000), draw.integers(0, 3, 20000))
    a, b = (found.variance_at(1, [1.0], kind)[0, 0] for kind in Variance)
    assert a == pytest.approx(b, rel=1e-3)
    assert a != b


def test_log_rank_of_two_patients_a_group() -> None:
    """By hand: O - E = 1 - 1/2 - 1/3 in the first group; V = 1/4 + 2/9."""
    found = log_rank([1.0, 4.0, 2.0, 3.0], [1, 0, 1, 0], ["a", "a", "b", "b"])
    assert found.score[0, 0] == pytest.approx(1 - 1 / 2 - 1 / 3)
    assert found.variance[0, 0, 0] == pytest.approx(1 / 4 + 2 / 9)


def test_gray_without_competing_events_is_nearly_the_log_rank_test() -> None:
    draw = np.random.default_rng(5)
    time, arm = draw.exponential(1, 400) * np.where(np.arange(400) % 2, 1.3, 1.0), np.arange(400) % 2
    cause = (draw.random(400) < 0.7).astype(int)
    assert gray(time, cause, arm, 1).statistic == pytest.approx(log_rank(time, cause, arm).statistic, rel=0.03)


def test_stratified_tests_of_one_stratum_are_plain_tests() -> None:
    draw = np.random.default_rng(6)
    time, cause, arm = draw.integers(1, 20, 90) * 1.0, draw.integers(0, 3, 90), np.arange(90) % 3
    same = np.zeros(90)
    assert log_rank(time, cause > 0, arm, strata=same).statistic == log_rank(time, cause > 0, arm).statistic
    assert gray(time, cause, arm, 1, strata=same).statistic == gray(time, cause, arm, 1).statistic


def test_groups_without_patients_make_a_test_unknown_not_wrong() -> None:
    found = log_rank([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, np.nan, np.nan]], np.ones((2, 4)), [0, 0, 1, 1])
    assert np.isfinite(found.statistic[0])
    assert np.isnan(found.statistic[1])


def samples(rows: int = 7, patients: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(11)
    shape = (rows, patients)
    return draw.integers(1, 25, shape) * 1.0, draw.integers(0, 3, shape), draw.integers(0, 2, shape)


def test_many_samples_together_are_each_alone() -> None:
    time, cause, arm = samples()
    days = np.array([5.0, 10.0, 20.0])
    together = [
        kaplan_meier(time, cause > 0).survival_at(days), cumulative_incidence(time, cause).variance_at(1, days),
        log_rank(time, cause > 0, arm).statistic, gray(time, cause, arm, 2).statistic,
        hazard_ratio(time, cause > 0, arm).log_ratio, restricted_mean(time, cause > 0, 15).standard_error,
    ]  # fmt: skip
    for k, (t, c, a) in enumerate(zip(time, cause, arm, strict=True)):
        alone = [
            kaplan_meier(t, c > 0).survival_at(days), cumulative_incidence(t, c).variance_at(1, days),
            log_rank(t, c > 0, a).statistic, gray(t, c, a, 2).statistic,
            hazard_ratio(t, c > 0, a).log_ratio, restricted_mean(t, c > 0, 15).standard_error,
        ]  # fmt: skip
        for many, one in zip(together, alone, strict=True):
            assert many[k] == pytest.approx(one[0], rel=1e-12)


def test_patients_without_a_time_do_not_count() -> None:
    time, cause, arm = samples(1)
    wide = np.concatenate([time, np.full((1, 5), np.nan)], axis=1)
    more = np.concatenate([cause, np.ones((1, 5), int)], axis=1), np.concatenate([arm, np.ones((1, 5), int)], axis=1)
    assert log_rank(wide, more[0] > 0, more[1]).statistic == log_rank(time, cause > 0, arm).statistic
    assert gray(wide, *more, 1).statistic == gray(time, cause, arm, 1).statistic
    ratios = [hazard_ratio(*given).log_ratio for given in ((wide, more[0] > 0, more[1]), (time, cause > 0, arm))]
    assert ratios[0] == pytest.approx(ratios[1], rel=1e-12)
    assert kaplan_meier(wide, more[0] > 0).survival_at([9]) == kaplan_meier(time, cause > 0).survival_at([9])


@pytest.mark.parametrize("ties", list(Ties))
def test_the_hazard_ratio_of_many_samples_is_that_of_the_cox_model(ties: Ties) -> None:
    time, cause, arm = samples()
    together = hazard_ratio(time, cause > 0, arm, ties)
    for k in range(len(time)):
        alone = fit_cox(rows_for_cox(time[k], cause[k] > 0, arm[k]), ties)
        assert together.log_ratio[k] == pytest.approx(alone.coefficients[0], abs=1e-9)
        assert together.standard_error[k] == pytest.approx(alone.standard_errors[0], rel=1e-7)
        assert together.score_statistic[k] == pytest.approx(alone.score_statistic, rel=1e-9)


def test_without_ties_the_score_test_of_cox_is_the_log_rank_test() -> None:
    draw = np.random.default_rng(12)
    time, arm = draw.exponential(1, (5, 80)), np.arange(80) % 2
    event = draw.random((5, 80)) < 0.8
    assert hazard_ratio(time, event, arm).score_statistic == pytest.approx(log_rank(time, event, arm).statistic)


def test_an_arm_without_events_has_no_hazard_ratio() -> None:
    found = hazard_ratio([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1])
    assert np.isnan(found.log_ratio[0])
    assert not found.converged[0]


def test_a_covariate_that_separates_the_events_is_told() -> None:
    rows = rows_for_cox([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1, 1, 1, 0, 0, 0], [1.0, 1, 1, 0, 0, 0])
    assert not fit_cox(rows).converged


def test_wrong_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="no event"):
        fit_cox(rows_for_cox([1.0, 2.0], [0, 0], [1.0, 2.0]))
    with pytest.raises(ValueError, match="constant"):
        fit_cox(rows_for_cox([1.0, 2.0], [1, 1], [1.0, 1.0]))
    with pytest.raises(ValueError, match="finite"):
        rows_for_cox([1.0, 2.0], [1, 1], [1.0, np.nan])
    with pytest.raises(ValueError, match="finite"):
        kaplan_meier([1.0, np.inf], [1, 1])
    with pytest.raises(ValueError, match="two groups"):
        log_rank([1.0, 2.0], [1, 1], [0, 0])


@pytest.mark.parametrize("ties", list(Ties))
def test_splitting_a_patients_time_changes_no_cox_model(ties: Ties) -> None:
    draw = np.random.default_rng(13)
    time, event, x = draw.integers(2, 30, 70) * 1.0, draw.random(70) < 0.7, draw.normal(size=(70, 2))
    whole = fit_cox(rows_for_cox(time, event, x), ties)
    half = np.floor(time / 2) + 0.5
    split = rows_for_cox(np.r_[half, time], np.r_[np.zeros(70), event], np.r_[x, x], start=np.r_[np.zeros(70), half])
    assert fit_cox(split, ties).coefficients == pytest.approx(whole.coefficients, abs=1e-10)


def test_robust_errors_agree_with_lifelines() -> None:
    import pandas as pd
    from lifelines import CoxPHFitter

    draw = np.random.default_rng(14)
    x = draw.normal(size=(120, 2))
    time, event = draw.exponential(np.exp(-0.5 * x[:, 0])), draw.random(120) < 0.8
    ours = fit_cox(rows_for_cox(time, event, x))
    frame = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "t": time, "d": event})
    theirs = CoxPHFitter().fit(frame, "t", "d", robust=True)
    assert np.sqrt(np.diag(ours.robust_covariance())) == pytest.approx(theirs.standard_errors_.to_numpy(), rel=1e-5)
    assert concordance(ours) == pytest.approx(theirs.concordance_index_, abs=1e-9)


def test_rows_of_one_patient_are_one_cluster() -> None:
    draw = np.random.default_rng(15)
    x, time, event = draw.normal(size=(60, 1)), draw.exponential(1, 60), draw.random(60) < 0.8
    twice = fit_cox(rows_for_cox(np.r_[time, time], np.r_[event, event], np.r_[x, x]), Ties.BRESLOW)
    once = fit_cox(rows_for_cox(time, event, x), Ties.BRESLOW)
    cluster = np.r_[np.arange(60), np.arange(60)]
    assert twice.robust_covariance(cluster) == pytest.approx(once.robust_covariance(), rel=1e-6)
    assert np.diag(twice.robust_covariance())[0] < 0.6 * np.diag(once.robust_covariance())[0]


def test_fine_gray_without_competing_events_is_cox() -> None:
    draw = np.random.default_rng(16)
    x, time = draw.normal(size=(150, 2)), draw.exponential(1, 150)
    event = (draw.random(150) < 0.7).astype(int)
    both = fine_gray(time, event, x), fit_cox(rows_for_cox(time, event, x), Ties.BRESLOW)
    assert both[0].coefficients == pytest.approx(both[1].coefficients, abs=1e-8)
    assert both[0].covariance == pytest.approx(both[1].robust_covariance(), rel=1e-6)


def test_rates_are_events_by_time() -> None:
    rate = rate_of(TIME, EVENT)
    assert rate.per(12) == pytest.approx(3)
    assert rate.share == pytest.approx(3 / 5)


def stays(*rows: tuple[int, int, int, float, float], states: int = 3) -> Stays:
    patient, state, to, entry, leave = (np.array(column) for column in zip(*rows, strict=True))
    return Stays(patient, state, to, entry, leave, states)


def test_without_censoring_occupancy_is_the_share_in_each_state() -> None:
    found = stays((0, 0, 1, 0.0, 1.0), (0, 1, 0, 1.0, 3.0), (0, 0, STAYED, 3.0, 9.0), (1, 0, 2, 0.0, 2.0),
                  (2, 0, 1, 0.0, 4.0), (2, 1, STAYED, 4.0, 9.0), (3, 0, STAYED, 0.0, 9.0))  # fmt: skip
    probability, error = aalen_johansen(hazards_of(found), 0).at([0.5, 1, 2, 3, 4])
    assert probability[:, 0] == pytest.approx([1, 3 / 4, 2 / 4, 3 / 4, 2 / 4])
    assert probability[:, 1] == pytest.approx([0, 1 / 4, 1 / 4, 0, 1 / 4])
    assert error[1, 0] == pytest.approx(np.sqrt(3 / 4 / 4 / 4))
    assert aalen_johansen(hazards_of(found), 0).mean_stay(2.0) == pytest.approx([1.75, 0.25, 0.0])


def test_two_states_are_kaplan_meier_with_greenwoods_error() -> None:
    draw = np.random.default_rng(17)
    time, event = draw.integers(1, 15, 60) * 1.0, draw.random(60) < 0.6
    found = Stays(np.arange(60), np.zeros(60, int), np.where(event, 1, STAYED), np.zeros(60), time, 2)
    days = [3.0, 7.0, 11.0]
    probability, error = aalen_johansen(hazards_of(found), 0).at(days)
    curve = kaplan_meier(time, event)
    assert probability[:, 0] == pytest.approx(curve.survival_at(days)[0])
    assert error[:, 0] == pytest.approx(curve.standard_error_at(days)[0])


def test_a_landmark_uses_those_alone_who_are_in_the_state() -> None:
    """Who recovered late dies at once, who recovered early never: the landmark sees it, Markov's product does not."""
    rows = [(k, 0, 1, 0.0, 1.0) for k in range(5)] + [(k, 1, STAYED, 1.0, 9.0) for k in range(5)]
    rows += [(k, 0, 1, 0.0, 5.0) for k in range(5, 10)] + [(k, 1, 2, 5.0, 6.0) for k in range(5, 10)]
    found = stays(*rows)
    assert landmark(found, 1, 2.0).at([8.0])[0][0, 1] == pytest.approx(1.0)
    assert aalen_johansen(hazards_of(found), 1, 2.0).at([8.0])[0][0, 1] == pytest.approx(0.5)
    with pytest.raises(ValueError, match="nobody"):
        landmark(found, 2, 1.0)


def test_current_grfs_falls_with_gvhd_and_rises_when_it_resolves() -> None:
    never = np.full(4, np.inf)
    gvhd = [[(20.0, 60.0)], [(30.0, np.inf)], [], [(10.0, 25.0), (24.0, 40.0)]]
    found = health_stays(gvhd, np.array([np.inf, np.inf, 50.0, np.inf]), never, np.full(4, 100.0))
    share, _ = current_grfs(found, [5, 22, 35, 45, 70])
    assert share == pytest.approx([1.0, 0.5, 0.25, 0.5, 0.5])
    relapsed = health_over_time(found).at([70.0])[0][0, Health.RELAPSED]
    assert relapsed == pytest.approx(0.25)


def test_current_grfs_counts_the_censored_as_those_who_stay() -> None:
    """Half leave at day 10 without any event: the estimate must not move."""
    spells = [[(20.0, 60.0)] if k % 4 == 0 else [] for k in range(40)]
    never = np.full(40, np.inf)
    seen = np.where(np.arange(40) % 8 < 4, 100.0, 10.0)
    share, _ = current_grfs(health_stays(spells, never, never, seen), [30, 80])
    assert share == pytest.approx([0.75, 1.0])


def test_impossible_histories_are_refused() -> None:
    never = np.array([np.inf])
    with pytest.raises(ValueError, match="end after it began"):
        health_stays([[(5.0, 5.0)]], never, never, [10.0])
    with pytest.raises(ValueError, match="not after the graft"):
        health_stays([[]], never, never, [0.0])
    with pytest.raises(ValueError, match="end after it began"):
        stays((0, 0, 1, 2.0, 2.0))
