"""Sinusoidal obstruction syndrome (veno-occlusive disease) of the liver."""

from __future__ import annotations

from marrow.language import Module, Needs, Parameter, add, hazard
from marrow.sources import OUTCOMES, assumed, fitted
from marrow.units import day, dimensionless
from marrow.vocabulary import DONOR_ALLOREACTIVITY, VESSEL_INJURY


class SinusoidalObstruction(Module):
    """Obstruction of liver sinusoids, mild to severe.

    Assumes a hazard with the cube of vessel injury: a threshold in effect; donor T cells raise it; an obstruction adds
    injury of other organs.
    Leaves out liver disease of before, iron, antibodies against CD33, ursodeoxycholic acid, defibrotide, children's
    higher risk, sirolimus.
    Should show a few percent after melphalan 200, about a tenth after fludarabine and busulfan (reported: 5 to 9 %),
    more with every exposure above, 10 to 20 % after busulfan and cyclophosphamide; within a month.
    """

    vessels = Needs(VESSEL_INJURY)
    alloreactivity = Needs(DONOR_ALLOREACTIVITY)
    base = Parameter(
        "hazard of obstruction at one e-fold of vessel injury",
        0.0025 / day,
        plausible=(0.0006, 0.0035),
        source=fitted(OUTCOMES, "with injury by busulfan: 15 % over all regimens (published)"),
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

    @hazard("sinusoidal obstruction syndrome", then=add(VESSEL_INJURY, severity))
    def obstruction(self):
        """Sinusoids are obstructed."""
        return self.base * (1 + self.by_alloreactivity * self.alloreactivity) * self.vessels**3
