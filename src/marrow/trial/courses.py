"""Courses on request: the series that a clinic charts, of every patient in every arm, block by block as Zarr.

A block's courses are a folder that appears whole or not at all; together they open as one dataset:

    courses = open_courses("my-trial")          # or xarray.open_mfdataset("my-trial/courses/*.zarr", engine="zarr")
    courses["absolute_neutrophil_count"].sel(arm="blood").median("patient")
"""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marrow.errors import MissingExtraError, RunError
from marrow.trial.blocks import Block

if TYPE_CHECKING:
    import xarray as xr

COURSES, ENDING = "courses", ".zarr"


def need_zarr() -> None:
    """Raises ``MissingExtraError`` before anything is simulated."""
    try:
        import zarr  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            "--courses writes Zarr, which is not installed: pip install 'marrow[courses]'"
        ) from error


def file_of(folder: Path, block: Block) -> Path:
    return folder / COURSES / f"{block.name}{ENDING}"


def write_courses(
    folder: Path, block: Block, arm: str, parts: Sequence[tuple[NDArray[np.int64], xr.Dataset]], draft_ending: str
) -> None:
    """``parts``: identities (N,) and courses of those who share a plan. Raises ``RunError``, and leaves nothing."""
    import xarray as xr

    named = []
    for identities, course in parts:
        series = course[[name for name in course.data_vars if "time" in course[name].dims]].astype(np.float32)
        named.append(series.rename(draw="patient").assign_coords(patient=identities))
    whole = (
        named[0] if len(named) == 1 else xr.concat(named, dim="patient", join="outer", combine_attrs="drop_conflicts")
    )
    whole = whole.sortby("patient").expand_dims(arm=[arm])
    whole.attrs = {"title": "marrow: courses of a virtual trial", "warning": "Research software."}
    final = file_of(folder, block)
    draft = final.with_name(f".{final.name}.{platform.node()}-{os.getpid()}{draft_ending}")
    try:
        final.parent.mkdir(exist_ok=True)
        shutil.rmtree(draft, ignore_errors=True)
        whole.to_zarr(draft, mode="w", zarr_format=3, consolidated=False)
        shutil.rmtree(final, ignore_errors=True)  # of a block that is done again, with the same bits
        os.replace(draft, final)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise RunError(f"{final}: cannot be written: {error.strerror or error}; what is done is kept") from error


def open_courses(folder: str | Path) -> xr.Dataset:
    """All courses of a trial, dims (arm, patient, time), read when they are needed. Raises ``RunError``."""
    import xarray as xr

    files = sorted((Path(folder) / COURSES).glob(f"*{ENDING}"))
    if not files:
        raise RunError(f"{folder}: holds no courses; marrow trial run DESIGN --courses writes them")
    need_zarr()
    return xr.open_mfdataset(files, engine="zarr", combine="by_coords", join="outer", consolidated=False)
