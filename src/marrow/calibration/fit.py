"""Fitting what the literature leaves open: the most probable numbers given published figures, and how sure they are.

The model is simulated with common random numbers, so that what it gives is nearly a smooth function of its numbers.
Then the posterior is found by least squares (``scipy.optimize.least_squares``, trust region, soft L1 loss against
figures that no number can explain): residuals are figures and priors, both in standard deviations. Slopes are measured
once, number by number, and then follow from the steps themselves (Broyden), so that a run of everything buys a step and
not a part of one. What is left is read off the curvature at the end (Laplace's approximation): standard deviations,
correlations, and how far each number's uncertainty contracted from what was known before.

Why not something finer: a likelihood-free sampler needs tens of thousands of runs of sixty arms; this takes a few
hundred and shows the same ridges, since the figures are many and each moves nearly linearly with the numbers' logs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from marrow.calibration.score import Scored
from marrow.calibration.table import Scale, on_scale

Floats = NDArray[np.float64]
QUANTILE_97_5 = 1.959963984540054
LEAST_CONTRACTION = 0.20  # what contracts by less is known from its prior only
FARTHEST = 2.0  # prior standard deviations from the declared value: the search stays inside
STEP = 0.4  # of finite differences, in prior standard deviations: beyond Monte Carlo noise

Simulate = Callable[[Mapping[str, float]], Sequence[Scored]]


@dataclass(frozen=True)
class Prior:
    """A number to be fitted. Its plausible range ``low`` to ``high`` is read as a log-normal 95 % interval."""

    name: str
    label: str
    unit: str
    value: float
    low: float
    high: float
    lump: str  # which product of numbers it stands for; its other factors stay fixed

    @property
    def log_sd(self) -> float:
        return float(np.log(self.high / self.low) / (2 * QUANTILE_97_5))

    def at(self, u: float) -> float:
        """The value ``u`` prior standard deviations from the declared one."""
        return float(np.clip(self.value * np.exp(u * self.log_sd), self.low, self.high))

    @property
    def reach(self) -> tuple[float, float]:
        """How far the search may go, in prior standard deviations: inside the plausible range."""
        down, up = (np.log(end / self.value) / self.log_sd for end in (self.low, self.high))
        return max(-FARTHEST, float(down)) - 1e-9, min(FARTHEST, float(up)) + 1e-9


@dataclass(frozen=True)
class Fitted:
    """One number after the fit; ``sd`` on the log scale; ``contraction`` = 1 - posterior sd / prior sd."""

    prior: Prior
    value: float
    sd: float
    contraction: float

    @property
    def prior_only(self) -> bool:
        return self.contraction < LEAST_CONTRACTION

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, on the log scale around the value."""
        reach = np.exp(QUANTILE_97_5 * self.sd)
        return self.value / reach, self.value * reach


@dataclass(frozen=True)
class Fit:
    """``correlation`` (n, n) of the posterior; ``before`` and ``after``: all figures at the declared and fitted
    numbers; ``runs``: how often everything was simulated."""

    numbers: tuple[Fitted, ...]
    correlation: Floats
    before: tuple[Scored, ...]
    after: tuple[Scored, ...]
    cost_before: float
    cost_after: float
    runs: int

    @property
    def values(self) -> dict[str, float]:
        return {each.prior.name: each.value for each in self.numbers}


def fit(
    priors: Sequence[Prior],
    simulate: Simulate,
    *,
    steps: int = 5,
    progress: Callable[[int, int], None] | None = None,
) -> Fit:
    """The posterior mode of ``priors`` given the figures that ``simulate`` returns, and the curvature there.

    ``simulate`` maps numbers by name to the figures beside what the model gives; same figures at every call, same
    random numbers. ``steps``: at most so many of the trust-region search. ``progress(runs, expected)``.
    """
    from scipy.optimize import least_squares

    search = _Search(tuple(priors), simulate, len(priors) + steps + 1, progress)
    start = np.zeros(len(priors))
    first = search.residuals(start)
    before = search.rows(start)
    low, high = np.array([prior.reach for prior in priors]).T
    found = least_squares(
        search.residuals, start, jac=search.followed,  # pyright: ignore[reportArgumentType]
        bounds=(low, high), loss="soft_l1", max_nfev=steps, xtol=1e-2
    )  # fmt: skip
    jacobian = search.followed(found.x)
    covariance = np.linalg.inv(jacobian.T @ jacobian)
    sd = np.sqrt(np.diag(covariance))
    numbers = tuple(
        Fitted(prior, prior.at(u), float(s * prior.log_sd), float(1 - s))
        for prior, u, s in zip(priors, found.x, sd, strict=True)
    )
    return Fit(
        numbers,
        covariance / np.outer(sd, sd),
        before,
        search.rows(found.x),
        _cost(first),
        _cost(search.residuals(found.x)),
        search.runs,
    )


