"""The files of a run: report, figures, course, outcomes, actions, exposures, the plan, and a manifest of it all."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from marrow.endpoints.outcome import Outcomes
from marrow.endpoints.summary import summarise
from marrow.figures.aside import Painter, here
from marrow.figures.gallery import WITH_UNCERTAINTY, WITHOUT_UNCERTAINTY, Kind, in_order
from marrow.figures.style import Drawing, Picture, picture
from marrow.folder import (
    COMPARISON_FORMAT,
    FORMAT,
    MANIFEST,
    PHARMACOKINETICS_FORMAT,
    SENSITIVITY_FORMAT,
    SWEEP_FORMAT,
    check_folder,
    with_whole_folder,
)
from marrow.report.assemble import Assembled, assemble, to_draw, with_uncertain
from marrow.report.comparison import Comparison
from marrow.report.content import ReportContent
from marrow.report.course_file import Compressing, compressing, write_course
from marrow.report.exposures import MeasuredExposure, as_rows
from marrow.report.record import DISCLAIMER, Provenance, Record
from marrow.report.render import render_comparison, render_report
from marrow.sweep import Sweep
from marrow.sweep import as_rows as as_table
from marrow.table_file import texts_of, write_table

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


Whole = Callable[[], Assembled]  # waits until all figures are drawn


@dataclass(frozen=True)
class Written:
    """Where the results are, and what the report says."""

    folder: Path
    report: Path
    content: ReportContent


def write_results(
    record: Record,
    folder: Path,
    *,
    png: bool = False,
    painter: Painter | None = None,
    uncertain: Callable[[], xr.Dataset] | None = None,
) -> Written:
    """Writes the whole folder, in place of an earlier result of marrow if there is one. ``png``: figures as PNG too.

    ``painter``: who draws the figures meanwhile (``figures.aside``); without one, they are drawn last. ``uncertain``
    waits for the course with uncertain parameters where that is still being solved, and the record has none yet.
    Raises ``RunError`` when the folder holds something else, or cannot be written; then nothing is left behind.
    """
    check_folder(folder)
    paint, material = painter or here, to_draw(record)
    begun = paint(material, png, tuple(Kind) if uncertain is None else WITHOUT_UNCERTAINTY)

    def begin_rest() -> Whole:
        if uncertain is None:
            return lambda: assemble(record, begun, material.expected)
        course = uncertain()
        others = paint(with_uncertain(material, course), png, WITH_UNCERTAINTY)
        whole = replace(record, uncertain=course)
        return lambda: assemble(whole, lambda: in_order((*begun(), *others())), material.expected)

    with compressing(record.course) as compressed:
        told: list[ReportContent] = []
        with_whole_folder(folder, lambda place: told.append(_fill(place, record, begin_rest, compressed)))
    return Written(folder, folder / "report.html", told[0])


def write_comparison(comparison: Comparison, folder: Path) -> Path:
    """Writes comparison.html, its table and its figure; returns the page. Raises as ``write_results``."""

    def fill(place: Path) -> None:
        import pandas as pd

        (place / "comparison.html").write_text(render_comparison(comparison), encoding="utf-8")
        write_figures(place / "figures", (comparison.picture,))
        rows = [
            {
                "endpoint": row.label,
                "horizon": row.horizon,
                "as_written": row.baseline,
                "changed": row.changed,
                "difference": row.estimate.value,
                "low_95": row.estimate.low,
                "high_95": row.estimate.high,
                "unit": "share" if row.is_share else row.unit,
                "pairs": row.pairs,
                "patients": row.patients,
            }
            for row in comparison.differences
        ]
        write_table(place / "differences.csv", pd.DataFrame(rows))
        write_manifest(place, COMPARISON_FORMAT, comparison.provenance)

    with_whole_folder(folder, fill)
    return folder / "comparison.html"


def write_sweep(found: Sweep, drawing: Drawing, provenance: Provenance, folder: Path) -> Path:
    """Writes sweep.csv and the figure; returns the folder. Raises as ``write_results``."""
    return _write_table("sweep.csv", as_table(found), drawing, SWEEP_FORMAT, provenance, folder)


def write_sensitivity(
    rows: Sequence[Mapping[str, Any]], drawing: Drawing, provenance: Provenance, folder: Path
) -> Path:
    """Writes sensitivity.csv and the figure; returns the folder. Raises as ``write_results``."""
    return _write_table("sensitivity.csv", rows, drawing, SENSITIVITY_FORMAT, provenance, folder)


def _write_table(
    name: str, rows: Sequence[Mapping[str, Any]], drawing: Drawing, kind: str, provenance: Provenance, folder: Path
) -> Path:
    def fill(place: Path) -> None:
        import pandas as pd

        write_table(place / name, pd.DataFrame(list(rows)))
        write_figures(place / "figures", (picture(drawing, png=True),))
        write_manifest(place, kind, provenance)

    with_whole_folder(folder, fill)
    return folder


def write_pharmacokinetics(
    exposures: Sequence[MeasuredExposure], course: xr.Dataset, drawing: Drawing, provenance: Provenance, plan_yaml: str,
    folder: Path, *, png: bool = False,
) -> Path:  # fmt: skip
    """Writes the table, the exposure of each patient, percentiles of concentrations and their figure; returns the
    folder. Raises as ``write_results``."""

    def fill(place: Path) -> None:
        import pandas as pd

        write_table(place / "summary.csv", pd.DataFrame(as_rows(exposures)))
        write_concentrations(place, course)
        write_figures(place / "figures", (picture(drawing, png),))
        (place / "plan.yaml").write_text(plan_yaml, encoding="utf-8")
        write_manifest(place, PHARMACOKINETICS_FORMAT, provenance)

    with_whole_folder(folder, fill)
    return folder


def _fill(place: Path, record: Record, begin_rest: Callable[[], Whole], compressed: Compressing) -> ReportContent:
    """Writes the files. ``begin_rest`` waits for the second run and begins to draw it, which goes on while the largest
    file is written. Returns what the report says."""
    (place / "plan.yaml").write_text(record.plan_yaml, encoding="utf-8")
    write_outcomes(place, record.outcomes)
    write_actions(place / "actions.csv", record.actions)
    if record.labs is not None:
        write_table(place / "labs.csv", record.labs)
    write_concentrations(place, record.course)
    whole = begin_rest()
    write_course(place / "course.nc", record.course, course_attributes(record.provenance), compressed)
    hashes = hashes_of(place)
    assembled = whole()
    (place / "report.html").write_text(render_report(assembled.content), encoding="utf-8")
    write_figures(place / "figures", assembled.pictures)
    write_manifest(place, FORMAT, record.provenance, hashes)
    return assembled.content


def write_figures(place: Path, pictures: tuple[Picture, ...]) -> None:
    """Each figure as SVG, and as PNG if it has one."""
    place.mkdir()
    for each in pictures:
        (place / f"{each.name}.svg").write_text(each.svg, encoding="utf-8")
        if each.png:
            (place / f"{each.name}.png").write_bytes(each.png)


def course_attributes(provenance: Provenance) -> dict[str, Any]:
    """What a course file says of its making, beside what the course itself says."""
    return {
        "disclaimer": DISCLAIMER,
        "seed": provenance.seed,
        "command": provenance.command,
        "model": provenance.model,
        "versions": json.dumps(dict(provenance.versions)),
    }


def write_outcomes(place: Path, outcomes: Outcomes) -> None:
    """outcomes.csv: a row per draw, 'inf' never reached, empty not known. outcomes.json: the same with its summary.

    JSON has no infinity: there a day that was never reached is the text "never".
    """
    table = outcomes.to_dict()
    write_table(place / "outcomes.csv", table)
    told = {
        "disclaimer": DISCLAIMER,
        "observed_until": outcomes.observed_until,
        "units": outcomes.units(),
        **summarise(outcomes).to_dict(),
    }
    text = f'{_json(told)[:-2]},\n "draws": {_draws_as_json(table)}\n}}\n'
    (place / "outcomes.json").write_text(text, encoding="utf-8")


def _draws_as_json(table: Mapping[str, NDArray[Any]]) -> str:
    """A list of one object a patient, laid out as ``_json`` does inside another object, in a fraction of the time."""
    names = (json.dumps(name).replace("%", "%%") for name in table)
    row = "  {\n" + ",\n".join(f"   {name}: %s" for name in names) + "\n  }"
    columns = [texts_of(column, _json_value) for column in table.values()]
    return "[\n" + ",\n".join(row % values for values in zip(*columns, strict=True)) + "\n ]"


def _json_value(value: float) -> str:
    if math.isfinite(value):
        return repr(float(f"{value:.6g}"))
    return "null" if math.isnan(value) else '"never"'


def write_actions(file: Path, actions: pd.DataFrame) -> None:
    """Every rule that fired: draw, day, rule, what it watched, the value read, its threshold, what was given."""
    write_table(file, actions)


def write_concentrations(place: Path, course: xr.Dataset) -> None:
    """concentrations.csv: percentiles over patients by drug and time. exposures.csv: whole exposure of each patient."""
    from marrow.figures.bands import percentiles
    from marrow.report.summaries import exposure_table

    time = course["time"].values.astype(float)
    levels: list[dict[str, Any]] = []
    for name in (str(name) for name in course.data_vars if str(name).endswith("_concentration")):
        found, _ = percentiles(course[name].values)
        there = found[4] > 0
        drug, unit = name.removesuffix("_concentration"), str(course[name].attrs.get("units", ""))
        quantiles = dict(zip(("p05", "p25", "p50", "p75", "p95"), found[:, there], strict=True))
        levels.append({"drug": drug, "day": time[there], "unit": unit, **quantiles})
    _write_tables(place / "concentrations.csv", levels, ("drug", "day", "unit", "p05", "p25", "p50", "p75", "p95"))
    draws = course["draw"].values
    exposures = [
        {"draw": draws, "drug": drug, "exposure": exposure, "exposure_unit": unit, "highest_concentration": highest,
         "concentration_unit": level_unit}
        for drug, (exposure, highest, unit, level_unit) in exposure_table(course).items()
    ]  # fmt: skip
    columns = ("draw", "drug", "exposure", "exposure_unit", "highest_concentration", "concentration_unit")
    _write_tables(place / "exposures.csv", exposures, columns)


def _write_tables(file: Path, tables: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    """One CSV of several tables with the same columns, below each other; no rows of a drug never seen."""
    tables = [table for table in tables if all(map(np.size, table.values()))]
    whole: dict[str, NDArray[Any]] = {}
    for name in columns:
        parts = [np.broadcast_to(table[name], max(map(np.size, table.values()))) for table in tables]
        whole[name] = np.concatenate(parts) if parts else np.empty(0)
    write_table(file, whole)


def hashes_of(place: Path, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """The hash of every file in the folder; those that are ``known`` are not read again."""
    files = {file.relative_to(place).as_posix(): file for file in sorted(place.rglob("*")) if file.is_file()}
    found = known or {}
    return {name: found.get(name) or hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items()}


def write_manifest(place: Path, kind: str, provenance: Provenance, known: Mapping[str, str] | None = None) -> None:
    """What is in the folder, with the hash of every file (see ``hashes_of``), and what it takes to make it again."""
    _write_json(
        place / MANIFEST,
        {
            "format": kind,
            "disclaimer": DISCLAIMER,
            "command": provenance.command,
            "seed": provenance.seed,
            "draws": provenance.draws,
            "model": provenance.model,
            "modules": list(provenance.modules),
            "versions": dict(provenance.versions),
            "created": provenance.created,
            "inputs_sha256": dict(provenance.hashes),
            "files_sha256": hashes_of(place, known),
        },
    )


def _write_json(file: Path, content: Any) -> None:
    file.write_text(_json(content) + "\n", encoding="utf-8")


def _json(content: Any) -> str:
    return json.dumps(content, indent=1, allow_nan=False)
