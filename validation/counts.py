"""Daily neutrophils by graft: bands of virtual patients under a supposed plan, over observed days."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from predictive import Floats

from marrow.calibration.arm import Arm
from marrow.calibration.cohort import draw_patients, plans_of
from marrow.calibration.study import read_study
from marrow.simulation import Record, simulate_patients

PLANS = Path(__file__).with_name("plans.yaml")
NIH, MSK = Path("npmlda_hsct") / "hsct_dev.csv", Path("msk_counts") / "counts.csv"
NIH_ARM = "NIH, T-cell depleted"
MSK_ARMS = {"TCD": "MSK, T-cell depleted", "PBSC_unmodified": "MSK, blood", "BM_unmodified": "MSK, marrow",
            "cord": "MSK, cord blood"}  # fmt: skip
LATER_TRANSPLANTS = ("297b", "297c")  # of a patient whose first one is 297a
FLOOR = 0.1  # 10^9/L; zeros of one table stand for less than this, so lower counts are all the same here
PERIODS = (("before day 0", -99.0, -1.0), ("day 0 to 14", 0.0, 14.0), ("day 15 to 30", 15.0, 30.0),
           ("day 31 to 100", 31.0, 100.0))  # fmt: skip
RESAMPLES = 1000
THRESHOLD, FEWEST = 0.5, 3  # 10^9/L; counts of a window

Tick = Callable[[str], None]


@dataclass(frozen=True)
class Counts:
    """M observed counts. ``patient`` (M,): whose; ``day`` (M,) from the graft; ``count`` (M,) 10^9/L, ``FLOOR`` or
    more."""

    patient: NDArray[np.str_]
    day: Floats
    count: Floats


@dataclass(frozen=True)
class Bands:
    """Simulated percentiles 5, 25, 50, 75, 95 (5, T) on the days (T,), of ``draws`` virtual patients."""

    day: Floats
    levels: Floats
    draws: int
    failed: int


@dataclass(frozen=True)
class Period:
    """``inside``, ``below``, ``above``: shares of counts within, under and over the 5 to 95 % band.

    ``interval``: bootstrap 95 % of ``inside``, patients drawn; NaN for fewer than 3 patients.
    """

    name: str
    patients: int
    counts: int
    inside: float
    below: float
    above: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Passage:
    """Days on which a median count first falls below ``THRESHOLD``, and first is back; NaN: it was not seen to."""

    falls: float
    returns: float


@dataclass(frozen=True)
class Group:
    """One kind of graft. ``skipped``: counts of days before the plan begins, which are not compared.

    ``seen``, ``made``: of the observed medians (three days together, at least ``FEWEST`` counts), of the simulated.
    """

    name: str
    assumed: tuple[str, ...]
    patients: int
    skipped: int
    observed: Counts
    bands: Bands
    periods: tuple[Period, ...]
    seen: Passage
    made: Passage


def read_nih(file: Path) -> Counts:
    """Granulocytes, which are nearly all neutrophils."""
    with file.open(newline="", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["granulocytes_k_per_ul"]]
    return _counts([(row["id"], row["day"], row["granulocytes_k_per_ul"]) for row in rows])


def read_msk(file: Path) -> dict[str, Counts]:
    """By arm of the plans; first transplants only."""
    with file.with_name("patients.csv").open(newline="", encoding="utf-8") as lines:
        graft = {row["patient_id"]: MSK_ARMS[row["graft"]] for row in csv.DictReader(lines)}
    found: dict[str, list[tuple[str, str, str]]] = {}
    with file.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["cell"] == "Neutrophils" and row["patient_id"] not in LATER_TRANSPLANTS:
                cells = (row["patient_id"], row["day"], row["value"])
                found.setdefault(graft[row["patient_id"]], []).append(cells)
    return {name: _counts(rows) for name, rows in found.items()}


def _counts(rows: list[tuple[str, str, str]]) -> Counts:
    who, day, count = zip(*rows, strict=True)
    days: Floats = np.array([float(cell) for cell in day])
    values: Floats = np.array([float(cell) for cell in count])
    return Counts(np.array(who), days, np.maximum(values, FLOOR))


def bands_of(arm: Arm, draws: int, seed: int, threads: int | None) -> Bands:
    """Of virtual patients that differ as the arm's do, at the start of each day."""
    plans = plans_of(arm, draw_patients(arm, draws, seed, batch=0))
    result = simulate_patients(plans, np.arange(draws), seed, threads=threads, record=Record.CHART)
    time = np.asarray(result.course["time"].values, dtype=float)
    whole = np.flatnonzero(np.isclose(time, np.round(time), atol=1e-9))
    values = np.asarray(result.course["absolute_neutrophil_count"].values, dtype=float)[:, whole]
    solved = values[np.asarray(result.course["status"].values) == 0]
    levels = np.quantile(np.maximum(solved, FLOOR), [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    return Bands(np.round(time[whole]).astype(np.float64), levels, draws, draws - len(solved))


def compared(observed: Counts, bands: Bands, period: tuple[str, float, float], seed: int) -> Period | None:
    """Counts of one period against the band; None without any."""
    name, first, last = period
    chosen = (observed.day >= max(first, bands.day[0])) & (observed.day <= min(last, bands.day[-1]))
    if not chosen.any():
        return None
    place = np.searchsorted(bands.day, observed.day[chosen])
    count, who = observed.count[chosen], observed.patient[chosen]
    below, above = count < bands.levels[0, place], count > bands.levels[4, place]
    inside = ~(below | above)
    people = np.unique(who)
    interval = (float("nan"), float("nan"))
    if len(people) >= 3:
        mine = np.array([[inside[who == each].sum(), (who == each).sum()] for each in people])
        drawn = np.random.default_rng(seed).integers(len(people), size=(RESAMPLES, len(people)))
        low, high = np.quantile(mine[drawn, 0].sum(axis=1) / mine[drawn, 1].sum(axis=1), [0.025, 0.975])
        interval = (float(low), float(high))
    return Period(
        name, len(people), len(count), float(inside.mean()), float(below.mean()), float(above.mean()), interval
    )


def passage(day: Floats, median: Floats) -> Passage:
    """Of a median (D,) on ascending days; NaN where it is not known."""
    below = np.flatnonzero(median < THRESHOLD)
    if len(below) == 0:
        return Passage(float("nan"), float("nan"))
    back = np.flatnonzero((median >= THRESHOLD) & (day > day[below[0]]))
    return Passage(float(day[below[0]]), float(day[back[0]]) if len(back) else float("nan"))


def _medians(observed: Counts, day: Floats) -> Floats:
    """Of all counts from the day before to the day after."""
    near = [observed.count[np.abs(observed.day - each) <= 1] for each in day]
    return np.array([float(np.median(counts)) if len(counts) >= FEWEST else float("nan") for counts in near])


def validate(data: Path, draws: int, seed: int, tick: Tick, threads: int | None) -> tuple[Group, ...]:
    """Every kind of graft whose table is there."""
    seen = read_msk(data / MSK) if (data / MSK).is_file() else {}
    if (data / NIH).is_file():
        seen = {NIH_ARM: read_nih(data / NIH)} | seen
    groups = []
    for each in read_study(PLANS).arms:
        if each.arm.arm not in seen:
            continue
        tick(f"counts: {each.arm.arm}")
        observed, bands = seen[each.arm.arm], bands_of(each.arm, draws, seed, threads)
        periods = [compared(observed, bands, period, seed) for period in PERIODS]
        groups.append(
            Group(
                each.arm.arm,
                each.arm.assumed,
                len(np.unique(observed.patient)),
                int((observed.day < bands.day[0]).sum()),
                observed,
                bands,
                tuple(period for period in periods if period is not None),
                passage(bands.day, _medians(observed, bands.day)),
                passage(bands.day, bands.levels[2]),
            )
        )
    return tuple(groups)
