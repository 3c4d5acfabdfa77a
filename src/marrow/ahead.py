"""What the results of a run need is loaded while its patients are solved."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

# xarray and pandas try to import these to tell their arrays from NumPy's, and remember which they found. A run has none
# of their arrays, and loading them takes longer than writing its results.
_NOT_USED = ("dask", "pint", "sparse", "cupy", "pyarrow")


def load_ahead() -> None:
    """For a process that does one run. Afterwards xarray and pandas take no notice of arrays of ``_NOT_USED``
    libraries."""
    with _hidden(_NOT_USED):
        import h5py  # noqa: F401
        import isal.isal_zlib  # noqa: F401
        import jinja2  # noqa: F401
        import numpy as np
        import pandas  # noqa: F401
        import xarray as xr

        xr.Dataset({"x": (("t",), np.zeros(1))}, {"t": np.zeros(1)}).x.max()  # here it looks for them

    import marrow.course
    import marrow.endpoints.outcome
    import marrow.figures.gallery
    import marrow.record
    import marrow.report.terminal
    import marrow.results  # noqa: F401


@contextmanager
def _hidden(libraries: tuple[str, ...]) -> Iterator[None]:
    """Within it, those that are not loaded yet cannot be imported."""
    hidden = [name for name in libraries if name not in sys.modules]
    modules = cast("dict[str, Any]", sys.modules)
    modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            modules.pop(name, None)
