"""What figures are drawn from: a course with what was done and seen, percentiles already computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marrow.endpoints.chimerism import Lineage
from marrow.figures.bands import Bands, bands_of, shown_times
from marrow.figures.time_axis import TimeAxis

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

CONCENTRATION = "_concentration"


@dataclass(frozen=True)
class RuleMark:
    """A standing order that watches a laboratory value: its threshold is drawn into that value's panel."""

    name: str  # "platelets when < 10"
    variable: str  # of the course: "platelet_count"; empty when it watches none
    threshold: float


@dataclass(frozen=True)
class PatientValues:
    """What figures read patient by patient: ``values`` (N, T) in ``unit`` at ``time`` (T,).

    ``least``: the limit of detection.
    """

    time: NDArray[np.floating]
    values: NDArray[np.floating]
    unit: str
    least: float


@dataclass(frozen=True)
class GivenDose:
    """A planned dose, or the graft. ``time`` in days; ``drug`` says so when the model does not know it."""

    time: float
    drug: str


@dataclass(frozen=True)
class Observed:
    """Laboratory values (K,) of one variable on ``day``. ``censored``: below the value, a limit of detection."""

    day: NDArray[np.floating]
    value: NDArray[np.floating]
    censored: NDArray[np.bool_]


@dataclass(frozen=True)
class Scene:
    """Plain numbers, few and small: a scene is handed to another process, which loads little to read it.

    ``concentrations`` by drug; ``lineages``: by variable, host and donor apart, at the times that are shown.
    ``doses`` in order of time. ``given``: by rule, the day of every time it acted (A,), rules in order of their first.
    ``observed``: by variable; None without laboratory values.
    ``bands``, ``uncertain_bands``: percentiles by variable, without and with uncertain typical parameter values.
    """

    patients: int
    concentrations: Mapping[str, PatientValues]
    lineages: Mapping[str, PatientValues]
    doses: tuple[GivenDose, ...]
    given: Mapping[str, NDArray[np.integer]]
    axis: TimeAxis
    bands: Mapping[str, Bands]
    uncertain_bands: Mapping[str, Bands]
    rules: tuple[RuleMark, ...] = ()
    observed: Mapping[str, Observed] | None = None
    is_autologous: bool = False
    dose_days: NDArray[np.floating] = field(default_factory=lambda: np.empty(0))

    def has(self, *names: str) -> bool:
        return all(name in self.bands for name in names)


def set_scene(
    course: xr.Dataset,
    doses: pd.DataFrame,
    actions: pd.DataFrame,
    *,
    uncertain: xr.Dataset | None = None,
    rules: Iterable[RuleMark] = (),
    observed: pd.DataFrame | None = None,
    is_autologous: bool = False,
    not_modelled: Iterable[str] = (),
) -> Scene:
    """Compute every percentile that figures need, once. Doses of drugs that are ``not_modelled`` are named so.

    ``course``, ``uncertain``: dims (draw, time). ``doses``: columns time, drug, amount, unit. ``actions``: columns
    draw, day, rule. ``observed``: columns day, analyte (a variable of the course), value (its unit), censored.
    """
    absent = list(not_modelled)
    given = doses[~doses["drug"].isin(absent)]
    in_order = doses.sort_values("time", kind="stable")
    time = course["time"].values.astype(float)
    return Scene(
        patients=course.sizes["draw"],
        concentrations=_concentrations(course, time),
        lineages=_lineages(course, time),
        doses=tuple(
            GivenDose(float(at), f"{drug} (not modelled)" if drug in absent else str(drug))
            for at, drug in zip(in_order["time"], in_order["drug"], strict=True)
        ),
        given={str(rule): mine.to_numpy(int) for rule, mine in actions.groupby("rule", sort=False)["day"]},
        axis=TimeAxis.over(float(time[0]), float(time[-1])),
        bands=all_bands(course),
        uncertain_bands=all_bands(uncertain) if uncertain is not None else {},
        rules=tuple(rules),
        observed=None if observed is None else _observed(observed),
        is_autologous=is_autologous,
        dose_days=np.asarray(given["time"], dtype=float),
    )


def all_bands(course: xr.Dataset) -> dict[str, Bands]:
    """Percentiles of every variable over time but concentrations and exposures, at the times that are shown."""
    time = course["time"].values.astype(float)
    chosen = shown_times(time)
    found = {}
    for name, variable in course.data_vars.items():
        if variable.dims == ("draw", "time") and not str(name).endswith((CONCENTRATION, "_exposure")):
            found[str(name)] = bands_of(time, variable.values, chosen)
    return found


def _concentrations(course: xr.Dataset, time: NDArray[np.floating]) -> dict[str, PatientValues]:
    """Of drugs that reach any patient's plasma, at all times."""
    found = {}
    for name in (str(name) for name in course.data_vars if str(name).endswith(CONCENTRATION)):
        values = course[name].values
        if np.nanmax(values, initial=0.0) > 0:
            found[name.removesuffix(CONCENTRATION)] = _values(course, name, time, values)
    return found


def _lineages(course: xr.Dataset, time: NDArray[np.floating]) -> dict[str, PatientValues]:
    chosen = shown_times(time)
    names = [f"{lineage.value}_{origin}" for lineage in Lineage for origin in ("donor", "host")]
    there = [name for name in names if name in course]
    return {name: _values(course, name, time[chosen], course[name].values[:, chosen]) for name in there}


def _values(course: xr.Dataset, name: str, time: NDArray[np.floating], values: NDArray) -> PatientValues:
    attributes = course[name].attrs
    return PatientValues(
        time, values, str(attributes.get("units", "")), float(attributes.get("limit_of_detection", 0.0))
    )


def _observed(table: pd.DataFrame) -> dict[str, Observed]:
    return {
        str(analyte): Observed(
            mine["day"].to_numpy(float), mine["value"].to_numpy(float), mine["censored"].to_numpy(bool)
        )
        for analyte, mine in table.groupby("analyte", sort=False)
    }
