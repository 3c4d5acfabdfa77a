"""Long-term stem cells and multipotent progenitors: who renews blood in the end."""

from __future__ import annotations

from marrow.language import (
    Balanced,
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
from marrow.language.math import hill, total
from marrow.sources import assumed, elsewhere
from marrow.sources import derived as calculated
from marrow.units import cells, day, dimensionless, kg
from marrow.vocabulary import (
    ALLOREACTIVE_KILLING,
    BODY_WEIGHT,
    CYTOTOXICITY,
    LYMPHOID_COMMITMENT,
    MARROW_CELLS,
    MARROW_SUPPORT,
    MULTIPOTENT_PROGENITORS,
    MYELOID_COMMITMENT,
    NICHE_OCCUPANCY,
    NICHES_INTACT,
    SELF_RENEWAL_LEFT,
    SETTLING,
    START,
    STEM_CELLS,
    CellClass,
    GraftCell,
    Pool,
)


class StemCells(Module):
    """Long-term stem cells (functional, about 1e5 in an adult) and the multipotent progenitors that live off them.

    Assumes that host and donor stem cells share niches and differ in nothing; that self-renewal and division fall as
    niches fill, so that a stem cell has on average one stem daughter in health; that daughters decide independently.
    Multipotent progenitors (short-term stem cells among them) hold themselves up for months when they are few, and
    depend on stem cells in the long run, through short-term stem cells that amplify for weeks on their way.
    Leaves out exchange with blood, ageing, clones of different fitness, mutation.
    Should show: donor stem cells that fill niches over one to two years, chimerism of the first months set by graft
    progenitors and of later years by stem cells; no recovery of a line of which no stem cell is left.
    """

    weight = Covariate(BODY_WEIGHT)
    kill_stem = Needs(CYTOTOXICITY[CellClass.LONG_TERM_STEM])
    kill_multipotent = Needs(CYTOTOXICITY[CellClass.EARLY_PROGENITOR])
    alloreactive = Needs(ALLOREACTIVE_KILLING)
    settling_stem = Needs(SETTLING[GraftCell.LONG_TERM_STEM])
    settling_short_term = Needs(SETTLING[GraftCell.SHORT_TERM_STEM])
    settling_multipotent = Needs(SETTLING[GraftCell.MULTIPOTENT])
    niches = Needs(NICHES_INTACT)
    support = Needs(MARROW_SUPPORT)
    renewing = Needs(SELF_RENEWAL_LEFT)
    active = Needs(START[Pool.PROGENITORS])
    stem_spared = Needs(START[Pool.STEM])

    stem_at_rest = Parameter(
        "long-term stem cells in health",
        1400.0 * cells / kg,
        plausible=(290.0, 2900.0),
        vary=lognormal(sd=0.3),
        source=elsewhere(
            "leesix2018", "50,000 to 200,000 stem cells make white cells in one man of 59 years", at="abstract"
        ),
    )
    stem = State(
        "long-term stem cells",
        cells / kg,
        per=Origin,
        rest=stem_at_rest,
        start=stem_spared,
        typical=1400.0,
        few=Few.BIRTH_AND_DEATH,
    )
    multipotent_at_rest = Parameter(
        "multipotent progenitors in health",
        4e6 * cells / kg,
        plausible=(5e5, 1e7),
        vary=lognormal(sd=0.2),
        source=calculated(
            "steady-state target of the platelet model", key="zhu2025", transcribed_in="Shelly9018/asct_plt"
        ),
    )
    multipotent = State(
        "multipotent progenitors",
        cells / kg,
        per=Origin,
        rest=multipotent_at_rest,
        start=active,
        typical=4e6,
        few=Few.WHOLE_NUMBER,
    )

    division_at_rest = Parameter(
        "division of stem cells, full niches",
        0.0036 / day,
        plausible=(0.0028, 0.0057),
        source=elsewhere(
            "catlin2011", "one division in 40 weeks (25 to 50), from telomeres of healthy women", at="abstract"
        ),
    )
    division_when_empty = Parameter(
        "division of stem cells, empty niches",
        0.03 / day,
        plausible=(0.01, 0.1),
        source=calculated(
            "0.027 in the average of 53 autologous patients", key="zhu2025", transcribed_in="Shelly9018/asct_plt"
        ),
    )
    renewal = Parameter(
        "probability that a daughter remains a stem cell, empty niches",
        0.87 * dimensionless,
        plausible=(0.8, 0.9),
        source=calculated(
            "0.877 in the average of 53 autologous patients", key="zhu2025", transcribed_in="Shelly9018/asct_plt"
        ),
    )
    crowded = Parameter(
        "occupancy at which half of arriving stem cells find a niche",
        0.3 * dimensionless,
        plausible=(0.1, 0.7),
        source=assumed("without conditioning hardly any graft takes; niches of mice are 99 % occupied"),
    )

    multipotent_division_at_rest = Parameter(
        "division of multipotent progenitors, full marrow",
        0.03 / day,
        plausible=(0.015, 0.045),
        source=assumed("slower than in an empty marrow"),
    )
    multipotent_division_when_empty = Parameter(
        "division of multipotent progenitors, empty marrow",
        0.06 / day,
        plausible=(0.05, 0.1),
        vary=lognormal(cv=0.2),
        source=assumed(
            "0.035, not identifiable, in the platelet model; raised: B cells and marrow cultures recover in months"
        ),
    )
    multipotent_renewal_at_rest = Parameter(
        "self-renewal of multipotent progenitors, full marrow",
        0.35 * dimensionless,
        plausible=(0.3, 0.42),
        source=assumed(
            "without stem cells a full pool would halve in about 80 days: two waves of clones in the first year"
        ),
    )
    multipotent_renewal_when_empty = Parameter(
        "self-renewal of multipotent progenitors, empty marrow",
        0.855 * dimensionless,
        plausible=(0.75, 0.87),
        source=calculated(
            "0.854 in the average of 53 autologous patients", key="zhu2025", transcribed_in="Shelly9018/asct_plt"
        ),
    )
    lymphoid_share = Parameter(
        "share of multipotent progenitors that become lymphoid",
        0.15 * dimensionless,
        plausible=(0.05, 0.3),
        source=assumed("no human measurement; the myeloid branch makes far more cells"),
    )
    short_term_at_rest = Parameter(
        "short-term stem cells in health",
        1.4e5 * cells / kg,
        plausible=(5e4, 4e5),
        source=calculated(
            "phenotypic stem cells, steady-state target of the platelet model",
            key="zhu2025",
            transcribed_in="Shelly9018/asct_plt",
        ),
    )
    short_term_time = Parameter(
        "time from a long-term stem cell's daughter to multipotent progenitors",
        60.0 * day,
        plausible=(30.0, 120.0),
        source=assumed(
            "stem cells of a graft make up most of blood from 6 to 12 months on; aplasia without a graft lasts"
        ),
    )

    @derived("short-term stem cells in health, in each of two stages", cells / kg)
    def half_short_term(self):
        return self.short_term_at_rest / 2

    short_term = State(
        "short-term stem cells", cells / kg, per=Origin, stages=2, rest=half_short_term, start=active, typical=7e4
    )
    early_amplification = Balanced("short-term stem cells made per stem cell that differentiates", dimensionless)
    amplification = Balanced("multipotent progenitors made per short-term stem cell", dimensionless)

    # --- stem cells ---

    def occupancy(self):
        return total(self.stem) / (self.at_rest.stem * self.niches)

    def stem_renewal(self):
        return self.renewing * self.renewal / (1 + (2 * self.renewal - 1) * self.occupancy())

    def stem_division(self):
        ratio = self.division_when_empty / self.division_at_rest
        return self.division_when_empty / (1 + (ratio - 1) * self.occupancy() ** 2)

    @reaction(nothing, stem)
    def stem_birth(self):
        """Divisions with two stem daughters."""
        return self.stem_renewal() ** 2 * self.stem_division() * self.stem

    @reaction(stem, nothing)
    def stem_differentiation(self):
        """Divisions with no stem daughter."""
        return (1 - self.stem_renewal()) ** 2 * self.stem_division() * self.stem

    @reaction(stem, nothing)
    def stem_killed(self):
        """Stem cells killed by drugs, radiation and T cells of the other origin."""
        return (self.kill_stem + self.alloreactive) * self.stem

    @reaction(nothing, stem)
    def stem_settles(self):
        """Stem cells of the graft that find a niche."""
        if self.origin is Origin.HOST:
            return 0
        return self.settling_stem * (1 - hill(self.occupancy(), self.crowded, 2))

    # --- multipotent progenitors ---

    def fullness(self):
        return total(self.multipotent) / self.at_rest.multipotent

    def multipotent_renewal(self):
        ratio = self.multipotent_renewal_when_empty / self.multipotent_renewal_at_rest
        return self.renewing * self.multipotent_renewal_when_empty / (1 + (ratio - 1) * self.fullness())

    def divisions(self):
        """Divisions of multipotent progenitors of this origin, per day."""
        ratio = self.multipotent_division_when_empty / self.multipotent_division_at_rest
        rate = self.support * self.multipotent_division_when_empty / (1 + (ratio - 1) * self.fullness() ** 2)
        return rate * self.multipotent

    def leaving(self):
        return 2 * (1 - self.multipotent_renewal()) * self.divisions()

    @reaction(nothing, short_term[0])
    def from_stem_cells(self):
        """Daughters that are no longer long-term stem cells, amplified on their way."""
        return self.early_amplification * 2 * (1 - self.stem_renewal()) * self.stem_division() * self.stem

    def short_term_rate(self):
        return 2 / self.short_term_time

    @reaction(short_term[0], short_term[1])
    def short_term_mature(self):
        """Short-term stem cells on their way."""
        return self.short_term_rate() * self.short_term[0]

    @reaction(short_term[1], multipotent)
    def short_term_amplify(self):
        """Short-term stem cells become many multipotent progenitors."""
        return self.short_term_rate() * self.short_term[1], self.amplification

    @reaction(short_term[0], nothing)
    def short_term_killed(self):
        """Short-term stem cells killed by drugs, radiation and T cells of the other origin."""
        return (self.kill_multipotent + self.alloreactive) * self.short_term[0]

    @reaction(short_term[1], nothing)
    def short_term_killed_later(self):
        """The same, in their second stage."""
        return (self.kill_multipotent + self.alloreactive) * self.short_term[1]

    @reaction(nothing, short_term[0])
    def short_term_settle(self):
        """Short-term stem cells of the graft."""
        return 0 if self.origin is Origin.HOST else self.settling_short_term

    @reaction(nothing, multipotent)
    def multipotent_grow(self):
        """Divisions: one more for each daughter that stays, beyond the mother."""
        return self.multipotent_renewal() * self.divisions()

    @reaction(multipotent, nothing)
    def multipotent_differentiate(self):
        """Divisions whose daughters leave take their mother away."""
        return (1 - self.multipotent_renewal()) * self.divisions()

    @reaction(multipotent, nothing)
    def multipotent_killed(self):
        """Multipotent progenitors killed by drugs, radiation and T cells of the other origin."""
        return (self.kill_multipotent + self.alloreactive) * self.multipotent

    @reaction(nothing, multipotent)
    def multipotent_settle(self):
        """Multipotent progenitors of the graft."""
        return 0 if self.origin is Origin.HOST else self.settling_multipotent

    @offers(MYELOID_COMMITMENT)
    def myeloid(self):
        return (1 - self.lymphoid_share) * self.leaving()

    @offers(LYMPHOID_COMMITMENT)
    def lymphoid(self):
        return self.lymphoid_share * self.leaving()

    @offers(MARROW_CELLS)
    def in_marrow(self):
        return self.stem + sum(self.short_term) + self.multipotent

    @offers(STEM_CELLS)
    def stem_cells(self):
        return self.stem * self.weight

    @offers(MULTIPOTENT_PROGENITORS)
    def multipotent_progenitors(self):
        return self.multipotent * self.weight

    @offers(NICHE_OCCUPANCY)
    def niche_occupancy(self):
        return self.occupancy()
