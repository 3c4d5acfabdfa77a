"""The planned analysis on trials whose truth is known: power as by closed form, intervals that hold it, no bias."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr

from marrow.calibration.study import study_from_text
from marrow.trial.analysis import analyse, truth_of
from marrow.trial.design import Aim, Design, PlannedTest, Question
from marrow.trial.endpoints import Endpoint
from marrow.trial.observe import COMPETING, EVENT, Course, Lived, allocate, seen
from marrow.trial.who import Who

STUDY = study_from_text(
    (Path(__file__).parent / "two_arms.yaml").read_text(encoding="utf-8"), "two_arms.yaml", Path(__file__).parent
)
TRIALS, PATIENTS = 1000, 300
PLAIN = Question(Endpoint.OVERALL_SURVIVAL, 365.0, PlannedTest.LOG_RANK, 0.05, Aim.SUPERIORITY, None, ())


def design(question: Question, follow_up: float = 730.0) -> Design:
    who = Who(STUDY.name, STUDY.arms[0].arm)
    return Design("a trial", STUDY, STUDY.arms, PATIENTS, 0.0, follow_up, 0.0, 0.0, 270.0, question, (), (), who, {})


def nobody_lost(count: int) -> Course:
    never = np.full(count, np.inf)
    return Course(np.zeros(count), never, np.zeros(count, dtype=bool), never)


def exponential_lives(rates: tuple[float, float], other: float = 0.0, seed: int = 1) -> list[Lived]:
    """Proportional hazards with common random numbers; ``other``: the rate of a competing event."""
    rng = np.random.default_rng(seed)
    first, second = rng.exponential(size=(2, TRIALS * PATIENTS))
    competing = second / other if other else np.full(len(second), np.inf)
    days = [first / rate for rate in rates]
    return [Lived(np.minimum(day, competing), np.where(day <= competing, EVENT, COMPETING)) for day in days]


def schoenfeld(log_ratio: float, events: float) -> float:
    """Power of a log-rank test with equal arms, two-sided 0.05."""
    return float(ndtr(abs(log_ratio) * np.sqrt(events) / 2 - 1.959964))


@pytest.mark.parametrize("ratio", [1.0, 0.8, 0.65])
def test_power_of_the_log_rank_test_is_as_by_closed_form(ratio: float) -> None:
    """1,000 trials: within four standard errors and 2 points for the formula's approximation."""
    rate = 1 / 400
    lives = exponential_lives((rate, ratio * rate))
    arm = allocate(TRIALS, PATIENTS, 2, 1)
    found = analyse(design(PLAIN), PLAIN, 1, lives, nobody_lost(arm.size), arm)
    events = PATIENTS / 2 * sum(1 - np.exp(-730 * each) for each in (rate, ratio * rate))
    expected = schoenfeld(np.log(ratio), events) if ratio != 1 else 0.05
    assert found.power == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / TRIALS) + 0.02)


def test_cause_specific_hazards_decide_power_also_with_competing_events() -> None:
    """Half of the patients have the competing event first: events are fewer, and so is power."""
    rate, ratio, other = 1 / 400, 0.65, 1 / 400
    lives = exponential_lives((rate, ratio * rate), other)
    arm = allocate(TRIALS, PATIENTS, 2, 1)
    found = analyse(design(PLAIN), PLAIN, 1, lives, nobody_lost(arm.size), arm)
    events = PATIENTS / 2 * sum(r / (r + other) * (1 - np.exp(-730 * (r + other))) for r in (rate, ratio * rate))
    expected = schoenfeld(np.log(ratio), events)
    assert found.power == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / TRIALS) + 0.02)
    assert np.exp(np.median(found.log_ratio)) == pytest.approx(ratio, abs=0.02)


def test_intervals_hold_the_truth_and_estimates_are_not_biased() -> None:
    question = replace(PLAIN, endpoint=Endpoint.RELAPSE, test=PlannedTest.GRAY)
    lives = exponential_lives((1 / 500, 1 / 700), 1 / 900)
    arm = allocate(TRIALS, PATIENTS, 2, 1)
    found = analyse(design(question, follow_up=400.0), question, 1, lives, nobody_lost(arm.size), arm)
    assert found.coverage == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / TRIALS))
    assert found.bias == pytest.approx(0.0, abs=4 * float(np.std(found.estimate)) / np.sqrt(TRIALS) + 0.003)


