"""marrow's estimators beside R, file by file: prints the table and writes docs/statistics.md.

What each estimator is compared with is told by the README of its data set, which holds the R code. The data are not
part of the repository; without them nothing is written.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import parity_competing as competing
import parity_states as states
import parity_survival as survival
from parity_compare import Difference
from parity_data import READERS, Cohort
from parity_speed import PATIENTS, SAMPLES, Speed, measured

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
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])  # type: ignore[union-attr]
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the real data")
    data = parser.parse_args().data
    if not data.is_dir():
        print(f"skipped: no real data in {data}; nothing was written")
        return
    found = [each for name, file in references(data) for each in check(data, name, file)]
    rows = parity_rows(found)
    for row in rows:
        print("  ".join(row))
    text = page(found, rows, measured())
    (ROOT / "docs" / "statistics.md").write_text(text, encoding="utf-8")
    print("written: docs/statistics.md")


def parity_rows(found: list[Difference]) -> list[tuple[str, ...]]:
    """One row for each estimator in each file: numbers compared, largest difference, where, what was allowed."""
    rows = []
    for key in dict.fromkeys((each.estimator, each.data, each.file) for each in found):
        part = [each for each in found if (each.estimator, each.data, each.file) == key]
        for allowed in sorted({each.allowed for each in part}):
            same = [each for each in part if each.allowed == allowed]
            worst = max(same, key=lambda each: each.largest)
            number = str(sum(each.values for each in same))
            rows.append((*key, number, _short(worst.largest), worst.column, _short(allowed),
                         "yes" if worst.agrees else "no"))  # fmt: skip
    return rows


def _short(value: float) -> str:
    return "0" if value == 0 else f"{value:.0e}"


_HEAD = """# Statistics of event times

The estimators in `src/marrow/trial/statistics`, beside R. This page is written by `python validation/r_parity.py` from
the data sets in `../shared/data`, each of which has a README with the R code; the data are not part of the repository.
R is 4.2.2 with survival 3.5-3, cmprsk 2.2-11, prodlim 2019.11.13, etm 1.1.1 and mstate 0.3.3; its results have 12
digits.

A difference is |ours - theirs| / max(1, |theirs|), the largest over all numbers of a file; where one is not known, the
other must not be. Allowed is 1e-8, 1e-6 where a fit is iterated, 1e-5 for a concordance
(why: below). {agreed} of {files} rows agree; {numbers} numbers
are compared.
"""

_CHOICES = """
## Which of several conventions

- **Ties** are taken as they are: nothing is jittered. Cox models know Efron's and Breslow's ties; Fine-Gray is
  Breslow's.
- **Variance of a cumulative incidence**: by default deaths of one time are multinomial (etm; also the infinitesimal
  jackknife of survival, and prodlim: one number). `Variance.AALEN` is that of cmprsk.
- **Fine-Gray**: the curve of censoring just before each time; the robust variance knows that it was estimated
  (cmprsk). R's crr ends its search early, so that it is compared at the step where R ended. survival::finegray counts
  ties of censoring otherwise; its numbers are met by a weighted Cox model with late entry.
- **Limits** are symmetric on log(-log S) unless another `Scale` is asked for; a quartile on a level step lies in its
  middle.
- **Multi-state**: Greenwood's covariance; `landmark` estimates anew among those in a state at a time and needs no
  Markov property.
- **Current GRFS** is the share in the state alive, without relapse, without active GVHD under treatment; it may rise
  again.
"""


def page(found: list[Difference], rows: list[tuple[str, ...]], speeds: list[Speed]) -> str:
    agreed = sum(row[-1] == "yes" for row in rows)
    parts = [_HEAD.format(agreed=agreed, files=len(rows), numbers=sum(each.values for each in found))]
    head = (
        "estimator",
        "data set",
        "reference file",
        "numbers",
        "largest difference",
        "in column",
        "allowed",
        "agrees",
    )
    parts.append(_table(head, [(row[0], row[1], f"`{row[2]}`", *row[3:]) for row in rows]))
    notes = {each.note: each for each in found if each.note}
    parts += ["What keeps a number from coming closer:", ""]
    parts += [f"- `{each.column}` of {each.data}, {each.estimator}: {note}." for note, each in notes.items()]
    parts.append(_CHOICES)
    parts.append(_libraries(speeds))
    parts.append(_speeds(speeds))
    return "\n".join(parts)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _libraries(speeds: list[Speed]) -> str:
    kept = json.loads((ROOT / "validation" / "libraries.json").read_text(encoding="utf-8"))
    rows = []
    for each in kept:
        agrees = each["largest"] <= 1e-6
        verdict = "agrees; one sample at a time" if agrees else "differs"
        milliseconds = f"{1e3 * each['seconds']:.0f} ms"
        rows.append(
            (each["estimator"], each["library"], _short(each["largest"]), milliseconds, f"not taken: {verdict}")
        )
    most = max(each.together for each in speeds)
    return (
        "## Libraries that could have been taken\n\n"
        "The same differences from R, on `kmsurv_bmt` (few ties) and, for competing risks, `compeir_okiss` (many);\n"
        "by `validation/parity_libraries.py`. A virtual trial analyses thousands of samples; the estimators here take\n"
        f"them together, at {most:.2f} ms a sample at most, so that even a library that agrees had to be written\n"
        "again for that.\n\n" + _table(("estimator", "library", "largest difference", "time", "verdict"), rows)
    )


def _speeds(speeds: list[Speed]) -> str:
    rows = []
    for each in speeds:
        loop = "-" if math.isnan(each.loop) else f"{each.loop:.0f} ms"
        times = "-" if math.isnan(each.loop) else f"{each.loop / each.together:.0f}"
        rows.append((each.name, f"{each.together:.3f} ms", loop, times))
    return (
        "## Many samples at once\n\n"
        f"{SAMPLES} samples of {PATIENTS} patients as one array, beside lifelines in a loop: processor time of one\n"
        "sample on one core. lifelines has no Gray's test.\n\n"
        + _table(("estimator", "marrow, together", "lifelines, one by one", "times faster"), rows)
    )


if __name__ == "__main__":
    main()
