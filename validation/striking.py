"""Striking trials: what is killed or full and when, how a trial is started, struck and resumed, and what came of it."""

from __future__ import annotations

import hashlib
import os
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import numpy as np
import psutil

from marrow.trial.store import PARTS, Store
from marrow.whole import DRAFT

DESIGN = Path(__file__).parents[1] / "tests" / "trial" / "design.yaml"
COLUMNS = ("neutrophil_engraftment_day", "platelet_engraftment_day", "death_day", "graft_failure_day", "status")
PATIENCE = 180.0  # seconds for any one command
COMMAND = [sys.executable, "-m", "marrow", "trial", "run"]


class Struck(Enum):
    """What is killed; ``DISK``: what is full."""

    CLIENT = "client with its cluster"
    OWN_WORKER = "worker of its cluster"
    CLIENT_OF_SCHEDULER = "client of a scheduler"
    WORKER = "worker"
    MACHINE = "worker with its nanny"
    SCHEDULER = "scheduler"
    DISK = "disk full"


@dataclass(frozen=True)
class Case:
    """``size``: patients of a block. It strikes ``pause`` seconds after ``share`` of the parts are written, before
    any if ``share`` is negative; a disk is full after ``share`` of the bytes."""

    struck: Struck
    workers: int
    size: int
    share: float
    pause: float = 0.0

    def parts(self, people: int) -> int:
        return -(-people // self.size) * 2


@dataclass(frozen=True)
class Ended:
    """What came of a case. ``exits``: of the struck command, then of each repetition (negative: the signal)."""

    case: Case
    after: float
    written: int
    drafts: int
    exits: tuple[int, ...]
    said: str
    identical: bool
    parts_whole: bool
    drafts_left: int
    orphans: int

    @property
    def good(self) -> bool:
        """Identical, nothing left over, the repetition sufficed, and a failure was told, not a traceback."""
        told = self.exits[0] in (0, 2, -signal.SIGKILL) and "Traceback" not in self.said
        over = self.drafts_left or self.orphans
        return self.identical and self.parts_whole and not over and self.exits[-1] == 0 and told


@dataclass
class Trials:
    """Trials of one design in ``place``: ``patients`` of each, ``replicates`` of them."""

    place: Path
    patients: int
    replicates: int
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def people(self) -> int:
        return self.patients * self.replicates

    def start(self, folder: Path, case: Case, address: str | None = None, limit: int | None = None) -> subprocess.Popen:
        asked = ["--patients", str(self.patients), "--replicates", str(self.replicates), "--block", str(case.size)]
        where = ["--scheduler", address] if address else ["--workers", str(case.workers)]
        return self.launch([*COMMAND, str(DESIGN), "--out", str(folder), *asked, *where], limit)

    def launch(self, command: Sequence[str], limit: int | None = None) -> subprocess.Popen:
        """A process with a session of its own, so that it can be struck with all its children, or alone."""

        def limited() -> None:
            if limit is not None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        process = subprocess.Popen(
            command, cwd=self.place, text=True, start_new_session=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, preexec_fn=limited if limit is not None else None,
            env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200"},
        )  # fmt: skip
        self.processes.append(process)
        return process

    def end_all(self) -> None:
        for process in self.processes:
            _kill_group(process)
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=10)
        self.processes.clear()

    def digest(self, folder: Path) -> str:
        """Of every number of every patient in every arm, and of what was found from them."""
        found = hashlib.sha256()
        for arm in range(2):
            columns = Store(folder).columns(arm, COLUMNS, self.people)
            for name in COLUMNS:
                found.update(np.ascontiguousarray(columns[name]).tobytes())
        found.update((folder / "findings.json").read_bytes())
        return found.hexdigest()


def parts_of(folder: Path) -> int:
    return len(list((folder / PARTS).glob("*.parquet")))


def drafts_of(folder: Path) -> int:
    return sum(1 for each in folder.rglob(f".*{DRAFT}")) if folder.exists() else 0


def _kill_group(process: subprocess.Popen) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _children(process: subprocess.Popen, word: str) -> list[psutil.Process]:
    """Descendants that do blocks: Dask's workers are spawned by nannies."""
    with suppress(psutil.NoSuchProcess):
        found = psutil.Process(process.pid).children(recursive=True)
        return [each for each in found if word in " ".join(_line(each))]
    return []


