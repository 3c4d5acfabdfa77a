"""Idiopathic pneumonia syndrome: lung injury without a germ."""

from __future__ import annotations

from marrow.language import Module, Needs, Parameter, add, hazard
from marrow.sources import assumed
from marrow.units import day, dimensionless
from marrow.vocabulary import GVHD_INJURY, VESSEL_INJURY


class IdiopathicPneumonia(Module):
    """Lung injury in the weeks after conditioning.

    Assumes a hazard with the square of vessel injury, increased by acute graft-versus-host disease; it adds
    much injury.
    Leaves out dose rate, lung function of before, etanercept, later lung disease (bronchiolitis).
    Should show 2 to 4 % after reduced and 5 to 8 % after myeloablative conditioning, about half of it fatal.
    """

    vessels = Needs(VESSEL_INJURY)
    acute = Needs(GVHD_INJURY)
    base = Parameter(
        "hazard of lung injury at one e-fold of vessel injury",
        0.0010 / day,
        plausible=(0.0004, 0.0025),
        source=assumed("set so that 5 to 8 % have it after myeloablative conditioning; from memory"),
    )
    by_acute = Parameter(
        "increase of the hazard in severe acute graft-versus-host disease",
        2.0 * dimensionless,
        plausible=(0.5, 5.0),
        source=assumed("severe acute disease goes before many cases"),
    )
    severity = Parameter(
        "injury of vessels that it adds",
        4.0 * dimensionless,
        plausible=(2.0, 8.0),
        source=assumed("set so that about half die of it"),
    )

    @hazard("idiopathic pneumonia syndrome", then=add(VESSEL_INJURY, severity))
    def lung_injury(self):
        """Lungs fail without a germ."""
        return self.base * self.vessels**2 * (1 + self.by_acute * self.acute)
