"""One outcome of N patients: a column of the table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from marrow.endpoints.series import Floats


class Kind(Enum):
    """How a column is to be read and summed up."""

    DAY = "day after the graft; infinite: not reached while observed"
    AMOUNT = "a count, a number of days or of transfusions, a score"
    SHARE = "a share between 0 and 1"
    FLAG = "1 yes, 0 no"
    CODE = "a number that stands for a word"


@dataclass(frozen=True)
class Column:
    """``values`` (N,), one for each patient. NaN: not known (failed solve, nothing measured, not applicable)."""

    name: str
    label: str
    unit: str
    kind: Kind
    values: Floats
    definition: str = ""
