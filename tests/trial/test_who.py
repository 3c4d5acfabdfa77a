"""Who is in a trial: populations by name and from a table, eligibility, strata."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from marrow.errors import PlanError, RunError
from marrow.population.people import people_of
from marrow.population.persons import persons_of
from marrow.population.table import read_people
from marrow.tables.findings import Action
from marrow.trial.design import Design, read_design
from marrow.trial.findings import findings
from marrow.trial.run import run_blocks
from marrow.trial.store import Store

HERE = Path(__file__).parent
TABLE = """patient;Age [years];sex;weight (kg);height;HCT-CI;diagnosis;CMV;hair
1;52;female;68;165;3;AML in CR1;positive;brown
2;"41,5";M;82;1.80;0;MDS;neg;black
3;;male;70;170;1;AML in CR1;pos;red
4;60;male;90;not known;2;AML in CR1;positive;none
5;35;female;150 lb;170;;ALL in CR2;;
5;35;female;150 lb;170;;ALL in CR2;;
6;44;other;70;170;1;AML in CR1;pos;
7;25;female;61;168;5;AML active;pos;
"""


def designed(folder: Path, **keys: str) -> Path:
    shutil.copy(HERE / "two_arms.yaml", folder)
    text = (HERE / "design.yaml").read_text(encoding="utf-8")
    said = "".join(f"{key}: {value}\n" for key, value in keys.items())
    (folder / "design.yaml").write_text(text.replace("patients:", f"{said}patients:"), encoding="utf-8")
    return folder / "design.yaml"


def ages(design: Design, arm: int, count: int = 400) -> np.ndarray:
    ids, found = np.arange(count), np.full(count, np.nan)
    anew = design.who.screened(ids, 1).anew
    for chosen, people in people_of(design.arms[arm].arm, ids, 1, anew=anew, roster=design.who.roster):
        found[chosen] = people.covariates["age"]
    return found


def test_only_the_eligible_enter_and_nobody_else_changes(tmp_path: Path) -> None:
    plain, some = read_design(HERE / "design.yaml"), read_design(designed(tmp_path, eligible="[age 30 to 50 y, men]"))
    before, after = ages(plain, 0), ages(some, 0)
    men = persons_of(plain.arms[0].arm, np.arange(400), 1).is_female == 0
    fits = (before >= 30) & (before <= 50) & men
    assert np.array_equal(after[fits], before[fits])
    assert (after >= 30).all()
    assert (after <= 50).all()
    screened = some.who.screened(np.arange(400), 1)
    assert np.array_equal(screened.anew, screened.refused.sum(axis=1))
    share = 1 - 400 / (400 + screened.anew.sum())
    assert share == pytest.approx(1 - fits.mean(), abs=5 * np.sqrt(0.25 / 400))


def test_who_enters_depends_on_no_block_and_no_arm(tmp_path: Path) -> None:
    design = read_design(designed(tmp_path, eligible="[age under 40 y]"))
    assert np.array_equal(ages(design, 0), ages(design, 1))
    whole = design.who.screened(np.arange(400), 1).anew
    parts = [design.who.screened(np.arange(k, k + 80), 1).anew for k in range(0, 400, 80)]
    assert np.array_equal(whole, np.concatenate(parts))


def test_hardly_anybody_eligible_is_told(tmp_path: Path) -> None:
    design = read_design(designed(tmp_path, eligible="[age at most 18 y, weight over 250 kg]"))
    with pytest.raises(RunError, match="nobody among 1000 people"):
        design.who.screened(np.arange(3), 1)


def test_a_population_by_name_gives_its_patients_and_leaves_treatment_alone(tmp_path: Path) -> None:
    plain = read_design(HERE / "design.yaml")
    name = '"BMT CTN 0201 (Anasetti NEJM 2012)"'
    named = read_design(designed(tmp_path, population=name, eligible="[HCT-CI at most 3, AML]"))
    assert named.who.source == "BMT CTN 0201 (Anasetti NEJM 2012)"
    for old, new in zip(plain.arms, named.arms, strict=True):
        assert new.arm.plan.conditioning == old.arm.plan.conditioning
        assert new.arm.plan.graft == old.arm.plan.graft
        assert new.arm.plan.donor == old.arm.plan.donor
        assert new.arm.cohort.cd34 == old.arm.cohort.cd34
        assert {each.path for each in new.arm.cohort.shares} == {"patient.disease", "patient.hct-ci", "patient.cmv"}


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"eligible": "[age 18 to 65 y, HCT-CI att most 4]"}, ["line 4", "at most"]),
        ({"eligible": "[Karnofsky over 70]"}, ["line 4", "patient.karnofsky", "the population says"]),
        ({"population": "BMT CTN 0202"}, ["line 4", "packaged study"]),
        ({"population": "no-such.yaml"}, ["line 4", "there is none"]),
        ({"population": "{study: two_arms.yaml, arm: marow}"}, ["line 4", "'marow'", "marrow"]),
        ({"population": "no-such.csv"}, ["no-such.csv"]),
        ({"strata": "[women, age under 40 y, age under 50 y, age under 30 y, men]"}, ["line 4", "at most 4"]),
    ],
)
def test_mistakes_are_named(keys: dict[str, str], words: list[str], tmp_path: Path) -> None:
    with pytest.raises(PlanError) as caught:
        read_design(designed(tmp_path, **keys))
    for word in words:
        assert word in str(caught.value)


def test_a_stratified_test_needs_strata(tmp_path: Path) -> None:
    file = designed(tmp_path)
    file.write_text(
        file.read_text(encoding="utf-8").replace("day: 28, test: Gray", "day: 28, test: Gray, stratified: yes")
    )
    with pytest.raises(PlanError, match="without strata"):
        read_design(file)


def test_every_row_of_a_table_is_used_or_listed_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(TABLE, encoding="utf-8")
    arms = [each.arm for each in read_design(HERE / "design.yaml").arms]
    found = read_people(tmp_path / "people.csv", arms)
    assert found.roster.age.tolist() == [52.0, 41.5, 35.0, 25.0]
    assert found.roster.height.tolist() == [165.0, 180.0, 170.0, 168.0]
    assert found.roster.weight[2] == pytest.approx(68.0, abs=0.05)
    listed = {(each.line, each.action, each.reason) for each in found.findings}
    assert (4, Action.REFUSED, "no age or no sex") in listed
    assert (5, Action.REFUSED, "a value that cannot be read") in listed
    assert (7, Action.LEFT_OUT, "a person again") in listed
    assert (8, Action.REFUSED, "a value that cannot be read") in listed
    assert (3, Action.REPAIRED, "decimal comma") in listed
    assert (1, Action.NOTED, "column not read") in listed
    lost = {line for line, action, _ in listed if action in (Action.REFUSED, Action.LEFT_OUT)}
    assert len(found.roster) + len(lost) == found.rows == 8


@pytest.mark.parametrize(
    ("text", "words"),
    [("a,b\n1,2\n", "columns of age and sex"), ("age,sex\nx,y\n", "no row that can be used"),
     ("age,sex,Sex\n1,m,m\n", "one column of patient.sex")],
)  # fmt: skip
def test_a_table_of_nobody_is_refused(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=words):
        read_people(tmp_path / "people.csv", [read_design(HERE / "design.yaml").arms[0].arm])


@pytest.mark.compiles
def test_a_trial_of_real_people_with_criteria_and_strata(tmp_path: Path) -> None:
    """From the table to the flow: rows are given to every arm, and the folder can be read without the table."""
    (tmp_path / "people.csv").write_text(TABLE, encoding="utf-8")
    file = designed(tmp_path, population="people.csv", eligible="[age over 30 y]", strata="[women]")
    text = file.read_text(encoding="utf-8").replace("day: 28, test: Gray", "day: 28, test: Gray, stratified: yes")
    file.write_text(text, encoding="utf-8")
    run_blocks(file, tmp_path / "trial", patients=60, size=25, workers=1)
    (tmp_path / "people.csv").unlink()
    found = findings(tmp_path / "trial", 60, 1)
    assert sum(found.flow.randomised) == 60
    assert found.flow.looked_at == 60 + found.flow.refused[0][1]
    assert found.flow.refused[0][1] > 0
    assert set(ages(Store(tmp_path / "trial").design(), 1, 60)) == {52.0, 41.5, 35.0}
