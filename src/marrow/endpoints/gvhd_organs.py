"""Highest stages of skin, liver and gut, and the grade of acute GVHD that they make (MAGIC)."""

from __future__ import annotations

import numpy as np

from marrow.endpoints.chart import Chart
from marrow.endpoints.column import Column, Kind
from marrow.endpoints.gvhd_grading import HIGHEST_STAGE, Organ, grade_of
from marrow.endpoints.series import Floats

ORGANS = {Organ.SKIN: "skin", Organ.LIVER: "liver", Organ.LOWER_GUT: "gut"}  # as series and columns name them
LEAST = {  # injury of the organ from which on it has stage 1, 2, 3, 4: assumed, set by how often each is struck
    Organ.SKIN: (0.10, 0.15, 0.22, 0.75),
    Organ.LIVER: (0.08, 0.25, 0.40, 0.55),
    Organ.LOWER_GUT: (0.10, 0.30, 0.42, 0.55),
}
OF_GRADE_2 = {Organ.SKIN: 3.0, Organ.LIVER: 1.0, Organ.LOWER_GUT: 1.0}
OF_GRADE_3 = {Organ.LIVER: 2.0, Organ.LOWER_GUT: 2.0}


def organ_columns(chart: Chart) -> list[Column]:
    """Stages and grade, where the course tells organs and grades."""
    events = ("acute_gvhd.grade_2_4", "acute_gvhd.grade_3_4")
    series = {organ: f"gvhd_of_{name}" for organ, name in ORGANS.items()}
    if not chart.has(*series.values()) or not all(event in chart.events for event in events):
        return []
    reached = [chart.events.first(event) < chart.death for event in events]
    injuries = {organ: _highest(chart, name) for organ, name in series.items()}
    stages = staged(injuries, reached[0], reached[1])
    columns = [
        Column(
            f"acute_gvhd_{name}_stage",
            f"acute GVHD, highest stage of the {organ.name.lower().replace('_', ' ')}",
            "",
            Kind.AMOUNT,
            stages[:, organ],
            "0 to 4; those whose acute GVHD never reaches grade II have 0",
        )
        for organ, name in ORGANS.items()
    ]
    wording = "highest grade by the stages of skin, liver and lower gut (MAGIC); 0 stands for none and for grade I"
    label = "acute GVHD, highest grade"
    return [*columns, Column("acute_gvhd_grade", label, "", Kind.AMOUNT, grade_of(stages), wording)]


def _highest(chart: Chart, name: str) -> Floats:
    values = np.nan_to_num(chart.until_death(chart.values(name)), nan=0.0)
    return np.max(values, axis=1)


def staged(injuries: dict[Organ, Floats], second: np.ndarray, third: np.ndarray) -> Floats:
    """Stages (N, 4) in the order of ``Organ`` from highest ``injuries`` (N,) of organs; ``second``, ``third`` (N,):
    grade II to IV and III to IV were reached. Where injuries alone say another grade than these do, the organ that is
    struck most is raised to the lowest stage of that grade, and the others are kept below the next."""
    patients = len(second)
    stages = np.zeros((patients, len(Organ)))
    for organ, injury in injuries.items():
        found = np.searchsorted(np.array(LEAST[organ]), injury, side="right").astype(float)
        most = np.where(third, HIGHEST_STAGE[organ], OF_GRADE_2[organ])
        stages[:, organ] = np.where(second, np.minimum(found, most), 0.0)
    grade = grade_of(stages)
    _raise(stages, injuries, OF_GRADE_3, third & (grade < 3))
    _raise(stages, injuries, OF_GRADE_2, second & (grade_of(stages) < 2))
    return stages


def _raise(stages: Floats, injuries: dict[Organ, Floats], to: dict[Organ, float], who: np.ndarray) -> None:
    organs = list(to)
    most = np.argmax([injuries[organ] for organ in organs], axis=0)
    for k, organ in enumerate(organs):
        mine = who & (most == k)
        stages[mine, organ] = np.maximum(stages[mine, organ], to[organ])
