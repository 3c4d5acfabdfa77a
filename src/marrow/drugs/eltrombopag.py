"""Eltrombopag, by mouth: one compartment; acts on thrombopoietin receptors."""

from __future__ import annotations

from marrow.language import Drug, Parameter, Route, State, lognormal, nothing, offers, reaction
from marrow.sources import assumed
from marrow.units import L, hour, mg, mL, pg
from marrow.vocabulary import TPO_AGONIST, Group, Observable

ELTROMBOPAG_CONCENTRATION = Observable(
    "eltrombopag_concentration", mg / L, "eltrombopag in plasma", floor=0.01, group=Group.DRUGS
)
_MEMORY = "textbook memory; no model was read"


class Eltrombopag(Drug):
    """Eltrombopag.

    Assumes first-order absorption, one compartment and an action in proportion to the level, as of thrombopoietin that
    is added to the patient's own. Every number is from memory and graded assumed.
    Leaves out ancestry and liver function (clearance), food, the iron that it binds, and its effect on stem cells.
    Should show a half-life of about a day, some 3 mg/L on average with 50 mg a day, platelets that rise after a week
    and reach about one and a half times their level in health within two to three weeks.
    """

    names = ("eltrombopag",)

    gut = State("eltrombopag in the gut", mg, rest=0, typical=25.0)
    plasma = State("eltrombopag in the body", mg, rest=0, typical=50.0)
    po = Route("PO", into=gut, unit=mg)

    absorption = Parameter(
        "absorption from the gut", 0.5 / hour, plausible=(0.2, 1.0), source=assumed(f"peak after 2 to 6 h; {_MEMORY}")
    )
    clearance = Parameter(
        "apparent clearance",
        0.8 * L / hour,
        plausible=(0.5, 1.1),
        vary=lognormal(cv=0.4),
        source=assumed(f"0.7 to 0.9 L/h; {_MEMORY}"),
    )
    volume = Parameter(
        "apparent volume",
        30.0 * L,
        plausible=(20.0, 40.0),
        vary=lognormal(cv=0.25),
        source=assumed(f"half-life 21 to 32 h; {_MEMORY}"),
    )
    potency = Parameter(
        "thrombopoietin of equal effect, for each mg/L",
        60.0 * pg / mL / (mg / L),
        plausible=(20.0, 200.0),
        vary=lognormal(cv=0.5),
        source=assumed(
            "no measurement: 50 mg a day is taken to add once to twice the thrombopoietin of health, from the rise of "
            "platelets by about a half in healthy people"
        ),
    )

    def concentration(self):
        return self.plasma / self.volume

    @reaction(gut, plasma)
    def absorbed(self):
        """Absorption."""
        return self.absorption * self.gut

    @reaction(plasma, nothing)
    def elimination(self):
        return self.clearance * self.concentration()

    @offers(ELTROMBOPAG_CONCENTRATION)
    def level(self):
        return self.concentration()

    @offers(TPO_AGONIST)
    def acts(self):
        return self.potency * self.concentration()
