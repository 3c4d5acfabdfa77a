"""Dirty tables: each kind of dirt is listed with its line and the reason, and no row is lost in silence."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marrow.errors import PlanError
from marrow.tables.findings import Action
from marrow.tables.read import ReadTable, read_table

HEADER = "patient,day,analyte,value,unit,arm"


def chart(patient: str = "P1", engrafts: int = 16, arm: str = "A") -> list[str]:
    """Clean rows of one patient: counts of 40 days, transfusions, follow-up."""
    rows = []
    for day in range(-2, 41):
        anc = 2.0 if day < 2 else 0.1 if day < engrafts else 1.2
        platelets = 90 if day < 2 else 15 if day < engrafts + 2 else 60
        rows += [f"{patient},{day},ANC,{anc},10^9/L,{arm}", f"{patient},{day},platelets,{platelets},10^9/L,{arm}"]
        rows.append(f"{patient},{day},Hb,9.1,g/dL,{arm}")
    rows += [f"{patient},{day},platelet transfusion,1,,{arm}" for day in (4, 8, 11)]
    rows += [f"{patient},5,red cell transfusion,2,,{arm}", f"{patient},400,last contact,,,{arm}"]
    return rows


def read(tmp_path: Path, content: str | bytes | list[str], group: str | None = None) -> ReadTable:
    file = tmp_path / "table.csv"
    if isinstance(content, list):
        content = "\n".join(content) + "\n"
    file.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return read_table(file, group)


def long_table(*dirt: str) -> list[str]:
    """A clean table of two patients; ``dirt`` is added at its end, from line ``FIRST`` on."""
    return [HEADER, *chart("P1"), *chart("P2", 20, "B"), *dirt]


FIRST = len(long_table()) + 1


def test_a_clean_table_has_nothing_to_tell(tmp_path: Path) -> None:
    table = read(tmp_path, long_table(), "arm")
    assert table.findings == ()
    assert table.used == table.rows == 2 * len(chart())
    assert table.derived is not None
    assert table.derived.columns["neutrophil_engraftment_day"].tolist() == [16, 20]
    assert table.derived.columns["platelet_engraftment_day"].tolist() == [18, 22]
    assert table.derived.columns["red_cell_independence_day"].tolist() == [6, 6]
    assert [each.outcome.name for each in table.analyses] == [
        "neutrophil engraftment", "platelet engraftment", "overall survival"]  # fmt: skip


ROWS = [  # a row added to a clean table, what is done about it, the column, part of the reason
    ("P1,50,ANC,<0.1,10^9/L,A", Action.REPAIRED, "value", "below a limit of detection"),
    ("P1,50,ANC,>100,10^9/L,A", Action.REPAIRED, "value", "above a limit"),
    ("P1,50,ANC,hemolyzed,10^9/L,A", Action.REFUSED, "value", "not a number"),
    ("P1,50,ANC,-0.5,10^9/L,A", Action.REFUSED, "value", "negative value"),
    ("P1,50,ANC,,10^9/L,A", Action.LEFT_OUT, "value", "not measured"),
    ("P1,50,ANC,n/a,10^9/L,A", Action.LEFT_OUT, "value", "not measured"),
    ("P1,50,ANC,1200,/uL,A", Action.REPAIRED, "", "units mixed"),
    ("P1,50,ANC,1200,,A", Action.REPAIRED, "value", "taken to be in /uL"),
    ("P1,50,Hb,91,g/L,A", Action.REPAIRED, "", "units mixed"),
    ("P1,50,Hb,91,g/dL,A", Action.REFUSED, "value", "impossible value"),
    ("P1,50,platelets,4000000,10^9/L,A", Action.REFUSED, "value", "impossible value"),
    ("P1,50,ANC,1.2,mg/dL,A", Action.REFUSED, "value", "unknown unit"),
    ("P1,50,ANC,1.2 x10^9/L,,A", Action.REPAIRED, "value", "unit in the cell"),
    ("P1,50,ANC,1.2 H,10^9/L,A", Action.REPAIRED, "value", "flag"),
    ('P1,50,ANC,"1,2",10^9/L,A', Action.REPAIRED, "value", "decimal comma"),
    ('P1,50,ANC,"1,200",/uL,A', Action.REPAIRED, "value", "commas part thousands"),
    ("P1,50,ANC,1,2,10^9/L,A", Action.REFUSED, "", "too many cells"),
    ("P1,50,ANC,1.2", Action.REPAIRED, "", "missing cells"),
    ("P1,50,ferritin,900,ng/mL,A", Action.REFUSED, "analyte", "unknown analyte"),
    ("P1,50,plateletts,90,10^9/L,A", Action.REFUSED, "analyte", "unknown analyte"),
    (",50,ANC,1.2,10^9/L,A", Action.REFUSED, "patient", "patient missing"),
    ("P1,,ANC,1.2,10^9/L,A", Action.REFUSED, "day", "day missing"),
    ("P1,soon,ANC,1.2,10^9/L,A", Action.REFUSED, "day", "neither a day nor a date"),
    ("P1,45352,ANC,1.2,10^9/L,A", Action.REFUSED, "day", "spreadsheet"),
    ("P1,-4000,ANC,1.2,10^9/L,A", Action.REFUSED, "day", "impossible day"),
    ("P1,2024-03-08,ANC,1.2,10^9/L,A", Action.REFUSED, "day", "day 0 is not known"),
    ("P1,03/04/2024,ANC,1.2,10^9/L,A", Action.REFUSED, "day", "cannot be told apart"),
    ("P1,8.3.24,ANC,1.2,10^9/L,A", Action.REFUSED, "day", "neither a day nor a date"),
    ("P1,20,ANC,1.2,10^9/L,A", Action.LEFT_OUT, "", "says the same as line"),
    ("P1,20,ANC,0.2,10^9/L,A", Action.LEFT_OUT, "", "second value of the day"),
    ("P1,9,platelet transfusion,0,,A", Action.LEFT_OUT, "value", "did not happen"),
    ("P1,9,platelet transfusion,-1,,A", Action.REFUSED, "value", "no transfusion"),
    ("P1,4,platelet transfusion,1,,A", Action.LEFT_OUT, "", "says the same as line"),
    ("P1,30,GVHD skin,5,,A", Action.REFUSED, "value", "no stage of GVHD"),
    ("P1,30,GVHD skin,2-3,,A", Action.REFUSED, "value", "no stage of GVHD"),
    ("P1,150,chronic GVHD,,,A", Action.REFUSED, "value", "severity of chronic GVHD unknown"),
    ("P1,150,chronic GVHD,mild,,A", Action.NOTED, "value", "counts in no endpoint"),
    ("P1,410,last contact,,,A", Action.REFUSED, "", "tells another day"),
    ("P1,450,ANC,2.0,10^9/L,A", Action.REPAIRED, "", "followed until day 450"),
    ("P1,41,ANC,1.2,10^9/L,B", Action.NOTED, "arm", "no comparison of groups"),
    ("P3,4,platelet transfusion,1,,A", Action.NOTED, "", "endpoints of counts are unknown"),
    ("P3,4,platelets,6,10^9/L,A", Action.NOTED, "", "are rows missing"),
    ("# made by hand,,,,,", Action.LEFT_OUT, "", "comment"),
    (",,,,,", Action.LEFT_OUT, "", "blank line"),
    (HEADER, Action.LEFT_OUT, "", "header repeated"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "action", "column", "reason"), ROWS, ids=lambda word: str(getattr(word, "value", word))
)
def test_a_dirty_row_is_told(tmp_path: Path, row: str, action: Action, column: str, reason: str) -> None:
    table = read(tmp_path, long_table(row), "arm")
    told = [each for each in table.findings if reason in each.reason]
    assert len(told) == 1, table.findings
    assert told[0].action is action
    assert told[0].column == column
    assert told[0].found
    assert told[0].needed
    of_patient, of_contact = "groups" in reason or "counts are" in reason, "followed until" in reason
    assert told[0].line == (0 if of_patient else 1 + len(chart()) if of_contact else FIRST)
    lost = action in (Action.REFUSED, Action.LEFT_OUT)
    assert table.used == table.rows - lost
    assert table.derived is not None
    assert table.derived.columns["neutrophil_engraftment_day"][:2].tolist() == [16, 20]


def test_rows_after_death_are_refused(tmp_path: Path) -> None:
    table = read(tmp_path, [HEADER, *chart("P1")[:-1], "P1,60,death,,,A", "P1,61,ANC,1,10^9/L,A"])
    refused = [each for each in table.findings if each.action is Action.REFUSED]
    assert [each.reason for each in refused] == ["after the patient's death"]
    assert refused[0].line == len(chart()) + 2


def test_two_deaths_are_one_and_the_other_is_told(tmp_path: Path) -> None:
    table = read(tmp_path, [HEADER, *chart()[:-1], "P1,60,death,,,A", "P1,70,death,,,A"])
    assert any("tells another day" in each.reason for each in table.findings)
    assert table.derived is not None
    assert table.derived.columns["death_day"].tolist() == [60]


def test_a_table_without_transfusions_does_not_judge_platelets(tmp_path: Path) -> None:
    rows = [row for row in long_table() if "platelet transfusion" not in row]
    table = read(tmp_path, rows)
    assert table.derived is not None
    assert "platelet_engraftment_day" not in table.derived.columns
    assert "platelet_nadir" in table.derived.columns
    assert any("cannot be judged" in each.reason for each in table.findings)


def test_dates_count_from_the_transplant(tmp_path: Path) -> None:
    dated = ["patient,date,transplant date,analyte,value,unit", "P1,2024-02-27,2024-03-01,ANC,3,10^9/L"]
    dated += [f"P1,{d:02d}.03.2024,2024-03-01,ANC,{0.1 if d < 15 else 1.0},10^9/L" for d in range(2, 29)]
    table = read(tmp_path, dated)
    assert table.derived is not None
    assert table.derived.columns["neutrophil_engraftment_day"].tolist() == [14]
    assert not [each for each in table.findings if each.action is Action.REFUSED]


def test_dates_in_a_column_of_days_are_repaired_when_the_transplant_is_told(tmp_path: Path) -> None:
    rows = ["patient,day,transplant date,analyte,value,unit", "P1,2024-03-10,2024-03-01,ANC,3,10^9/L"]
    table = read(tmp_path, rows)
    assert [each.reason for each in table.findings if each.line == 2] == ["counted from the transplant"]


def test_the_month_is_told_by_another_row_of_the_column(tmp_path: Path) -> None:
    rows = ["patient,date,transplant date,analyte,value,unit", "P1,03/04/2024,01/04/2024,ANC,3,10^9/L",
            "P1,25/04/2024,01/04/2024,ANC,3,10^9/L"]  # fmt: skip
    table = read(tmp_path, rows)
    assert table.derived is not None
    assert table.derived.columns["last_seen_day"].tolist() == [24]


def as_semicolons(rows: list[str]) -> str:
    return "\n".join(row.replace(",", ";").replace(".", ",") for row in rows)


WHOLE = [
    ("semicolons and decimal commas", lambda rows: as_semicolons(rows).encode(), "decimal comma"),
    ("tabs", lambda rows: "\n".join(rows).replace(",", "\t").encode(), ""),
    ("byte-order mark", lambda rows: b"\xef\xbb\xbf" + "\n".join(rows).encode(), "byte-order mark"),
    ("UTF-16", lambda rows: "\n".join(rows).encode("utf-16"), "UTF-16"),
    ("Windows-1252", lambda rows: "\n".join(rows).replace("P2", "Müller").encode("cp1252"), "Windows-1252"),
    ("carriage returns", lambda rows: "\r\n".join(rows).encode(), ""),
    ("blank lines", lambda rows: "\n\n".join(rows).encode(), "blank line"),
    ("comments above", lambda rows: "\n".join(["# from the ward", *rows]).encode(), ""),
    ("columns renamed", lambda rows: "\n".join(["Pat_ID,Study Day,LBTEST,Result,Units,arm", *rows[1:]]).encode(),
     "column renamed"),
    ("a column misspelt", lambda rows: "\n".join(["pateint,day,analyte,value,unit,arm", *rows[1:]]).encode(),
     "column renamed"),
    ("spaces around cells", lambda rows: "\n".join(row.replace(",", " , ") for row in rows).encode(), ""),
    ("no-break spaces", lambda rows: "\n".join(row.replace(",ANC", ",\u00a0ANC\u200b") for row in rows).encode(), ""),
    ("quotes around all",
     lambda rows: "\n".join(",".join(f'"{c}"' for c in row.split(",")) for row in rows).encode(), ""),
    ("rows in any order", lambda rows: "\n".join([rows[0], *reversed(rows[1:])]).encode(), ""),
    ("names in capitals", lambda rows: "\n".join(rows).replace("platelets", "PLATELETS").encode(), ""),
    ("another unit throughout", lambda rows: "\n".join(r.replace("10^9/L", "G/l") for r in rows).encode(), ""),
]  # fmt: skip


@pytest.mark.parametrize(("make", "reason"), [case[1:] for case in WHOLE], ids=[case[0] for case in WHOLE])
def test_a_file_dirty_as_a_whole_reads_the_same(
    tmp_path: Path, make: Callable[[list[str]], bytes], reason: str
) -> None:
    clean, dirty = read(tmp_path, long_table()), read(tmp_path, make(long_table()))
    assert clean.derived is not None
    assert dirty.derived is not None
    for name in ("neutrophil_engraftment_day", "platelet_engraftment_day", "hemoglobin_nadir"):
        assert sorted(dirty.derived.columns[name]) == pytest.approx(sorted(clean.derived.columns[name]))
    assert any(reason in each.reason for each in dirty.findings) or not reason
    assert not [each for each in dirty.findings if each.action is Action.REFUSED]


UNREADABLE = [
    ("empty", b"", "nothing"),
    ("header alone", b"patient,day,analyte,value,unit\n", "no rows"),
    ("one column", b"patient\nP1\n", "at least two columns"),
    ("Excel", b"PK\x03\x04 and more", "save it as CSV"),
    ("PDF", b"%PDF-1.7", "text table"),
    ("bytes", b"a,b\n\x00\x01\x02,3\n", "not text"),
    ("no shape", b"name,colour\nx,blue\n", "either a row a value"),
    ("no days", b"patient,analyte,value\nP1,ANC,2\n", "no column of days"),
    ("two patients", b"patient,id,day,analyte,value\nP1,1,2,ANC,2\n", "one column of the patient"),
    ("nothing usable", b"patient,day,analyte,value\nP1,2,ANC,x\n", "1 x not a number"),
    ("unit of time", b"patient,time [fortnights],cause\nP1,2,1\n", "days, weeks, months or years"),
]


@pytest.mark.parametrize(("content", "words"), [case[1:] for case in UNREADABLE], ids=[case[0] for case in UNREADABLE])
def test_an_unreadable_table_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(PlanError, match=words):
        read(tmp_path, content)


CELLS = st.sampled_from(["P1", "P2", "", "1", "-3", "4.5", "ANC", "Hb", "platelets", "<0.1", "10^9/L", "/uL", "x",
                         "2024-01-05", "death", "GVHD skin", "platelet transfusion", "999999", "1,5", "none",
                         "last contact"])  # fmt: skip


@given(st.lists(st.lists(CELLS, min_size=1, max_size=8), min_size=1, max_size=25))
def test_whatever_the_rows_each_is_used_or_told(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([HEADER.split(","), *rows])
    try:
        table = read(tmp_path_factory.mktemp("dirt"), text.getvalue(), "arm")
    except PlanError:  # nothing usable: told as a whole
        return
    lost = {each.line for each in table.findings if each.action in (Action.REFUSED, Action.LEFT_OUT)}
    assert table.used + len(lost) == table.rows == len(rows)
    assert all(each.reason and each.needed for each in table.findings)


def test_below_the_limit_is_below_a_threshold_of_the_same_size(tmp_path: Path) -> None:
    rows = [HEADER, *(f"P1,{day},ANC,{'<0.5' if day < 12 else '0.5'},10^9/L,A" for day in range(30))]
    table = read(tmp_path, rows)
    assert table.derived is not None
    assert table.derived.columns["neutrophil_engraftment_day"].tolist() == [12]


def test_gvhd_is_graded_from_its_organs_and_ends_grfs(tmp_path: Path) -> None:
    more = ["P1,25,GVHD skin,2,,A", "P1,32,GVHD liver,1,,A", "P1,40,GVHD liver,2,,A", "P2,25,GVHD skin,0,,B",
            "P2,300,chronic GVHD,severe,,B", "P2,380,relapse,,,B"]  # fmt: skip
    table = read(tmp_path, long_table(*more))
    assert table.derived is not None
    columns = table.derived.columns
    assert columns["acute_gvhd_highest_grade"].tolist() == [3, 0]
    assert columns["acute_gvhd_2_4_day"].tolist() == [32, np.inf]
    assert columns["acute_gvhd_3_4_day"].tolist() == [40, np.inf]
    assert columns["grfs_day"].tolist() == [40, 300]
    assert columns["disease_free_survival_day"].tolist() == [np.inf, 380]
