"""Death, its cause, and survival free of what is told: from the first event of each patient."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np

from marrow.endpoints.column import Column, Kind
from marrow.endpoints.events import EventTimes
from marrow.endpoints.series import Floats


class Cause(IntEnum):
    """Causes of death, as numbered in the column ``cause_of_death``."""

    ALIVE = 0
    RELAPSE = 1
    INFECTION = 2
    GRAFT_VERSUS_HOST = 3
    ORGAN_TOXICITY = 4
    GRAFT_FAILURE = 5
    OTHER = 6


HAZARDS: dict[Cause, str] = {
    Cause.RELAPSE: "death.of_relapse",
    Cause.INFECTION: "death.of_infection",
    Cause.GRAFT_VERSUS_HOST: "death.of_graft_versus_host_disease",
    Cause.ORGAN_TOXICITY: "death.of_organ_toxicity",
    Cause.GRAFT_FAILURE: "death.of_graft_failure",
    Cause.OTHER: "death.of_other_causes",
}


def death_of(events: EventTimes, patients: int) -> Floats:
    """The day of the first death of each patient (N,); infinite for those who live."""
    there = [name for name in HAZARDS.values() if name in events]
    return events.first(*there) if there else np.full(patients, np.inf)


def cause_of_death(events: EventTimes, patients: int) -> Floats:
    """The number of its ``Cause`` (N,)."""
    day = death_of(events, patients)
    found = np.full(patients, float(Cause.ALIVE))
    for cause, name in HAZARDS.items():
        if name in events:
            found[(events.first(name) == day) & np.isfinite(day)] = float(cause)
    return found


def survival_columns(events: EventTimes, others: Sequence[Column], patients: int) -> list[Column]:
    """Death and what stands on it. ``others``: columns by whose days composite endpoints are made."""
    if not any(name in events for name in HAZARDS.values()):
        return []
    day = death_of(events, patients)
    by_name = {column.name: column.values for column in others}
    never = np.full(patients, np.inf)
    relapse = by_name.get("relapse_day", never)
    free = np.minimum(day, relapse)
    acute, chronic = by_name.get("acute_gvhd_3_4_day", never), by_name.get("chronic_gvhd_moderate_severe_day", never)
    return [
        Column("death_day", "death", "days", Kind.DAY, day, "death of any cause"),
        Column("cause_of_death", "cause of death", "", Kind.CODE, cause_of_death(events, patients), _CAUSES),
        _day("non_relapse_death_day", "death without relapse", np.where(day <= relapse, day, np.inf)),
        _day("disease_free_survival_day", "relapse or death", free),
        _day(
            "grfs_day",
            "GVHD of grade III-IV, chronic GVHD, relapse or death",
            np.minimum.reduce([free, acute, chronic]),
        ),
        _day("crfs_day", "chronic GVHD, relapse or death", np.minimum(free, chronic)),
    ]


_CAUSES = ", ".join(f"{cause.value} {cause.name.lower().replace('_', ' ')}" for cause in Cause)


def _day(name: str, label: str, values: Floats) -> Column:
    return Column(name, label, "days", Kind.DAY, values, f"day of the first of: {label}")
