"""A trial's parts are written once and whole: killed at any time it goes on, and nothing differs."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from marrow.errors import RunError
from marrow.trial import run as run_module
from marrow.trial import store as store_module
from marrow.trial.blocks import Block, blocks_of
from marrow.trial.run import Work, do_block, run_blocks
from marrow.trial.store import Store, manifest_of

HERE = Path(__file__).parent
DESIGN = HERE / "design.yaml"
COLUMNS = ("neutrophil_engraftment_day", "platelet_engraftment_day", "status")
PEOPLE = 120


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


def test_blocks_of_another_size_go_on_with_what_is_there(undisturbed: list[np.ndarray], tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    run_blocks(DESIGN, folder, patients=70, size=30, workers=1)
    parts = {file.name: file.stat().st_mtime_ns for file in (folder / "parts").iterdir()}
    run_blocks(DESIGN, folder, patients=PEOPLE, size=20, workers=1)
    assert same(outcomes(folder), undisturbed)
    assert parts.items() <= {file.name: file.stat().st_mtime_ns for file in (folder / "parts").iterdir()}.items()
    assert not list((folder / "parts").glob("arm-?-000000000-000000020*")), "done already by the larger blocks"


@pytest.mark.parametrize("moment", ["open", "os.fsync", "os.replace", "after"])
@pytest.mark.parametrize("file", ["manifest.json", "design.yaml", "arm-1-000000030-000000060.parquet"])
def test_killed_at_the_worst_moments_it_goes_on_to_the_same_bits(
    file: str, moment: str, undisturbed: list[np.ndarray], tmp_path: Path
) -> None:
    """Dies while this file is being written: with an empty draft, a whole one that is not named yet, and so on."""
    folder = tmp_path / "trial"
    done = subprocess.run([sys.executable, "-c", DYING, str(DESIGN), str(folder), str(PEOPLE), file, moment])
    assert done.returncode == -signal.SIGKILL
    drafts = [each.name for each in folder.rglob(".*.partial")]
    assert bool(drafts) == (moment != "after")
    run_blocks(DESIGN, folder, patients=PEOPLE, size=30, workers=1)
    assert same(outcomes(folder), undisturbed)
    assert len(list((folder / "parts").iterdir())) == 2 * PEOPLE // 30
    assert not list(folder.rglob(".*.partial"))


DYING = """
import os, signal, sys
from pathlib import Path
from marrow.trial import run, store
design, folder, people, file, moment = sys.argv[1:]
write, replace, fsync, opened = store.write_whole, os.replace, os.fsync, Path.open
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
def dying(target, content):
    if target.name == file:
        if moment == "open":
            def half(self, mode):
                out = opened(self, mode)
                out.write(content[: len(content) // 2])
                out.flush()
                die()
            Path.open = half
        elif moment != "after":
            setattr(os, moment.removeprefix("os."), die)
    write(target, content)
    if target.name == file:
        die()
store.write_whole = run.write_whole = dying
run.run_blocks(Path(design), Path(folder), patients=int(people), size=30, workers=1)
"""


def test_a_folder_of_another_trial_seed_or_processor_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "trial")
    manifest = manifest_of(DESIGN, HERE / "two_arms.yaml", 1, 60.0)
    store.open(manifest)
    store.open(manifest)
    with pytest.raises(RunError, match="another seed"):
        store.open(replace(manifest, seed=2))
    with pytest.raises(RunError, match="another kind of processor"):
        store.open(replace(manifest, processor="x86_64 0123456789abcdef"))


def test_a_worker_on_another_kind_of_processor_or_marrow_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the client's own is the right one."""
    folder = tmp_path / "trial"
    run_blocks(DESIGN, folder, patients=10, size=10, workers=1)
    here = store_module._here()
    for other, words in (("processor", "another kind of processor"), ("sources", "another sources")):
        run_module._design.cache_clear()
        monkeypatch.setattr(store_module, "_here", lambda other=other: {**here, other: "x86_64 0123456789abcdef"})
        with pytest.raises(RunError, match=words):
            do_block(Work(folder, 1, 60.0), Block(0, 10, 20))
    assert len(list((folder / "parts").iterdir())) == 2


def test_what_decides_the_numbers_decides_the_hash() -> None:
    for part in store_module._BESIDE_THE_MODEL:
        assert (Path(store_module.__file__).parents[1] / part).exists()


def test_a_scheduler_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "WAIT", "1s")
    with pytest.raises(RunError, match="no scheduler answers there"):
        run_blocks(DESIGN, tmp_path / "trial", patients=20, size=10, scheduler="tcp://127.0.0.1:9")


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

    monkeypatch.setattr("marrow.whole.os.fsync", full)
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
