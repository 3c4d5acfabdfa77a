"""A second process draws the same bytes, and never stays behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))
from fake import fake_course, fake_record

from marrow.figures import aside as aside_module
from marrow.figures.aside import aside, here
from marrow.figures.gallery import WITH_UNCERTAINTY, WITHOUT_UNCERTAINTY, Kind, in_order
from marrow.report.assemble import to_draw


@pytest.fixture(scope="module")
def job():
    return to_draw(fake_record(fake_course(6, until=30.0)))


@pytest.fixture
def started(monkeypatch) -> list[subprocess.Popen[bytes]]:
    """The processes that are started, with a second core for them."""
    monkeypatch.setattr(aside_module.os, "cpu_count", lambda: 2)
    found: list[subprocess.Popen[bytes]] = []
    start = aside_module._started

    def remembered():
        found.append(start())
        return found[-1]

    monkeypatch.setattr(aside_module, "_started", remembered)
    return found


def test_both_processes_draw_the_same_bytes(job, started) -> None:
    with aside() as painter:
        drawn = painter(job, True, tuple(Kind))()
        assert drawn == here(job, True, tuple(Kind))()
    assert all(each.png.startswith(b"\x89PNG") for each in drawn)
    assert started[0].returncode is not None


def test_some_kinds_are_drawn_first_and_others_later(job, started) -> None:
    with aside() as painter:
        first = painter(job, False, WITHOUT_UNCERTAINTY)
        second = painter(job, False, WITH_UNCERTAINTY)
        assert in_order((*second(), *first())) == here(job, False, tuple(Kind))()
    assert len(started) == 1


def test_figures_are_drawn_here_when_the_second_process_fails(job, started) -> None:
    with aside() as painter:
        started[0].kill()
        assert [each.name for each in painter(job, False, tuple(Kind))()] == [
            each.name for each in here(job, False, tuple(Kind))()
        ]


def test_an_interrupt_ends_the_second_process(job, started) -> None:
    def interrupted() -> None:
        with aside() as painter:
            painter(job, False, tuple(Kind))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert started[0].returncode is not None


def test_without_a_second_core_there_is_no_second_process(started, monkeypatch) -> None:
    monkeypatch.setattr(aside_module.os, "cpu_count", lambda: 1)
    with aside() as painter:
        assert painter is here
    assert started == [None]


def test_the_second_process_ends_when_nobody_is_left_to_ask(started) -> None:
    with aside():
        assert started[0].stdin is not None
        started[0].stdin.close()
        assert started[0].wait(timeout=60) == 0
