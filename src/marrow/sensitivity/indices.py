"""Sobol's indices of outcomes with bootstrap limits: the design and estimators of Saltelli and others (2010).

Written out, since SciPy's (which tests hold them to) gives limits that differ from call to call.

Every run is lived by the same virtual patients under the same chances (common random numbers): an outcome is a
function of the factors alone, as smooth as so many patients make it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marrow.endpoints.outcome import Outcomes
from marrow.sensitivity.factors import Factor
from marrow.sweep import Wanted, wanted_of

Floats = NDArray[np.float64]
Run = Callable[[Floats], Outcomes]
SEED, RESAMPLES = 1, 999  # of the design and the bootstrap


@dataclass(frozen=True)
class Indices:
    """One outcome over F factors: ``first`` order and ``total`` (F,) with 95 % limits (F, 2); ``mean`` and ``sd`` of
    the outcome over the factors. NaN where it does not vary."""

    wanted: Wanted
    first: Floats
    first_limits: Floats
    total: Floats
    total_limits: Floats
    mean: float
    sd: float


@dataclass(frozen=True)
class Sensitivity:
    """``runs`` of ``patients`` each; ``failed``: solves that did not end well, of all runs."""

    factors: tuple[Factor, ...]
    indices: tuple[Indices, ...]
    runs: int
    patients: int
    failed: int


def design(factors: int, points: int) -> tuple[Floats, Floats, Floats]:
    """Two scrambled Sobol samples A and B (points, F) between 0 and 1, and AB (F, points, F): A with a column of B."""
    from scipy.stats.qmc import Sobol

    both = Sobol(2 * factors, rng=np.random.default_rng(SEED)).random(points)
    a, b = both[:, :factors], both[:, factors:]
    ab = np.repeat(a[None], factors, axis=0)
    for k in range(factors):
        ab[k, :, k] = b[:, k]
    return a, b, ab


def sobol(f_a: Floats, f_b: Floats, f_ab: Floats) -> tuple[Floats, Floats]:
    """First order and total indices (F, ...) from outcomes (..., n), (..., n) and (F, ..., n); NaN without variance."""
    middle = np.mean(np.concatenate([f_a, f_b], axis=-1), axis=-1, keepdims=True)
    a, b, ab = f_a - middle, f_b - middle, f_ab - middle
    variance = np.var(np.concatenate([a, b], axis=-1), axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.mean(b * (ab - a), axis=-1) / variance
        total = 0.5 * np.mean((a - ab) ** 2, axis=-1) / variance
    none = variance <= 1e-18
    return np.where(none, np.nan, first), np.where(none, np.nan, total)


def sensitivity(
    factors: Sequence[Factor], run: Run, points: int, show: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Sensitivity:  # fmt: skip
    """``run`` simulates one point: shares (F,) of the factors' distributions. ``points``: a power of 2; runs are
    ``points`` x (F + 2)."""
    f, wanted, failed, patients = len(factors), (), 0, 0
    a, b, ab = design(f, points)
    everything = np.concatenate([a, b, *ab])
    rows = []
    for done, point in enumerate(everything):
        outcomes = run(point)
        wanted = wanted or wanted_of(show, outcomes)
        failed, patients = failed + outcomes.failed, outcomes.patients
        rows.append([_share(each, outcomes) for each in wanted])
        if progress:
            progress(done + 1, len(everything))
    values = np.array(rows).T  # (outcomes, runs)
    f_a, f_b = values[:, :points], values[:, points : 2 * points]
    f_ab = np.moveaxis(values[:, 2 * points :].reshape(len(wanted), f, points), 1, 0)
    first, total = sobol(f_a, f_b, f_ab)
    limits = _limits(f_a, f_b, f_ab)
    found = [
        Indices(each, first[:, k], limits[0][:, k], total[:, k], limits[1][:, k], float(values[k, : 2 * points].mean()),
                float(values[k, : 2 * points].std()))
        for k, each in enumerate(wanted)
    ]  # fmt: skip
    return Sensitivity(tuple(factors), tuple(found), len(everything), patients, failed)


def _limits(f_a: Floats, f_b: Floats, f_ab: Floats) -> tuple[Floats, Floats]:
    """95 % limits (F, outcomes, 2) of both, from the quantiles of resampled points."""
    rng = np.random.default_rng(SEED)
    n = f_a.shape[-1]
    drawn = [sobol(f_a[:, i], f_b[:, i], f_ab[..., i]) for i in rng.integers(0, n, (RESAMPLES, n))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # outcomes that do not vary: NaN
        both = [np.nanquantile([each[which] for each in drawn], (0.025, 0.975), axis=0) for which in (0, 1)]
    return np.moveaxis(both[0], 0, -1), np.moveaxis(both[1], 0, -1)


def _share(wanted: Wanted, outcomes: Outcomes) -> float:
    happened = wanted.happened(outcomes)
    known = happened[~np.isnan(happened)]
    return float(known.mean()) if len(known) else float("nan")


def as_rows(found: Sensitivity) -> list[dict[str, Any]]:
    """A row for each outcome and factor, ready for a table."""
    return [
        {
            "outcome": each.wanted.column,
            "by_day": each.wanted.day if each.wanted.day is not None else "",
            "mean": each.mean,
            "sd": each.sd,
            "factor": factor.name,
            "range": factor.range,
            "first_order": each.first[k],
            "first_order_low": each.first_limits[k, 0],
            "first_order_high": each.first_limits[k, 1],
            "total": each.total[k],
            "total_low": each.total_limits[k, 0],
            "total_high": each.total_limits[k, 1],
        }
        for each in found.indices
        for k, factor in enumerate(found.factors)
    ]
