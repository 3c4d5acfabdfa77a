"""The data sets beside whose R results the estimators are laid: columns as each README's R code makes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from parity_compare import Table, read

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Endpoint:
    """``time`` (N,); ``code`` (N,): 0 censored, 1 or more the event or cause; groups and strata where there are any."""

    time: Array
    code: Array
    group: Array | None = None
    strata: Array | None = None


@dataclass(frozen=True)
class Cohort:
    """One data set: tables by name, endpoints of curves and tests, columns of models."""

    name: str
    table: Table
    endpoints: dict[str, Endpoint]
    tests: dict[str, Endpoint] = field(default_factory=dict)
    models: dict[str, Endpoint] = field(default_factory=dict)
    columns: dict[str, Array] = field(default_factory=dict)
    late_entry: dict[str, Array] = field(default_factory=dict)

    def term(self, name: str) -> Array:
        """A model's column: declared, or a level of a factor ('dissubALL')."""
        if name in self.columns:
            return self.columns[name].astype(float)
        for column in self.table.columns:
            if name.startswith(column) and name != column:
                return (self.table[column].astype(str) == name.removeprefix(column)).to_numpy(dtype=float)
        return self.table[name].to_numpy(dtype=float)


def _kmsurv(folder: Path) -> Cohort:
    d = read(folder / "bmt.csv")
    group = np.array(["ALL", "AML low", "AML high"])[d["group"].to_numpy() - 1]
    t1, t2, d3, mtx = (d[name].to_numpy() for name in ("t1", "t2", "d3", "z10"))
    relapse = np.where(d["d2"] == 1, 1, np.where(d3 == 1, 2, 0))
    soon = ((d["dp"] == 1) & (d["tp"] <= d["t2"])).to_numpy()
    platelets = np.where(soon, 1, np.where(d3 == 1, 2, 0))
    platelet_time = np.where(soon, d["tp"], t2)
    acute = ((d["da"] == 1) & (d["ta"] <= d["t2"])).to_numpy()
    gvhd, gvhd_time = np.where(acute, 1, np.where(d3 == 1, 2, 0)), np.where(acute, d["ta"], t2)
    endpoints = {
        "OS": Endpoint(t1, d["d1"].to_numpy(), group, mtx),
        "DFS": Endpoint(t2, d3, group, mtx),
        "relapse/TRM": Endpoint(t2, relapse, group),
        "platelet recovery": Endpoint(platelet_time, platelets, group),
        "acute GVHD": Endpoint(gvhd_time, gvhd),
    }
    tests = {
        "relapse/TRM by group": Endpoint(t2, relapse, group),
        "relapse/TRM by MTX": Endpoint(t2, relapse, mtx),
        "relapse/TRM by group stratified by MTX": Endpoint(t2, relapse, group, mtx),
        "platelet recovery by group": Endpoint(platelet_time, platelets, group),
        "acute GVHD by MTX": Endpoint(gvhd_time, gvhd, mtx),
    }
    a, b = d["z1"].to_numpy() - 28, d["z2"].to_numpy() - 28
    low, high = (d["group"] == 2).to_numpy(), (d["group"] == 3).to_numpy()
    columns = {"aml_low": low, "aml_high": high, "a": a, "b": b, "a:b": a * b, "fab": d["z8"].to_numpy(), "age": a,
               "donor_age": b}  # fmt: skip
    models = {
        "DFS": Endpoint(t2, d3),
        "relapse cause-specific": Endpoint(t2, (relapse == 1).astype(int)),
        "TRM cause-specific": Endpoint(t2, (relapse == 2).astype(int)),
        "DFS stratified by hospital z9": Endpoint(t2, d3, strata=d["z9"].to_numpy()),
    }
    return Cohort("kmsurv_bmt", d, endpoints, tests, models, columns)


