"""How fast many samples are analysed together, beside lifelines in a loop."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from marrow.trial.statistics.cox import Ties
from marrow.trial.statistics.cumulative_incidence import cumulative_incidence
from marrow.trial.statistics.gray import gray
from marrow.trial.statistics.hazard_ratio import hazard_ratio
from marrow.trial.statistics.kaplan_meier import kaplan_meier
from marrow.trial.statistics.log_rank import log_rank
from marrow.trial.statistics.restricted_mean import restricted_mean

PATIENTS, SAMPLES, LOOP = 300, 1000, 20
_DAY = 365.0


@dataclass(frozen=True)
class Speed:
    """Milliseconds of processor time a sample; ``loop``: lifelines, NaN where it has no such estimator."""

    name: str
    together: float
    loop: float


def trials(
    samples: int = SAMPLES, patients: int = PATIENTS, seed: int = 1
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Time (R, N) in whole days, cause (R, N) of two, arm (N,), of trials with accrual over a year."""
    draw = np.random.default_rng(seed)
    arm = np.arange(patients) % 2
    relapse = draw.exponential(1000 / (1 + 0.3 * arm), (samples, patients))
    death = draw.exponential(1500, (samples, patients))
    end = draw.uniform(_DAY, 3 * _DAY, (samples, patients))
    time = np.ceil(np.minimum(np.minimum(relapse, death), end))
    cause = np.where(end < np.minimum(relapse, death), 0, np.where(relapse < death, 1, 2))
    return time, cause, arm


def measured() -> list[Speed]:
    time_, cause, arm = trials()
    event = cause > 0
    days = np.array([100.0, _DAY, 2 * _DAY])
    both = np.broadcast_to(arm, time_.shape)

    def curve() -> object:
        found = kaplan_meier(time_, event)
        return found.survival_at(days), found.standard_error_at(days)

    def incidence() -> object:
        found = cumulative_incidence(time_, cause)
        return found.incidence_at(1, days), found.variance_at(1, days)

    cases: list[tuple[str, Callable[[], object], Callable[[int], object] | None]] = [
        ("Kaplan-Meier at three times, with errors", curve, lambda k: _curve(time_[k], event[k], days)),
        ("Cumulative incidence at three times, with errors", incidence, lambda k: _incidence(time_[k], cause[k])),
        ("Log-rank, two arms", lambda: log_rank(time_, event, arm), lambda k: _log_rank(time_[k], event[k], both[k])),
        ("Gray's test, two arms", lambda: gray(time_, cause, arm, 1), None),
        ("Hazard ratio of two arms (Efron)", lambda: hazard_ratio(time_, event, arm, Ties.EFRON),
         lambda k: _cox(time_[k], event[k], both[k])),
        ("Restricted mean, with error", lambda: restricted_mean(time_, event, 2 * _DAY),
         lambda k: _restricted_mean(time_[k], event[k])),
    ]  # fmt: skip
    return [_speed(name, together, one) for name, together, one in cases]


def _speed(name: str, together: Callable[[], object], one: Callable[[int], object] | None) -> Speed:
    together()
    begin = time.process_time()
    together()
    fast = (time.process_time() - begin) / SAMPLES * 1e3
    if one is None:
        return Speed(name, fast, float("nan"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one(0)
        begin = time.process_time()
        for k in range(LOOP):
            one(k)
    return Speed(name, fast, (time.process_time() - begin) / LOOP * 1e3)


def _curve(t: np.ndarray, d: np.ndarray, days: np.ndarray) -> object:
    from lifelines import KaplanMeierFitter

    return KaplanMeierFitter().fit(t, d).survival_function_at_times(days)


def _incidence(t: np.ndarray, cause: np.ndarray) -> object:
    from lifelines import AalenJohansenFitter

    return AalenJohansenFitter(seed=1).fit(t, cause, 1).cumulative_density_


def _log_rank(t: np.ndarray, d: np.ndarray, arm: np.ndarray) -> object:
    from lifelines.statistics import multivariate_logrank_test

    return multivariate_logrank_test(t, arm, d)


def _cox(t: np.ndarray, d: np.ndarray, arm: np.ndarray) -> object:
    import pandas as pd
    from lifelines import CoxPHFitter

    return CoxPHFitter().fit(pd.DataFrame({"t": t, "d": d, "arm": arm}), "t", "d").params_


def _restricted_mean(t: np.ndarray, d: np.ndarray) -> object:
    from lifelines import KaplanMeierFitter
    from lifelines.utils import restricted_mean_survival_time

    return restricted_mean_survival_time(KaplanMeierFitter().fit(t, d), 2 * _DAY)
