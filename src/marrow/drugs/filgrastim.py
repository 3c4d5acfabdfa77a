"""Filgrastim: from the skin, or a vein, into plasma. What plasma G-CSF does and how it is cleared is biology."""

from __future__ import annotations

from marrow.language import Drug, Parameter, Route, State, lognormal, nothing, offers, reaction
from marrow.sources import assumed, elsewhere
from marrow.units import dimensionless, hour, ug
from marrow.vocabulary import PLASMA_G_CSF_INPUT, Group, Observable

FILGRASTIM_UNABSORBED = Observable(
    "filgrastim_unabsorbed", ug, "filgrastim under the skin, not yet absorbed", floor=0.1, group=Group.DRUGS
)


def _harrold(what: str):
    return elsewhere(
        "harrold2020",
        f"{what}; fitted to healthy adults and patients after chemotherapy (Melhem 2018)",
        at="Table 2",
        transcribed_in="nlmixr2lib, Harrold_2020_filgrastim",
    )


class Filgrastim(Drug):
    """Filgrastim.

    Assumes first-order absorption from one depot under the skin (slower than elimination: it sets the fall of the
    level), all of it arriving, as in the model whose volume and clearances belong to it; other models have 50 to 75 %
    arrive at twice the rate. Injected filgrastim and the patient's own G-CSF are one and the same in plasma, so there
    is no concentration of filgrastim apart: see ``g_csf``.
    Leaves out absorption in two phases, dependence of the absorbed share on the dose, pegfilgrastim.
    Should show a peak of about 19 ng/mL some 5 h after 5 ug/kg in a healthy adult, back to rest within two days.
    """

    names = ("filgrastim", "G-CSF")

    depot = State("filgrastim under the skin", ug, rest=0, typical=100.0)
    vein = State("filgrastim injected into a vein, mixing", ug, rest=0, typical=100.0)
    sc = Route("SC", into=depot, unit=ug)
    iv = Route("IV", into=vein, unit=ug, infusion=True)

    bioavailability = Parameter(
        "share of a subcutaneous dose that arrives",
        1.0 * dimensionless,
        plausible=(0.8, 1.25),
        vary=lognormal(sd=0.44),
        source=assumed(
            "set to 1 by the authors, relative to the same model's volume and clearance; the spread is theirs",
            key="harrold2020",
            transcribed_in="nlmixr2lib, Harrold_2020_filgrastim",
        ),
    )
    absorption = Parameter(
        "absorption from the skin",
        0.123 / hour,
        plausible=(0.08, 0.25),
        vary=lognormal(sd=0.225),
        source=_harrold("KSC"),
    )
    mixing = Parameter(
        "mixing of an intravenous dose in plasma",
        12.0 / hour,
        plausible=(6.0, 30.0),
        source=assumed("within some five minutes"),
    )

    def leaving_the_skin(self):
        return self.absorption * self.depot

    def leaving_the_vein(self):
        return self.mixing * self.vein

    @reaction(depot, nothing)
    def leaves_the_skin(self):
        """Absorption; what arrives is offered to plasma."""
        return self.leaving_the_skin()

    @reaction(vein, nothing)
    def mixes(self):
        """Mixing; what arrives is offered to plasma."""
        return self.leaving_the_vein()

    @offers(PLASMA_G_CSF_INPUT)
    def arrives(self):
        return self.bioavailability * self.leaving_the_skin() + self.leaving_the_vein()

    @offers(FILGRASTIM_UNABSORBED)
    def unabsorbed(self):
        return self.depot
