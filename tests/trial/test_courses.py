"""Courses are written block by block, each whole, and open as one dataset."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from marrow.endpoints.definitions import NEUTROPHILS
from marrow.errors import RunError
from marrow.trial import run as run_module
from marrow.trial.courses import file_of, open_courses
from marrow.trial.run import run_blocks
from marrow.trial.store import Store

pytest.importorskip("zarr")
DESIGN = Path(__file__).parent / "design.yaml"
COLUMN = "neutrophil_engraftment_day"


@pytest.mark.compiles
def test_courses_are_one_dataset_of_arms_patients_and_days(tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    run_blocks(DESIGN, folder, patients=20, size=8, workers=1, courses=True)
    courses = open_courses(folder)
    assert dict(courses.sizes) | {"time": 0} == {"arm": 2, "patient": 20, "time": 0}
    assert courses["arm"].values.tolist() == ["blood", "marrow"]
    assert courses["patient"].values.tolist() == list(range(20))
    count = courses["absolute_neutrophil_count"]
    assert count.attrs["units"]
    days = Store(folder).columns(1, [COLUMN], 20)[COLUMN]
    for patient in np.flatnonzero(np.isfinite(days)):  # the first of three days above, as the endpoint found it
        own = count.sel(arm="blood", patient=patient, time=slice(days[patient], days[patient] + 2))
        assert float(own.min()) >= NEUTROPHILS.threshold * 0.999


@pytest.mark.compiles
def test_courses_may_be_asked_for_later_and_change_no_part(tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    run_blocks(DESIGN, folder, patients=10, size=5, workers=1)
    before = Store(folder).columns(0, [COLUMN], 10)[COLUMN]
    with pytest.raises(RunError, match="holds no courses"):
        open_courses(folder)
    run_blocks(DESIGN, folder, patients=10, size=5, workers=1, courses=True)
    assert np.array_equal(Store(folder).columns(0, [COLUMN], 10)[COLUMN], before, equal_nan=True)
    assert open_courses(folder).sizes["patient"] == 10


@pytest.mark.compiles
def test_a_block_without_whole_courses_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "trial"

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("marrow.trial.courses.os.replace", full)
        with pytest.raises(RunError, match="No space left"):
            run_blocks(DESIGN, folder, patients=4, size=2, workers=1, courses=True)
    assert not list(folder.rglob("*.partial"))
    blocks = list(run_module.blocks_of(2, 4, 2))
    assert Store(folder).missing(blocks, courses=True) == blocks
    run_blocks(DESIGN, folder, patients=4, size=2, workers=1, courses=True)
    assert all(file_of(folder, block).exists() for block in blocks)
