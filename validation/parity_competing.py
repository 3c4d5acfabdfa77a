"""Cumulative incidence, Gray's test and Fine-Gray beside R."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from parity_compare import EXACT, FITTED, Difference, compared, frame, joined, read
from parity_data import Cohort, Endpoint
from parity_survival import chosen

from marrow.trial.statistics.cox import Ties, fit_cox, rows_for_cox
from marrow.trial.statistics.cumulative_incidence import Variance, cumulative_incidence
from marrow.trial.statistics.fine_gray import FineGrayFit, fine_gray
from marrow.trial.statistics.gray import gray
from marrow.trial.statistics.kaplan_meier import kaplan_meier

_STOPS = 1e-6  # cmprsk's crr ends once its score is below this share of the likelihood


def incidences(cohort: Cohort, folder: Path) -> list[Difference]:
    """reference_cif.csv, every row of it, both variances."""
    file = "reference_cif.csv"
    table = read(folder / file, dtype={"group": str})
    parts = []
    for (name, group, cause), part in table.groupby(["endpoint", "group", "cause"], sort=False):
        found = cumulative_incidence(*chosen(cohort.endpoints[str(name)], str(group)))
        k, times = int(cause), part["time"].to_numpy()
        estimate = found.incidence_at(k, times)[0]
        own = found.variance_at(k, times)[0]
        columns = {"est_cmprsk": estimate, "est_survfit": estimate, "se_survfit_ij": np.sqrt(own),
                   "se_prodlim": np.where(part["se_prodlim"].isna(), np.nan, np.sqrt(own)),
                   "var_etm": np.where(part["var_etm"].isna(), np.nan, own),
                   "var_cmprsk": found.variance_at(k, times, Variance.AALEN)[0]}  # fmt: skip
        parts.append(frame(columns, index=part.index))
    ours = joined(parts).loc[table.index]
    if table["var_etm"].isna().all():
        ours = ours.drop(columns="var_etm")
    return compared("Cumulative incidence", cohort.name, file, ours, table, EXACT)


def gray_tests(cohort: Cohort, folder: Path) -> list[Difference]:
    file = "reference_gray.csv"
    table = read(folder / file)
    rows = []
    for _, row in table.iterrows():
        end = cohort.tests[row["endpoint"]]
        assert end.group is not None
        strata = end.strata if row["stratified"] else None
        found = gray(end.time, end.code, end.group, int(row["cause"]), strata=strata)
        rows.append({"stat": found.statistic[0], "df": found.degrees, "p": found.p[0]})
    ours = frame(rows)
    note = {"p": "R computes p as 1 - P: 0 where it is below 1e-16"}
    return compared("Gray's test", cohort.name, file, ours, table, EXACT, note)


def _as_crr(end: Endpoint, x: np.ndarray, cause: int) -> FineGrayFit:
    """The fit where cmprsk's crr would end it: after the first of Newton's steps with a small score."""
    for steps in range(1, 20):
        fit = fine_gray(end.time, end.code, x, cause, steps=steps)
        reach = np.maximum(np.abs(fit.coefficients), 1.0)
        if np.max(np.abs(fit.score) * reach) < max(abs(fit.log_likelihood), 1.0) * _STOPS:
            return fit
    raise AssertionError("no end was found")


def fine_gray_models(cohort: Cohort, folder: Path) -> list[Difference]:
    """reference_finegray.csv: crr, and the weighted Cox model of survival::finegray."""
    from scipy.special import ndtr

    file = "reference_finegray.csv"
    table = read(folder / file)
    parts, best = [], []
    for (name, cause), part in table.groupby(["endpoint", "cause"], sort=False):
        end, k = cohort.endpoints[str(name)], int(cause)
        x = np.column_stack([cohort.term(term) for term in part["term"]])
        fit = _as_crr(end, x, k)
        z = fit.coefficients / fit.standard_errors
        expanded = _expanded(end, x, k)
        columns = {"coef": fit.coefficients, "se": fit.standard_errors, "z": z, "p": 2 * ndtr(-np.abs(z)),
                   "loglik": fit.log_likelihood, "loglik_null": fit.log_likelihood_null,
                   "n": len(end.time)}  # fmt: skip
        for ties in Ties:
            columns[f"coef_finegray_{ties.name.lower()}"] = fit_cox(expanded, ties).coefficients
        parts.append(frame(columns, index=part.index))
        best.append(np.abs(fine_gray(end.time, end.code, x, k).coefficients - part["coef"].to_numpy()).max())
    ours = joined(parts).loc[table.index]
    note = {"coef": f"R's crr stops early: at the true maximum coefficients are {max(best):.0e} away from its own"}
    return compared("Fine-Gray", cohort.name, file, ours, table, FITTED, note)


def _expanded(end: Endpoint, x: np.ndarray, cause: int):
    """Rows of survival::finegray: after a competing event a row for each step of the censoring curve, weighted."""
    time, code = end.time.astype(float), end.code
    events = np.unique(time[code == cause])
    late = np.where(code == 0, time + _tick(time), time)  # there censoring comes just after the events of its time
    curve = kaplan_meier(late, code == 0)
    entries, stops, numbers, weights, happened = [], [], [], [], []
    for i in range(len(time)):
        competing = code[i] not in (0, cause)
        own = [time[i]] if not competing else [time[i], *events[events > time[i]]]
        begin = -1.0
        at = curve.survival_at([time[i], *own])[0]
        for stop, share in zip(own, at[1:], strict=True):
            entries.append(begin)
            stops.append(stop)
            numbers.append(i)
            weights.append(share / at[0] if competing else 1.0)
            happened.append(code[i] == cause)
            begin = stop
    keep = np.array(weights) > 0
    rows = np.array(numbers)[keep]
    return rows_for_cox(np.array(stops)[keep], np.array(happened)[keep], x[rows], start=np.array(entries)[keep],
                        weight=np.array(weights)[keep])  # fmt: skip


def _tick(time: np.ndarray) -> float:
    """Less than any difference between two times."""
    return float(np.min(np.diff(np.unique(time)))) / 4


def predictions(cohort: Cohort, folder: Path) -> list[Difference]:
    """reference_finegray_predict.csv."""
    file = "reference_finegray_predict.csv"
    table = read(folder / file)
    values = np.empty(len(table))
    for (name, cause), part in table.groupby(["endpoint", "cause"], sort=False):
        end, k = cohort.endpoints[str(name)], int(cause)
        fit: FineGrayFit | None = None
        for pattern, rows in part.groupby("pattern", sort=False):
            terms = dict(word.split("=") for word in str(pattern).split(";"))
            if fit is None:
                fit = _as_crr(end, np.column_stack([cohort.term(term) for term in terms]), k)
            values[rows.index] = fit.incidence_at([float(value) for value in terms.values()], rows["time"])
    return compared("Fine-Gray prediction", cohort.name, file, {"cif": values}, table, FITTED)
