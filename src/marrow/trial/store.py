"""The folder of a trial: what it is made from, and a part for each block, written once and whole.

``manifest.json`` says what the parts depend on; a run goes on only in a folder that depends on the same, on a processor
of the same kind, since results are the same to the last bit only there.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marrow import __version__, whole
from marrow.errors import RunError
from marrow.trial.blocks import Block
from marrow.trial.courses import COURSES
from marrow.trial.design import Design, read_design
from marrow.whole import DRAFT

FORMAT = "marrow trial 1"
MANIFEST, PARTS, INPUTS = "manifest.json", "parts", "inputs"


@dataclass(frozen=True)
class Manifest:
    """``design``, ``study``, ``population``: their text, the last '' where the study's own; ``sources``: a hash of all
    code that decides a part's numbers; ``processor``: the kind of it."""

    design: str
    study: str
    seed: int
    until: float
    sources: str
    processor: str
    version: str = __version__
    population: str = ""

    def to_data(self) -> dict[str, Any]:
        return {"format": FORMAT, **self.__dict__}


def manifest_of(design: Path, study: Path, seed: int, until: float, population: Path | None = None) -> Manifest:
    people = population.read_bytes().decode("utf-8", errors="backslashreplace") if population is not None else ""
    return Manifest(design.read_text("utf-8"), study.read_text("utf-8"), seed, until, population=people, **_here())


def _here() -> dict[str, str]:
    """What of a manifest is of this machine."""
    from marrow.engine.cache import cache_key, processor

    kind = f"{platform.machine()} {hashlib.sha256(processor().encode()).hexdigest()[:16]}"
    package, digest = Path(__file__).resolve().parents[1], hashlib.sha256(cache_key([]).encode())
    for place in _BESIDE_THE_MODEL:
        for file in sorted((package / place).rglob("*.py")) if (package / place).is_dir() else [package / place]:
            digest.update(str(file.relative_to(package)).encode() + b"\0" + file.read_bytes() + b"\0")
    return {"sources": digest.hexdigest()[:24], "processor": kind, "version": __version__}


# What else decides the numbers of a part: who the patients are, what is done to them, and how they are read.
_BESIDE_THE_MODEL = ("calibration", "clinic", "endpoints", "laboratory", "population", "course.py", "dosing.py",
                     "model.py", "simulation.py", "tables", "trial/blocks.py", "trial/who.py")  # fmt: skip


