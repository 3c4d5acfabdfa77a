"""``make bench``: the kernel against libRoadRunner and SciPy, and patient-years per second. See README.md here."""

from __future__ import annotations

import argparse
import os
from pathlib import Path


def main() -> None:
    options = _options()
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"  # one core for everybody; read when NumPy is imported
    from contest import contest

    contest(options, Path(__file__).resolve().parent)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=64, help="of the comparisons")
    parser.add_argument("--references", type=int, default=8, help="patients that are also solved at 1e-10")
    parser.add_argument("--rounds", type=int, default=8, help="interleaved rounds; their median counts")
    parser.add_argument("--draws", type=int, default=500, help="patients of the run with everything on")
    parser.add_argument("--out", default="latest.json", help="file beside this one")
    return parser.parse_args()


if __name__ == "__main__":
    main()
