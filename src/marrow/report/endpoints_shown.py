"""Which columns of the table of outcomes are shown, under which name, and how they are read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Reading(Enum):
    """How a column is summarised."""

    DAY = "a day; inf when it was never reached"
    AMOUNT = "an amount in each patient"
    COUNT = "a number of times in each patient: the mean says more than the median"


@dataclass(frozen=True)
class Shown:
    """One column. ``horizons``: days by which its probability is told. ``group``: the panel of the engraftment figure."""

    column: str
    label: str
    unit: str
    reading: Reading
    definition: str
    horizons: tuple[float, ...] = ()
    group: str = ""


SHOWN = (
    Shown(
        "neutrophil_engraftment_day", "Neutrophil engraftment (ANC ≥ 0.5)", "day", Reading.DAY,
        "first of three consecutive measured days with ANC of at least 0.5·10⁹/L after the nadir (CIBMTR)", (14, 21, 28), "Neutrophils",
    ),
    Shown(
        "platelet_engraftment_day", "Platelet engraftment (≥ 20)", "day", Reading.DAY,
        "first of three consecutive measured days with at least 20·10⁹/L, none transfused in the 7 days before (CIBMTR)", (28, 60, 100), "Platelets",
    ),
    Shown(
        "platelet_50_day", "Platelets ≥ 50", "day", Reading.DAY,
        "as platelet engraftment, with at least 50·10⁹/L", (28, 60, 100), "Platelets",
    ),
    Shown("neutrophil_nadir", "Lowest ANC", "10⁹/L", Reading.AMOUNT, "lowest measured daily value"),
    Shown("days_neutrophils_below_0_5", "Days with ANC below 0.5", "days", Reading.AMOUNT, "measured days below 0.5·10⁹/L"),
    Shown("days_neutrophils_below_0_1", "Days with ANC below 0.1", "days", Reading.AMOUNT, "measured days below 0.1·10⁹/L"),
    Shown("platelet_nadir", "Lowest platelets", "10⁹/L", Reading.AMOUNT, "lowest measured daily value, transfused ones included"),
    Shown("platelet_transfusions", "Platelet transfusions", "per patient", Reading.COUNT, "days on which platelets were given"),
    Shown("red_cell_transfusions", "Red-cell transfusions", "per patient", Reading.COUNT, "days on which red cells were given"),
    Shown(
        "red_cell_independence_day", "Red-cell independence", "day", Reading.DAY, "day after the last red-cell transfusion", (60, 100, 180),
    ),
)  # fmt: skip
