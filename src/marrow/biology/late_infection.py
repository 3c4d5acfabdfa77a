"""Severe infection of any kind after engraftment: what missing CD4 and B cells leave open."""

from __future__ import annotations

from marrow.language import Module, Needs, Parameter, derived, hazard, lognormal
from marrow.language.math import positive, total
from marrow.sources import assumed
from marrow.units import cells, day, dimensionless, uL
from marrow.vocabulary import B_CELL_COUNT, CHRONIC_GVHD, GRAFT_PRESENT, LACK_OF_T_CELLS, STEROIDS, T_CELL_ACTIVATION


class LateInfection(Module):
    """The first severe infection after engraftment, by bacteria, viruses or fungi, of any site.

    Assumes a hazard in proportion to missing CD4 cells, increased by immunosuppressants, steroids, missing B cells and
    chronic graft-versus-host disease.
    Leaves out immunoglobulins themselves and their replacement, vaccination, prophylaxis, seasons.
    Should show a severe infection in half to two thirds of allogeneic patients within a year.
    """

    graft = Needs(GRAFT_PRESENT)
    no_t_cells = Needs(LACK_OF_T_CELLS)
    b_cells = Needs(B_CELL_COUNT)
    chronic = Needs(CHRONIC_GVHD)
    steroids = Needs(STEROIDS)
    activation = Needs(T_CELL_ACTIVATION)
    base = Parameter(
        "hazard of severe infection without CD4 cells",
        3e-3 / day,
        plausible=(1e-3, 8e-3),
        vary=lognormal(cv=0.5),
        source=assumed(
            "set so that half to two thirds have a severe infection in a year (published: 66 % in one series)"
        ),
    )
    by_suppression = Parameter(
        "increase of the hazard by full immunosuppression",
        2.0 * dimensionless,
        plausible=(0.5, 5.0),
        source=assumed("late infections are rarer after autologous transplants with as few CD4 cells"),
    )
    by_steroids = Parameter(
        "increase of the hazard at 2 mg/kg of prednisone",
        3.0 * dimensionless,
        plausible=(1.0, 8.0),
        source=assumed("42 % have a severe infection within three months of steroids; double to triple"),
    )
    by_b_cells = Parameter(
        "increase of the hazard without B cells",
        0.5 * dimensionless,
        plausible=(0.2, 1.5),
        source=assumed("antibodies are replaced or slow to fall"),
    )
    by_chronic = Parameter(
        "increase of the hazard in severe chronic graft-versus-host disease",
        2.0 * dimensionless,
        plausible=(0.5, 5.0),
        source=assumed("double to triple; spleen and mucosa do not protect"),
    )

    @derived("B cells in health", cells / uL)
    def usual_b_cells(self):
        return self.at_rest.b_cells

    @hazard("severe infection after engraftment")
    def severe_infection(self):
        """A severe infection."""
        b_lack = positive(1 - self.b_cells / self.usual_b_cells)
        open_to_it = 1 + self.by_suppression * (1 - self.activation) + self.by_b_cells * b_lack
        worse = 1 + self.by_steroids * self.steroids + self.by_chronic * self.chronic
        return self.base * total(self.graft) * self.no_t_cells * open_to_it * worse
