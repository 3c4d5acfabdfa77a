"""``make validate``: predictions for single patients beside what happened to them. See README.md here."""

from __future__ import annotations

import argparse
import json
import re
import time
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import children
import clones
import counts
import numpy as np
import pictures
from page import Run, page
from rich.console import Console
from rich.markdown import Markdown

import marrow
from marrow.figures.style import as_svg

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
_LONG_NUMBER = re.compile(r"(\d+\.\d\d)\d+")  # a hundredth of a point is enough for a figure


def main() -> None:
    options = _options()
    run = _run(options)
    for reason in run.skipped:
        print(f"skipped: {reason}")
    if not (run.children or run.counts or run.pairs):
        return
    text = page(run)
    Console().print(Markdown(text))
    if run.skipped:
        print("nothing was written, as something was skipped")
        return
    (HERE / options.out).write_text(json.dumps(_plain(run), indent=1) + "\n", encoding="utf-8")
    written = [f"{HERE.name}/{options.out}"]
    if not options.no_page:
        written += _write(run, text)
    print("written: " + ", ".join(written))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the real data")
    copies = f"virtual copies of each child, at least {children.FEWEST}"
    parser.add_argument("--copies", type=int, default=100, help=copies)
    parser.add_argument("--draws", type=int, default=300, help="virtual patients of each graft")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=None, help="default: all cores")
    parser.add_argument("--out", default="latest.json", help="file beside this one")
    parser.add_argument("--no-page", action="store_true", help="leave docs/validation.md and its figures alone")
    options = parser.parse_args()
    if options.copies < children.FEWEST or options.draws < 2:
        parser.error(f"--copies: needed at least {children.FEWEST}; --draws: at least 2")
    return options


def _run(options: argparse.Namespace) -> Run:
    started = time.perf_counter()
    data, seed, threads = options.data, options.seed, options.threads
    skipped = [f"{what}: no file {data / file}" for what, file in (
        ("children", children.FILE), ("neutrophils of the NIH", counts.NIH), ("neutrophils of MSK", counts.MSK),
        ("stem cells", clones.FOLDER / "pair_metadata.csv")) if not (data / file).is_file()]  # fmt: skip
    with Console(stderr=True).status("starting") as status:
        tick = status.update
        has = {file: (data / file).is_file() for file in (children.FILE, clones.FOLDER / "pair_metadata.csv")}
        of_children = children.validate(data / children.FILE, options.copies, seed, tick, threads) if (
            has[children.FILE]) else ()  # fmt: skip
        of_counts = counts.validate(data, options.draws, seed, tick, threads)
        pairs: tuple[clones.Pair, ...] = ()
        by_dose: tuple[clones.Simulated, ...] = ()
        if has[clones.FOLDER / "pair_metadata.csv"]:
            pairs = clones.validate(data, options.draws, seed, tick, threads)
            by_dose = clones.by_dose(options.draws, seed, tick, threads)
    minutes = (time.perf_counter() - started) / 60
    return Run(of_children, of_counts, pairs, by_dose, tuple(skipped), options.copies, options.draws, seed, minutes,
               marrow.__version__)  # fmt: skip


def _write(run: Run, text: str) -> list[str]:
    (ROOT / "docs" / "validation.md").write_text(text, encoding="utf-8")
    folder = ROOT / "docs" / "figures"
    folder.mkdir(exist_ok=True)
    written = ["docs/validation.md"]
    for drawing in (pictures.transforms(run.children), pictures.bands(run.counts), pictures.stem_cells(run.pairs)):
        short = _LONG_NUMBER.sub(r"\1", as_svg(drawing))
        (folder / f"{drawing.name}.svg").write_text(short, encoding="utf-8")
        written.append(f"docs/figures/{drawing.name}.svg")
    return written


def _plain(value: Any) -> Any:
    """What JSON can hold, without any observed count."""
    if isinstance(value, counts.Counts):
        return None
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float | np.floating):
        return float(f"{float(value):.5g}") if np.isfinite(value) else None
    return value


if __name__ == "__main__":
    main()
