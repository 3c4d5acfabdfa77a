"""Kept libraries beside the same R results: which could be taken? Writes libraries.json, which r_parity.py prints.

Needs lifelines, statsmodels, surpyval and comprisk; the last wants an older Numba than marrow does, so that a separate
environment is used: ``pip install lifelines statsmodels surpyval comprisk`` and this folder's Python.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from parity_compare import Table, difference, frame, read
from parity_data import READERS, Cohort

HERE = Path(__file__).resolve().parent


class Beside:
    """The two data sets that decide: one with few ties (kmsurv_bmt), one with many (compeir_okiss)."""

    def __init__(self, data: Path) -> None:
        self.few, self.many = (READERS[name](data / name) for name in ("kmsurv_bmt", "compeir_okiss"))
        self.data = data

    def table(self, cohort: Cohort, file: str, **where: Any) -> Table:
        found = read(self.data / cohort.name / f"reference_{file}.csv", dtype={"group": str})
        for column, value in where.items():
            found = found[found[column] == value]
        return found

    def design(self) -> tuple[Table, Table]:
        """Columns of the Cox model of DFS, and R's fit of it (Efron)."""
        reference = self.table(self.few, "cox", endpoint="DFS", ties="efron")
        end = self.few.models["DFS"]
        columns = {term: self.few.term(term) for term in reference["term"]}
        return frame(columns | {"time": end.time, "event": end.code}), reference


def lifelines_curve(b: Beside) -> float:
    from lifelines import KaplanMeierFitter

    end, r = b.few.endpoints["OS"], b.table(b.few, "km_nelson_aalen", endpoint="OS", group="all")
    fit = KaplanMeierFitter().fit(end.time, end.code)
    low_high = fit.confidence_interval_.loc[r["time"]].to_numpy()
    curve = difference(fit.survival_function_at_times(r["time"]), r["surv"])
    return max(curve, difference(low_high, r[["lower_loglog", "upper_loglog"]]))


def lifelines_log_rank(b: Beside) -> float:
    from lifelines.statistics import multivariate_logrank_test

    end, r = b.few.endpoints["OS"], b.table(b.few, "logrank", endpoint="OS", test="G-rho rho=0")
    return difference(multivariate_logrank_test(end.time, end.group, end.code).test_statistic, r["chisq"])


def lifelines_restricted_mean(b: Beside) -> float:
    from lifelines import KaplanMeierFitter
    from lifelines.utils import restricted_mean_survival_time

    end, r = b.few.endpoints["OS"], b.table(b.few, "km_summary", endpoint="OS", group="all")
    return difference(restricted_mean_survival_time(KaplanMeierFitter().fit(end.time, end.code), 1500), r["rmst"])


def lifelines_cox(b: Beside) -> float:
    from lifelines import CoxPHFitter

    frame, r = b.design()
    fit = CoxPHFitter().fit(frame, "time", "event")
    return max(difference(fit.params_, r["coef"]), difference(fit.standard_errors_, r["se"]))


def lifelines_incidence(b: Beside) -> float:
    from lifelines import AalenJohansenFitter

    end, r = b.many.endpoints["all"], b.table(b.many, "cif", endpoint="all", cause=1)
    fit = AalenJohansenFitter(seed=1).fit(end.time, end.code, 1)
    steps = fit.cumulative_density_
    place = np.searchsorted(steps.index, r["time"], side="right") - 1
    return difference(steps.iloc[place, 0], r["est_cmprsk"])


def statsmodels_cox(b: Beside) -> float:
    from statsmodels.duration.hazard_regression import PHReg  # pyright: ignore[reportMissingImports]

    frame, r = b.design()
    fit = PHReg(frame["time"], frame[list(r["term"])], status=frame["event"], ties="efron").fit(disp=0)
    return max(difference(fit.params, r["coef"]), difference(fit.bse, r["se"]))


def statsmodels_incidence(b: Beside) -> float:
    from statsmodels.duration.survfunc import CumIncidenceRight  # pyright: ignore[reportMissingImports]

    end, r = b.many.endpoints["all"], b.table(b.many, "cif", endpoint="all", cause=1)
    fit = CumIncidenceRight(end.time.astype(float), end.code)
    place = np.searchsorted(fit.times, r["time"], side="right") - 1
    return difference(fit.cinc[0][place], r["est_cmprsk"])


