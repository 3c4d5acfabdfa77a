"""What endpoints are read from: counts on whole days, what was transfused, what struck."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marrow.endpoints.events import EventTimes
from marrow.endpoints.series import Floats, GivenDays


@dataclass(frozen=True)
class Chart:
    """The series of a course on whole days (``time``), at their ``places`` on its grid; transfusions; the day of
    ``death`` (N,), infinite for the living; ``events``."""

    course: Any
    time: Floats
    places: NDArray[np.intp]
    platelets_given: GivenDays
    red_cells_given: GivenDays
    death: Floats
    events: EventTimes = field(default_factory=EventTimes)

    @property
    def patients(self) -> int:
        return int(self.course.sizes["draw"])

    def values(self, name: str) -> Floats:
        """A series (N, D) on the days of ``time``. Raises ``KeyError``."""
        return np.asarray(self.course[name].values)[:, self.places].astype(float)

    def until_death(self, values: Floats) -> Floats:
        """The same (N, D), not measured after death."""
        if not np.isfinite(self.death).any():
            return values
        return np.where(self.time > self.death[:, None], np.nan, values)

    def has(self, *names: str) -> bool:
        return all(name in self.course for name in names)
