"""Children of the UCI table: each child's own predicted days beside the observed one, and beside a Cox model's."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cox
import numpy as np
from lifelines.utils import concordance_index
from numpy.typing import NDArray
from predictive import (
    Coverage,
    Floats,
    Observed,
    Predictive,
    coverage,
    folds,
    of_copies,
    pit_histogram,
    pit_intervals,
    randomised,
)
from scipy.stats import kstest
from shifted import Shift, learned

from marrow.calibration.children import Cohort, Recovered, read_children
from marrow.calibration.children_plans import WITH_GROWTH_FACTOR, simulate_children

FILE = Path("uci_bmt_children") / "bmt_children_dev.csv"
HORIZON = 200.0  # days simulated
BATCH = 20  # copies of every child that are simulated together
FEWEST = 20  # copies: with fewer no transform lies wholly outside of the central 90 %
FOLDS, SPLITS, RESAMPLES = 10, 5, 400
NOT_FITTED = "marrow, nothing fitted"
GROWTH_FACTOR = "marrow, filgrastim assumed"
SHIFTED = "marrow, shift and spread learned"
COX = "Cox model"
DOSE = "CD34+ dose alone"

Tick = Callable[[str], None]


@dataclass(frozen=True)
class Judged:
    """One way of predicting one recovery. ``histogram``: patients by tenths of the transform; None: only ranks.

    ``uniform``: median p of Kolmogorov and Smirnov over many randomisations. ``concordance``: of all, of blood grafts
    alone; ``interval``: bootstrap 95 % of the first; ``less_than_cox``: bootstrap 95 % of its difference from Cox.
    ``later``: median of observed minus predicted median day, over those who recovered.
    """

    name: str
    coverage: Coverage | None
    histogram: Floats | None
    uniform: float | None
    later: float | None
    concordance: float
    concordance_blood: float
    interval: tuple[float, float]
    less_than_cox: tuple[float, float]


@dataclass(frozen=True)
class Result:
    """One recovery. ``shifts``: what was learned in each fold; ``failed``: copies whose solve did not end."""

    what: Recovered
    patients: int
    censored: int
    copies: int
    failed: int
    judged: tuple[Judged, ...]
    shifts: tuple[Shift, ...]


@dataclass(frozen=True)
class Table:
    """What is known of N children. ``covariates`` (N, 4), as ``cox.COVARIATES``; ``last`` (N,): day of death or last
    contact."""

    cohort: Cohort
    covariates: Floats
    last: Floats

    def observed(self, what: Recovered) -> Observed:
        """Who died first, or was lost, is censored that day; later than ``HORIZON`` is censored there."""
        days = self.cohort.days(what)
        happened = np.isfinite(days) & (days <= HORIZON)
        return Observed(np.where(happened, days, np.minimum(np.where(np.isfinite(days), days, self.last), HORIZON)),
                        happened)  # fmt: skip


def read(file: Path) -> Table:
    """The table; a missing weight is 3 kg a year after 7 kg, as in the plans."""
    cohort = read_children(file)
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    age = np.array([float(row["recipient_age"]) for row in rows])
    weight = np.array([float(row["recipient_body_mass"] or "nan") for row in rows])
    weight = np.where(np.isnan(weight), 3 * age + 7, weight)
    last = np.array([float(row["survival_time"]) for row in rows])
    return Table(cohort, np.column_stack([np.log(cohort.cd34), cohort.blood.astype(np.float64), age, weight]), last)


def simulated(
    file: Path, copies: int, seed: int, tick: Tick, threads: int | None, more_care: tuple[str, ...] = ()
) -> dict[Recovered, Floats]:
    """Days (N, copies) of every child's copies; NaN: the solve failed."""
    parts: dict[Recovered, list[Floats]] = {what: [] for what in Recovered}
    for first in range(0, copies, BATCH):
        tick(f"children: copies {first} to {min(first + BATCH, copies)} of {copies}")
        repeats = min(BATCH, copies - first)
        made = simulate_children(file, seed, repeats, threads, first=first, more_care=more_care)
        for what in Recovered:
            parts[what].append(made.days(what).reshape(repeats, -1).T)
    return {what: np.concatenate(each, axis=1) for what, each in parts.items()}