def surpyval_incidence(b: Beside) -> float:
    from surpyval import CompetingRisks  # pyright: ignore[reportMissingImports]

    end, r = b.many.endpoints["all"], b.table(b.many, "cif", endpoint="all", cause=1)
    fit = CompetingRisks.fit(end.time, _causes(end.code), how="Kaplan-Meier")
    return difference(fit.cif(r["time"].to_numpy(), 1), r["est_cmprsk"])


def _causes(code: np.ndarray) -> list[Any]:
    return [int(each) if each else None for each in code]


def surpyval_gray(b: Beside) -> float:
    from surpyval.univariate.competing_risks.nonparametric import gray_test  # pyright: ignore[reportMissingImports]

    worst = 0.0
    for cohort, name in ((b.few, "relapse/TRM by group"), (b.many, "by transplant type")):
        end, r = cohort.tests[name], b.table(cohort, "gray", endpoint=name)
        for _, row in r.iterrows():
            found = gray_test(end.time, _causes(end.code), end.group, int(row["cause"]))
            worst = max(worst, difference(found.statistic, row["stat"]))
    return worst


def surpyval_fine_gray(b: Beside) -> float:
    from surpyval import FineGray  # pyright: ignore[reportMissingImports]

    end, r, x = _fine_gray(b)
    fit = FineGray.fit(end.time, x, _causes(end.code), event=2)
    return max(difference(fit.beta, r["coef"]), difference(fit.standard_errors(), r["se"]))


def comprisk_incidence(b: Beside) -> float:
    from comprisk import CumulativeIncidence  # pyright: ignore[reportMissingImports]

    end, r = b.many.endpoints["all"], b.table(b.many, "cif", endpoint="all", cause=1)
    estimate, variance = CumulativeIncidence().fit(end.time, end.code).curves_[(None, 1)].evaluate(r["time"].to_numpy())
    return max(difference(estimate, r["est_cmprsk"]), difference(np.sqrt(variance), np.sqrt(r["var_cmprsk"])))


def comprisk_gray(b: Beside) -> float:
    from comprisk import gray_test  # pyright: ignore[reportMissingImports]

    worst = 0.0
    for cohort, name in ((b.few, "relapse/TRM by group"), (b.many, "by transplant type")):
        end, r = cohort.tests[name], b.table(cohort, "gray", endpoint=name)
        for _, row in r.iterrows():
            found = gray_test(end.time, end.code, end.group, cause=int(row["cause"]))
            worst = max(worst, difference(found.stat, row["stat"]))
    return worst


def comprisk_fine_gray(b: Beside) -> float:
    from comprisk import FineGrayRegression  # pyright: ignore[reportMissingImports]

    end, r, x = _fine_gray(b)
    fit = FineGrayRegression(cause=2, robust_se=True).fit(x, time=end.time, event=end.code)
    return max(difference(fit.coef_, r["coef"]), difference(fit.se_, r["se"]))


def _fine_gray(b: Beside) -> tuple[Any, Table, np.ndarray]:
    r = b.table(b.many, "finegray", endpoint="end of neutropenia")
    return b.many.endpoints["all"], r, np.column_stack([b.many.term(term) for term in r["term"]])


CASES: tuple[tuple[str, str, Callable[[Beside], float]], ...] = (
    ("Kaplan-Meier with limits", "lifelines", lifelines_curve),
    ("Log-rank, three groups", "lifelines", lifelines_log_rank),
    ("Restricted mean, without its error", "lifelines", lifelines_restricted_mean),
    ("Cox, Efron", "lifelines", lifelines_cox),
    ("Cox, Efron", "statsmodels", statsmodels_cox),
    ("Cumulative incidence", "lifelines", lifelines_incidence),
    ("Cumulative incidence", "statsmodels", statsmodels_incidence),
    ("Cumulative incidence", "surpyval", surpyval_incidence),
    ("Cumulative incidence with error", "comprisk", comprisk_incidence),
    ("Gray's test", "surpyval", surpyval_gray),
    ("Gray's test", "comprisk", comprisk_gray),
    ("Fine-Gray with robust error", "surpyval", surpyval_fine_gray),
    ("Fine-Gray with robust error", "comprisk", comprisk_fine_gray),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data")
    beside = Beside(parser.parse_args().data)
    rows = []
    for estimator, library, run in CASES:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            run(beside)  # what it compiles is not timed
            begin = time.process_time()
            largest = run(beside)
            seconds = time.process_time() - begin
        version = importlib.metadata.version(library)
        rows.append({"estimator": estimator, "library": f"{library} {version}", "largest": largest, "seconds": seconds})
        print(f"{estimator:34} {library:12} {version:8} {largest:8.1e}  {1e3 * seconds:7.1f} ms")
    (HERE / "libraries.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
