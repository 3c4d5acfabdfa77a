"""Patient-years per second per core of the whole thing: rounds, hazards and few cells drawn, endpoints read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from cases import Patients
from measure import seconds_of

from marrow.clinic.schedule import rule_units
from marrow.course import actions_table, to_dataset
from marrow.endpoints.outcome import outcomes
from marrow.engine.solve import solve

DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Throughput:
    """``per_second`` patient-years, each round; ``solving`` is the share of the time that the kernel took."""

    per_second: tuple[float, ...]
    solving: float
    failures: int

    @property
    def median(self) -> float:
        return float(np.median(self.per_second))


def throughput(patients: Patients, rounds: int, tick: Callable[[str], None]) -> Throughput:
    """One thread, default accuracy, all observables on whole days. A first round is thrown away."""
    facts, schedule = patients.model.description, patients.schedule
    units = {name: unit for name, (unit, _) in rule_units(patients.plan, facts).items()}
    years = patients.count * (schedule.end - schedule.start) / DAYS_A_YEAR
    totals, solving, failures = [], [], 0
    for turn in range(rounds + 1):
        tick(f"patient-years, round {turn} of {rounds}")
        found = []

        def run(found: list = found) -> None:  # type: ignore[type-arg]
            found.append(
                solve(
                    patients.model, patients.parameters, patients.initial, schedule, seed=1,
                    patients=np.arange(patients.count), threads=1,
                )
            )  # fmt: skip

        kernel = seconds_of(run)

        def read(found: list = found) -> None:  # type: ignore[type-arg]
            course = to_dataset(facts, schedule, found[0], {})
            outcomes(course, actions_table(facts, schedule, found[0], units))

        whole = kernel + seconds_of(read)
        if turn > 0:
            totals.append(years / whole)
            solving.append(kernel / whole)
            failures = int(np.count_nonzero(found[0].status))
    return Throughput(tuple(totals), float(np.median(solving)), failures)
