"""Busulfan, intravenous, by the nomogram of Bartelink 2012: one dose a day by body weight alone."""

from __future__ import annotations

from marrow.drugs import busulfan_by_mouth
from marrow.drugs.busulfan_killing import BusulfanKilling
from marrow.language import Covariate, Drug, Parameter, Route, State, derived, lognormal, nothing, reaction
from marrow.language.math import exp, log
from marrow.sources import assumed
from marrow.sources import derived as calculated
from marrow.units import L, dimensionless, hour, kg, mg
from marrow.vocabulary import BODY_WEIGHT


def _nomogram(what: str):
    return calculated(
        f"{what}: fitted to the published doses for a total exposure of 90 mg·h/L, within 1.5 % from 5 to 65 kg. The "
        "printed equation, 3.32 (W/15.3)^(1.57 W^-0.224), lies 4 to 12 % below them and leaves out the factor of later "
        "days, which was not found",
        key="bartelink2012",
        transcribed_in="a review of pediatric dosing (nomogram table)",
    )


class BusulfanBartelink(BusulfanKilling, Drug):
    """Busulfan by the nomogram of Bartelink 2012; a plan names it as busulfan (Bartelink).

    Assumes one compartment, in place of the paper's two whose volumes were not found; a clearance that follows weight
    with an exponent that falls as weight rises, the mean of the four days.
    What it kills is that of every busulfan module. Leaves out age, sex and the fall of clearance over the days.
    Should show a total exposure of 90 mg·h/L when the nomogram's dose is given on four days, 97 mg at 20 kg.
    """

    names = ("busulfan (Bartelink)", "Bu (Bartelink)")

    weight = Covariate(BODY_WEIGHT)

    body = State("busulfan in the body", mg, rest=0, typical=60.0)
    exposure = State("cumulative exposure to busulfan", mg * hour / L, rest=0, typical=50.0)
    gut = busulfan_by_mouth.gut()
    iv = Route("IV", into=body, unit=mg, infusion=True)
    po = Route("PO", into=gut, unit=mg)
    absorption = busulfan_by_mouth.absorption()
    bioavailability = busulfan_by_mouth.bioavailability()

    standard_weight = Parameter(
        "weight to which clearance refers",
        15.3 * kg,
        plausible=(15.3, 15.3),
        source=calculated("a definition", key="bartelink2012"),
    )
    standard_clearance = Parameter(
        "clearance at 15.3 kg", 3.466 * L / hour, plausible=(3.3, 3.65), source=_nomogram("3.466 L/h")
    )
    exponent_at_one_kilogram = Parameter(
        "exponent of weight, at 1 kg", 1.416 * dimensionless, plausible=(1.3, 1.6), source=_nomogram("exponent 1.416")
    )
    fall_of_exponent = Parameter(
        "fall of that exponent with weight",
        0.182 * dimensionless,
        plausible=(0.15, 0.23),
        source=_nomogram("exponent times weight (kg) to the power -0.182"),
    )
    one_kilogram = Parameter(
        "unit of weight in the exponent", 1.0 * kg, plausible=(1.0, 1.0), source=calculated("a definition")
    )
    volume_by_weight = Parameter(
        "volume of distribution",
        0.69 * L / kg,
        plausible=(0.55, 0.85),
        source=assumed(
            "the median of typical values in a review of children (Lawson 2020); the paper's were not found"
        ),
    )

    @derived(
        "busulfan clearance",
        L / hour,
        vary=lognormal(cv=0.22),
        occasion=lognormal(cv=0.11),
        source=assumed("spread as in McCune's model; the paper's was not found"),
    )
    def clearance(self):
        exponent = self.exponent_at_one_kilogram * (self.weight / self.one_kilogram) ** -self.fall_of_exponent
        return self.standard_clearance * exp(exponent * log(self.weight / self.standard_weight))

    @derived("busulfan volume of distribution", L, vary=lognormal(cv=0.2), source=assumed("as in other models"))
    def volume(self):
        return self.volume_by_weight * self.weight

    def concentration(self):
        return self.body / self.volume

    @reaction(gut, body)
    def absorbed(self):
        """By mouth: from the gut into blood."""
        return self.absorption * self.gut, self.bioavailability

    @reaction(body, nothing)
    def elimination(self):
        return self.clearance * self.concentration()

    @reaction(nothing, exposure)
    def accumulation(self):
        """Exposure accumulates."""
        return self.concentration()
