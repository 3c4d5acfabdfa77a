"""Letermovir, by mouth: it keeps cytomegalovirus asleep while it is taken."""

from __future__ import annotations

from marrow.language import Drug, Parameter, Route, State, lognormal, nothing, offers, reaction
from marrow.language.math import saturate
from marrow.sources import assumed
from marrow.units import dimensionless, hour, mg
from marrow.vocabulary import CYTOMEGALOVIRUS_FREEDOM

_MEMORY = "textbook memory; no model was read"


class Letermovir(Drug):
    """Letermovir.

    Assumes one compartment that doses enter at once, and a replication of virus that falls with the amount in the body.
    Every number is from memory and graded assumed.
    Leaves out ciclosporin, which halves the dose, resistance, and interactions with tacrolimus and azoles.
    Should show few reactivations until it is stopped, and some afterwards where T cells have not come back.
    """

    names = ("letermovir",)

    body = State("letermovir in the body", mg, rest=0, typical=300.0)
    po = Route("PO", into=body, unit=mg, infusion=True)

    elimination_time = Parameter(
        "time in which 1/e is left",
        17.0 * hour,
        plausible=(12.0, 24.0),
        vary=lognormal(cv=0.3),
        source=assumed(f"half-life of about 12 h; {_MEMORY}"),
    )
    half_effect = Parameter(
        "amount in the body at which half of replication is left",
        20.0 * mg,
        plausible=(10.0, 120.0),
        source=assumed(
            "with 480 mg a day about 300 mg are in the body: replication falls to a twelfth; clinically significant "
            "infection by week 14 fell to a fifth in the registration trial"
        ),
    )
    most = Parameter(
        "share of replication that it can hold back",
        0.97 * dimensionless,
        plausible=(0.7, 1.0),
        source=assumed("breakthroughs happen"),
    )

    @reaction(body, nothing)
    def elimination(self):
        return self.body / self.elimination_time

    @offers(CYTOMEGALOVIRUS_FREEDOM)
    def replication_left(self):
        return 1 - self.most * saturate(self.body, self.half_effect)
