"""Grade of acute GVHD from the stages of its organs (MAGIC, Harris 2016), and the day on which it was reached."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike

from marrow.endpoints.series import Floats, first_day
from marrow.sources import assumed

SOURCE = assumed("the stages and the rule of grades of MAGIC from memory, consistent with a table of protocols")


class Organ(IntEnum):
    """Organs that are staged; the value is their place in arrays of stages."""

    SKIN = 0
    LIVER = 1
    UPPER_GUT = 2
    LOWER_GUT = 3


HIGHEST_STAGE = {Organ.SKIN: 4, Organ.LIVER: 4, Organ.UPPER_GUT: 1, Organ.LOWER_GUT: 4}


def grade_of(stages: ArrayLike) -> Floats:
    """Grade 0 to 4 (...) from stages (..., 4) in the order of ``Organ``; an organ not assessed (NaN) counts as stage 0.

    NaN where no organ was assessed. I: skin 1-2 alone. II: skin 3, liver 1, or gut 1. III: liver or lower gut 2-3.
    IV: any stage 4.
    """
    given = np.asarray(stages, dtype=float)
    skin, liver, upper, lower = np.moveaxis(np.nan_to_num(given), -1, 0)
    grade = np.where(skin >= 1, 1.0, 0.0)
    grade = np.where((skin >= 3) | (liver >= 1) | (upper >= 1) | (lower >= 1), 2.0, grade)
    grade = np.where((liver >= 2) | (lower >= 2), 3.0, grade)
    grade = np.where((skin >= 4) | (liver >= 4) | (lower >= 4), 4.0, grade)
    return np.where(np.isnan(given).all(axis=-1), np.nan, grade)


@dataclass(frozen=True)
class GradedDays:
    """``day`` (D,); ``grade`` (N, D), NaN before the first assessment. An organ keeps its stage until staged again."""

    day: Floats
    grade: Floats

    def first_day(self, least: int) -> Floats:
        """The first day with that grade or a higher one (N,); infinite: not while observed, NaN: never assessed."""
        reached = self.grade >= least
        known = ~np.isnan(self.grade).all(axis=1) if self.day.size else np.zeros(len(self.grade), dtype=bool)
        if not self.day.size:
            return np.full(len(self.grade), np.nan)
        first = first_day(self.day, reached)
        return np.where(known, first, np.nan)

    @property
    def highest(self) -> Floats:
        """(N,); NaN: never assessed."""
        if not self.day.size:
            return np.full(len(self.grade), np.nan)
        top = np.max(np.nan_to_num(self.grade, nan=-1.0), axis=1)
        return np.where(top < 0, np.nan, top)


def graded_days(day: ArrayLike, stages: ArrayLike) -> GradedDays:
    """``day`` (D,) ascending; ``stages`` (N, D, 4), NaN = not assessed on that day."""
    days, given = np.asarray(day, dtype=float), np.array(stages, dtype=float)
    for k in range(1, given.shape[1]):
        given[:, k] = np.where(np.isnan(given[:, k]), given[:, k - 1], given[:, k])
    return GradedDays(days, grade_of(given))
