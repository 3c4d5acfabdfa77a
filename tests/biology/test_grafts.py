"""What is in a graft, and what meets it in the blood."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from whole_body import Patient, day_above


@cache
def reticulocytes_back(antibodies: float) -> float:
    """Day of 25e9/L after a blood graft."""
    doses = {-3.0: {"conditioning.dose": 1.0}, 0.0: {"graft.cd34": 5.6e6, "graft.cd3": 2e8}}
    days, seen = Patient({"isohemagglutinins": antibodies}).course(doses, 120.0)
    return day_above(days, seen["reticulocyte_count"], 25.0)


def test_major_abo_mismatch_delays_red_cells_by_a_week_or_two() -> None:
    later = reticulocytes_back(1.0) - reticulocytes_back(0.0)
    assert 4.0 < later < 20.0


def test_without_antibodies_nothing_is_killed() -> None:
    patient = Patient()
    assert patient.slope_of("red_cells.titer", patient.healthy) == 0.0


def test_isohemagglutinins_spare_the_host() -> None:
    well, against = Patient(), Patient({"isohemagglutinins": 1.0})
    host = [i for i, state in enumerate(well.body.network.states) if state.name.endswith(".host")]
    np.testing.assert_allclose(against.slope(against.healthy)[host], well.slope(well.healthy)[host], atol=1e-6)


def test_expansion_gives_committed_cells_and_costs_stem_cells() -> None:
    plain, expanded = Patient().assigned, Patient({"graft_is_expanded": 1.0}).assigned
    assert expanded["homing.myeloid"] > 1.5 * plain["homing.myeloid"]
    assert expanded["homing.stem"] < 0.5 * plain["homing.stem"]
    modified = Patient({"graft_is_gene_modified": 1.0}).assigned
    assert modified["homing.stem"] < 0.7 * plain["homing.stem"]
    assert modified["homing.myeloid"] == pytest.approx(plain["homing.myeloid"])
