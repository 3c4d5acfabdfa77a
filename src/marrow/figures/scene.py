"""What figures are drawn from: a course with what was done and seen, percentiles already computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marrow.figures.bands import Bands, bands_of, shown_times
from marrow.figures.time_axis import TimeAxis

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


# Variables that figures read patient by patient. Few, because a scene is handed to another process.
DRAWN = ("_concentration", "_donor", "_host")


@dataclass(frozen=True)
class RuleMark:
    """A standing order that watches a laboratory value: its threshold is drawn into that value's panel."""

    name: str  # "platelets when < 10"
    variable: str  # of the course: "platelet_count"; empty when it watches none
    threshold: float


@dataclass(frozen=True)
class Scene:
    """``course``: dims (draw, time), of it only what ends in one of ``DRAWN``; all else is in the bands.

    ``doses``: columns time, drug, amount, unit. ``actions``: columns draw, day, rule.
    ``observed``: columns day, analyte (a variable of the course), value (its unit), censored (below detection).
    ``bands``, ``uncertain_bands``: percentiles by variable, without and with uncertain typical parameter values.
    """

    course: xr.Dataset
    doses: pd.DataFrame
    actions: pd.DataFrame
    axis: TimeAxis
    bands: Mapping[str, Bands]
    uncertain_bands: Mapping[str, Bands]
    rules: tuple[RuleMark, ...] = ()
    observed: pd.DataFrame | None = None
    is_autologous: bool = False
    dose_days: NDArray[np.floating] = field(default_factory=lambda: np.empty(0))

    def has(self, *names: str) -> bool:
        return all(name in self.bands for name in names)

    @property
    def patients(self) -> int:
        return self.course.sizes["draw"]


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
    """Compute every percentile that figures need, once. Doses of drugs that are ``not_modelled`` are named so."""
    absent = list(not_modelled)
    given = doses[~doses["drug"].isin(absent)]
    doses = doses.assign(drug=[f"{drug} (not modelled)" if drug in absent else drug for drug in doses["drug"]])
    time = course["time"].values.astype(float)
    return Scene(
        course=course.drop_vars([name for name in course.data_vars if not str(name).endswith(DRAWN)]),
        doses=doses,
        actions=actions,
        axis=TimeAxis.over(float(time[0]), float(time[-1])),
        bands=_all_bands(course),
        uncertain_bands=_all_bands(uncertain) if uncertain is not None else {},
        rules=tuple(rules),
        observed=observed,
        is_autologous=is_autologous,
        dose_days=np.asarray(given["time"], dtype=float),
    )


def _all_bands(course: xr.Dataset) -> dict[str, Bands]:
    time = course["time"].values.astype(float)
    chosen = shown_times(time)
    found = {}
    for name, variable in course.data_vars.items():
        if variable.dims == ("draw", "time") and not str(name).endswith(("_concentration", "_exposure")):
            found[str(name)] = bands_of(time, variable.values, chosen)
    return found
