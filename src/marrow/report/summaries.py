"""From a run's tables to the rows of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marrow.engine.result import Status
from marrow.figures.engraftment import Recovery
from marrow.report.content import (
    ActionRow,
    ChimerismRow,
    DoseRow,
    ExposureRow,
    OutcomeRow,
    ProbabilityRow,
    SolverStatus,
    Tile,
)
from marrow.report.endpoints_shown import SHOWN, Reading, Shown
from marrow.report.estimates import (
    interval,
    known,
    mean,
    percent,
    percent_interval,
    printed,
    printed_day,
    quantile,
    reached_by,
    share,
)
from marrow.report.record import ExposureTarget

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

CHIMERISM_DAYS = (30, 100, 365)


def shown_in(outcomes: pd.DataFrame) -> list[tuple[Shown, NDArray[np.floating]]]:
    """The endpoints that the table of outcomes has, with their values (N,)."""
    return [(shown, outcomes[shown.column].to_numpy(float)) for shown in SHOWN if shown.column in outcomes]


def outcome_rows(outcomes: pd.DataFrame) -> tuple[OutcomeRow, ...]:
    """One row for each endpoint."""
    return tuple(_outcome_row(shown, values) for shown, values in shown_in(outcomes))


def _outcome_row(shown: Shown, values: NDArray[np.floating]) -> OutcomeRow:
    there = known(values)
    middle = mean(values) if shown.reading is Reading.COUNT else quantile(values, 0.5)
    word = "mean" if shown.reading is Reading.COUNT else "median"
    never = int(np.count_nonzero(np.isinf(there)))
    return OutcomeRow(
        label=shown.label,
        unit=shown.unit,
        middle=f"{word} {printed(middle.value)}",
        error=interval(middle.low, middle.high),
        spread=interval(quantile(values, 0.05).value, quantile(values, 0.95).value),
        never=f"{never} of {len(there)} ({percent(never / max(len(there), 1))})" if shown.reading is Reading.DAY else "",
        unknown=len(values) - len(there),
        definition=shown.definition,
    )


def probability_rows(outcomes: pd.DataFrame, end: float) -> tuple[ProbabilityRow, ...]:
    """Probabilities by day, for endpoints that are days. Horizons beyond the end of follow-up are left out."""
    rows = []
    for shown, values in shown_in(outcomes):
        cells = []
        for day in (day for day in shown.horizons if day <= end):
            estimate = reached_by(values, day)
            cells.append((f"by day {day:.0f}", percent(estimate.value), percent_interval(estimate)))
        if cells:
            rows.append(ProbabilityRow(shown.label, tuple(cells)))
    return tuple(rows)


def recoveries(outcomes: pd.DataFrame) -> list[Recovery]:
    """What the figure of engraftment shows."""
    return [Recovery(shown.label, values, shown.group) for shown, values in shown_in(outcomes) if shown.group]


def dose_rows(doses: pd.DataFrame) -> tuple[DoseRow, ...]:
    """Planned doses, those of one drug and amount in one row, in order of time."""
    rows: dict[tuple[str, str], list[float]] = {}
    for time, drug, amount, unit in doses.sort_values("time", kind="stable")[["time", "drug", "amount", "unit"]].values:
        rows.setdefault((str(drug), f"{printed(float(amount))} {unit}".strip()), []).append(float(time))
    return tuple(DoseRow(drug, amount, days_text(times), len(times)) for (drug, amount), times in rows.items())


def days_text(times: Sequence[float]) -> str:
    """Days on which something is given: '−6 to −3', '1, 3, 6, 11'."""
    days = sorted({int(np.floor(time + 1e-9)) for time in times})
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{days[0]} to {days[-1]}".replace("-", "−")
    return ", ".join(str(day) for day in days).replace("-", "−")


def share_at(shares: Mapping[str, NDArray[np.floating]], time: NDArray[np.floating], day: float) -> dict[str, NDArray]:
    """Donor's share (N,) of each lineage on a day that is on the grid; left out where the grid does not have it."""
    at = np.flatnonzero(np.isclose(time, day))
    return {name: values[:, at[0]] for name, values in shares.items()} if len(at) else {}


def chimerism_rows(
    shares: Mapping[str, NDArray[np.floating]], time: NDArray[np.floating]
) -> tuple[tuple[int, ...], tuple[ChimerismRow, ...]]:
    """The days that are within the follow-up, and the donor's share of each lineage on them."""
    days = tuple(day for day in CHIMERISM_DAYS if np.isclose(time, day).any())
    rows = []
    for name, values in shares.items():
        cells = []
        for day in days:
            column = 100 * share_at({name: values}, time, day)[name]
            tested = known(column)
            spread = interval(quantile(column, 0.05).value, quantile(column, 0.95).value)
            missing = len(column) - len(tested)
            note = f"; {missing} without enough cells" if missing else ""
            cells.append(f"{printed(quantile(column, 0.5).value)} % ({spread}{note})" if len(tested) else "not enough cells")
        rows.append(ChimerismRow(name, tuple(cells)))
    return days, tuple(rows)


def exposure_table(course: xr.Dataset) -> dict[str, tuple[NDArray, NDArray, str, str]]:
    """By drug: whole exposure (N,) and highest concentration (N,), with their units. Drugs that nobody got are left out."""
    found = {}
    for name in course.data_vars:
        drug, suffix, _ = str(name).partition("_exposure")
        if not suffix:
            continue
        whole = _highest(course[name].values)
        if not np.nanmax(whole, initial=0.0) > 0:
            continue
        level = course.get(f"{drug}_concentration")
        highest = _highest(level.values) if level is not None else np.full(len(whole), np.nan)
        unit = str(level.attrs.get("units", "")) if level is not None else ""
        found[drug] = (whole, highest, str(course[name].attrs.get("units", "")), unit)
    return found


