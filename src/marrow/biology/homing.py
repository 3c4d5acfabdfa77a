"""Graft cells: from the infusion through blood into the marrow, until their first division."""

from __future__ import annotations

from marrow.language import (
    Covariate,
    Module,
    Needs,
    Origin,
    Parameter,
    Route,
    State,
    derived,
    lognormal,
    nothing,
    offers,
    reaction,
    transit,
)
from marrow.language.math import total
from marrow.sources import assumed, in_transplant
from marrow.units import cells, day, dimensionless, kg
from marrow.vocabulary import (
    GRAFT_AWAKENING,
    GRAFT_ENTERING,
    GRAFT_IS_CORD,
    GRAFT_IS_THAWED,
    GRAFT_REACHING_MARROW,
    SECOND_GRAFT,
    SETTLING_CD3,
)


class Homing(Module):
    """Homing and lodging of graft cells.

    Assumes that a fixed share of viable CD34+ cells reaches the marrow with a half-time of hours, whatever the dose
    and the marrow, and that lodged cells need some days before they first divide. Blood, marrow and cord grafts
    differ in dose and in composition only. Homing is fixed, because counts cannot tell it from the growth of
    progenitors. What homed cells are is told by ``GraftCells``.
    Leaves out the rest of the body as a place to go, chemokines, cell dose beyond CD34+ and CD3+.
    Should show: an infused dose gone from blood within a day, a tenth to a fifth of it in the marrow.
    """

    is_cord = Covariate(GRAFT_IS_CORD)
    is_thawed = Covariate(GRAFT_IS_THAWED)
    reaching = Needs(GRAFT_REACHING_MARROW)
    second = Needs(SECOND_GRAFT)

    circulating = State("graft CD34+ cells in blood", cells / kg, per=Origin.DONOR, rest=0, typical=1e6)
    lodged = State(
        "graft CD34+ cells in marrow before their first division",
        cells / kg,
        per=Origin.DONOR,
        rest=0,
        stages=5,
        typical=1e5,
    )
    circulating_cd3 = State("graft CD3+ cells in blood", cells / kg, per=Origin.DONOR, rest=0, typical=1e8)
    infusion = Route("cd34", into=circulating, unit=cells / kg, drug="graft")
    infusion_cd3 = Route("cd3", into=circulating_cd3, unit=cells / kg, drug="graft")

    leaving_blood = Parameter(
        "rate at which graft cells leave blood",
        8.3 / day,
        plausible=(1.4, 33.0),
        source=assumed("half-time of 2 h, between less than 1 h and the plateau at 4 h of labelled mouse marrow cells"),
    )
    homed_share = Parameter(
        "share of viable CD34+ cells that home",
        0.3 * dimensionless,
        plausible=(0.03, 0.4),
        vary=lognormal(cv=0.25),
        source=assumed(
            "no measurement in human recipients; 0.36 of labelled mouse marrow cells. Only its product with growth "
            "shows; platelets gain so much from each doubling of the dose that growth must be slow and homing high"
        ),
    )
    thawed_blood_viable = Parameter(
        "viable share of thawed mobilised blood or marrow",
        0.76 * dimensionless,
        plausible=(0.4, 1.0),
        vary=lognormal(cv=0.2),
        source=in_transplant(
            "bloodadv4_4147", "median recovery of viable CD34+ cells in 305 products, range 0.06 to 1.22"
        ),
    )
    thawed_cord_viable = Parameter(
        "viable share of thawed cord blood",
        0.9 * dimensionless,
        plausible=(0.75, 1.0),
        vary=lognormal(cv=0.12),
        source=in_transplant(
            "blood124_2905",
            "median viability 92 % of cord units after thaw; 8 % of units below 75 %, which gives the spread",
        ),
    )
    lag = Parameter(
        "time from lodging to the first division",
        3.0 * day,
        plausible=(1.0, 4.0),
        vary=lognormal(cv=0.12),
        source=assumed(
            "quiescent CD34+ cells need one and a half to three days to enter cycle in culture; the longest, by hand, "
            "since counts return no sooner after mild conditioning"
        ),
    )

    @derived("share of infused CD34+ cells that is lodged", dimensionless)
    def lodging(self):
        cord = self.is_cord * self.thawed_cord_viable
        other = (1 - self.is_cord) * self.thawed_blood_viable
        return self.at_rest.reaching * self.homed_share * (1 - self.is_thawed + self.is_thawed * (cord + other))

    def ready(self):
        """Lodged cells that begin to divide, per day."""
        return total(self.lodged[-1]) * 5 / self.lag

    @reaction(circulating, lodged[0])
    def homes(self):
        """CD34+ cells leave blood; the share that homes is lodged."""
        return self.leaving_blood * self.circulating, self.lodging

    @reaction(nothing, lodged[0])
    def home_again(self):
        """Those of a second graft do the same."""
        return self.lodging * self.second

    @transit(lodged, into=nothing)
    def awakens(self):
        """Lodged cells approach their first division; then each kind is counted where it divides."""
        return 5 / self.lag

    @reaction(circulating_cd3, nothing)
    def cd3_leave(self):
        """CD3+ cells leave blood for the tissues."""
        return self.leaving_blood * self.circulating_cd3

    @offers(GRAFT_ENTERING)
    def entering(self):
        return self.leaving_blood * total(self.circulating)

    @offers(SETTLING_CD3)
    def settling_cd3(self):
        return self.leaving_blood * total(self.circulating_cd3)

    @offers(GRAFT_AWAKENING)
    def awakening(self):
        return self.ready()
