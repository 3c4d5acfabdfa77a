"""A course as a NetCDF 4 file, written with h5py: what xarray would write, in a fraction of the time.

Compression runs in a thread of its own, while figures are drawn. ``xarray.open_dataset(file)`` reads the file back.
"""

from __future__ import annotations

import struct
import zlib
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
_SOME_RUNS = 0.2  # of bytes like the one before: a plane of noise has one in 256
_HEADER, _END, _MOST_STORED = b"\x78\x01", b"\x01\x00\x00\xff\xff", 65_535

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
    rows, columns = _chunk_shape(values.shape)
    blocks = []
    for start in range(0, len(values), rows):
        block = np.full((rows, columns), np.nan, dtype="<f4")
        part = values[start : start + rows]
        block[: len(part)] = part
        blocks.append(_deflated(np.ascontiguousarray(block.view(np.uint8).reshape(-1, 4).T)))
    return blocks


def _deflated(planes: NDArray[np.uint8]) -> bytes:
    """One zlib stream (RFC 1950) of the bytes in ``planes`` (4, B), by significance.

    The low bytes of measured numbers are noise, which no compression makes smaller: stored as they are. The others
    are searched for runs of one byte only; what else repeats in them repeats by chance, and looking for it takes long.
    """
    parts = [_HEADER]
    for plane in planes:
        if np.count_nonzero(plane[1:] == plane[:-1]) > _SOME_RUNS * plane.size:
            deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
            parts += [deflate.compress(plane.data), deflate.flush(zlib.Z_SYNC_FLUSH)]  # ends with a whole byte
        else:
            parts += _stored(plane.tobytes())
    return b"".join([*parts, _END, struct.pack(">I", zlib.adler32(planes.data))])


def _stored(content: bytes) -> Iterator[bytes]:
    """Blocks of a deflate stream that hold bytes as they are (RFC 1951, 3.2.4)."""
    for start in range(0, len(content), _MOST_STORED):
        part = content[start : start + _MOST_STORED]
        yield struct.pack("<BHH", 0, len(part), len(part) ^ 0xFFFF)
        yield part


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
