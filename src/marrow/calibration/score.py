"""The scoring rule: how far published and simulated lie apart, in units of what no model can explain.

z = (published - simulated) / sqrt(se^2 + tau^2) on the row's scale; inside when |z| <= 1.64. A perfect model has 90 %
inside. Coverage, slope and skill belong together: none of them says enough alone.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from marrow.calibration.lookup import Lookup
from marrow.calibration.outcome_measures import is_outcome
from marrow.calibration.table import Scale, Statistic, Target, from_scale, on_scale
from marrow.calibration.value import Simulated

INSIDE = 1.64
EVERYONE = "all"  # the name of an arm that holds the others: no contrast
_FEWEST_FOR_A_SLOPE = 3
_CLEAR = 1.96  # standard errors between two published arms whose interval excludes no effect


@dataclass(frozen=True)
class Scored:
    """A published figure beside its simulated one. ``z``: NaN for a row that is shown but never counts."""

    target: Target
    simulated: Simulated
    z: float

    @property
    def counts(self) -> bool:
        return not math.isnan(self.z)

    @property
    def inside(self) -> bool:
        return abs(self.z) <= INSIDE

    @property
    def accepted(self) -> tuple[float, float]:
        """The simulated values, in the row's unit, that would be inside; NaN for a row that never counts."""
        target = self.target
        if not self.counts or target.scale is None:
            return math.nan, math.nan
        middle, reach = on_scale(target.value, target.scale, target.patients), INSIDE * target.spread
        return from_scale(middle - reach, target.scale), from_scale(middle + reach, target.scale)


@dataclass(frozen=True)
class Line:
    """Published on simulated for one endpoint, weighted by 1 / (se^2 + tau^2): right are slope 1 and intercept 0."""

    endpoint: str
    rows: int
    inside: int
    slope: float
    intercept: float


@dataclass(frozen=True)
class Contrast:
    """Two arms of one study, second minus first, on the row's scale. tau is the study's own and cancels.

    A published ratio of two arms is one row, ``first`` and ``second`` alike. ``clear``: the published difference
    excludes none at all; then ``right_sign`` is a claim.
    """

    first: Scored
    second: Scored
    published: float
    simulated: float
    z: float
    clear: bool

    @property
    def right_sign(self) -> bool:
        return self.published * self.simulated > 0


@dataclass(frozen=True)
class Skill:
    """Mean |z| of marrow and of a lookup in other studies' rows, over the rows where the lookup has an answer.

    ``skill`` = 1 - model / lookup: above 0 where marrow knows more than the lookup.
    """

    rows: int
    model: float
    lookup: float

    @property
    def skill(self) -> float:
        return 1 - self.model / self.lookup if self.rows and self.lookup > 0 else math.nan


@dataclass(frozen=True)
class Score:
    """All that the rule asks to be reported together. ``coverage``: families weigh one; interval over studies."""

    rows: tuple[Scored, ...]
    scored: int
    inside: int
    coverage: float
    coverage_interval: tuple[float, float]
    lines: tuple[Line, ...]
    skill: Skill
    contrasts: tuple[Contrast, ...]

    @property
    def misses(self) -> tuple[Scored, ...]:
        return tuple(sorted((row for row in self.rows if row.counts and not row.inside), key=lambda row: -abs(row.z)))


def score_row(target: Target, simulated: Simulated) -> Scored:
    """z of one row; NaN for rows with ``why_not_scored``. A simulated value that is not finite misses by infinity."""
    if not target.counts or target.scale is None or not simulated.is_computed:
        return Scored(target, simulated, math.nan)
    published = on_scale(target.value, target.scale, target.patients)
    difference = published - on_scale(simulated.value, target.scale, simulated.draws)
    return Scored(target, simulated, difference / target.spread if math.isfinite(difference) else math.inf)


def score(rows: Iterable[Scored], knowledge: Sequence[Target] = (), *, seed: int = 1, resamples: int = 2000) -> Score:
    """Scores rows that were simulated. ``knowledge``: all published figures that the lookup may learn from."""
    every = tuple(rows)
    counted = [row for row in every if row.counts]
    coverage, interval = _coverage(counted, seed, resamples)
    return Score(
        rows=every,
        scored=len(counted),
        inside=sum(row.inside for row in counted),
        coverage=coverage,
        coverage_interval=interval,
        lines=_lines(counted),
        skill=_skill(counted, knowledge or [row.target for row in counted]),
        contrasts=_contrasts(counted),
    )


