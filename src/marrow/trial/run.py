"""Running a trial: blocks over processes, here or on a cluster, each written once; interrupted, it goes on.

Dask does the sending. One block is one task; a worker that dies loses the block that it was at, and no other.
"""

from __future__ import annotations

import os
import time
from asyncio import CancelledError
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from marrow.errors import MarrowError, RunError
from marrow.trial.blocks import BLOCK, Block, blocks_of, simulate_block
from marrow.trial.courses import file_of, need_zarr, write_courses
from marrow.trial.design import Design, read_design
from marrow.trial.store import MANIFEST, Store, manifest_of
from marrow.whole import DRAFT

Progress = Callable[[int, int], None]
RETRIES = 3  # of a block whose worker died
WAIT = "20s"  # for a scheduler to answer
LOOK = 5.0  # seconds without a block that ends, after which workers are looked for


@lru_cache(maxsize=4)
def _design(folder: str, written: int) -> Design:
    """``written``: when. A worker may outlive a trial whose folder is then given to another."""
    store = Store(Path(folder))
    store.check_here()
    return store.design()


@dataclass(frozen=True)
class Work:
    """What is the same for every block. ``courses``: these are written too."""

    folder: Path
    seed: int
    until: float
    courses: bool = False


def do_block(work: Work, block: Block) -> str:
    """Simulates a block and writes its part, unless it is there. What a worker runs. Raises ``RunError`` where the bits
    would be others: on another kind of processor, or with another marrow."""
    store = Store(work.folder)
    if store.file(block).exists() and (not work.courses or file_of(work.folder, block).exists()):
        return block.name
    design = _design(str(work.folder), (store.folder / MANIFEST).stat().st_mtime_ns)
    arm = design.arms[block.arm].arm
    courses: list[Any] = []
    keep = (lambda *each: courses.append(each)) if work.courses else None
    columns = simulate_block(arm, design.who, block, work.seed, work.until, keep)
    if work.courses:  # before the part, which says that the block is done
        write_courses(work.folder, block, arm.arm, courses, DRAFT)
    store.write(block, columns)
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
    announce: Callable[[str], None] | None = None,
    courses: bool = False,
) -> Design:
    """Simulates patients 0 to ``patients`` in every arm, and returns the design. What is there already is kept.

    ``workers``: processes here (1: this one); ``scheduler``: the address of a Dask scheduler instead. ``announce`` is
    told what is waited for; ``courses``: charts of all patients are written too. Raises ``RunError`` when the folder
    is of another trial, when a block cannot be done, and when the scheduler is lost; ``PlanError`` for a wrong design.
    """
    if courses:
        need_zarr()
    design = read_design(design_file)
    store = Store(folder)
    store.open(manifest_of(design_file, Path(design.study.file), seed, design.horizon, design.who.file))
    store.keep(design_file, design.files)
    blocks = store.missing(blocks_of(len(design.arms), patients, size), courses)
    whole = -(-patients // size) * len(design.arms)
    done = whole - len(blocks)
    if progress:
        progress(done, whole)
    work = Work(folder.resolve(), seed, design.horizon, courses)
    for _ in _done(work, blocks, workers, scheduler, announce):
        done += 1
        if progress:
            progress(done, whole)
    store.sweep()
    return design


def _done(
    work: Work, blocks: Sequence[Block], workers: int | None, scheduler: str | None,
    announce: Callable[[str], None] | None,
) -> Iterator[str]:  # fmt: skip
    """Names of blocks as they are done."""
    count = min(workers or os.cpu_count() or 1, max(len(blocks), 1))
    if scheduler is None and count == 1:
        for block in blocks:
            yield do_block(work, block)
        return
    if blocks:  # what is to be compiled is compiled once, before there are many
        yield do_block(work, blocks[0])
        try:
            with _client(count, scheduler) as client:
                yield from _on(client, work, blocks[1:], announce)
        except MarrowError:
            raise
        except (Exception, CancelledError) as error:  # whatever Dask meets when its scheduler dies, at any moment
            raise RunError(f"the scheduler was lost ({type(error).__name__}: {error}); {_KEPT}") from error


def _on(client: Any, work: Work, blocks: Sequence[Block], announce: Callable[[str], None] | None) -> Iterator[str]:
    futures = [client.submit(do_block, work, block, pure=False, retries=RETRIES) for block in blocks]
    for future in _as_they_end(client, futures, announce or (lambda text: None)):
        if future.status == "cancelled":
            raise RunError(f"the scheduler at {client.scheduler.address} was lost; {_KEPT}")
        error = future.exception()
        if error is not None:
            client.cancel(futures)
            if isinstance(error, RunError):
                raise error
            raise RunError(f"a block could not be simulated: {error}; {_KEPT}")
        yield future.result()


def _as_they_end(client: Any, futures: list[Any], announce: Callable[[str], None]) -> Iterator[Any]:
    """A cluster may lose all its workers and find others later: that is waited for, and told."""
    from distributed import as_completed

    ended, looked, without = as_completed(futures), time.monotonic(), False
    while not ended.is_empty():
        batch = ended.next_batch(block=False)
        yield from batch
        if batch or time.monotonic() - looked < LOOK:
            time.sleep(0 if batch else 0.01)
            continue
        looked, missing = time.monotonic(), not client.scheduler_info()["workers"]
        if missing and not without:
            announce(f"no worker is there; waiting for one (marrow worker {client.scheduler.address})")
        without = missing


_KEPT = "what is done is kept, the same command goes on"


@contextmanager
def _client(workers: int, scheduler: str | None) -> Iterator[Any]:
    import logging

    from distributed import Client, LocalCluster

    for name in [each for each in logging.Logger.manager.loggerDict if each.startswith("distributed")]:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # what goes wrong is told in marrow's own words
    if scheduler is not None:
        try:
            client = Client(scheduler, timeout=WAIT)
        except (OSError, ValueError) as error:
            raise RunError(f"--scheduler {scheduler}: no scheduler answers there ({error}); {_KEPT}") from None
        with client:
            yield client
        return
    own_port = {"dashboard_address": ":0"}  # two trials side by side
    quiet: dict[str, Any] = {"dashboard_address": None, "silence_logs": 50, "scheduler_kwargs": own_port}
    cluster = LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, **quiet)
    with cluster, Client(cluster) as client:
        yield client
