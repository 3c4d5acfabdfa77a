"""Sinusoidal obstruction syndrome (veno-occlusive disease) of the liver."""

from __future__ import annotations

from marrow.language import Module, Needs, Parameter, State, add, hazard, nothing, reaction
from marrow.sources import assumed
from marrow.units import day, dimensionless
from marrow.vocabulary import CYTOTOXICITY, DONOR_ALLOREACTIVITY, VESSEL_INJURY, CellClass


class SinusoidalObstruction(Module):
    """Obstruction of liver sinusoids, mild to severe.

    Assumes an injury of sinusoids, by part of what injures all small vessels and by what busulfan does to them besides,
    that heals within weeks; a hazard with its cube: a threshold in effect; donor T cells raise it; an obstruction adds
    injury of other organs.
    Leaves out liver disease of before, iron, antibodies against CD33, ursodeoxycholic acid, defibrotide, children's
    higher risk, sirolimus.
    Should show a few percent after melphalan 200, about a tenth after fludarabine and busulfan (reported: 5 to 9 %),
    more with every exposure above, 10 to 20 % after busulfan and cyclophosphamide; within a month.
    """

    kill_of_vessels = Needs(CYTOTOXICITY[CellClass.ENDOTHELIUM])
    kill_of_sinusoids = Needs(CYTOTOXICITY[CellClass.SINUSOID])
    alloreactivity = Needs(DONOR_ALLOREACTIVITY)
    injury = State("injury of sinusoids", dimensionless, rest=0, typical=0.5)
    shared = Parameter(
        "part of the injury of small vessels that sinusoids share",
        0.75 * dimensionless,
        plausible=(0.3, 1.0),
        source=assumed("obstruction is rare after irradiation (1 % in trials against busulfan), lung injury is not"),
    )
    healing_time = Parameter(
        "time in which sinusoids heal",
        35.0 * day,
        plausible=(20.0, 60.0),
        source=assumed("as other small vessels: obstruction begins within three weeks"),
    )
    base = Parameter(
        "hazard of obstruction at one e-fold of injury",
        0.0008 / day,
        plausible=(0.0006, 0.0035),
        source=assumed("set so that 5 to 10 % have it after busulfan and fludarabine (published: 5 to 9 %)"),
    )
    by_alloreactivity = Parameter(
        "rise of that hazard with as many alloreactive cells as can be",
        2.0 * dimensionless,
        plausible=(0.5, 8.0),
        source=assumed("odds ratio 2.3 of mismatched grafts over all studies; rarer after autologous grafts"),
    )
    severity = Parameter(
        "injury of vessels that an obstruction adds",
        1.5 * dimensionless,
        plausible=(0.5, 3.0),
        source=assumed("set so that about a fifth die of it"),
    )

    @reaction(nothing, injury)
    def are_injured(self):
        """Drugs and radiation injure sinusoids."""
        return self.shared * self.kill_of_vessels + self.kill_of_sinusoids

    @reaction(injury, nothing)
    def heal(self):
        """Sinusoids heal."""
        return self.injury / self.healing_time

    @hazard("sinusoidal obstruction syndrome", then=add(VESSEL_INJURY, severity))
    def obstruction(self):
        """Sinusoids are obstructed."""
        return self.base * (1 + self.by_alloreactivity * self.alloreactivity) * self.injury**3
