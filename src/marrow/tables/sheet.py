"""A file as lines of cells: bytes, separators, quotes, blank lines."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from marrow.clinic.quantities import plain, quoted
from marrow.errors import PlanError, Problem
from marrow.tables.findings import Action, Findings

_LARGEST_FILE = 500_000_000  # bytes
_ARCHIVES = {b"PK\x03\x04": "an Excel workbook or another archive", b"\xd0\xcf\x11\xe0": "an old Excel workbook",
             b"\x1f\x8b": "a compressed file", b"%PDF": "a PDF"}  # fmt: skip
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad"))


@dataclass(frozen=True)
class Row:
    """``line``: of the file, where the row begins; ``cells``: as many as the header has."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table as text. ``data_lines``: how many rows below the header hold anything or nothing, all of them."""

    file: str
    header: Row
    rows: tuple[Row, ...]
    separator: str
    data_lines: int


def read_sheet(file: Path, findings: Findings) -> Sheet:
    """Raises ``PlanError`` for a file that is no table."""
    return sheet_of(_text_of(file, findings), str(file), findings)


def sheet_of(text: str, file: str, findings: Findings) -> Sheet:
    """``read_sheet`` from text."""
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    lines: list[Row] = []
    begin = 1
    try:
        for cells in reader:
            lines.append(Row(begin, tuple(_clean(cell) for cell in cells)))
            begin = reader.line_num + 1
    except csv.Error as error:
        raise PlanError(file, [Problem(str(error), "a table of separated values", line=begin)]) from error
    place = next((k for k, row in enumerate(lines) if any(row.cells) and not row.cells[0].startswith("#")), None)
    if place is None:
        raise PlanError(file, [Problem("nothing", "a header and rows")])
    header = lines[place]
    if len([cell for cell in header.cells if cell]) < 2:
        needed = "a header of at least two columns, separated by commas, semicolons or tabs"
        raise PlanError(file, [Problem(quoted(header.cells[0]), needed, line=header.line)])
    below = lines[place + 1 :]
    rows = tuple(row for each in below if (row := _checked(each, header, separator, findings)) is not None)
    if not rows:
        raise PlanError(file, [Problem("no rows below the header", "at least one", line=header.line)])
    return Sheet(file, header, rows, separator, len(below))


def _clean(cell: str) -> str:
    return plain(cell.translate(_INVISIBLE))


def _checked(row: Row, header: Row, separator: str, findings: Findings) -> Row | None:
    """The row with as many cells as the header, or None where it is not one."""
    cells, width = row.cells, len(header.cells)
    if not any(cells):
        findings.add(row.line, Action.LEFT_OUT, "a blank line", "a row", "blank line")
        return None
    if cells[0].startswith("#"):
        findings.add(row.line, Action.LEFT_OUT, quoted(cells[0]), "a row", "comment")
        return None
    if cells == header.cells:
        findings.add(row.line, Action.LEFT_OUT, "the header again", "a row", "header repeated")
        return None
    if len(cells) > width and any(cells[width:]):
        hint = " (a decimal comma needs quotes, or ';' between cells)" if separator == "," else ""
        findings.add(
            row.line, Action.REFUSED, f"{len(cells)} cells", f"{width} as in the header{hint}", "too many cells"
        )
        return None
    if len(cells) < width:
        reason = "missing cells at the end are read as empty"
        findings.add(row.line, Action.REPAIRED, f"{len(cells)} cells", f"{width} as in the header", reason)
    return Row(row.line, (*cells[:width], *("",) * (width - len(cells))))


def _separator(text: str) -> str:
    """What separates the first line that is no comment."""
    first = next((line for line in text.splitlines() if line.strip(" ,;\t|") and not line.startswith("#")), "")
    return max(";\t,|", key=first.count)


def _text_of(file: Path, findings: Findings) -> str:
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise PlanError(str(file), [Problem(f"{file.stat().st_size / 1e6:.0f} MB", "at most 500 MB")])
        content = file.read_bytes()
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise PlanError(str(file), [Problem(reason, "a file that can be read")]) from error
    for begin, what in _ARCHIVES.items():
        if content.startswith(begin):
            raise PlanError(str(file), [Problem(what, "a text table: save it as CSV")])
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.add(1, Action.REPAIRED, "UTF-16", "UTF-8", "the file is UTF-16")
        return content.decode("utf-16", errors="replace")
    if b"\0" in content[:10_000]:
        raise PlanError(str(file), [Problem("bytes that are not text", "a text table")])
    if content.startswith(b"\xef\xbb\xbf"):
        findings.add(1, Action.REPAIRED, "a byte-order mark", "UTF-8 without one", "byte-order mark removed")
        content = content[3:]
    return _decoded(content, findings)


def _decoded(content: bytes, findings: Findings) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    lines = content.split(b"\n")
    for number, line in enumerate(lines, start=1):
        try:
            lines[number - 1] = line.decode("utf-8").encode("utf-8")
        except UnicodeDecodeError:
            read = line.decode("cp1252", errors="replace")
            lines[number - 1] = read.encode("utf-8")
            findings.add(number, Action.REPAIRED, quoted(read.strip()), "UTF-8", "read as Windows-1252")
    return b"\n".join(lines).decode("utf-8")
