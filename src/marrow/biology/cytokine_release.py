"""Cytokine release in the first days after a haploidentical graft with its T cells."""

from __future__ import annotations

from marrow.language import Covariate, Module, Needs, Parameter, State, derived, hazard, lognormal, nothing, reaction
from marrow.sources import assumed
from marrow.units import cells, day, dimensionless, kg
from marrow.vocabulary import (
    CYTOTOXICITY,
    HLA_MISMATCHES,
    IS_ALLOGENEIC,
    SETTLING_CD3,
    T_CELL_ACTIVATION,
    CellClass,
)


class CytokineRelease(Module):
    """Severe cytokine release syndrome (grade 3 or more) of T cells that meet foreign HLA.

    Assumes that infused T cells answer at once where many HLA alleles differ, with the third power of their number;
    that cyclophosphamide and globulins kill those that answer and the others tire within days; a hazard in
    proportion to them, which calcineurin inhibitors stop.
    Leaves out mild fever, which nearly all haploidentical patients have, tocilizumab, steroids, age, burden of disease,
    fever's effect on counts and cyclophosphamide; death of it is within death of organ toxicity.
    Should show 15 to 20 % after haploidentical blood and 5 % after marrow, before day 6; hardly any after other donors,
    none after a patient's own or a twin's cells.
    """

    allogeneic = Covariate(IS_ALLOGENEIC)
    mismatches = Covariate(HLA_MISMATCHES)
    infused = Needs(SETTLING_CD3)
    activation = Needs(T_CELL_ACTIVATION)
    kill_of_dividing = Needs(CYTOTOXICITY[CellClass.DIVIDING_LYMPHOCYTE])
    kill_of_t_cells = Needs(CYTOTOXICITY[CellClass.T_CELL])
    answering = State("T cells that answer to foreign HLA, of a usual blood graft", dimensionless, rest=0, typical=0.5)
    usual = Parameter(
        "CD3+ cells of a usual blood graft",
        2.5e8 * cells / kg,
        plausible=(1.5e8, 4e8),
        source=assumed("a definition: the number to which the others refer"),
    )
    tiring = Parameter(
        "time in which T cells tire of answering",
        3.0 * day,
        plausible=(1.5, 6.0),
        source=assumed("fever falls within a day or two of cyclophosphamide on days 3 and 4"),
    )
    base = Parameter(
        "hazard while T cells of a usual haploidentical blood graft answer",
        0.08 / day,
        plausible=(0.03, 0.2),
        vary=lognormal(cv=0.7),
        source=assumed("set so that 17 % have it after haploidentical blood (published: 17 % of 146, 20 % of blood and "
                       "5 % of marrow grafts of 451, 15 % of 102; 1 of 552 with any donor elsewhere)",
                       key="abboud2021"),
    )  # fmt: skip

    @derived("how foreign the HLA is, 1 for a haplotype", dimensionless)
    def foreignness(self):
        return self.allogeneic * (self.mismatches / 5) ** 3

    @reaction(nothing, answering)
    def meet(self):
        """T cells of the graft meet foreign HLA."""
        return self.foreignness * self.infused / self.usual

    @reaction(answering, nothing)
    def tire(self):
        """They tire."""
        return self.answering / self.tiring

    @reaction(answering, nothing)
    def killed(self):
        """Drugs kill them in division."""
        return (self.kill_of_dividing + self.kill_of_t_cells) * self.answering

    @hazard("severe cytokine release")
    def severe_release(self):
        """Blood pressure or oxygen falls."""
        return self.base * self.activation * self.answering
