"""A sweep lets the same virtual patients live every value, and says which values they cannot tell apart."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from marrow.clinic.plan import read_plan
from marrow.clinic.varying import Varied, read_variation, read_window, varied
from marrow.endpoints.outcome import Column, Kind, Outcomes
from marrow.errors import PlanError
from marrow.report.sweep import terminal_sweep
from marrow.sweep import Sweep, as_rows, sweep


def outcomes(*days: float) -> Outcomes:
    column = Column("relapse_day", "relapse", "days", Kind.DAY, np.array(days))
    return Outcomes((column,), np.zeros(len(days), dtype=int), 730.0)


def swept(*results: Outcomes, show: tuple[str, ...] = ("relapse_day@365",)) -> Sweep:
    plan = None  # what is run does not matter here
    plans = [Varied(str(k), plan) for k in range(len(results))]  # type: ignore[arg-type]
    waiting = iter(results)
    return sweep("dose", "mg", tuple(range(len(results))), plans, lambda _: next(waiting), show)


def test_shares_are_of_patients_by_the_day() -> None:
    (line,) = swept(outcomes(100, 400, np.inf, np.inf), outcomes(100, 200, 300, np.inf)).lines
    assert line.share == pytest.approx([0.25, 0.75])
    assert line.best == 0


def test_a_difference_has_the_error_of_its_pairs() -> None:
    """Of 400 pairs 40 differ, all one way: the difference is 0.1 with an error of sqrt(0.1 x 0.9 / 400)."""
    before = np.repeat([100.0, np.inf], 200)
    after = before.copy()
    after[200:240] = 100.0
    (line,) = swept(outcomes(*before), outcomes(*after)).lines
    assert line.gap[1] == pytest.approx(0.1)
    assert line.gap_error[1] == pytest.approx(np.sqrt(0.1 * 0.9 / 400))
    assert list(line.as_good) == [True, False]


def test_patients_who_failed_anywhere_are_left_out_everywhere() -> None:
    (line,) = swept(outcomes(np.nan, 100, np.inf), outcomes(100, 100, np.inf)).lines
    assert line.share == pytest.approx([0.5, 0.5])


def test_none_of_few_is_no_proof_of_none() -> None:
    (line,) = swept(outcomes(np.inf, np.inf), outcomes(np.inf, np.inf)).lines
    assert (line.error > 0.1).all()


@pytest.mark.parametrize("width", [30, 60, 200])
def test_a_narrow_terminal_shows_every_value_and_outcome_in_full(width: int) -> None:
    show = tuple(f"relapse_day@{day}" for day in (100, 200, 365, 730))
    written = io.StringIO()
    Console(file=written, width=width).print(
        terminal_sweep(swept(outcomes(100, np.inf), outcomes(100, 100), show=show))
    )
    text = written.getvalue()
    assert "…" not in text
    assert all(f"by day {day}" in text for day in (100, 200, 365, 730))
    assert text.count("dose") == len([line for line in text.splitlines() if line.startswith("0 ")])


def test_rows_name_value_outcome_and_error() -> None:
    rows = as_rows(swept(outcomes(100, np.inf), outcomes(100, 100)))
    assert [row["dose"] for row in rows] == ["0", "1"]
    assert rows[1]["share"] == 1.0
    assert rows[0]["as_good_as_best"] is True


@pytest.mark.parametrize(
    ("show", "needed"), [("relaps_day", "relapse_day"), ("relapse_day@9000", "1 to 730"), ("relapse_day@x", "NAME@DAY")]
)
def test_a_wrong_outcome_is_refused_with_what_is_needed(show: str, needed: str) -> None:
    with pytest.raises(PlanError, match=needed):
        swept(outcomes(100.0), outcomes(100.0), show=(show,))


@pytest.mark.parametrize(
    ("text", "values", "numbers"),
    [
        ("AUC=50:130:40", ("50", "90", "130"), (50.0, 90.0, 130.0)),
        ("AUC=0.1:0.3:0.1", ("0.1", "0.2", "0.3"), (0.1, 0.2, 0.3)),
        ("graft.cd34=1e6,2e6/kg", ("1e6 /kg", "2e6 /kg"), (1e6, 2e6)),
        ("graft.cd34=1e6 /kg, 2e6 /kg", ("1e6 /kg", "2e6 /kg"), (1e6, 2e6)),
        ("donor.relation=sibling,unrelated", ("sibling", "unrelated"), None),
    ],
)
def test_values_are_spans_or_lists(text: str, values: tuple[str, ...], numbers: tuple[float, ...] | None) -> None:
    variation = read_variation(text)
    assert variation.values == values
    assert variation.numbers == numbers


@pytest.mark.parametrize("text", ["", "AUC", "AUC=", "AUC=5:1:1", "AUC=1:5:0", "AUC=1:2:1e-9", "x=1,1", "x=1,,2"])
def test_wrong_values_are_refused(text: str) -> None:
    with pytest.raises(PlanError):
        read_variation(text)


@pytest.mark.parametrize("text", ["", "78", "101:78", "a:b", "1e:2"])
def test_a_wrong_window_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match="LOW:HIGH"):
        read_window(text)


def test_a_name_in_braces_is_filled_in_and_a_key_is_set(root: Path) -> None:
    plan = read_plan(root / "examples" / "allogeneic-fb4.yaml")
    setting = "conditioning.2=busulfan IV over 3 h daily, day -6 to -3, target cumulative AUC {AUC} mg*h/L"
    plans = varied(plan, [setting], read_variation("AUC=60,90"))
    assert ["60" in plans[0].plan.to_yaml(), "AUC 90" in plans[1].plan.to_yaml()] == [True, True]
    doses = [each.plan.graft.cd34 for each in varied(plan, [], read_variation("graft.cd34=1e6,2e6/kg"))]
    assert doses == [1e6, 2e6]


@pytest.mark.parametrize(("setting", "over"), [("graft.cd34={X}", "Y=1,2"), ("graft.cd34=2e6/kg", "Y=1,2")])
def test_a_name_that_stands_nowhere_is_refused(setting: str, over: str, root: Path) -> None:
    plan = read_plan(root / "examples" / "allogeneic-fb4.yaml")
    with pytest.raises(PlanError):
        varied(plan, [setting], read_variation(over))
