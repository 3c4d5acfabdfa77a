"""Injury of the mucosa by conditioning."""

from __future__ import annotations

from marrow.language import Module, Needs, Parameter, State, lognormal, nothing, offers, reaction
from marrow.sources import assumed
from marrow.units import day, dimensionless
from marrow.vocabulary import CYTOTOXICITY, TISSUE_DAMAGE, CellClass


class TissueDamage(Module):
    """Mucositis as one number: stem cells of the mucosa die at once, the lining is missed days later.

    Assumes one site for mouth and gut, a fixed delay and a fixed healing rate.
    Leaves out graft-versus-host disease, help of neutrophils in healing, palifermin, cryotherapy.
    Should show a peak some five to eight days after the last dose and healing in two to three weeks.
    """

    kill = Needs(CYTOTOXICITY[CellClass.MUCOSA])
    stem_cells_lost = State("mucosal stem cells lost, lining still there", dimensionless, rest=0, typical=0.5)
    injury = State("mucosal injury", dimensionless, rest=0, typical=0.5)
    delay = Parameter(
        "time from loss of stem cells to injury",
        4.0 * day,
        plausible=(3.0, 6.0),
        vary=lognormal(cv=0.15),
        source=assumed("turnover of the lining; mucositis begins four to seven days after high doses"),
    )
    healing_time = Parameter(
        "time of healing",
        6.5 * day,
        plausible=(4.0, 10.0),
        vary=lognormal(cv=0.25),
        source=assumed("severe mucositis lasts about nine days without, three days with palifermin"),
    )

    @reaction(nothing, stem_cells_lost)
    def lost(self):
        """Drugs and radiation kill stem cells that are left."""
        return self.kill * (1 - self.stem_cells_lost)

    @reaction(stem_cells_lost, injury)
    def becomes_injury(self):
        """The lining is not replaced."""
        return self.stem_cells_lost / self.delay

    @reaction(injury, nothing)
    def heals(self):
        """The lining grows again."""
        return self.injury / self.healing_time

    @offers(TISSUE_DAMAGE)
    def tissue_damage(self):
        return self.injury
