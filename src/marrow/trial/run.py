"""Running a trial: blocks over processes, here or on a cluster, each written once; interrupted, it goes on.

Dask does the sending. One block is one task; a worker that dies loses the block that it was at, and no other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from marrow.errors import RunError
from marrow.trial.blocks import BLOCK, Block, blocks_of, simulate_block
from marrow.trial.design import Design, read_design
from marrow.trial.store import Store, manifest_of

Progress = Callable[[int, int], None]
RETRIES = 3  # of a block whose worker died


@lru_cache(maxsize=4)
def _design(file: str) -> Design:
    return read_design(file)


def do_block(folder: str, block: Block, seed: int, until: float) -> str:
    """Simulates a block and writes its part, unless it is there. What a worker runs."""
    store = Store(Path(folder))
    if store.missing([block]):
        design = _design(str(store.folder / "design.yaml"))
        store.write(block, simulate_block(design.arms[block.arm].arm, block, seed, until))
    return block.name


def run_blocks(
    design_file: Path,
    folder: Path,
    *,
    patients: int,
    seed: int = 1,
    size: int = BLOCK,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> Design:
    """Simulates patients 0 to ``patients`` in every arm, and returns the design. What is there already is kept.

    ``workers``: processes here (1: this one); ``scheduler``: the address of a Dask scheduler instead. Raises
    ``RunError`` when the folder is of another trial, and ``PlanError`` for a wrong design.
    """
    design = read_design(design_file)
    study = Path(design.study.file)
    store = Store(folder)
    store.open(manifest_of(design_file, study, seed, design.horizon))
    _copy(design_file, study, store)
    blocks = store.missing(blocks_of(len(design.arms), patients, size))
    whole = -(-patients // size) * len(design.arms)
    done = whole - len(blocks)
    if progress:
        progress(done, whole)
    for _ in _done(folder, blocks, seed, design.horizon, workers, scheduler):
        done += 1
        if progress:
            progress(done, whole)
    return design


def _copy(design_file: Path, study: Path, store: Store) -> None:
    """Workers read the design where the parts are."""
    from marrow.trial.store import write_whole

    text = design_file.read_text("utf-8")
    lines = [f"study: {study.name}" if line.startswith("study:") else line for line in text.splitlines()]
    write_whole(store.folder / study.name, study.read_bytes())
    write_whole(store.folder / "design.yaml", ("\n".join(lines) + "\n").encode())


def _done(
    folder: Path, blocks: Sequence[Block], seed: int, until: float, workers: int | None, scheduler: str | None
) -> Iterator[str]:
    """Names of blocks as they are done."""
    count = min(workers or os.cpu_count() or 1, max(len(blocks), 1))
    if scheduler is None and count == 1:
        for block in blocks:
            yield do_block(str(folder), block, seed, until)
        return
    if blocks:  # what is to be compiled is compiled once, before there are many
        yield do_block(str(folder), blocks[0], seed, until)
        with _client(count, scheduler) as client:
            yield from _on(client, folder, blocks[1:], seed, until)


def _on(client: Any, folder: Path, blocks: Sequence[Block], seed: int, until: float) -> Iterator[str]:
    from distributed import as_completed

    futures = [
        client.submit(do_block, str(folder.resolve()), block, seed, until, pure=False, retries=RETRIES)
        for block in blocks
    ]
    for future in as_completed(futures):
        error = future.exception()
        if error is not None:
            for each in futures:
                each.cancel()
            raise RunError(f"a block could not be simulated: {error}; what is done is kept, the same command goes on")
        yield future.result()


@contextmanager
def _client(workers: int, scheduler: str | None) -> Iterator[Any]:
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise RunError("several processes need Dask: pip install 'marrow[cluster]', or --workers 1") from error
    if scheduler is not None:
        with Client(scheduler, timeout="20s") as client:
            yield client
        return
    quiet: dict[str, Any] = {"dashboard_address": None, "silence_logs": 50}
    cluster = LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, **quiet)
    with cluster, Client(cluster) as client:
        yield client
