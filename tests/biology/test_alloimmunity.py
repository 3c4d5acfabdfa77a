"""What donor and host do to each other: claims, in the typical patient; hazards as their integrals."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
from whole_body import Patient, body

OWN_CELLS = {"is_allogeneic": 0.0}
HAPLOIDENTICAL = {"hla_mismatches": 5.0, "donor_is_unrelated": 0.0}
SIBLING = {"donor_is_unrelated": 0.0}
BLOOD, MARROW, T_DEPLETED = 2e8, 2e7, 1e4  # CD3+ cells per kg


@cache
def after(
    known: tuple[tuple[str, float], ...] = (), cd3: float = BLOOD, dose: float = 1.0, until: float = 120.0, graft=0.0
) -> dict[str, np.ndarray]:
    """Days, states and observables after conditioning of ``dose`` on day -3 and a graft, by name."""
    patient = Patient(known=dict(known))
    doses = {-3.0: {"conditioning.dose": dose}, graft: {"graft.cd34": 6e6, "graft.cd3": cd3}}
    days, states = patient.states(doses, until)
    names = [state.name for state in body().network.states]
    return {"day": days, **dict(zip(names, states, strict=True)), **patient.look(states)}


def course(known: Mapping[str, float] | None = None, **of: float) -> dict[str, np.ndarray]:
    return after(tuple(sorted((known or {}).items())), **of)


def risk(found: Mapping[str, np.ndarray], hazard: str = "acute_gvhd.grade_2_4") -> float:
    """Probability of the event until the end, in the typical patient."""
    return float(1 - np.exp(-found[f"{hazard}.integral"][-1]))


def median_onset(found: Mapping[str, np.ndarray], hazard: str) -> float:
    """The day by which half of those who will have it have it."""
    had = 1 - np.exp(-found[f"{hazard}.integral"])
    return float(found["day"][np.searchsorted(had, had[-1] / 2)])


def donor_share(found: Mapping[str, np.ndarray], cells: str, day: float) -> float:
    at = int(np.argmin(np.abs(found["day"] - day)))
    donor, host = found[f"{cells}.donor"][at], found[f"{cells}.host"][at]
    return float(donor / (donor + host))


def test_ones_own_cells_and_a_twins_do_nothing_at_all() -> None:
    """Exactly zero: no alloreactive cell, no hazard, no killing, at any time of the course."""
    patient = Patient(known=OWN_CELLS)
    doses = {-3.0: {"conditioning.dose": 1.0}, 0.0: {"graft.cd34": 6e6, "graft.cd3": BLOOD}}
    _, states = patient.states(doses, 60.0)
    names = [state.name for state in body().network.states]
    none = [k for k, name in enumerate(names) if name.split(".")[0] in ("alloimmunity", "rejection", "acute_gvhd")]
    none += [k for k, name in enumerate(names) if name.startswith("chronic_gvhd")]
    assert len(none) > 10
    for state in states.T[::30]:
        state[none] = 0.0
        assert not patient.slope(state)[none].any()


def test_alloreactive_cells_expand_in_weeks_and_contract_as_injury_heals() -> None:
    found = course()
    cells = found["alloreactive_cells.donor"]
    peak = found["day"][np.argmax(cells)]
    first = cells[np.argmin(np.abs(found["day"] - 1.0))]
    assert 10 < peak < 35
    assert cells.max() > 10 * first
    assert cells[-1] < cells.max() / 10


def test_acute_disease_comes_in_the_first_weeks_and_not_at_once() -> None:
    found = course()
    hazard = found["acute_gvhd.grade_2_4.integral"]
    assert 21 < median_onset(found, "acute_gvhd.grade_2_4") < 50
    assert hazard[np.searchsorted(found["day"], 7.0)] < hazard[-1] / 10


def test_chronic_disease_comes_months_after_acute_disease() -> None:
    found = course(until=720.0)
    acute, chronic = (median_onset(found, each) for each in ("acute_gvhd.grade_2_4", "chronic_gvhd.any_grade"))
    assert chronic - acute > 60
    assert 90 < chronic < 270


def test_more_t_cells_in_the_graft_more_disease_but_far_less_than_in_proportion() -> None:
    hazards = [course(cd3=cd3)["acute_gvhd.grade_2_4.integral"][-1] for cd3 in (MARROW, BLOOD)]
    assert 1.2 < hazards[1] / hazards[0] < 4


def test_a_graft_without_t_cells_has_little_disease_and_is_rejected_more() -> None:
    full, depleted = course(), course(cd3=T_DEPLETED)
    assert risk(depleted) < risk(full) / 5
    assert risk(depleted, "chronic_gvhd.any_grade") < risk(full, "chronic_gvhd.any_grade") / 5
    assert depleted["alloreactive_cells.host"].max() > full["alloreactive_cells.host"].max()
    assert donor_share(depleted, "t_cell_count", 100) < donor_share(full, "t_cell_count", 100) - 0.3


def test_the_more_donor_and_patient_differ_the_more_disease() -> None:
    sibling, unrelated, haploidentical = (risk(course(known)) for known in (SIBLING, {}, HAPLOIDENTICAL))
    assert sibling < unrelated < haploidentical
    assert risk(course({"female_to_male": 1.0})) > risk(course())
    assert risk(course({"age": 65.0})) > risk(course({"age": 25.0}))


def test_without_anything_against_it_a_haploidentical_graft_injures_most_patients() -> None:
    assert risk(course(HAPLOIDENTICAL)) > 0.6


def test_donor_cells_clear_host_blood_formation_that_conditioning_left() -> None:
    """Mild conditioning: a donor's T cells make donor blood; the same number of one's own would not."""
    allogeneic, own = course(dose=0.3), course(OWN_CELLS, dose=0.3)
    count = "absolute_neutrophil_count"
    assert donor_share(allogeneic, count, 100) > 0.95
    assert donor_share(own, count, 100) < 0.8
    assert allogeneic["stem_cells.host"][-1] < own["stem_cells.host"][-1] / 100


def test_myeloid_chimerism_is_full_before_that_of_t_cells() -> None:
    found = course(dose=0.3)
    assert donor_share(found, "absolute_neutrophil_count", 60) > donor_share(found, "t_cell_count", 60)


def test_mild_conditioning_mismatches_and_antibodies_make_host_cells_reject_more() -> None:
    """As the most alloreactive cells of the host that there ever are."""

    def most(known: Mapping[str, float] | None = None, dose: float = 1.0) -> float:
        return float(course(known, dose=dose, cd3=MARROW)["alloreactive_cells.host"].max())

    assert most(dose=0.3) > 2 * most()
    assert most({"donor_specific_antibodies": 1.0}) > 5 * most()
    assert most({"hla_mismatches": 1.0}) > most()


def test_a_rejected_graft_is_lost_for_good() -> None:
    """Antibodies against the donor, mild conditioning, no T cells in the graft: host blood comes back."""
    found = course({"donor_specific_antibodies": 1.0, "hla_mismatches": 2.0}, dose=0.6, cd3=T_DEPLETED)
    assert donor_share(found, "absolute_neutrophil_count", 120) < 0.05
    assert found["absolute_neutrophil_count"][-1] > 0.5


def test_host_cells_are_primed_only_where_there_is_injury() -> None:
    """A graft that outlasted the injury of conditioning is tolerated, however many host T cells come back."""
    patient = Patient(known={"hla_mismatches": 2.0})
    _, states = patient.states({-3.0: {"conditioning.dose": 0.6}, 0.0: {"graft.cd34": 6e6, "graft.cd3": MARROW}}, 60.0)
    index = body().index
    primed = index("rejection.effectors.host")
    healed = states[:, -1].copy()
    healed[[primed, index("tissue_damage.injury"), index("infection.inflamed")]] = 0.0
    assert patient.slope(healed)[primed] == 0.0
    injured = healed.copy()
    injured[index("tissue_damage.injury")] = 0.3
    assert patient.slope(injured)[primed] > 0.0


def test_lymphocytes_given_late_do_less_than_those_of_the_graft() -> None:
    """A graft given 60 days after conditioning meets healed tissue."""
    early, late = course(), course(until=180.0, graft=60.0)
    assert late["acute_gvhd.grade_2_4.integral"][-1] < 0.9 * early["acute_gvhd.grade_2_4.integral"][-1]


def test_donor_cells_kill_malignant_cells_only_where_they_are_alloreactive() -> None:
    """What kills malignant cells follows the same effect as graft-versus-host disease does."""
    assert course()["alloimmunity.armed"].max() > 0.2
    assert course(cd3=T_DEPLETED)["alloimmunity.armed"].max() < 0.05
    assert abs(course(OWN_CELLS)["alloimmunity.armed"]).max() < 1e-12


def test_donor_t_cells_of_any_kind_hold_back_those_that_reject() -> None:
    """Fewer host cells that answer to the donor where the graft brings T cells, alloreactive ones or not."""
    few, many = (
        course(HAPLOIDENTICAL, cd3=cd3, dose=0.4)["rejection.effectors.host"].max() for cd3 in (T_DEPLETED, BLOOD)
    )
    assert many < 0.5 * few
