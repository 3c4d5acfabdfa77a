"""A course: what happened to each virtual patient over time, as an xarray Dataset with units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from marrow.engine.result import Solution, Status
from marrow.engine.schedule import Schedule

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from marrow.engine.model import Description


def variable_name(observable: str) -> str:
    """'absolute_neutrophil_count.donor' is stored as 'absolute_neutrophil_count_donor'."""
    return observable.replace(".", "_")


def to_dataset(
    description: Description,
    schedule: Schedule,
    solution: Solution,
    attributes: dict[str, str],
) -> xr.Dataset:
    """Dims draw (N) and time (T, days from the infusion). One variable for each observable that was recorded.

    Along draw only: status, steps, rejected_steps, clipped_mass, ended_at. After a failure a patient's values are NaN.
    """
    import xarray as xr

    variables: dict[str, tuple[tuple[str, ...], np.ndarray, dict[str, object]]] = {}
    for k, index in enumerate(solution.recorded):
        info = description.observables[index]
        attrs = {
            "long_name": info.label,
            "units": info.unit,
            "limit_of_detection": info.floor,
            "group": info.group.value,
            "module": info.module,
        }
        variables[variable_name(info.name)] = (("draw", "time"), solution.observables[:, :, k], attrs)
    meanings = "; ".join(f"{status.value} {status.name.lower().replace('_', ' ')}" for status in Status)
    variables |= {
        "status": (("draw",), solution.status, {"long_name": f"how the solve ended: {meanings}"}),
        "steps": (("draw",), solution.steps, {"long_name": "accepted solver steps"}),
        "rejected_steps": (("draw",), solution.rejected, {"long_name": "rejected solver steps"}),
        "clipped_mass": (("draw",), solution.clipped, {"long_name": "negative amounts set to zero, relative to scale"}),
        "ended_at": (("draw",), solution.ended_at, {"long_name": "last time reached", "units": "days"}),
    }
    coordinates = {
        "draw": np.arange(len(solution.status)),
        "time": ("time", schedule.grid, {"long_name": "time from the infusion of the graft", "units": "days"}),
    }
    return xr.Dataset(variables, coordinates, attributes)


def actions_table(
    description: Description, schedule: Schedule, solution: Solution, units: dict[str, str]
) -> pd.DataFrame:
    """Every rule that acted: draw, day, rule, the value that was read, its threshold, what was given.

    ``units``: unit of the amount, by rule name. Sorted by draw, day.
    """
    import pandas as pd

    tables = []
    for r, rule in enumerate(schedule.rules):
        draws, rounds = np.nonzero(solution.given[:, r, :])
        days = rounds + solution.first_round
        table = pd.DataFrame({"draw": draws, "day": days, "rule": rule.name})
        if rule.watch >= 0:
            info = description.observables[rule.watch]
            at = np.clip(np.searchsorted(schedule.grid, days), 0, len(schedule.grid) - 1)
            table["watched"] = info.name
            found = np.flatnonzero(solution.recorded == rule.watch)
            seen = np.abs(schedule.grid[at] - days) < 1e-9  # what was read on a day that is not recorded is not known
            table["value"] = np.where(seen, solution.observables[draws, at, found[0]], np.nan) if len(found) else np.nan
            table["threshold"] = rule.threshold
            table["watched_unit"] = info.unit
        table["amount"] = rule.amount[draws]
        table["amount_unit"] = units.get(rule.name, "")
        tables.append(table)
    columns = ["draw", "day", "rule", "watched", "value", "threshold", "watched_unit", "amount", "amount_unit"]
    if not tables:
        return pd.DataFrame({name: [] for name in columns})
    return (
        pd.concat(tables, ignore_index=True)
        .reindex(columns=columns)
        .sort_values(["draw", "day", "rule"], ignore_index=True)
    )