def _grouped(rows: Iterable[Scored], key: Callable[[Scored], str]) -> dict[str, list[Scored]]:
    found: dict[str, list[Scored]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return dict(found)


def _coverage(counted: list[Scored], seed: int, resamples: int) -> tuple[float, tuple[float, float]]:
    """Mean over families of the share inside; 95 % interval by drawing whole studies with replacement."""
    families = _grouped(counted, lambda row: row.target.family)
    if not families:
        return math.nan, (math.nan, math.nan)
    of_study: dict[str, list[float]] = defaultdict(list)
    for members in families.values():
        of_study[members[0].target.study].append(float(np.mean([row.inside for row in members])))
    sums = np.array([sum(shares) for shares in of_study.values()])
    counts = np.array([len(shares) for shares in of_study.values()])
    drawn = np.random.default_rng(seed).integers(0, len(sums), size=(resamples, len(sums)))
    low, high = np.quantile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), [0.025, 0.975])
    return float(sums.sum() / counts.sum()), (float(low), float(high))


def _lines(counted: list[Scored]) -> tuple[Line, ...]:
    lines = []
    for endpoint, members in sorted(_grouped(counted, lambda row: f"{_asked(row)}, {_scale(row).value}").items()):
        pairs = [(_published(row), _simulated(row), row.target.spread) for row in members]
        pairs = [pair for pair in pairs if math.isfinite(pair[1])]
        slope = intercept = math.nan
        if len(pairs) >= _FEWEST_FOR_A_SLOPE and len({pair[1] for pair in pairs}) > 1:
            y, x, spread = np.array(pairs).T
            weight = spread**-2 / np.sum(spread**-2)
            mean_x, mean_y = weight @ x, weight @ y
            slope = float(weight @ ((x - mean_x) * (y - mean_y)) / (weight @ (x - mean_x) ** 2))
            intercept = float(mean_y - slope * mean_x)
        lines.append(Line(endpoint, len(members), sum(row.inside for row in members), slope, intercept))
    return tuple(lines)


def _asked(row: Scored) -> str:
    """The endpoint by which rows are put together: outcomes by their own word, recovery by its kind."""
    return row.target.endpoint if is_outcome(row.target.endpoint) else row.target.kind


def _scale(row: Scored) -> Scale:
    return row.target.scale or Scale.DAYS


def _published(row: Scored) -> float:
    return on_scale(row.target.value, _scale(row), row.target.patients)


def _simulated(row: Scored) -> float:
    return on_scale(row.simulated.value, _scale(row), row.simulated.draws)


def _contrasts(counted: list[Scored]) -> tuple[Contrast, ...]:
    def same(row: Scored) -> str:
        target = row.target
        return f"{target.study}|{target.endpoint}|{target.statistic}|{target.time}|{target.scale}"

    found = [
        _ratio(row) for row in counted if row.target.statistic is Statistic.RATIO and row.target.scale is Scale.LOG
    ]
    for members in _grouped(counted, same).values():
        for place, first in enumerate(members):
            for second in members[place + 1 :]:
                arms = {first.target.arm, second.target.arm}
                if len(arms) > 1 and EVERYONE not in arms and first.target.statistic is not Statistic.RATIO:
                    found.append(_contrast(first, second))
    return tuple(found)


def _contrast(first: Scored, second: Scored) -> Contrast:
    published, simulated = _published(second) - _published(first), _simulated(second) - _simulated(first)
    error = math.hypot(first.target.se, second.target.se)
    z = (published - simulated) / error if error > 0 and math.isfinite(simulated) else math.inf
    return Contrast(first, second, published, simulated, z, abs(published) > _CLEAR * error)


def _ratio(row: Scored) -> Contrast:
    published, simulated, error = _published(row), _simulated(row), row.target.se
    z = (published - simulated) / error if error > 0 and math.isfinite(simulated) else math.inf
    return Contrast(row, row, published, simulated, z, abs(published) > _CLEAR * error)


def _skill(counted: list[Scored], knowledge: Sequence[Target]) -> Skill:
    model, lookup = [], []
    table = Lookup.of(knowledge)
    for row in counted:
        known = table.answer(row.target)
        if known is not None:
            model.append(abs(row.z))
            lookup.append(abs((_published(row) - known) / row.target.spread))
    if not model:
        return Skill(0, math.nan, math.nan)
    return Skill(len(model), float(np.mean(model)), float(np.mean(lookup)))
