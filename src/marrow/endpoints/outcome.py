"""All endpoints of a course in one table: a row for each virtual patient, columns with labels and units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marrow.endpoints import definitions as named
from marrow.endpoints.chart import Chart
from marrow.endpoints.chimerism import DAYS, NEAR, Lineage, chimerism, donor_fraction, measured_share
from marrow.endpoints.column import Column, Kind
from marrow.endpoints.engraftment import Recovery, neutrophil_engraftment, platelet_engraftment
from marrow.endpoints.events import RELAPSE, EventTimes, ended_by, event_columns
from marrow.endpoints.graft_failure import graft_failure_day, primary_graft_failure
from marrow.endpoints.gvhd import gvhd_columns
from marrow.endpoints.gvhd_organs import organ_columns
from marrow.endpoints.hospital import COUNTS, Conditioning, hospital_columns, stay_of
from marrow.endpoints.nadir import days_below, nadir
from marrow.endpoints.quality_of_life import COUNT, quality_columns, quality_of
from marrow.endpoints.series import Daily, Floats, GivenDays, daily, value_on
from marrow.endpoints.survival import death_of, survival_columns
from marrow.endpoints.transfusion import Product, independence, transfusions_of

EARLY = 100.0  # days; nadir and days below a threshold are those of the first hundred days, not of a late relapse


@dataclass(frozen=True)
class Outcomes:
    """One row for each of N patients, observed until that day.

    ``status`` (N,): 0 solved; others are counted and their endpoints unknown.
    """

    columns: tuple[Column, ...]
    status: NDArray[np.integer]
    observed_until: float

    @property
    def patients(self) -> int:
        return len(self.status)

    @property
    def failed(self) -> int:
        """Patients whose solve did not end; they are never dropped."""
        return int(np.count_nonzero(self.status))

    def __getitem__(self, name: str) -> Floats:
        """The values of a column (N,). Raises ``KeyError``."""
        return self.column(name).values

    def __contains__(self, name: str) -> bool:
        return any(column.name == name for column in self.columns)

    def column(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"no outcome {name!r}; there are {', '.join(column.name for column in self.columns)}")

    def to_dict(self) -> dict[str, NDArray[Any]]:
        """Columns by name, with draw and status, ready for ``pandas.DataFrame`` or a CSV writer."""
        first: dict[str, NDArray[Any]] = {"draw": np.arange(self.patients), "status": self.status}
        return first | {column.name: column.values for column in self.columns}

    def units(self) -> dict[str, str]:
        return {column.name: column.unit for column in self.columns}


def outcomes(
    course: Any,
    actions: Any,
    *,
    autologous: bool = False,
    cord: bool = False,
    events: EventTimes | None = None,
    conditioning: Conditioning | None = None,
) -> Outcomes:
    """Endpoints of a ``course`` (xarray Dataset, dims draw and time in days, names of ``marrow.course``).

    ``actions``: table with columns draw, day, rule (a DataFrame or arrays by name); rules beginning with 'platelets' or
    'red cells' are transfusions. ``cord``: a graft that is given 42 days to engraft
    instead of 28. ``events``: what struck; without them nobody dies. ``conditioning``: needed for days in hospital and
    quality of life. What the course does not hold is left out; a failed patient's endpoints are NaN.
    """
    days = np.asarray(course["time"].values, dtype=float)
    whole = np.flatnonzero(np.isclose(days, np.round(days), atol=1e-9))
    patients = int(course.sizes["draw"])
    chart = Chart(
        course,
        days[whole],  # laboratories are read when a day starts
        whole,
        transfusions_of(actions, Product.PLATELETS, patients),
        transfusions_of(actions, Product.RED_CELLS, patients),
        death_of(events or EventTimes(), patients),
        events or EventTimes(),
    )
    status = np.asarray(course["status"].values) if "status" in course else np.zeros(patients, dtype=np.int8)
    columns = [*_neutrophils(chart), *_platelets(chart), *_red_cells(chart), *_donor_shares(chart, autologous)]
    columns += [*_mucosa(chart), *event_columns(chart.events), *gvhd_columns(chart, chart.death)]
    columns += organ_columns(chart)
    columns += _graft_failure(chart, autologous, cord)
    columns += _life(chart, columns, conditioning)
    columns = ended_by(columns, chart.death)
    columns += survival_columns(chart.events, columns, patients)
    failed = status != 0
    known = tuple(
        Column(c.name, c.label, c.unit, c.kind, np.where(failed, np.nan, c.values), c.definition) for c in columns
    )
    return Outcomes(known, status, float(days[-1]))


def _day(name: str, recovery: Recovery, label: str = "") -> Column:
    definition = recovery.definition
    return Column(name, label or definition.name, "days", Kind.DAY, recovery.day, definition.wording)


def _flag(name: str, label: str, values: NDArray[Any], known: Floats, wording: str = "") -> Column:
    return Column(name, label, "", Kind.FLAG, np.where(np.isnan(known), np.nan, values), wording)


def _neutrophils(chart: Chart) -> list[Column]:
    if not chart.has("absolute_neutrophil_count"):
        return []
    time, count = chart.time, chart.values("absolute_neutrophil_count")
    engrafted = neutrophil_engraftment(time, count)
    failure = named.PRIMARY_GRAFT_FAILURE
    lived = chart.until_death(count)
    lowest = nadir(time, lived, until=EARLY)
    below, far_below = days_below(time, lived, 0.5, until=EARLY), days_below(time, lived, 0.1, until=EARLY)
    return [
        _day("neutrophil_engraftment_day", engrafted),
        _day("neutrophil_1_0_day", neutrophil_engraftment(time, count, named.NEUTROPHILS_1_0)),
        _day("neutrophil_single_value_day", neutrophil_engraftment(time, count, named.NEUTROPHILS_SINGLE)),
        _flag("neutrophils_never_below", "neutrophils never below 0.5", engrafted.never_below, engrafted.day),
        Column(
            "primary_graft_failure",
            failure.name,
            "",
            Kind.FLAG,
            np.where(_ended(chart) < failure.by_day, np.nan, primary_graft_failure(engrafted, failure)),
            failure.wording,
        ),
        Column("neutrophil_nadir", "neutrophil nadir", "10^9/L", Kind.AMOUNT, lowest.value),
        Column("neutrophil_nadir_day", "day of the neutrophil nadir", "days", Kind.AMOUNT, lowest.day),
        Column("days_neutrophils_below_0_5", "days with neutrophils below 0.5", "days", Kind.AMOUNT, below.days),
        Column("days_neutrophils_below_0_1", "days with neutrophils below 0.1", "days", Kind.AMOUNT, far_below.days),
        Column("first_day_neutrophils_below_0_5", "first day below 0.5", "days", Kind.AMOUNT, below.first),
    ]


def _ended(chart: Chart) -> Floats:
    """Death or relapse (N,): what is no longer counted as the graft's."""
    relapse = next(iter(event_columns(chart.events, (RELAPSE,))), None)
    return chart.death if relapse is None else np.minimum(chart.death, relapse.values)