def test_the_truth_is_that_of_the_law() -> None:
    lives = exponential_lives((1 / 400, 1 / 800))
    truth = truth_of(PLAIN, lives)
    expected = 1 - np.exp(-365 / np.array([400.0, 800.0]))
    assert truth.share == pytest.approx(expected, abs=4 * float(truth.error.max()))
    assert truth.saving[1] > 1.5


def test_interim_looks_keep_the_error_and_stop_early_where_there_is_an_effect() -> None:
    question = replace(PLAIN, looks=(0.5,))
    arm = allocate(TRIALS, PATIENTS, 2, 1)
    null = analyse(design(question), question, 1, exponential_lives((1 / 400, 1 / 400)), nobody_lost(arm.size), arm)
    assert null.power == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / TRIALS))
    strong = analyse(design(question), question, 1, exponential_lives((1 / 400, 1 / 900)), nobody_lost(arm.size), arm)
    assert np.mean(strong.stopped_at == 1) > 0.5


def test_non_inferiority_is_judged_by_the_margin() -> None:
    question = replace(PLAIN, test=PlannedTest.DIFFERENCE, aim=Aim.NON_INFERIORITY, margin=0.10)
    arm = allocate(TRIALS, PATIENTS, 2, 1)
    alike = analyse(design(question), question, 1, exponential_lives((1 / 400, 1 / 400)), nobody_lost(arm.size), arm)
    share = 1 - np.exp(-365 / 400)
    error = np.sqrt(2 * share * (1 - share) / (PATIENTS / 2))
    assert alike.power == pytest.approx(float(ndtr(0.10 / error - 1.959964)), abs=0.05)
    rate = -np.log(1 - share - 0.10) / 365
    worse = analyse(design(question), question, 1, exponential_lives((1 / 400, rate)), nobody_lost(arm.size), arm)
    assert worse.power == pytest.approx(0.025, abs=4 * np.sqrt(0.025 * 0.975 / TRIALS))


def test_allocation_is_balanced_and_is_the_same_for_the_first_trials() -> None:
    arm = allocate(50, 100, 2, 1)
    assert (arm.sum(axis=1) == 50).all() or (np.abs(arm.sum(axis=1) - 50) <= 4).all()
    assert np.array_equal(allocate(10, 100, 2, 1), arm[:10])


def test_each_stratum_is_balanced_by_itself() -> None:
    stratum = (np.arange(50 * 100) % 7 > 4).astype(int)
    arm = allocate(50, 100, 2, 1, stratum=stratum)
    for each in (0, 1):
        gap = np.where(stratum.reshape(50, 100) == each, 2 * arm - 1, 0).sum(axis=1)
        assert (np.abs(gap) <= 4).all()
    assert np.array_equal(allocate(10, 100, 2, 1, stratum=stratum), arm[:10])
    alone = allocate(50, 100, 2, 1, stratum=np.zeros(5000, dtype=int))
    assert (np.abs(alone.sum(axis=1) - 50) <= 4).all()


def test_a_stratified_test_gains_where_strata_differ_and_keeps_its_level() -> None:
    """Half of the patients have six times the hazard. Chance failures: 4 standard errors, a rate of 6e-5."""
    stratum = np.arange(TRIALS * PATIENTS) % 2
    base = 1 / 1500 * np.where(stratum == 1, 6.0, 1.0)
    arm = allocate(TRIALS, PATIENTS, 2, 1, stratum=stratum)
    course = replace(nobody_lost(arm.size), stratum=stratum)
    first = np.random.default_rng(3).exponential(size=arm.size)
    power = {}
    for ratio in (1.0, 0.7):
        lives = [Lived(first / (base * each), np.full(arm.size, EVENT)) for each in (1.0, ratio)]
        for stratified in (False, True):
            question = replace(PLAIN, stratified=stratified)
            power[ratio, stratified] = analyse(design(question), question, 1, lives, course, arm).power
    assert power[1.0, True] == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / TRIALS))
    assert power[0.7, True] > power[0.7, False] + 0.05


def test_who_is_not_enrolled_yet_is_not_seen() -> None:
    lives = [Lived(np.array([100.0, 100.0]), np.array([1, 1]))] * 2
    course = Course(np.array([0.0, 300.0]), np.array([50.0, np.inf]), np.zeros(2, dtype=bool), np.full(2, np.inf))
    sample = seen(lives, course, np.array([[0, 1]]), 200.0)
    assert sample.time[0, 0] == 50.0
    assert sample.cause[0, 0] == 0
    assert np.isnan(sample.time[0, 1])
