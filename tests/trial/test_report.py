"""The commands from a design to a report that can be read."""

from __future__ import annotations

import csv
import json
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from marrow.trial.commands import power_of_trial, report_trial, run_trial

HERE = Path(__file__).parent
VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """Gathers tags that are not closed in order, identities, and text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.identities: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.identities += [value for name, value in attrs if name == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += f" {data.strip()}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("report")
    shutil.copy(HERE / "two_arms.yaml", place)
    text = (HERE / "design.yaml").read_text(encoding="utf-8")
    said = "eligible: [age 25 to 60 y, no donor-specific antibodies]\nstrata: [women]\n"
    (place / "design.yaml").write_text(text.replace("patients:", f"{said}patients:"), encoding="utf-8")
    run_trial(place / "design.yaml", 40, 2, None, place / "trial", 1, 1, None, block=30)
    return place


@pytest.mark.compiles
def test_the_page_is_whole_and_tells_who_entered(folder: Path) -> None:
    page = Page()
    page.feed((folder / "trial" / "report.html").read_text(encoding="utf-8"))
    assert not page.wrong
    assert not page.open
    assert len(set(page.identities)) == len(page.identities)
    for words in ("Eligible were patients with age 25 to 60 y", "within strata of sex female", "Flow of patients"):
        assert words in page.text


@pytest.mark.compiles
def test_figures_and_tables_stand_beside_it(folder: Path) -> None:
    names = {file.stem for file in (folder / "trial" / "figures").glob("*.png")}
    assert {"flow", "incidence-1", "incidence-2", "forest"} <= names
    found = json.loads((folder / "trial" / "findings.json").read_text(encoding="utf-8"))
    flow = found["flow"]
    assert flow["looked_at"] == sum(flow["randomised"]) + sum(each["people"] for each in flow["refused"])
    if found["health"]:
        with (folder / "trial" / "health.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                shares = [float(row[name]) for name in ("free", "active", "relapsed", "dead")]
                assert sum(shares) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.compiles
def test_a_report_of_fewer_patients_needs_no_simulation_and_power_goes_on_in_the_folder(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = {file.name: file.stat().st_mtime_ns for file in (folder / "trial" / "parts").iterdir()}
    report_trial(folder / "trial", 20, 4)
    power_of_trial(folder / "design.yaml", "20,40", 2, folder / "trial", 1, 1, None)
    assert {file.name: file.stat().st_mtime_ns for file in (folder / "trial" / "parts").iterdir()} == parts
    assert "power" in capsys.readouterr().out
