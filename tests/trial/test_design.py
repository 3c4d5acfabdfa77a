"""A design is read with every mistake named: line, found, needed, nearest."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from marrow.endpoints.events import EVENT_COLUMNS
from marrow.errors import PlanError
from marrow.trial.design import PlannedTest, read_design
from marrow.trial.endpoints import Endpoint

HERE = Path(__file__).parent


def changed(folder: Path, old: str, new: str) -> Path:
    shutil.copy(HERE / "two_arms.yaml", folder)
    text = (HERE / "design.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / "design.yaml").write_text(text.replace(old, new), encoding="utf-8")
    return folder / "design.yaml"


def test_arms_and_patients_are_those_of_the_study() -> None:
    design = read_design(HERE / "design.yaml")
    assert [each.arm.arm for each in design.arms] == ["marrow", "blood"]
    assert design.primary.test is PlannedTest.GRAY
    assert design.horizon == 60


def test_complications_are_endpoints_by_their_names(tmp_path: Path) -> None:
    design = read_design(changed(tmp_path, "neutrophil engraftment", "hemorrhagic cystitis"))
    assert design.primary.endpoint.asked.column == "hemorrhagic_cystitis_day"
    assert design.primary.endpoint.asked.competing == ("death_day",)


def test_every_event_of_a_hazard_is_an_endpoint() -> None:
    asked = {endpoint.asked.column for endpoint in Endpoint}
    assert {each.name for each in EVENT_COLUMNS} <= asked


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("blood]", "bloud]", ["line 3", "'bloud'", "blood"]),
        ("arms: [marrow, blood]", "arms: [marrow]", ["line 3", "two arms"]),
        ("patients: 100", "patients: 1", ["line 4", "patients"]),
        ("follow-up: 60 d", "follow-up: 60", ["line 5"]),
        ("day: 28, test: Gray", "day: 28, test: log-rank", ["line 6", "compete"]),
        ("day: 28, test: Gray", "day: 28, test: Grey", ["line 6", "Gray"]),
        ("neutrophil engraftment", "neutrofil engraftment", ["line 6", "neutrophil engraftment"]),
        ("day: 28, test: Gray", "day: 28, test: Gray, looks: [0.7, 0.5]", ["line 6", "rising"]),
        ("day: 28, test: Gray", "day: 28, test: Gray, alpha: 0.7", ["line 6", "0.5"]),
        ("day: 28, test: Gray", "day: 28, test: Gray, aim: non-inferiority", ["line 6", "margin"]),
        ("trial: Blood or marrow", "trail: Blood or marrow", ["line 1", "trial"]),
        ("two_arms.yaml", "no_such.yaml", ["no_such.yaml"]),
    ],
)
def test_mistakes_are_named(old: str, new: str, words: list[str], tmp_path: Path) -> None:
    with pytest.raises(PlanError) as caught:
        read_design(changed(tmp_path, old, new))
    for word in words:
        assert word in str(caught.value)


def test_a_plan_in_a_file_of_its_own_is_refused_since_the_folder_would_not_hold_it(tmp_path: Path) -> None:
    file = changed(tmp_path, "patients: 100", "patients: 100")
    study = (tmp_path / "two_arms.yaml").read_text(encoding="utf-8")
    begin, end = study.index("plan:\n"), study.index("arms:\n")
    plan = "\n".join(line[2:] for line in study[begin:end].splitlines()[1:])
    (tmp_path / "plan.yaml").write_text(plan, encoding="utf-8")
    (tmp_path / "two_arms.yaml").write_text(f"{study[:begin]}plan: plan.yaml\n{study[end:]}", encoding="utf-8")
    with pytest.raises(PlanError, match=r"line 2: study: found the plan 'plan.yaml' in a file of its own"):
        read_design(file)
