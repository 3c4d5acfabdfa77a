"""Incidences drawn and expected of many patients: do they agree within Monte Carlo error?

    python validation/incidences.py [patients] [plan]

Default: 100,000 patients of the allogeneic example, one year. Prints a table; leaves with 1 where one of the
comparisons is off by more than four standard errors.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from marrow.clinic.plan import read_plan
from marrow.endpoints.incidence import expected_incidence
from marrow.simulation import simulate_patients

EXAMPLE = Path(__file__).parents[1] / "examples" / "allogeneic-fb4.yaml"
CHUNK = 4000
DAYS = (28, 100, 180, 365)
RISKS = {  # cumulative hazards of each risk, and the column of drawn days
    "relapse": (("relapse",), "relapse_day"),
    "death without relapse": (
        ("infectious_death", "gvhd_death", "organ_death", "other_death"),
        "non_relapse_death_day",
    ),
}
FARTHEST = 4.0  # standard errors


def differences(plan: Path, patients: int) -> np.ndarray:
    """(risks, days, 4): drawn and expected share, mean difference and its standard error; each patient's difference of
    what happened and what was expected has mean zero."""
    sums = np.zeros((len(RISKS), len(DAYS), 4))
    for first in range(0, patients, CHUNK):
        people = np.arange(first, min(first + CHUNK, patients))
        result = simulate_patients([read_plan(plan)], people, seed=1, until=float(DAYS[-1]))
        time = result.course["time"].values.astype(float)
        hazards = {
            name: np.sum([result.course[f"hazard_of_{part}"].values.astype(float) for part in parts], axis=0)
            for name, (parts, _) in RISKS.items()
        }
        each = {name: [] for name in RISKS}
        for one in range(len(people)):
            for name, curve in expected_incidence({n: h[one : one + 1] for n, h in hazards.items()}, time).items():
                each[name].append(curve.share)
        for r, (name, (_, column)) in enumerate(RISKS.items()):
            expected = np.array(each[name])
            for d, day in enumerate(DAYS):
                at = int(np.searchsorted(time, day))
                drawn = (result.outcomes[column] <= time[at]).astype(float)
                off = drawn - expected[:, at]
                sums[r, d] += drawn.sum(), expected[:, at].sum(), off.sum(), (off**2).sum()
    mean = sums / patients
    mean[..., 3] = np.sqrt((mean[..., 3] - mean[..., 2] ** 2) / patients)
    return mean


def main() -> int:
    patients = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    plan = Path(sys.argv[2]) if len(sys.argv) > 2 else EXAMPLE
    found = differences(plan, patients)
    print(f"{patients} patients of {plan.name}\n")
    print("risk                    day   drawn %  expected %  difference / its error")
    for r, name in enumerate(RISKS):
        for d, day in enumerate(DAYS):
            drawn, expected, off, error = found[r, d]
            print(f"{name:22s} {day:4d} {100 * drawn:9.3f} {100 * expected:11.3f} {off / error:13.2f}")
    return int(np.any(np.abs(found[..., 2]) > FARTHEST * found[..., 3]))


if __name__ == "__main__":
    sys.exit(main())
