"""Multi-state curves beside R's etm and mstate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from parity_compare import EXACT, FITTED, Difference, compared, frame, joined, read
from parity_data import Cohort

from marrow.trial.statistics.cox import CoxFit, RiskSets, Ties, fit_cox, rows_for_cox
from marrow.trial.statistics.cumulative_incidence import Variance
from marrow.trial.statistics.multistate import (
    STAYED,
    Hazards,
    Stays,
    aalen_johansen,
    balanced,
    hazards_of,
)

_STATES = ("Tx", "Rec", "AE", "Rec+AE", "Rel", "Death")
_NEXT = {0: (1, 2, 4, 5), 1: (3, 4, 5), 2: (3, 4, 5), 3: (4, 5)}
_PAIRS = [(h, j) for h in _NEXT for j in _NEXT[h]]  # mstate's transitions 1..12


def _stays(rows: list[tuple[int, int, int, float, float]], states: int) -> Stays:
    patient, state, to, entry, leave = (np.array(column) for column in zip(*rows, strict=True))
    return Stays(patient, state, to, entry.astype(float), leave.astype(float), states)


def illness_death(cohort: Cohort) -> Stays:
    """kmsurv_bmt: 0 transplanted, 1 platelets recovered, 2 relapse or death."""
    rows = []
    for i, row in enumerate(cohort.table.itertuples()):
        recovery, end = max(float(row.tp), 0.5), float(row.t2)
        last = 2 if row.d3 == 1 else STAYED
        if row.dp == 1 and recovery < end:
            rows += [(i, 0, 1, 0.0, recovery), (i, 1, last, recovery, end)]
        else:
            rows.append((i, 0, last, 0.0, end))
    return _stays(rows, 3)


def six_states(cohort: Cohort) -> Stays:
    """mstate_ebmt4: from transplant over recovery and adverse events to relapse or death."""
    d = cohort.table
    columns = {1: "rec", 2: "ae", 3: "recae", 4: "rel", 5: "srv"}
    times = {state: d[name].to_numpy(float) for state, name in columns.items()}
    happened = {state: d[f"{name}.s"].to_numpy() == 1 for state, name in columns.items()}
    rows = []
    for i in range(len(d)):
        state, entry = 0, 0.0
        while state in _NEXT:
            reached = [(times[j][i], j) for j in _NEXT[state] if happened[j][i]]
            leave, to = min(reached) if reached else (max(times[j][i] for j in _NEXT[state]), STAYED)
            if leave > entry:
                rows.append((i, state, to, entry, leave))
            if to == STAYED:
                break
            state, entry = to, leave
    return _stays(rows, 6)


def etm(cohort: Cohort, folder: Path) -> list[Difference]:
    """reference_multistate.csv: probabilities and variances from three landmarks."""
    file = "reference_multistate.csv"
    table = read(folder / file)
    hazards = hazards_of(illness_death(cohort))
    ours = frame(np.nan, index=table.index, columns=["P", "var"])
    for (since, begin, to), part in table.groupby(["s", "from", "to"]):
        found = aalen_johansen(hazards, int(begin), float(since))
        probability, error = found.at(part["t"])
        ours.loc[part.index, "P"] = probability[:, int(to)]
        ours.loc[part.index, "var"] = error[:, int(to)] ** 2
    title = "Aalen-Johansen, illness-death"
    return compared(title, cohort.name, file, ours, table, EXACT)


def counts(cohort: Cohort, folder: Path) -> list[Difference]:
    """reference_transition_counts.csv."""
    file = "reference_transition_counts.csv"
    table = read(folder / file)
    stays = six_states(cohort)
    moves = stays.counts()
    entering = moves.sum(axis=0)
    entering[0] = len(cohort.table)
    names = ["Tx", "Rec", "AE", "Rec.AE", "Rel", "Death"]
    ours = {name: moves[:, k] for k, name in enumerate(names)}
    ours |= {"no.event": entering - moves.sum(axis=1), "total.entering": entering}
    return compared("Counts of transitions", cohort.name, file, ours, table, 0.0)


def cumulative(cohort: Cohort, folder: Path) -> list[Difference]:
    """reference_cumulative_hazards.csv."""
    file = "reference_cumulative_hazards.csv"
    table = read(folder / file)
    hazard, variance = hazards_of(six_states(cohort)).cumulative_at(table["time"])
    pairs = [_PAIRS[number - 1] for number in table["trans"]]
    rows = np.arange(len(table))
    at = (rows, [h for h, _ in pairs], [j for _, j in pairs])
    ours = {"Haz": hazard[at], "varHaz": variance[at]}
    return compared("Cumulative hazards of transitions", cohort.name, file, ours, table, EXACT)


def probabilities(cohort: Cohort, folder: Path) -> list[Difference]:
    """reference_transition_probabilities.csv, from four landmarks."""
    file = "reference_transition_probabilities.csv"
    table = read(folder / file)
    hazards = hazards_of(six_states(cohort))
    columns = [f"{kind}{k}" for kind in ("pstate", "se") for k in range(1, 7)]
    ours = frame(np.nan, index=table.index, columns=columns)
    for (since, begin), part in table.groupby(["s", "from"]):
        found = aalen_johansen(hazards, _STATES.index(str(begin)), float(since))
        ours.loc[part.index] = np.hstack(found.at(part["time"]))
    title = "Aalen-Johansen, six states"
    return compared(title, cohort.name, file, ours, table, EXACT)


def stays_until(cohort: Cohort, folder: Path) -> list[Difference]:
    """reference_elos_from_tx.csv: days in each state."""
    file = "reference_elos_from_tx.csv"
    table = read(folder / file)
    found = aalen_johansen(hazards_of(six_states(cohort)), 0)
    days = np.array([found.mean_stay(until) for until in table["tau"]])
    ours = {f"in{k + 1}": days[:, k] for k in range(6)}
    return compared("Mean time in each state", cohort.name, file, ours, table, EXACT)


def _transition_rows(cohort: Cohort) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A row for each stay and each way out of it: start, stop, event, transition, patient."""
    stays = six_states(cohort)
    found = []
    for number, (h, j) in enumerate(_PAIRS):
        here = stays.state == h
        found.append(np.column_stack([stays.entry[here], stays.exit[here], stays.to[here] == j,
                                      np.full(here.sum(), number), stays.patient[here]]))  # fmt: skip
    start, stop, event, number, patient = np.concatenate(found).T
    return start, stop, event, number.astype(int), patient.astype(int)


