"""Injury of small vessels by conditioning: from it come obstruction of liver sinusoids, lung injury, organ failure."""

from __future__ import annotations

from marrow.language import Module, Needs, Parameter, State, lognormal, nothing, offers, reaction
from marrow.sources import assumed
from marrow.units import day, dimensionless
from marrow.vocabulary import CYTOTOXICITY, VESSEL_INJURY, CellClass


class VesselInjury(Module):
    """Injured endothelium as one number that heals within weeks; complications add to it.

    Assumes one injury for liver, lung and kidney, near one e-fold after busulfan at myeloablative doses, and a fixed
    rate of healing.
    Leaves out calcineurin inhibitors and sirolimus, microangiopathy, cytokines, infection.
    Should show most injury in the two weeks after conditioning and little by day 100.
    """

    kill = Needs(CYTOTOXICITY[CellClass.ENDOTHELIUM])
    injury = State("injury of small vessels", dimensionless, rest=0, typical=0.5, receives=VESSEL_INJURY)
    healing_time = Parameter(
        "time in which injured vessels heal",
        35.0 * day,
        plausible=(20.0, 60.0),
        vary=lognormal(cv=0.25),
        source=assumed("obstruction of sinusoids begins within three, lung injury within seven weeks"),
    )

    @reaction(nothing, injury)
    def is_injured(self):
        """Drugs and radiation injure vessels."""
        return self.kill

    @reaction(injury, nothing)
    def heals(self):
        """Vessels heal."""
        return self.injury / self.healing_time

    @offers(VESSEL_INJURY)
    def vessel_injury(self):
        return self.injury
