"""The children of the UCI table as plans, one each: their own age, size, donor and graft; conditioning is supposed.

The table does not say how they were conditioned, nor their heights, nor whether they had a growth factor.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from marrow.calibration.children import Cohort

if TYPE_CHECKING:
    from marrow.clinic.plan import Plan

ASSUMED = (
    "myeloablative busulfan and fludarabine for all, without growth factor",
    "rabbit antithymocyte globulin, ciclosporin and short methotrexate, as was usual after unrelated grafts",
    "height from body mass at a body mass index of 16, at most 170 cm",
    "body mass 3 kg a year after 7 kg where it is missing",
    "fresh grafts; platelets below 20 x 10^9/L and red cells below Hb 7.5 g/dL are transfused",
)
_CONDITIONING = [
    "fludarabine 40 mg/m2 IV over 1 h daily, day -6 to -3",
    "busulfan 3.2 mg/kg IV over 3 h daily, day -6 to -3",
    "rabbit antithymocyte globulin 2.5 mg/kg IV over 6 h daily, day -3 to -1",
]
_PROPHYLAXIS = [
    "ciclosporin, trough 100-200 ng/mL, day -1 to 90, taper to day 180",
    "methotrexate 15 mg/m2 day 1, then 10 mg/m2 day 3, 6",
]
WITH_GROWTH_FACTOR = "filgrastim 5 ug/kg SC daily from day 5 until ANC > 1.5 on 2 days"
_CARE = ["platelets when < 20", "red cells when Hb < 7.5 g/dL"]
_SOURCES = {"bone_marrow": "bone marrow", "peripheral_blood": "peripheral blood"}


def children_plans(file: str | Path, follow_up: str = "200 d", more_care: Sequence[str] = ()) -> list[Plan]:
    """A plan for each child of the table, in its order; ``more_care``: sentences added to the care that is assumed.

    Raises ``PlanError`` for values that no plan can hold.
    """
    from marrow.clinic.plan import plan_of

    with Path(file).open(newline="", encoding="utf-8") as lines:
        return [plan_of(_plan(row, follow_up, more_care), f"child {row['row']}") for row in csv.DictReader(lines)]


def _plan(row: Mapping[str, str], follow_up: str, more_care: Sequence[str]) -> dict[str, Any]:
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
        "prophylaxis": _PROPHYLAXIS,
        "care": [*more_care, *_CARE],
        "follow-up": follow_up,
    }


def simulate_children(
    file: str | Path,
    seed: int = 1,
    repeats: int = 4,
    threads: int | None = None,
    *,
    first: int = 0,
    more_care: Sequence[str] = (),
) -> Cohort:
    """Every child simulated ``repeats`` times: a cohort to lay beside the observed one.

    Patients come as the table, again and again. ``first``: which repeat this begins with, so that many can be made in
    parts; ``more_care``: as in ``children_plans``.
    """
    from marrow.clinic.graft import Source
    from marrow.endpoints.outcome import outcomes
    from marrow.simulation import Record, simulate_patients

    children = children_plans(file, more_care=more_care)
    plans = children * repeats
    identities = first * len(children) + np.arange(len(plans))
    result = simulate_patients(plans, identities, seed, threads=threads, record=Record.CHART)
    found = outcomes(result.course, result.actions)
    return Cohort(
        np.array([plan.graft.cd34 for plan in plans]),
        np.array([plan.graft.source is Source.BLOOD for plan in plans]),
        found["neutrophil_engraftment_day"],
        found["platelet_50_day"],
    )
