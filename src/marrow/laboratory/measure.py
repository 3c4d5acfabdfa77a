"""A course as a laboratory measures it: values on sampling days, and the course that a clinic knows.

Every deviate is keyed by the seed, the patient, the assay and the day: a patient's values depend on nobody else, on no
other assay and on no other day of the schedule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marrow.clinic.sampling import Labs, Noise, special_days
from marrow.endpoints.chimerism import Lineage, donor_fraction
from marrow.endpoints.survival import death_of
from marrow.engine.random import normal, uniform
from marrow.laboratory.assays import (
    ASSAYS,
    BY_EYE_BELOW,
    CHIMERISM,
    COUNTS,
    DIFFERENTIAL,
    NEUTROPHILS,
    WHITE_CELLS,
    Assay,
)

if TYPE_CHECKING:
    import xarray as xr

    from marrow.simulation import Simulation

Floats = NDArray[np.float64]
Values = dict[str, Floats]  # by observable, (N, D)


def labs_of(simulation: Simulation) -> xr.Dataset | None:
    """``measure`` of a run; None where its plan has no ``labs``."""
    plan = simulation.plan
    if plan.labs is None:
        return None
    return measure(
        simulation.course,
        plan.labs,
        simulation.seed,
        simulation.patients,
        followed_until(simulation),
        autologous=plan.donor.is_patient,
    )


def followed_until(simulation: Simulation) -> Floats:
    """The day of death or the end of follow-up (N,); before all days for patients whose solve failed."""
    last = np.minimum(death_of(simulation.events, len(simulation.patients)), float(simulation.schedule.grid[-1]))
    return np.where(simulation.solution.status == 0, last, -np.inf)


def measure(
    course: xr.Dataset, labs: Labs, seed: int, patients: NDArray[np.int64], until: Floats, *, autologous: bool = False
) -> xr.Dataset:
    """Measured values: dims draw (N) and day (D, days of the schedule that the course holds), a variable for each test.

    Names and units are those of the course; donor shares are percentages. NaN: not measured, as on every day after
    ``until`` (N,). With usual noise a value below its ``limit_of_quantification`` is given as just
    below it. ``patients`` (N,): the identities that key all draws.
    """
    import xarray as xr

    time = course["time"].values.astype(float)
    at = np.flatnonzero(np.isin(time, labs.schedule.days(time[0], time[-1])))
    days = np.round(time[at]).astype(np.int64)
    values = _truth(course, at, autologous)
    attributes: dict[str, dict[str, object]] = {name: {} for name in values}
    if labs.noise is Noise.USUAL:
        values = _Laboratory(seed, patients[:, None], days[None, :]).report(values)
        for assay in ASSAYS:
            told = {"limit_of_quantification": assay.limit.value, "decimals": int(assay.decimals.value)}
            attributes[assay.observable] = told
    special = np.isin(days, special_days(tuple(days.tolist())))
    variables = {}
    for assay in (assay for assay in ASSAYS if assay.observable in values):
        taken = (days <= until[:, None]) & (special | (not assay.special))
        told = {"long_name": assay.name, "units": assay.lab.unit, **attributes[assay.observable]}
        variables[assay.observable] = (("draw", "day"), np.where(taken, values[assay.observable], np.nan), told)
    day = ("day", days, {"long_name": "day from the infusion of the graft", "units": "days"})
    about = {"title": "marrow: laboratory values", "schedule": str(labs.schedule), "noise": labs.noise.value}
    return xr.Dataset(variables, {"draw": course["draw"].values, "day": day}, about)


def measured_course(course: xr.Dataset, measured: xr.Dataset) -> xr.Dataset:
    """The course as a clinic knows it: tests at their measured values, NaN where there is none, all else as it is.

    Where chimerism is measured nobody knows counts by origin: shares stand in their place.
    """
    places = np.searchsorted(course["time"].values, measured["day"].values)
    series = {}
    for name, values in measured.data_vars.items():
        whole = np.full((course.sizes["draw"], course.sizes["time"]), np.nan)
        whole[:, places] = values.values
        series[name] = (("draw", "time"), whole, values.attrs)
    if any(assay.observable in measured for assay in CHIMERISM.values()):
        by_origin = [f"{lineage.value}_{origin}" for lineage in Lineage for origin in ("donor", "host")]
        course = course.drop_vars(by_origin, errors="ignore")
    return course.assign(series)


def _truth(course: xr.Dataset, at: NDArray[np.intp], autologous: bool) -> Values:
    """What all assays would find without error, at places ``at`` of the course's time."""

    def values(name: str) -> Floats:
        return course[name].values[:, at].astype(np.float64)

    found = {assay.observable: values(assay.observable) for assay in COUNTS if assay.observable in course}
    for lineage, assay in CHIMERISM.items():
        donor, host = f"{lineage.value}_donor", f"{lineage.value}_host"
        if donor in course and host in course and not autologous:
            least = float(course[donor].attrs.get("limit_of_detection", 0.0))  # fewer cells cannot be typed
            found[assay.observable] = 100.0 * donor_fraction(values(donor), values(host), least)
    return found


