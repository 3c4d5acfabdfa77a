"""Committed progenitors: myeloid, granulocyte-monocyte, megakaryocyte-erythroid and lymphoid."""

from __future__ import annotations

from marrow.biology.declared import pure
from marrow.biology.fullness import lowered, slowed
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
from marrow.language.math import total
from marrow.sources import RECOVERY, assumed, fitted
from marrow.sources import derived as calculated
from marrow.units import cells, day, dimensionless, kg
from marrow.vocabulary import (
    ALLOREACTIVE_KILLING,
    BODY_WEIGHT,
    CYTOTOXICITY,
    ERYTHROID_RECRUITMENT,
    LYMPHOID_COMMITMENT,
    LYMPHOID_PRECURSORS,
    MARROW_CELLS,
    MARROW_SUPPORT,
    MEGAKARYOCYTE_COMMITMENT,
    MONOCYTE_RECRUITMENT,
    MYELOID_COMMITMENT,
    MYELOID_PROGENITORS,
    NEUTROPHIL_RECRUITMENT,
    SELF_RENEWAL_LEFT,
    SETTLING,
    START,
    TPO,
    CellClass,
    GraftCell,
    Pool,
)

_PLATELET_MODEL = {"key": "zhu2025", "transcribed_in": "Shelly9018/asct_plt"}


def _renewal(label: str, value: float, low: float, high: float, note: str) -> Parameter:
    return Parameter(label, value * dimensionless, plausible=(low, high), source=calculated(note, **_PLATELET_MODEL))


def _balance(label: str, value: float, low: float, high: float) -> Parameter:
    return Parameter(
        f"self-renewal of {label}, full marrow",
        value * dimensionless,
        plausible=(low, high),
        source=assumed("just below one half, so that inflow is amplified to a pool of the order of 1e7 per kg"),
    )


def _pool(label: str, start: Needs, typical: float) -> State:
    return State(label, cells / kg, per=Origin, start=start, typical=typical, few=Few.WHOLE_NUMBER)


