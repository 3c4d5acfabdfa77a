"""Curves, log-rank tests, Cox models, cure models and rates beside R."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from parity_compare import EXACT, FITTED, Difference, Table, compared, frame, joined, read
from parity_data import Cohort, Endpoint, with_platelet_recovery

from marrow.trial.statistics.cox import CoxFit, Ties, fit_cox, rows_for_cox
from marrow.trial.statistics.cox_checks import concordance, proportional_hazards
from marrow.trial.statistics.cure import CureFit, fit_cure, surprise
from marrow.trial.statistics.kaplan_meier import KaplanMeier, kaplan_meier
from marrow.trial.statistics.limits import Scale
from marrow.trial.statistics.log_rank import log_rank
from marrow.trial.statistics.rates import rate_of
from marrow.trial.statistics.restricted_mean import restricted_mean


def chosen(endpoint: Endpoint, group: str) -> tuple[np.ndarray, np.ndarray]:
    """Time and code of one group, or of 'all'."""
    if group == "all":
        return endpoint.time, endpoint.code
    assert endpoint.group is not None
    here = endpoint.group.astype(str) == group
    return endpoint.time[here], endpoint.code[here]


def curves(cohort: Cohort, folder: Path) -> list[Difference]:
    """reference_km_nelson_aalen.csv, every row of it."""
    file = "reference_km_nelson_aalen.csv"
    table = read(folder / file, dtype={"group": str})
    ours = []
    for (name, group), part in table.groupby(["endpoint", "group"], sort=False):
        ours.append(_curve_rows(kaplan_meier(*chosen(cohort.endpoints[str(name)], str(group))), part))
    found = joined(ours).loc[table.index]
    known = [column for column in found if table[column].notna().any()]
    return compared("Kaplan-Meier, Nelson-Aalen", cohort.name, file, found[known], table, EXACT)


def _curve_rows(found: KaplanMeier, part: Table) -> Table:
    curve = found.curve()
    place = np.searchsorted(curve.time, part["time"].to_numpy() * (1 + 1e-9), side="right") - 1
    columns = {"n_risk": curve.at_risk, "n_event": curve.events, "n_censor": curve.censored, "surv": curve.survival,
               "se_surv": curve.standard_error}  # fmt: skip
    for scale in Scale:
        name = scale.name.lower().replace("_", "")
        columns[f"lower_{name}"], columns[f"upper_{name}"] = curve.limits(scale)
    last = found.ordered.last[0]
    columns["nelson_aalen"] = found.cumulative_hazard[0, last]
    columns["se_nelson_aalen"] = np.sqrt(found.cumulative_hazard_variance[0, last])
    columns["cumhaz_fh2"] = found.cumulative_hazard_of_ties[0, last]
    return frame({name: values[place] for name, values in columns.items()}, index=part.index)


def summaries(cohort: Cohort, folder: Path) -> list[Difference]:
    """reference_km_summary.csv: quartiles with limits, restricted means."""
    file = "reference_km_summary.csv"
    table = read(folder / file, dtype={"group": str})
    rows = []
    for _, row in table.iterrows():
        time, code = chosen(cohort.endpoints[row["endpoint"]], row["group"])
        curve = kaplan_meier(time, code).curve()
        mean = restricted_mean(time, code, row["tau"])
        line: dict[str, float] = {"n": len(time), "events": int(code.sum())}
        for name, share in (("q25", 0.25), ("median", 0.5), ("q75", 0.75)):
            low, high = curve.quantile_limits(share)
            line |= {name: curve.quantile(share), f"{name}_lower": low, f"{name}_upper": high}
        rows.append(line | {"rmst": mean.mean[0], "se_rmst": mean.standard_error[0]})
    ours = frame(rows).replace(np.inf, np.nan)
    quartiles = ours.drop(columns=["rmst", "se_rmst"])
    found = compared("Quartiles of survival", cohort.name, file, quartiles, table, EXACT)
    return found + compared("Restricted mean", cohort.name, file, ours[["rmst", "se_rmst"]], table, EXACT)


def log_ranks(cohort: Cohort, folder: Path) -> list[Difference]:
    file = "reference_logrank.csv"
    table = read(folder / file)
    rows = []
    for _, row in table.iterrows():
        end = cohort.endpoints[row["endpoint"]]
        assert end.group is not None
        strata = end.strata if row["test"].startswith("stratified") else None
        found = log_rank(end.time, end.code, end.group, strata=strata, rho=float(row["test"][-1]))
        rows.append({"chisq": found.statistic[0], "df": found.degrees, "p": found.p[0]})
    return compared("Log-rank", cohort.name, file, frame(rows), table, EXACT)


def _fit(cohort: Cohort, name: str, terms: list[str], ties: Ties) -> CoxFit:
    end = cohort.models[name]
    x = np.column_stack([cohort.term(term) for term in terms])
    return fit_cox(rows_for_cox(end.time, end.code, x, start=cohort.late_entry.get(name), strata=end.strata), ties)


def cox_models(cohort: Cohort, folder: Path) -> list[Difference]:
    """reference_cox.csv: coefficients, tests, concordance, proportionality."""
    file = "reference_cox.csv"
    table = read(folder / file)
    parts = []
    for (name, ties), part in table.groupby(["endpoint", "ties"], sort=False):
        whose = with_platelet_recovery(cohort) if "time-dependent" in str(name) else cohort
        fit = _fit(whose, str(name), list(part["term"]), Ties[str(ties).upper()])
        parts.append(frame(_model_columns(fit), index=part.index))
    ours = joined(parts).loc[table.index]
    title = "Cox, also cause-specific"
    return compared(title, cohort.name, file, ours, table, FITTED, {"concordance": _PAIRS}, {"concordance": 1e-5})


_PAIRS = (
    "patients with equal covariates are tied here; in one large data set a few pairs of millions are counted otherwise "
    "by R, as if rounding had broken their tie"
)


def _model_columns(fit: CoxFit) -> dict[str, Any]:
    from scipy.special import ndtr

    z = fit.coefficients / fit.standard_errors
    return {
        "coef": fit.coefficients,
        "hr": np.exp(fit.coefficients),
        "se": fit.standard_errors,
        "z": z,
        "p": 2 * ndtr(-np.abs(z)),
        "loglik_null": fit.log_likelihood_null,
        "loglik": fit.log_likelihood,
        "lr_chisq": fit.likelihood_ratio,
        "wald_chisq": fit.wald,
        "score_chisq": fit.score_statistic,
        "df": len(z),
        "concordance": concordance(fit),
        "n": len(fit.rows.stop),
        "events": int(fit.rows.event.sum()),
        "zph_global_chisq": proportional_hazards(fit).together,
    }


def baseline_hazards(cohort: Cohort, folder: Path) -> list[Difference]:
    file = "reference_cox_basehaz.csv"
    table = read(folder / file)
    cox = read(folder / "reference_cox.csv")
    name = table["endpoint"].iloc[0]
    terms = list(cox.loc[(cox["endpoint"] == name) & (cox["ties"] == "efron"), "term"])
    time, hazard = _fit(cohort, name, terms, Ties.EFRON).baseline_hazard()
    place = np.searchsorted(time, table["time"].to_numpy(), side="right")
    ours = {"hazard": np.concatenate([[0.0], hazard])[place]}
    return compared("Cox baseline hazard (Efron)", cohort.name, file, ours, table, FITTED)


def cure_models(cohort: Cohort, folder: Path) -> list[Difference]:
    """reference_weibull_cure.csv."""
    file = "reference_weibull_cure.csv"
    table = read(folder / file)
    rows = []
    for group in dict.fromkeys(table["group"]):
        time, code = chosen(cohort.endpoints["relapse/death"], group)
        fit = fit_cure(time, code)
        error = _errors_as_optim(fit, time.astype(float), code != 0)
        natural = (fit.cured, fit.shape, fit.scale)
        for values in zip(fit.estimate, error, [fit.log_likelihood] * 3, natural, strict=True):
            rows.append(dict(zip(("estimate", "se", "loglik", "natural"), values, strict=True)))
    exact = "ours differs from this by up to 2e-7, as R's second derivatives are differences over 1e-3"
    return compared("Weibull mixture cure", cohort.name, file, frame(rows), table, FITTED, {"se": exact})


def _errors_as_optim(fit: CureFit, time: np.ndarray, event: np.ndarray) -> np.ndarray:
    """Standard errors from second differences of width 1e-3, as R's optim takes them."""
    h = 1e-3 * np.eye(3)

    def slope(at: np.ndarray, k: int) -> float:
        return (surprise(at + h[k], time, event) - surprise(at - h[k], time, event)) / 2e-3

    second = np.array([[(slope(fit.estimate + h[j], k) - slope(fit.estimate - h[j], k)) / 2e-3 for j in range(3)]
                       for k in range(3)])  # fmt: skip
    return np.sqrt(np.diag(np.linalg.inv((second + second.T) / 2)))


def rates(cohort: Cohort, folder: Path) -> list[Difference]:
    """reference_rates.csv."""
    file = "reference_rates.csv"
    table = read(folder / file)
    rows = []
    for kind in table["tx"]:
        time, cause = chosen(cohort.endpoints["by transplant type"], kind)
        rate = rate_of(time, cause == 1)
        rows.append({"n": rate.patients, "patient_days": rate.time, "infections": rate.events,
                     "infection_rate_per_1000_days": rate.per(1000), "infection_proportion": rate.share,
                     "median_time": np.median(time)})  # fmt: skip
    return compared("Events per time at risk", cohort.name, file, frame(rows), table, EXACT)