def _highest(values: NDArray) -> NDArray[np.floating]:
    """Largest value of each patient; NaN for those with a failed solve: their exposure may not be whole."""
    return values.max(axis=1).astype(float)


def exposure_rows(course: xr.Dataset, targets: Sequence[ExposureTarget]) -> tuple[ExposureRow, ...]:
    """Exposure of each drug, against the range that is aimed at where there is one."""
    aims = {target.drug.lower().replace(" ", "_"): target for target in targets}
    rows = []
    for drug, (whole, highest, unit, level_unit) in exposure_table(course).items():
        middle = quantile(whole, 0.5)
        aim = aims.get(drug)
        there = known(whole)
        inside = share((there >= aim.low) & (there <= aim.high)) if aim else None
        rows.append(
            ExposureRow(
                drug=drug.replace("_", " "),
                unit=unit,
                median=printed(middle.value),
                error=interval(middle.low, middle.high),
                spread=interval(quantile(whole, 0.05).value, quantile(whole, 0.95).value),
                highest=f"{printed(quantile(highest, 0.5).value)} {level_unit}",
                target=f"{printed(aim.low)} to {printed(aim.high)}" if aim else "none given",
                inside=f"{percent(inside.value)} ({percent_interval(inside)})" if inside else "",
                target_source=aim.source if aim else "",
            )
        )
    return tuple(rows)


def action_rows(actions: pd.DataFrame, patients: int) -> tuple[ActionRow, ...]:
    """One row for each standing order that fired: in how many patients, how often, when, at which values."""
    rows = []
    for rule, mine in actions.groupby("rule", sort=False):
        times = mine.groupby("draw").size()
        per_patient = np.zeros(patients)
        per_patient[: len(times)] = times.to_numpy()
        days = mine.groupby("draw")["day"]
        values = mine["value"].to_numpy(float) if "value" in mine else np.array([np.nan])
        units = mine["amount_unit"].iloc[0] if "amount_unit" in mine else ""
        rows.append(
            ActionRow(
                rule=str(rule),
                patients=f"{len(times)} ({percent(len(times) / max(patients, 1))})",
                per_patient=f"{printed(mean(per_patient).value)} ({interval(mean(per_patient).low, mean(per_patient).high)})",
                amount=f"{printed(float(mine['amount'].median()))} {units}".strip(),
                first=printed_day(quantile(days.min().to_numpy(float), 0.5).value),
                last=printed_day(quantile(days.max().to_numpy(float), 0.5).value),
                value=printed(quantile(values, 0.5).value),
            )
        )
    return tuple(rows)


def solver_status(course: xr.Dataset) -> SolverStatus:
    """Who could not be solved, and how hard it was for the others."""
    status = course["status"].values.astype(int) if "status" in course else np.zeros(course.sizes["draw"], int)
    ended = course["ended_at"].values if "ended_at" in course else np.full(len(status), np.nan)
    failures = []
    for kind in Status:
        who = np.flatnonzero(status == kind.value)
        if kind is not Status.SOLVED and len(who):
            some = ", ".join(f"{draw} (day {ended[draw]:.0f})" for draw in who[:8])
            failures.append((kind.name.lower().replace("_", " "), len(who), some + (" …" if len(who) > 8 else "")))
    name = next((name for name in ("clipped_mass", "clipped") if name in course), None)
    clipped = float(np.nanmax(course[name].values, initial=0.0)) if name else float("nan")
    steps = interval(*np.quantile(course["steps"].values, [0.05, 0.95])) if "steps" in course else "–"
    return SolverStatus(len(status), int(np.count_nonzero(status)), tuple(failures), printed(clipped, 2), steps)


def tiles(outcomes: pd.DataFrame, days: tuple[int, ...], chimerism: tuple[ChimerismRow, ...]) -> tuple[Tile, ...]:
    """The four or five numbers that are looked for first."""
    columns = dict((shown.column, (shown, values)) for shown, values in shown_in(outcomes))
    made = []
    for column, horizon in (("neutrophil_engraftment_day", 28), ("platelet_engraftment_day", 100)):
        if column in columns:
            shown, values = columns[column]
            middle = quantile(values, 0.5)
            spread = interval(quantile(values, 0.05).value, quantile(values, 0.95).value)
            detail = f"90 % of patients {spread}; by day {horizon} {percent(reached_by(values, horizon).value)}"
            value = printed(middle.value)
            made.append(Tile(shown.label, value if np.isinf(middle.value) else f"day {value}", detail))
    for column in ("days_neutrophils_below_0_5", "platelet_transfusions", "red_cell_transfusions"):
        if column in columns:
            shown, values = columns[column]
            middle = mean(values) if shown.reading is Reading.COUNT else quantile(values, 0.5)
            word = "mean" if shown.reading is Reading.COUNT else "median"
            spread = interval(quantile(values, 0.05).value, quantile(values, 0.95).value)
            made.append(Tile(shown.label, printed(middle.value), f"{word}; 90 % of patients {spread}"))
    t_cells = next((row for row in chimerism if row.lineage == "T cells"), None)
    if t_cells and 100 in days:
        cell = t_cells.cells[days.index(100)]
        made.append(Tile("T-cell chimerism, day 100", cell.split(" (")[0], f"90 % of patients {cell[cell.find('(') + 1 : -1]}"))
    return tuple(made)
