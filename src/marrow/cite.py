"""What a model rests on: every number with its value, range, grade and source, and the papers behind them.

Papers are entries of the ``.bib`` files of the package; modules cite them by key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

from marrow.errors import RunError, nearest
from marrow.sources import Grade, Source
from marrow.terms import Joint

if TYPE_CHECKING:
    from marrow.language import Module
    from marrow.language.declare import Derived, Parameter


class RowKind(Enum):
    """What a source stands behind."""

    VALUE = "value"
    CALCULATION = "calculation, with its spread between occasions and its factors in time"
    COVARIANCE = "covariance between patients"


def read_grade(text: str) -> Grade:
    """'assumed', 'fitted here' ... Raises ``RunError`` with the nearest grade."""
    named = {grade.value: grade for grade in Grade} | {grade.name.lower(): grade for grade in Grade}
    named |= {"fitted": Grade.FITTED_HERE}
    found = named.get(text.strip().lower().replace("-", " ")) or named.get(text.strip().lower())
    if found is None:
        near = nearest(text, [grade.value for grade in Grade])
        needed = ", ".join(repr(grade.value) for grade in Grade)
        raise RunError(
            f"--grade: found {text!r}, needed one of {needed}" + (f"; did you mean {near!r}?" if near else "")
        )
    return found


@dataclass(frozen=True)
class Reference:
    """A paper: one entry of a ``.bib`` file, its fields as written there, without braces."""

    key: str
    kind: str
    fields: Mapping[str, str]

    def __reduce__(self) -> tuple[object, ...]:
        return _reference, (self.key, self.kind, dict(self.fields))  # a read-only mapping cannot be pickled

    def __str__(self) -> str:
        """'Nath et al. 2010, Br J Clin Pharmacol 69:484–497, doi:...', with what the entry has."""
        year = self.fields.get("year", "")
        place = " ".join(self.fields[name] for name in ("journal", "volume") if name in self.fields)
        if "pages" in self.fields:
            place += ":" + self.fields["pages"].replace("--", "–")
        doi = f"doi:{self.fields['doi']}" if "doi" in self.fields else ""
        return ", ".join(part for part in (f"{self._authors()} {year}".strip(), place, doi) if part)

    def _authors(self) -> str:
        """'Nath', 'Nath and Earl', 'Nath et al.', or the title of a paper without named authors."""
        if "author" not in self.fields:
            return self.fields.get("title", self.key)
        names = [name.split(",")[0] for name in self.fields["author"].split(" and ")]
        if len(names) > 2 or names[-1] == "others":
            return f"{names[0]} et al."
        return " and ".join(names)

    def bibtex(self) -> str:
        """The entry, to be pasted into a paper's bibliography."""
        lines = [f"  {name} = {{{value}}}" for name, value in self.fields.items()]
        return f"@{self.kind}{{{self.key},\n" + ",\n".join(lines) + "\n}"


def _reference(key: str, kind: str, fields: dict[str, str]) -> Reference:
    return Reference(key, kind, MappingProxyType(fields))


@dataclass(frozen=True)
class Row:
    """One number, or one calculation, and what it rests on. ``value`` and ``plausible`` in ``unit``."""

    module: str
    name: str
    label: str
    kind: RowKind
    value: float | None
    unit: str
    plausible: tuple[float, float] | None
    source: Source
    reference: Reference | None

    @property
    def grade(self) -> Grade:
        return self.source.grade


@dataclass(frozen=True)
class Citations:
    """Rows by grade, most trusted first, then by module; how many of each grade; the papers, by key."""

    rows: tuple[Row, ...]
    counts: Mapping[Grade, int]
    references: tuple[Reference, ...]


def cite(modules: Iterable[type[Module]]) -> Citations:
    """Everything that these modules take from the world. Raises ``RunError`` for a key that no ``.bib`` file has."""
    return citations(row for module in modules for row in rows_of(module))


def citations(found: Iterable[Row]) -> Citations:
    """These rows, in order. A covariance that several modules share is listed once, with the first."""
    rows: list[Row] = []
    joints: set[str] = set()
    for row in found:
        if row.kind is not RowKind.COVARIANCE or row.name not in joints:
            rows.append(row)
            joints |= {row.name} if row.kind is RowKind.COVARIANCE else set()
    order = list(Grade)
    rows.sort(key=lambda row: (order.index(row.grade), row.module, row.name))
    counts = {grade: sum(row.grade is grade for row in rows) for grade in Grade}
    used = {row.reference.key: row.reference for row in rows if row.reference is not None}
    return Citations(tuple(rows), MappingProxyType(counts), tuple(used[key] for key in sorted(used)))


