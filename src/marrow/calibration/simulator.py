"""Simulates published arms, with so many patients that chance is small beside what the paper leaves open."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from marrow.calibration.arm import Arm
from marrow.calibration.cohort import Patients, draw_patients, plans_of
from marrow.calibration.measures import ArmOutcomes, Floats, simulated_value
from marrow.calibration.readings import Chart, Reading
from marrow.calibration.score import Simulated
from marrow.calibration.table import Scale
from marrow.calibration.targets import Expressible
from marrow.clinic.plan import Plan

SMALL = 0.25  # of sqrt(se^2 + tau^2): a Monte Carlo error that moves z by less than this is small enough
BATCH = 250  # virtual patients that are simulated together
MOST = 2000  # however rare the event


@dataclass(frozen=True)
class Simulator:
    """Simulates an arm for the rows that ask of it. ``draws``: virtual patients; None: as many as the rows need."""

    draws: int | None = 500
    seed: int = 1
    threads: int | None = None

    def __call__(self, arm: Arm, rows: Sequence[Expressible]) -> ArmOutcomes:
        readings = tuple(dict.fromkeys(row.measure.reading for row in rows if row.measure.reading is not None))
        if self.draws is not None:
            return self._batch(arm, readings, self.draws, 0)
        found = self._batch(arm, readings, BATCH, 0)
        while found.draws < MOST and not all(_is_small(row, simulated_value(row.measure, found)) for row in rows):
            found = _joined(found, self._batch(arm, readings, BATCH, found.draws))
        return found

    def _batch(self, arm: Arm, readings: tuple[Reading, ...], draws: int, first: int) -> ArmOutcomes:
        """``draws`` patients with identities from ``first`` on, those of each variant together."""
        patients = draw_patients(arm, draws, self.seed, batch=first // BATCH)
        plans = plans_of(arm, patients)
        columns: dict[str, Floats] = {}
        for variant in np.unique(patients.variant):
            chosen = np.flatnonzero(patients.variant == variant)
            for name, values in self._columns([plans[i] for i in chosen], chosen + first, readings).items():
                columns.setdefault(name, np.full(draws, np.nan))[chosen] = values
        thawed = np.array([plan.is_thawed for plan in plans], dtype=float)
        return ArmOutcomes(columns, _infused(plans, patients), thawed)

    def _columns(self, plans: list[Plan], identities: np.ndarray, readings: tuple[Reading, ...]) -> dict[str, Floats]:
        from marrow.endpoints.outcome import outcomes
        from marrow.simulation import simulate_patients

        result = simulate_patients(plans, identities, self.seed, threads=self.threads)
        actions = {str(name): result.actions[name].to_numpy() for name in result.actions}
        found = outcomes(result.course, actions, autologous=plans[0].donor.is_patient)
        chart = Chart(result.course, actions)
        failed = found.status != 0
        columns = {column.name: column.values for column in found.columns}
        return columns | {each.column: np.where(failed, np.nan, each.read(chart)) for each in readings}


def _infused(plans: list[Plan], patients: Patients) -> Floats:
    return np.where(np.isnan(patients.cd34), [plan.graft.cd34 for plan in plans], patients.cd34)


def _joined(first: ArmOutcomes, second: ArmOutcomes) -> ArmOutcomes:
    def column(of: ArmOutcomes, name: str) -> Floats:
        return of.columns[name] if name in of.columns else np.full(of.draws, np.nan)

    names = dict.fromkeys((*first.columns, *second.columns))
    columns = {name: np.concatenate([column(first, name), column(second, name)]) for name in names}
    thawed = None
    if first.thawed is not None and second.thawed is not None:
        thawed = np.concatenate([first.thawed, second.thawed])
    return ArmOutcomes(columns, np.concatenate([first.cd34, second.cd34]), thawed)


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
