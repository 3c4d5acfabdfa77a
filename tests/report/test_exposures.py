"""`marrow pk`: exposures beside what is published of them, a figure and tables, or an error in words and no file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import marrow
from marrow import cli, commands
from marrow.clinic.doses import planned_doses
from marrow.clinic.plan import read_plan
from marrow.record import exposure_targets
from marrow.report.exposures import PUBLISHED, Measure, Published, as_rows, measured_exposures, render_exposures
from marrow.sources import Grade, assumed

ROOT = Path(__file__).resolve().parents[2]
AML = ROOT / "examples" / "allogeneic-fb4.yaml"
MYELOMA = ROOT / "examples" / "autologous-melphalan-200.yaml"


@pytest.fixture(scope="module")
def course():  # type: ignore[no-untyped-def]
    return marrow.simulate(read_plan(AML), 40, 1, drugs_alone=True, until=5.0).course


def run(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", ["marrow", *arguments])
    monkeypatch.setattr(commands, "console", Console(width=80))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def test_limits_are_told_and_kept() -> None:
    def figure(low: float | None, high: float | None) -> Published:
        return Published("x", Measure.CUMULATIVE, low, high, "made up", assumed("made up"))

    assert [figure(78, 101).range_text, figure(12.8, None).range_text] == ["78 to 101", "from 12.8"]
    assert [figure(None, 2).range_text, figure(1650, 1650).range_text] == ["up to 2", "about 1650"]
    assert figure(1, 2).holds(np.array([0.9, 1.0, 2.0, 2.1])).tolist() == [False, True, True, False]
    assert figure(1, None).holds(np.array([0.9, 1e9])).tolist() == [False, True]
    assert not figure(1650, 1650).is_range


def test_every_published_figure_is_graded_and_remembered_ones_are_assumed() -> None:
    for each in PUBLISHED:
        assert each.low is not None or each.high is not None
        assert "memory" not in each.source.note or each.source.grade is Grade.ASSUMED


def test_the_report_takes_its_targets_from_the_same_list() -> None:
    found = {
        target.drug: (target.low, target.high) for target in exposure_targets({"busulfan", "fludarabine", "melphalan"})
    }
    assert found == {"busulfan": (78.0, 101.0), "fludarabine": (15.0, 25.0)}


@pytest.mark.compiles
def test_exposures_are_those_of_the_course(course) -> None:  # type: ignore[no-untyped-def]
    found = {(e.drug, e.measure): e for e in measured_exposures(course, planned_doses(read_plan(AML)))}
    whole = found["busulfan", Measure.CUMULATIVE].values
    assert whole == pytest.approx(course["busulfan_exposure"].values[:, -1])
    assert found["busulfan", Measure.PER_DOSE].values == pytest.approx(whole / 4)
    level = course["busulfan_concentration"]
    assert found["busulfan", Measure.PEAK].values == pytest.approx(level.values.max(axis=1))
    # the area under the recorded concentrations: hourly, so only near
    hours = np.trapezoid(level.values, course["time"].values * 24, axis=1)
    assert hours == pytest.approx(whole, rel=0.05)


def test_antibodies_are_read_on_day_0_and_after_the_graft() -> None:
    import xarray as xr

    def variable(values: list[float], module: str, unit: str):  # type: ignore[no-untyped-def]
        return ("draw", "time"), np.array([values]), {"module": module, "units": unit}

    made_up = xr.Dataset(
        {
            "antithymocyte_globulin_concentration": variable([0.0, 8.0, 1.0], "antithymocyte_globulin", "mg/L"),
            "antithymocyte_globulin_exposure": variable([0.0, 30.0, 100.0], "antithymocyte_globulin", "mg*day/L"),
            "alemtuzumab_concentration": variable([2.0, 0.3, 0.0], "alemtuzumab", "mg/L"),
        },
        {"draw": [0], "time": [-1.0, 0.0, 30.0]},
    )
    found = {(e.drug, e.measure): float(e.values[0]) for e in measured_exposures(made_up, ())}
    assert found["antithymocyte globulin", Measure.AFTER_GRAFT] == 70.0
    assert found["antithymocyte globulin", Measure.CUMULATIVE] == 100.0
    assert found["alemtuzumab", Measure.DAY_0] == 0.3
    assert ("alemtuzumab", Measure.CUMULATIVE) not in found


@pytest.mark.compiles
def test_the_kinetics_alone_are_those_of_the_whole_simulation(course) -> None:  # type: ignore[no-untyped-def]
    whole = marrow.simulate(read_plan(AML), 40, 1, until=5.0).course
    for name in ("busulfan_exposure", "fludarabine_exposure"):
        assert course[name].values[:, -1] == pytest.approx(whole[name].values[:, -1], rel=2e-3)


@pytest.mark.compiles
def test_rows_and_table_say_the_same(course) -> None:  # type: ignore[no-untyped-def]
    exposures = measured_exposures(course, planned_doses(read_plan(AML)))
    rows = pd.DataFrame(as_rows(exposures))
    row = rows[(rows["drug"] == "busulfan") & (rows["published"] == "78 to 101")].iloc[0]
    values = course["busulfan_exposure"].values[:, -1]
    assert row["inside"] == pytest.approx(np.mean((values >= 78) & (values <= 101)))
    console = Console(width=80, force_terminal=False)
    with console.capture() as capture:
        console.print(render_exposures(exposures, 40, ["thiotepa: not yet modelled, not shown"]))
    text = capture.get()
    assert "78 to 101 [1]" in text
    assert "[1] busulfan" in text
    assert "thiotepa: not yet modelled" in text
    assert "…" not in text
    assert "not for the treatment of patients" in text


@pytest.mark.compiles
def test_the_command_writes_a_whole_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "kinetics"
    arguments = ["pk", str(MYELOMA), "--draws", "30", "--out", str(out)]
    code, said, _ = run(arguments, monkeypatch, capsys)
    assert code == 0
    assert "melphalan" in said
    names = {str(file.relative_to(out)) for file in out.rglob("*") if file.is_file()}
    assert names == {
        "summary.csv", "exposures.csv", "concentrations.csv", "plan.yaml", "manifest.json", "figures/drugs.svg",
    }  # fmt: skip
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["draws"] == 30
    summary = pd.read_csv(out / "summary.csv")
    assert set(summary["drug"]) == {"melphalan"}
    assert (summary["p05"] < summary["p50"]).all()
    assert len(pd.read_csv(out / "exposures.csv")) == 30
    assert run(arguments, monkeypatch, capsys)[0] == 0  # in place of its own earlier result


@pytest.mark.compiles
def test_the_dose_of_a_target_is_in_the_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "targeted"
    code, said, _ = run(
        ["pk", str(AML), "--draws", "60", "--set", "conditioning=FB-Utrecht", "--out", str(out)], monkeypatch, capsys
    )
    assert code == 0
    assert "not calculated" not in said
    summary = pd.read_csv(out / "summary.csv")
    whole = summary[(summary["drug"] == "busulfan") & (summary["measure"] == "cumulative AUC")]
    assert whole["p50"].to_numpy() == pytest.approx(90, rel=0.1)


@pytest.mark.compiles
def test_a_drug_given_by_a_way_that_is_not_modelled_is_told_and_has_no_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "by-mouth"
    change = "conditioning.1=fludarabine 40 mg/m2 PO daily, day -6 to -3"
    code, said, _ = run(["pk", str(AML), "--draws", "30", "--set", change, "--out", str(out)], monkeypatch, capsys)
    assert code == 0
    assert "fludarabine: given PO: this route is not yet modelled" in " ".join(said.split())
    assert "fludarabine" not in set(pd.read_csv(out / "concentrations.csv")["drug"])


@pytest.mark.parametrize(
    ("settings", "part"),
    [
        ("conditioning=amsacrine 100 mg/m2 IV over 1 h daily, day -12 to -9", "kinetics are modelled (amsacrine)"),
        ("conditioning=none", "kinetics are modelled (none)"),
        ("conditioning=FB44", "did you mean 'FB4'"),
    ],
)
def test_what_cannot_be_shown_is_refused_and_nothing_is_written(
    settings: str, part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "nothing"
    code, said, error = run(["pk", str(AML), "--set", settings, "--out", str(out)], monkeypatch, capsys)
    assert (code, said) == (2, "")
    assert part in error
    assert not out.exists()


def test_a_folder_of_somebody_else_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    code, _, error = run(["pk", str(AML), "--out", str(tmp_path)], monkeypatch, capsys)
    assert code == 2
    assert "marrow did not write" in error
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]