def _fit(cohort: Cohort, ties: Ties) -> CoxFit:
    d = cohort.table
    factors = [
        d["match"] == "gender mismatch", d["proph"] == "yes", d["year"] == "1990-1994", d["year"] == "1995-1998",
        d["agecl"] == "20-40", d["agecl"] == ">40",
    ]  # fmt: skip
    start, stop, event, number, patient = _transition_rows(cohort)
    x = np.column_stack([f.to_numpy(float)[patient] * (number == k) for f in factors for k in range(len(_PAIRS))])
    return fit_cox(rows_for_cox(stop, event, x, start=start, strata=number), ties)


def transition_models(cohort: Cohort, folder: Path) -> list[Difference]:
    """reference_cox_transitions.csv: 72 coefficients, stratified by transition, late entry."""
    file = "reference_cox_transitions.csv"
    table = read(folder / file)
    parts = []
    for ties, part in table.groupby("ties", sort=False):
        fit = _fit(cohort, Ties[str(ties).upper()])
        order = ["match", "proph", "year1", "year2", "agecl1", "agecl2"]
        place = [order.index(t.split(".")[0]) * len(_PAIRS) + int(t.split(".")[1]) - 1 for t in part["term"]]
        coef, se = fit.coefficients[place], fit.standard_errors[place]
        columns = {"coef": coef, "se": se, "z": coef / se, "loglik": fit.log_likelihood}
        parts.append(frame(columns, index=part.index))
    ours = joined(parts).loc[table.index]
    return compared("Cox, by transition", cohort.name, file, ours, table, FITTED)


def predicted(cohort: Cohort, folder: Path) -> list[Difference]:
    """reference_predicted_patient.csv: one patient's probabilities from the Cox models, with errors."""
    file = "reference_predicted_patient.csv"
    table = read(folder / file)
    fit = _fit(cohort, Ties.BRESLOW)
    patient = np.zeros((6, len(_PAIRS)))
    patient[[3, 4]] = 1.0  # 1995-1998, 20-40
    hazards = _predicted_hazards(fit, patient)
    ours = np.hstack(aalen_johansen(hazards, 0, kind=Variance.AALEN).at(table["time"]))
    columns = [f"{kind}{k}" for kind in ("pstate", "se") for k in range(1, 7)]
    found = frame(ours, columns=columns)
    return compared("Aalen-Johansen of a Cox model", cohort.name, file, found, table, FITTED)


def _predicted_hazards(fit: CoxFit, patient: np.ndarray) -> Hazards:
    """Hazards of a patient's transitions; their variance from the events and from the coefficients."""
    k = len(_STATES)
    time = np.unique(np.concatenate([sets.time for sets in fit.sets]))
    share, covariance = np.zeros((len(time), k, k)), np.zeros((len(time), k, k, k))
    for number, ((h, j), sets) in enumerate(zip(_PAIRS, fit.sets, strict=True)):
        x = np.zeros((6, len(_PAIRS)))
        x[:, number] = patient[:, number]
        hazard, variance = _cumulative(fit, sets, x.ravel(), time)
        share[:, h, j] = np.diff(hazard, prepend=0.0)
        covariance[:, h, j, j] = np.diff(variance, prepend=0.0)
    return Hazards(time, *balanced(share, covariance))


def _cumulative(fit: CoxFit, sets: RiskSets, x: np.ndarray, time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cumulative hazard of a patient with ``x`` and its variance, at each of ``time``."""
    rows = sets.rows
    risk = np.exp((rows.covariates - x) @ fit.coefficients)
    total = sets.at_risk(risk)
    mean = sets.at_risk(risk[:, None] * rows.covariates) / total[:, None]
    place = np.searchsorted(sets.time, time, side="right")
    zero = np.zeros((1, len(x)))
    drift = np.concatenate([zero, np.cumsum((x - mean) / total[:, None], axis=0)])[place]
    hazard = np.concatenate([[0.0], np.cumsum(1 / total)])[place]
    own = np.concatenate([[0.0], np.cumsum(1 / total**2)])[place]
    return hazard, own + np.einsum("tp,pq,tq->t", drift, fit.covariance, drift)
