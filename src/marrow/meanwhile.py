"""Work that another thread does while this one goes on, and that ends when this one is interrupted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import TypeVar

T = TypeVar("T")
Checkpoint = Callable[[], None]


class Abandoned(Exception):
    """Nobody waits for this work any more."""


@contextmanager
def meanwhile(work: Callable[[Checkpoint], T]) -> Iterator[Callable[[], T]]:
    """Within it, ``work`` is done by another thread. What is yielded waits for its result, or raises what it raised.

    ``work`` is given a function to call now and then: it raises ``Abandoned`` once the block has been left, so that an
    interrupt does not wait for work that nobody wants.
    """
    left = Event()

    def checkpoint() -> None:
        if left.is_set():
            raise Abandoned

    pool = ThreadPoolExecutor(1, "marrow-meanwhile")
    try:
        yield pool.submit(work, checkpoint).result
    finally:
        left.set()
        pool.shutdown()