class Progenitors(Module):
    """Committed progenitors. Each pool divides faster and renews itself more when it is empty.

    Assumes that a pool senses its own fullness, host and donor together, and that thrombopoietin speeds the division of
    megakaryocyte-erythroid progenitors; that shares of the branches are fixed; that damaged stroma slows
    megakaryocyte-erythroid and lymphoid progenitors, as it slows multipotent ones, but not CMP and GMP (neutrophils
    return on time when platelets do not).
    Progenitors are killed more than the class of dividing cells says: with only 4 logs of kill, as proposed for
    progenitors in general, a marrow would regrow from its own committed progenitors within three weeks and no graft
    would be needed.
    Leaves out lineage choice by cytokines, survival signals.
    Should show growth by a factor of 10 in 5 to 7 days after a graft, and full pools by weeks 4 to 6.
    """

    weight = Covariate(BODY_WEIGHT)
    inflow = Needs(MYELOID_COMMITMENT)
    lymphoid_inflow = Needs(LYMPHOID_COMMITMENT)
    kill = Needs(CYTOTOXICITY[CellClass.DIVIDING])
    alloreactive = Needs(ALLOREACTIVE_KILLING)
    support = Needs(MARROW_SUPPORT)
    tpo = Needs(TPO)
    renewing = Needs(SELF_RENEWAL_LEFT)
    active = Needs(START[Pool.PROGENITORS])
    settling_myeloid = Needs(SETTLING[GraftCell.MYELOID])
    settling_granulocyte = Needs(SETTLING[GraftCell.GRANULOCYTE_MONOCYTE])
    settling_erythroid = Needs(SETTLING[GraftCell.MEGAKARYOCYTE_ERYTHROID])
    settling_lymphoid = Needs(SETTLING[GraftCell.LYMPHOID])

    myeloid = _pool("common myeloid progenitors", active, 1e7)
    granulocyte = _pool("granulocyte-monocyte progenitors", active, 3e7)
    erythroid = _pool("megakaryocyte-erythroid progenitors", active, 2e7)
    lymphoid = _pool("common lymphoid progenitors", active, 1e6)

    sensitivity = Parameter(
        "kill of committed progenitors, relative to dividing cells",
        2.4 * dimensionless,
        plausible=(1.5, 3.0),
        source=assumed("aplasia without a graft outlasts four weeks after these doses"),
    )

    myeloid_division_at_rest = Parameter(
        "division of CMP, full marrow",
        0.07 / day,
        plausible=(0.02, 0.1),
        source=calculated(
            "once in 25 days at equilibrium of the platelet model; faster, so that CMP turn over in two months",
            **_PLATELET_MODEL,
        ),
    )
    myeloid_division_when_empty = Parameter(
        "division of CMP, empty marrow",
        1.2 / day,
        plausible=(0.23, 1.5),
        vary=lognormal(sd=0.4),
        source=fitted(
            RECOVERY,
            "0.81 in the average of 53 autologous patients, 10th to 90th percentile 0.23 to 1.31, of which we take six "
            "tenths as spread; raised, so that neutrophils rise as steeply as they do",
            **_PLATELET_MODEL,
        ),
    )
    myeloid_renewal_when_empty = _renewal(
        "self-renewal of CMP, empty marrow",
        0.7,
        0.68,
        0.87,
        "individual fits 0.26 to 0.87; below the average 0.85, which lets CMP regrow a marrow without stem cells",
    )
    myeloid_renewal_at_rest = _balance("CMP", 0.38, 0.36, 0.45)

    granulocyte_division_at_rest = Parameter(
        "division of GMP, full marrow", 0.15 / day, plausible=(0.08, 0.3), source=assumed("between CMP and precursors")
    )
    granulocyte_division_when_empty = Parameter(
        "division of GMP, empty marrow",
        1.2 / day,
        plausible=(0.4, 2.0),
        vary=lognormal(sd=0.25),
        source=fitted(
            RECOVERY, "0.6 explains days of recovery when self-renewal is 0.8; with 0.65, and a lag before, faster"
        ),
    )
    granulocyte_renewal_when_empty = Parameter(
        "self-renewal of GMP, empty marrow",
        0.67 * dimensionless,
        plausible=(0.55, 0.8),
        source=fitted(RECOVERY, "near MEP, 0.69 in the average of 53 autologous patients", **_PLATELET_MODEL),
    )
    granulocyte_renewal_at_rest = _balance("GMP", 0.47, 0.43, 0.48)

    erythroid_division_at_rest = Parameter(
        "division of MEP, full marrow", 0.1 / day, plausible=(0.07, 0.3), source=assumed("as GMP, or slower")
    )
    erythroid_division_when_empty = Parameter(
        "division of MEP, empty marrow, before thrombopoietin",
        1.3 / day,
        plausible=(0.4, 2.0),
        vary=lognormal(sd=0.35),
        source=fitted(
            RECOVERY,
            "1.5 in the average of 53 autologous patients, where thrombopoietin is included and all cells home",
            **_PLATELET_MODEL,
        ),
    )
    erythroid_renewal_when_empty = _renewal(
        "self-renewal of MEP, empty marrow",
        0.68,
        0.58,
        0.79,
        "individual fits 0.67, 10th to 90th percentile 0.47 to 0.79",
    )
    erythroid_renewal_at_rest = _balance("MEP", 0.44, 0.41, 0.47)
    tpo_effect = Parameter(
        "division of MEP at very high thrombopoietin, relative to none",
        1.25 * dimensionless,
        plausible=(1.1, 3.0),
        source=assumed("a small part of the four- to eightfold rise of production that thrombopoietin can cause"),
    )
    tpo_half = Parameter(
        "thrombopoietin of half the effect, relative to health",
        5.0 * dimensionless,
        plausible=(2.0, 10.0),
        source=assumed("between health and aplasia (10 to 20 times health)"),
    )

    lymphoid_division_at_rest = Parameter(
        "division of CLP, full marrow", 0.1 / day, plausible=(0.05, 0.3), source=assumed("no human measurement")
    )
    lymphoid_division_when_empty = Parameter(
        "division of CLP, empty marrow", 0.8 / day, plausible=(0.2, 1.5), source=assumed("B cells by month 3 to 4")
    )
    lymphoid_renewal_when_empty = pure("self-renewal of CLP, empty marrow", 0.6, 0.55, 0.75, "no human measurement")
    lymphoid_renewal_at_rest = _balance("CLP", 0.4, 0.38, 0.45)

    granulocyte_share = Parameter(
        "share of CMP that become GMP", 0.5 * dimensionless, plausible=(0.35, 0.65), source=assumed("even branches")
    )
    neutrophil_share = Parameter(
        "share of GMP to neutrophils", 0.8 * dimensionless, plausible=(0.6, 0.95), source=assumed("monocytes are few")
    )
    platelet_share = Parameter(
        "share of MEP that become megakaryocyte progenitors",
        0.08 * dimensionless,
        plausible=(0.06, 0.4),
        source=fitted(RECOVERY, "the smaller branch; gives the order of a thousand platelets per megakaryocyte"),
    )

    # --- how a pool senses its fullness ---

    def myeloid_fullness(self):
        return total(self.myeloid) / self.at_rest.myeloid

    def myeloid_renewal(self):
        full = self.myeloid_fullness()
        return self.renewing * lowered(self.myeloid_renewal_when_empty, self.myeloid_renewal_at_rest, full)

    def myeloid_divisions(self):
        rate = slowed(self.myeloid_division_when_empty, self.myeloid_division_at_rest, self.myeloid_fullness())
        return rate * self.myeloid

    def myeloid_leaving(self):
        return 2 * (1 - self.myeloid_renewal()) * self.myeloid_divisions()

    def granulocyte_fullness(self):
        return total(self.granulocyte) / self.at_rest.granulocyte

    def granulocyte_renewal(self):
        full = self.granulocyte_fullness()
        return self.renewing * lowered(self.granulocyte_renewal_when_empty, self.granulocyte_renewal_at_rest, full)

    def granulocyte_divisions(self):
        rate = slowed(
            self.granulocyte_division_when_empty, self.granulocyte_division_at_rest, self.granulocyte_fullness()
        )
        return rate * self.granulocyte

    def granulocyte_leaving(self):
        return 2 * (1 - self.granulocyte_renewal()) * self.granulocyte_divisions()

    @derived("thrombopoietin's effect in health, relative to none", dimensionless)
    def tpo_effect_at_rest(self):
        return (self.tpo_half + self.tpo_effect) / (self.tpo_half + 1)

    def tpo_stimulus(self):
        level = self.tpo / self.at_rest.tpo
        return (self.tpo_half + self.tpo_effect * level) / ((self.tpo_half + level) * self.tpo_effect_at_rest)

    def erythroid_fullness(self):
        return total(self.erythroid) / self.at_rest.erythroid

    def erythroid_renewal(self):
        full = self.erythroid_fullness()
        return self.renewing * lowered(self.erythroid_renewal_when_empty, self.erythroid_renewal_at_rest, full)

    def erythroid_divisions(self):
        rate = slowed(self.erythroid_division_when_empty, self.erythroid_division_at_rest, self.erythroid_fullness())
        return self.support * rate * self.tpo_stimulus() * self.erythroid

    def erythroid_leaving(self):
        return 2 * (1 - self.erythroid_renewal()) * self.erythroid_divisions()

    def lymphoid_fullness(self):
        return total(self.lymphoid) / self.at_rest.lymphoid

    def lymphoid_renewal(self):
        full = self.lymphoid_fullness()
        return self.renewing * lowered(self.lymphoid_renewal_when_empty, self.lymphoid_renewal_at_rest, full)

    def lymphoid_divisions(self):
        rate = slowed(self.lymphoid_division_when_empty, self.lymphoid_division_at_rest, self.lymphoid_fullness())
        return self.support * rate * self.lymphoid

    # --- common myeloid ---

    @reaction(nothing, myeloid)
    def myeloid_arrive(self):
        """From multipotent progenitors and from the graft."""
        return self.inflow if self.origin is Origin.HOST else self.inflow + self.settling_myeloid

    @reaction(nothing, myeloid)
    def myeloid_grow(self):
        """Divisions with daughters that stay."""
        return self.myeloid_renewal() * self.myeloid_divisions()

    @reaction(myeloid, nothing)
    def myeloid_differentiate(self):
        """Divisions with daughters that leave."""
        return (1 - self.myeloid_renewal()) * self.myeloid_divisions()

    @reaction(myeloid, nothing)
    def myeloid_killed(self):
        """Killed by drugs, radiation and T cells of the other origin."""
        return (self.sensitivity * self.kill + self.alloreactive) * self.myeloid

    # --- granulocyte-monocyte ---

    @reaction(nothing, granulocyte)
    def granulocyte_arrive(self):
        """From common myeloid progenitors and from the graft."""
        inflow = self.granulocyte_share * self.myeloid_leaving()
        return inflow if self.origin is Origin.HOST else inflow + self.settling_granulocyte

    @reaction(nothing, granulocyte)
    def granulocyte_grow(self):
        """Divisions with daughters that stay."""
        return self.granulocyte_renewal() * self.granulocyte_divisions()

    @reaction(granulocyte, nothing)
    def granulocyte_differentiate(self):
        """Divisions with daughters that leave."""
        return (1 - self.granulocyte_renewal()) * self.granulocyte_divisions()

    @reaction(granulocyte, nothing)
    def granulocyte_killed(self):
        """Killed by drugs, radiation and T cells of the other origin."""
        return (self.sensitivity * self.kill + self.alloreactive) * self.granulocyte

    # --- megakaryocyte-erythroid ---

    @reaction(nothing, erythroid)
    def erythroid_arrive(self):
        """From common myeloid progenitors and from the graft."""
        inflow = (1 - self.granulocyte_share) * self.myeloid_leaving()
        return inflow if self.origin is Origin.HOST else inflow + self.settling_erythroid

    @reaction(nothing, erythroid)
    def erythroid_grow(self):
        """Divisions with daughters that stay."""
        return self.erythroid_renewal() * self.erythroid_divisions()

    @reaction(erythroid, nothing)
    def erythroid_differentiate(self):
        """Divisions with daughters that leave."""
        return (1 - self.erythroid_renewal()) * self.erythroid_divisions()

    @reaction(erythroid, nothing)
    def erythroid_killed(self):
        """Killed by drugs, radiation and T cells of the other origin."""
        return (self.sensitivity * self.kill + self.alloreactive) * self.erythroid

    # --- lymphoid ---

    @reaction(nothing, lymphoid)
    def lymphoid_arrive(self):
        """From multipotent progenitors and from the graft."""
        return self.lymphoid_inflow if self.origin is Origin.HOST else self.lymphoid_inflow + self.settling_lymphoid

    @reaction(nothing, lymphoid)
    def lymphoid_grow(self):
        """Divisions with daughters that stay."""
        return self.lymphoid_renewal() * self.lymphoid_divisions()

    @reaction(lymphoid, nothing)
    def lymphoid_differentiate(self):
        """Divisions with daughters that leave."""
        return (1 - self.lymphoid_renewal()) * self.lymphoid_divisions()

    @reaction(lymphoid, nothing)
    def lymphoid_killed(self):
        """Killed by drugs, radiation and T cells of the other origin."""
        return (self.sensitivity * self.kill + self.alloreactive) * self.lymphoid

    # --- what they become ---

    @offers(NEUTROPHIL_RECRUITMENT)
    def neutrophils(self):
        return self.neutrophil_share * self.granulocyte_leaving()

    @offers(MONOCYTE_RECRUITMENT)
    def monocytes(self):
        return (1 - self.neutrophil_share) * self.granulocyte_leaving()

    @offers(MEGAKARYOCYTE_COMMITMENT)
    def megakaryocytic(self):
        return self.platelet_share * self.erythroid_leaving()

    @offers(ERYTHROID_RECRUITMENT)
    def erythroid_precursors(self):
        return (1 - self.platelet_share) * self.erythroid_leaving()

    @offers(LYMPHOID_PRECURSORS)
    def lymphoid_precursors(self):
        return 2 * (1 - self.lymphoid_renewal()) * self.lymphoid_divisions()

    @offers(MARROW_CELLS)
    def in_marrow(self):
        return self.myeloid + self.granulocyte + self.erythroid + self.lymphoid

    @offers(MYELOID_PROGENITORS)
    def myeloid_progenitors(self):
        return self.myeloid * self.weight
