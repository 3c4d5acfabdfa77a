"""Weight and height where a study does not tell them: adults by sex, children by age.

All assumed: of adults in Europe and North America, of children from usual growth.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
ADULT = 18.0  # years
WEIGHT_OF_A_MAN, WEIGHT_LOG_SD, WOMAN_TO_MAN = 82.0, 0.17, 0.84  # kg
LIGHTEST, HEAVIEST = 45.0, 150.0
HEIGHT_OF_WOMEN, HEIGHT_OF_MEN = (162.0, 6.5), (175.0, 7.0)  # cm, mean and standard deviation
CHILD_LOG_SD, CHILD_BODY_MASS_INDEX, CHILD_TALLEST = 0.12, 16.0, 170.0


def usual_weight(age: Floats, is_female: ArrayLike, standard: Floats) -> Any:
    """kg. Adults: lognormal by sex; children: 3 kg a year after 7 kg. ``standard``: standard normal deviates."""
    man = np.clip(WEIGHT_OF_A_MAN * np.exp(WEIGHT_LOG_SD * standard), LIGHTEST, HEAVIEST)
    child = np.minimum((3 * age + 7) * np.exp(CHILD_LOG_SD * standard), 100.0)
    return np.where(age < ADULT, child, man * np.where(np.asarray(is_female) > 0.5, WOMAN_TO_MAN, 1.0))


def usual_height(age: Floats, is_female: ArrayLike, weight: Floats, standard: Floats) -> Any:
    """cm. Adults: normal by sex; children: of the weight at a usual body mass index."""
    women, men = HEIGHT_OF_WOMEN, HEIGHT_OF_MEN
    mean, sd = (np.where(np.asarray(is_female) > 0.5, woman, man) for woman, man in zip(women, men, strict=True))
    child = np.minimum(100 * np.sqrt(weight / CHILD_BODY_MASS_INDEX), CHILD_TALLEST)
    return np.where(age < ADULT, child, mean + sd * np.clip(standard, -2.5, 2.5))
