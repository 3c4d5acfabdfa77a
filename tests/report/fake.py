"""A made-up course with every variable of a real one: for tests of what users see, not of biology."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from marrow.endpoints.outcome import Outcomes, outcomes
from marrow.figures.scene import RuleMark
from marrow.report.record import ExposureTarget, Provenance, Record, SourceRow
from marrow.sources import Grade


@dataclass(frozen=True)
class Fake:
    course: xr.Dataset
    doses: pd.DataFrame
    actions: pd.DataFrame
    outcomes: Outcomes


def _grid(until: float) -> np.ndarray:
    days = np.arange(-8.0, until + 1)
    return np.unique(np.concatenate([days, np.arange(-6.0, 1.0, 1 / 16)]))


def _fall_and_rise(t, start, floor, fall_at, fall_by, rise_at, rise_by, end):
    """A count that falls exponentially from ``fall_at`` to a floor and rises sigmoidally around ``rise_at``."""
    fall = start * np.exp(-np.maximum(t - fall_at, 0) / fall_by)
    rise = end / (1 + np.exp(-(t - rise_at) / rise_by))
    return np.maximum(fall, floor) + rise


def fake_course(draws: int = 200, until: float = 365.0, seed: int = 1, spread: float = 1.0, graft: float = 1.0) -> Fake:
    """``spread`` widens the differences between patients (an uncertain course); ``graft`` scales the cell dose."""
    rng = np.random.default_rng(seed)
    t = _grid(until)[None, :]

    def vary(cv: float) -> np.ndarray:
        return np.exp(cv * spread * rng.standard_normal((draws, 1)))

    late = -1.2 * np.log2(graft)
    values: dict[str, tuple[np.ndarray, str]] = {}
    anc_day, plt_day = 14.5 * vary(0.12) + late, 20 * vary(0.22) + 2 * late
    neutrophils = _fall_and_rise(t, 4 * vary(0.25), 0.006 * vary(0.5), -1.0, 1.6, anc_day + 1.5, 0.9, 3.6 * vary(0.25))
    platelets_own = _fall_and_rise(t, 230 * vary(0.2), 3 * vary(0.2), -2.0, 3.0, plt_day + 6, 3.2, 210 * vary(0.25))
    donor_share = 1 / (1 + np.exp(-(t - 11) / 1.5))
    transfused = 6 * np.exp(-(((t - plt_day + 6) / 5) ** 2))
    for name, both, unit in (
        ("absolute_neutrophil_count", neutrophils, "1e9/L"),
        ("absolute_monocyte_count", 0.13 * neutrophils + 0.001, "1e9/L"),
        ("platelet_count_own", platelets_own, "1e9/L"),
        ("natural_killer_count", _fall_and_rise(t, 300, 2, -3, 2, 25 * vary(0.1), 4, 350 * vary(0.4)), "cells/uL"),
        ("b_cell_count", _fall_and_rise(t, 300, 0.2, -3, 3, 150 * vary(0.2), 30, 300 * vary(0.5)), "cells/uL"),
        ("cd4_count", _fall_and_rise(t, 800, 12, -5, 3, 220 * vary(0.2), 60, 450 * vary(0.4)), "cells/uL"),
        ("cd4_naive_count", _fall_and_rise(t, 350, 0.5, -5, 3, 330 * vary(0.1), 40, 150 * vary(0.6)), "cells/uL"),
        ("cd8_count", _fall_and_rise(t, 600, 15, -5, 3, 70 * vary(0.2), 15, 600 * vary(0.5)), "cells/uL"),
        ("t_cell_count", _fall_and_rise(t, 1400, 27, -5, 3, 120 * vary(0.2), 40, 1000 * vary(0.4)), "cells/uL"),
        ("marrow_cellularity", _fall_and_rise(t, 1.0, 0.01, -4, 2, 24 * vary(0.1), 5, 0.8 * vary(0.1)), "1"),
        ("multipotent_progenitors", _fall_and_rise(t, 2.8e8, 1e3, -5, 0.5, 40, 6, 1e8 * vary(0.4)), "cells"),
        ("myeloid_progenitors", _fall_and_rise(t, 2.8e9, 1e4, -5, 0.5, 20, 3, 1e9 * vary(0.4)), "cells"),
    ):
        share = donor_share * (0.97 if "t_cell" in name else 0.9995)
        values[name] = (both, unit)
        values[f"{name}_host"], values[f"{name}_donor"] = ((1 - share) * both, unit), (share * both, unit)
    hemoglobin = 12.5 - 4.3 * np.exp(-(((t - 14) / 12) ** 2)) * vary(0.1) - 1.5 * np.exp(-np.abs(t - 30) / 60)
    stem_host = rng.poisson(np.maximum(7e4 * np.exp(-np.maximum(t + 5.75, 0) * 2.2), 0) * vary(0.5))
    stem_donor = np.where(t > 0, rng.poisson(3000 * graft * vary(0.8)) * (1 + np.minimum(t, 200) / 50), 0)
    low = 1 / (1 + neutrophils / 0.3)
    values |= {
        "platelet_count": (platelets_own + transfused, "1e9/L"),
        "platelet_count_transfused": (transfused, "1e9/L"),
        "hemoglobin": (hemoglobin, "g/dL"),
        "hemoglobin_transfused": (0.2 * hemoglobin, "g/dL"),
        "red_cells_own_host": (4.0 * np.exp(-np.maximum(t + 2, 0) / 60) + 0 * hemoglobin, "1e12/L"),
        "red_cells_own_donor": (3.6 / (1 + np.exp(-(t - 60) / 18)) * vary(0.1), "1e12/L"),
        "reticulocyte_count": (_fall_and_rise(t, 70, 0.5, -3, 2, 25 * vary(0.15), 3, 75), "1e9/L"),
        "white_cell_count": (1.4 * neutrophils + 0.02, "1e9/L"),
        "stem_cells_host": (stem_host.astype(float), "cells"),
        "stem_cells_donor": (stem_donor.astype(float), "cells"),
        "niche_occupancy": ((stem_host + stem_donor) / 7e4, "1"),
        "g_csf": (25 + 1700 * low * vary(0.4), "pg/mL"),
        "tpo": (100 + 1500 / (1 + platelets_own / 25) * vary(0.2), "pg/mL"),
        "epo": (14 + 70 * np.exp(-(((t - 10) / 9) ** 2)) * vary(0.4), "IU/L"),
        "il_7_15": (1 + 5 * np.exp(-(((t - 9) / 15) ** 2)) * vary(0.2), "1"),
        "tissue_damage": (0.7 * np.exp(-(((t - 8) / 7) ** 2)) * vary(0.3), "1"),
        "inflammation": (0.4 * np.exp(-(((t - 10) / 6) ** 2)) * vary(0.4), "1"),
    }
    doses, drugs = _drugs(t, vary, graft)
    values |= drugs
    data = {}
    for name, (value, unit) in values.items():
        attributes = {"units": unit, "long_name": name.replace("_", " ")}
        data[name] = (("draw", "time"), np.broadcast_to(value, (draws, t.size)).astype(np.float32), attributes)
    course = xr.Dataset(data, coords={"draw": np.arange(draws), "time": t[0]}, attrs={"title": "a made-up course"})
    course["status"] = ("draw", np.zeros(draws, np.int8))
    course["steps"] = ("draw", rng.integers(300, 900, draws, dtype=np.int32))
    course["clipped_mass"] = ("draw", np.where(rng.random(draws) < 0.05, 1e-9, 0.0))
    actions = _actions(course, rng)
    return Fake(course, doses, actions, outcomes(course, actions))


def _drugs(t, vary, graft):
    days = np.arange(-6, -2)
    rows = [(d + 0.25, "fludarabine", 40 * 1.77, "mg") for d in days]
    rows += [(d + 0.25, "busulfan", 3.2 * 68, "mg") for d in days]
    rows.append((0.0, "graft", 5.6e6 * graft * 68, "CD34+ cells"))
    values = {}
    for name, volume, half_life in (("fludarabine", 60.0, 0.45), ("busulfan", 45.0, 0.115)):
        rate = np.log(2) / half_life / vary(0.2)
        dose = next(row[2] for row in rows if row[1] == name)
        level = sum(dose / volume * np.exp(-rate * np.maximum(t - d - 0.25, 0)) * (t >= d + 0.25) for d in days)
        level = level * vary(0.1)
        steps = np.diff(t, prepend=t[:, :1])
        values[f"{name}_concentration"] = (level, "mg/L")
        values[f"{name}_exposure"] = (24 * np.cumsum(level * steps, axis=1), "mg*h/L")
    return pd.DataFrame(rows, columns=["time", "drug", "amount", "unit"]), values


def _actions(course: xr.Dataset, rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for rule, variable, threshold, amount, unit, least in (
        ("platelets when < 10", "platelet_count_own", 10.0, 3.0e11, "platelets", 0.45),
        ("red cells when Hb < 7.5 g/dL", "hemoglobin", 8.4, 2.0, "units", 0.25),
        ("filgrastim 5 ug/kg SC", "absolute_neutrophil_count", 1.5, 340.0, "ug", 1.0),
    ):
        at_days = course[variable].sel(time=np.arange(0.0, min(60.0, float(course.time[-1]))))
        draw, place = np.nonzero((at_days.values < threshold) & (rng.random(at_days.shape) < least))
        day = at_days.time.values[place].astype(int)
        keep = day >= (5 if "filgrastim" in rule else 0)
        value = at_days.values[draw, place]
        columns = {"draw": draw, "day": day, "rule": rule, "watched": variable, "value": value, "threshold": threshold}
        rows.append(pd.DataFrame({**columns, "amount": amount, "amount_unit": unit})[keep])
    return pd.concat(rows).sort_values(["draw", "day"], kind="stable").reset_index(drop=True)


def fake_record(fake: Fake | None = None, **changes) -> Record:
    """A record with everything that a report can show; ``changes`` replace its parts."""
    fake = fake or fake_course(60, until=120.0)
    provenance = Provenance(
        versions={"marrow": "0.0.0", "numpy": "2"},
        seed=1,
        draws=fake.course.sizes["draw"],
        command="marrow simulate plan.yaml --draws 60 --seed 1",
        model="0123abcd",
        modules=("Neutrophils", "Busulfan"),
        hashes={"plan.yaml": "ab" * 32},
    )
    sources = tuple(
        SourceRow("Neutrophils", f"number {k}", "0.88 1/day", "0.6 to 2.2", grade, "made up", "Nobody 2016")
        for k, grade in enumerate(Grade)
    )
    record = Record(
        title="FB4 for AML",
        course=fake.course,
        outcomes=fake.outcomes,
        actions=fake.actions,
        doses=fake.doses,
        plan_yaml="year: 2024\n",
        provenance=provenance,
        facts=(("patient", "52 y, female, 68 kg"), ("graft", "5.6e6 CD34+ /kg")),
        not_modelled=(("tacrolimus", "no effect on counts"),),
        rules=(RuleMark("platelets when < 10", "platelet_count", 10.0),),
        targets=(ExposureTarget("busulfan", 60.0, 80.0, "made up"),),
        sources=sources,
        references=("Nobody 2016, J Nothing 1:1",),
    )
    return replace(record, **changes)


def with_failures(fake: Fake, draws: tuple[int, ...], day: float) -> Fake:
    """The same course, in which these draws could not be solved beyond ``day``."""
    course = fake.course.copy(deep=True)
    for name, variable in course.data_vars.items():
        if variable.ndim == 2:
            course[name].values[np.ix_(list(draws), course["time"].values > day)] = np.nan
    course["status"].values[list(draws)] = 2
    ended = np.full(course.sizes["draw"], float(course["time"][-1]))
    ended[list(draws)] = day
    course["ended_at"] = ("draw", ended)
    return Fake(course, fake.doses, fake.actions, outcomes(course, fake.actions))
