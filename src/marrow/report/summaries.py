"""From a run's tables to the rows of the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marrow.endpoints.chimerism import DAYS, Lineage
from marrow.endpoints.outcome import Column, Kind, Outcomes
from marrow.engine.result import Status
from marrow.figures.chimerism import lineage_name
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
from marrow.report.endpoints_shown import Reading, Shown, shown_in
from marrow.report.estimates import (
    Estimate,
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


def middle(shown: Shown, values: NDArray[np.floating]) -> tuple[str, Estimate]:
    """What the middle is called, and its estimate: median, mean, or share of patients."""
    if shown.reading is Reading.MEAN:
        return "mean", mean(values)
    if shown.reading is Reading.PROPORTION:
        return "", share(known(values) == 1)
    return "median", quantile(values, 0.5)


def spread(values: NDArray[np.floating]) -> str:
    """'12 to 18': what 90 % of the patients lie between."""
    return interval(quantile(values, 0.05).value, quantile(values, 0.95).value)


def outcome_rows(outcomes: Outcomes) -> tuple[OutcomeRow, ...]:
    """One row for each endpoint that leads the report."""
    return tuple(_outcome_row(shown, column) for shown, column in shown_in(outcomes))


def _outcome_row(shown: Shown, column: Column) -> OutcomeRow:
    values = column.values
    word, estimate = middle(shown, values)
    there = known(values)
    never = int(np.count_nonzero(np.isinf(there)))
    proportion = shown.reading is Reading.PROPORTION
    return OutcomeRow(
        label=shown.label,
        unit="" if column.kind is Kind.DAY else shown.unit or column.unit,
        middle=percent(estimate.value) if proportion else _with_word(word, estimate.value, column.kind),
        error=percent_interval(estimate) if proportion else interval(estimate.low, estimate.high),
        spread="" if proportion else spread(values),
        never=f"{never} of {len(there)} ({percent(never / max(len(there), 1))})" if column.kind is Kind.DAY else "",
        unknown=len(values) - len(there),
        definition=column.definition or shown.note,
        short=shown.short,
    )


def _with_word(word: str, value: float, kind: Kind) -> str:
    day = "day " if kind is Kind.DAY and np.isfinite(value) else ""
    return f"{word} {day}{printed(value)}"


def probability_rows(outcomes: Outcomes) -> tuple[ProbabilityRow, ...]:
    """Probabilities by day, for endpoints that are days. Horizons beyond the end of follow-up are left out."""
    rows = []
    for shown, column in shown_in(outcomes):
        cells = []
        for day in (day for day in shown.horizons if day <= outcomes.observed_until):
            estimate = reached_by(column.values, day)
            cells.append((f"by day {day}", percent(estimate.value), percent_interval(estimate)))
        if cells:
            rows.append(ProbabilityRow(shown.label, tuple(cells)))
    return tuple(rows)


def recoveries(outcomes: Outcomes) -> list[Recovery]:
    """What the figure of engraftment shows."""
    return [Recovery(shown.label, column.values, shown.group) for shown, column in shown_in(outcomes) if shown.group]


def dose_rows(doses: pd.DataFrame, not_modelled: Sequence[str] = ()) -> tuple[DoseRow, ...]:
    """Planned doses, those of one drug and amount in one row, in order of time; ``not_modelled`` ones marked."""
    rows: dict[tuple[str, str], list[float]] = {}
    for time, drug, amount, unit in doses.sort_values("time", kind="stable")[["time", "drug", "amount", "unit"]].values:
        rows.setdefault((str(drug), f"{printed(float(amount))} {unit}".strip()), []).append(float(time))
    return tuple(
        DoseRow(drug, amount, days_text(times), len(times), drug in not_modelled)
        for (drug, amount), times in rows.items()
    )


def days_text(times: Sequence[float]) -> str:
    """Days on which something is given: '−6 to −3', '1, 3, 6, 11'."""
    days = sorted({int(np.floor(time + 1e-9)) for time in times})
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{days[0]} to {days[-1]}".replace("-", "−")
    return ", ".join(str(day) for day in days).replace("-", "−")


def chimerism_rows(outcomes: Outcomes) -> tuple[tuple[int, ...], tuple[ChimerismRow, ...]]:
    """The days within the follow-up, and the donor's share of each lineage on them; none when autologous."""
    rows, days = [], tuple(day for day in DAYS if day <= outcomes.observed_until)
    for lineage in Lineage:
        word = lineage.name.lower()
        columns = [f"donor_{word}_day_{day}" for day in days]
        if columns and all(name in outcomes and known(outcomes[name]).size for name in columns):
            rows.append(ChimerismRow(lineage_name(lineage), tuple(_chimerism_cell(outcomes[name]) for name in columns)))
    return days, tuple(rows)


def _chimerism_cell(shares: NDArray[np.floating]) -> str:
    percents = 100 * shares
    missing = len(shares) - len(known(shares))
    note = f"; {missing} without enough cells" if missing else ""
    return f"{printed(quantile(percents, 0.5).value)} % ({spread(percents)}{note})"


def exposure_table(course: xr.Dataset) -> dict[str, tuple[NDArray, NDArray, str, str]]:
    """By drug: whole exposure (N,), highest concentration (N,), their units. Drugs that nobody got are left out."""
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
        median = quantile(whole, 0.5)
        aim = aims.get(drug)
        there = known(whole)
        inside = share((there >= aim.low) & (there <= aim.high)) if aim else None
        rows.append(
            ExposureRow(
                drug=drug.replace("_", " "),
                unit=unit,
                median=printed(median.value),
                error=interval(median.low, median.high),
                spread=spread(whole),
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
        number = mean(per_patient)
        rows.append(
            ActionRow(
                rule=str(rule),
                patients=f"{len(times)} ({percent(len(times) / max(patients, 1))})",
                per_patient=f"{printed(number.value)} ({interval(number.low, number.high)})",
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


_TILES = (
    ("neutrophil_engraftment_day", 28),
    ("platelet_engraftment_day", 100),
    ("days_neutrophils_below_0_5", None),
    ("platelet_transfusions", None),
    ("red_cell_transfusions", None),
)


def tiles(outcomes: Outcomes) -> tuple[Tile, ...]:
    """The numbers that are looked for first."""
    there = {shown.name: (shown, column) for shown, column in shown_in(outcomes)}
    made = []
    for name, horizon in _TILES:
        if name not in there:
            continue
        shown, column = there[name]
        word, estimate = middle(shown, column.values)
        by = f"; {percent(reached_by(column.values, horizon).value)} by day {horizon}" if horizon else ""
        detail = f"{word}; 90 % of patients {spread(column.values)}{by}"
        made.append(Tile(shown.label, _with_word("", estimate.value, column.kind).strip(), detail))
    t_cells = "donor_t_cells_day_100"
    if t_cells in outcomes and known(outcomes[t_cells]).size:
        percents = 100 * outcomes[t_cells]
        detail = f"median; 90 % of patients {spread(percents)}"
        made.append(Tile("Donor T cells, day 100", f"{printed(quantile(percents, 0.5).value)} %", detail))
    return tuple(made)