def validate(file: Path, copies: int, seed: int, tick: Tick, threads: int | None) -> tuple[Result, ...]:
    """Both recoveries. With a growth factor a quarter of the copies, as that is only to see what it would do."""
    table = read(file)
    days = simulated(file, copies, seed, tick, threads)
    others = simulated(file, max(copies // 4, min(copies, FEWEST)), seed, tick, threads, (WITH_GROWTH_FACTOR,))
    return tuple(_result(table, what, days[what], others[what], seed, tick) for what in Recovered)


def _result(table: Table, what: Recovered, copies: Floats, others: Floats, seed: int, tick: Tick) -> Result:
    tick(f"children: {what.value}")
    observed, rng = table.observed(what), np.random.default_rng(seed)
    part = folds(len(copies), FOLDS, rng)
    cox_days, cox_hazard = cox.out_of_fold(table.covariates, observed, part)
    shifted, shifts = _shifted(copies, observed, part)
    more = [cox.out_of_fold(table.covariates, observed, folds(len(copies), FOLDS, rng))[1] for _ in range(SPLITS - 1)]
    scores = np.mean([cox_hazard, *more], axis=0)
    plain, grown = [_known(each) for each in copies], [_known(each) for each in others]
    judge = _Judge(observed, table.cohort.blood, -scores, seed)
    judged = (
        judge(NOT_FITTED, _medians(plain), plain),
        judge(SHIFTED, _medians(shifted), shifted),
        judge(GROWTH_FACTOR, _medians(grown), grown),
        judge(COX, -scores, cox_days),
        judge(DOSE, -table.cohort.cd34, None),
    )
    failed = int(np.isnan(copies).sum() + np.isnan(others).sum())
    return Result(what, len(copies), int((~observed.happened).sum()), copies.shape[1], failed, judged, shifts)


def _known(copies: Floats) -> Predictive:
    return of_copies(copies[~np.isnan(copies)])


def _medians(predicted: list[Predictive]) -> Floats:
    return np.array([each.quantile(0.5) for each in predicted])


def _shifted(copies: Floats, observed: Observed, part: NDArray[np.int64]) -> tuple[list[Predictive], tuple[Shift, ...]]:
    """Every child with the shift and spread of the other folds; what was learned, by fold."""
    shifts = []
    for fold in np.unique(part):
        others = part != fold
        shifts.append(learned(copies[others], Observed(observed.day[others], observed.happened[others])))
    return [shifts[fold](each[~np.isnan(each)]) for each, fold in zip(copies, part, strict=True)], tuple(shifts)


@dataclass(frozen=True)
class _Judge:
    observed: Observed
    blood: NDArray[np.bool_]
    cox: Floats
    seed: int

    def __call__(self, name: str, order: Floats, predicted: list[Predictive] | None) -> Judged:
        """``order`` (N,): lower is predicted sooner."""
        rng = np.random.default_rng(self.seed)
        everyone = np.arange(len(order))
        draws = [rng.integers(len(order), size=len(order)) for _ in range(RESAMPLES)]
        found = np.array([[self._concordance(each, who) for each in (order, self.cox)] for who in draws])
        ranks = self._concordance(order, everyone), self._concordance(order, np.flatnonzero(self.blood))
        intervals = _middle_95(found[:, 0]), _middle_95(found[:, 0] - found[:, 1])
        if predicted is None:
            return Judged(name, None, None, None, None, *ranks, *intervals)
        transform = pit_intervals(predicted, self.observed)
        p = [kstest(randomised(transform, rng), "uniform").pvalue for _ in range(200)]
        seen = self.observed.happened
        later = float(np.median(self.observed.day[seen] - _medians(predicted)[seen]))
        return Judged(name, coverage(predicted, self.observed), pit_histogram(transform), float(np.median(p)), later,
                      *ranks, *intervals)  # fmt: skip

    def _concordance(self, order: Floats, who: NDArray[np.int64]) -> float:
        later = np.where(np.isfinite(order[who]), order[who], 1e9)
        return float(concordance_index(self.observed.day[who], later, self.observed.happened[who]))


def _middle_95(values: Floats) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
