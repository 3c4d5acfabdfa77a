"""A Cox model of the covariates that a ward knows: what can be predicted from them by learning from other patients."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from numpy.typing import NDArray
from predictive import Floats, Observed, Predictive

COVARIATES = ("log CD34+ dose", "blood graft", "age", "weight")


def _table(covariates: Floats) -> pd.DataFrame:
    return pd.DataFrame(dict(zip(COVARIATES, covariates.T, strict=True)))


def fitted(covariates: Floats, observed: Observed) -> CoxPHFitter:
    """Efron's ties, no penalty. ``covariates`` (N, 4) in the order of ``COVARIATES``."""
    table = _table(covariates)
    table = table.assign(day=observed.day, happened=observed.happened)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of lifelines: about its own use of pandas
        return CoxPHFitter().fit(table, duration_col="day", event_col="happened")


def predictives(model: CoxPHFitter, covariates: Floats) -> list[Predictive]:
    """The day of each patient: steps of the baseline, raised to the patient's hazard."""
    curves = model.predict_survival_function(_table(covariates))
    days = np.asarray(curves.index, dtype=float)
    drops = -np.diff(np.vstack([np.ones(curves.shape[1]), curves.to_numpy()]), axis=0)
    return [Predictive(days[drop > 0], drop[drop > 0]) for drop in drops.T]


def risk(model: CoxPHFitter, covariates: Floats) -> Floats:
    """Log partial hazard (N,): higher is sooner."""
    return model.predict_log_partial_hazard(_table(covariates)).to_numpy(dtype=float)


def out_of_fold(covariates: Floats, observed: Observed, part: NDArray[np.int64]) -> tuple[list[Predictive], Floats]:
    """Each patient by a model of the other folds: distributions, and log hazards centred on those of that model."""
    found: dict[int, Predictive] = {}
    hazard = np.empty(len(part))
    for fold in np.unique(part):
        inside, outside = part == fold, part != fold
        model = fitted(covariates[outside], Observed(observed.day[outside], observed.happened[outside]))
        found |= dict(zip(np.flatnonzero(inside).tolist(), predictives(model, covariates[inside]), strict=True))
        hazard[inside] = risk(model, covariates[inside])
    return [found[place] for place in range(len(part))], hazard
