"""Trials that are struck at random moments, a few of each kind; `validation/killed_trials.py` strikes fifty."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parents[2] / "validation" / "killed_trials.py"


@pytest.fixture(scope="module")
def killed():
    found = importlib.util.spec_from_file_location("killed_trials", FILE)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["killed_trials"] = module
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(FILE.parent)  # it imports what stands beside it
        found.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.compiles
def test_struck_at_random_moments_trials_go_on_to_the_same_bits(killed) -> None:
    kinds = (killed.Struck.CLIENT, killed.Struck.WORKER, killed.Struck.SCHEDULER, killed.Struck.DISK)
    ended: list = []
    found = killed.run(len(kinds), 7, patients=40, replicates=2, tell=ended.append, kinds=kinds)
    assert {each.case.struck for each in ended} == set(kinds)
    assert found["good"] == found["struck"], "\n".join(map(killed.line_of, ended))


def test_every_kind_is_struck_with_workers_and_blocks_of_several_sizes(killed) -> None:
    cases = killed.cases(50, 1)
    assert {case.struck for case in cases} == set(killed.Struck)
    assert {case.workers for case in cases} == {1, 2, 4}
    assert len({case.size for case in cases}) > 1
    assert any(case.share < 0 for case in cases), "some while processes start"
