"""Disease and earlier treatment change the start, and nothing in the healthy."""

from __future__ import annotations

import numpy as np
import pytest
from whole_body import Patient, body

from marrow.clinic.disease import Diagnosis, read_disease
from marrow.clinic.disease_start import start_of

ANEMIC = {"hemoglobin_at_start": 10.0, "platelets_at_start": 40.0, "neutrophils_at_start": 0.8}


def value(patient: Patient, state: str) -> float:
    return float(patient.healthy[body().index(state)])


def covariates(words: str) -> dict[str, float]:
    start = start_of(read_disease(words))
    return {
        "hemoglobin_at_start": start.hemoglobin,
        "platelets_at_start": start.platelets,
        "neutrophils_at_start": start.neutrophils,
        "stem_cells_spared": start.stem,
        "marrow_active": start.marrow,
        "stroma_damaged": start.stroma,
        "t_cells_spared": start.t_cells,
        "b_cells_spared": start.b_cells,
        "platelets_outside_spleen": start.outside_spleen,
    }


def test_counts_that_are_given_are_the_counts_of_the_first_day() -> None:
    patient = Patient(ANEMIC)
    seen = patient.look(patient.healthy)
    assert seen["hemoglobin"] == pytest.approx(10.0)
    assert seen["platelet_count"] == pytest.approx(40.0)
    assert seen["absolute_neutrophil_count"] == pytest.approx(0.8)


def test_measured_counts_are_exact_in_every_drawn_patient_and_usual_ones_are_not() -> None:
    measured = {"hemoglobin_measured": 1.0, "platelets_measured": 1.0, "neutrophils_measured": 1.0}
    exact = [Patient({**ANEMIC, **measured}, seed=seed) for seed in range(20)]
    usual = [Patient(ANEMIC, seed=seed) for seed in range(20)]
    for name in ("hemoglobin", "platelet_count", "absolute_neutrophil_count"):
        assert np.ptp([each.look(each.healthy)[name] for each in exact]) < 1e-9
        assert np.ptp([each.look(each.healthy)[name] for each in usual]) > 0.1


def test_spread_never_turns_a_healthy_patient_ill() -> None:
    for seed in range(50):
        patient = Patient(seed=seed)
        for port in ("start.stem", "start.progenitors", "start.red_cells", "start.t_cells", "start.b_cells"):
            assert patient.assigned[f"port.{port}.at_rest"] == 1.0
        assert patient.assigned["port.stroma_at_start.at_rest"] == 0.0


@pytest.mark.parametrize("diagnosis", [each for each in Diagnosis if each is not Diagnosis.OTHER])
def test_every_disease_starts_ill_and_leaves_the_set_points_of_health(diagnosis: Diagnosis) -> None:
    ill, well = Patient(covariates(diagnosis.value)), Patient()
    assert ill.look(ill.healthy)["hemoglobin"] < 0.9 * well.look(well.healthy)["hemoglobin"]
    for name in ("stem_cells.stem_at_rest", "red_cells.stage_at_rest"):
        assert ill.assigned[name] == pytest.approx(well.assigned[name])
    assert np.all(np.isfinite(ill.slope(ill.healthy)))
    assert not ill.healthy[[i for i, s in enumerate(body().network.states) if s.name.endswith(".donor")]].any()


def test_a_host_left_alone_recovers_from_anemia() -> None:
    patient = Patient(ANEMIC)
    days, seen = patient.course({}, until=120.0, start=0.0)
    assert seen["hemoglobin"][0] == pytest.approx(10.0, abs=0.1)
    assert seen["hemoglobin"][days > 110].min() > 13.0


def test_a_failed_marrow_starts_with_few_stem_cells_and_low_counts() -> None:
    patient = Patient(covariates("aplastic anemia"))
    assert value(patient, "stem_cells.stem.host") == pytest.approx(0.02 * 1400, rel=1e-6)
    days, seen = patient.course({}, until=10.0, start=0.0)
    assert seen["absolute_neutrophil_count"][days < 3].max() < 1.0
    assert seen["platelet_count"][days < 7].max() < 50.0


def test_a_failed_marrow_does_not_recover_by_itself_and_without_t_cells_it_does() -> None:
    failing = {**covariates("aplastic anemia"), "has_marrow_failure": 1.0}
    patient = Patient(failing)
    attack = body().index("marrow_failure.attack.host")
    days, left_alone = patient.course({}, until=300.0, start=0.0)
    assert left_alone["absolute_neutrophil_count"][days > 30].max() < 0.5
    assert left_alone["platelet_count"][days > 30].max() < 50.0
    assert patient.healthy[attack] == 1.0
    assert Patient(covariates("MDS")).healthy[attack] == 0.0

    treated = Patient({**failing, "t_cells_spared": 0.005})
    recovered = treated.course({}, until=700.0, start=0.0)[1]
    assert recovered["absolute_neutrophil_count"][-1] > 1.0


def test_a_large_spleen_holds_platelets_and_takes_graft_cells() -> None:
    spleen, normal = Patient({"platelets_outside_spleen": 0.6}), Patient()
    ratio = spleen.look(spleen.healthy)["platelet_count"] / normal.look(normal.healthy)["platelet_count"]
    assert ratio == pytest.approx(0.6)
    assert spleen.assigned["homing.lodging"] == pytest.approx((1 - 0.4 * 0.7) * normal.assigned["homing.lodging"])
