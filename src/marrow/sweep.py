"""What if, over a range: one plan with several values of something in it, lived by the same virtual patients.

All values share every chance of a patient (common random numbers), so that differences between them are far surer than
the probabilities themselves; a difference is told with the error of its pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marrow.clinic.quantities import quoted
from marrow.clinic.varying import Varied
from marrow.endpoints.outcome import Kind, Outcomes
from marrow.errors import PlanError, Problem, nearest

Floats = NDArray[np.float64]
Run = Callable[[Varied], Outcomes]


@dataclass(frozen=True)
class Wanted:
    """An outcome: ``column``, by ``day`` where it is a day. ``is_good``: the more of it the better."""

    column: str
    label: str
    day: float | None = None
    is_good: bool = False

    def happened(self, outcomes: Outcomes) -> Floats:
        """(N,) 1 or 0; NaN where the outcome is not known."""
        values = outcomes[self.column]
        met = values <= self.day if self.day is not None else values > 0.5
        return np.where(np.isnan(values), np.nan, met)

    def best(self, share: Floats) -> int:
        """The place of the best of the shares (V,)."""
        return int(np.argmax(share) if self.is_good else np.argmin(share))


# What a sweep tells unless asked otherwise: those that the outcomes have and the follow-up covers.
USUAL = (
    Wanted("neutrophil_engraftment_day", "neutrophil engraftment", 28.0, True),
    Wanted("platelet_engraftment_day", "platelet engraftment", 60.0, True),
    Wanted("graft_failure_day", "graft failure", 365.0),
    Wanted("sinusoidal_obstruction_day", "sinusoidal obstruction", 100.0),
    Wanted("acute_gvhd_2_4_day", "acute GVHD II to IV", 100.0),
    Wanted("relapse_day", "relapse", 730.0),
    Wanted("non_relapse_death_day", "non-relapse mortality", 730.0),
    Wanted("death_day", "death", 730.0),
)


@dataclass(frozen=True)
class Line:
    """One outcome over the V values. ``share`` (V,), its standard error (V,); ``gap`` (V,): share minus that of the
    best value, pair by pair, with ``gap_error`` (V,)."""

    wanted: Wanted
    share: Floats
    error: Floats
    gap: Floats
    gap_error: Floats

    @property
    def best(self) -> int:
        """The value with the least of it (the most, if it is good)."""
        return self.wanted.best(self.share)

    @property
    def as_good(self) -> NDArray[np.bool_]:
        """(V,) values that these patients cannot tell from the best (95 %)."""
        return np.abs(self.gap) <= 1.96 * self.gap_error + 1e-12


@dataclass(frozen=True)
class Sweep:
    """``values`` (V) and what came of each. ``failed`` (V,): patients who could not be solved."""

    name: str
    values: tuple[str, ...]
    numbers: tuple[float, ...] | None
    unit: str
    patients: int
    failed: tuple[int, ...]
    lines: tuple[Line, ...]


def wanted_of(texts: Sequence[str], outcomes: Outcomes) -> tuple[Wanted, ...]:
    """'relapse_day@730' and the like; without any, the usual ones that are there. Raises ``PlanError``."""
    if not texts:
        return tuple(w for w in USUAL if w.column in outcomes and (w.day or 0.0) <= outcomes.observed_until)
    usual = {each.column: each for each in USUAL}
    found = []
    for text in texts:
        name, _, day = text.partition("@")
        name = name.strip()
        if name not in outcomes:
            near = nearest(name, [column.name for column in outcomes.columns])
            raise PlanError("--show", [Problem(quoted(name), "an outcome, such as relapse_day@730", near)])
        column = outcomes.column(name)
        if column.kind not in (Kind.DAY, Kind.FLAG):
            raise PlanError("--show", [Problem(quoted(name), "a day or a yes-or-no outcome")])
        known = usual.get(name)
        until = _day_of(text, day, known, outcomes) if column.kind is Kind.DAY else None
        found.append(Wanted(name, known.label if known else column.label, until, bool(known and known.is_good)))
    return tuple(found)


def _day_of(text: str, day: str, known: Wanted | None, outcomes: Outcomes) -> float:
    usual = known.day if known is not None and known.day is not None else outcomes.observed_until
    try:
        until = float(day) if day.strip() else min(usual, outcomes.observed_until)
    except ValueError:
        raise PlanError("--show", [Problem(quoted(text), "NAME@DAY, such as relapse_day@730")]) from None
    if not 0 < until <= outcomes.observed_until:
        needed = f"a day of the follow-up, 1 to {outcomes.observed_until:g}"
        raise PlanError("--show", [Problem(quoted(text), needed)])
    return until


def sweep(name: str, unit: str, numbers: tuple[float, ...] | None, plans: Sequence[Varied], run: Run,
          show: Sequence[str] = ()) -> Sweep:  # fmt: skip
    """Lives every plan with the same patients. ``run`` simulates one plan; its outcomes must be of the same draws."""
    results = []
    wanted: tuple[Wanted, ...] = ()
    for plan in plans:
        outcomes = run(plan)
        if not results:
            wanted = wanted_of(show, outcomes)
        results.append(outcomes)
    lines = tuple(_line(each, results) for each in wanted)
    failed = tuple(each.failed for each in results)
    return Sweep(name, tuple(p.value for p in plans), numbers, unit, results[0].patients, failed, lines)


def _line(wanted: Wanted, results: Sequence[Outcomes]) -> Line:
    happened = np.array([wanted.happened(outcomes) for outcomes in results])
    known = ~np.isnan(happened).any(axis=0)  # patients known with every value: pairs need both
    pairs = happened[:, known]
    count = max(pairs.shape[1], 1)
    share = pairs.mean(axis=1) if pairs.shape[1] else np.full(len(results), np.nan)
    best = wanted.best(share)
    gaps = pairs - pairs[best]
    shrunk = (share * count + 1) / (count + 2)  # one of each more: none of N is no proof of none
    error = np.sqrt(shrunk * (1 - shrunk) / (count + 2))
    spread = gaps.std(axis=1) if pairs.shape[1] else np.full(len(results), np.nan)
    floor = np.where(np.arange(len(results)) == best, 0.0, 1.0 / count)  # no pair that differs is no proof of none
    return Line(wanted, share, error, gaps.mean(axis=1), np.maximum(spread / np.sqrt(count), floor))


def as_rows(found: Sweep) -> list[dict[str, Any]]:
    """A row for each value and outcome, ready for a table."""
    return [
        {
            found.name: value,
            "outcome": line.wanted.column,
            "by_day": line.wanted.day if line.wanted.day is not None else "",
            "share": line.share[k],
            "standard_error": line.error[k],
            "minus_best": line.gap[k],
            "standard_error_of_difference": line.gap_error[k],
            "as_good_as_best": bool(line.as_good[k]),
        }
        for line in found.lines
        for k, value in enumerate(found.values)
    ]
