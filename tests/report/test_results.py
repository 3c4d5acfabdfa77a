"""Claims about the folder of a run: whole or not at all, readable by others, nobody else's files touched."""

from __future__ import annotations

import errno
import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

sys.path.insert(0, str(Path(__file__).parent))
from fake import fake_course, fake_record

from marrow import folder as folders
from marrow import results
from marrow.errors import RunError
from marrow.figures.gallery import pictures
from marrow.folder import check_folder
from marrow.report.assemble import to_draw
from marrow.report.course_file import compressing, write_course
from marrow.results import write_results

FILES = {
    "report.html", "course.nc", "plan.yaml", "outcomes.csv", "outcomes.json", "actions.csv", "concentrations.csv",
    "exposures.csv", "manifest.json", "figures",
}  # fmt: skip


@pytest.fixture(scope="module")
def record():
    return fake_record(fake_course(12, until=60.0))


@pytest.fixture(scope="module")
def folder(record, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("runs") / "aml" / "first"
    written = write_results(record, place)
    assert written.report == place / "report.html"
    assert {path.name for path in place.parent.iterdir()} == {"first"}
    return place


@pytest.fixture(scope="module")
def one_figure(record):
    """One figure of the record: enough where the figures do not matter."""
    return pictures(to_draw(record), png=True)[1]


@pytest.fixture
def quick(one_figure, monkeypatch) -> None:
    """Figures are not drawn anew."""

    def at_once(_material, png: bool, _kinds):
        return lambda: (one_figure if png else replace(one_figure, png=b""),)

    monkeypatch.setattr(results, "here", at_once)


def fail_with(error: BaseException):
    def fail(*_args, **_options):
        raise error

    return fail


def test_the_folder_holds_everything(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == FILES
    figures = {path.name for path in (folder / "figures").iterdir()}
    assert {"counts.svg", "engraftment.svg", "marrow.svg"} <= figures
    assert not any(name.endswith(".png") for name in figures)
    assert folder.stat().st_mode & 0o777 == (folder.parent.stat().st_mode | 0o055) & 0o777 & ~folders._umask()


def test_the_course_is_read_back_as_it_was(folder: Path, record) -> None:
    with xr.open_dataset(folder / "course.nc", engine="h5netcdf") as found:
        found.load()
    xr.testing.assert_equal(found, record.course)
    assert found["hemoglobin"].attrs["units"] == "g/dL"
    assert found.attrs["seed"] == 1
    assert "never tells anyone" in found.attrs["disclaimer"]
    assert json.loads(found.attrs["versions"])["marrow"] == "0.0.0"


@pytest.mark.parametrize("draws", [1, 1023, 1025, 2100])
def test_any_number_of_draws_is_written_whole(tmp_path: Path, draws: int) -> None:
    time = np.arange(4.0)
    values = np.random.default_rng(1).normal(size=(draws, 4))
    values[0, 2] = np.nan
    course = xr.Dataset(
        {
            "a": (("draw", "time"), values),
            "steps": (("draw",), np.arange(draws)),
            "whole": (("draw", "time"), values > 0),
        },
        {"draw": np.arange(draws), "time": time},
        {"empty": "", "none": None, "µ": "ü"},
    )
    with compressing(course) as compressed:
        write_course(tmp_path / "course.nc", course, {"more": 1.5}, compressed)
    with xr.open_dataset(tmp_path / "course.nc", engine="h5netcdf") as found:
        found.load()
    np.testing.assert_array_equal(found["a"], values.astype(np.float32))
    np.testing.assert_array_equal(found["whole"], values > 0)
    assert found.attrs == {"µ": "ü", "more": 1.5}


def test_outcomes_are_the_same_in_both_files(folder: Path, record) -> None:
    table = pd.read_csv(folder / "outcomes.csv")
    text = (folder / "outcomes.json").read_text(encoding="utf-8")
    told = json.loads(text)
    assert text == json.dumps(told, indent=1) + "\n"
    assert told["patients"] == len(table) == 12
    days = record.outcomes["platelet_engraftment_day"]
    np.testing.assert_array_equal(table["platelet_engraftment_day"], days)
    for row, day in zip(told["draws"], days, strict=True):
        assert row["platelet_engraftment_day"] == (day if np.isfinite(day) else "never" if np.isinf(day) else None)


def test_actions_say_when_and_why(folder: Path, record) -> None:
    table = pd.read_csv(folder / "actions.csv")
    assert list(table)[:6] == ["draw", "day", "rule", "watched", "value", "threshold"]
    assert len(table) == len(record.actions) > 0


def test_laboratory_values_have_a_file_where_the_plan_has_labs(folder: Path, record, tmp_path: Path, quick) -> None:
    assert not (folder / "labs.csv").exists()
    labs = pd.DataFrame({"draw": [0, 0], "day": [-7.0, 3.5], "test": "ANC", "value": ["2.40", "<0.01"]})
    write_results(replace(record, labs=labs), tmp_path / "run")
    text = (tmp_path / "run" / "labs.csv").read_text(encoding="utf-8")
    assert text == "draw,day,test,value\n0,-7,ANC,2.40\n0,3.5,ANC,<0.01\n"
    assert "labs.csv" in json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))["files_sha256"]


