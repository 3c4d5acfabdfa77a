"""A course as a NetCDF 4 file, written with h5py: what xarray would write, in a fraction of the time.

Compression runs in a thread of its own, while figures are drawn. ``xarray.open_dataset(file)`` reads the file back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import xarray as xr

CHUNK_DRAWS = 1024
_LEVEL = 1

Blocks = list[bytes]
Compressing = Mapping[str, "Future[Blocks]"]


@contextmanager
def compressing(course: xr.Dataset) -> Iterator[Compressing]:
    """Within it, the variables over time (N, T) are being compressed, by name. Leaving it early stops the work."""
    pool = ThreadPoolExecutor(1, "marrow-course")
    try:
        yield {str(n): pool.submit(_compressed, v.values) for n, v in course.data_vars.items() if _over_time(v)}
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _over_time(variable: xr.DataArray) -> bool:
    return variable.dims == ("draw", "time") and np.issubdtype(variable.dtype, np.floating) and variable.size > 0


def _chunk_shape(shape: tuple[int, ...]) -> tuple[int, int]:
    return min(shape[0], CHUNK_DRAWS), shape[1]


def _compressed(values: NDArray) -> Blocks:
    """Chunks of whole rows as HDF5 stores them: the bytes of float32 values sorted by significance, then deflated."""
    from isal import isal_zlib

    rows, columns = _chunk_shape(values.shape)
    blocks = []
    for start in range(0, len(values), rows):
        block = np.empty((rows, columns), dtype="<f4")
        part = values[start : start + rows]
        block[: len(part)], block[len(part) :] = part, np.nan
        planes = np.ascontiguousarray(block.view(np.uint8).reshape(-1, 4).T)
        blocks.append(isal_zlib.compress(planes, _LEVEL))
    return blocks


def write_course(file: Path, course: xr.Dataset, attributes: Mapping[str, Any], compressed: Compressing) -> None:
    """Writes dims (draw, time) and every variable, those over time in float32.

    ``attributes`` are added to those of the course. Raises ``OSError`` when the disk does not take it.
    """
    import h5py

    try:
        with h5py.File(file, "w", track_order=True) as store:
            _annotate(store, {**course.attrs, **attributes})
            scales = {}
            for number, name in enumerate(str(name) for name in course.sizes):
                scales[name] = store.create_dataset(name, data=course[name].values, track_order=True)
                scales[name].make_scale(name)
                scales[name].attrs["_Netcdf4Dimid"] = np.int32(number)
                _annotate(scales[name], course[name].attrs)
            for name, variable in course.data_vars.items():
                data = _write_variable(store, str(name), variable, compressed)
                for place, dimension in enumerate(variable.dims):
                    data.dims[place].attach_scale(scales[str(dimension)])
                _annotate(data, variable.attrs)
    except RuntimeError as error:  # how HDF5 reports some failures of the disk
        raise OSError(str(error)) from error


def _write_variable(store: Any, name: str, variable: xr.DataArray, compressed: Compressing) -> Any:
    if name not in compressed:
        return store.create_dataset(name, data=variable.values, track_order=True)
    chunks = _chunk_shape(variable.shape)
    data = store.create_dataset(
        name, shape=variable.shape, dtype="<f4", chunks=chunks, compression="gzip", compression_opts=_LEVEL,
        shuffle=True, fillvalue=np.float32("nan"), track_order=True,
    )  # fmt: skip
    for number, block in enumerate(compressed[name].result()):
        data.id.write_direct_chunk((number * chunks[0], 0), block)
    data.attrs["_FillValue"] = np.array([np.nan], dtype="<f4")
    return data


def _annotate(target: Any, attributes: Mapping[Any, Any]) -> None:
    """Attributes that have content."""
    for name, value in attributes.items():
        if value is not None and not (isinstance(value, str) and not value):
            target.attrs[str(name)] = value
