"""Bacteria in blood: early through an injured mucosa, late under graft-versus-host disease and its treatment."""

from __future__ import annotations

from marrow.language import Module, Needs, Parameter, hazard, lognormal
from marrow.sources import assumed
from marrow.units import day, dimensionless
from marrow.vocabulary import (
    GVHD_INJURY,
    LACK_OF_NEUTROPHILS,
    LACK_OF_T_CELLS,
    STEROIDS,
    T_CELL_ACTIVATION,
    TISSUE_DAMAGE,
)


class Bacteremia(Module):
    """The first bloodstream infection.

    Assumes a hazard without neutrophils that grows with injured mucosa, and one under immunosuppression that grows with
    injury of the gut by donor cells and with steroids.
    Leaves out organisms, lines, prophylaxis with quinolones, and what an infection does to counts.
    Should show most first bacteremias before engraftment, and about a third of allogeneic patients by day 100.
    """

    no_neutrophils = Needs(LACK_OF_NEUTROPHILS)
    no_t_cells = Needs(LACK_OF_T_CELLS)
    damage = Needs(TISSUE_DAMAGE)
    gut = Needs(GVHD_INJURY)
    steroids = Needs(STEROIDS)
    activation = Needs(T_CELL_ACTIVATION)
    early = Parameter(
        "hazard of bacteremia without neutrophils",
        0.014 / day,
        plausible=(0.007, 0.028),
        vary=lognormal(cv=0.3),
        source=assumed("set so that about 25 % have it before engraftment (published: 26 % of 7,128, 30 % of 271)"),
    )
    by_damage = Parameter(
        "increase of the hazard when the mucosa is wholly injured",
        1.5 * dimensionless,
        plausible=(0.5, 4.0),
        source=assumed("mucositis opens the way"),
    )
    late = Parameter(
        "hazard of bacteremia under full immunosuppression without CD4 cells",
        0.004 / day,
        plausible=(0.0015, 0.01),
        source=assumed("set so that 11 to 16 % have it between engraftment and day 100 (published)"),
    )
    by_gut = Parameter(
        "increase of the late hazard in severe graft-versus-host disease",
        8.0 * dimensionless,
        plausible=(2.0, 30.0),
        source=assumed("hazard ratio near 30 for Gram-negative bacteremia in disease of the gut, in one series"),
    )
    by_steroids = Parameter(
        "increase of the late hazard at 2 mg/kg of prednisone",
        3.0 * dimensionless,
        plausible=(1.0, 8.0),
        source=assumed("steroids double to triple severe infections"),
    )

    @hazard("bacteremia")
    def bloodstream_infection(self):
        """Bacteria are found in blood."""
        before = self.early * self.no_neutrophils * (1 + self.by_damage * self.damage)
        worse = 1 + self.by_gut * self.gut + self.by_steroids * self.steroids
        return before + self.late * self.no_t_cells * (1 - self.activation) * worse
