"""Host against donor: host T cells that outlive conditioning and reject the graft."""

from __future__ import annotations

from marrow.biology.declared import fitted_pure, pure, rate
from marrow.language import (
    Covariate,
    Few,
    Module,
    Needs,
    Origin,
    Parameter,
    State,
    derived,
    lognormal,
    nothing,
    offers,
    reaction,
)
from marrow.language.math import exp, saturate, total
from marrow.sources import OUTCOMES, assumed, fitted
from marrow.units import cells, dimensionless, kg
from marrow.vocabulary import (
    ALLOREACTIVE_CELLS,
    ALLOREACTIVE_KILLING,
    CELLULARITY_OF,
    CYTOTOXICITY,
    DONOR_IS_UNRELATED,
    DONOR_SPECIFIC_ANTIBODIES,
    HLA_MISMATCHES,
    INFLAMMATION,
    IS_ALLOGENEIC,
    IS_TRANSFUSED_FOR_YEARS,
    STEROIDS,
    T_CELL_ACTIVATION,
    T_CELL_COSTIMULATION,
    T_CELL_PROLIFERATION,
    T_CELLS_OF_BODY,
    TISSUE_DAMAGE,
    CellClass,
)

FAILURE = (
    "set by hand: graft failure in 1 to 3 % of matched transplants after full conditioning, 9 % of unrelated marrow, "
    "10 % or more after 2 Gy alone or when T cells were taken out"
)


