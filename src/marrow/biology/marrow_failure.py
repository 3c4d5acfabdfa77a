"""Immune marrow failure: what keeps the patient's own blood formation down in aplastic anemia."""

from __future__ import annotations

from marrow.biology.declared import pure
from marrow.language import Module, Needs, Origin, Parameter, State, nothing, offers, reaction
from marrow.language.math import hill
from marrow.sources import assumed
from marrow.units import day, dimensionless
from marrow.vocabulary import MARROW_FAILURE_AT_START, SELF_RENEWAL_LEFT, T_CELLS_OF_BODY


class MarrowFailure(Module):
    """The attack on blood-forming cells of the host that is aplastic anemia.

    Assumes that daughters of the host's stem cells and progenitors stay what they are less often while the attack goes
    on, so that no pool fills, however empty it is; that it does not reach the donor's cells; that it ends, over months,
    once the T cells that carry it are gone. Zero in every other disease.
    Leaves out clones that escape it, paroxysmal nocturnal hemoglobinuria, failure that is inherited, telomeres.
    Should show counts that stay low without a graft for weeks after cyclophosphamide and globulin, and a graft that
    makes nearly all neutrophils within a month.
    """

    at_start = Needs(MARROW_FAILURE_AT_START)
    t_cells = Needs(T_CELLS_OF_BODY)
    attack = State(
        "attack on the host's blood formation", dimensionless, rest=0, start=at_start, per=Origin.HOST, typical=1.0
    )

    lost = pure(
        "share of self-renewal that is lost under full attack",
        0.45,
        0.43,
        0.6,
        "so that no pool renews itself by more than one half: counts do not rise by themselves",
    )
    ending_time = Parameter(
        "time in which the attack ends without T cells",
        120.0 * day,
        plausible=(60.0, 240.0),
        source=assumed("most who respond to globulin and ciclosporin do so in three to six months"),
    )
    half = pure(
        "T cells of the host, of health, at which it ends half as fast", 0.1, 0.03, 0.3, "globulin leaves about a tenth"
    )

    @reaction(attack, nothing)
    def ends(self):
        """The attack ends where T cells of the host are gone."""
        return self.attack * (1 - hill(self.t_cells / self.at_rest.t_cells, self.half, 2)) / self.ending_time

    @offers(SELF_RENEWAL_LEFT)
    def left(self):
        return 1 - self.lost * self.attack if self.origin is Origin.HOST else 1
