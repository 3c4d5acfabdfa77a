"""Natural killer cells and interleukin 15."""

from __future__ import annotations

from marrow.language import (
    Balanced,
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
from marrow.language.math import total
from marrow.sources import assumed, elsewhere
from marrow.units import cells, day, dimensionless, kg, uL
from marrow.vocabulary import (
    ALLOREACTIVE_KILLING,
    BLOOD_VOLUME,
    CYTOTOXICITY,
    IL_15,
    LYMPHOID_PRECURSORS,
    NATURAL_KILLER_COUNT,
    NATURAL_KILLERS_OF,
    SETTLING_CD3,
    START,
    WHITE_CELL_COUNT,
    CellClass,
    Pool,
)


class NaturalKillerCells(Module):
    """NK cells of blood: from lymphoid progenitors and by division, which interleukin 15 drives.

    Assumes that interleukin 15 follows NK numbers at once (clearance by the cells that use it), and that the graft
    brings NK cells in proportion to its CD3+ cells.
    Leaves out subsets, education, tissue NK cells, cytomegalovirus.
    Should show NK cells as the first lymphocytes to be normal, in one to two months.
    """

    precursors = Needs(LYMPHOID_PRECURSORS)
    infused = Needs(SETTLING_CD3)
    kill = Needs(CYTOTOXICITY[CellClass.LYMPHOCYTE])
    alloreactive = Needs(ALLOREACTIVE_KILLING)
    volume = Needs(BLOOD_VOLUME)
    il_15 = Needs(IL_15)
    spared = Needs(START[Pool.T_CELLS])

    count_at_rest = Parameter(
        "NK cells in blood in health",
        413.0 * cells / uL,
        plausible=(250.0, 600.0),
        vary=lognormal(cv=0.4),
        source=elsewhere("pmc321350", "median 413, range 140 to 1,103, healthy adults", at="Table 3"),
    )
    loss = Parameter(
        "loss of NK cells",
        0.069 / day,
        plausible=(0.04, 0.1),
        source=elsewhere("pmc2265941", "disappearance 6.9 % a day, deuterated glucose, healthy people"),
    )
    division_share = Parameter(
        "share of new NK cells that come from division in blood and tissue",
        0.62 * dimensionless,
        plausible=(0.3, 0.85),
        source=elsewhere("pmc2265941", "proliferation 4.3 % against disappearance 6.9 % a day"),
    )
    il_15_ceiling = Parameter(
        "interleukin 15 without NK cells, relative to health",
        6.0 * dimensionless,
        plausible=(3.0, 8.0),
        source=elsewhere("plosone_e0055876", "2.4 before, 12.5 pg/mL at day 7 of nonmyeloablative transplants"),
    )
    infused_share = Parameter(
        "NK cells that reach blood per infused CD3+ cell",
        0.035 * dimensionless,
        plausible=(0.003, 0.06),
        source=assumed("one NK cell in ten CD3+ cells, a third of which stays in blood"),
    )

    @derived("NK cells of blood in health", cells / kg)
    def blood_at_rest(self):
        return self.count_at_rest * self.at_rest.volume

    blood = State(
        "natural killer cells in blood", cells / kg, per=Origin, rest=blood_at_rest, start=spared, typical=2.9e7
    )
    from_precursors = Balanced("NK cells made per lymphoid progenitor", dimensionless)

    @reaction(nothing, blood)
    def arrive(self):
        """From lymphoid progenitors, and with the graft."""
        made = self.from_precursors * self.precursors
        return made if self.origin is Origin.HOST else made + self.infused_share * self.infused

    @reaction(nothing, blood)
    def divide(self):
        """Division, driven by interleukin 15."""
        return self.division_share * self.loss * self.il_15 * self.blood

    @reaction(blood, nothing)
    def die(self):
        """Death."""
        return self.loss * self.blood

    @reaction(blood, nothing)
    def killed(self):
        """Killed by drugs, radiation and T cells of the other origin."""
        return (self.kill + self.alloreactive) * self.blood

    @offers(IL_15)
    def interleukin(self):
        fullness = total(self.blood) / self.at_rest.blood
        return self.il_15_ceiling / (1 + (self.il_15_ceiling - 1) * fullness)

    @offers(NATURAL_KILLER_COUNT)
    def count(self):
        return total(self.blood) / self.at_rest.volume

    @offers(NATURAL_KILLERS_OF)
    def count_of(self):
        return self.blood / self.at_rest.volume

    @offers(WHITE_CELL_COUNT)
    def white_cells(self):
        return total(self.blood) / self.at_rest.volume
