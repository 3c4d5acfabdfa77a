"""Death, its cause, and survival free of what is told: from the first event of each patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from marrow.endpoints.column import Column, Kind
from marrow.endpoints.events import EventTimes
from marrow.endpoints.series import Floats
from marrow.sources import Source, assumed


class Cause(IntEnum):
    """Causes of death, as numbered in the column ``cause_of_death``."""

    ALIVE = 0
    RELAPSE = 1
    INFECTION = 2
    GRAFT_VERSUS_HOST = 3
    ORGAN_TOXICITY = 4
    GRAFT_FAILURE = 5
    OTHER = 6

    @property
    def words(self) -> str:
        return _WORDS.get(self, self.name.lower().replace("_", " "))


_WORDS = {Cause.GRAFT_VERSUS_HOST: "graft-versus-host disease", Cause.OTHER: "other causes"}
HAZARDS: dict[Cause, str] = {
    Cause.RELAPSE: "death.of_relapse",
    Cause.INFECTION: "death.of_infection",
    Cause.GRAFT_VERSUS_HOST: "death.of_graft_versus_host_disease",
    Cause.ORGAN_TOXICITY: "death.of_organ_toxicity",
    Cause.OTHER: "death.of_other_causes",
}


@dataclass(frozen=True)
class Composite:
    """Survival free of the first of several events. ``of``: names of columns; one that is not there never happens."""

    name: str
    label: str
    wording: str
    of: tuple[str, ...]
    source: Source


_DEATH_OR_RELAPSE = ("death_day", "relapse_day")
COMPOSITES = (
    Composite(
        "disease_free_survival_day",
        "relapse or death",
        "the first of relapse or progression, and death of any cause",
        _DEATH_OR_RELAPSE,
        assumed("usual definition; it and the incidences of relapse and non-relapse death sum to one"),
    ),
    Composite(
        "grfs_day",
        "GRFS (Holtan): acute GVHD of grade III-IV, chronic GVHD that is treated, relapse or death",
        "the first of acute GVHD of grade III-IV, chronic GVHD that needs systemic treatment (here: moderate or "
        "severe), relapse, death",
        ("acute_gvhd_3_4_day", "chronic_gvhd_moderate_severe_day", *_DEATH_OR_RELAPSE),
        assumed("criteria as read; that moderate and severe chronic disease is what is treated is assumed"),
    ),
    Composite(
        "grfs_ebmt_day",
        "GRFS (EBMT): acute GVHD of grade III-IV, severe chronic GVHD, relapse or death",
        "the first of acute GVHD of grade III-IV, severe (formerly: extensive) chronic GVHD, relapse, death",
        ("acute_gvhd_3_4_day", "chronic_gvhd_severe_day", *_DEATH_OR_RELAPSE),
        assumed("from memory"),
    ),
    Composite(
        "crfs_day",
        "CRFS: moderate or severe chronic GVHD, relapse or death",
        "the first of moderate or severe chronic GVHD, relapse, death",
        ("chronic_gvhd_moderate_severe_day", *_DEATH_OR_RELAPSE),
        assumed("usual definition; some trials count any chronic GVHD"),
    ),
)


def death_of(events: EventTimes, patients: int) -> Floats:
    """The day of the first death of each patient (N,); infinite for those who live."""
    there = [name for name in HAZARDS.values() if name in events]
    return events.first(*there) if there else np.full(patients, np.inf)


def cause_of_death(events: EventTimes, graft_failure: Floats) -> Floats:
    """The number of its ``Cause`` (N,). Who dies of infection after the graft has failed died of that."""
    day = death_of(events, len(graft_failure))
    found = np.full(len(day), float(Cause.ALIVE))
    for cause, name in HAZARDS.items():
        if name in events:
            found[(events.first(name) == day) & np.isfinite(day)] = float(cause)
    found[(found == Cause.INFECTION) & (graft_failure <= day)] = float(Cause.GRAFT_FAILURE)
    return found


def survival_columns(events: EventTimes, others: Sequence[Column], patients: int) -> list[Column]:
    """Death and what stands on it. ``others``: columns by whose days composite endpoints are made."""
    if not any(name in events for name in HAZARDS.values()):
        return []
    never = np.full(patients, np.inf)
    by_name = {column.name: column.values for column in others} | {"death_day": death_of(events, patients)}
    day, relapse = by_name["death_day"], by_name.get("relapse_day", never)
    cause = cause_of_death(events, by_name.get("graft_failure_day", never))
    codes = ", ".join(f"{each.value} {each.words}" for each in Cause)
    without = np.where(day <= relapse, day, np.inf)
    return [
        Column("death_day", "death", "days", Kind.DAY, day, "death of any cause"),
        Column("cause_of_death", "cause of death", "", Kind.CODE, cause, codes),
        Column(
            "non_relapse_death_day",
            "death without relapse",
            "days",
            Kind.DAY,
            without,
            "death without relapse before it",
        ),
        *(
            Column(
                each.name,
                each.label,
                "days",
                Kind.DAY,
                np.minimum.reduce([by_name.get(name, never) for name in each.of]),
                each.wording,
            )
            for each in COMPOSITES
        ),
    ]
