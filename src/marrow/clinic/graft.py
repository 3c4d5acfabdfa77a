"""What is infused on day 0."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

from marrow.clinic.fields import Part, Reads, choice
from marrow.clinic.quantities import printed, quoted, refuse, split
from marrow.errors import nearest


class Source(Enum):
    BLOOD = "peripheral blood"
    MARROW = "bone marrow"
    CORD = "cord blood"


class Storage(Enum):
    FRESH = "fresh"
    THAWED = "thawed"


_SOURCES = {
    "blood": Source.BLOOD,
    "pbsc": Source.BLOOD,
    "pb": Source.BLOOD,
    "marrow": Source.MARROW,
    "bm": Source.MARROW,
    "cord": Source.CORD,
    "ucb": Source.CORD,
    "umbilical cord blood": Source.CORD,
}
_STORAGES = {"frozen": Storage.THAWED, "cryopreserved": Storage.THAWED, "not frozen": Storage.FRESH}

# CD3+ cells per kg when the plan does not say; assumed, from memory of usual grafts
USUAL_CD3 = {Source.BLOOD: 2.0e8, Source.MARROW: 2.5e7, Source.CORD: 4.0e6}


def _cells_per_kg(what: str, low: float, high: float, example: str) -> Reads:
    """A cell dose per kg of the patient's actual weight."""
    needed = f"{what} per kg of the patient between {printed(low)} and {printed(high)}, such as '{example}'"
    units = {
        "/kg": 1.0,
        "cells/kg": 1.0,
        "e6/kg": 1e6,
        "x10^6/kg": 1e6,
        "x10*6/kg": 1e6,
        "10^6/kg": 1e6,
        "x10^8/kg": 1e8,
        "10^8/kg": 1e8,
        "x10^7/kg": 1e7,
        "10^7/kg": 1e7,
        "x10^5/kg": 1e5,
        "10^5/kg": 1e5,
    }

    def read(given: Any) -> float:
        if isinstance(given, bool) or not isinstance(given, (str, float, int)):
            raise refuse("nothing" if given is None else quoted(given), needed)
        value, unit = split(given, needed) if isinstance(given, str) else (float(given), "/kg")
        unit = unit.replace(" ", "").replace("/kgbw", "/kg")
        if unit not in units:
            found = f"the unit {quoted(unit)} in {quoted(given)}" if unit else f"{quoted(given)} without '/kg'"
            raise refuse(found, needed, nearest(unit, units) or "/kg" if unit else _with_unit(value, low, high))
        if not low <= value * units[unit] <= high:
            millions = f"{printed(value)}e6 /kg" if unit in ("/kg", "cells/kg") and low <= value * 1e6 <= high else ""
            raise refuse(quoted(given), needed, millions)
        return value * units[unit]

    schema = {"anyOf": [{"type": "string"}, {"type": "number"}], "description": needed, "examples": [example]}
    return Reads(read, lambda value: f"{printed(value)} /kg", schema)


def _with_unit(value: float, low: float, high: float) -> str:
    """What was probably meant by a bare number."""
    times = next((times for times in (1.0, 1e6, 1e8) if low <= value * times <= high and value > 0), 1.0)
    return f"{printed(value * times)} /kg"


class Graft(Part):
    """The graft, per kg of the patient's actual weight. ``cd34``: CD34+ cells as counted before freezing, if frozen.

    ``storage`` not said: thawed for autologous and cord-blood grafts, fresh for the others.
    """

    source: Annotated[Source, choice(Source, "where the cells come from", _SOURCES)]
    cd34: Annotated[float, _cells_per_kg("CD34+ cells", 1e3, 1e8, "5.6e6 /kg")]
    cd3: Annotated[float, _cells_per_kg("CD3+ cells", 0, 5e9, "2.3e8 /kg")] | None = None
    tnc: Annotated[float, _cells_per_kg("nucleated cells", 1e5, 1e11, "3e8 /kg")] | None = None
    storage: Annotated[Storage, choice(Storage, "how the cells were kept", _STORAGES)] | None = None
