"""Fat-free mass from weight, height and sex: the body size that drug clearances follow better than weight."""

from __future__ import annotations

from marrow.language import Covariate, Module, Parameter, derived, offers
from marrow.sources import elsewhere
from marrow.units import kg, m
from marrow.vocabulary import BODY_WEIGHT, FAT_FREE_MASS, HEIGHT, IS_FEMALE


def _janmahasatian(what: str):
    return elsewhere(
        "janmahasatian2005",
        f"{what}; adults, lean weight measured by bioimpedance and dual-energy X-ray absorption",
        transcribed_in="InsightRX PKPDsim, pk_busulfan_mccune",
    )


class BodyComposition(Module):
    """Fat-free mass.

    Assumes the adult formula of Janmahasatian at every age: busulfan's model (McCune 2014) was built with it from
    infancy on. Leaves out age, muscle wasting and oedema. Should show 56.1 kg for a man of 70 kg and 176 cm.
    """

    weight = Covariate(BODY_WEIGHT)
    height = Covariate(HEIGHT)
    is_female = Covariate(IS_FEMALE)
    most_of_men = Parameter(
        "fat-free mass per squared height at extreme weight, men",
        42.92 * kg / m**2,
        plausible=(41.0, 45.0),
        source=_janmahasatian("maximum, men"),
    )
    most_of_women = Parameter(
        "fat-free mass per squared height at extreme weight, women",
        37.99 * kg / m**2,
        plausible=(36.0, 40.0),
        source=_janmahasatian("maximum, women"),
    )
    half_of_men = Parameter(
        "body-mass index at half of the maximum, men",
        30.93 * kg / m**2,
        plausible=(29.0, 33.0),
        source=_janmahasatian("half-maximum, men"),
    )
    half_of_women = Parameter(
        "body-mass index at half of the maximum, women",
        35.98 * kg / m**2,
        plausible=(34.0, 38.0),
        source=_janmahasatian("half-maximum, women"),
    )

    @derived("fat-free mass", kg)
    def fat_free_mass(self):
        """Saturating in the body-mass index."""
        index = self.weight / self.height**2
        men = self.most_of_men * index / (self.half_of_men + index)
        women = self.most_of_women * index / (self.half_of_women + index)
        return (men + self.is_female * (women - men)) * self.height**2

    @offers(FAT_FREE_MASS)
    def size(self):
        return self.fat_free_mass
