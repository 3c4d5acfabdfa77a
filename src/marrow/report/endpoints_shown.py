"""Which endpoints lead the report, under which short name, and how each is read. All others are in outcomes.csv."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from marrow.endpoints.outcome import Column, Outcomes


class Reading(Enum):
    """How the values of N patients become one number."""

    MEDIAN = "the median, and whom it was not reached by"
    MEAN = "the mean: of a number of transfusions the median says little"
    PROPORTION = "the share of patients in whom it is so"


@dataclass(frozen=True)
class Shown:
    """One endpoint. ``horizons``: days by which its probability is told. ``group``: its panel of the figure."""

    name: str  # of the column
    label: str
    short: str  # for the terminal
    reading: Reading
    horizons: tuple[int, ...] = ()
    group: str = ""
    unit: str = ""  # overrides the column's
    note: str = ""  # where the column has no definition of its own


_NEUTROPHILS, _PLATELETS = "Neutrophils", "Platelets"
_EARLY = "lowest daily value of the first 100 days"
_EARLY_DAYS = "of the first 100 days"
_TIMES = "days on which any were given"
_PER_PATIENT = "per patient"
_ANC, _TWENTY = "Neutrophil engraftment (≥ 0.5)", "Platelet engraftment (≥ 20)"
_OUT = "Days alive out of hospital, first 100 days", "days at home of 100"
_GIVEN = ("Platelet transfusions", "Red-cell transfusions")

SHOWN = (
    Shown("neutrophil_engraftment_day", _ANC, "ANC ≥ 0.5", Reading.MEDIAN, (14, 21, 28), _NEUTROPHILS),
    Shown("primary_graft_failure", "Primary graft failure", "graft failure", Reading.PROPORTION),
    Shown("platelet_engraftment_day", _TWENTY, "platelets ≥ 20", Reading.MEDIAN, (28, 60, 100), _PLATELETS),
    Shown("platelet_50_day", "Platelets ≥ 50", "platelets ≥ 50", Reading.MEDIAN, (28, 60, 100), _PLATELETS),
    Shown("neutrophil_nadir", "Lowest ANC", "lowest ANC", Reading.MEDIAN, unit="10⁹/L", note=_EARLY),
    Shown("days_neutrophils_below_0_5", "Days with ANC below 0.5", "days ANC < 0.5", Reading.MEDIAN, note=_EARLY_DAYS),
    Shown("days_neutrophils_below_0_1", "Days with ANC below 0.1", "days ANC < 0.1", Reading.MEDIAN, note=_EARLY_DAYS),
    Shown("platelet_nadir", "Lowest platelets", "lowest platelets", Reading.MEDIAN, unit="10⁹/L", note=_EARLY),
    Shown("platelet_transfusions", _GIVEN[0], "platelets given", Reading.MEAN, unit=_PER_PATIENT, note=_TIMES),
    Shown("red_cell_transfusions", _GIVEN[1], "red cells given", Reading.MEAN, unit=_PER_PATIENT, note=_TIMES),
    Shown("red_cell_independence_day", "Red-cell independence", "red cells no more", Reading.MEDIAN, (60, 100)),
    Shown("first_stay_days", "First stay in hospital", "days of first stay", Reading.MEDIAN),
    Shown("days_alive_out_of_hospital_100", _OUT[0], _OUT[1], Reading.MEDIAN),
    Shown("fact_bmt_baseline", "FACT-BMT before conditioning", "FACT-BMT before", Reading.MEDIAN),
    Shown("fact_bmt_day_30", "FACT-BMT, day 30", "FACT-BMT, day 30", Reading.MEDIAN),
    Shown("fact_bmt_day_365", "FACT-BMT after a year", "FACT-BMT, 1 year", Reading.MEDIAN),
)  # fmt: skip


def shown_in(outcomes: Outcomes) -> list[tuple[Shown, Column]]:
    """Those that this table of outcomes has."""
    return [(shown, outcomes.column(shown.name)) for shown in SHOWN if shown.name in outcomes]
