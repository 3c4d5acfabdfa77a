"""Exposures of the drugs of conditioning beside what is published of them: for ``marrow pk`` and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marrow.clinic.doses import SingleDose
from marrow.model import module_of
from marrow.report.estimates import Estimate, known, percent, printed, quantile, share
from marrow.report.summaries import exposure_table
from marrow.sources import Source, assumed, derived, in_transplant

if TYPE_CHECKING:
    import xarray as xr
    from rich.console import Group


class Measure(Enum):
    PEAK = "highest concentration"
    PER_DOSE = "AUC per dose"
    CUMULATIVE = "cumulative AUC"
    AFTER_GRAFT = "AUC after the graft"
    DAY_0 = "concentration on day 0"


@dataclass(frozen=True)
class Published:
    """A published exposure, in the unit of the drug's. ``low`` or ``high`` is None where there is no such limit.

    ``aimed_at``: whether it is a target; else what was observed. Shown beside a simulation; it changes nothing in it.
    """

    drug: str
    measure: Measure
    low: float | None
    high: float | None
    what: str
    source: Source
    aimed_at: bool = True

    @property
    def range_text(self) -> str:
        """'78 to 101', 'from 12.8', 'about 1650'."""
        if self.low is not None and self.low == self.high:
            return f"about {self.low:g}"
        if self.low is None or self.high is None:
            return f"up to {self.high:g}" if self.low is None else f"from {self.low:g}"
        return f"{self.low:g} to {self.high:g}"

    @property
    def is_range(self) -> bool:
        return self.low != self.high

    def holds(self, values: NDArray[np.floating]) -> NDArray[np.bool_]:
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        return (values >= low) & (values <= high)


PUBLISHED: tuple[Published, ...] = (
    Published(
        "busulfan", Measure.CUMULATIVE, 78.0, 101.0,
        "commonly aimed at over a whole course; best event-free survival of children and young adults",
        derived("read in reviews of drug monitoring, not in the paper; 90 is the common single target"),
    ),
    Published(
        "busulfan", Measure.CUMULATIVE, 70.0, 90.0,
        "aimed at in inborn errors of immunity, 562 patients",
        derived("read in a summary of Blood Advances 8:5137"),
    ),
    Published(
        "fludarabine", Measure.CUMULATIVE, 15.0, 25.0,
        "around 20, the best exposure in PMC6650734",
        assumed("20 mg·h/L was read; the width of the range is from memory"),
    ),
    Published(
        "melphalan", Measure.CUMULATIVE, 4.9, 24.4,
        "observed range in 100 adults, median dose 192 mg/m2",
        in_transplant("nath2010", "total melphalan, 100 adults with myeloma", at="abstract"), aimed_at=False,
    ),
    Published(
        "melphalan", Measure.CUMULATIVE, 12.84, None,
        "longer survival and more mucositis above it",
        assumed("a cut of a series of patients with myeloma, from memory"),
    ),
    Published(
        "treosulfan", Measure.PER_DOSE, 1650.0, 1650.0,
        "aimed at on each day",
        derived("read in a public summary of a study of 91 children, not in the paper"),
    ),
    Published(
        "treosulfan", Measure.PER_DOSE, 643.0, 3371.0,
        "observed range in 91 children, median 1658",
        derived("read in a public summary of the study, not in the paper"), aimed_at=False,
    ),
    Published(
        "antithymocyte globulin", Measure.AFTER_GRAFT, 60.0, 95.0,
        "best in adults with reduced intensity, in AU·d/mL",
        derived("read in a digest of the study; 1 AU is taken as 1 ug of active globulin, which is assumed"),
    ),
    Published(
        "alemtuzumab", Measure.DAY_0, 0.2, 0.4,
        "proposed target: less mixed chimerism without more acute GVHD, 105 patients",
        derived("read in a summary of Blood 127:503"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class MeasuredExposure:
    """One measure of one drug: ``values`` (N,) in ``unit``, NaN where a solve failed; what is published of it."""

    drug: str
    measure: Measure
    unit: str
    values: NDArray[np.floating]
    published: tuple[Published, ...]


def measured_exposures(course: xr.Dataset, doses: Sequence[SingleDose]) -> tuple[MeasuredExposure, ...]:
    """Highest concentration, mean AUC per dose and cumulative AUC of each drug that a course records."""
    found: list[MeasuredExposure] = []
    whole_of = exposure_table(course)
    for name in _names(course):
        drug = name.replace("_", " ")
        level = course.get(f"{name}_concentration")
        if level is not None:
            unit = str(level.attrs.get("units", ""))
            found.append(_measured(drug, Measure.PEAK, unit, level.values.max(axis=1)))
            at_graft = level.sel(time=0.0).values if 0.0 in level["time"].values else np.full(len(level), np.nan)
            found += [m for m in (_measured(drug, Measure.DAY_0, unit, at_graft),) if m.published]
        if name not in whole_of:
            continue
        whole, _, unit, _ = whole_of[name]
        exposure = course[f"{name}_exposure"]
        module = str(exposure.attrs.get("module", ""))
        count = sum(_is_of(dose.drug, module) for dose in doses)
        if count > 1:
            found.append(_measured(drug, Measure.PER_DOSE, unit, whole / count))
        found.append(_measured(drug, Measure.CUMULATIVE, unit, whole))
        if 0.0 in exposure["time"].values:
            later = whole - exposure.sel(time=0.0).values
            found += [m for m in (_measured(drug, Measure.AFTER_GRAFT, unit, later),) if m.published]
    return tuple(found)


def _names(course: xr.Dataset) -> list[str]:
    """What reaches any patient's plasma: 'busulfan', 'tepa'."""
    found: dict[str, None] = {}
    for variable in map(str, course.data_vars):
        for suffix in ("_concentration", "_exposure"):
            if variable.endswith(suffix) and np.nanmax(course[variable].values, initial=0.0) > 0:
                found[variable.removesuffix(suffix)] = None
    return list(found)