def rows_of(module: type[Module]) -> tuple[Row, ...]:
    """What one module takes from the world, in the order in which it declares it. Raises as ``cite``."""
    from marrow.language.declare import Derived, Parameter
    from marrow.language.view import declared_in

    papers = bibliography()
    rows: list[Row] = []
    for declared in declared_in(module).values():
        if not isinstance(declared, (Parameter, Derived)):
            continue
        if declared.source is not None:  # calculations may have none
            rows.append(_row(module, declared, declared.source, papers))
        if isinstance(declared.vary, Joint):
            rows.append(_row_of_joint(module, declared.vary, papers))
    return tuple(rows)


def _row(module: type[Module], declared: Parameter | Derived, source: Source, papers: Mapping[str, Reference]) -> Row:
    from marrow.language.declare import Parameter
    from marrow.units import unit_text

    given = isinstance(declared, Parameter)
    return Row(
        module=module.title,
        name=declared.name,
        label=declared.label,
        kind=RowKind.VALUE if given else RowKind.CALCULATION,
        value=declared.value if given else None,
        unit=unit_text(declared.unit),
        plausible=declared.plausible if given else None,
        source=source,
        reference=_paper(papers, source, str(declared.place)),
    )


def _row_of_joint(module: type[Module], joint: Joint, papers: Mapping[str, Reference]) -> Row:
    label = "covariance of " + ", ".join(name.replace("_", " ") for name in joint.members)
    reference = _paper(papers, joint.source, f"joint variability {joint.name!r}")
    return Row(module.title, joint.name, label, RowKind.COVARIANCE, None, "", None, joint.source, reference)


def _paper(papers: Mapping[str, Reference], source: Source, where: str) -> Reference | None:
    if not source.key:
        return None
    if source.key not in papers:
        raise RunError(f"{where}: cites {source.key!r}, which is in no .bib file of the package")
    return papers[source.key]


@cache
def bibliography() -> Mapping[str, Reference]:
    """All papers of the package's ``.bib`` files, by key. Raises ``RunError`` for a key that stands twice."""
    found: dict[str, Reference] = {}
    for file in sorted(resources.files("marrow").iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".bib"):
            continue
        for key, reference in read_bib(file.read_text(encoding="utf-8"), file.name).items():
            if key in found:
                raise RunError(f"{file.name}: {key!r} stands in another .bib file too")
            found[key] = reference
    return MappingProxyType(found)


_ENTRY = re.compile(r"@(\w+)\s*\{\s*([\w:.-]+)\s*,")
_FIELD = re.compile(r"\s*(\w+)\s*=\s*\{")
_BETWEEN = re.compile(r"(?:\s|%[^\n]*)*")


def read_bib(text: str, file: str) -> dict[str, Reference]:
    """A strict subset of BibTeX: ``@kind{key, field = {value}, ...}``, values in balanced braces, comments after ``%``.

    Raises ``RunError`` naming file and line for anything else, and for a key or a field that stands twice.
    """
    found: dict[str, Reference] = {}
    at = _skip(text, 0)
    while at < len(text):
        entry = _ENTRY.match(text, at)
        if entry is None:
            raise _wrong(text, at, file, "needed @kind{key,")
        kind, key = entry.group(1).lower(), entry.group(2)
        if key in found:
            raise _wrong(text, at, file, f"{key!r} stands twice")
        fields, at = _fields(text, entry.end(), file)
        found[key] = _reference(key, kind, fields)
        at = _skip(text, at)
    return found


def _fields(text: str, at: int, file: str) -> tuple[dict[str, str], int]:
    """The fields of one entry, and where the entry ends."""
    fields: dict[str, str] = {}
    while True:
        field = _FIELD.match(text, at)
        if field is None:
            raise _wrong(text, at, file, "needed field = {value}")
        name = field.group(1).lower()
        if name in fields:
            raise _wrong(text, at, file, f"field {name!r} stands twice")
        end = _closing_brace(text, field.end(), file)
        fields[name] = " ".join(text[field.end() : end].replace("{", "").replace("}", "").split())
        at = _skip(text, end + 1)
        comma = text.startswith(",", at)
        at = _skip(text, at + 1) if comma else at
        if text.startswith("}", at):
            return fields, at + 1
        if not comma:
            raise _wrong(text, at, file, "needed a comma or the closing brace of the entry")


def _closing_brace(text: str, at: int, file: str) -> int:
    depth = 1
    for i in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        if depth == 0:
            return i
    raise _wrong(text, at, file, "a brace is not closed")


def _skip(text: str, at: int) -> int:
    """Past white space and comments."""
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _wrong(text: str, at: int, file: str, why: str) -> RunError:
    line = text.count("\n", 0, at) + 1
    found = text[at : at + 30].splitlines()
    return RunError(f"{file}, line {line}: {why}, found {found[0] if found else 'the end'!r}")
