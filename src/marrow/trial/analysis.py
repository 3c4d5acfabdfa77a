"""The planned analysis of many trials at once, and the truth that it is held to: bias, coverage, power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marrow.trial.design import Aim, Design, PlannedTest, Question
from marrow.trial.looks import bounds
from marrow.trial.observe import EVENT, Course, Lived, Sample, seen
from marrow.trial.statistics.cumulative_incidence import cumulative_incidence
from marrow.trial.statistics.gray import gray
from marrow.trial.statistics.hazard_ratio import hazard_ratio
from marrow.trial.statistics.kaplan_meier import kaplan_meier
from marrow.trial.statistics.limits import normal_quantile
from marrow.trial.statistics.log_rank import log_rank

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Truth:
    """Shares with the event by the day when every patient lives every arm: ``share`` (A,), ``error`` (A,);
    ``difference`` (A,) from the control with its ``paired_error`` and the ``parallel_error`` of as many patients in
    arms of their own."""

    share: Floats
    error: Floats
    difference: Floats
    paired_error: Floats
    parallel_error: Floats
    patients: int
    failed: int

    @property
    def saving(self) -> Floats:
        """How many times fewer patients the twins need for the same standard error."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return (self.parallel_error / self.paired_error) ** 2


@dataclass(frozen=True)
class Result:
    """One question, one arm against the control, R trials. ``estimate`` (R,): difference of the shares at the day, with
    ``error``; ``log_ratio``: of cause-specific hazards (arm to control); ``z``, ``p`` (R,): of the planned test;
    ``reached``: it shows what it set out to; ``stopped_at`` (R,): the look, counted from 1; the last is the end."""

    estimate: Floats
    error: Floats
    share: Floats
    log_ratio: Floats
    log_ratio_error: Floats
    p: Floats
    reached: NDArray[np.bool_]
    stopped_at: NDArray[np.int64]
    truth: float
    truth_error: float

    @property
    def power(self) -> float:
        return float(np.mean(self.reached))

    @property
    def bias(self) -> float:
        """Mean estimate less the truth."""
        return float(np.nanmean(self.estimate) - self.truth)

    @property
    def coverage(self) -> float:
        """Share of 95 % intervals of the difference that hold the truth."""
        inside = np.abs(self.estimate - self.truth) <= normal_quantile(0.95) * self.error
        return float(np.mean(inside[np.isfinite(self.estimate) & np.isfinite(self.error)]))


def truth_of(question: Question, of_arms: Sequence[Lived]) -> Truth:
    """Of complete lives: nobody is lost and nobody's follow-up ends."""
    happened = np.array([(each.day <= question.day) & (each.cause == EVENT) for each in of_arms], dtype=float)
    known = ~np.isnan(np.array([each.day for each in of_arms])).any(axis=0)
    pairs = happened[:, known]
    count = pairs.shape[1]
    share = pairs.mean(axis=1)
    variance = share * (1 - share) / count
    gaps = pairs - pairs[0]
    return Truth(
        share, np.sqrt(variance), share - share[0], gaps.std(axis=1) / np.sqrt(count),
        np.sqrt(2 * (variance + variance[0])), count, int((~known).sum()),
    )  # fmt: skip


def analyse(
    design: Design, question: Question, arm: int, of_arms: Sequence[Lived], course: Course, allocated: NDArray[np.int64]
) -> Result:
    """``arm`` against the control in R trials, interim looks included. ``allocated`` (R, N)."""
    strata = course.stratum.reshape(allocated.shape) if question.stratified and course.stratum is not None else None
    pair = np.isin(allocated, (0, arm))
    end = np.full(len(allocated), design.accrual + design.follow_up)
    final = _kept(seen(of_arms, course, allocated, end), pair)
    truth = truth_of(question, of_arms)
    limit = bounds(question.looks, question.alpha)
    z_end, p = _test(question, final, arm, strata)
    stopped = np.full(len(allocated), len(limit))
    crossed = np.abs(z_end) >= limit[-1]
    for k in range(len(question.looks) - 1, -1, -1):
        at = _look(final, course, pair, question.looks[k])
        z, _ = _test(question, _kept(seen(of_arms, course, allocated, at), pair), arm, strata)
        early = np.abs(z) >= limit[k]
        stopped, crossed = np.where(early, k + 1, stopped), crossed | early
    estimate, error, share = _difference(question, final, arm)
    ratio = hazard_ratio(final.time, final.cause == EVENT, (final.arm == arm).astype(int))
    reached = crossed
    if question.aim is Aim.NON_INFERIORITY and question.margin is not None:
        sign = -1.0 if question.endpoint.asked.is_good else 1.0
        reached = sign * estimate + normal_quantile(1 - question.alpha) * error < question.margin
    return Result(
        estimate, error, share, ratio.log_ratio, ratio.standard_error, p, reached, stopped,
        float(truth.difference[arm]), float(truth.paired_error[arm]),
    )  # fmt: skip


def _kept(sample: Sample, members: NDArray[np.bool_]) -> Sample:
    return Sample(np.where(members, sample.time, np.nan), sample.cause, sample.arm)


def _look(final: Sample, course: Course, pair: NDArray[np.bool_], share: float) -> Floats:
    """The calendar day (R,) on which a share of the events that the end will have seen has happened."""
    calendar = np.where((final.cause == EVENT) & pair, course.enrolled.reshape(final.time.shape) + final.time, np.inf)
    ordered = np.sort(calendar, axis=1)
    events = np.isfinite(ordered).sum(axis=1)
    place = np.clip(np.ceil(share * events).astype(int) - 1, 0, None)
    return np.take_along_axis(ordered, place[:, None], axis=1)[:, 0]


def _test(
    question: Question, sample: Sample, arm: int, strata: NDArray[np.int64] | None = None
) -> tuple[Floats, Floats]:
    """z and p (R,) of the planned test, within ``strata`` (R, N) where there are some."""
    from scipy.special import ndtr

    if question.test is PlannedTest.DIFFERENCE:
        estimate, error, _ = _difference(question, sample, arm)
        with np.errstate(divide="ignore", invalid="ignore"):
            z = estimate / error
        return z, 2 * ndtr(-np.abs(z))
    member = (sample.arm == arm).astype(int)
    if question.test is PlannedTest.GRAY:
        found = gray(sample.time, np.where(np.isnan(sample.time), 0, sample.cause), member, EVENT, strata=strata)
    else:
        found = log_rank(sample.time, sample.cause == EVENT, member, strata=strata)
    return np.sqrt(np.maximum(np.nan_to_num(found.statistic), 0.0)), found.p


def _difference(question: Question, sample: Sample, arm: int) -> tuple[Floats, Floats, Floats]:
    """Difference of the shares with the event by the day, its error, and both shares (R, 2)."""
    shares, variances = [], []
    for which in (0, arm):
        time = np.where(sample.arm == which, sample.time, np.nan)
        if question.endpoint.asked.competing:
            curve = cumulative_incidence(time, np.where(np.isnan(time), 0, sample.cause))
            shares.append(curve.incidence_at(EVENT, [question.day])[:, 0])
            variances.append(curve.variance_at(EVENT, [question.day])[:, 0])
        else:
            free = kaplan_meier(time, sample.cause == EVENT)
            shares.append(1 - free.survival_at([question.day])[:, 0])
            variances.append(free.standard_error_at([question.day])[:, 0] ** 2)
    return shares[1] - shares[0], np.sqrt(variances[0] + variances[1]), np.stack(shares, axis=1)
