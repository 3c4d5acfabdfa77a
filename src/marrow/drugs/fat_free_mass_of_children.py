"""Fat-free mass of children: the adult formula, corrected by age."""

from __future__ import annotations

from marrow.language import Covariate, Module, Needs, Parameter, derived
from marrow.sources import elsewhere
from marrow.units import dimensionless, kg, year
from marrow.vocabulary import AGE, FAT_FREE_MASS, IS_FEMALE


def _sallami(what: str):
    return elsewhere(
        "alsallami2015",
        f"{what}; 1,011 children and young adults, 3 to 29 years",
        transcribed_in="InsightRX PKPDsim, pk_busulfan_shukla",
    )


class FatFreeMassOfChildren(Module, abstract=True):
    """For modules whose published parameters refer to the fat-free mass of Al-Sallami 2015.

    Assumes the adult formula of Janmahasatian times a share that age and sex set: below it in boys until puberty, above
    it in young girls. Should show 13.8 kg for a boy of 4.2 years, 17 kg and 104 cm, and the adult formula from 30 on.
    """

    age = Covariate(AGE)
    is_female = Covariate(IS_FEMALE)
    fat_free_mass_as_adult = Needs(FAT_FREE_MASS)

    boys_at_birth = Parameter(
        "fat-free mass of a newborn boy, relative to the adult formula",
        0.88 * dimensionless,
        plausible=(0.85, 0.91),
        source=_sallami("share at birth, boys"),
    )
    boys_half_grown = Parameter(
        "age at which half of the difference is gone, boys",
        13.4 * year,
        plausible=(12.5, 14.5),
        source=_sallami("age of half maturation, boys"),
    )
    boys_steepness = Parameter(
        "steepness in age, boys", 12.7 * dimensionless, plausible=(8.0, 20.0), source=_sallami("Hill coefficient, boys")
    )
    girls_at_birth = Parameter(
        "fat-free mass of a newborn girl, relative to the adult formula",
        1.11 * dimensionless,
        plausible=(1.05, 1.18),
        source=_sallami("share at birth, girls"),
    )
    girls_half_grown = Parameter(
        "age at which half of the difference is gone, girls",
        7.1 * year,
        plausible=(4.0, 12.0),
        source=_sallami("age of half maturation, girls"),
    )
    girls_steepness = Parameter(
        "steepness in age, girls", 1.1 * dimensionless, plausible=(0.6, 2.0), source=_sallami("Hill coefficient, girls")
    )

    def share(self, at_birth, half_grown, steepness):
        ratio = (self.age / half_grown) ** steepness
        return at_birth + (1 - at_birth) * ratio / (1 + ratio)

    @derived("fat-free mass by the children's formula", kg)
    def fat_free_mass(self):
        boys = self.share(self.boys_at_birth, self.boys_half_grown, self.boys_steepness)
        girls = self.share(self.girls_at_birth, self.girls_half_grown, self.girls_steepness)
        return self.fat_free_mass_as_adult * (boys + self.is_female * (girls - boys))
