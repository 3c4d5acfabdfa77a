"""What all tests share: where the repository is, real data where they exist, quiet figures, repeatable properties."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

os.environ["MPLBACKEND"] = "Agg"  # no test opens a window

# The same examples at every run: a failure can be repeated, and a slow machine is no failure.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.load_profile("repeatable")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real data that lies beside the repository; tests that need it are skipped where it does not."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the real data in ../shared/data, which are not part of the repository")
    return folder
