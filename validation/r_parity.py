"""marrow's estimators beside R: a table of estimator, data set, file, largest difference; writes docs/statistics.md."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import parity_competing as competing
import parity_states as states
import parity_survival as survival
from parity_compare import Difference
from parity_data import READERS, Cohort

ROOT = Path(__file__).resolve().parent.parent

CHECKS: dict[str, Callable[[Cohort, Path], list[Difference]]] = {
    "reference_km_nelson_aalen.csv": survival.curves,
    "reference_km_summary.csv": survival.summaries,
    "reference_logrank.csv": survival.log_ranks,
    "reference_cox.csv": survival.cox_models,
    "reference_cox_basehaz.csv": survival.baseline_hazards,
    "reference_weibull_cure.csv": survival.cure_models,
    "reference_rates.csv": survival.rates,
    "reference_cif.csv": competing.incidences,
    "reference_gray.csv": competing.gray_tests,
    "reference_finegray.csv": competing.fine_gray_models,
    "reference_finegray_predict.csv": competing.predictions,
    "reference_multistate.csv": states.etm,
    "reference_transition_counts.csv": states.counts,
    "reference_cumulative_hazards.csv": states.cumulative,
    "reference_transition_probabilities.csv": states.probabilities,
    "reference_elos_from_tx.csv": states.stays_until,
    "reference_cox_transitions.csv": states.transition_models,
    "reference_predicted_patient.csv": states.predicted,
}


def references(data: Path) -> Iterator[tuple[str, str]]:
    """Every reference file of the data sets, by data set and name."""
    for name in READERS:
        for file in sorted((data / name).glob("reference_*.csv")):
            yield name, file.name


def check(data: Path, name: str, file: str) -> list[Difference]:
    """Every column of one reference file."""
    return CHECKS[file](READERS[name](data / name), data / name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the real data")
    options = parser.parse_args()
    for name, file in references(options.data):
        for each in check(options.data, name, file):
            print(f"{name:14} {file:40} {each.column:24} {each.values:5} {each.largest:9.1e} {'' if each.agrees else '<<<<'} {each.note if not each.agrees else ''}")


if __name__ == "__main__":
    main()
