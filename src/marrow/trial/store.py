"""The folder of a trial: what it is made from, and a part for each block, written once and whole.

``manifest.json`` says what the parts depend on; a run goes on only in a folder that depends on the same, on a processor
of the same kind, since results are the same to the last bit only there.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marrow import __version__
from marrow.errors import RunError
from marrow.trial.blocks import Block

FORMAT = "marrow trial 1"
MANIFEST, PARTS = "manifest.json", "parts"


@dataclass(frozen=True)
class Manifest:
    """``design``, ``study``: their text; ``sources``: a hash of the model's; ``processor``: the kind of it."""

    design: str
    study: str
    seed: int
    until: float
    sources: str
    processor: str
    version: str = __version__

    def to_data(self) -> dict[str, Any]:
        return {"format": FORMAT, **self.__dict__}


def manifest_of(design: Path, study: Path, seed: int, until: float) -> Manifest:
    from marrow.engine.cache import cache_key, processor

    kind = f"{platform.machine()} {hashlib.sha256(processor().encode()).hexdigest()[:16]}"
    return Manifest(design.read_text("utf-8"), study.read_text("utf-8"), seed, until, cache_key([]), kind)


@dataclass(frozen=True)
class Store:
    """``folder``: of the trial."""

    folder: Path

    def open(self, manifest: Manifest) -> None:
        """Makes the folder, or goes on in it. Raises ``RunError`` when it is of something else."""
        file = self.folder / MANIFEST
        if file.exists():
            self._check(manifest)
            return
        if self.folder.exists() and any(self.folder.iterdir()):
            raise RunError(f"{self.folder}: holds files that are not of a trial; name another folder with --out")
        (self.folder / PARTS).mkdir(parents=True, exist_ok=True)
        write_whole(file, json.dumps(manifest.to_data(), indent=1).encode())

    def read(self) -> Manifest:
        """Raises ``RunError`` when there is none."""
        try:
            data = json.loads((self.folder / MANIFEST).read_text("utf-8"))
            if data.pop("format") != FORMAT:
                raise KeyError(FORMAT)
            return Manifest(**data)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RunError(f"{self.folder}: found no trial of marrow there ({error})") from None

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

    def missing(self, blocks: Iterable[Block]) -> list[Block]:
        """Blocks without a part. A part appears whole or not at all, so one that is there is done."""
        there = {file.stem for file in (self.folder / PARTS).glob("*.parquet")}
        return [block for block in blocks if block.name not in there]

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
            table = pq.read_table(file)
            for name in (each for each in names if each in table.column_names):
                found[name][int(first) : stop] = table[name].to_numpy()[: stop - int(first)]
            seen[int(first) : stop] = True
        if not seen.all():
            raise RunError(f"{self.folder}: {np.count_nonzero(~seen)} patients of arm {arm + 1} are not simulated yet")
        return found


def write_whole(file: Path, content: bytes) -> None:
    """So that a file is there whole or not at all, whatever is killed when. Raises ``RunError``."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.partial")
    try:
        with draft.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise RunError(f"{file}: cannot be written: {error.strerror or error}; what is done is kept") from error
