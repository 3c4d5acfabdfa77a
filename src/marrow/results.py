"""The folder of a run: report, figures, course, outcomes, actions, exposures, the plan, and a manifest of it all.

A folder appears whole or not at all: it is written beside its place under another name, then moved there.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from marrow.endpoints.outcome import Outcomes
from marrow.endpoints.summary import summarise
from marrow.errors import RunError
from marrow.figures.style import Drawing, as_png, as_svg
from marrow.report.assemble import Assembled, assemble
from marrow.report.comparison import Comparison
from marrow.report.content import ReportContent
from marrow.report.course_file import Compressing, compressing, write_course
from marrow.report.exposures import MeasuredExposure, as_rows
from marrow.report.record import DISCLAIMER, Provenance, Record
from marrow.report.render import render_comparison, render_report
from marrow.sweep import Sweep
from marrow.sweep import as_rows as as_table

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

MANIFEST = "manifest.json"
FORMAT = "marrow result 1"
COMPARISON_FORMAT = "marrow comparison 1"
PHARMACOKINETICS_FORMAT = "marrow pharmacokinetics 1"
CALIBRATION_FORMAT = "marrow calibration 1"
SWEEP_FORMAT = "marrow sweep 1"
ENDPOINTS_FORMAT = "marrow endpoints 1"
FORMATS = (FORMAT, COMPARISON_FORMAT, PHARMACOKINETICS_FORMAT, CALIBRATION_FORMAT, SWEEP_FORMAT, ENDPOINTS_FORMAT)


@dataclass(frozen=True)
class Written:
    """Where the results are, and what the report says."""

    folder: Path
    report: Path
    content: ReportContent


def write_results(record: Record, folder: Path, *, png: bool = False) -> Written:
    """Writes the whole folder, in place of an earlier result of marrow if there is one. ``png``: figures as PNG too.

    Raises ``RunError`` when the folder holds something else, or cannot be written; then nothing is left behind.
    """
    check_folder(folder)
    with compressing(record.course) as compressed:
        assembled = assemble(record)
        with_whole_folder(folder, lambda place: _fill(place, record, assembled, compressed, png))
    return Written(folder, folder / "report.html", assembled.content)


def write_comparison(comparison: Comparison, folder: Path) -> Path:
    """Writes comparison.html, its table and its figure; returns the page. Raises as ``write_results``."""

    def fill(place: Path) -> None:
        import pandas as pd

        (place / "comparison.html").write_text(render_comparison(comparison), encoding="utf-8")
        write_figures(place / "figures", (comparison.drawing,), (comparison.svg,))
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
        pd.DataFrame(rows).to_csv(place / "differences.csv", index=False, float_format="%.6g", lineterminator="\n")
        write_manifest(place, COMPARISON_FORMAT, comparison.provenance)

    with_whole_folder(folder, fill)
    return folder / "comparison.html"


def write_sweep(found: Sweep, drawing: Drawing, provenance: Provenance, folder: Path) -> Path:
    """Writes sweep.csv and the figure; returns the folder. Raises as ``write_results``."""

    def fill(place: Path) -> None:
        import pandas as pd

        table = pd.DataFrame(as_table(found))
        table.to_csv(place / "sweep.csv", index=False, float_format="%.6g", lineterminator="\n")
        write_figures(place / "figures", (drawing,), (as_svg(drawing),), png=True)
        write_manifest(place, SWEEP_FORMAT, provenance)

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

        table = pd.DataFrame(as_rows(exposures))
        table.to_csv(place / "summary.csv", index=False, float_format="%.6g", lineterminator="\n")
        write_concentrations(place, course)
        write_figures(place / "figures", (drawing,), (as_svg(drawing),), png)
        (place / "plan.yaml").write_text(plan_yaml, encoding="utf-8")
        write_manifest(place, PHARMACOKINETICS_FORMAT, provenance)

    with_whole_folder(folder, fill)
    return folder


def _fill(place: Path, record: Record, assembled: Assembled, compressed: Compressing, png: bool) -> None:
    (place / "report.html").write_text(render_report(assembled.content), encoding="utf-8")
    write_figures(place / "figures", assembled.drawings, assembled.svgs, png)
    write_course(place / "course.nc", record.course, course_attributes(record.provenance), compressed)
    (place / "plan.yaml").write_text(record.plan_yaml, encoding="utf-8")
    write_outcomes(place, record.outcomes)
    write_actions(place / "actions.csv", record.actions)
    write_concentrations(place, record.course)
    write_manifest(place, FORMAT, record.provenance)


# --- the folder ---


def check_folder(folder: Path) -> None:
    """Raises ``RunError`` when ``folder`` is there and is neither empty nor an earlier result of marrow."""
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir():
        raise RunError(f"{folder}: found a file, needed a folder, or a name that is not taken yet")
    if any(folder.iterdir()) and not _is_ours(folder):
        raise RunError(
            f"{folder}: holds files that marrow did not write; nothing was changed there. "
            "Name another folder with --out"
        )


def _is_ours(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("format") in FORMATS


def with_whole_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    """Lets ``fill`` write into a new folder beside ``folder``, then moves it there. Interrupted, it leaves nothing."""
    check_folder(folder)
    target = folder.resolve()
    made: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent))
        made.chmod(0o777 & ~_umask())
        fill(made)
        _move_into_place(made, target)
    except OSError as error:
        raise RunError(_what_went_wrong(folder, error)) from error
    finally:  # also after Ctrl-C
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)


def _move_into_place(made: Path, target: Path) -> None:
    """Renames; an earlier result is kept until the new one is there."""
    if not target.exists():
        made.rename(target)
        return
    earlier = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".earlier", dir=target.parent))
    try:
        target.rename(earlier / "result")
        try:
            made.rename(target)
        except BaseException:
            (earlier / "result").rename(target)
            raise
    finally:
        shutil.rmtree(earlier, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _what_went_wrong(folder: Path, error: OSError) -> str:
    reasons = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the disk quota is used up",
        errno.EACCES: "there is no permission to write there",
        errno.EPERM: "there is no permission to write there",
        errno.EROFS: "the disk is read-only",
        errno.ENOTDIR: "a part of its path is a file",
        errno.EEXIST: "a part of its path is a file",
        errno.ENAMETOOLONG: "its name is too long",
    }
    text = str(error).lower()
    reason = reasons.get(error.errno or 0) or ("the disk is full" if "no space left" in text else str(error))
    return f"{folder}: the results cannot be written: {reason}. Nothing was left behind"


# --- the files ---


def write_figures(place: Path, drawings: tuple[Drawing, ...], svgs: tuple[str, ...], png: bool = False) -> None:
    """Each figure as SVG, and as PNG if wanted."""
    place.mkdir()
    for drawing, svg in zip(drawings, svgs, strict=True):
        (place / f"{drawing.name}.svg").write_text(svg, encoding="utf-8")
        if png:
            (place / f"{drawing.name}.png").write_bytes(as_png(drawing))


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
    import pandas as pd

    table = outcomes.to_dict()
    pd.DataFrame(table).to_csv(place / "outcomes.csv", index=False, float_format="%.6g", lineterminator="\n")
    names = list(table)
    rows = zip(*(map(_json_value, table[name]) for name in names), strict=True)
    told = {
        "disclaimer": DISCLAIMER,
        "observed_until": outcomes.observed_until,
        "units": outcomes.units(),
        **summarise(outcomes).to_dict(),
        "draws": [dict(zip(names, row, strict=True)) for row in rows],
    }
    _write_json(place / "outcomes.json", told)


def _json_value(value: Any) -> Any:
    if isinstance(value, (float, np.floating)):
        if np.isnan(value):
            return None
        if np.isinf(value):
            return "never"
        return float(f"{value:.6g}")
    return value.item() if isinstance(value, np.generic) else value


def write_actions(file: Path, actions: pd.DataFrame) -> None:
    """Every rule that fired: draw, day, rule, what it watched, the value read, its threshold, what was given."""
    actions.to_csv(file, index=False, float_format="%.6g", lineterminator="\n")


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
    """One CSV of several tables with the same columns, below each other."""
    import pandas as pd

    parts = [pd.DataFrame(table) for table in tables] or [pd.DataFrame({column: [] for column in columns})]
    pd.concat(parts, ignore_index=True)[list(columns)].to_csv(
        file, index=False, float_format="%.6g", lineterminator="\n"
    )


def write_manifest(place: Path, kind: str, provenance: Provenance) -> None:
    """What is in the folder, with the hash of every file, and what it takes to make it again."""
    hashes = {
        file.relative_to(place).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(place.rglob("*"))
        if file.is_file()
    }
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
            "files_sha256": hashes,
        },
    )


def _write_json(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")
