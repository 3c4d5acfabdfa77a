"""What is infused on day 0, and after it: grafts in parts, boosts, two cord units."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

from marrow.clinic.fields import Part, Reads, choice, measured
from marrow.clinic.quantities import Measure, printed, quoted, refuse, split
from marrow.errors import nearest


class Source(Enum):
    BLOOD = "peripheral blood"
    MARROW = "bone marrow"
    CORD = "cord blood"


class Storage(Enum):
    FRESH = "fresh"
    THAWED = "thawed"


class Manipulation(Enum):
    NONE = "unmanipulated"
    CD34_SELECTED = "CD34-selected"
    T_CELL_DEPLETED = "T-cell depleted"
    EXPANDED = "expanded"
    GENE_MODIFIED = "gene-modified"


SELECTED = (Manipulation.CD34_SELECTED, Manipulation.T_CELL_DEPLETED)
_MANIPULATIONS = {
    "none": Manipulation.NONE,
    "cd34 selected": Manipulation.CD34_SELECTED,
    "cd34 selection": Manipulation.CD34_SELECTED,
    "cd34+ selected": Manipulation.CD34_SELECTED,
    "cd34+-selected": Manipulation.CD34_SELECTED,
    "t-cell-depleted": Manipulation.T_CELL_DEPLETED,
    "t cell depleted": Manipulation.T_CELL_DEPLETED,
    "tcd": Manipulation.T_CELL_DEPLETED,
    "alpha-beta depleted": Manipulation.T_CELL_DEPLETED,
    "ex vivo expanded": Manipulation.EXPANDED,
    "gene modified": Manipulation.GENE_MODIFIED,
    "gene therapy": Manipulation.GENE_MODIFIED,
    "gene-edited": Manipulation.GENE_MODIFIED,
}
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

# CD3+ cells per kg left by a manipulation when the plan does not say; assumed: four to five, and three logs less
LEFT_CD3 = {Manipulation.CD34_SELECTED: 1.0e4, Manipulation.T_CELL_DEPLETED: 1.0e5, Manipulation.GENE_MODIFIED: 1.0e4}


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


_DAY = measured(Measure("the day of an infusion", {"": 1.0, "d": 1.0}, 0, 3650, "1"))


class Graft(Part):
    """One graft, per kg of the patient's actual weight. ``cd34``: CD34+ cells as counted before freezing, if frozen;
    after a manipulation, if there was one. ``day``: of the infusion, from the first graft.

    ``storage`` not said: thawed for autologous and cord-blood grafts, fresh for the others.
    """

    source: Annotated[Source, choice(Source, "where the cells come from", _SOURCES)]
    cd34: Annotated[float, _cells_per_kg("CD34+ cells", 1e3, 1e8, "5.6e6 /kg")]
    cd3: Annotated[float, _cells_per_kg("CD3+ cells", 0, 5e9, "2.3e8 /kg")] | None = None
    tnc: Annotated[float, _cells_per_kg("nucleated cells", 1e5, 1e11, "3e8 /kg")] | None = None
    storage: Annotated[Storage, choice(Storage, "how the cells were kept", _STORAGES)] | None = None
    manipulation: Annotated[Manipulation, choice(Manipulation, "what was done to the graft", _MANIPULATIONS)] = (
        Manipulation.NONE
    )
    day: Annotated[float, _DAY] = 0.0

    @property
    def cd3_or_usual(self) -> float:
        """CD3+ cells per kg: as said, else as usual for the source and the manipulation."""
        return self.cd3 if self.cd3 is not None else LEFT_CD3.get(self.manipulation, USUAL_CD3[self.source])
