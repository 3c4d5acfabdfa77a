"""Published arms whose patients are made once and then simulated again and again with other numbers of the model."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from marrow.calibration.arm import Arm
from marrow.calibration.cohort import draw_patients, identities_of, plans_of
from marrow.calibration.outcome_measures import AFTER_DAY_100
from marrow.calibration.score import Scored, score_row
from marrow.calibration.simulator import columns_of, infused, readings_of
from marrow.calibration.targets import Expressible, by_arm
from marrow.calibration.value import ArmOutcomes, Floats
from marrow.simulation import Prepared, Record, prepare_patients

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class PreparedArm:
    """``parts``: patients of one conditioning each, with their places among the arm's."""

    arm: Arm
    rows: tuple[Expressible, ...]
    parts: tuple[tuple[NDArray[np.intp], Prepared], ...]
    cd34: Floats
    thawed: Floats

    def outcomes(self, numbers: Mapping[str, float]) -> ArmOutcomes:
        """``numbers`` that the arm's model does not have are left out."""
        readings = readings_of(self.rows)
        series = bool(readings) or any(row.measure.column == AFTER_DAY_100 for row in self.rows)
        columns: dict[str, Floats] = {}
        for chosen, prepared in self.parts:
            mine = {name: value for name, value in numbers.items() if name in prepared.model.input_index}
            record = Record.EVERYTHING if series else Record.CHART
            result = prepared.solve(threads=1, parameters=mine, record=record, even=True)
            for name, value in columns_of(result, readings).items():
                columns.setdefault(name, np.full(len(self.cd34), np.nan))[chosen] = value
        until = min(plan.follow_up for plan in self.arm.plans)
        return ArmOutcomes(columns, self.cd34, self.thawed, observed_until=until)

    def scored(self, numbers: Mapping[str, float]) -> list[Scored]:
        found = _smoothed(self.outcomes(numbers), self.arm.name)
        return [score_row(row.target, row.value({self.arm.name: found})) for row in self.rows]


def prepare_arm(arm: Arm, rows: Sequence[Expressible], draws: int, seed: int) -> PreparedArm:
    patients = draw_patients(arm, draws, seed)
    plans, identities = plans_of(arm, patients), identities_of(arm, draws)
    parts = []
    for variant in np.unique(patients.variant):
        chosen = np.flatnonzero(patients.variant == variant)
        parts.append((chosen, prepare_patients([plans[i] for i in chosen], identities[chosen], seed)))
    thawed = np.array([plan.is_thawed for plan in plans], dtype=float)
    return PreparedArm(arm, tuple(rows), tuple(parts), infused(plans, patients), thawed)


def prepare_arms(
    asked: Sequence[Expressible], draws: int, seed: int, progress: Callable[[str, int, int], None] | None = None
) -> tuple[PreparedArm, ...]:
    of_arm = by_arm(asked)
    arms = []
    for name, rows in of_arm.items():
        if progress:
            progress(name, len(arms), len(of_arm))
        arms.append(prepare_arm(rows[0].arm, rows, draws, seed))
    return tuple(arms)


def simulate_arms(arms: Sequence[PreparedArm], numbers: Mapping[str, float], threads: int = 2) -> list[Scored]:
    """All rows of all arms, arms side by side; the same rows in the same order at every call."""
    with ThreadPoolExecutor(max(1, threads)) as pool:
        return [row for rows in pool.map(lambda arm: arm.scored(numbers), arms) for row in rows]


def _smoothed(found: ArmOutcomes, name: str) -> ArmOutcomes:
    """Recovery is read on whole days; spread evenly over half a day to either side, medians become smooth.

    The same patient is moved by the same part of a day at every call.
    """
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    part = rng.permutation((np.arange(found.draws) + 0.5) / found.draws) - 0.5
    columns = {
        column: np.where(values > 0, values + part, values) if column.endswith("_day") else values
        for column, values in found.columns.items()
    }
    return replace(found, columns=columns)