class Rejection(Module):
    """The host's T cells that answer to the donor.

    Assumes that a share of the host T cells that are left, set by how donor and patient differ and wide between
    patients, is primed where donor cells are while conditioning or inflammation injure: antigen without injury primes
    nobody, so that a graft that outlasted the injury is tolerated; that primed cells divide, as calcineurin inhibitors
    and drugs against division leave it; that donor T cells, alloreactive or not, drugs and antibodies kill them;
    that they kill blood-forming cells and T cells of the donor once they are many. Antibodies against the donor raise
    the share. Exactly zero with a patient's own or a twin's cells, and without a graft.
    Leaves out host NK cells, antibodies as such, the number of transfusions before.
    Should show rejection rarely after myeloablative conditioning and grafts with T cells, more often when conditioning
    is mild, when T cells were taken out of the graft, with HLA mismatches and antibodies.
    """

    is_allogeneic = Covariate(IS_ALLOGENEIC)
    mismatches = Covariate(HLA_MISMATCHES)
    is_unrelated = Covariate(DONOR_IS_UNRELATED)
    antibodies = Covariate(DONOR_SPECIFIC_ANTIBODIES)
    transfused = Covariate(IS_TRANSFUSED_FOR_YEARS)
    t_cells = Needs(T_CELLS_OF_BODY)
    marrow = Needs(CELLULARITY_OF)
    damage = Needs(TISSUE_DAMAGE)
    inflammation = Needs(INFLAMMATION)
    activation = Needs(T_CELL_ACTIVATION)
    costimulation = Needs(T_CELL_COSTIMULATION)
    proliferation = Needs(T_CELL_PROLIFERATION)
    steroids = Needs(STEROIDS)
    kill_of_lymphocytes = Needs(CYTOTOXICITY[CellClass.LYMPHOCYTE])
    kill_of_t_cells = Needs(CYTOTOXICITY[CellClass.T_CELL])
    kill_of_dividing = Needs(CYTOTOXICITY[CellClass.DIVIDING_LYMPHOCYTE])
    killing = Needs(ALLOREACTIVE_KILLING)

    effectors = State(
        "alloreactive T cells of the host",
        cells / kg,
        per=Origin.HOST,
        rest=0,
        typical=1e4,
        few=Few.WHOLE_NUMBER,
    )

    of_host = Parameter(
        "alloreactive share of host T cells, matched sibling",
        0.013 * dimensionless,
        plausible=(1e-5, 3e-2),
        vary=lognormal(sd=2.0),
        source=fitted(OUTCOMES, f"more than of the graft: transfusion raises it in some; {FAILURE}"),
    )
    per_mismatch = fitted_pure(
        "rise of the share with each HLA mismatch, natural logarithm",
        0.73,
        0.3,
        1.8,
        f"naive and memory cells alike: a tenth of host T cells against a haploidentical donor; {FAILURE}",
    )
    if_unrelated = fitted_pure("the same, unrelated donor", 0.76, 0.2, 2.5, "as for T cells of the donor, or more")
    with_antibodies = pure(
        "the same, antibodies against the donor's HLA", 3.0, 1.0, 5.0, "a mark of T cells that are primed as well"
    )
    if_transfused = fitted_pure(
        "the same, transfused for years",
        0.5,
        0.2,
        3.0,
        "grafts of siblings are rejected in thalassemia and sickle cell disease as often as in no other disease",
    )
    recruitment = rate("priming by donor cells where there is injury", 0.3, 0.1, 1.0, "most meet antigen within days")
    marrow_of_half = pure(
        "donor cells in the marrow at which half are recruited", 1e-3, 1e-4, 1e-2, "few cells suffice to prime"
    )
    growth = rate("growth with all antigen", 1.6, 0.6, 3.0, f"slower than that of donor cells; {FAILURE}")
    always = pure("antigen presented without injury", 0.04, 0.02, 0.3, "as to T cells of the donor")
    by_damage = pure("antigen presented in wholly injured mucosa", 1.5, 0.5, 4.0, "as to T cells of the donor")
    by_inflammation = pure("antigen presented in one infection", 0.3, 0.1, 1.0, "as to T cells of the donor")
    death = rate("death", 0.08, 0.02, 0.15, "as for T cells of the donor")
    of_steroids = pure("steroids that halve the growth", 0.5, 0.2, 2.0, "as for T cells of the donor")
    most = Parameter(
        "number at which growth stops",
        1e8 * cells / kg,
        plausible=(1e7, 1e9),
        source=assumed("a few percent of all T cells"),
    )
    rejecting = Parameter(
        "number of half the killing",
        1e6 * cells / kg,
        plausible=(1e5, 1e7),
        source=assumed("far fewer than can be"),
    )
    donor_killing = rate("killing of donor cells by very many", 0.6, 0.2, 1.5, "rejection takes one to three weeks")
    of_effectors = pure("killing by donor T cells, relative to blood-forming cells", 0.2, 0.1, 1.0, "as of T cells")

    veto = rate(
        "killing of these cells by whatever T cells the donor has, at its most",
        1.0,
        0.2,
        3.0,
        "a cell that attacks a T cell of the donor is killed by it: why grafts rich in T cells are seldom rejected",
    )
    veto_half = Parameter(
        "donor T cells of the body at which half of that is reached",
        1e7 * cells / kg,
        plausible=(1e6, 1e8),
        source=assumed("CD34-selected grafts, with 1e5 per kg, are rejected more often; 2e5 to 1e6 added help"),
    )

    @derived("alloreactive share of host T cells", dimensionless)
    def share(self):
        hla = self.per_mismatch * self.mismatches
        others = self.if_unrelated * self.is_unrelated + self.with_antibodies * self.antibodies
        others += self.if_transfused * self.transfused
        return self.is_allogeneic * self.of_host * exp(hla + others)

    def injured(self):
        """Injury as it helps to present antigen."""
        return self.by_damage * self.damage + self.by_inflammation * self.inflammation

    def there(self):
        """Donor cells as host T cells meet them."""
        return saturate(total(self.marrow) - self.marrow, self.marrow_of_half)

    def presented(self):
        """Antigen of the donor that primed host T cells meet."""
        return self.there() * saturate(self.always + self.injured(), 1)

    @reaction(nothing, effectors)
    def are_primed(self):
        """Host T cells meet donor cells where there is injury; without it they learn to tolerate them."""
        return self.recruitment * self.share * self.there() * saturate(self.injured(), 1) * self.t_cells

    @reaction(nothing, effectors)
    def divide(self):
        """Division, as far as drugs leave it."""
        left = self.activation * self.costimulation * self.proliferation / (1 + self.steroids / self.of_steroids)
        return self.growth * self.presented() * left * (1 - self.effectors / self.most) * self.effectors

    @reaction(effectors, nothing)
    def die(self):
        """Death and exhaustion."""
        return self.death * self.effectors

    @reaction(effectors, nothing)
    def killed(self):
        """Killed by drugs, antibodies and T cells of the donor."""
        drugs = self.kill_of_lymphocytes + self.kill_of_t_cells + self.kill_of_dividing
        vetoed = self.veto * saturate(total(self.t_cells) - self.t_cells, self.veto_half)
        return (drugs + self.of_effectors * self.killing + vetoed) * self.effectors

    @offers(ALLOREACTIVE_KILLING)
    def kills_donor_cells(self):
        if self.origin is Origin.HOST:
            return 0
        return self.donor_killing * saturate(total(self.effectors), self.rejecting)

    @offers(ALLOREACTIVE_CELLS)
    def number(self):
        return self.effectors if self.origin is Origin.HOST else 0
