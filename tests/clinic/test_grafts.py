"""Grafts in parts, boosts, two cord units, manipulations; blood groups; what is recorded without effect."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from marrow.clinic.blood_group import Mismatch, mismatch, read_blood_group
from marrow.clinic.echo import NO_EFFECT, describe, timeline
from marrow.clinic.graft import Manipulation, Source
from marrow.clinic.plan import Plan, plan_from_text, read_plan
from marrow.clinic.schedule import build_schedule
from marrow.errors import PlanError

RIGHT = """\
year: 2024
patient: {age: 52 y, sex: female, weight: 68 kg, height: 165 cm}
donor: {relation: haplo, age: 30 y}
graft:
  - {source: bone marrow, cd34: 2e6 /kg}
  - {source: peripheral blood, cd34: 6e6 /kg, manipulation: CD34 selected, day: 1}
conditioning: none
"""
CORD = RIGHT.replace("haplo", "unrelated").replace("bone marrow, cd34: 2e6 /kg", "cord, cd34: 1e5 /kg, cd3: 3e6 /kg")
CORD = CORD.replace(
    "peripheral blood, cd34: 6e6 /kg, manipulation: CD34 selected, day: 1", "cord, cd34: 2e5 /kg, cd3: 1e6 /kg"
)


@dataclass(frozen=True)
class Way:
    name: str
    into: int
    drug: str = "graft"
    route: str = ""
    unit: str = ""
    rate: int | None = None
    to_house: float = 1.0


@dataclass(frozen=True)
class Facts:
    routes: tuple[Way, ...] = (Way("graft.cd34", 3), Way("graft.cd3", 4))
    modifiers: tuple[()] = ()
    observables: tuple[()] = ()


def infused(plan: Plan, patients: int = 1) -> dict[tuple[float, int], np.ndarray]:
    """Cells (N,) by day and state."""
    events = build_schedule(plan, Facts(), patients).events
    found: dict[tuple[float, int], np.ndarray] = {}
    for k in range(len(events.time)):
        key = (float(events.time[k]), int(events.target[k]))
        found[key] = found.get(key, 0.0) + events.value[:, k]
    return found


def test_each_part_of_a_graft_is_infused_on_its_day() -> None:
    cells = {key: float(value[0]) for key, value in infused(plan_from_text(RIGHT)).items()}
    assert cells == {(0, 3): 2e6, (0, 4): 2.5e7, (1, 3): 6e6, (1, 4): 1e4}


def test_composition_is_weighted_by_cells() -> None:
    known = plan_from_text(RIGHT).covariates()
    assert known["graft_is_marrow"] == pytest.approx(0.25)
    assert known["graft_is_blood"] == pytest.approx(0.75)
    assert known["graft_is_cord"] == known["graft_is_thawed"] == 0


def test_a_later_boost_leaves_the_composition_of_the_first_graft() -> None:
    known = plan_from_text(RIGHT.replace("day: 1}", "day: 90}")).covariates()
    assert (known["graft_is_marrow"], known["graft_is_blood"]) == (1, 0)


def test_a_boost_comes_months_later_and_is_told() -> None:
    plan = plan_from_text(RIGHT.replace("day: 1}", "day: 90}"))
    assert (90.0, 3) in infused(plan)
    assert [moment.days for moment in timeline(plan) if moment.what.startswith("graft")] == ["day 0", "day 90"]


def test_of_two_cord_units_one_wins_more_often_the_one_with_more_t_cells() -> None:
    cells = infused(plan_from_text(CORD), 4000)[0, 3]
    assert set(np.unique(cells)) == {1e5, 2e5}, "the units' cells are never added"
    won = float(np.mean(cells == 1e5))
    assert won == pytest.approx(0.75, abs=0.03)  # fails by chance less than once in 10,000


def test_equal_cord_units_win_equally_often() -> None:
    text = CORD.replace("cd34: 2e5 /kg, cd3: 1e6 /kg", "cd34: 1e5 /kg, cd3: 3e6 /kg")
    assert set(np.unique(infused(plan_from_text(text), 500)[0, 3])) == {1e5}


def test_a_single_graft_is_printed_as_one_and_a_list_as_a_list(root: Path) -> None:
    one = read_plan(root / "examples" / "allogeneic-fb4.yaml")
    assert isinstance(one.to_data()["graft"], dict)
    several = plan_from_text(RIGHT)
    assert isinstance(several.to_data()["graft"], list)
    assert plan_from_text(several.to_yaml()) == several
    assert plan_from_text(one.to_yaml()) == one


def test_a_part_can_be_changed_by_its_number() -> None:
    changed = plan_from_text(RIGHT).with_("graft.2.cd34", "9e6/kg")
    assert [graft.cd34 for graft in changed.grafts] == [2e6, 9e6]


@pytest.mark.parametrize(
    ("right", "wrong", "line", "says"),
    [
        ("6e6 /kg", "6 /kg", 6, "6e6 /kg"),
        ("manipulation: CD34 selected", "manipulation: CD43 selected", 6, "cd34 selected"),
        ("day: 1", "day: -1", 6, "between 0 and"),
        ("cd34: 2e6 /kg}", "cd34: 2e6 /kg, day: 2}", 5, "first graft on day 0"),
        ("day: 1}", "day: 1, cd3: 2e8 /kg}", 6, "CD34-selected graft"),
        ("haplo, age: 30 y", "haplo, abo: C+", 3, "blood group"),
    ],
)
def test_a_wrong_part_is_refused_on_its_line(right: str, wrong: str, line: int, says: str) -> None:
    with pytest.raises(PlanError) as error:
        plan_from_text(RIGHT.replace(right, wrong))
    problem = error.value.problems[0]
    assert problem.line == line
    assert says in str(problem)


def test_manipulation_decides_how_many_t_cells_are_left() -> None:
    graft = plan_from_text(RIGHT).grafts[1]
    assert (graft.source, graft.manipulation) == (Source.BLOOD, Manipulation.CD34_SELECTED)
    unmanipulated = graft.model_copy(update={"manipulation": Manipulation.NONE})
    assert unmanipulated.cd3_or_usual > 1000 * graft.cd3_or_usual


@pytest.mark.parametrize(
    ("patient", "donor", "expected"),
    [
        ("O", "A+", Mismatch.MAJOR),
        ("A-", "O", Mismatch.MINOR),
        ("A", "B", Mismatch.BOTH),
        ("AB", "A", Mismatch.MINOR),
        ("A positive", "A neg", Mismatch.NONE),
        ("0+", "O", Mismatch.NONE),
    ],
)
def test_blood_groups_match_as_on_the_ward(patient: str, donor: str, expected: Mismatch) -> None:
    assert mismatch(read_blood_group(patient), read_blood_group(donor)) is expected


def test_mismatches_of_blood_group_reach_the_model_each_in_its_way() -> None:
    text = RIGHT.replace("height: 165 cm", "height: 165 cm, abo: O+").replace("age: 30 y", "age: 30 y, abo: B-")
    assert plan_from_text(text).covariates()["isohemagglutinins"] == 1
    assert plan_from_text(text).covariates()["minor_mismatch"] == 0
    minor = plan_from_text(text.replace("O+", "AB").replace("B-", "O")).covariates()
    assert (minor["isohemagglutinins"], minor["minor_mismatch"]) == (0, 1)
    assert plan_from_text(RIGHT).covariates()["isohemagglutinins"] == 0
    assert plan_from_text(RIGHT).covariates()["minor_mismatch"] == 0


def test_what_has_no_effect_is_read_kept_and_said_to_have_none() -> None:
    plan = plan_from_text(RIGHT.replace("height: 165 cm", "height: 165 cm, interval: 5 months"))
    assert plan.covariates() == plan_from_text(RIGHT).covariates()
    rows = {(row.section, row.what): row for row in describe(plan)}
    assert rows["patient", "interval from diagnosis"].note == NO_EFFECT
    assert plan_from_text(plan.to_yaml()) == plan


def test_what_bears_on_risk_is_read_and_acts() -> None:
    more = "cytogenetics: poor, karnofsky: 80, cmv: positive, disease: AML in CR1, hct-ci: 4"
    more += ", donor-specific-antibodies: positive"
    plan = plan_from_text(RIGHT.replace("height: 165 cm", f"height: 165 cm, {more}").replace("30 y", "30 y, cmv: neg"))
    known, usual = plan.covariates(), plan_from_text(RIGHT).covariates()
    changed = {name for name in known if known[name] != usual[name]}
    assert {"malignant_cells_at_start", "karnofsky", "cmv_patient", "cmv_donor", "comorbidity"} <= changed
    assert "donor_specific_antibodies" in changed
    rows = {(row.section, row.what): row for row in describe(plan)}
    assert rows["patient", "cytogenetic risk"].note == ""
    assert plan_from_text(plan.to_yaml()) == plan


def test_antibodies_against_platelets_reach_the_model_and_are_none_by_default() -> None:
    plan = plan_from_text(RIGHT.replace("height: 165 cm", "height: 165 cm, platelet-antibodies: positive"))
    assert plan.covariates()["platelet_antibodies"] == 1
    assert plan_from_text(RIGHT).covariates()["platelet_antibodies"] == 0
    assert plan_from_text(plan.to_yaml()) == plan


@pytest.mark.parametrize(
    "wrong", ["karnofsky: 180", "cytogenetics: purple", "interval: 5", "donor-specific-antibodies: 7"]
)
def test_nonsense_is_refused(wrong: str) -> None:
    with pytest.raises(PlanError):
        plan_from_text(RIGHT.replace("height: 165 cm", f"height: 165 cm, {wrong}"))