def with_platelet_recovery(cohort: Cohort) -> Cohort:
    """The same patients with a row before and one after platelet recovery (kmsurv_bmt)."""
    recovery = cohort.endpoints["platelet recovery"]
    t2, d3 = cohort.models["DFS"].time, cohort.models["DFS"].code
    split = (recovery.code == 1) & (recovery.time < t2)
    before, after = np.flatnonzero(~split | (recovery.time > 0)), np.flatnonzero(split)
    place = np.concatenate([before, after])
    late = np.concatenate([np.zeros(len(before), bool), np.ones(len(after), bool)])
    stop = np.where(~late & split[place], recovery.time[place], t2[place])
    event = np.where(~late & split[place], 0, d3[place])
    columns = {name: values[place] for name, values in cohort.columns.items()}
    columns |= {"plt": late, "z8": cohort.table["z8"].to_numpy()[place]}
    entry = np.where(late, recovery.time[place], 0.0)
    name = "DFS time-dependent platelet recovery"
    return Cohort(cohort.name, cohort.table, {}, {}, {name: Endpoint(stop, event)}, columns, {name: entry})


def _ebmt1(folder: Path) -> Cohort:
    d = read(folder / "ebmt1.csv")
    score, srv, dead = d["score"].to_numpy(str), d["srv"].to_numpy(), d["srvstat"].to_numpy()
    cause = np.where(d["relstat"] == 1, 1, np.where(dead == 1, 2, 0))
    time = np.where(cause == 1, d["rel"], srv)
    endpoints = {
        "OS": Endpoint(srv, dead),
        "OS by score": Endpoint(srv, dead, score),
        "relapse/NRM": Endpoint(time, cause),
        "relapse/NRM by score": Endpoint(time, cause, score),
        "relapse": Endpoint(time, cause),
        "NRM": Endpoint(time, cause),
    }
    models = {
        "OS": Endpoint(srv, dead),
        "relapse cause-specific": Endpoint(time, (cause == 1).astype(int)),
        "NRM cause-specific": Endpoint(time, (cause == 2).astype(int)),
    }
    columns = {"age10": d["age"].to_numpy() / 10, "medium": score == "Medium risk", "high": score == "High risk"}
    return Cohort("mstate_ebmt1", d, endpoints, {"by score": Endpoint(time, cause, score)}, models, columns)


_CAUSES = ("relapse", "GvHD", "bacterial infection", "viral infection", "fungal infection", "other")


def _ebmt2(folder: Path) -> Cohort:
    d = read(folder / "ebmt2.csv")
    time, cause = d["time"].to_numpy(), d["status"].to_numpy()
    disease, age, depletion = (d[name].to_numpy(str) for name in ("dissub", "age", "tcd"))
    dead = (cause > 0).astype(int)
    endpoints = {
        "OS": Endpoint(time, dead),
        "OS by disease": Endpoint(time, dead, disease, age),
        "OS by age": Endpoint(time, dead, age, disease),
        "cause of death": Endpoint(time, cause),
        "cause of death by disease": Endpoint(time, cause, disease),
    }
    tests = {
        "by disease": Endpoint(time, cause, disease),
        "by T-cell depletion": Endpoint(time, cause, depletion),
        "by age": Endpoint(time, cause, age),
    }
    models = {f"cause-specific {name}": Endpoint(time, (cause == k).astype(int)) for k, name in enumerate(_CAUSES, 1)}
    return Cohort("mstate_ebmt2", d, endpoints, tests, models)


def _ebmt4(folder: Path) -> Cohort:
    d = read(folder / "ebmt4.csv")
    relapsed = ((d["rel.s"] == 1) & (d["rel"] <= d["srv"])).to_numpy()
    srv, dead = d["srv"].to_numpy(), d["srv.s"].to_numpy()
    cause, time = np.where(relapsed, 1, np.where(dead == 1, 2, 0)), np.where(relapsed, d["rel"], srv)
    age = d["agecl"].to_numpy(str)
    endpoints = {
        "OS": Endpoint(srv, dead, age),
        "relapse/NRM": Endpoint(time, cause),
        "relapse/NRM by age": Endpoint(time, cause, age),
    }
    by = {"by age": "agecl", "by prophylaxis": "proph", "by match": "match", "by year": "year"}
    tests = {name: Endpoint(time, cause, d[column].to_numpy(str)) for name, column in by.items()}
    return Cohort("mstate_ebmt4", d, endpoints, tests)


