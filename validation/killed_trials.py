"""A trial that is killed again and again: whatever was struck at whatever moment, the same command goes on, and what it
ends with is what an undisturbed run gives, to the last bit.

``python validation/killed_trials.py --times 50`` strikes so many trials, prints a line for each, and writes
``killed_trials.json``. Struck are, with SIGKILL: the client with its own cluster, one of that cluster's workers, the
client of a scheduler, a worker of it, a worker with its nanny (a machine that is lost), the scheduler; and the disk,
which is full at a random fill (a small tmpfs where this may be mounted, else a limit on the size of any file).
Then the same command is given again until it ends well: once is expected.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from striking import Case, Ended, Struck, Trials, may_mount, one, said_by

from marrow.trial.store import PARTS

HERE = Path(__file__).parent


def cases(times: int, seed: int) -> list[Case]:
    """Every kind in turn, with 1, 2 or 4 workers, blocks of several sizes, at random moments."""
    rng = random.Random(seed)
    kinds = list(Struck)
    found = []
    for k in range(times):
        kind = kinds[k % len(kinds)]
        few = (2, 4) if kind is Struck.OWN_WORKER else (1, 2) if kind is not Struck.CLIENT else (1, 2, 4)
        share = rng.uniform(0.02, 1.0)
        early = kind is not Struck.DISK and rng.random() < 0.15  # while processes start
        pause = rng.uniform(0.0, 4.0) if early else rng.uniform(0.0, 0.05)
        found.append(Case(kind, rng.choice(few), rng.choice((5, 8, 16)), -1.0 if early else share, pause))
    return found


def run(
    times: int, seed: int, patients: int, replicates: int, tell: Callable[[Ended], None], kinds: Sequence[Struck] = ()
) -> dict[str, Any]:
    """Strikes ``times`` trials, those of ``kinds`` if any are named."""
    mount = may_mount()
    with tempfile.TemporaryDirectory(prefix="marrow-killed-") as place:
        trials = Trials(Path(place), patients, replicates)
        folder = trials.place / "undisturbed"
        code, said = said_by(trials.start(folder, Case(Struck.CLIENT, 1, trials.people, 0.0)))
        if code:
            raise SystemExit(said)
        whole = trials.digest(folder)
        plain = Case(Struck.CLIENT, 2, 8, 0.0)
        begun = time.monotonic()
        said_by(trials.start(trials.place / "timed", plain))
        usual = time.monotonic() - begun
        if trials.digest(trials.place / "timed") != whole:
            raise SystemExit("two processes and small blocks: other bits")
        sizes = [_on_disk(each) for each in (trials.place / "timed" / PARTS).glob("*.parquet")]
        every = sum(_on_disk(each) for each in (trials.place / "timed").rglob("*"))
        bytes_of = (sum(sizes) / len(sizes), every - sum(sizes))
        ended = []
        chosen = [case for case in cases(times * len(Struck), seed) if not kinds or case.struck in kinds][:times]
        for number, case in enumerate(chosen):
            ended.append(one(trials, case, number, whole, bytes_of, mount))
            tell(ended[-1])
    return {
        "what": "trials struck at random moments, then resumed with the same command",
        "seed": seed, "patients": patients * replicates, "undisturbed_seconds": round(usual, 2),
        "disk": "tmpfs" if mount else "limit on the size of files", "struck": len(ended),
        "identical": sum(each.identical for each in ended), "good": sum(each.good for each in ended),
        "cases": [{**asdict(each), "case": {**asdict(each.case), "struck": each.case.struck.value}} for each in ended],
    }  # fmt: skip


def _on_disk(file: Path) -> int:
    return -(-file.stat().st_size // 4096) * 4096


def line_of(ended: Ended) -> str:
    case = ended.case
    first = {0: "went on", -9: "killed"}.get(ended.exits[0], f"exit {ended.exits[0]}")
    return (
        f"{case.struck.value:24s} {case.workers} workers  blocks of {case.size:2d}  after {ended.after:5.1f} s  "
        f"{ended.written:3d} parts {ended.drafts} drafts  {first:8s} "
        f"identical {'yes' if ended.identical else 'NO '}  {'' if ended.good else 'WRONG '}{ended.said[:150]}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patients", type=int, default=100)
    parser.add_argument("--replicates", type=int, default=4)
    parser.add_argument("--only", choices=[each.name.lower() for each in Struck], nargs="*", default=[])
    parser.add_argument("--out", type=Path, default=HERE / "killed_trials.json")
    asked = parser.parse_args()
    begun = time.monotonic()
    kinds = [Struck[each.upper()] for each in asked.only]

    def tell(each: Ended) -> None:
        print(line_of(each), flush=True)

    found = run(asked.times, asked.seed, asked.patients, asked.replicates, tell, kinds)
    asked.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(
        f"{found['struck']} struck, {found['identical']} identical after the same command was given again, "
        f"{found['good']} without anything left over or untold; {time.monotonic() - begun:.0f} s"
    )
    sys.exit(found["good"] < found["struck"])


if __name__ == "__main__":
    main()
