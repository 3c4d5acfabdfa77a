"""Measured values as the table that a clinic would send: what ``marrow endpoints`` reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from marrow.endpoints.events import RELAPSE
from marrow.endpoints.survival import death_of
from marrow.endpoints.transfusion import Product, transfusions_of
from marrow.laboratory.measure import followed_until

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from marrow.simulation import Simulation

Floats = NDArray[np.float64]
BELOW = "below limit"
_COLUMNS = ("draw", "day", "test", "value", "unit", "flag")


def table_of(simulation: Simulation) -> pd.DataFrame | None:
    """``long_table`` of a run; None where its plan has no ``labs``."""
    if simulation.labs is None:
        return None
    events, last = simulation.events, followed_until(simulation)
    death = death_of(events, len(simulation.patients))
    happened = {"death": death, "last contact": np.where(death > last, last, np.inf)}
    if RELAPSE.hazard in events:
        happened["relapse"] = events.first(RELAPSE.hazard)
    return long_table(simulation.labs, simulation.actions, happened, last)


def long_table(measured: xr.Dataset, actions: Any, happened: Mapping[str, Floats], last: Floats) -> pd.DataFrame:
    """A row for each value, transfusion and event: draw, day, test, value (text, ``<0.01`` below a limit), unit, flag.

    ``actions``: columns draw, day and rule. ``happened``: days (N,) of what else a chart tells ('relapse', 'death'),
    infinite for never. Nothing is told after ``last`` (N,): death, or the end of follow-up.
    """
    import pandas as pd

    parts = [*_values(measured), *_transfusions(actions, last)]
    for what, day in happened.items():
        who = np.flatnonzero(np.isfinite(day) & (day <= last))
        parts.append(_rows(who, day[who], what))
    whole = {name: np.concatenate([np.asarray(part[name]) for part in parts]) for name in _COLUMNS}
    order = np.lexsort((whole["day"], whole["draw"]))
    return pd.DataFrame({name: values[order] for name, values in whole.items()})


def _values(measured: xr.Dataset) -> Iterator[dict[str, Any]]:
    days = measured["day"].values
    for name in measured.data_vars:
        found = measured[name]
        draw, at = np.nonzero(~np.isnan(found.values))
        values = found.values[draw, at]
        limit, decimals = found.attrs.get("limit_of_quantification", -np.inf), found.attrs.get("decimals")
        low = values < limit
        texts = [repr(v) if decimals is None else f"{v:.{decimals}f}" for v in values.tolist()]
        texts = [f"<{limit:g}" if is_low else text for text, is_low in zip(texts, low.tolist(), strict=True)]
        yield {
            "draw": draw,
            "day": days[at].astype(float),
            "test": np.full(draw.size, found.attrs["long_name"]),
            "value": np.array(texts, dtype=str),
            "unit": np.full(draw.size, found.attrs["units"]),
            "flag": np.where(low, BELOW, ""),
        }


def _transfusions(actions: Any, last: Floats) -> Iterator[dict[str, Any]]:
    for product in Product:
        given = transfusions_of(actions, product, len(last)).until(last)
        draw, at = np.nonzero(given.given)
        yield _rows(draw, given.days[at], f"{product.value.rstrip('s')} transfusion", "1")


def _rows(draw: NDArray[np.intp], day: Floats, test: str, value: str = "") -> dict[str, Any]:
    texts = {"test": test, "value": value, "unit": "", "flag": ""}
    return {"draw": draw, "day": day} | {name: np.full(draw.size, text) for name, text in texts.items()}