def _graft_failure(chart: Chart, autologous: bool, cord: bool) -> list[Column]:
    if not chart.events.days or not chart.has("absolute_neutrophil_count"):
        return []
    definition = named.PRIMARY_GRAFT_FAILURE_CORD if cord else named.PRIMARY_GRAFT_FAILURE
    neutrophils = daily(chart.time, chart.values("absolute_neutrophil_count"))
    recovery = neutrophil_engraftment(chart.time, neutrophils.value)
    share = None if autologous else _donor_share(chart, Lineage.NEUTROPHILS)
    day = graft_failure_day(recovery, neutrophils, share, _ended(chart), definition.by_day)
    wording = f"{definition.wording}; or later loss: two weeks below 0.5 x 10^9/L, or below 5 % donor neutrophils"
    return [Column("graft_failure_day", "graft failure", "days", Kind.DAY, day, wording)]


def _life(chart: Chart, columns: Sequence[Column], conditioning: Conditioning | None) -> list[Column]:
    """Days in hospital and quality of life. ``columns``: those of recovery and graft failure."""
    if conditioning is None or not chart.events.days or not chart.has(*COUNTS, COUNT):
        return []
    day = {column.name: column.values for column in columns if column.kind is Kind.DAY}
    stay = stay_of(chart, conditioning, day["neutrophil_engraftment_day"], day["graft_failure_day"])
    return [*hospital_columns(stay), *quality_columns(quality_of(chart, stay, conditioning))]


def _donor_share(chart: Chart, lineage: Lineage) -> Daily | None:
    """As measured, or of the counts by origin."""
    if chart.has(measured_share(lineage)):
        return daily(chart.time, chart.values(measured_share(lineage)) / 100)
    donor, host = f"{lineage.value}_donor", f"{lineage.value}_host"
    if not chart.has(donor, host):
        return None
    least = float(chart.course[donor].attrs.get("limit_of_detection", 0.0))
    return daily(chart.time, donor_fraction(chart.values(donor), chart.values(host), least))


