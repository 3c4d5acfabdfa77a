"""Claims about the summary in the terminal and about two plans on the same patients."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

sys.path.insert(0, str(Path(__file__).parent))
from fake import fake_course, fake_record, with_failures

from marrow.errors import RunError
from marrow.report.assemble import summarise
from marrow.report.comparison import Comparison, compare, differences, terminal_comparison
from marrow.report.record import Record
from marrow.report.render import render_comparison
from marrow.report.terminal import terminal_summary
from marrow.results import write_comparison


def said(renderable) -> str:
    console = Console(width=80, file=None, record=True, quiet=False, force_terminal=False)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


def with_days(record: Record, name: str, values: np.ndarray) -> Record:
    """The record with other values of one endpoint."""
    columns = tuple(replace(c, values=values) if c.name == name else c for c in record.outcomes.columns)
    return replace(record, outcomes=replace(record.outcomes, columns=columns))


@pytest.fixture(scope="module")
def record() -> Record:
    return fake_record(fake_course(60, until=120.0))


def test_the_summary_fits_a_screen_and_says_what_matters(record: Record) -> None:
    text = said(terminal_summary(summarise(record), Path("aml-result/report.html")))
    assert len(text.splitlines()) <= 40
    assert all(len(line) <= 80 for line in text.splitlines())
    for words in (
        "ANC ≥ 0.5", "platelets given", "red cells no more", "100 % day 28", "T cells", "day 100",
        "tacrolimus", "aml-result/report.html", "0 failed", "never tells anyone how to treat a patient",
    ):  # fmt: skip
        assert words in text, words


def test_the_summary_counts_failures() -> None:
    record = fake_record(with_failures(fake_course(20, until=120.0), (1, 2, 3), day=9.0))
    assert "3 of 20 patients could not be solved (3 step too small)" in said(terminal_summary(summarise(record)))


def test_an_effect_on_every_patient_is_found_without_error(record: Record) -> None:
    name = "neutrophil_engraftment_day"
    later = with_days(record, name, record.outcomes[name] + 2)
    row = differences(record, later)[0]
    assert row.estimate.value == row.estimate.low == row.estimate.high == 2
    assert row.text == "+2 (+2 to +2) days"


def test_common_draws_make_the_error_small() -> None:
    before, after = (fake_record(fake_course(200, until=60.0, graft=graft)) for graft in (1.0, 0.5))
    name = "neutrophil_engraftment_day"
    row = differences(before, after)[0]
    unpaired = np.sqrt(before.outcomes[name].var() / 200 + after.outcomes[name].var() / 200) * 1.96
    assert row.estimate.low > 0
    assert (row.estimate.high - row.estimate.low) / 2 < 0.3 * unpaired


def test_patients_who_never_recover_count_by_day_and_not_among_the_pairs(record: Record) -> None:
    name = "platelet_engraftment_day"
    days = np.full(60, 20.0)
    worse = days.copy()
    worse[:15] = np.inf
    worse[15] = np.nan
    rows = {
        (row.label, row.horizon): row
        for row in differences(with_days(record, name, days), with_days(record, name, worse))
    }
    by_28 = rows["Platelet engraftment (≥ 20)", "by day 28"]
    assert by_28.estimate.value == pytest.approx(-15 / 59)
    assert by_28.pairs == 59
    assert by_28.text.startswith("−25.4 (")
    whole = rows["Platelet engraftment (≥ 20)", ""]
    assert whole.pairs == 44
    assert whole.estimate.value == 0


def test_no_difference_of_a_share_still_has_an_error(record: Record) -> None:
    row = next(row for row in differences(record, record) if row.horizon)
    assert row.estimate.value == 0
    assert row.estimate.low < 0 < row.estimate.high


def test_runs_of_other_patients_cannot_be_compared(record: Record) -> None:
    with pytest.raises(RunError, match="same seed"):
        compare(record, replace(record, provenance=replace(record.provenance, seed=2)), "seed")
    with pytest.raises(RunError, match="same number"):
        compare(record, fake_record(fake_course(10, until=120.0)), "draws")


@pytest.fixture(scope="module")
def comparison(record: Record) -> Comparison:
    return compare(record, fake_record(fake_course(60, until=120.0, graft=0.4)), "graft.cd34: 5.6e6 /kg → 2e6 /kg")


def test_a_comparison_is_told_in_the_terminal(comparison: Comparison) -> None:
    text = said(terminal_comparison(comparison))
    for words in ("graft.cd34", "as written", "changed", "points", "tacrolimus", "never tells anyone"):
        assert words in text, words


def test_a_comparison_has_a_page_a_table_and_a_figure(comparison: Comparison, tmp_path: Path) -> None:
    page = write_comparison(comparison, tmp_path / "what if")
    assert page.read_text(encoding="utf-8") == render_comparison(comparison)
    assert {path.name for path in page.parent.iterdir()} == {
        "comparison.html",
        "differences.csv",
        "figures",
        "manifest.json",
    }
    table = pd.read_csv(page.parent / "differences.csv")
    assert len(table) == len(comparison.differences)
    assert (table["low_95"] <= table["difference"]).all()
    assert page.read_text(encoding="utf-8").count(comparison.disclaimer) == 2


def test_failures_of_either_plan_are_told(record: Record) -> None:
    failed = fake_record(with_failures(fake_course(60, until=120.0), (5,), day=9.0))
    comparison = compare(record, failed, "anything")
    assert "could not be solved: 0 as written, 1 changed" in said(terminal_comparison(comparison))
    assert "0 patients with the plan as written, 1 with the changed one" in render_comparison(comparison)
