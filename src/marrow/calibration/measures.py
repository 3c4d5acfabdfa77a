"""From the wording of a published endpoint to a column of outcomes, and from a column to the population's value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from marrow.calibration.score import Simulated
from marrow.calibration.table import Statistic, Target
from marrow.endpoints.summary import error_of_median, median

Floats = NDArray[np.float64]


class Among(Enum):
    """Whose days a median is of."""

    ENGRAFTED = "those who reached it"
    EVERYONE = "everyone, never counting as later than any day"


class Read(Enum):
    """How a column becomes one number."""

    MEDIAN = "median"
    MEAN = "mean"
    SHARE = "share of patients with it, %"
    SHARE_BY = "share of patients who reached it by the day, %"
    SHARE_LATER = "share of patients who had not reached it by the day, %"
    CORRELATION = "Pearson correlation with the CD34+ dose"


@dataclass(frozen=True)
class Measure:
    """``column`` of the outcomes, how it is read, and the day where a share needs one."""

    column: str
    read: Read
    day: float | None = None
    among: Among = Among.ENGRAFTED

    def __str__(self) -> str:
        day = f", day {self.day:g}" if self.day is not None else ""
        among = f", {self.among.value}" if self.read in (Read.MEDIAN, Read.MEAN) else ""
        return f"{self.read.value} of {self.column}{day}{among}"


@dataclass(frozen=True)
class ArmOutcomes:
    """N virtual patients of an arm. ``columns``: outcomes by name, (N,) each; ``cd34`` (N,): cells/kg infused."""

    columns: dict[str, Floats]
    cd34: Floats

    @property
    def draws(self) -> int:
        return len(self.cd34)


_COUNT = r"(?:e9/L)?"
_COLUMNS: tuple[tuple[str, str], ...] = (  # wording (whole), column
    (rf"ANC ?(>=?) ?0\.5{_COUNT}|ANC (engraftment|recovery)( \(0\.5e9/L\))?", "neutrophil_engraftment_day"),
    (rf"ANC ?(>=?) ?1(\.0)?{_COUNT}", "neutrophil_1_0_day"),
    (rf"PLT ?(>=?) ?20{_COUNT}|PLT (early )?engraftment|PLT recovery( \(20e9/L\))?", "platelet_engraftment_day"),
    (rf"PLT ?(>=?) ?50{_COUNT}|PLT recovery \(50e9/L\)", "platelet_50_day"),
    (rf"duration ANC ?< ?0\.5{_COUNT}|duration of neutropenia", "days_neutrophils_below_0_5"),
    (rf"duration ANC ?< ?0\.1{_COUNT}", "days_neutrophils_below_0_1"),
    (r"onset of neutropenia \(ANC ?< ?0\.5\)", "first_day_neutrophils_below_0_5"),
    (rf"ANC never ?< ?0\.5{_COUNT}", "neutrophils_never_below"),
    (rf"PLT never ?< ?20{_COUNT}", "platelets_never_below"),
    (r"primary graft failure", "primary_graft_failure"),
    (r"days with platelet transfusion|platelet transfusions per patient", "platelet_transfusions"),
    (r"RBC transfusions( per patient)?", "red_cell_transfusions"),
)
_OTHER: tuple[tuple[str, str, Read], ...] = (
    (r"CD34 dose vs ANC day, correlation r", "neutrophil_engraftment_day", Read.CORRELATION),
    (r"CD34 dose vs PLT day, correlation r", "platelet_engraftment_day", Read.CORRELATION),
    (r"PLT recovery delayed beyond day \d+", "platelet_engraftment_day", Read.SHARE_LATER),
)
_FLAGS = {"neutrophils_never_below", "platelets_never_below", "primary_graft_failure"}
_INPUTS = re.compile(r"(infused )?(CD34|CD3|TNC) dose( infused)?", re.IGNORECASE)


def is_input(target: Target) -> bool:
    """Whether the row tells what was infused: an input of a simulation."""
    return bool(_INPUTS.fullmatch(target.endpoint))


def measure_of(target: Target, among: Among = Among.ENGRAFTED) -> Measure | None:
    """How the row's endpoint is read from outcomes; None when marrow has no such endpoint."""
    for wording, column, read in _OTHER:
        if re.fullmatch(wording, target.endpoint, re.IGNORECASE):
            return Measure(column, read, target.time if read is Read.SHARE_LATER else None, among)
    for wording, column in _COLUMNS:
        if re.fullmatch(wording, target.endpoint, re.IGNORECASE):
            return _read_as(target, column, among)
    return None


def _read_as(target: Target, column: str, among: Among) -> Measure | None:
    if column in _FLAGS:
        shares = (Statistic.PROPORTION, Statistic.CUMULATIVE_INCIDENCE)
        return Measure(column, Read.SHARE, None, among) if target.statistic in shares else None
    if target.statistic is Statistic.MEDIAN:
        return Measure(column, Read.MEDIAN, None, among)
    if target.statistic is Statistic.MEAN:
        return Measure(column, Read.MEAN, None, among)
    if target.statistic in (Statistic.PROPORTION, Statistic.CUMULATIVE_INCIDENCE) and target.time is not None:
        return Measure(column, Read.SHARE_BY, target.time, among) if column.endswith("_day") else None
    return None


def simulated_value(measure: Measure, outcomes: ArmOutcomes, assumed: tuple[str, ...] = ()) -> Simulated:
    """The population value of a measure with its Monte Carlo error. Unknown patients are left out and said so."""
    values = outcomes.columns[measure.column]
    known = ~np.isnan(values)
    unknown = int(values.size - known.sum())
    how = str(measure) + (f"; {unknown} of {values.size} unknown" if unknown else "")
    value, error = _value(measure, values[known], outcomes.cd34[known])
    return Simulated(value, error, int(known.sum()), how, assumed)


def _value(measure: Measure, values: Floats, cd34: Floats) -> tuple[float, float]:
    finite = np.isfinite(values)
    if measure.read is Read.MEDIAN:
        of = values[finite] if measure.among is Among.ENGRAFTED else values
        return median(of), error_of_median(of)
    of = values[finite]
    if measure.read is Read.MEAN:
        return (float(of.mean()), float(of.std() / np.sqrt(of.size))) if of.size else (np.nan, np.nan)
    if measure.read is Read.CORRELATION:
        if of.size < 3 or np.ptp(of) == 0 or np.ptp(cd34[finite]) == 0:
            return np.nan, np.nan
        r = float(np.corrcoef(cd34[finite], of)[0, 1])
        return r, (1 - r**2) / np.sqrt(of.size)
    if not values.size:
        return np.nan, np.nan
    if measure.read is Read.SHARE:
        share = float(values.mean())
    else:
        reached = float(np.mean(values <= (measure.day if measure.day is not None else np.inf)))
        share = reached if measure.read is Read.SHARE_BY else 1 - reached
    return 100 * share, 100 * float(np.sqrt(share * (1 - share) / values.size))
