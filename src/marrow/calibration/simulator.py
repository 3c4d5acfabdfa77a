"""Simulates published arms, with so many patients that chance is small beside what the paper leaves open."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from marrow.calibration.arm import Arm
from marrow.calibration.cohort import Patients, draw_patients, identities_of, plans_of
from marrow.calibration.readings import Chart, Reading
from marrow.calibration.score import Simulated
from marrow.calibration.table import Scale
from marrow.calibration.targets import Expressible
from marrow.calibration.value import RATIOS, ArmOutcomes, Floats, simulated_value
from marrow.clinic.plan import Plan

if TYPE_CHECKING:
    from marrow.simulation import Simulation

SMALL = 0.25  # of sqrt(se^2 + tau^2): a Monte Carlo error that moves z by less than this is small enough
BATCH = 250  # virtual patients that are simulated together
MOST = 2000  # however rare the event
PATIENTS_OF_A_SET = 100  # with each set of uncertain parameter values


@dataclass(frozen=True)
class Simulator:
    """Simulates an arm for the rows that ask of it. ``draws``: virtual patients; None: as many as the rows need.

    ``uncertainty``: so many sets of typical parameter values are drawn from their plausible ranges as well, each for
    ``PATIENTS_OF_A_SET`` patients; all arms share the sets. ``parameters``: numbers in place of the declared ones.
    """

    draws: int | None = 500
    seed: int = 1
    threads: int | None = None
    uncertainty: int = 0
    parameters: Mapping[str, float] | None = None

    def __call__(self, arm: Arm, rows: Sequence[Expressible]) -> ArmOutcomes:
        found = self._typical(arm, rows)
        readings = readings_of(rows)
        sets = (self._batch(arm, readings, PATIENTS_OF_A_SET, 0, which) for which in range(self.uncertainty))
        return replace(found, uncertain=tuple(sets)) if self.uncertainty else found

    def _typical(self, arm: Arm, rows: Sequence[Expressible]) -> ArmOutcomes:
        readings = readings_of(rows)
        if self.draws is not None:
            return self._batch(arm, readings, self.draws, 0)
        found = self._batch(arm, readings, BATCH, 0)
        while found.draws < MOST and not all(_is_enough(row, found) for row in rows):
            found = _joined(found, self._batch(arm, readings, BATCH, found.draws))
        return found

    def _batch(
        self, arm: Arm, readings: tuple[Reading, ...], draws: int, first: int, which: int | None = None
    ) -> ArmOutcomes:
        """``draws`` patients with identities from ``first`` on, those of each variant together.

        ``which``: the set of uncertain parameter values; None: the model's own.
        """
        patients = draw_patients(arm, draws, self.seed, batch=first // BATCH)
        plans, identities = plans_of(arm, patients), identities_of(arm, draws, first)
        columns: dict[str, Floats] = {}
        for variant in np.unique(patients.variant):
            chosen = np.flatnonzero(patients.variant == variant)
            for name, values in self._columns([plans[i] for i in chosen], identities[chosen], readings, which).items():
                columns.setdefault(name, np.full(draws, np.nan))[chosen] = values
        thawed = np.array([plan.is_thawed for plan in plans], dtype=float)
        until = min(plan.follow_up for plan in plans)
        return ArmOutcomes(columns, infused(plans, patients), thawed, observed_until=until)

    def _columns(
        self, plans: list[Plan], identities: np.ndarray, readings: tuple[Reading, ...], which: int | None
    ) -> dict[str, Floats]:
        from marrow.simulation import simulate_patients

        typical = None if which is None else _uncertain_values(plans[0], which, self.seed)
        numbers = {**(typical or {}), **(self.parameters or {})}
        result = simulate_patients(plans, identities, self.seed, threads=self.threads, parameters=numbers, even=True)
        return columns_of(result, readings)


def columns_of(result: Simulation, readings: tuple[Reading, ...]) -> dict[str, Floats]:
    """Outcomes of every patient by name (N,), the usual ones and those of ``readings``; NaN for failed patients."""
    actions = {str(name): result.actions[name].to_numpy() for name in result.actions}
    found = result.outcomes
    chart = Chart(result.course, actions)
    failed = found.status != 0
    columns = {column.name: column.values for column in found.columns}
    return columns | {each.column: np.where(failed, np.nan, each.read(chart)) for each in readings}


def readings_of(rows: Sequence[Expressible]) -> tuple[Reading, ...]:
    return tuple(dict.fromkeys(row.measure.reading for row in rows if row.measure.reading is not None))


def _uncertain_values(plan: Plan, which: int, seed: int) -> dict[str, float]:
    """One set of typical parameter values, in their units; the same for every arm whose model has the parameter."""
    from marrow.engine.setup import draw_inputs
    from marrow.model import model_for

    model = model_for(plan)
    (row,) = draw_inputs(model, {}, [which], seed, uncertainty=True, variability=False)
    infos = model.description.inputs
    return {info.name: float(row[k] / info.to_house) for k, info in enumerate(infos) if info.kind == "PARAMETER"}


def infused(plans: list[Plan], patients: Patients) -> Floats:
    return np.where(np.isnan(patients.cd34), [plan.graft.cd34 for plan in plans], patients.cd34)


def _joined(first: ArmOutcomes, second: ArmOutcomes) -> ArmOutcomes:
    def column(of: ArmOutcomes, name: str) -> Floats:
        return of.columns[name] if name in of.columns else np.full(of.draws, np.nan)

    names = dict.fromkeys((*first.columns, *second.columns))
    columns = {name: np.concatenate([column(first, name), column(second, name)]) for name in names}
    thawed = None
    if first.thawed is not None and second.thawed is not None:
        thawed = np.concatenate([first.thawed, second.thawed])
    until = min(first.observed_until, second.observed_until)
    return ArmOutcomes(columns, np.concatenate([first.cd34, second.cd34]), thawed, observed_until=until)


def _is_enough(row: Expressible, found: ArmOutcomes) -> bool:
    """Whether the arm's patients are enough for the row; of a ratio it is one of two arms, which share the error."""
    if row.measure.read not in RATIOS:
        return _is_small(row, simulated_value(row.measure, found))
    if not row.target.counts or row.measure.column not in found.columns:
        return True
    days = found.columns[row.measure.column]
    events = int(np.count_nonzero(np.isfinite(days) & (days <= (row.measure.day or math.inf))))
    return math.sqrt(2 / max(events, 1)) <= SMALL * row.target.spread


def _is_small(row: Expressible, simulated: Simulated) -> bool:
    """Whether more patients would not move the row's z by much; rows that are only shown never ask for more."""
    target = row.target
    if not target.counts or not math.isfinite(simulated.value):
        return True
    error = simulated.error
    if target.scale is Scale.LOGIT:
        share = min(max(simulated.value / 100, 0.5 / simulated.draws), 1 - 0.5 / simulated.draws)
        error = math.sqrt(1 / (simulated.draws * share * (1 - share)))
    if target.scale is Scale.LOG:
        error = error / simulated.value if simulated.value > 0 else 0.0
    return not error > SMALL * target.spread
