"""The children of the UCI table as plans, one each: their own age, size, donor and graft; conditioning is supposed.

The table does not say how they were conditioned, nor their heights, nor whether they had a growth factor.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from marrow.calibration.children import Cohort

if TYPE_CHECKING:
    from marrow.clinic.plan import Plan

ASSUMED = (
    "myeloablative busulfan and fludarabine for all, without growth factor",
    "height from body mass at a body mass index of 16, at most 170 cm",
    "body mass 3 kg a year after 7 kg where it is missing",
    "fresh grafts; platelets below 20 x 10^9/L and red cells below Hb 7.5 g/dL are transfused",
)
_CONDITIONING = [
    "fludarabine 40 mg/m2 IV over 1 h daily, day -6 to -3",
    "busulfan 3.2 mg/kg IV over 3 h daily, day -6 to -3",
]
_CARE = ["platelets when < 20", "red cells when Hb < 7.5 g/dL"]
_SOURCES = {"bone_marrow": "bone marrow", "peripheral_blood": "peripheral blood"}


def children_plans(file: str | Path, follow_up: str = "200 d") -> list[Plan]:
    """A plan for each child of the table, in its order. Raises ``PlanError`` for values that no plan can hold."""
    from marrow.clinic.plan import plan_of

    with Path(file).open(newline="", encoding="utf-8") as lines:
        return [plan_of(_plan(row, follow_up), f"child {row['row']}") for row in csv.DictReader(lines)]


def _plan(row: Mapping[str, str], follow_up: str) -> dict[str, Any]:
    age = float(row["recipient_age"])
    mass = float(row["recipient_body_mass"] or 3 * age + 7)
    graft = {
        "source": _SOURCES[row["stem_cell_source"]],
        "cd34": f"{row['CD34_x1e6_per_kg']}e6 /kg",
        "storage": "fresh",
    }
    if row["CD3_x1e8_per_kg"]:
        graft["cd3"] = f"{row['CD3_x1e8_per_kg']}e8 /kg"
    return {
        "year": "2005",
        "patient": {
            "age": f"{age:g} y",
            "sex": row["recipient_gender"],
            "weight": f"{mass:g} kg",
            "height": f"{min(100 * math.sqrt(mass / 16), 170):.0f} cm",
        },
        "donor": {"relation": "unrelated", "age": f"{float(row['donor_age']):.1f} y"},
        "graft": graft,
        "conditioning": _CONDITIONING,
        "care": _CARE,
        "follow-up": follow_up,
    }


def simulate_children(file: str | Path, seed: int = 1, repeats: int = 4, threads: int | None = None) -> Cohort:
    """Every child simulated ``repeats`` times: a cohort to lay beside the observed one."""
    from marrow.clinic.graft import Source
    from marrow.endpoints.outcome import outcomes
    from marrow.simulation import simulate_patients

    plans = children_plans(file) * repeats
    result = simulate_patients(plans, np.arange(len(plans)), seed, threads=threads)
    found = outcomes(result.course, result.actions)
    return Cohort(
        np.array([plan.graft.cd34 for plan in plans]),
        np.array([plan.graft.source is Source.BLOOD for plan in plans]),
        found["neutrophil_engraftment_day"],
        found["platelet_50_day"],
    )
