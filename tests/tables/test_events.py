"""Tables with a row for each patient: read, mended, analysed, written whole or not at all."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from marrow.errors import PlanError, RunError
from marrow.figures import style
from marrow.tables.findings import Action
from marrow.tables.read import ReadTable, read_table
from marrow.tables.write import write_endpoints
from marrow.trial.statistics.gray import gray
from marrow.trial.statistics.log_rank import log_rank

HEADER = "patient,time,cause,arm"


def cohort(patients: int = 40) -> list[str]:
    draw = np.random.default_rng(4)
    time, cause = draw.integers(5, 900, patients), draw.integers(0, 3, patients)
    return [f"P{k},{t},{c},{'AB'[k % 2]}" for k, (t, c) in enumerate(zip(time, cause, strict=True))]


FIRST = len(cohort()) + 2


def read(tmp_path: Path, *rows: str, header: str = HEADER, group: str | None = "arm") -> ReadTable:
    file = tmp_path / "events.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return read_table(file, group)


def test_a_clean_table_is_analysed_as_the_estimators_do(tmp_path: Path) -> None:
    table = read(tmp_path, *cohort())
    assert table.findings == ()
    (analysis,) = table.analyses
    outcome = analysis.outcome
    assert outcome.labels == ("cause 1", "cause 2")
    group = np.array([table.groups[name] for name in outcome.patient])
    tests = {(each.name, each.what): each.p for each in analysis.tests}
    assert tests["Gray", "cause 2"] == pytest.approx(gray(outcome.time, outcome.cause, group, 2).p[0])
    assert tests["log-rank", "cause 1 or cause 2"] == pytest.approx(
        log_rank(outcome.time, outcome.cause > 0, group).p[0]
    )
    assert sum("hazard ratio" in name for name, _ in tests) == 5


ROWS = [
    ("X,-3,1,A", Action.REFUSED, "time", "negative time"),
    ("X,,1,A", Action.REFUSED, "time", "time missing"),
    ("X,long,1,A", Action.REFUSED, "time", "not a number"),
    ("X,>300,0,A", Action.REFUSED, "time", "not a number"),
    ("X,99999,0,A", Action.REFUSED, "time", "impossible time"),
    ("X,2024-05-01,0,A", Action.REFUSED, "time", "day 0 is not known"),
    ("X,30,,A", Action.REFUSED, "cause", "cause missing"),
    ("X,30,9,A", Action.REFUSED, "cause", "unknown code"),
    ("X,30,-1,A", Action.REFUSED, "cause", "unknown code"),
    ("X,30,relaps,A", Action.REFUSED, "cause", "unknown code"),
    ('X,"30,5",1,A', Action.REPAIRED, "time", "decimal comma"),
    ("X,30,1,", Action.NOTED, "arm", "no comparison of groups"),
    (",30,1,A", Action.REFUSED, "patient", "patient missing"),
    (cohort()[0], Action.LEFT_OUT, "", "says the same as line 2"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "action", "column", "reason"), ROWS, ids=lambda word: str(getattr(word, "value", word))
)
def test_a_dirty_row_is_told(tmp_path: Path, row: str, action: Action, column: str, reason: str) -> None:
    table = read(tmp_path, *cohort(), row)
    (told,) = table.findings
    assert (told.line, told.action, told.column) == (FIRST, action, column)
    assert reason in told.reason
    assert told.needed
    assert table.used == table.rows - (action in (Action.REFUSED, Action.LEFT_OUT))


def test_a_patient_with_two_stories_is_refused_with_both(tmp_path: Path) -> None:
    table = read(tmp_path, *cohort(), "P0,77,2,A")
    assert [each.line for each in table.findings] == [2, FIRST]
    assert "P0" not in table.analyses[0].outcome.patient


def test_words_are_causes(tmp_path: Path) -> None:
    table = read(tmp_path, "a,3,Relapse,A", "b,4,TRM,B", "c,5,alive,A", "d,6,nrm,B", "e,7,censored,A")
    outcome = table.analyses[0].outcome
    assert outcome.labels == ("death without relapse", "relapse")
    assert outcome.cause.tolist() == [2, 1, 0, 1, 0]


def test_months_become_days(tmp_path: Path) -> None:
    table = read(tmp_path, "a,2,1,A", "b,12,0,B", header="patient,time [months],cause,arm")
    assert table.analyses[0].outcome.time.tolist() == [60.875, 365.25]


def test_dates_of_the_event_count_from_the_transplant(tmp_path: Path) -> None:
    rows = ("a,2024-03-31,1,A,2024-03-01", "b,2024-02-01,1,B,2024-03-01", "c,20,0,B,2024-03-01")
    table = read(tmp_path, *rows, header=f"{HEADER},transplant date")
    assert table.analyses[0].outcome.time.tolist() == [30, 20]
    assert [(each.line, each.reason) for each in table.findings if each.action is Action.REFUSED] == [
        (3, "negative time")
    ]


def test_several_outcomes_stand_side_by_side_and_none_ends_after_death(tmp_path: Path) -> None:
    header = "patient,os_time,os_status,relapse_time,relapse_status,arm"
    table = read(tmp_path, "a,100,1,50,1,A", "b,300,0,300,0,B", "c,80,1,90,1,A", header=header)
    assert [each.outcome.name for each in table.analyses] == ["os", "relapse"]
    assert table.analyses[1].outcome.patient == ("a", "b")
    assert [(each.line, each.reason) for each in table.findings] == [(4, "after death or last contact")]


def test_an_unknown_group_names_the_nearest_column(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="did you mean 'arm'"):
        read(tmp_path, *cohort(), group="arms")


def test_columns_that_are_not_read_are_told(tmp_path: Path) -> None:
    table = read(tmp_path, "a,3,1,A,blue", "b,4,0,B,red", header=f"{HEADER},colour")
    assert [each.found for each in table.findings] == ["'colour'"]


def marrow(*words: str, where: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "marrow", *words]
    return subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)


def test_the_command_writes_a_folder_and_says_what_it_did(tmp_path: Path) -> None:
    read(tmp_path, *cohort(), "X,-3,1,A")
    done = marrow("endpoints", "events.csv", "--group", "arm", where=tmp_path)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "events-endpoints"
    names = {file.name for file in folder.iterdir()}
    assert names == {"findings.csv", "curves.csv", "tests.csv", "outcomes.svg", "manifest.json"}
    with (folder / "findings.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["line"], row["action"], row["reason"]) == (str(FIRST), "refused", "negative time")
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert told["rows_used"] == told["rows"] - 1
    assert "negative time" in done.stdout
    assert marrow("endpoints", "events.csv", where=tmp_path).returncode == 0, "an earlier result may be replaced"


def test_an_unreadable_table_is_code_2_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_bytes(b"PK\x03\x04")
    done = marrow("endpoints", "events.csv", where=tmp_path)
    assert done.returncode == 2
    assert "save it as CSV" in done.stderr
    assert "Traceback" not in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["events.csv"]
    assert marrow("endpoints", "absent.csv", where=tmp_path).returncode == 2


def test_a_folder_of_others_is_left_alone(tmp_path: Path) -> None:
    read(tmp_path, *cohort())
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x", encoding="utf-8")
    done = marrow("endpoints", "events.csv", "--out", "mine", where=tmp_path)
    assert done.returncode == 2
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_nothing_half_written_is_left_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = read(tmp_path, *cohort())

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("marrow.tables.write.as_svg", full)
    with pytest.raises(RunError, match="disk is full"):
        write_endpoints(table, tmp_path / "events.csv", tmp_path / "out", "marrow endpoints")
    assert [file.name for file in tmp_path.iterdir()] == ["events.csv"]
    assert style.as_svg is not full
