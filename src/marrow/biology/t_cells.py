"""T cells: naive and memory, CD4 and CD8."""

from __future__ import annotations

from marrow.biology.declared import fitted_pure, pure
from marrow.language import (
    Balanced,
    Covariate,
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
from marrow.language.math import exp, total
from marrow.sources import RECOVERY, Source, assumed, elsewhere, fitted
from marrow.sources import derived as calculated
from marrow.units import cells, day, dimensionless, kg, uL, year
from marrow.vocabulary import (
    AGE,
    ALLOREACTIVE_KILLING,
    BLOOD_VOLUME,
    CD4_COUNT,
    CD4_NAIVE_COUNT,
    CD4_NAIVE_OF,
    CD4_OF,
    CD8_COUNT,
    CD8_OF,
    CYTOTOXICITY,
    IL_7,
    NAIVE_T_CELL_LOSS,
    SETTLING_CD3,
    START,
    T_CELL_ACTIVATION,
    T_CELL_COUNT,
    T_CELLS_OF,
    T_CELLS_OF_BODY,
    T_CELLS_PER_VOLUME,
    THYMIC_EXPORT,
    WHITE_CELL_COUNT,
    CellClass,
    Pool,
)


def _count(label: str, value: float, low: float, high: float, note: str) -> Parameter:
    source = elsewhere("pmc321350", note, at="Table 3")
    return Parameter(label, value * cells / uL, plausible=(low, high), vary=lognormal(cv=0.35), source=source)


def _turnover(label: str, value: float, low: float, high: float, source: Source) -> Parameter:
    return Parameter(label, value / day, plausible=(low, high), vary=lognormal(cv=0.2), source=source)


class TCells(Module):
    """T cells of the whole body: the thymus sends naive ones, interleukin 7 lets all divide when they are few.

    Assumes that division of naive and memory cells is in proportion to interleukin 7; that a fixed share of T cells is
    in blood. Loss rates are solved from health. Graft T cells divide as host ones do; each are killed by alloreactive
    cells of the other. Calcineurin inhibitors slow division; much interleukin 7 turns naive into memory cells.
    Leaves out other immunosuppressants, antigen (cytomegalovirus); alloreactive and regulatory cells are few, and
    elsewhere.
    Should show CD8 above 250/uL in two to six months, CD4 above 200/uL in three to nine, naive CD4 after more than a
    year in adults and later in the old.
    """

    age = Covariate(AGE)
    exported = Needs(THYMIC_EXPORT)
    infused = Needs(SETTLING_CD3)
    kill = Needs(CYTOTOXICITY[CellClass.LYMPHOCYTE])
    kill_of_t_cells = Needs(CYTOTOXICITY[CellClass.T_CELL])
    alloreactive = Needs(ALLOREACTIVE_KILLING)
    volume = Needs(BLOOD_VOLUME)
    il_7 = Needs(IL_7)
    activation = Needs(T_CELL_ACTIVATION)
    spared = Needs(START[Pool.T_CELLS])

    cd4_at_rest = _count(
        "CD4 cells in blood in health", 814.0, 550.0, 1100.0, "median 814, range 313 to 1,361, healthy adults"
    )
    cd8_at_rest = _count(
        "CD8 cells in blood in health", 636.0, 400.0, 900.0, "median 636, range 228 to 1,243, healthy adults"
    )
    cd4_naive_share = pure("naive share of CD4 cells in health", 0.48, 0.3, 0.65, "about half in adults of middle age")
    cd8_naive_share = pure(
        "naive share of CD8 cells in health", 0.4, 0.2, 0.6, "less than half in adults of middle age"
    )
    blood_share = Parameter(
        "share of T cells that is in blood",
        0.02 * dimensionless,
        plausible=(0.01, 0.03),
        source=calculated("about 1e11 naive T cells in an adult, 2 % of CD4 cells in blood", key="bains2009"),
    )

    export_cd4_share = pure("CD4 share of thymic export", 0.65, 0.55, 0.75, "two CD4 for one CD8 cell")

    naive_cd4_division = _turnover(
        "division of naive CD4 cells in health",
        0.00037,
        0.0002,
        0.0014,
        assumed("turnover 0.00045 a day, mostly by division in adults"),
    )
    naive_cd8_division = _turnover(
        "division of naive CD8 cells in health",
        0.00025,
        0.00015,
        0.0009,
        assumed("turnover 0.00029 a day, mostly by division in adults"),
    )
    memory_cd4_division = _turnover(
        "division of memory CD4 cells in health",
        0.021,
        0.003,
        0.05,
        fitted(
            RECOVERY,
            "central memory 0.015 a day; so cells double in 4 days in an empty body, in 8 under calcineurin inhibitors",
        ),
    )
    memory_cd8_division = _turnover(
        "division of memory CD8 cells in health",
        0.024,
        0.0027,
        0.05,
        assumed(
            "effectors far faster than a half-life of 0.7 years; so cells double in 3 days in an empty body, in 7 "
            "under calcineurin inhibitors, and there are more CD8 than CD4 cells for months"
        ),
    )
    becoming_memory = _turnover(
        "naive cells becoming memory cells, in health",
        0.00005,
        0.00002,
        0.00009,
        assumed("a minor part of naive turnover"),
    )
    to_memory_by_il_7 = Parameter(
        "power of interleukin 7 by which naive cells become memory cells",
        3.0 * dimensionless,
        plausible=(2.0, 3.5),
        source=assumed("in an empty body most naive cells of a graft look like memory cells within two months"),
    )
    held_back = fitted_pure(
        "division that is left when T cells cannot be activated",
        0.5,
        0.2,
        0.8,
        "calcineurin inhibitors slow homeostatic division; children without them have 50 CD4 cells by day 100 even "
        "after grafts of 1e4 T cells per kg",
        run=RECOVERY,
    )
    in_childhood = fitted_pure(
        "faster division of T cells in a newborn",
        0.7,
        0.1,
        1.5,
        "children have 50 CD4 cells by day 100 more often than adults have, after grafts with hardly any T cells too",
        run=RECOVERY,
    )
    childhood = Parameter(
        "age over which that is lost", 15.0 * year, plausible=(5.0, 25.0), source=assumed("until the thymus is adult")
    )
    graft_cd4_share = pure("CD4 share of graft CD3+ cells", 0.6, 0.45, 0.7, "as in blood")
    graft_naive_share = pure("naive share of graft T cells", 0.45, 0.2, 0.7, "as in blood of a donor of middle age")

    of_t_cells = pure(
        "alloreactive killing of T cells, relative to that of blood-forming cells",
        0.28,
        0.03,
        0.5,
        "myeloid chimerism is full before that of T cells",
    )

    # --- health ---

    @derived("division of T cells at this age, relative to adults", dimensionless)
    def young(self):
        return 1 + self.in_childhood * exp(-self.age / self.childhood)

    @derived("naive CD4 cells in health", cells / kg)
    def naive_cd4_at_rest(self):
        return self.cd4_at_rest * self.at_rest.volume / self.blood_share * self.cd4_naive_share

    @derived("memory CD4 cells in health", cells / kg)
    def memory_cd4_at_rest(self):
        return self.cd4_at_rest * self.at_rest.volume / self.blood_share * (1 - self.cd4_naive_share)

    @derived("naive CD8 cells in health", cells / kg)
    def naive_cd8_at_rest(self):
        return self.cd8_at_rest * self.at_rest.volume / self.blood_share * self.cd8_naive_share

    @derived("memory CD8 cells in health", cells / kg)
    def memory_cd8_at_rest(self):
        return self.cd8_at_rest * self.at_rest.volume / self.blood_share * (1 - self.cd8_naive_share)

    naive_cd4 = State("naive CD4 cells", cells / kg, per=Origin, rest=naive_cd4_at_rest, start=spared, typical=1.4e9)
    memory_cd4 = State("memory CD4 cells", cells / kg, per=Origin, rest=memory_cd4_at_rest, start=spared, typical=1.4e9)
    naive_cd8 = State("naive CD8 cells", cells / kg, per=Origin, rest=naive_cd8_at_rest, start=spared, typical=1e9)
    memory_cd8 = State("memory CD8 cells", cells / kg, per=Origin, rest=memory_cd8_at_rest, start=spared, typical=1.2e9)
    naive_cd4_loss = Balanced("death of naive CD4 cells", 1 / day)
    memory_cd4_loss = Balanced("death of memory CD4 cells", 1 / day)
    naive_cd8_loss = Balanced("death of naive CD8 cells", 1 / day)
    memory_cd8_loss = Balanced("death of memory CD8 cells", 1 / day)

    # --- what cytokines do ---

    def all_cells(self):
        return total(self.naive_cd4) + total(self.memory_cd4) + total(self.naive_cd8) + total(self.memory_cd8)

    def drive(self):
        """Division, relative to health: interleukin 7, as far as drugs let cells answer."""
        return self.il_7 * self.young * (self.held_back + (1 - self.held_back) * self.activation)

    def turning(self):
        """Naive cells becoming memory cells, per day."""
        return self.becoming_memory * self.il_7**self.to_memory_by_il_7

    # --- thymus ---

    @reaction(nothing, naive_cd4)
    def exported_cd4(self):
        """Export of CD4 cells."""
        return self.export_cd4_share * self.exported

    @reaction(nothing, naive_cd8)
    def exported_cd8(self):
        """Export of CD8 cells."""
        return (1 - self.export_cd4_share) * self.exported

    # --- CD4 ---

    def infused_cells(self, share):
        return 0 if self.origin is Origin.HOST else share * self.infused

    @reaction(nothing, naive_cd4)
    def naive_cd4_infused(self):
        """Naive CD4 cells of the graft."""
        return self.infused_cells(self.graft_cd4_share * self.graft_naive_share)

    @reaction(nothing, memory_cd4)
    def memory_cd4_infused(self):
        """Memory CD4 cells of the graft."""
        return self.infused_cells(self.graft_cd4_share * (1 - self.graft_naive_share))

    @reaction(nothing, naive_cd4)
    def naive_cd4_divide(self):
        """Naive CD4 cells divide."""
        return self.naive_cd4_division * self.drive() * self.naive_cd4

    @reaction(nothing, memory_cd4)
    def memory_cd4_divide(self):
        """Memory CD4 cells divide."""
        return self.memory_cd4_division * self.drive() * self.memory_cd4

    @reaction(naive_cd4, memory_cd4)
    def cd4_become_memory(self):
        """Naive CD4 cells become memory cells."""
        return self.turning() * self.naive_cd4

    @reaction(naive_cd4, nothing)
    def naive_cd4_die(self):
        """Death of naive CD4 cells."""
        return self.naive_cd4_loss * self.naive_cd4

    @reaction(memory_cd4, nothing)
    def memory_cd4_die(self):
        """Death of memory CD4 cells."""
        return self.memory_cd4_loss * self.memory_cd4

    # --- CD8 ---

    @reaction(nothing, naive_cd8)
    def naive_cd8_infused(self):
        """Naive CD8 cells of the graft."""
        return self.infused_cells((1 - self.graft_cd4_share) * self.graft_naive_share)

    @reaction(nothing, memory_cd8)
    def memory_cd8_infused(self):
        """Memory CD8 cells of the graft."""
        return self.infused_cells((1 - self.graft_cd4_share) * (1 - self.graft_naive_share))

    @reaction(nothing, naive_cd8)
    def naive_cd8_divide(self):
        """Naive CD8 cells divide."""
        return self.naive_cd8_division * self.drive() * self.naive_cd8

    @reaction(nothing, memory_cd8)
    def memory_cd8_divide(self):
        """Memory CD8 cells divide."""
        return self.memory_cd8_division * self.drive() * self.memory_cd8

    @reaction(naive_cd8, memory_cd8)
    def cd8_become_memory(self):
        """Naive CD8 cells become memory cells."""
        return self.turning() * self.naive_cd8

    @reaction(naive_cd8, nothing)
    def naive_cd8_die(self):
        """Death of naive CD8 cells."""
        return self.naive_cd8_loss * self.naive_cd8

    @reaction(memory_cd8, nothing)
    def memory_cd8_die(self):
        """Death of memory CD8 cells."""
        return self.memory_cd8_loss * self.memory_cd8

    # --- conditioning, antibodies, alloreactive cells ---

    def killing(self):
        return self.kill + self.kill_of_t_cells + self.of_t_cells * self.alloreactive

    @reaction(naive_cd4, nothing)
    def naive_cd4_killed(self):
        """Naive CD4 cells killed by drugs, radiation and T cells of the other origin."""
        return self.killing() * self.naive_cd4

    @reaction(memory_cd4, nothing)
    def memory_cd4_killed(self):
        """Memory CD4 cells killed by drugs, radiation and T cells of the other origin."""
        return self.killing() * self.memory_cd4

    @reaction(naive_cd8, nothing)
    def naive_cd8_killed(self):
        """Naive CD8 cells killed by drugs, radiation and T cells of the other origin."""
        return self.killing() * self.naive_cd8

    @reaction(memory_cd8, nothing)
    def memory_cd8_killed(self):
        """Memory CD8 cells killed by drugs, radiation and T cells of the other origin."""
        return self.killing() * self.memory_cd8

    # --- counts ---

    @derived("blood T cells per blood volume and cell of the body", kg / uL)
    def per_volume(self):
        return self.blood_share / self.at_rest.volume

    @offers(CD4_COUNT)
    def cd4(self):
        return (total(self.naive_cd4) + total(self.memory_cd4)) * self.per_volume

    @offers(CD4_OF)
    def cd4_of(self):
        return (self.naive_cd4 + self.memory_cd4) * self.per_volume

    @offers(CD4_NAIVE_COUNT)
    def cd4_naive(self):
        return total(self.naive_cd4) * self.per_volume

    @offers(CD4_NAIVE_OF)
    def cd4_naive_of(self):
        return self.naive_cd4 * self.per_volume

    @offers(CD8_COUNT)
    def cd8(self):
        return (total(self.naive_cd8) + total(self.memory_cd8)) * self.per_volume

    @offers(CD8_OF)
    def cd8_of(self):
        return (self.naive_cd8 + self.memory_cd8) * self.per_volume

    @offers(T_CELLS_OF_BODY)
    def in_body(self):
        return self.naive_cd4 + self.memory_cd4 + self.naive_cd8 + self.memory_cd8

    @offers(T_CELL_COUNT)
    def t_cells(self):
        return self.all_cells() * self.per_volume

    @offers(T_CELLS_OF)
    def t_cells_of(self):
        return (self.naive_cd4 + self.memory_cd4 + self.naive_cd8 + self.memory_cd8) * self.per_volume

    @offers(T_CELLS_PER_VOLUME)
    def blood_of_body(self):
        return self.per_volume

    @offers(NAIVE_T_CELL_LOSS)
    def naive_cells_lost(self):
        return self.naive_cd4_loss + self.turning() + self.killing()

    @offers(WHITE_CELL_COUNT)
    def white_cells(self):
        return self.all_cells() * self.per_volume