def _sksurv(folder: Path) -> Cohort:
    d = read(folder / "bmt35.csv")
    group = np.where(d["dis"] == 0, "ALL", "AML")
    end = Endpoint(d["ftime"].to_numpy(), d["status"].to_numpy())
    split = Endpoint(end.time, end.code, group)
    columns = {"aml": d["dis"].to_numpy()}
    endpoints = {"all": end, "by disease": split, "TRM": end, "relapse": end}
    return Cohort("sksurv_bmt", d, endpoints, {"by disease": split}, {}, columns)


def _smcure(folder: Path) -> Cohort:
    d = read(folder / "bmt_auto_allo.csv")
    group = np.where(d["TRT"] == 1, "autologous", "allogeneic")
    end = Endpoint(d["Time"].to_numpy(), d["Status"].to_numpy(), group)
    return Cohort("smcure_bmt", d, {"relapse/death": end, "by transplant type": end}, {}, {"by transplant type": end})


def _okiss(folder: Path) -> Cohort:
    d = read(next(folder.glob("okiss_*.csv")))
    cause = d["status"].map({1: 1, 2: 2, 7: 3, 11: 0}).to_numpy()
    time, sex = d["time"].to_numpy(), d["sex"].to_numpy(str)
    kind = np.where(d["allo"] == 1, "allogeneic", "autologous")
    end = Endpoint(time, cause)
    endpoints = {
        "all": end,
        "by transplant type": Endpoint(time, cause, kind),
        "first event of any kind": Endpoint(time, (cause > 0).astype(int), kind),
        "bloodstream infection": end,
        "end of neutropenia": end,
    }
    tests = {
        "by transplant type": Endpoint(time, cause, kind),
        "by sex": Endpoint(time, cause, sex),
        "by type, strata sex": Endpoint(time, cause, kind, sex),
    }
    models = {
        "infection cause-specific": Endpoint(time, (cause == 1).astype(int)),
        "end of neutropenia cause-specific": Endpoint(time, (cause == 2).astype(int)),
    }
    return Cohort("compeir_okiss", d, endpoints, tests, models, {"male": sex == "m"})


def _timereg(folder: Path) -> Cohort:
    d = read(folder / "bmt408.csv")
    time, cause, platelet, depleted = (d[name].to_numpy() for name in ("time", "cause", "platelet", "tcell"))
    free = (cause > 0).astype(int)
    endpoints = {
        "event-free": Endpoint(time, free),
        "event-free by platelet": Endpoint(time, free, platelet.astype(str), depleted),
        "event-free by tcell": Endpoint(time, free, depleted.astype(str), platelet),
        "TRM/relapse": Endpoint(time, cause),
        "TRM/relapse by platelet": Endpoint(time, cause, platelet.astype(str)),
    }
    tests = {
        "by platelet": Endpoint(time, cause, platelet),
        "by tcell": Endpoint(time, cause, depleted),
        "by platelet, strata tcell": Endpoint(time, cause, platelet, depleted),
    }
    models = {
        "any event": Endpoint(time, free),
        "TRM cause-specific": Endpoint(time, (cause == 1).astype(int)),
        "relapse cause-specific": Endpoint(time, (cause == 2).astype(int)),
    }
    return Cohort("timereg_bmt", d, endpoints, tests, models)


READERS: dict[str, Callable[[Path], Cohort]] = {
    "kmsurv_bmt": _kmsurv,
    "mstate_ebmt1": _ebmt1,
    "mstate_ebmt2": _ebmt2,
    "mstate_ebmt4": _ebmt4,
    "sksurv_bmt": _sksurv,
    "smcure_bmt": _smcure,
    "compeir_okiss": _okiss,
    "timereg_bmt": _timereg,
}
