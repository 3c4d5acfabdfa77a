"""What weighs on a patient day by day, each between 0 and 1: from events, hemoglobin, steroids and days in hospital."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marrow.endpoints.assumption import Assumption
from marrow.endpoints.events import EventTimes
from marrow.endpoints.hospital import Stay
from marrow.endpoints.series import Floats
from marrow.sources import assumed


class Burden(Enum):
    """What weighs on a patient; the value is its name in words."""

    FEAR = "fear of the transplant"
    ILLNESS = "the illness and its earlier treatment"
    CONDITIONING = "conditioning and its mucositis"
    ANEMIA = "anemia"
    HOSPITAL = "being in hospital"
    INFECTION = "infection"
    ACUTE_GVHD = "acute GVHD"
    CHRONIC_GVHD = "chronic GVHD"
    STEROIDS = "steroids"
    RELAPSE = "relapse"


def _number(what: str, value: float, unit: str, low: float, high: float, why: str) -> Assumption:
    return Assumption(what, value, unit, (low, high), assumed(why))


@dataclass(frozen=True)
class Course:
    """How burdens come and fade: times in days, sizes relative to the worst."""

    fear: Assumption
    illness: Assumption
    worst: Assumption
    convalescence: Assumption
    mild: Assumption
    no_anemia: Assumption
    anemia: Assumption
    acute: Assumption
    grade_2: Assumption
    chronic: Assumption
    mild_chronic: Assumption
    moderate_chronic: Assumption
    steroids: Assumption


COURSE = Course(
    fear=_number("time in which fear fades after the graft", 21, "days", 7, 60, "relief on leaving the ward"),
    illness=_number("time in which what came before fades", 180, "days", 90, 365, "over half work again after a year"),
    worst=_number("day on which conditioning weighs most", 7, "days", 4, 10, "peak of mucositis"),
    convalescence=_number(
        "time in which that fades", 30, "days", 20, 60, "largely back by day 100 (review, Blood 2009;114:7)"
    ),
    mild=_number("burden of non-myeloablative conditioning", 0.5, "", 0.3, 0.7, "hardly any mucositis"),
    no_anemia=_number("hemoglobin above which nothing is felt", 12, "g/dL", 11, 13, "lower limit of health"),
    anemia=_number("hemoglobin at which anemia is 1", 8, "g/dL", 7, 9, "where red cells are given"),
    acute=_number("time in which acute GVHD fades", 35, "days", 20, 60, "most answer in four weeks, gut heals slowly"),
    grade_2=_number("acute GVHD of grade II, severe being 1", 0.4, "", 0.2, 0.6, "mostly skin"),
    chronic=_number("time in which chronic GVHD fades", 450, "days", 250, 900, "as in the model of the disease"),
    mild_chronic=_number("mild chronic GVHD, severe being 1", 0.25, "", 0.1, 0.4, "hardly any function lost"),
    moderate_chronic=_number("moderate chronic GVHD, severe being 1", 0.6, "", 0.4, 0.8, "between mild and severe"),
    steroids=_number("steroids at which they are 1, of 2 mg/kg", 0.5, "", 0.25, 1.0, "1 mg/kg: all feel it"),
)  # fmt: skip


Burdens = Mapping[Burden, NDArray[Any]]


def burdens_of(events: EventTimes, stay: Stay, hemoglobin: Floats, steroids: Floats, is_mild: bool) -> Burdens:
    """Each burden on the days of ``stay``: (N, D), or (1, D) where it is everybody's.

    ``hemoglobin`` (N, D) g/dL; ``steroids`` (N, D) of 2 mg/kg a day.
    """
    days, here = stay.days, COURSE
    after = np.clip(days, 0.0, None)[None, :]
    away = stay.inside.copy()
    away[:, 0] = False  # the first questionnaire is answered before admission
    lack = (here.no_anemia.value - hemoglobin) / (here.no_anemia.value - here.anemia.value)
    acute = (("acute_gvhd.grade_2_4", here.grade_2.value), ("acute_gvhd.grade_3_4", 1.0))
    chronic = (
        ("chronic_gvhd.any_grade", here.mild_chronic.value),
        ("chronic_gvhd.moderate_severe", here.moderate_chronic.value),
        ("chronic_gvhd.severe", 1.0),
    )
    return {
        Burden.FEAR: np.exp(-after / here.fear.value),
        Burden.ILLNESS: np.exp(-after / here.illness.value),
        Burden.CONDITIONING: _of_conditioning(days, is_mild)[None, :],
        Burden.ANEMIA: np.clip(lack, 0.0, 1.0).astype(np.float32),
        Burden.HOSPITAL: away,
        Burden.INFECTION: stay.infection,
        Burden.ACUTE_GVHD: _highest(events, acute, days, stay.patients, here.acute.value),
        Burden.CHRONIC_GVHD: _highest(events, chronic, days, stay.patients, here.chronic.value),
        Burden.STEROIDS: np.clip(steroids / here.steroids.value, 0.0, 1.0).astype(np.float32),
        Burden.RELAPSE: _highest(events, (("malignancy.relapse", 1.0),), days, stay.patients, np.inf),
    }


def _of_conditioning(days: Floats, is_mild: bool) -> Floats:
    """Rises from the first day in a line, and fades (D,)."""
    worst = COURSE.worst.value
    rising = (days - days[0]) / (worst - days[0])
    fading = np.exp(-np.clip(days - worst, 0.0, None) / COURSE.convalescence.value)
    return np.where(days < worst, rising, fading) * (COURSE.mild.value if is_mild else 1.0)


def _highest(
    events: EventTimes, steps: Sequence[tuple[str, float]], days: Floats, patients: int, time: float
) -> NDArray[np.float32]:
    """(N, D): from the event of each of ``steps`` on its level, fading in ``time`` days; of several the highest."""
    found = np.zeros((patients, len(days)), dtype=np.float32)
    for name, level in ((name, level) for name, level in steps if name in events):
        start = events.first(name)
        rows = np.flatnonzero(np.isfinite(start))
        since = days - start[rows, None]
        raised = np.where(since >= 0, level * np.exp(-np.clip(since, 0.0, None) / time), 0.0)
        found[rows] = np.maximum(found[rows], raised)
    return found
