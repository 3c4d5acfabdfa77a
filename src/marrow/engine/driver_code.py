"""The driver as machine code: Numba makes it once for a version and a processor; afterwards it is read from disk.

A process that finds it there never imports Numba. Its arguments, named tuples of arrays, are handed over as tables of
numbers: addresses, sizes, values. ``records`` is how compiled code reads them.
"""

from __future__ import annotations

import ctypes
import hashlib
import re
import struct
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from marrow.engine import cache

NAME = "drive"
WORD = ctypes.c_int64
# Numba's convention: where to put a result and a failure, neither of which there is; the workspace as an array (its
# owners, its length, the size of a number, where it lies, its shape, its strides); tables; the patients.
RESULT, WORKSPACE, PATIENTS = [ctypes.c_void_p] * 2, [WORD] * 7, [WORD] * 2


def solve_chunk(
    W, code, at, patients, timed, marks, orders, hazards, few, controls, out, lanes, parked, first, last
) -> None:  # type: ignore[no-untyped-def]
    """Patients ``first`` to ``last`` (exclusive): up to the graft with the code for then, and on from there."""
    for part in range(2):
        if controls[part].end > controls[part].start:
            _drive(
                W, (code[part], at, patients, timed, marks, orders, hazards, few, controls[part], out, lanes, parked),
                first, last,
            )  # fmt: skip


def is_stored() -> bool:
    """Whether a driver of this version is on disk, so that nothing has to be compiled."""
    return any(_place().glob(f"{_version()}_*.o"))


def _drive(W: Any, arguments: tuple[Any, ...], first: int, last: int) -> None:
    tables, kinds = [], [W.dtype.str]
    for each in arguments:
        numbers: list[int] = []
        _lay_out(each, numbers, kinds)
        tables.append(np.array(numbers, dtype=np.int64))
    call = _function(" ".join(kinds), lambda: _make((W, *arguments)), len(tables))
    nothing = (ctypes.c_int64 * 8)()
    workspace = (0, 0, len(W), W.itemsize, W.ctypes.data, len(W), W.itemsize)
    call(ctypes.byref(nothing), ctypes.byref(nothing), *workspace, *(t.ctypes.data for t in tables), first, last)


def _lay_out(value: Any, numbers: list[int], kinds: list[str]) -> None:
    """Appends the numbers of an argument, as ``records`` reads them, and what kinds they are."""
    if isinstance(value, np.ndarray):
        if not value.flags.c_contiguous:
            raise ValueError("an array is not in C order")
        kinds.append(f"{value.dtype.str}{value.ndim}")
        numbers += [value.__array_interface__["data"][0], *value.shape]
    elif isinstance(value, tuple):
        kinds.append(type(value).__name__)
        for each in value:
            _lay_out(each, numbers, kinds)
    else:
        kinds.append(type(value).__name__)
        numbers.append(struct.unpack("<q", struct.pack("<d", value))[0] if isinstance(value, float) else int(value))


_FUNCTIONS: dict[str, tuple[Any, Any]] = {}  # by kinds; with the memory that it lies in


def _function(kinds: str, make: Callable[[], bytes], tables: int) -> Any:
    """The driver for arguments of these kinds, from disk or made now."""
    if kinds not in _FUNCTIONS:
        file = _place() / f"{_version()}_{hashlib.sha256(kinds.encode()).hexdigest()[:16]}.o"
        loaded = cache.machine_code(file, make)
        kind = ctypes.CFUNCTYPE(ctypes.c_int32, *RESULT, *WORKSPACE, *[WORD] * tables, *PATIENTS)
        _FUNCTIONS.setdefault(kinds, (kind(loaded.address(NAME)), loaded))  # another thread may run what it has stored
    return _FUNCTIONS[kinds][0]


def _place() -> Path:
    return cache.folder() / cache.KERNELS


@lru_cache(maxsize=1)
def _version() -> str:
    """A name for the sources that the driver is made from, the libraries and the processor."""
    package, names, text = Path(__file__).parent, ["driver", "records"], b""
    for name in names:  # grows while it is walked
        source = (package / f"{name}.py").read_bytes()
        text += source
        for module, imported in re.findall(r"^from marrow\.engine(?:\.(\w+))? import (.+)$", source.decode(), re.M):
            found = [module] if module else re.split(r",\s*", imported)
            names += [each for each in found if each not in names]
    return f"driver_{hashlib.sha256(text + cache.circumstances().encode()).hexdigest()[:16]}"


def _make(arguments: Sequence[Any]) -> bytes:
    """An object file with the driver for arguments like these."""
    from numba import types

    from marrow.engine import driver, records
    from marrow.engine.calls import numba
    from marrow.engine.machine_code import emit

    compiled = numba(nogil=True, error_model="numpy", _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)(
        driver.drive
    )
    compiled.compile((*(records.kind_of(each) for each in arguments), types.int64, types.int64))
    ((signature, made),) = compiled.overloads.items()
    return emit(compiled.inspect_llvm(signature).replace(made.fndesc.llvm_func_name, NAME))
