"""A trial's parts are written once and whole: killed at any time it goes on, and nothing differs."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from marrow.errors import RunError
from marrow.trial.blocks import Block, blocks_of
from marrow.trial.run import run_blocks
from marrow.trial.store import Store, manifest_of

HERE = Path(__file__).parent
DESIGN = HERE / "design.yaml"
COLUMNS = ("neutrophil_engraftment_day", "platelet_engraftment_day", "status")
PEOPLE = 120
KILLS = 4


def outcomes(folder: Path) -> list[np.ndarray]:
    return [Store(folder).columns(arm, COLUMNS, PEOPLE)[name] for arm in range(2) for name in COLUMNS]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[np.ndarray]:
    folder = tmp_path_factory.mktemp("undisturbed") / "trial"
    run_blocks(DESIGN, folder, patients=PEOPLE, size=PEOPLE, workers=1)
    return outcomes(folder)


def same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one, other, strict=True))


def test_every_patient_is_in_one_block_of_each_arm() -> None:
    blocks = list(blocks_of(2, 1000, 300))
    for arm in (0, 1):
        covered = [i for block in blocks if block.arm == arm for i in range(block.first, block.last)]
        assert covered == list(range(1000))


def test_block_size_and_processes_change_nothing(undisturbed: list[np.ndarray], tmp_path: Path) -> None:
    run_blocks(DESIGN, tmp_path / "trial", patients=PEOPLE, size=37, workers=2)
    assert same(outcomes(tmp_path / "trial"), undisturbed)


def test_killed_at_random_times_it_goes_on_to_the_same_bits(undisturbed: list[np.ndarray], tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    command = (
        "from pathlib import Path; from marrow.trial.run import run_blocks; "
        f"run_blocks(Path({str(DESIGN)!r}), Path({str(folder)!r}), patients={PEOPLE}, size=10, workers=1)"
    )
    rng = random.Random(1)
    for _ in range(KILLS):
        process = subprocess.Popen([sys.executable, "-c", command])
        time.sleep(rng.uniform(2.0, 5.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
    run_blocks(DESIGN, folder, patients=PEOPLE, size=10, workers=1)
    assert same(outcomes(folder), undisturbed)
    assert len(list((folder / "parts").glob("*.parquet"))) == 2 * PEOPLE // 10


def test_a_folder_of_another_trial_seed_or_processor_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "trial")
    manifest = manifest_of(DESIGN, HERE / "two_arms.yaml", 1, 60.0)
    store.open(manifest)
    store.open(manifest)
    with pytest.raises(RunError, match="another seed"):
        store.open(replace(manifest, seed=2))
    with pytest.raises(RunError, match="another kind of processor"):
        store.open(replace(manifest, processor="x86_64 0123456789abcdef"))


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(RunError, match="not of a trial"):
        Store(tmp_path).open(manifest_of(DESIGN, HERE / "two_arms.yaml", 1, 60.0))
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be written whole is not there at all."""
    store = Store(tmp_path / "trial")
    store.open(manifest_of(DESIGN, HERE / "two_arms.yaml", 1, 60.0))
    first, second = Block(0, 0, 2), Block(0, 2, 4)
    store.write(first, {"patient": np.arange(2)})

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("marrow.trial.store.os.fsync", full)
    with pytest.raises(RunError, match="No space left"):
        store.write(second, {"patient": np.arange(2)})
    assert store.missing([first, second]) == [second]
    assert [file.name for file in (tmp_path / "trial" / "parts").iterdir()] == [f"{first.name}.parquet"]


def test_patients_that_are_not_there_are_told(tmp_path: Path) -> None:
    store = Store(tmp_path / "trial")
    store.open(manifest_of(DESIGN, HERE / "two_arms.yaml", 1, 60.0))
    store.write(Block(0, 0, 2), {"status": np.zeros(2)})
    with pytest.raises(RunError, match="3 patients of arm 1 are not simulated"):
        store.columns(0, ["status"], 5)
