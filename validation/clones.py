"""Long-term stem cells of the donor in virtual patients, beside the number inferred from the genomes of real ones."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from predictive import Floats

from marrow.clinic.graft import Source
from marrow.clinic.plan import Plan, plan_of
from marrow.simulation import simulate_patients

FOLDER = Path("hsct_clonal_dynamics")
PRIOR = (10**2.7, 10**4.7)  # log-uniform, by the table's own description
MODELS = (1, 2, 3)
DAYS = (14.0, 30.0, 100.0, 365.0)  # on the first, graft cells have settled and few have divided
SOURCES = {"BM": Source.MARROW, "PBSC": Source.BLOOD}
USUAL_DOSE = {Source.MARROW: 2.5e6, Source.BLOOD: 6.0e6}  # CD34+ cells/kg where the table has none
CONDITIONING = {"MAC": "CyTBI", "RIC": "FB2"}
ASSUMED = (
    "MAC is CyTBI, RIC is FB2; no growth factor; 70 kg, 170 cm",
    "recipients, siblings, are as old as the donor was",
    "without a CD34+ dose in the table: 2.5e6 /kg of marrow, 6e6 /kg of blood",
)
GRID = tuple((source, dose) for source, doses in (
    (Source.MARROW, (1.5e6, 2.5e6, 5e6)), (Source.BLOOD, (2.5e6, 5e6, 10e6)), (Source.CORD, (0.5e5, 1.2e5, 3e5)))
    for dose in doses)  # fmt: skip

Tick = Callable[[str], None]


@dataclass(frozen=True)
class Spread:
    """Percentiles 5, 50 and 95 of a number of cells."""

    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Simulated:
    """Stem cells of the donor. ``infused``: CD34+ cells; ``by_day``: in the order of ``DAYS``; of ``draws``.
    ``occupied``: median share of niches that hold a stem cell, of the donor or not, on the last day.
    """

    name: str
    source: Source
    cd34: float
    infused: float
    by_day: tuple[Spread, ...]
    occupied: float
    draws: int
    failed: int


@dataclass(frozen=True)
class Pair:
    """One donor and recipient. ``posterior``: of the engrafting stem cells, by model; ``dose_known``: not assumed.

    ``overlap``: share of virtual patients on the first of ``DAYS`` inside the widest of the posteriors' 5 to 95 %.
    """

    name: str
    donor_age: float
    conditioning: str
    dose_known: bool
    posterior: tuple[Spread, ...]
    simulated: Simulated
    overlap: float


def validate(data: Path, draws: int, seed: int, tick: Tick, threads: int | None) -> tuple[Pair, ...]:
    """Every pair of the table."""
    posteriors = [_posterior(data / FOLDER / f"posterior_model{model}.csv") for model in MODELS]
    with (data / FOLDER / "pair_metadata.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    pairs = []
    for row in rows:
        tick(f"stem cells: {row['pair']}")
        source, age = SOURCES[row["stem_cell_source"]], float(row["donor_age_at_transplant_y"])
        dose = 1e6 * float(row["cd34_dose"]) if row["cd34_dose"] else USUAL_DOSE[source]
        plan = _plan(source, dose, age, CONDITIONING[row["conditioning"]])
        made, cells = _simulated(row["pair"], plan, draws, seed, threads)
        seen = tuple(_spread(each[row["pair"]]) for each in posteriors)
        low, high = min(each.low for each in seen), max(each.high for each in seen)
        overlap = float(np.mean((cells >= low) & (cells <= high)))
        pairs.append(Pair(row["pair"], age, row["conditioning"], bool(row["cd34_dose"]), seen, made, overlap))
    return tuple(pairs)


def by_dose(draws: int, seed: int, tick: Tick, threads: int | None) -> tuple[Simulated, ...]:
    """The same of a man of 45 after CyTBI, by graft and dose; needs no data."""
    found = []
    for source, dose in GRID:
        tick(f"stem cells: {source.value}, {dose:.2g} /kg")
        name = f"{source.value}, {dose:.2g} CD34+/kg"
        found.append(_simulated(name, _plan(source, dose, 45, "CyTBI"), draws, seed, threads)[0])
    return tuple(found)


def _plan(source: Source, dose: float, age: float, conditioning: str) -> Plan:
    document: dict[str, Any] = {
        "year": "2000",
        "patient": {"age": f"{age:g} y", "sex": "male", "weight": "70 kg", "height": "170 cm",
                    "disease": "AML in CR1"},
        "donor": {"relation": "unrelated" if source is Source.CORD else "sibling", "age": f"{age:g} y"},
        "graft": {"source": source.value, "cd34": f"{dose:g} /kg", "storage": _storage(source)},
        "conditioning": conditioning,
        "care": ["platelets when < 10", "red cells when Hb < 8 g/dL"],
        "follow-up": "366 d",
    }  # fmt: skip
    return plan_of(document, f"{source.value}, {dose:g} /kg")


def _storage(source: Source) -> str:
    return "thawed" if source is Source.CORD else "fresh"


def _simulated(name: str, plan: Plan, draws: int, seed: int, threads: int | None) -> tuple[Simulated, Floats]:
    """The summary, and the cells on the first of ``DAYS`` of those who were solved."""
    result = simulate_patients([plan], np.arange(draws), seed, threads=threads)
    solved = np.asarray(result.course["status"].values) == 0
    cells = result.course["stem_cells_donor"].sel(time=list(DAYS), method="nearest").values[solved]
    full = result.course["niche_occupancy"].sel(time=DAYS[-1], method="nearest").values[solved]
    made = Simulated(
        name,
        plan.graft.source,
        plan.graft.cd34,
        plan.graft.cd34 * plan.patient.weight,
        tuple(_spread(column) for column in cells.T),
        float(np.median(full)),
        draws,
        result.failed,
    )
    return made, np.asarray(cells[:, 0], dtype=float)


def _posterior(file: Path) -> dict[str, Floats]:
    found: dict[str, list[float]] = {}
    with file.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["pair"], []).append(float(row["HSCT_bottleneck"]))
    return {pair: np.array(values) for pair, values in found.items()}


def _spread(values: Floats) -> Spread:
    low, median, high = np.quantile(values, [0.05, 0.5, 0.95])
    return Spread(float(low), float(median), float(high))
