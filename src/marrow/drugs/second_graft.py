"""A second graft: cells of the same donor given again when the first graft has failed."""

from __future__ import annotations

from marrow.language import Covariate, Drug, Needs, Parameter, Route, State, nothing, offers, reaction, transit
from marrow.language.math import hill, positive, saturate
from marrow.sources import assumed
from marrow.units import L as litre
from marrow.units import billion_cells, cells, day, dimensionless, kg
from marrow.vocabulary import (
    ABSOLUTE_NEUTROPHIL_COUNT,
    BODY_WEIGHT,
    CYTOTOXICITY,
    GRAFT_CD3,
    GRAFT_FAILS,
    IS_ALLOGENEIC,
    RELAPSED,
    SECOND_GRAFT,
    SETTLING_CD3,
    CellClass,
)


class SecondGraft(Drug):
    """Second graft.

    Assumes cells of the donor of the first graft, from the same source and kept in the same way, about a week after the
    order: they leave blood, home and divide as those did, and bring T cells in proportion, as many as the first graft
    at a usual dose of CD34+ cells. In an allogeneic transplant the days before are for a small dose against T cells,
    which spares marrow.
    With it comes what a ward looks at: a graft fails when neutrophils have been below 0.5 for two weeks and still are,
    without relapse; the rule looks from day 28 on.
    Leaves out conditioning that makes room, harm by it, another donor or source, autologous cells kept for rescue, a
    boost without T cells, and rejected grafts whose patients have neutrophils of their own.
    Should show donor neutrophils within four weeks in most patients whose first graft was rejected (published: 71 % by
    day 28 with the same donor), and in hardly any when the dose against T cells is left out.
    """

    names = ("second graft", "second transplant")

    is_allogeneic = Covariate(IS_ALLOGENEIC)
    weight = Covariate(BODY_WEIGHT)
    t_cells_before = Covariate(GRAFT_CD3)
    neutrophils = Needs(ABSOLUTE_NEUTROPHIL_COUNT)
    relapsed = Needs(RELAPSED)

    ordered = State("CD34+ cells of a second graft, on their way", cells, rest=0, stages=8, typical=1e8)
    circulating = State("CD34+ cells of a second graft in blood", cells, rest=0, typical=1e8)
    missing = State("days without neutrophils, 1: enough to call the graft failed", dimensionless, rest=0, typical=1)
    iv = Route("IV", into=ordered[0], unit=cells)

    preparing = Parameter(
        "time from the order to the infusion",
        7.0 * day,
        plausible=(3.0, 21.0),
        source=assumed("the donor is asked again, or cells were kept; longer in most"),
    )
    suppression = Parameter(
        "killing of T cells by the dose against them",
        2.0 / day,
        plausible=(0.5, 3.0),
        source=assumed("fludarabine with antibodies or 2 Gy: four powers of ten within some days"),
    )
    few = Parameter(
        "cells still on their way at which half of that dose is over",
        5e5 * cells / kg,
        plausible=(1e5, 1e6),
        source=assumed("ends it two days before the infusion"),
    )
    leaving_blood = Parameter(
        "rate at which they leave blood",
        8.3 / day,
        plausible=(1.4, 33.0),
        source=assumed("as those of the first graft"),
    )
    usual_dose = Parameter(
        "CD34+ cells that bring as many T cells as the first graft",
        5e6 * cells / kg,
        plausible=(2e6, 8e6),
        source=assumed("a usual first graft; the same donor is collected in the same way"),
    )
    engrafted = Parameter(
        "neutrophils at which a graft is there",
        0.5 * billion_cells / litre,
        plausible=(0.5, 0.5),
        source=assumed("a definition"),
    )
    margin = Parameter(
        "distance from that count, relative to it, at which half of a day counts",
        0.02 * dimensionless,
        plausible=(0.01, 0.1),
        source=assumed("makes an edge smooth"),
    )
    patience = Parameter(
        "days without neutrophils after which a graft has failed",
        13.0 * day,
        plausible=(7.0, 21.0),
        source=assumed("two weeks with its edges: longer than fevers and drugs of one week"),
    )
    forgetting = Parameter(
        "time in which such days are forgotten once neutrophils are there",
        1.0 * day,
        plausible=(0.5, 3.0),
        source=assumed("engraftment is three days in a row"),
    )

    def too_few(self):
        return saturate(positive(1 - self.neutrophils / self.engrafted), self.margin)

    def enough(self):
        return saturate(positive(self.neutrophils / self.engrafted - 1), self.margin)

    def flow(self):
        return self.leaving_blood * self.circulating

    @reaction(nothing, missing)
    def days_add_up(self):
        """Days without neutrophils add up."""
        return self.too_few() / self.patience

    @reaction(missing, nothing)
    def days_are_forgotten(self):
        """They are forgotten when neutrophils come."""
        return self.enough() * self.missing / self.forgetting

    @transit(ordered, into=circulating)
    def come(self):
        """The cells are collected and infused."""
        return 8 / self.preparing

    @offers(CYTOTOXICITY[CellClass.T_CELL])
    def kills_t_cells(self):
        to_come = (self.ordered[0] + self.ordered[1] + self.ordered[2]) / self.weight
        return self.is_allogeneic * self.suppression * saturate(to_come, self.few)

    @reaction(circulating, nothing)
    def leave(self):
        """The cells leave blood for the marrow and the tissues."""
        return self.flow()

    @offers(SECOND_GRAFT)
    def homing(self):
        return self.flow() / self.weight

    @offers(SETTLING_CD3)
    def settling_t_cells(self):
        return self.flow() / self.weight * self.t_cells_before / self.usual_dose

    @offers(GRAFT_FAILS)
    def fails(self):
        return hill(self.missing, 1, 12) * self.too_few() * (1 - self.relapsed)