def _platelets(chart: Chart) -> list[Column]:
    if not chart.has("platelet_count"):
        return []
    time, count, given = chart.time, chart.values("platelet_count"), chart.platelets_given
    engrafted = platelet_engraftment(time, count, given)
    lived = chart.until_death(count)
    lowest, below = nadir(time, lived, until=EARLY), days_below(time, lived, 20.0, until=EARLY)
    free = independence(time, count, given, named.PLATELET_INDEPENDENCE)
    three_days = named.PLATELETS_20_THREE_DAYS
    return [
        _day("platelet_engraftment_day", engrafted),
        _day("platelet_50_day", platelet_engraftment(time, count, given, named.PLATELETS_50)),
        _day("platelet_three_day_rule_day", platelet_engraftment(time, count, given, three_days)),
        _flag("platelets_never_below", "platelets never below 20", engrafted.never_below, engrafted.day),
        Column("platelet_nadir", "platelet nadir", "10^9/L", Kind.AMOUNT, lowest.value),
        Column("platelet_nadir_day", "day of the platelet nadir", "days", Kind.AMOUNT, lowest.day),
        Column("days_platelets_below_20", "days with platelets below 20", "days", Kind.AMOUNT, below.days),
        _number("platelet_transfusions", "days with platelet transfusion", given.until(chart.death)),
        Column("platelet_independence_day", free.definition.name, "days", Kind.DAY, free.day, free.definition.wording),
    ]


def _red_cells(chart: Chart) -> list[Column]:
    if not chart.has("hemoglobin"):
        return []
    time, values, given = chart.time, chart.values("hemoglobin"), chart.red_cells_given
    lowest = nadir(time, chart.until_death(values), until=EARLY)
    free = independence(time, values, given, named.RED_CELL_INDEPENDENCE)
    return [
        Column("hemoglobin_nadir", "lowest hemoglobin", "g/dL", Kind.AMOUNT, lowest.value),
        _number("red_cell_transfusions", "days with red-cell transfusion", given.until(chart.death)),
        Column("red_cell_independence_day", free.definition.name, "days", Kind.DAY, free.day, free.definition.wording),
    ]


_SORE = 0.3  # of the mucosa injured; assumed: about where eating stops
_MUCOSITIS_UNTIL = 30.0  # days; what injures the mouth later is not conditioning


def _mucosa(chart: Chart) -> list[Column]:
    if not chart.has("tissue_damage"):
        return []
    sore = days_below(chart.time, -chart.until_death(chart.values("tissue_damage")), -_SORE, until=EARLY)
    wording = f"days with more than {_SORE:.0%} of the mucosa injured, until day {EARLY:g}; the limit is assumed"
    early = days_below(chart.time, -chart.until_death(chart.values("tissue_damage")), -_SORE, until=_MUCOSITIS_UNTIL)
    first = np.where(np.isnan(early.days), np.nan, np.where(np.isnan(early.first), np.inf, early.first))
    grade = f"first day with more than {_SORE:.0%} of the mucosa injured, by day {_MUCOSITIS_UNTIL:g}, as grade 3 to 4"
    return [
        Column("mucositis_days", "days with severe mucositis", "days", Kind.AMOUNT, sore.days, wording),
        Column("severe_mucositis_day", "severe mucositis", "days", Kind.DAY, first, f"{grade}; the limit is assumed"),
    ]


def _number(name: str, label: str, given: GivenDays) -> Column:
    return Column(name, label, "", Kind.AMOUNT, given.number().astype(float))


def _donor_shares(chart: Chart, autologous: bool) -> list[Column]:
    columns = []
    days = tuple(day for day in DAYS if day in chart.time)
    for lineage in Lineage if days else ():
        shares = _shares_on(chart, lineage, days, autologous)
        if shares is None:
            continue
        word = lineage.name.lower()
        for k, day in enumerate(days):
            label = f"donor share of {word.replace('_', ' ')}, day {day}"
            name = f"donor_{word}_day_{day}"
            share = np.where(chart.death < day, np.nan, shares[:, k])
            columns.append(Column(name, label, "", Kind.SHARE, share, named.CHIMERISM.wording))
    return columns


def _shares_on(chart: Chart, lineage: Lineage, days: tuple[int, ...], autologous: bool) -> Floats | None:
    """(N, K) on each of K days, measured ones of days near them; None where the course does not tell them."""
    if chart.has(measured_share(lineage)):
        series = daily(chart.time, chart.values(measured_share(lineage)) / 100)
        return np.stack([value_on(series, day, NEAR) for day in days], axis=1)
    donor, host = f"{lineage.value}_donor", f"{lineage.value}_host"
    if not chart.has(donor, host):
        return None
    chart = replace(chart, time=np.array(days, dtype=float), places=chart.places[np.isin(chart.time, days)])
    values = (chart.values(donor), chart.values(host))
    least = float(chart.course[donor].attrs.get("limit_of_detection", 0.0))  # fewer cells cannot be typed
    return chimerism(chart.time, *values, lineage, days=days, autologous=autologous, least=least).fraction
