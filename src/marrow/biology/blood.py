"""Blood as a space: how much of it there is."""

from __future__ import annotations

from marrow.language import Module, Parameter, offers
from marrow.sources import assumed
from marrow.units import kg, mL
from marrow.vocabulary import BLOOD_VOLUME


class Blood(Module):
    """Blood volume.

    Assumes 70 mL per kg, for everyone and at all times.
    Leaves out obesity, sex, dilution by infusions.
    Should show counts per litre that follow from cells per kg of body.
    """

    volume = Parameter(
        "blood volume per kg of body",
        70.0 * mL / kg,
        plausible=(60.0, 80.0),
        source=assumed("textbook value for adults"),
    )

    @offers(BLOOD_VOLUME)
    def blood_volume(self):
        return self.volume