@dataclass(frozen=True)
class _Laboratory:
    """Assays of ``patients`` (N, 1) on ``days`` (1, D)."""

    seed: int
    patients: NDArray[np.int64]
    days: NDArray[np.int64]

    def report(self, truth: Values) -> Values:
        found: Values = {}
        for assay in (assay for assay in COUNTS if assay.observable in truth and assay is not WHITE_CELLS):
            found[assay.observable] = self._counted(self._varied(truth[assay.observable], assay), assay)
        if WHITE_CELLS.observable in truth and NEUTROPHILS.observable in truth:
            self._white_cells(truth, found)
        elif WHITE_CELLS.observable in truth:
            found[WHITE_CELLS.observable] = self._varied(truth[WHITE_CELLS.observable], WHITE_CELLS)
        for assay in (assay for assay in CHIMERISM.values() if assay.observable in truth):
            found[assay.observable] = self._share(truth[assay.observable], assay)
        return {assay.observable: _written(found[assay.observable], assay) for assay in ASSAYS
                if assay.observable in found}  # fmt: skip

    def _varied(self, values: Floats, assay: Assay) -> Floats:
        """Times two lognormal factors of mean one and the assay's coefficients of variation."""
        assert assay.body is not None and assay.imprecision is not None  # of every count
        logarithm = np.zeros(values.shape)
        for number, what in ((assay.body, f"body, {assay.varies_as}"), (assay.imprecision, f"assay, {assay.name}")):
            variance = np.log1p((number.value / 100) ** 2)
            deviate = normal(self.seed, self.patients, f"laboratory: {what}", self.days)
            logarithm += np.sqrt(variance) * deviate - variance / 2
        return values * np.exp(logarithm)

    def _counted(self, values: Floats, assay: Assay) -> Floats:
        """As a Poisson number of cells tells it, where few are counted."""
        if assay.counted is None:
            return values
        from scipy.stats import poisson

        mean = assay.counted.value * np.maximum(values, 0.0)
        return poisson.ppf(self._uniform(assay.name), mean) / assay.counted.value

    def _white_cells(self, truth: Values, found: Values) -> None:
        """The whole is the sum of its parts as measured; where it is small, a differential by eye tells the parts."""
        from scipy.stats import binom

        name = NEUTROPHILS.observable
        others = np.maximum(truth[WHITE_CELLS.observable] - truth[name], 0.0)
        white = found[name] + self._varied(others, WHITE_CELLS)
        few = (truth[WHITE_CELLS.observable] < BY_EYE_BELOW.value) & (white > 0)
        share = np.clip(found[name][few] / white[few], 0.0, 1.0)
        seen = binom.ppf(self._uniform("differential")[few], DIFFERENTIAL.value, share)
        found[name][few] = white[few] * seen / DIFFERENTIAL.value
        found[WHITE_CELLS.observable] = white

    def _share(self, percent: Floats, assay: Assay) -> Floats:
        """A share, %, as so many cells tell it; complete where the other cells are below the limit."""
        from scipy.stats import binom

        assert assay.counted is not None
        cells = assay.counted.value
        found = 100.0 * binom.ppf(self._uniform(assay.name), cells, np.clip(percent / 100, 0.0, 1.0)) / cells
        return np.where(100.0 - found < assay.limit.value, 100.0, found)

    def _uniform(self, what: str) -> Floats:
        return uniform(self.seed, self.patients, f"laboratory: counted, {what}", self.days)


def _written(values: Floats, assay: Assay) -> Floats:
    """Rounded; below the limit of quantification just below it."""
    rounded = np.round(values, int(assay.decimals.value))
    return np.where(rounded < assay.limit.value, np.nextafter(assay.limit.value, 0.0), rounded)