def _line(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []


def said_by(process: subprocess.Popen, patience: float = PATIENCE) -> tuple[int, str]:
    """Exit status and words of a command. Raises ``TimeoutExpired`` when it hangs."""
    text, _ = process.communicate(timeout=patience)
    return process.returncode, text or ""


@contextmanager
def cluster(trials: Trials, workers: int) -> Iterator[tuple[str, subprocess.Popen, list[subprocess.Popen]]]:
    """A scheduler and its workers, each a process of its own; the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--no-dashboard"]
    scheduler = trials.launch([*dask, "--port", str(port)])
    hands = [trials.launch([sys.executable, "-m", "marrow", "worker", address]) for _ in range(workers)]
    try:
        yield address, scheduler, hands
    finally:
        for each in (*hands, scheduler):
            _kill_group(each)


def strike(trials: Trials, case: Case, folder: Path, rng: random.Random) -> tuple[float, int, int, int, str]:
    """Runs the trial, strikes it, and waits for its end: seconds, parts and drafts at the stroke, exit, words."""
    if case.struck in (Struck.CLIENT, Struck.OWN_WORKER):
        process = trials.start(folder, case)

        def stroke() -> None:
            workers = _children(process, "multiprocessing") if case.struck is Struck.OWN_WORKER else []
            if workers:
                rng.choice(workers).send_signal(signal.SIGKILL)
            else:
                process.send_signal(signal.SIGKILL)  # the client alone: what it started must end by itself

        return _after(process, case, trials.people, folder, stroke)
    with cluster(trials, case.workers) as (address, scheduler, hands):
        process = trials.start(folder, case, address)

        def stroke() -> None:
            hand = rng.choice(hands)
            if case.struck is Struck.SCHEDULER:
                scheduler.send_signal(signal.SIGKILL)
            elif case.struck is Struck.CLIENT_OF_SCHEDULER:
                process.send_signal(signal.SIGKILL)
            elif case.struck is Struck.MACHINE:
                _kill_group(hand)
            else:
                working = _children(hand, "multiprocessing.spawn")
                if working:
                    rng.choice(working).send_signal(signal.SIGKILL)
                else:
                    _kill_group(hand)

        def replaced() -> None:  # as a cluster would: a worker that ended for good has a successor
            for hand in [each for each in hands if each.poll() is not None]:
                hands.remove(hand)
                hands.append(trials.launch([sys.executable, "-m", "marrow", "worker", address]))

        if case.struck in (Struck.WORKER, Struck.MACHINE):
            return _after(process, case, trials.people, folder, stroke, replaced)
        return _after(process, case, trials.people, folder, stroke)


def _after(
    process: subprocess.Popen,
    case: Case,
    people: int,
    folder: Path,
    stroke: Callable[[], None],
    meanwhile: Callable[[], None] = lambda: None,
) -> tuple[float, int, int, int, str]:
    begun = time.monotonic()
    wanted = int(case.share * case.parts(people))
    while process.poll() is None and case.share >= 0 and parts_of(folder) < max(wanted, 1):
        time.sleep(0.002)
    time.sleep(case.pause)
    after = time.monotonic() - begun
    if process.poll() is None:
        stroke()
    written, drafts = parts_of(folder), drafts_of(folder)
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:  # what it says fits a pipe
        meanwhile()
        time.sleep(0.1)
    return after, written, drafts, *said_by(process, 1.0)


def _undisturbed(process: subprocess.Popen, folder: Path) -> tuple[float, int, int, int, str]:
    begun = time.monotonic()
    code, said = said_by(process)
    return time.monotonic() - begun, parts_of(folder), drafts_of(folder), code, said


def may_mount() -> bool:
    place = Path(tempfile.mkdtemp())
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True)
    if done.returncode == 0:
        subprocess.run(["umount", str(place)], check=True)
    place.rmdir()
    return done.returncode == 0


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[Callable[[], None]]:
    """A tmpfs of ``size`` bytes at ``place``; what is yielded makes it large."""
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=True)
    try:
        yield lambda: subprocess.run(["mount", "-o", "remount,size=256m", str(place)], check=True) and None
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def one(trials: Trials, case: Case, number: int, whole: str, bytes_of: tuple[float, float], mount: bool) -> Ended:
    """Strikes one trial and lets it go on. ``whole``: the digest wanted; ``bytes_of`` a part, and all else."""
    rng = random.Random(number)
    folder = trials.place / f"case-{number}" / "trial"
    try:
        if case.struck is Struck.DISK:
            return _on_a_small_disk(trials, case, folder, whole, bytes_of, mount)
        folder.parent.mkdir()
        after, written, drafts, code, said = strike(trials, case, folder, rng)
        return _resumed(trials, case, folder, whole, (after, written, drafts, code, said))
    finally:
        trials.end_all()


def _on_a_small_disk(
    trials: Trials, case: Case, folder: Path, whole: str, bytes_of: tuple[float, float], mount: bool
) -> Ended:
    if not mount:  # no file may grow beyond this: EFBIG in place of ENOSPC
        folder.parent.mkdir()
        process = trials.start(folder, case, limit=int(4096 + case.share * 20_000))
        return _resumed(trials, case, folder, whole, _undisturbed(process, folder))
    size = case.parts(trials.people) * bytes_of[0] + bytes_of[1]
    with small_disk(folder.parent, max(int(case.share * size), 8192)) as enlarge:
        struck = _undisturbed(trials.start(folder, case), folder)
        enlarge()
        return _resumed(trials, case, folder, whole, struck)


def _resumed(trials: Trials, case: Case, folder: Path, whole: str, struck: tuple[float, int, int, int, str]) -> Ended:
    after, written, drafts, code, said = struck
    before = list(trials.processes)
    again, words = said_by(trials.start(folder, Case(case.struck, case.workers, case.size, 0.0)))
    exits = (code, again)
    message = said if code in (1, 2) else words if again else ""
    same = not again and trials.digest(folder) == whole
    whole_parts = parts_of(folder) == case.parts(trials.people)
    left = sum(len(_members(each)) for each in before)
    return Ended(case, after, written, drafts, exits, _short(message), same, whole_parts, drafts_of(folder), left)


def _members(process: subprocess.Popen) -> list[int]:
    """Living processes of its session: those that outlived what started them."""
    found = []
    for each in psutil.process_iter(["pid", "status"]):
        with suppress(ProcessLookupError, PermissionError):
            if os.getsid(each.pid) == process.pid and each.status() != psutil.STATUS_ZOMBIE:
                found.append(each.pid)
    return found


def _short(text: str) -> str:
    """The last line that marrow said; a traceback whole."""
    lines = [line for line in text.splitlines() if line.startswith("marrow:")]
    text = text if "Traceback" in text else lines[-1] if lines else text
    return re.sub(r"\S*/trial\b", "trial", text.strip())[-2000:]
