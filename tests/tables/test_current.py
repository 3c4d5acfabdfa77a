"""Current GRFS of charts: it falls with GVHD, and rises when that is staged away."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from rich.console import Console

from marrow.tables.command import run_endpoints
from marrow.tables.read import read_table

CHART = """patient,day,analyte,value,unit
A,20,GVHD skin,3,
A,40,GVHD skin,0,
A,100,last contact,,
B,5,GVHD skin,0,
B,60,relapse,,
B,90,death,,
C,10,GVHD skin,1,
C,50,chronic GVHD,severe,
C,100,last contact,,
D,10,GVHD skin,0,
D,100,last contact,,
"""


def test_current_grfs_of_four_patients(tmp_path: Path) -> None:
    """By hand: A is ill from day 20 to 40, B relapses on day 60, dies on day 90, C has chronic disease from day 50."""
    (tmp_path / "chart.csv").write_text(CHART, encoding="utf-8")
    run_endpoints(tmp_path / "chart.csv", None, tmp_path / "out", False, "marrow endpoints", Console(quiet=True))
    with (tmp_path / "out" / "current-grfs.csv").open(encoding="utf-8") as file:
        rows = {float(row["day"]): row for row in csv.DictReader(file)}
    expected = {0: (1, 0, 0, 0), 20: (0.75, 0.25, 0, 0), 40: (1, 0, 0, 0), 50: (0.75, 0.25, 0, 0),
                60: (0.5, 0.25, 0.25, 0), 90: (0.5, 0.25, 0, 0.25)}  # fmt: skip
    for day, shares in expected.items():
        found = [float(rows[day][name]) for name in ("current_grfs", "active_gvhd", "relapsed", "dead")]
        assert found == pytest.approx(list(shares)), day
    assert rows[90.0]["at_risk"] == "4"


def test_without_staged_disease_nothing_is_told(tmp_path: Path) -> None:
    text = "\n".join(line for line in CHART.splitlines() if "GVHD" not in line)
    (tmp_path / "chart.csv").write_text(text, encoding="utf-8")
    table = read_table(tmp_path / "chart.csv")
    assert table.derived is not None
    assert table.derived.histories is None