def _is_of(drug: str, module: str) -> bool:
    """Whether a dose is of the drug that a module simulates."""
    found = module_of(drug)
    return found is not None and found.title == module


def _measured(drug: str, measure: Measure, unit: str, values: NDArray[np.floating]) -> MeasuredExposure:
    mine = tuple(p for p in PUBLISHED if p.drug == drug and p.measure is measure)
    return MeasuredExposure(drug, measure, unit, np.asarray(values, dtype=float), mine)


def as_rows(exposures: Sequence[MeasuredExposure]) -> list[dict[str, object]]:
    """A row for each measure and each figure published of it, for a CSV file."""
    rows: list[dict[str, object]] = []
    for each in exposures:
        levels = {f"p{round(100 * q):02d}": quantile(each.values, q).value for q in (0.05, 0.5, 0.95)}
        for figure in each.published or (None,):
            rows.append(
                {
                    "drug": each.drug,
                    "measure": each.measure.value,
                    "unit": each.unit,
                    **levels,
                    "patients": len(known(each.values)),
                    "published": "" if figure is None else figure.range_text,
                    "inside": np.nan if figure is None or not figure.is_range else _inside(each, figure).value,
                    "what": "" if figure is None else figure.what,
                    "source": "" if figure is None else str(figure.source),
                }
            )
    return rows


def _inside(each: MeasuredExposure, figure: Published) -> Estimate:
    return share(figure.holds(known(each.values)))


_SHORT = {
    Measure.PEAK: "Cmax",
    Measure.PER_DOSE: "AUC a dose",
    Measure.CUMULATIVE: "AUC in all",
    Measure.AFTER_GRAFT: "AUC from day 0",
    Measure.DAY_0: "day 0",
}


def render_exposures(exposures: Sequence[MeasuredExposure], patients: int, notes: Sequence[str] = ()) -> Group:
    """The table for a terminal (a Rich renderable), with the sources of what is published under it."""
    from rich.console import Group
    from rich.text import Text

    from marrow.report.terminal import table

    rows = table("", "median", "5 to 95 %", "unit", "published", "inside")
    footnotes: list[str] = []
    drug = ""
    for each in exposures:
        if each.drug != drug:
            rows.add_row(Text(each.drug, style="bold"))
        drug = each.drug
        middle = printed(quantile(each.values, 0.5).value)
        spread = f"{printed(quantile(each.values, 0.05).value)} to {printed(quantile(each.values, 0.95).value)}"
        said = [f"  {_SHORT[each.measure]}", middle, spread, each.unit]
        for figure in each.published or (None,):
            shown = "" if figure is None else f"{figure.range_text} [{len(footnotes) + 1}]"
            inside = _inside(each, figure) if figure is not None and figure.is_range else None
            rows.add_row(*said, Text(shown), percent(inside.value) if inside else "")
            said = [""] * 4
            if figure is not None:
                footnotes.append(f"[{len(footnotes) + 1}] {figure.drug}: {figure.what}. {figure.source}")
    heading = Text(f"Exposure to the drugs of conditioning, {patients} virtual patients", style="bold")
    closing = [Text(note, style="dim") for note in footnotes] + [Text(note, style="yellow") for note in notes]
    return Group(heading, Text(), rows, Text(), *closing, Text("Research software: not for the treatment of patients."))
