"""Arms of published studies simulated side by side, each by one process."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TYPE_CHECKING

from marrow.errors import RunError

if TYPE_CHECKING:
    from marrow.calibration.arm import Arm
    from marrow.calibration.targets import Expressible
    from marrow.calibration.value import ArmOutcomes


def side_by_side(
    jobs: Mapping[str, tuple[Arm, tuple[Expressible, ...]]],
    simulate_arm: Callable[[Arm, tuple[Expressible, ...]], ArmOutcomes],
    workers: int,
) -> Iterator[tuple[str, ArmOutcomes]]:
    """Each arm's name with its outcomes, as they come. ``workers``: processes; 1: this one.

    Raises ``RunError`` when a process is lost (mostly for want of memory).
    """
    count = min(workers, len(jobs))
    if count <= 1:
        for name, (arm, rows) in jobs.items():
            yield name, simulate_arm(arm, rows)
        return
    with ProcessPoolExecutor(count, get_context("spawn"), _dies_at_once) as pool:
        running: dict[Future[ArmOutcomes], str] = {}
        try:
            running = {pool.submit(simulate_arm, arm, rows): name for name, (arm, rows) in jobs.items()}
            for done in as_completed(running):
                yield running.pop(done), done.result()
        except BrokenProcessPool:
            raise RunError(
                "a process that simulated arms was lost, perhaps for want of memory; try --threads 1"
            ) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _dies_at_once() -> None:
    """A process that is interrupted ends without a word; the first one tells."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
