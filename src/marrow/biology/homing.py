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
from marrow.language.math import exp, total
from marrow.sources import assumed, elsewhere, in_transplant
from marrow.sources import derived as calculated
from marrow.units import cells, day, dimensionless, kg, year
from marrow.vocabulary import (
    DONOR_AGE,
    GRAFT_ENTERING,
    GRAFT_IS_BLOOD,
    GRAFT_IS_CORD,
    GRAFT_IS_EXPANDED,
    GRAFT_IS_GENE_MODIFIED,
    GRAFT_IS_MARROW,
    GRAFT_IS_THAWED,
    GRAFT_REACHING_MARROW,
    SECOND_GRAFT,
    SETTLING,
    SETTLING_CD3,
    GraftCell,
)

_MODEL_SHARE = calculated(
    "share used for mobilised blood in the platelet model of 53 autologous patients, after clonal tracking of grafts",
    key="zhu2025",
    transcribed_in="Shelly9018/asct_plt",
)


def _share(label: str, value: float, low: float, high: float, source, spread: float = 0.3) -> Parameter:
    return Parameter(label, value * dimensionless, plausible=(low, high), vary=lognormal(sd=spread), source=source)


class Homing(Module):
    """Homing and lodging of graft cells.

    Assumes that a fixed share of viable CD34+ cells reaches the marrow with a half-time of hours, whatever the dose
    and the marrow, and that lodged cells need some days before they first divide. Blood, marrow and cord grafts
    differ in dose and in composition only. Homing is fixed, because counts cannot tell it from the growth of
    progenitors.
    Leaves out the rest of the body as a place to go, chemokines, cell dose beyond CD34+ and CD3+.
    Should show: an infused dose gone from blood within a day, a tenth to a fifth of it in the marrow.
    """

    is_blood = Covariate(GRAFT_IS_BLOOD)
    is_marrow = Covariate(GRAFT_IS_MARROW)
    is_cord = Covariate(GRAFT_IS_CORD)
    is_thawed = Covariate(GRAFT_IS_THAWED)
    is_expanded = Covariate(GRAFT_IS_EXPANDED)
    donor_age = Covariate(DONOR_AGE)
    is_gene_modified = Covariate(GRAFT_IS_GENE_MODIFIED)
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
        2.5 * day,
        plausible=(1.0, 4.0),
        vary=lognormal(cv=0.12),
        source=assumed("quiescent CD34+ cells need one and a half to three days to enter cycle in culture"),
    )

    stem_share = _share(
        "long-term stem cells per homed CD34+ cell, blood, donor of 35 years",
        1.5e-5,
        1e-6,
        1e-3,
        calculated(
            "770 to 35,000 long-term clones after 1e8 to 1e9 CD34+ cells; 1.5 % of a normal pool explains 14 % "
            "donor cells "
            "after a busulfan exposure of 30 mg*h/L",
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
        0.025 / year,
        plausible=(0.005, 0.06),
        source=assumed(
            "CD34+ cells of the old hold fewer that repopulate; halved in 28 years. Seven sibling pairs, in which "
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
        0.25 * dimensionless,
        plausible=(0.2, 0.8),
        source=assumed(
            "fewer primed myeloid cells than in mobilised blood, 0.5 to 0.7; 5 days between sources in ANC 500"
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
        source=assumed("fewer primed cells than in mobilised blood; 7 days between sources in platelets 20"),
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
        0.2 * dimensionless,
        plausible=(0.12, 0.6),
        source=calculated(
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

    def cultured(self, expanded, modified):
        """What expansion and gene transfer make of a kind of cell."""
        return (1 + self.is_expanded * (expanded - 1)) * (1 + self.is_gene_modified * (modified - 1))

    @derived("share of infused CD34+ cells that is lodged", dimensionless)
    def lodging(self):
        cord = self.is_cord * self.thawed_cord_viable
        other = (1 - self.is_cord) * self.thawed_blood_viable
        return self.at_rest.reaching * self.homed_share * (1 - self.is_thawed + self.is_thawed * (cord + other))

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

    @offers(SETTLING[GraftCell.LONG_TERM_STEM])
    def stem_cells_settle(self):
        return self.ready() * self.stem

    @offers(SETTLING[GraftCell.SHORT_TERM_STEM])
    def short_term_settle(self):
        return self.ready() * self.short_term_share

    @offers(SETTLING[GraftCell.MULTIPOTENT])
    def multipotent_settle(self):
        return self.ready() * self.multipotent_share

    @offers(SETTLING[GraftCell.MYELOID])
    def myeloid_settle(self):
        return self.ready() * self.myeloid

    @offers(SETTLING[GraftCell.GRANULOCYTE_MONOCYTE])
    def granulocyte_settle(self):
        return self.ready() * self.granulocyte

    @offers(SETTLING[GraftCell.MEGAKARYOCYTE_ERYTHROID])
    def erythroid_settle(self):
        return self.ready() * self.erythroid

    @offers(SETTLING[GraftCell.MEGAKARYOCYTE])
    def megakaryocyte_settle(self):
        return self.ready() * self.megakaryocyte

    @offers(SETTLING[GraftCell.LYMPHOID])
    def lymphoid_settle(self):
        return self.ready() * self.lymphoid
