"""What the pages say is true: their commands and Python run, their links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import marrow

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[object]:
    """Fenced blocks of one language in all pages, as parameters named by page and order."""
    found = []
    for page in PAGES:
        texts = [text for kind, text in FENCED.findall(page.read_text(encoding="utf-8")) if kind == language]
        found += [pytest.param(text, id=f"{page.name}-{i}") for i, text in enumerate(texts, start=1)]
    return found


def commands() -> list[object]:
    """Every command line of the pages' sh blocks, once each."""
    seen: dict[str, str] = {}
    for block in blocks("sh"):
        text, where = block.values[0], block.id  # type: ignore[attr-defined]
        for line in text.splitlines():
            command = line.partition("#")[0].strip()
            if command:
                seen.setdefault(command, where)
    return [pytest.param(command, id=f"{where}: {command}") for command, where in seen.items()]


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """An empty folder that has the repository's examples and studies, where results may be written."""
    for name in ("examples", "studies"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def run(command: list[str], where: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{shlex.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"


@pytest.mark.compiles
@pytest.mark.parametrize("text", blocks("python"))
def test_python_of_the_pages_runs(text: str, workplace: Path) -> None:
    run([sys.executable, "-W", "error", "-c", text], workplace)


@pytest.mark.compiles
@pytest.mark.parametrize("command", commands())
def test_commands_of_the_pages_run(command: str, workplace: Path) -> None:
    words = shlex.split(command)
    if words[0] == "make":  # the targets set up, test and measure: here, only that make knows them
        run([*words, "--dry-run"], ROOT)
    elif words[0] == "marrow":
        run(words, workplace)
    else:
        assert words[:2] == ["pip", "install"], f"no test knows how to try {command!r}"
        assert (ROOT / words[-1].partition("[")[0]).resolve() == ROOT


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        assert re.match(r"https?://", target) or (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_exist(page: Path) -> None:
    named = re.findall(r"`((?:src|tests|docs|examples|benchmarks)/[\w./-]+)`", page.read_text(encoding="utf-8"))
    for name in named:
        assert (ROOT / name).exists(), f"{page.name} names {name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_that_are_named_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make (\w+)", page.read_text(encoding="utf-8")):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), f"{page.name} names make {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_extras_that_are_named_exist(page: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for extra in re.findall(r"(?:marrow|\.)\[(\w+)\]", page.read_text(encoding="utf-8")):
        assert extra in project["optional-dependencies"], f"{page.name} names the extra {extra}"


@pytest.mark.parametrize("name", marrow.__all__)
def test_every_public_name_is_on_the_reference_page(name: str) -> None:
    assert f"`{name}" in (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["README.md", "docs/for-physicians.md"])
def test_the_first_pages_say_what_marrow_is_not_for(page: str) -> None:
    text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    assert "research software" in text.lower()
    assert "never tells anyone how to treat a patient" in text


def test_changelog_has_its_heading_for_changed_numbers() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]
    assert versions
    assert all("### Numbers changed" in version for version in versions)


def test_citation_file_is_complete_and_names_no_invented_person() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors", "version", "license"} <= set(citation)
    assert citation["authors"] == [{"name": "The marrow developers"}]
