"""Lymphocytes that come with a graft and make antibodies against the patient's blood group: early hemolysis."""

from __future__ import annotations

from marrow.language import Covariate, Module, Needs, Origin, Parameter, State, add, hazard, nothing, offers, reaction
from marrow.language.math import saturate, total
from marrow.sources import assumed
from marrow.units import cells, day, dimensionless, kg
from marrow.vocabulary import GRAFT_PRESENT, HEMOLYSIS, MINOR_MISMATCH, SETTLING_CD3


class PassengerLymphocytes(Module):
    """Hemolysis after a minor ABO mismatch.

    Assumes that lymphocytes of the graft that know the patient's blood group die within a week or two, and answer once
    the graft grows; that the hazard follows their number, with T cells of the graft for them, and saturates; that one
    episode takes red cells of the patient, not those of the graft or transfused ones, for some days.
    Leaves out the drugs that prevent it (methotrexate) or do not (a calcineurin inhibitor alone), other blood groups,
    bystander hemolysis of transfused cells, kidneys.
    Should show an episode in a tenth of patients with a minor mismatch and a blood graft, fewer with marrow, mostly
    in the second week, and a hemoglobin that falls by two or more; none without such a mismatch.
    """

    mismatch = Covariate(MINOR_MISMATCH)
    infused = Needs(SETTLING_CD3)
    graft = Needs(GRAFT_PRESENT)

    passengers = State("lymphocytes that came with the graft", cells / kg, per=Origin.DONOR, rest=0, typical=1e8)
    hemolysis = State(
        "hemolysis by antibodies of the graft", dimensionless, rest=0, typical=1.0, receives=HEMOLYSIS
    )  # 1: an episode begins

    lasting = Parameter(
        "time in which passengers are lost",
        6.0 * day,
        plausible=(4.0, 10.0),
        source=assumed("episodes begin between days 5 and 15, rarely later"),
    )
    half = Parameter(
        "T cells of the graft at which half of the hazard is reached",
        1e8 * cells / kg,
        plausible=(3e7, 5e8),
        source=assumed("more after blood than after marrow, which has a tenth of its lymphocytes"),
    )
    onset = Parameter(
        "hazard with very many passengers and a graft that grows",
        0.05 / day,
        plausible=(0.02, 0.15),
        source=assumed("clinically significant hemolysis in 10 to 15 % of mismatched grafts, as reviews say"),
    )
    duration = Parameter(
        "time in which an episode ends",
        4.0 * day,
        plausible=(2.0, 8.0),
        source=assumed("transfusion takes their place"),
    )
    rate = Parameter(
        "loss of the patient's red cells at its height",
        0.12 / day,
        plausible=(0.05, 0.4),
        source=assumed("hemoglobin falls by 2 to 5 g/dL within days; a third of own cells are lost here"),
    )
    start = Parameter(
        "an episode's height", 1.0 * dimensionless, plausible=(0.8, 1.25), source=assumed("a definition: 1 is usual")
    )

    @reaction(nothing, passengers)
    def arrive(self):
        """With the graft."""
        return self.mismatch * self.infused

    @reaction(passengers, nothing)
    def are_lost(self):
        """They die, or leave their place to new cells."""
        return self.passengers / self.lasting

    @hazard("hemolysis by passenger lymphocytes", then=add(HEMOLYSIS, start))
    def episode(self):
        """Hemolysis by passenger lymphocytes."""
        return self.onset * saturate(total(self.passengers), self.half) * total(self.graft)

    @reaction(hemolysis, nothing)
    def ends(self):
        """An episode ends."""
        return self.hemolysis / self.duration

    @offers(HEMOLYSIS)
    def of_host_cells(self):
        return self.rate * self.hemolysis
