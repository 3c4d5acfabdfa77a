"""What protects against infection, and how much of it is missing."""

from __future__ import annotations

from marrow.biology.declared import fitted_pure
from marrow.language import Covariate, Module, Needs, Parameter, derived, offers
from marrow.language.math import positive, smaller
from marrow.sources import assumed
from marrow.units import L as litre
from marrow.units import billion_cells, cells, uL
from marrow.vocabulary import (
    ABSOLUTE_NEUTROPHIL_COUNT,
    CD4_COUNT,
    GRAFT_IS_CORD,
    LACK_OF_NEUTROPHILS,
    LACK_OF_T_CELLS,
    PROTECTING_HELPERS,
)


class Defences(Module):
    """How many neutrophils and CD4 cells are missing, as shares between 0 and 1.

    Assumes that protection grows linearly up to a safe count, or the patient's own count in health where that is lower;
    that cells of cord blood, which have met no germ, protect less.
    Leaves out function of cells, immunoglobulins, the spleen, vaccination.
    Should show 0 in health, 1 in aplasia.
    """

    is_cord = Covariate(GRAFT_IS_CORD)
    neutrophils = Needs(ABSOLUTE_NEUTROPHIL_COUNT)
    helpers = Needs(CD4_COUNT)
    safe_neutrophils = Parameter(
        "neutrophils from which on none are missing",
        1.0 * billion_cells / litre,
        plausible=(0.5, 1.5),
        source=assumed("risk falls with the count and is small above 1"),
    )
    safe_helpers = Parameter(
        "CD4 cells from which on none are missing",
        300.0 * cells / uL,
        plausible=(200.0, 500.0),
        source=assumed("prophylaxis ends at 200; most infections of late phases fall below 200 to 400"),
    )
    of_cord = fitted_pure(
        "what a CD4 cell of cord blood protects, relative to one of an adult",
        0.25,
        0.15,
        1.0,
        "naive cells; after cord blood more die of infection in the first half year than after other grafts",
    )

    @derived("neutrophils that protect", billion_cells / litre)
    def enough_neutrophils(self):
        return smaller(self.safe_neutrophils, self.at_rest.neutrophils)

    @derived("CD4 cells that protect", cells / uL)
    def enough_helpers(self):
        return smaller(self.safe_helpers, self.at_rest.helpers)

    def protecting(self):
        return self.helpers * (1 - (1 - self.of_cord) * self.is_cord)

    @offers(LACK_OF_NEUTROPHILS)
    def neutrophils_lacking(self):
        return positive(1 - self.neutrophils / self.enough_neutrophils)

    @offers(LACK_OF_T_CELLS)
    def t_cells_lacking(self):
        return positive(1 - self.protecting() / self.enough_helpers)

    @offers(PROTECTING_HELPERS)
    def helpers_that_protect(self):
        return self.protecting()
