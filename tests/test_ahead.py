"""A run loads what its results need, and not what they have no use for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

IMPORTED = "import sys; print(*({'dask', 'pint', 'scipy', 'sympy', 'numba'} & set(sys.modules)))"


def after(code: str) -> list[str]:
    """Which of the slow libraries a new interpreter has loaded after some code."""
    found = subprocess.run([sys.executable, "-c", f"{code}\n{IMPORTED}"], capture_output=True, text=True, check=True)
    return found.stdout.splitlines()[-1].split()


def test_results_need_none_of_the_slow_libraries_and_leave_them_to_be_imported() -> None:
    assert after("from marrow.ahead import load_ahead; load_ahead()") == []
    assert "pint" in after("from marrow.ahead import load_ahead; load_ahead(); import pint, dask")


@pytest.mark.compiles
def test_a_warm_run_loads_none_of_them(root: Path, tmp_path: Path) -> None:
    plan = root / "examples" / "allogeneic-fb4.yaml"
    words = ["marrow", "simulate", str(plan), "--draws", "4", "--until", "30 d", "--out", str(tmp_path / "result")]
    run = (
        f"import sys\nfrom marrow.cli import main\nsys.argv = {words!r}\ntry:\n    main()\nexcept SystemExit:\n    pass"
    )
    after(run)  # compiles, where nothing is in the cache
    assert after(run) == []
