"""What the CD34+ cells of a graft are: how many of each kind, by source, donor and what was done to them."""

from __future__ import annotations

from marrow.language import Covariate, Module, Needs, Parameter, derived, lognormal, offers
from marrow.language.math import exp, hill
from marrow.sources import RECOVERY, assumed, elsewhere, fitted, in_transplant
from marrow.sources import derived as calculated
from marrow.units import dimensionless, year
from marrow.vocabulary import (
    DONOR_AGE,
    GRAFT_AWAKENING,
    GRAFT_IS_BLOOD,
    GRAFT_IS_CORD,
    GRAFT_IS_EXPANDED,
    GRAFT_IS_GENE_MODIFIED,
    GRAFT_IS_MARROW,
    GRAFT_REACHING_MARROW,
    SETTLING,
    GraftCell,
)

_MODEL_SHARE = calculated(
    "share used for mobilised blood in the platelet model of 53 autologous patients, after clonal tracking of grafts",
    key="zhu2025",
    transcribed_in="Shelly9018/asct_plt",
)


def _share(label: str, value: float, low: float, high: float, source, spread: float = 0.2) -> Parameter:
    return Parameter(label, value * dimensionless, plausible=(low, high), vary=lognormal(sd=spread), source=source)


class GraftCells(Module):
    """Composition of a graft: shares of each kind among its homed CD34+ cells.

    Assumes fixed shares of a source, that culture and gene transfer change, and one quality of a graft for all its
    progenitors, which differs more between cord units. A donor's age lowers long-term stem cells only. A few grafts,
    more of cord blood and where a large spleen keeps cells from the marrow, do not take at all, whatever their dose:
    why (cells that live and do not repopulate, antibodies, viruses) is not told apart.
    Leaves out what mobilisation, disease and prior treatment do to the shares of one's own cells.
    Should show many early progenitors in mobilised blood, few in marrow, hardly any in cord blood.
    """

    is_blood = Covariate(GRAFT_IS_BLOOD)
    is_marrow = Covariate(GRAFT_IS_MARROW)
    is_cord = Covariate(GRAFT_IS_CORD)
    is_expanded = Covariate(GRAFT_IS_EXPANDED)
    is_gene_modified = Covariate(GRAFT_IS_GENE_MODIFIED)
    donor_age = Covariate(DONOR_AGE)
    awakening = Needs(GRAFT_AWAKENING)
    reaching = Needs(GRAFT_REACHING_MARROW)

    quality = Parameter(
        "progenitors per homed CD34+ cell in this graft, relative",
        1.0 * dimensionless,
        plausible=(0.8, 1.25),
        vary=lognormal(sd=0.3),
        source=assumed("colonies per CD34+ cell differ two- to threefold between grafts"),
    )
    cord_spread = Parameter(
        "spread of that between cord units, relative to other grafts",
        2.5 * dimensionless,
        plausible=(1.0, 3.5),
        source=fitted(
            RECOVERY, "units of like CD34+ dose differ tenfold in colonies; one in ten to five never engrafts"
        ),
    )
    taking = Parameter(
        "how well this graft takes, relative",
        1.0 * dimensionless,
        plausible=(0.8, 1.25),
        vary=lognormal(sd=1.0),
        source=assumed("a scale: what share does not take follows from the two numbers below"),
    )
    least = Parameter(
        "how well a graft must take to grow at all",
        0.1 * dimensionless,
        plausible=(0.05, 0.2),
        source=assumed("1 % do not: primary failure after matched grafts and full conditioning"),
    )
    least_of_cord = Parameter(
        "the same, cord blood",
        0.25 * dimensionless,
        plausible=(0.11, 0.4),
        source=fitted(RECOVERY, "one unit in ten to five never engrafts, without rejection"),
    )
    steepness = Parameter(
        "power of that",
        8.0 * dimensionless,
        plausible=(4.0, 12.0),
        source=assumed("all or nearly nothing"),
    )
    stem_share = _share(
        "long-term stem cells per homed CD34+ cell, blood, donor of 35 years",
        3e-5,
        1e-6,
        1e-3,
        calculated(
            "770 to 35,000 long-term clones after 1e8 to 1e9 CD34+ cells; somatic mutations of seven sibling pairs "
            "give more rather than fewer",
            key="pmc11618100",
        ),
        spread=0.7,
    )
    short_term_share = _share("short-term stem cells per homed CD34+ cell", 0.041, 0.015, 0.1, _MODEL_SHARE)
    multipotent_share = _share("multipotent progenitors per homed CD34+ cell, blood", 0.072, 0.03, 0.15, _MODEL_SHARE)
    myeloid_share = _share("common myeloid progenitors per homed CD34+ cell, blood", 0.28, 0.1, 0.5, _MODEL_SHARE)
    granulocyte_share = _share(
        "granulocyte-monocyte progenitors per homed CD34+ cell, blood",
        0.06,
        0.03,
        0.3,
        assumed("remainder of CD34+ cells that is neither stem, multipotent, CMP nor MEP is 45 %, part of it GMP"),
    )
    erythroid_share = _share(
        "megakaryocyte-erythroid progenitors per homed CD34+ cell, blood", 0.15, 0.06, 0.3, _MODEL_SHARE
    )
    lymphoid_share = _share(
        "lymphoid progenitors per homed CD34+ cell, blood",
        0.015,
        0.003,
        0.1,
        assumed("few lymphoid progenitors among CD34+ cells"),
    )

    megakaryocyte_share = _share(
        "megakaryocyte progenitors per homed CD34+ cell, blood",
        0.08,
        0.03,
        0.12,
        in_transplant("pmc4403233", "megakaryocyte-primed cells are 8 % of mobilised CD34+ cells"),
        spread=0.5,
    )
    lost_with_age = Parameter(
        "fall of long-term stem cells per CD34+ cell with the donor's age",
        0.035 / year,
        plausible=(0.005, 0.06),
        source=assumed(
            "CD34+ cells of the old hold fewer that repopulate; halved in 20 years. Seven sibling pairs, in which "
            "age goes with source and conditioning, differ by far more"
        ),
    )
    usual_age = Parameter(
        "age of the donor to whom the share of stem cells belongs",
        35.0 * year,
        plausible=(35.0, 35.0),
        source=assumed("a definition"),
    )

    marrow_stem = Parameter(
        "marrow relative to blood, long-term stem cells",
        2.0 * dimensionless,
        plausible=(1.0, 4.0),
        source=elsewhere("wang1997", "cells repopulating mice: 1 per 3.0e6 of marrow, 1 per 6.0e6 of mobilised blood"),
    )
    marrow_myeloid = Parameter(
        "marrow relative to blood, CMP and GMP",
        0.2 * dimensionless,
        plausible=(0.1, 0.8),
        source=fitted(
            RECOVERY,
            "fewer primed myeloid cells than in mobilised blood, 0.5 to 0.7; 5 days between sources in ANC 500",
        ),
    )
    marrow_erythroid = Parameter(
        "marrow relative to blood, MEP",
        0.2 * dimensionless,
        plausible=(0.1, 0.8),
        source=assumed("fewer primed megakaryocyte progenitors; 7 days between sources in platelets 20"),
    )
    marrow_megakaryocyte = Parameter(
        "marrow relative to blood, megakaryocyte progenitors",
        0.2 * dimensionless,
        plausible=(0.1, 0.8),
        source=fitted(RECOVERY, "fewer primed cells than in mobilised blood; 7 days between sources in platelets 20"),
    )
    marrow_lymphoid = Parameter(
        "marrow relative to blood, lymphoid progenitors",
        3.0 * dimensionless,
        plausible=(1.0, 6.0),
        source=assumed("marrow CD34+ cells hold more CD19+ pro-B cells"),
    )
    cord_stem = Parameter(
        "cord relative to blood, long-term stem cells",
        6.5 * dimensionless,
        plausible=(3.0, 12.0),
        source=elsewhere("wang1997", "cells repopulating mice: 1 per 0.93e6 of cord, 1 per 6.0e6 of mobilised blood"),
    )
    cord_myeloid = Parameter(
        "cord relative to blood, CMP and GMP",
        0.011 * dimensionless,
        plausible=(0.01, 0.6),
        source=fitted(
            RECOVERY,
            "more than 30-fold fewer rapid producers in a cord than in a blood graft, of which dose is most",
            key="blood119_3431",
        ),
    )
    cord_erythroid = Parameter(
        "cord relative to blood, MEP",
        0.05 * dimensionless,
        plausible=(0.02, 0.4),
        source=assumed("fewer than CMP, as primed cells are nearly absent; one to two months to platelets"),
    )
    cord_megakaryocyte = Parameter(
        "cord relative to blood, megakaryocyte progenitors",
        0.025 * dimensionless,
        plausible=(0.01, 0.05),
        source=in_transplant(
            "pmc4403233", "megakaryocyte-primed cells: 8 % of mobilised CD34+ cells, less than 0.2 % in cord"
        ),
    )
    cord_lymphoid = Parameter(
        "cord relative to blood, lymphoid progenitors",
        3.0 * dimensionless,
        plausible=(1.0, 6.0),
        source=assumed("as marrow"),
    )

    expanded_stem = Parameter(
        "long-term stem cells per CD34+ cell of an expanded graft, relative to before",
        0.1 * dimensionless,
        plausible=(0.01, 0.5),
        source=assumed("culture multiplies CD34+ cells, and hardly the cells that repopulate"),
    )
    expanded_committed = Parameter(
        "committed progenitors per CD34+ cell of an expanded graft, relative to before",
        2.0 * dimensionless,
        plausible=(1.0, 4.0),
        source=assumed("culture drives cells to maturity"),
    )
    modified_stem = Parameter(
        "long-term stem cells left by two to four days of gene transfer",
        0.4 * dimensionless,
        plausible=(0.1, 0.9),
        source=assumed("770 to 35,000 long-term clones stay after gene therapy; the loss itself was not measured"),
    )

    def relative(self, marrow, cord):
        return self.is_blood + self.is_marrow * marrow + self.is_cord * cord

    @derived("long-term stem cells per homed CD34+ cell", dimensionless)
    def stem(self):
        """Fewer from an old donor; cord has no such age."""
        older = (1 - self.is_cord) * (self.donor_age - self.usual_age)
        return (
            self.stem_share
            * exp(-self.lost_with_age * older)
            * self.relative(self.marrow_stem, self.cord_stem)
            * self.cultured(self.expanded_stem, self.modified_stem)
        )

    @derived("common myeloid progenitors per homed CD34+ cell", dimensionless)
    def myeloid(self):
        return (
            self.myeloid_share
            * self.relative(self.marrow_myeloid, self.cord_myeloid)
            * self.cultured(self.expanded_committed, 1)
        )

    @derived("granulocyte-monocyte progenitors per homed CD34+ cell", dimensionless)
    def granulocyte(self):
        return (
            self.granulocyte_share
            * self.relative(self.marrow_myeloid, self.cord_myeloid)
            * self.cultured(self.expanded_committed, 1)
        )

    @derived("megakaryocyte-erythroid progenitors per homed CD34+ cell", dimensionless)
    def erythroid(self):
        return (
            self.erythroid_share
            * self.relative(self.marrow_erythroid, self.cord_erythroid)
            * self.cultured(self.expanded_committed, 1)
        )

    @derived("megakaryocyte progenitors per homed CD34+ cell", dimensionless)
    def megakaryocyte(self):
        return (
            self.megakaryocyte_share
            * self.relative(self.marrow_megakaryocyte, self.cord_megakaryocyte)
            * self.cultured(self.expanded_committed, 1)
        )

    @derived("lymphoid progenitors per homed CD34+ cell", dimensionless)
    def lymphoid(self):
        return self.lymphoid_share * self.relative(self.marrow_lymphoid, self.cord_lymphoid)

    def cultured(self, expanded, modified):
        """What expansion and gene transfer make of a kind of cell."""
        return (1 + self.is_expanded * (expanded - 1)) * (1 + self.is_gene_modified * (modified - 1))

    @derived("progenitors per homed CD34+ cell in this graft, relative, spread of its source included", dimensionless)
    def quality_of_source(self):
        return self.quality ** (1 + self.is_cord * (self.cord_spread - 1))

    @derived("share of cells that are able to grow: 1, or nearly none in a graft that does not take", dimensionless)
    def taken(self):
        least = self.least + self.is_cord * (self.least_of_cord - self.least)
        return hill(self.taking * self.at_rest.reaching**2, least, self.steepness)

    def able(self):
        """Homed cells that begin to divide, per day, each kind's share still to be taken."""
        return self.awakening * self.quality_of_source * self.taken

    @offers(SETTLING[GraftCell.LONG_TERM_STEM])
    def stem_cells_settle(self):
        return self.able() * self.stem

    @offers(SETTLING[GraftCell.SHORT_TERM_STEM])
    def short_term_settle(self):
        return self.able() * self.short_term_share

    @offers(SETTLING[GraftCell.MULTIPOTENT])
    def multipotent_settle(self):
        return self.able() * self.multipotent_share

    @offers(SETTLING[GraftCell.MYELOID])
    def myeloid_settle(self):
        return self.able() * self.myeloid

    @offers(SETTLING[GraftCell.GRANULOCYTE_MONOCYTE])
    def granulocyte_settle(self):
        return self.able() * self.granulocyte

    @offers(SETTLING[GraftCell.MEGAKARYOCYTE_ERYTHROID])
    def erythroid_settle(self):
        return self.able() * self.erythroid

    @offers(SETTLING[GraftCell.MEGAKARYOCYTE])
    def megakaryocyte_settle(self):
        return self.able() * self.megakaryocyte

    @offers(SETTLING[GraftCell.LYMPHOID])
    def lymphoid_settle(self):
        return self.able() * self.lymphoid
