"""Patient-years per second per core: drawing, solving with rounds, hazards and few cells, and reading endpoints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from cases import PLAN
from measure import seconds_of

from marrow.clinic.plan import read_plan
from marrow.clinic.schedule import Detail
from marrow.simulation import Record, Simulation, simulate

DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Throughput:
    """``per_second`` patient-years, each round; ``solving`` is the share of the time that all but endpoints took."""

    record: Record
    days: float
    per_second: tuple[float, ...]
    solving: float
    failures: int

    @property
    def median(self) -> float:
        return float(np.median(self.per_second))


def throughput(draws: int, rounds: int, tick: Callable[[str], None]) -> list[Throughput]:
    """The AML example, one thread, default accuracy; rounds are daily throughout. A first round is thrown away.

    As it is written (two years): what endpoints need, recorded as patients are seen (daily to day 100, then weekly,
    then every four weeks); the same recorded on every day; every observable on every day; and the first year of it
    alone, in which most of the work lies, recorded as in the first.
    """
    cases = (
        (Record.CHART, Detail.VISITS, None),
        (Record.CHART, Detail.DAILY, None),
        (Record.EVERYTHING, Detail.DAILY, None),
        (Record.CHART, Detail.VISITS, 365.0),
    )
    return [_measure(draws, rounds, record, detail, until, tick) for record, detail, until in cases]


def _measure(
    draws: int, rounds: int, record: Record, detail: Detail, until: float | None, tick: Callable[[str], None]
) -> Throughput:
    plan = read_plan(PLAN)
    totals, solving, failures, days = [], [], 0, 0.0
    for turn in range(rounds + 1):
        tick(f"patient-years, {record.value} recorded, round {turn} of {rounds}")
        found: list[Simulation] = []

        def run(found: list[Simulation] = found) -> None:
            found.append(simulate(plan, draws, threads=1, until=until, detail=detail, record=record))

        def read(found: list[Simulation] = found) -> None:
            assert found[0].read_outcomes(life=False).patients == draws

        kernel = seconds_of(run)
        whole = kernel + seconds_of(read)
        days = float(found[0].schedule.end - found[0].schedule.start)
        if turn > 0:
            totals.append(draws * days / DAYS_A_YEAR / whole)
            solving.append(kernel / whole)
            failures += found[0].failed
    return Throughput(record, days, tuple(totals), float(np.median(solving)), failures)
