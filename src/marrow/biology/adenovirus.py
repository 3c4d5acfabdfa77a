"""Adenovirus in blood: a child's virus, and one of grafts that bring or leave few T cells."""

from __future__ import annotations

from marrow.language import Covariate, Module, Needs, Parameter, derived, hazard, lognormal
from marrow.language.math import exp
from marrow.sources import assumed
from marrow.units import day, dimensionless, year
from marrow.vocabulary import AGE, GRAFT_GIVEN, GRAFT_IS_CORD, IS_ALLOGENEIC, LACK_OF_T_CELLS, STEROIDS


class Adenovirus(Module):
    """First adenoviral viremia.

    Assumes a hazard from the graft on that rises with the fourth power of missing CD4 cells and with steroids, is
    several times as high in small children, who carry the virus, and higher after cord blood.
    Leaves out sites other than blood, screening, cidofovir, the season; death of it is within death of infection.
    Should show 1 to 5 % of adults, 10 to 30 % of children, several times as much where T cells were depleted; none
    after a patient's own or a twin's cells.
    """

    allogeneic = Covariate(IS_ALLOGENEIC)
    age = Covariate(AGE)
    is_cord = Covariate(GRAFT_IS_CORD)
    given = Needs(GRAFT_GIVEN)
    no_t_cells = Needs(LACK_OF_T_CELLS)
    steroids = Needs(STEROIDS)
    base = Parameter(
        "hazard of viremia of an adult without CD4 cells",
        0.0007 / day,
        plausible=(0.0003, 0.0025),
        vary=lognormal(cv=0.6),
        source=assumed("set so that 2 to 5 % of adults with T cells in the graft have it; 5 to 21 % in any series, "
                       "20 % of 76 all after T-cell depletion", key="chakrabarti2002"),
    )  # fmt: skip
    in_infancy = Parameter(
        "increase of the hazard at birth",
        6.0 * dimensionless,
        plausible=(2.0, 15.0),
        source=assumed("children have several times as much as adults; half of those with viremia are under six years"),
    )
    childhood = Parameter(
        "age in which that falls to 1/e",
        9.0 * year,
        plausible=(5.0, 15.0),
        source=assumed("of 241 children with viremia 25, 26, 30 and 19 % were under 2, 6, 12 and 18 years"),
    )
    if_cord = Parameter(
        "hazard after cord blood, relative",
        1.5 * dimensionless,
        plausible=(1.0, 4.0),
        source=assumed("its T cells have met no virus"),
    )
    by_steroids = Parameter(
        "increase of the hazard at 2 mg/kg of prednisone",
        2.0 * dimensionless,
        plausible=(0.5, 5.0),
        source=assumed("as cytomegalovirus"),
    )

    @derived("how open this patient is to the virus, 1 for an adult", dimensionless)
    def openness(self):
        young = 1 + self.in_infancy * exp(-self.age / self.childhood)
        return self.allogeneic * young * (1 + (self.if_cord - 1) * self.is_cord)

    @hazard("adenoviral viremia")
    def viremia(self):
        """Virus is found in blood."""
        missing = self.no_t_cells**4 * (1 + self.by_steroids * self.steroids)
        return self.base * self.openness * self.given * missing