def test_drugs_are_told_by_time_and_by_patient(folder: Path, record) -> None:
    levels = pd.read_csv(folder / "concentrations.csv")
    assert set(levels["drug"]) == {"fludarabine", "busulfan"}
    assert (levels["p05"] <= levels["p50"]).all()
    assert (levels["p50"] <= levels["p95"]).all()
    exposures = pd.read_csv(folder / "exposures.csv").query("drug == 'busulfan'")
    expected = record.course["busulfan_exposure"].max("time").values
    np.testing.assert_allclose(exposures["exposure"], expected, rtol=1e-5)


def test_the_manifest_has_the_hash_of_every_file(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["seed"] == 1
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {"manifest.json"}
    assert set(manifest["files_sha256"]) == files
    for name, digest in manifest["files_sha256"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


@pytest.mark.usefixtures("quick")
def test_an_earlier_result_is_replaced(record, tmp_path: Path) -> None:
    place = tmp_path / "result"
    write_results(record, place)
    (place / "left over.txt").write_text("of an earlier version")
    write_results(record, place)
    assert {path.name for path in place.iterdir()} == FILES
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


@pytest.mark.usefixtures("quick")
def test_an_empty_folder_is_taken(record, tmp_path: Path) -> None:
    place = tmp_path / "empty"
    place.mkdir()
    write_results(record, place)
    assert (place / "report.html").is_file()


def test_a_folder_of_somebody_else_is_left_alone(record, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(RunError, match="did not write"):
        write_results(record, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    (tmp_path / "manifest.json").write_text('{"format": "of another program"}')
    with pytest.raises(RunError, match="did not write"):
        check_folder(tmp_path)


@pytest.mark.usefixtures("quick")
def test_a_file_in_the_way_is_left_alone(record, tmp_path: Path) -> None:
    place = tmp_path / "result"
    place.write_text("mine")
    with pytest.raises(RunError, match="found a file"):
        write_results(record, place)
    with pytest.raises(RunError, match="a part of its path is a file"):
        write_results(record, place / "below")
    assert place.read_text() == "mine"


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "read-only"), (errno.EACCES, "no permission")],
)
@pytest.mark.parametrize("step", ["write_figures", "write_course", "write_manifest"])
@pytest.mark.usefixtures("quick")
def test_a_disk_that_refuses_leaves_nothing(
    record, tmp_path: Path, monkeypatch, number: int, words: str, step: str
) -> None:
    monkeypatch.setattr(results, step, fail_with(OSError(number, "no")))
    with pytest.raises(RunError, match=words):
        write_results(record, tmp_path / "result")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("quick")
def test_interrupted_nothing_is_left_and_the_earlier_result_stays(record, tmp_path: Path, monkeypatch) -> None:
    place = tmp_path / "result"
    write_results(record, place)
    before = (place / "report.html").read_bytes()
    monkeypatch.setattr(results, "write_actions", fail_with(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        write_results(record, place)
    assert [path.name for path in tmp_path.iterdir()] == ["result"]
    assert (place / "report.html").read_bytes() == before


@pytest.mark.usefixtures("quick")
def test_when_the_last_move_fails_the_earlier_result_stays(record, tmp_path: Path, monkeypatch) -> None:
    place = tmp_path / "result"
    write_results(record, place)
    move = Path.rename

    def fails_for_the_new_one(self: Path, target: Path):
        if self.suffix == ".partial":
            raise OSError(errno.EIO, "no")
        return move(self, target)

    monkeypatch.setattr(Path, "rename", fails_for_the_new_one)
    with pytest.raises(RunError):
        write_results(record, place)
    assert [path.name for path in tmp_path.iterdir()] == ["result"]
    assert {path.name for path in place.iterdir()} == FILES


def test_same_record_same_bytes(folder: Path, record, tmp_path: Path) -> None:
    write_results(record, tmp_path / "second")
    for name in ("report.html", "outcomes.csv", "outcomes.json", "figures/counts.svg", "figures/marrow.svg"):
        assert (tmp_path / "second" / name).read_bytes() == (folder / name).read_bytes()


def test_figures_are_written_as_png_too_when_asked_for(record, tmp_path: Path, quick) -> None:
    write_results(record, tmp_path / "with", png=True)
    assert {path.suffix for path in (tmp_path / "with" / "figures").iterdir()} == {".svg", ".png"}
