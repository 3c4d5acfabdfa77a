"""The house holds its shape: imports point one way, files stay short, nothing heavy starts by itself."""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import marrow

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "marrow"
SOURCES = sorted(PACKAGE.rglob("*.py"))

# What each part may import of the others, beside itself. A new part is placed here, below those that use it.
STATISTICS = "trial.statistics"
WORDS = {"errors", "units", "sources", "terms", "vocabulary"}
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "whole": set(),
    "units": {"errors"},
    "sources": {"errors"},
    "terms": {"sources"},
    "vocabulary": {"errors", "units", "sources", "terms"},
    "language": WORDS,
    "biology": {"language"} | WORDS,
    "drugs": {"language"} | WORDS,
    "engine": {"language", "whole"} | WORDS,
    "endpoints": {"errors", "sources"},
    "cite": {"language"} | WORDS,
    "catalogue": {"cite", "language", "engine"} | WORDS,
    "clinic": {"catalogue", "language", "engine"} | WORDS,
    STATISTICS: {"errors"},
}
LOWER = set(MAY_IMPORT)
MAY_IMPORT |= {  # from a plan to a course
    "observed": LOWER,
    "laboratory": LOWER | {"observed"},
    "parameter_file": LOWER,
    "sweep": LOWER,
    "model": LOWER,
    "course": LOWER | {"model"},
    "dosing": LOWER | {"model"},
    "simulation": LOWER | {"model", "course", "dosing", "parameter_file", "laboratory", "reading"},
    "reading": LOWER | {"laboratory", "simulation"},
}
MIDDLE = set(MAY_IMPORT)
MAY_IMPORT |= {  # what is made of a course
    "figures": MIDDLE,
    "exchange": MIDDLE,
    "report": MIDDLE | {"figures"},
    "record": MIDDLE | {"figures", "report"},
    "calibration": MIDDLE,
    "folder": {"errors", "whole"},
    "meanwhile": set(),
    "table_file": set(),
    "results": MIDDLE | {"folder", "table_file", "figures", "report", "exchange"},
    "tables": MIDDLE | {"folder", "figures", "report", "results"},
    "sensitivity": MIDDLE | {"folder", "figures", "record", "report", "results", "commands"},
    "population": MIDDLE | {"calibration", "tables"},
    "trial": MIDDLE | {"whole", "calibration", "population", "tables", "figures", "report", "commands"},
}
MAY_IMPORT |= {"ahead": set(MAY_IMPORT)}
UPPER = set(MAY_IMPORT)
MAY_IMPORT |= {  # what users call
    "commands": UPPER,
    "cli_trial": UPPER | {"commands"},
    "cli": UPPER | {"commands", "cli_trial"},
    "__main__": {"cli"},
    "__init__": set(),
}

LONGEST_FILE = 400
LONGEST_FUNCTION = 70
MAY_BE_LONGER: dict[str, str] = {}  # file: the reason

HEAVY = {"numba", "sympy", "matplotlib", "xarray", "pandas", "scipy", "lifelines", "libsbml", "pint", "llvmlite",
         "zarr"}  # fmt: skip
IMPORT_NAMES = {"yaml": "PyYAML", "libsbml": "python-libsbml", "pydantic_core": "pydantic"}  # where they differ


def part_of(file: Path) -> str:
    """The part of the package that a file belongs to: its folder, or its own name at the top."""
    return named_part(".".join(file.relative_to(PACKAGE).with_suffix("").parts))


def named_part(name: str) -> str:
    """The part of a dotted name below ``marrow``. Statistics are a part of their own, though they live with trials."""
    return STATISTICS if name.startswith(STATISTICS) else name.partition(".")[0]


