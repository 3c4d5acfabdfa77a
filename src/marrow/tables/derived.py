"""Endpoints of real patients from their charts, by the functions that read simulated courses."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from marrow.clinic.labs import Lab
from marrow.clinic.quantities import printed
from marrow.endpoints.gvhd_grading import GradedDays, Organ, graded_days
from marrow.endpoints.outcome import outcomes
from marrow.endpoints.transfusion import Product
from marrow.tables.current import Histories, histories
from marrow.tables.findings import Action, Findings
from marrow.tables.items import Happening
from marrow.tables.laboratory import Entry, LongTable
from marrow.tables.timed import TimedOutcome

_NEED_TRANSFUSIONS = {
    Product.PLATELETS: ("platelet_engraftment_day", "platelet_50_day", "platelet_three_day_rule_day",
                        "platelets_never_below", "platelet_transfusions", "platelet_independence_day"),
    Product.RED_CELLS: ("red_cell_transfusions", "red_cell_independence_day"),
}  # fmt: skip
_USUALLY_TRANSFUSED = {"platelet_count": 10.0, "hemoglobin": 6.0}  # lower values without any transfusion are odd


@dataclass(frozen=True)
class Derived:
    """``columns``: values (N,) by name, infinite where not reached, NaN where not known; ``outcomes`` to analyse;
    ``histories`` for current GRFS, where GVHD was staged and relapse and death are told."""

    patient: tuple[str, ...]
    columns: dict[str, np.ndarray]
    outcomes: tuple[TimedOutcome, ...]
    histories: Histories | None = None


def derive(table: LongTable, findings: Findings) -> Derived:
    """All endpoints that the rows allow; what cannot be judged is told, not guessed."""
    names = tuple(dict.fromkeys(entry.patient for entry in table.entries))
    place = {name: k for k, name in enumerate(names)}
    by_kind: dict[type, list[Entry]] = defaultdict(list)
    for entry in table.entries:
        by_kind[type(entry.item)].append(entry)
    last = np.full(len(names), -np.inf)
    for entry in table.entries:
        last[place[entry.patient]] = max(last[place[entry.patient]], entry.day)
    columns = _from_charts(by_kind[Lab], by_kind[Product], place, findings)
    graded = _graded(by_kind[Organ], place)
    columns |= _gvhd(graded)
    events = _events(by_kind[Happening], place)
    columns |= events
    columns |= _composites(columns, events, bool(by_kind[Organ]))
    columns["last_seen_day"] = last
    _odd_charts(by_kind, place, findings)
    told = histories(names, graded, columns, last) if graded is not None else None
    return Derived(names, columns, tuple(_outcomes(names, columns, findings)), told)


def _from_charts(
    labs: list[Entry], given: list[Entry], place: dict[str, int], findings: Findings
) -> dict[str, np.ndarray]:
    """What ``marrow.endpoints.outcome`` finds in a course of the same values, days without any being NaN."""
    import xarray as xr

    early = min((entry.day for entry in labs), default=0.0)
    late = max((entry.day for entry in labs), default=0.0)
    time = np.arange(np.floor(early), np.floor(late) + 1)
    series: dict[str, Any] = {}
    for entry in sorted(labs, key=lambda each: each.day, reverse=True):  # so that the first value of a day stays
        assert isinstance(entry.item, Lab)
        name = entry.item.observable
        if name not in series:
            series[name] = (("draw", "time"), np.full((len(place), time.size), np.nan))
        series[name][1][place[entry.patient], int(np.floor(entry.day + 1e-9) - time[0])] = entry.value
    course = xr.Dataset(series, coords={"draw": np.arange(len(place)), "time": time})
    rows = [(place[e.patient], e.day, e.item.value) for e in given if isinstance(e.item, Product)]
    draw, day, rule = zip(*rows, strict=True) if rows else ((), (), ())
    found = outcomes(course, {"draw": np.array(draw, dtype=int), "day": np.array(day, dtype=float), "rule": rule})
    columns = {column.name: column.values for column in found.columns}
    for product, needing in _NEED_TRANSFUSIONS.items():
        if product not in {entry.item for entry in given} and any(name in columns for name in needing):
            columns = {name: values for name, values in columns.items() if name not in needing}
            reason = f"no {product.value} transfusion in the whole table: {', '.join(needing)} cannot be judged"
            findings.add(0, Action.NOTED, "no transfusions", f"a row for each transfusion of {product.value}", reason)
    return columns


def _graded(stages: list[Entry], place: dict[str, int]) -> GradedDays | None:
    if not stages:
        return None
    day = np.array(sorted({entry.day for entry in stages}))
    given = np.full((len(place), day.size, len(Organ)), np.nan)
    for entry in stages:
        assert isinstance(entry.item, Organ)
        given[place[entry.patient], np.searchsorted(day, entry.day), entry.item] = entry.value
    return graded_days(day, given)


def _gvhd(graded: GradedDays | None) -> dict[str, np.ndarray]:
    if graded is None:
        return {}
    return {
        "acute_gvhd_highest_grade": graded.highest,
        "acute_gvhd_2_4_day": graded.first_day(2),
        "acute_gvhd_3_4_day": graded.first_day(3),
    }


_EVENT_COLUMNS = {
    Happening.RELAPSE: "relapse_day",
    Happening.DEATH: "death_day",
    Happening.CHRONIC_GVHD: "chronic_gvhd_moderate_severe_day",
}


def _events(events: list[Entry], place: dict[str, int]) -> dict[str, np.ndarray]:
    """A column for each event that somebody had, and for deaths where anybody was followed up."""
    told = {entry.item for entry in events}
    found = {}
    for item, name in _EVENT_COLUMNS.items():
        if item in told or (item is Happening.DEATH and Happening.LAST_CONTACT in told):
            found[name] = np.full(len(place), np.inf)
            for entry in events:
                if entry.item is item:
                    found[name][place[entry.patient]] = entry.day
    return found


def _composites(columns: dict[str, np.ndarray], events: dict[str, np.ndarray], staged: bool) -> dict[str, np.ndarray]:
    """Disease-free survival, and GRFS where GVHD was followed too."""
    if not {"relapse_day", "death_day"} <= set(events):
        return {}
    free = np.minimum(events["relapse_day"], events["death_day"])
    found = {"disease_free_survival_day": free}
    if staged and "chronic_gvhd_moderate_severe_day" in events:
        acute = columns["acute_gvhd_3_4_day"]
        first = np.minimum(np.minimum(free, acute), events["chronic_gvhd_moderate_severe_day"])
        found["grfs_day"] = np.where(np.isnan(acute), np.nan, first)
    return found


def _odd_charts(by_kind: dict[type, list[Entry]], place: dict[str, int], findings: Findings) -> None:
    """Patients without laboratory values, and very low values of patients never transfused."""
    if not by_kind[Lab]:
        return
    measured = {entry.patient for entry in by_kind[Lab]}
    for name in place:
        if name not in measured:
            needed = "laboratory values"
            findings.add(0, Action.NOTED, "no laboratory value", needed, "endpoints of counts are unknown", "", name)
    products = {"platelet_count": Product.PLATELETS, "hemoglobin": Product.RED_CELLS}
    given = {(entry.patient, entry.item) for entry in by_kind[Product]}
    odd: dict[tuple[str, str], Entry] = {}
    for entry in by_kind[Lab]:
        assert isinstance(entry.item, Lab)
        least = _USUALLY_TRANSFUSED.get(entry.item.observable)
        if least is not None and entry.value < least:
            product = products[entry.item.observable]
            if (entry.patient, product) not in given and product in {item for _, item in given}:
                odd.setdefault((entry.patient, product.value), entry)
    for (name, product), entry in odd.items():
        found = f"{entry.item.name} {printed(float(f'{entry.value:.3g}'))}"  # type: ignore[union-attr]
        reason = f"never transfused with {product}: are rows missing?"
        findings.add(entry.line, Action.NOTED, found, "a transfusion", reason, "", name)


def _outcomes(names: tuple[str, ...], columns: dict[str, np.ndarray], findings: Findings) -> list[TimedOutcome]:
    """Recoveries with death as the competing event, and survival where deaths are told."""
    never = np.full(len(names), np.inf)
    death, relapse = columns.get("death_day", never), columns.get("relapse_day", never)
    last = columns["last_seen_day"]
    found = []
    told = "death_day" in columns
    for name, column in (("neutrophil engraftment", "neutrophil_engraftment_day"),
                         ("platelet engraftment", "platelet_engraftment_day"),
                         ("acute GVHD II-IV", "acute_gvhd_2_4_day")):  # fmt: skip
        if column in columns:
            labels = (name, "death before") if told else (name,)
            found.append(_timed(name, labels, names, (columns[column], death), last, findings))
    if told:
        found.append(_timed("overall survival", ("death",), names, (death,), last, findings))
    if told and "relapse_day" in columns:
        labels = ("relapse", "death without relapse")
        found.append(_timed("relapse and death without it", labels, names, (relapse, death), last, findings))
    if "grfs_day" in columns:
        found.append(_timed("GRFS", ("GVHD, relapse or death",), names, (columns["grfs_day"],), last, findings))
    return [each for each in found if each.time.size]


def _timed(
    name: str,
    labels: tuple[str, ...],
    names: tuple[str, ...],
    days: tuple[np.ndarray, ...],
    last: np.ndarray,
    findings: Findings,
) -> TimedOutcome:
    """The first of several events, the earlier one of ``days`` where two fall together; unknown ones are told."""
    days = days[: len(labels)]
    known = ~np.isnan(np.stack(days)).any(axis=0) & (last >= 0)
    for k in np.flatnonzero(~known):
        findings.add(
            0, Action.NOTED, f"{name} unknown", "values from day 0 on", "not in the analysis of it", "", names[k]
        )
    stacked = np.stack([day[known] for day in days])
    first = stacked.min(axis=0)
    happened = first <= last[known]
    cause = np.where(happened, np.argmin(stacked, axis=0) + 1, 0).astype(np.intp)
    time = np.where(happened, np.maximum(first, 0.0), last[known])
    return TimedOutcome(name, labels, tuple(np.array(names)[known]), time, cause)
