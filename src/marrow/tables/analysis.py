"""Curves of an outcome and tests between groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from marrow.tables.timed import TimedOutcome
from marrow.trial.statistics.cox import Ties, fit_cox, rows_for_cox
from marrow.trial.statistics.cumulative_incidence import cumulative_incidence
from marrow.trial.statistics.fine_gray import fine_gray
from marrow.trial.statistics.gray import gray
from marrow.trial.statistics.kaplan_meier import kaplan_meier
from marrow.trial.statistics.limits import limits, normal_quantile
from marrow.trial.statistics.log_rank import log_rank

EVERYONE = "all"
DAYS = (28.0, 100.0, 365.0, 730.0, 1825.0)


@dataclass(frozen=True)
class Step:
    """A curve at one time. ``what``: free of the event (Kaplan-Meier) or incidence of a cause."""

    outcome: str
    group: str
    what: str
    day: float
    at_risk: int
    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Test:
    """A comparison of groups. ``effect``: a ratio of hazards with limits, NaN where there is none."""

    outcome: str
    name: str
    what: str
    statistic: float
    degrees: int
    p: float
    effect: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")


@dataclass(frozen=True)
class Analysis:
    """``curves``: at every time; ``steps``: at the days that papers tell; ``medians`` by group, days."""

    outcome: TimedOutcome
    groups: tuple[str, ...]
    curves: tuple[Step, ...]
    steps: tuple[Step, ...]
    medians: dict[str, tuple[float, float, float]]
    tests: tuple[Test, ...]


def analyse(outcome: TimedOutcome, group_of: dict[str, str]) -> Analysis:
    """Everyone, and each group of ``group_of`` (by patient); tests where two groups or more have patients."""
    group = np.array([group_of.get(name, "") for name in outcome.patient])
    names = tuple(sorted({name for name in group if name}))
    members = {EVERYONE: np.ones(len(group), dtype=bool)} | {name: group == name for name in names}
    curves, steps, medians = [], [], {}
    for name, here in members.items():
        time, cause = outcome.time[here], outcome.cause[here]
        distinct = np.unique(time)
        closed = bool((cause[time == time.max()] > 0).all())  # nobody is left: the curve stays as it is
        told = np.array([day for day in DAYS if day <= time.max() or closed])
        curves += _steps(outcome, name, time, cause, distinct)
        steps += _steps(outcome, name, time, cause, told)
        curve = kaplan_meier(time, cause > 0).curve()
        medians[name] = (curve.quantile(0.5), *curve.quantile_limits(0.5))
    known = group != ""
    tests = _tests(outcome, known, group) if len(names) > 1 else []
    return Analysis(outcome, names, tuple(curves), tuple(steps), medians, tuple(tests))


def _steps(outcome: TimedOutcome, group: str, time: np.ndarray, cause: np.ndarray, days: np.ndarray) -> list[Step]:
    if not days.size:
        return []
    free = kaplan_meier(time, cause > 0)
    at_risk = [int(np.count_nonzero(time >= day)) for day in days]
    columns = {"free of the event": (free.survival_at(days)[0], free.standard_error_at(days)[0])}
    if outcome.competing:
        found = cumulative_incidence(time, cause)
        columns |= {label: (found.incidence_at(k, days)[0], np.sqrt(found.variance_at(k, days)[0]))
                    for k, label in enumerate(outcome.labels, start=1)}  # fmt: skip
    steps = []
    for what, (estimate, error) in columns.items():
        low, high = limits(estimate, error)
        rows = zip(days, at_risk, estimate, low, high, strict=True)
        steps += [
            Step(outcome.name, group, what, *(float(d), n, float(e), float(a), float(b))) for d, n, e, a, b in rows
        ]
    return steps


def _tests(outcome: TimedOutcome, known: np.ndarray, group: np.ndarray) -> list[Test]:
    time, cause, group = outcome.time[known], outcome.cause[known], group[known]
    any_event = log_rank(time, cause > 0, group)
    whole = " or ".join(outcome.labels) or "event"
    found = [_row(outcome.name, "log-rank", whole, any_event)]
    names = np.unique(group)
    second = (group == names[1]).astype(float) if len(names) == 2 else None
    if second is not None:
        found += _hazards(outcome.name, f"hazard ratio, {names[1]} to {names[0]} (Cox)", whole, time, cause > 0, second)
    if outcome.competing:
        for k, label in enumerate(outcome.labels, start=1):
            found.append(_row(outcome.name, "Gray", label, gray(time, cause, group, k)))
            if second is not None:
                name = f"cause-specific hazard ratio, {names[1]} to {names[0]} (Cox)"
                found += _hazards(outcome.name, name, label, time, cause == k, second)
                found += _subdistribution(outcome.name, label, (time, cause, k), second, names)
    return found


def _row(outcome: str, name: str, what: str, test: object) -> Test:
    return Test(outcome, name, what, float(test.statistic[0]), test.degrees, float(test.p[0]))  # type: ignore[attr-defined]


def _hazards(outcome: str, name: str, what: str, time: np.ndarray, event: np.ndarray, second: np.ndarray) -> list[Test]:
    try:
        fit = fit_cox(rows_for_cox(time, event, second), Ties.EFRON)
    except ValueError:  # no event, or all of them in one group
        return []
    return [_ratio(outcome, name, what, fit.coefficients[0], fit.standard_errors[0])] if fit.converged else []


def _subdistribution(outcome: str, what: str, sample: tuple, second: np.ndarray, names: np.ndarray) -> list[Test]:
    time, cause, k = sample
    try:
        fit = fine_gray(time, cause, second, k)
    except ValueError:
        return []
    name = f"subdistribution hazard ratio, {names[1]} to {names[0]} (Fine-Gray)"
    return [_ratio(outcome, name, what, fit.coefficients[0], fit.standard_errors[0])] if fit.converged else []


def _ratio(outcome: str, name: str, what: str, coefficient: float, error: float) -> Test:
    from scipy.special import chdtrc

    wald, z = float((coefficient / error) ** 2), normal_quantile(0.95)
    ends = [float(np.exp(coefficient + sign * z * error)) for sign in (-1, 1)]
    return Test(outcome, name, what, wald, 1, float(chdtrc(1.0, wald)), float(np.exp(coefficient)), *ends)