def imports_of(file: Path) -> list[tuple[int, str]]:
    """Line and full dotted name of everything a file imports, inside functions too; only for the type checker, not."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = list(file.relative_to(PACKAGE.parent).parent.parts)
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found += [(node.lineno, f"{module}.{alias.name}") for alias in node.names]
    return found


def relative(file: Path) -> str:
    return str(file.relative_to(PACKAGE))


@pytest.mark.parametrize("file", SOURCES, ids=relative)
def test_imports_point_one_way(file: Path) -> None:
    part = part_of(file)
    assert part in MAY_IMPORT, f"{relative(file)}: give {part!r} its place in MAY_IMPORT"
    for line, name in imports_of(file):
        top, _, rest = name.partition(".")
        imported = named_part(rest)
        if top == "marrow" and imported not in (part, "__version__"):
            assert imported in MAY_IMPORT[part], f"{relative(file)}:{line}: {part} must not import {name}"


def test_clinic_knows_only_the_schedule_and_the_random_numbers_of_the_engine() -> None:
    known = ("marrow.engine.schedule.", "marrow.engine.random.")
    for file in SOURCES:
        if part_of(file) == "clinic":
            for line, name in imports_of(file):
                if name.startswith("marrow.engine"):
                    assert name.startswith(known), f"{relative(file)}:{line} imports {name}"


def test_endpoints_are_pure_numpy() -> None:
    for file in SOURCES:
        if part_of(file) == "endpoints":
            for line, name in imports_of(file):
                top = name.partition(".")[0]
                assert top in {"marrow", "numpy"} | sys.stdlib_module_names, f"{relative(file)}:{line} imports {name}"


def test_statistics_know_nothing_of_marrow() -> None:
    for file in SOURCES:
        if relative(file).startswith("trial/statistics"):
            for line, name in imports_of(file):
                top = name.partition(".")[0]
                own = name.startswith("marrow.trial.statistics")
                allowed = {"numpy", "scipy"} | sys.stdlib_module_names
                assert own or top in allowed, f"{relative(file)}:{line} imports {name}"


@pytest.mark.parametrize("file", SOURCES, ids=relative)
def test_files_stay_short(file: Path) -> None:
    lines = len(file.read_text(encoding="utf-8").splitlines())
    assert lines < LONGEST_FILE or relative(file) in MAY_BE_LONGER, f"{relative(file)} has {lines} lines: split it"


@pytest.mark.parametrize("file", SOURCES, ids=relative)
def test_functions_stay_short(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= LONGEST_FUNCTION, f"{relative(file)}: {node.name} has {lines} lines: split it"


def test_no_drawer_for_odds_and_ends() -> None:
    names = {part.removesuffix(".py") for file in SOURCES for part in file.relative_to(PACKAGE).parts}
    assert not names & {"utils", "util", "common", "core", "helpers", "misc"}


def distribution_of(module: str) -> str:
    return IMPORT_NAMES.get(module, module)


def third_party() -> dict[str, str]:
    """Modules of others that the package imports, each with a file that does."""
    return {
        top: relative(file)
        for file in SOURCES
        for _, name in imports_of(file)
        if (top := name.partition(".")[0]) not in sys.stdlib_module_names | {"marrow", "__future__"}
    }


def test_everything_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["gpu"], *extras["courses"]]
    declared = {re.match(r"[\w.-]+", line)[0].lower() for line in wanted}  # type: ignore[index]
    for module, file in third_party().items():
        assert distribution_of(module).lower() in declared, f"{file} imports {module}: declare it in pyproject.toml"


def test_no_dependency_is_under_the_gpl() -> None:
    for module, file in third_party().items():
        try:
            about = importlib.metadata.metadata(distribution_of(module))
        except importlib.metadata.PackageNotFoundError:
            continue  # an extra that is not installed here
        licences = [about.get("License-Expression") or "", (about.get("License") or "")[:80]]
        licences += [line for line in about.get_all("Classifier") or [] if line.startswith("License")]
        for licence in licences:
            copyleft = re.search(r"(?<!L)GPL|(?<!Lesser )General Public License", licence)
            assert not copyleft, f"{file} imports {module}, which is under {licence}"


def loaded_by(statement: str) -> set[str]:
    """Top-level modules that are in memory after a statement in a new interpreter."""
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


def test_import_marrow_starts_nothing() -> None:
    assert not loaded_by("import marrow") & HEAVY


def test_the_command_line_starts_nothing_before_it_is_told_what_to_do() -> None:
    assert not loaded_by("import marrow.cli") & (HEAVY | {"numpy", "pydantic", "jinja2"})


@pytest.mark.parametrize("name", marrow.__all__)
def test_public_names_are_there_and_are_no_modules(name: str) -> None:
    assert callable(getattr(marrow, name))
    assert not (PACKAGE / f"{name}.py").exists(), f"marrow.{name} would be the function or the module by chance"
    assert not (PACKAGE / name).exists()


def test_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert marrow.__version__ == project["version"]
    assert f"\nversion: {marrow.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## {marrow.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def tracked_text() -> dict[str, str]:
    """Text of every file under version control."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    texts = {}
    for name in filter(None, listed.stdout.split("\0")):
        file = ROOT / name
        if file.suffix not in {".png", ".nc"} and file.is_file():
            texts[name] = file.read_text(encoding="utf-8")
    return texts


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs the repository, not an unpacked archive")
def test_files_know_no_particular_machine() -> None:
    path = r"(?<![\w.~*])/(work|tmp|root|home|opt|mnt)/"
    of_one_machine = re.compile(path + r"|file:/{3}|index[-]url|python[h]osted|pypi\.org")
    for name, text in tracked_text().items():
        for number, line in enumerate(text.splitlines(), start=1):
            assert not of_one_machine.search(line), f"{name}:{number}: {line.strip()}"


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs the repository, not an unpacked archive")
def test_only_tests_look_beside_the_repository() -> None:
    for name, text in tracked_text().items():
        if name.startswith("src/"):
            assert "../shared" not in text, f"{name} depends on a folder outside the repository"
