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


@cache
def passengers(minor: float, cd3: float) -> tuple[np.ndarray, np.ndarray]:
    """Days and the integrated hazard of hemolysis after a graft with so many T cells."""
    patient = Patient({"minor_mismatch": minor})
    doses = {-3.0: {"conditioning.dose": 1.0}, 0.0: {"graft.cd34": 5.6e6, "graft.cd3": cd3}}
    days, states = patient.states(doses, 60.0)
    return days, states[patient.body.index("passenger_lymphocytes.episode.integral")]


def test_minor_abo_mismatch_brings_hemolysis_to_a_tenth_in_the_second_week_and_to_fewer_after_marrow() -> None:
    assert not passengers(0.0, 2e8)[1].any()
    days, blood = passengers(1.0, 2e8)
    assert 0.06 < 1 - np.exp(-blood[-1]) < 0.16
    assert 6 < np.interp(0.5, blood / blood[-1], days) < 15
    assert passengers(1.0, 2.5e7)[1][-1] < 0.6 * blood[-1]


def test_an_episode_of_hemolysis_takes_a_third_of_host_red_cells_and_none_of_others() -> None:
    patient = Patient()
    state = patient.healthy.copy()
    state[patient.body.index("passenger_lymphocytes.hemolysis")] = 1.0
    faster = patient.slope_of("red_cells.red.1.host", state) - patient.slope_of("red_cells.red.1.host", patient.healthy)
    lost = -faster / state[patient.body.index("red_cells.red.1.host")]
    assert 0.25 < 1 - np.exp(-4.0 * lost) < 0.5  # an episode of four days
    assert patient.slope_of("red_cells.transfused", state) == 0.0


def test_expansion_gives_committed_cells_and_costs_stem_cells() -> None:
    plain, expanded = Patient().assigned, Patient({"graft_is_expanded": 1.0}).assigned
    assert expanded["graft_cells.myeloid"] > 1.5 * plain["graft_cells.myeloid"]
    assert expanded["graft_cells.stem"] < 0.5 * plain["graft_cells.stem"]
    modified = Patient({"graft_is_gene_modified": 1.0}).assigned
    assert modified["graft_cells.stem"] < 0.7 * plain["graft_cells.stem"]
    assert modified["graft_cells.myeloid"] == pytest.approx(plain["graft_cells.myeloid"])


def test_an_old_donor_gives_fewer_stem_cells_and_as_many_progenitors() -> None:
    young, old = Patient({"donor_age": 20.0}).assigned, Patient({"donor_age": 65.0}).assigned
    assert 2 * old["graft_cells.stem"] < young["graft_cells.stem"] < 6 * old["graft_cells.stem"]
    assert old["graft_cells.myeloid"] == pytest.approx(young["graft_cells.myeloid"])


def test_age_of_the_donor_is_no_matter_in_cord_blood() -> None:
    young, old = (Patient({"graft_is_blood": 0.0, "graft_is_cord": 1.0, "donor_age": age}) for age in (20.0, 65.0))
    assert old.assigned["graft_cells.stem"] == pytest.approx(young.assigned["graft_cells.stem"])


def test_mobilised_blood_brings_many_megakaryocyte_progenitors_and_cord_hardly_any() -> None:
    blood, cord = Patient().assigned, Patient({"graft_is_blood": 0.0, "graft_is_cord": 1.0}).assigned
    assert 20 * cord["graft_cells.megakaryocyte"] < blood["graft_cells.megakaryocyte"]


def test_megakaryocyte_progenitors_of_a_graft_give_one_wave_of_platelets_in_proportion_to_their_number() -> None:
    patient = Patient()
    index = patient.body.index
    few, many = patient.healthy.copy(), patient.healthy.copy()
    many[index("megakaryocyte_progenitors.dividing.1.donor")] = 1e5
    more = patient.slope_of("megakaryocyte_progenitors.dividing.2.donor", many)
    many[index("megakaryocyte_progenitors.dividing.1.donor")] = 2e5
    assert patient.slope_of("megakaryocyte_progenitors.dividing.2.donor", few) == 0.0
    assert patient.slope_of("megakaryocyte_progenitors.dividing.2.donor", many) == pytest.approx(2 * more)
    assert patient.slope_of("megakaryocyte_progenitors.dividing.1.donor", many) < 0  # they never renew themselves


def test_newborn_megakaryocytes_make_fewer_platelets_until_they_have_grown_up() -> None:
    doses = {-3.0: {"conditioning.dose": 1.0}, 0.0: {"graft.cd34": 1.5e5, "graft.cd3": 4e6}}
    patient = Patient({"graft_is_blood": 0.0, "graft_is_cord": 1.0})
    days, seen = patient.course(doses, 400.0)
    marked = patient.healthy.copy()
    index = patient.body.index
    marked[index("platelets.megakaryocytes.donor")] = 1e6
    grown = patient.slope_of("platelets.young.donor", marked)
    marked[index("newborn_cells.newborn")] = 1.0
    assert 0.2 * grown < patient.slope_of("platelets.young.donor", marked) < 0.6 * grown
    assert np.interp(390.0, days, seen["platelet_count_own"]) > 180


def test_only_cord_blood_is_newborn() -> None:
    blood, cord = Patient(), Patient({"graft_is_blood": 0.0, "graft_is_cord": 1.0})
    state = blood.healthy.copy()
    state[blood.body.index("homing.circulating.donor")] = 1e5
    assert blood.slope_of("newborn_cells.newborn", state) == 0.0
    assert cord.slope_of("newborn_cells.newborn", state) > 5.0


def test_few_grafts_do_not_take_and_more_of_cord_blood_or_with_a_large_spleen() -> None:
    def not_taken(covariates: dict[str, float]) -> float:
        taken = [Patient(covariates, seed=seed).assigned["graft_cells.taken"] for seed in range(600)]
        return sum(share < 0.5 for share in taken) / len(taken)

    usual, cord, spleen = (
        not_taken(facts)
        for facts in (
            {"graft_is_blood": 1.0, "graft_is_cord": 0.0},
            {"graft_is_blood": 0.0, "graft_is_cord": 1.0},
            {"graft_is_blood": 1.0, "graft_is_cord": 0.0, "platelets_outside_spleen": 0.5},
        )
    )
    assert 0.003 < usual < 0.025
    assert 0.04 < cord < 0.15
    assert 0.05 < spleen < 0.2
