"""Every cytotoxic drug runs in a child of 10 kg and in an adult of 120 kg."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_modules import LogKills
from solve_small import Dose, course, network_of

from marrow.drugs.body_composition import BodyComposition
from marrow.language.discover import drugs
from marrow.language.view import declared_in
from marrow.vocabulary import FAT_FREE_MASS

CYTOTOXIC = (
    "busulfan",
    "busulfan (Bartelink)",
    "busulfan (Lawson)",
    "busulfan (Shukla)",
    "carmustine",
    "clofarabine",
    "cyclophosphamide",
    "cytarabine",
    "etoposide",
    "fludarabine",
    "melphalan",
    "thiotepa",
    "total body irradiation",
    "treosulfan",
)
PATIENTS = {
    "child of 10 kg": {
        "age": 1.0, "body_weight": 10.0, "height": 76.0, "body_surface_area": 0.46, "glomerular_filtration": 90.0,
        "is_female": 1.0,
    },
    "adult of 120 kg": {
        "age": 60.0, "body_weight": 120.0, "height": 180.0, "body_surface_area": 2.45, "glomerular_filtration": 60.0,
        "is_female": 0.0,
    },
}  # fmt: skip


def modules_for(drug: type) -> tuple[type, ...]:
    ports = {port for each in declared_in(drug).values() if (port := getattr(each, "port", None)) is not None}
    around = [BodyComposition] if FAT_FREE_MASS in ports else []
    return (*around, LogKills, drug)


@pytest.mark.parametrize("patient", PATIENTS)
@pytest.mark.parametrize("drug", CYTOTOXIC)
def test_a_drug_is_solved_and_leaves(drug, patient):
    modules = modules_for(drugs()[drug])
    network = network_of(*modules)
    needed = {each.name.removeprefix("known.") for each in network.inputs}
    known = {name: value for name, value in PATIENTS[patient].items() if name in needed}
    route = next(route for route in network.routes if route.drug == drug)
    into = network.states[route.into]
    amount = into.scale / route.to_house  # the usual size of what it enters
    doses = [Dose(route.name, 24.0 * i, amount, 2.0 if route.rate is not None else 0.0) for i in range(3)]
    found = course(modules, doses, [0.0, 3.0, 24.0, 100 * 24.0], known)
    for name, values in found.items():
        assert np.all(np.isfinite(values)), name
        assert values.min() >= -1e-6 * max(1.0, values.max()), name
    assert found[into.name][1] > 0
    assert found[into.name][-1] < 1e-6 * into.scale
    kills = [found[name][-1] for name in found if name.startswith("log_kills.")]
    assert max(kills) > 0