def _cost(residuals: Floats) -> float:
    """Twice the loss that is minimised."""
    return float(np.sum(2 * (np.sqrt(1 + residuals**2) - 1)))


class _Search:
    """Runs of the model by place, each made once."""

    def __init__(
        self,
        priors: tuple[Prior, ...],
        simulate: Simulate,
        expected: int,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self.priors, self.simulate, self.expected, self.progress = priors, simulate, expected, progress
        self.known: dict[bytes, tuple[Scored, ...]] = {}
        self.slopes: tuple[Floats, Floats] | None = None  # the last Jacobian and where it stands

    @property
    def runs(self) -> int:
        return len(self.known)

    def rows(self, place: Floats) -> tuple[Scored, ...]:
        key = np.asarray(place, dtype=float).tobytes()
        if key not in self.known:
            numbers = {prior.name: prior.at(u) for prior, u in zip(self.priors, place, strict=True)}
            self.known[key] = tuple(self.simulate(numbers))
            if self.progress:
                self.progress(self.runs, max(self.expected, self.runs))
        return self.known[key]

    def residuals(self, place: Floats) -> Floats:
        return np.concatenate([whitened(self.rows(place)), place])

    def followed(self, place: Floats) -> Floats:
        """The Jacobian: measured at the start, then turned by each step of the search to what the step showed.

        A step shorter than that of finite differences shows noise, and changes nothing.
        """
        if self.slopes is None:
            self.slopes = self.measured(place), place.copy()
        jacobian, last = self.slopes
        step = place - last
        if np.linalg.norm(step) >= STEP:
            seen = self.residuals(place) - self.residuals(last)
            jacobian = jacobian + np.outer(seen - jacobian @ step, step) / (step @ step)
            self.slopes = jacobian, place.copy()
        return jacobian

    def measured(self, place: Floats) -> Floats:
        """The Jacobian by differences to one side, inside the bounds."""
        base, columns = self.residuals(place), []
        for k, prior in enumerate(self.priors):
            low, high = prior.reach
            forward = place.copy()
            forward[k] += STEP if place[k] + STEP <= high else -STEP
            if not low <= forward[k] <= high:
                raise ValueError(f"{prior.name}: its plausible range is too narrow to be fitted")
            columns.append((self.residuals(forward) - base) / (forward[k] - place[k]))
        return np.stack(columns, axis=1)


def whitened(rows: Sequence[Scored]) -> Floats:
    """Published minus simulated in independent standard deviations.

    Figures of one family (study and endpoint) on one scale share the study's own deviation tau; sampling errors are
    their own.
    """

    def shared(row: Scored) -> tuple[str, str]:
        assert row.target.scale is not None
        return row.target.family, row.target.scale.value

    counted = sorted((row for row in rows if row.target.counts and row.target.scale is not None), key=shared)
    parts = []
    for _, group in groupby(counted, key=shared):
        members = list(group)
        differences = np.array([_difference(row) for row in members])
        tau = max(row.target.tau for row in members)
        covariance = np.diag([row.target.se**2 for row in members]) + tau**2
        parts.append(np.linalg.solve(np.linalg.cholesky(covariance), differences))
    return np.concatenate(parts) if parts else np.zeros(0)


_NOT_REACHED = 6.0  # standard deviations: the difference where the model gives no number, or never


def _difference(row: Scored) -> float:
    scale = row.target.scale or Scale.DAYS
    if not row.simulated.is_computed:
        return 0.0
    published = on_scale(row.target.value, scale, row.target.patients)
    difference = published - on_scale(row.simulated.value, scale, row.simulated.draws)
    return float(difference) if np.isfinite(difference) else -_NOT_REACHED * row.target.spread
