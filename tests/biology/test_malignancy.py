"""Malignant cells as written: they grow, are killed by drugs and by donor cells, and outgrow the donor's when many."""

from __future__ import annotations

import numpy as np
import pytest
from whole_body import Patient, body

from marrow.language import discover
from marrow.language.view import declared_in
from marrow.vocabulary import GRAFT_VERSUS_MALIGNANCY

WEIGHT = 70.0


def with_cells(patient: Patient, sensitive: float, resistant: float = 0.0) -> np.ndarray:
    """The healthy patient with so many malignant cells that can regrow in the whole body."""
    state = patient.healthy.copy()
    state[body().index("malignancy.sensitive")] = sensitive / WEIGHT
    state[body().index("malignancy.resistant")] = resistant / WEIGHT
    return state


def growth(patient: Patient, cells: float, kind: str = "sensitive") -> float:
    """Per day and cell."""
    state = with_cells(patient, **{"sensitive": 0.0, "resistant": 0.0, kind: cells})
    return patient.slope_of(f"malignancy.{kind}", state) * WEIGHT / cells


def test_cells_double_in_the_time_of_the_disease():
    for days in (10.0, 110.0):
        patient = Patient({"malignant_doubling_time": days, "body_weight": WEIGHT})
        assert growth(patient, 3e4) == pytest.approx(np.log(2) / days, rel=0.05)


def test_the_last_cells_rest_and_are_not_seen():
    patient = Patient({"body_weight": WEIGHT})
    assert growth(patient, 1.0) < 0.3 * growth(patient, 3e4)


def test_a_full_body_has_no_room():
    patient = Patient({"body_weight": WEIGHT})
    share = 1e-5
    assert growth(patient, 3e12 * share) == pytest.approx(0.0, abs=1e-9)


def test_conditioning_kills_sensitive_cells_more_than_resistant_ones():
    patient = Patient({"body_weight": WEIGHT})
    drug = body().index("conditioning.drug")

    def killed(kind: str) -> float:
        state = with_cells(patient, **{"sensitive": 0.0, "resistant": 0.0, kind: 1e3})
        without = patient.slope_of(f"malignancy.{kind}", state)
        state[drug] = 1.0
        return without - patient.slope_of(f"malignancy.{kind}", state)

    assert killed("sensitive") > 2 * killed("resistant") > 0


def test_a_healthy_person_has_no_malignant_cell_and_no_relapse():
    patient = Patient()
    assert patient.slope_of("malignancy.relapse.integral", patient.healthy) == 0.0
    assert float(patient.look(patient.healthy)["malignant_cells"]) == 0.0


def test_relapse_waits_for_the_graft():
    """However many cells there are before a graft grows, none is called a relapse."""
    patient = Patient({"body_weight": WEIGHT})
    assert patient.slope_of("malignancy.relapse.integral", with_cells(patient, 1e7)) == 0.0


def test_only_malignancy_reads_what_donor_cells_do_to_it():
    readers = [
        module.__name__
        for module in discover()
        for declared in declared_in(module).values()
        if type(declared).__name__ == "Needs" and declared.port is GRAFT_VERSUS_MALIGNANCY
    ]
    assert readers == ["Malignancy"]


def test_burden_before_conditioning_is_that_of_the_plan():
    patient = Patient({"malignant_cells_at_start": 1e9, "body_weight": WEIGHT})
    assert float(patient.look(patient.healthy)["malignant_cells"]) == pytest.approx(1e9, rel=1e-3)


def test_active_disease_has_more_cells_that_regrow_but_not_in_proportion():
    """A thousandfold burden: more such cells, and fewer of all."""

    def regrow(cells: float) -> float:
        patient = Patient({"malignant_cells_at_start": cells, "body_weight": WEIGHT})
        return float(patient.healthy[body().index("malignancy.sensitive")])

    assert 2 < regrow(1e11) / regrow(1e8) < 500
    assert regrow(1e8) / regrow(1e7) > 8
