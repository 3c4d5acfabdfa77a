"""Invasive fungal infection."""

from __future__ import annotations

from marrow.language import Module, Needs, Parameter, hazard, lognormal
from marrow.sources import OUTCOMES, assumed, fitted
from marrow.units import day, dimensionless
from marrow.vocabulary import LACK_OF_NEUTROPHILS, LACK_OF_T_CELLS, STEROIDS, T_CELL_ACTIVATION


class FungalInfection(Module):
    """The first invasive fungal infection, yeast or mold.

    Assumes a hazard without neutrophils, and one under immunosuppression that grows with steroids.
    Leaves out which fungus, rooms and air, prophylaxis, graft-versus-host disease beside its steroids.
    Should show 1 % a year after autologous and 6 to 10 % after allogeneic transplants, more after neutrophils are back
    than before.
    """

    no_neutrophils = Needs(LACK_OF_NEUTROPHILS)
    no_t_cells = Needs(LACK_OF_T_CELLS)
    steroids = Needs(STEROIDS)
    activation = Needs(T_CELL_ACTIVATION)
    early = Parameter(
        "hazard of fungal infection without neutrophils",
        1.2e-3 / day,
        plausible=(4e-4, 3e-3),
        vary=lognormal(cv=0.5),
        source=assumed("set so that about 1 % have it after autologous transplants (published: 1.2 % in a year)"),
    )
    late = Parameter(
        "hazard of fungal infection under full immunosuppression without CD4 cells",
        1e-3 / day,
        plausible=(2e-4, 2e-3),
        source=fitted(OUTCOMES, "8.7 % in 18 months after cyclophosphamide (published series: 5.8 to 8.1 % in a year)"),
    )
    by_steroids = Parameter(
        "increase of the late hazard at 2 mg/kg of prednisone",
        12.0 * dimensionless,
        plausible=(4.0, 30.0),
        source=assumed("hazard ratios of 3.1 for 0.25 to 1 mg/kg, 8.5 for high doses, in one series of aspergillosis"),
    )

    @hazard("invasive fungal infection")
    def invasive_infection(self):
        """A fungus invades."""
        late = self.late * self.no_t_cells * (1 - self.activation) * (1 + self.by_steroids * self.steroids)
        return self.early * self.no_neutrophils + late
