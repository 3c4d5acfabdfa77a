"""Facts about the modules are those of their classes, and are made anew when a source changes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import marrow
from marrow.catalogue import catalogue, drugs, loaded
from marrow.cite import citations, cite
from marrow.engine import cache
from marrow.language import Drug, discover
from marrow.language import drugs as drug_classes

PACKAGE = Path(marrow.__file__).parent
READ = "from marrow.catalogue import catalogue; import sys; print(len(catalogue()), 'pint' in sys.modules)"


def test_facts_are_those_of_the_classes() -> None:
    assert loaded(catalogue()) == discover()
    for facts, module in zip(catalogue(), discover(), strict=True):
        assert facts.title == module.title
        assert facts.is_drug == issubclass(module, Drug)
    assert {name: facts.names for name, facts in drugs().items()} == {
        name: module.names for name, module in drug_classes().items()
    }
    assert citations(row for facts in catalogue() for row in facts.rows) == cite(discover())


def read_with(package: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(package.parent), "MARROW_CACHE": str(folder), "PATH": ""}
    return subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, env=environment, check=False)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package, to be changed."""
    return Path(shutil.copytree(PACKAGE, tmp_path / "src" / "marrow"))


def test_a_second_process_loads_no_module_until_one_changes(package: Path, tmp_path: Path) -> None:
    count = len(catalogue())
    assert read_with(package, tmp_path / "cache").stdout.split() == [str(count), "True"]
    assert read_with(package, tmp_path / "cache").stdout.split() == [str(count), "False"]
    file = package / "biology" / "platelets.py"
    file.write_text(file.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    assert read_with(package, tmp_path / "cache").stdout.split() == [str(count), "True"]


def test_a_wrong_unit_is_told_though_facts_are_kept(package: Path, tmp_path: Path) -> None:
    assert read_with(package, tmp_path / "cache").returncode == 0
    (package / "drugs" / "wrong.py").write_text(WRONG, encoding="utf-8")
    for _ in range(2):  # nothing is kept of what failed
        failed = read_with(package, tmp_path / "cache")
        assert failed.returncode != 0
        assert "gives kg, needed 1/day" in failed.stderr
        assert "wrong.py, line" in failed.stderr


def test_damaged_facts_are_made_anew(package: Path, tmp_path: Path) -> None:
    first = read_with(package, tmp_path / "cache").stdout
    (kept,) = (tmp_path / "cache").glob("modules-*")
    kept.write_bytes(kept.read_bytes()[:-7] + b"damaged")
    assert cache.read_checked(kept) is None
    assert read_with(package, tmp_path / "cache").stdout == first


WRONG = '''
from marrow.language import Drug, Parameter, hazard
from marrow.sources import assumed
from marrow.units import kg


class Wrong(Drug):
    """A rate that is a weight."""

    names = ("wrong",)
    weight = Parameter("weight", 1 * kg, source=assumed("for a test"), plausible=(0.5, 2))

    @hazard("of nothing")
    def strikes(self):
        return self.weight
'''
