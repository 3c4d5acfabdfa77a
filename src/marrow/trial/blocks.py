"""The work of a trial in blocks: so many patients of one arm each, simulated apart, in any order, anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marrow.calibration.arm import Arm
from marrow.endpoints.column import Kind
from marrow.endpoints.gvhd import treated_spells
from marrow.population.people import people_of
from marrow.trial.who import Who

if TYPE_CHECKING:
    import xarray as xr

    from marrow.endpoints.outcome import Outcomes
    from marrow.simulation import Simulation

BLOCK = 2000  # patients
TREATED = tuple((f"gvhd_treatment_{k}_begin", f"gvhd_treatment_{k}_end") for k in (1, 2, 3))  # columns: days


@dataclass(frozen=True, order=True)
class Block:
    """Patients ``first`` to ``last`` (exclusive) in arm ``arm``. ``offset``: the identity of the trial's first."""

    arm: int
    first: int
    last: int

    @property
    def name(self) -> str:
        return f"arm-{self.arm}-{self.first:09d}-{self.last:09d}"


def blocks_of(arms: int, patients: int, size: int = BLOCK) -> Iterator[Block]:
    """Every patient in every arm, the arms side by side."""
    for first in range(0, patients, size):
        for arm in range(arms):
            yield Block(arm, first, min(first + size, patients))


Keep = Callable[[NDArray[np.int64], "xr.Dataset"], None]


def simulate_block(
    arm: Arm, who: Who, block: Block, seed: int, until: float, keep: Keep | None = None
) -> dict[str, np.ndarray]:
    """Outcomes by column (N,) of the block's patients, with ``patient`` and ``status``; NaN where a solve failed.
    ``keep``: is given the courses of those who share a plan, with their identities."""
    from marrow.simulation import Record, prepare_people

    identities = np.arange(block.first, block.last)
    columns: dict[str, np.ndarray] = {"patient": identities}
    anew = who.screened(identities, seed).anew
    for chosen, people in people_of(arm, identities, seed, anew=anew, roster=who.roster):
        prepared = prepare_people(people.plan, people.covariates, people.identities, seed, until=until)
        simulation = prepared.solve(threads=1, record=Record.CHART)
        outcomes = simulation.read_outcomes(life=False)
        if keep is not None:
            keep(people.identities, simulation.course)
        found = {column.name: column.values for column in outcomes.columns if column.kind is not Kind.SHARE}
        found |= _treated(simulation, outcomes)
        for name, values in {"status": outcomes.status.astype(float), **found}.items():
            columns.setdefault(name, np.full(len(identities), np.nan))[chosen] = values
    return columns


def _treated(simulation: Simulation, outcomes: Outcomes) -> dict[str, np.ndarray]:
    """When graft-versus-host disease was treated: what current GRFS is read from."""
    if "steroids" not in simulation.course or "death_day" not in outcomes:
        return {}
    course = simulation.course
    begin, end = treated_spells(course["time"].values, course["steroids"].values, outcomes["death_day"])
    return {
        name: values[:, k] for k, names in enumerate(TREATED) for name, values in zip(names, (begin, end), strict=True)
    }