@dataclass(frozen=True)
class Store:
    """``folder``: of the trial."""

    folder: Path

    def open(self, manifest: Manifest) -> None:
        """Makes the folder, or goes on in it. Raises ``RunError`` when it is of something else."""
        file = self.folder / MANIFEST
        try:
            if file.exists():
                self._check(manifest)
            elif self.folder.exists() and any(not _is_draft(each) for each in self.folder.iterdir()):
                raise RunError(f"{self.folder}: holds files that are not of a trial; name another folder with --out")
            else:  # the manifest first: killed at any moment, the folder is a trial or empty
                self.folder.mkdir(parents=True, exist_ok=True)
                write_whole(file, json.dumps(manifest.to_data(), indent=1).encode())
            (self.folder / PARTS).mkdir(exist_ok=True)
        except OSError as error:
            raise RunError(f"{self.folder}: cannot be written: {error.strerror or error}") from error

    def input(self, named: str) -> Path:
        """The trial's own copy of a file that its design names."""
        base = re.sub(r"[^\w.-]+", "_", Path(named).name)
        return self.folder / INPUTS / f"{hashlib.sha256(named.encode()).hexdigest()[:8]}-{base}"

    def design(self) -> Design:
        """From the copies in the folder. Raises ``PlanError``."""
        return read_design(self.folder / "design.yaml", self.input)

    def keep(self, design: Path, files: Mapping[str, Path]) -> None:
        """Copies of the design and of the files that it names: workers read them here. Raises ``RunError``."""
        try:
            (self.folder / INPUTS).mkdir(exist_ok=True)
        except OSError as error:
            raise RunError(f"{self.folder}: cannot be written: {error.strerror or error}") from error
        for named, file in files.items():
            write_whole(self.input(named), file.read_bytes())
        write_whole(self.folder / "design.yaml", design.read_bytes())

    def sweep(self) -> None:
        """Removes what writers that were killed left unfinished. Only when every part is there."""
        for draft in filter(_is_draft, [*self.folder.glob(f".*{DRAFT}"), *self.folder.glob(f"*/.*{DRAFT}")]):
            if draft.is_dir():
                shutil.rmtree(draft, ignore_errors=True)
            else:
                draft.unlink(missing_ok=True)

    def read(self) -> Manifest:
        """Raises ``RunError`` when there is none."""
        try:
            data = json.loads((self.folder / MANIFEST).read_text("utf-8"))
            if data.pop("format") != FORMAT:
                raise KeyError(FORMAT)
            return Manifest(**data)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RunError(f"{self.folder}: found no trial of marrow there ({error})") from None

    def check_here(self) -> None:
        """Raises ``RunError`` when this machine, or the marrow on it, would not give the bits of the trial."""
        found = self.read()
        self._check(replace(found, **_here()))

    def _check(self, wanted: Manifest) -> None:
        found = self.read()
        if found.processor != wanted.processor:
            raise RunError(
                f"{self.folder}: was begun on another kind of processor ({found.processor}, here {wanted.processor}); "
                "results would not be the same to the last bit. Go on there, or begin in another folder"
            )
        differ = [name for name, value in wanted.__dict__.items() if getattr(found, name) != value]
        if differ:
            raise RunError(f"{self.folder}: was begun with another {', '.join(differ)}; name another folder with --out")

    def file(self, block: Block) -> Path:
        return self.folder / PARTS / f"{block.name}.parquet"

    def missing(self, blocks: Iterable[Block], courses: bool = False) -> list[Block]:
        """Blocks whose patients are not all in parts (and in ``courses``, if these are wanted), whatever their size.
        A part appears whole or not at all."""
        wanted = [self._spans(self.folder / PARTS)]
        if courses:
            wanted.append(self._spans(self.folder / COURSES))
        return [block for block in blocks if not all(_covered(block, each.get(block.arm, ())) for each in wanted)]

    def reached(self, arm: int) -> int:
        """Patients of an arm from the first on without a gap."""
        reached = 0
        for first, last in self._spans(self.folder / PARTS).get(arm, ()):
            reached = max(reached, last) if first <= reached else reached
        return reached

    @staticmethod
    def _spans(folder: Path) -> dict[int, list[tuple[int, int]]]:
        """First and last (exclusive) patients of the parts of each arm, in order."""
        found: dict[int, list[tuple[int, int]]] = {}
        for file in folder.glob("arm-*"):
            _, arm, first, last = file.stem.split("-")
            found.setdefault(int(arm), []).append((int(first), int(last)))
        return {arm: sorted(spans) for arm, spans in found.items()}

    def write(self, block: Block, columns: Mapping[str, NDArray[Any]]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        sink = pa.BufferOutputStream()
        pq.write_table(pa.table(dict(columns)), sink, compression="zstd")
        write_whole(self.file(block), sink.getvalue().to_pybytes())

    def columns(self, arm: int, names: Sequence[str], patients: int) -> dict[str, NDArray[np.float64]]:
        """These columns (N,) of patients 0 to ``patients``, by identity. Raises ``RunError`` when some are missing."""
        import pyarrow.parquet as pq

        found = {name: np.full(patients, np.nan) for name in names}
        seen = np.zeros(patients, dtype=bool)
        for file in sorted((self.folder / PARTS).glob(f"arm-{arm}-*.parquet")):
            _, _, first, last = file.stem.split("-")
            if int(first) >= patients:
                continue
            stop = min(int(last), patients)
            part = pq.ParquetFile(file)
            table = part.read([name for name in names if name in part.schema_arrow.names])
            for name in table.column_names:
                found[name][int(first) : stop] = table[name].to_numpy()[: stop - int(first)]
            seen[int(first) : stop] = True
        if not seen.all():
            raise RunError(f"{self.folder}: {np.count_nonzero(~seen)} patients of arm {arm + 1} are not simulated yet")
        return found


def write_whole(file: Path, content: bytes) -> None:
    """So that a file is there whole or not at all, whatever is killed when. Raises ``RunError``."""
    try:
        whole.write_whole(file, content)
    except OSError as error:
        raise RunError(f"{file}: cannot be written: {error.strerror or error}; what is done is kept") from error


def _covered(block: Block, spans: Sequence[tuple[int, int]]) -> bool:
    reached = block.first
    for first, last in spans:
        if first <= reached < last:
            reached = last
    return reached >= block.last


def _is_draft(file: Path) -> bool:
    return file.name.startswith(".") and file.name.endswith(DRAFT)
