"""A patient's own laboratory values, read from a table that people make."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marrow.endpoints.engraftment import neutrophil_engraftment
from marrow.errors import PlanError
from marrow.observed import parse_observed, read_observed

TABLE = """day, ANC [10^9/L], platelets, Hb [g/L], WBC
-6,  3.8, 210, 121, 5.2
7,   <0.1, 14, , <0.1
8.5, 0.2, NA, 90,
"""


def test_a_table_becomes_series_in_the_units_of_a_course() -> None:
    found = {series.name: series for series in parse_observed(TABLE).series}
    assert found["ANC"].analyte == "absolute_neutrophil_count"
    assert found["ANC"].day == (-6, 7, 8.5)
    assert found["Hb"].value == pytest.approx((12.1, 9.0))
    assert found["Hb"].unit == "g/dL"
    assert found["platelets"].value == (210, 14)


def test_below_the_limit_of_detection_is_kept_as_such() -> None:
    anc = parse_observed(TABLE).series[0]
    assert anc.value == (3.8, 0.1, 0.2)
    assert anc.censored == (False, True, False)


def test_the_table_for_figures_has_a_row_for_every_value() -> None:
    table = parse_observed(TABLE).to_table()
    assert list(table.columns) == ["day", "analyte", "value", "unit", "censored"]
    assert len(table) == len(parse_observed(TABLE)) == 9


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("day,ANC [cells/uL]\n3,500\n", 0.5),
        ("day;ANC [G/L]\n3;0,5\n", 0.5),
        ("day\tneutrophils (/nL)\n3\t0.5\n", 0.5),
        ("\ufeffDay,ANC [10*9/L]\r\n3,0.5\r\n", 0.5),
        ("# from the ward\nday,Granulocytes [×10^9/L]\n3,5e-1\n", 0.5),
        ("date [day 0 = 2024-02-27],ANC\n2024-03-01,0.5\n", 0.5),
    ],
)
def test_tables_as_people_make_them_say_the_same(text: str, value: float, tmp_path: Path) -> None:
    file = tmp_path / "labs.csv"
    file.write_text(text, encoding="utf-8", newline="")
    series = read_observed(file).series[0]
    assert series.day == (3,)
    assert series.value == pytest.approx((value,))


def test_rows_need_no_order() -> None:
    assert parse_observed("day,ANC\n5,1\n2,3\n").series[0].day == (2, 5)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("day,ANC\n1,500\n2,3000\n", None, "ANC [/uL]"),
        ("day,Hb\n1,121\n", None, "Hb [g/L]"),
        ("date,ANC\n2024-01-01,1\n", 1, "date [day 0 = 2024-03-01]"),
        ("day,platelet\n1,20\n", 1, "did you mean 'platelets'"),
        ("day,ANC [mg/L]\n1,2\n", 1, "the unit 'mg/L'"),
        ("ANC,WBC\n1,2\n", 1, "a column 'day'"),
        ("day,ANC,ANC\n1,2,3\n", 1, "a second time"),
        ("day,ANC,\n1,2,3\n", 1, "no name over column 3"),
        ("day,ANC\n1,low\n", 2, "'low'"),
        ("day,ANC\n1,-2\n", 2, "'-2'"),
        ("day,ANC\n1,inf\n", 2, "'inf'"),
        ("day,ANC\n2024-03-01,2\n", 2, "date [day 0"),
        ("day,ANC\n1e9,2\n", 2, "a day between"),
        ("day,ANC\n1,0,5\n", 2, "decimal commas need ';'"),
        ("day\n1\n", 1, "no laboratory"),
        ("", None, "no values"),
        ('day,ANC\n1,"2\n', None, "needed"),
    ],
)
def test_what_is_wrong_is_said_with_line_and_remedy(text: str, line: int | None, words: str) -> None:
    with pytest.raises(PlanError) as caught:
        parse_observed(text, "labs.csv")
    assert words in str(caught.value)
    assert str(caught.value).startswith("labs.csv, ")
    if line is not None:
        assert caught.value.problems[0].line == line


def test_files_that_cannot_be_read_are_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="no such file"):
        read_observed(tmp_path / "nothing.csv")
    with pytest.raises(PlanError, match="needed a file"):
        read_observed(tmp_path)
    (tmp_path / "binary.csv").write_bytes(b"day,ANC\n1,\xff\xfe")
    with pytest.raises(PlanError, match="line 2"):
        read_observed(tmp_path / "binary.csv")
    (tmp_path / "large.csv").write_bytes(b"day,ANC\n" + b"1,1\n" * 1_500_000)
    with pytest.raises(PlanError, match="6 MB"):
        read_observed(tmp_path / "large.csv")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        observed = parse_observed(text)
    except PlanError:
        return
    assert len(observed.to_table()) == len(observed)


def test_endpoints_read_the_real_series() -> None:
    text = "day,ANC\n0,3\n5,<0.1\n9,0.3\n11,0.6\n12,0.9\n14,2\n"
    series = parse_observed(text).series[0]
    found = neutrophil_engraftment(np.array(series.day), np.array(series.value))
    assert found.day[0] == 11
    assert found.day_before[0] == 9
