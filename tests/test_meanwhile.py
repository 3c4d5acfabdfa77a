"""Work beside the rest: its result is waited for, its failure told, and an interrupt does not wait for it."""

from __future__ import annotations

import time
from threading import Event

import pytest

from marrow.errors import RunError
from marrow.meanwhile import Abandoned, Checkpoint, meanwhile


def test_the_result_is_waited_for() -> None:
    with meanwhile(lambda checkpoint: (checkpoint(), 7)[1]) as result:
        assert result() == 7


def test_a_failure_is_told_to_whoever_waits() -> None:
    def fails(_checkpoint: Checkpoint) -> None:
        raise RunError("no")

    with meanwhile(fails) as result, pytest.raises(RunError, match="no"):
        result()


def test_an_interrupt_ends_the_work_at_its_next_checkpoint() -> None:
    begun, ended = Event(), Event()

    def endless(checkpoint: Checkpoint) -> None:
        begun.set()
        try:
            for _ in range(10_000):
                checkpoint()
                time.sleep(0.01)
        except Abandoned:
            ended.set()
            raise

    def interrupted() -> None:
        with meanwhile(endless):
            begun.wait(10)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert ended.is_set()
