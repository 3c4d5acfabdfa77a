"""Donor against host: alloreactive T cells of the graft, and the regulatory cells that restrain them."""

from __future__ import annotations

from marrow.biology.declared import fitted_pure, fitted_rate, pure, rate
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
from marrow.language.math import exp, log, saturate, total
from marrow.sources import OUTCOMES, assumed, fitted, in_transplant
from marrow.units import cells, day, dimensionless, kg
from marrow.vocabulary import (
    ALLOREACTIVE_CELLS,
    ALLOREACTIVE_KILLING,
    CELLULARITY_OF,
    CYTOTOXICITY,
    DONOR_ALLOREACTIVITY,
    DONOR_DYSFUNCTION,
    DONOR_IS_UNRELATED,
    FEMALE_TO_MALE,
    GRAFT_IS_CORD,
    GRAFT_VERSUS_MALIGNANCY,
    GVHD_INJURY,
    HLA_MISMATCHES,
    IL_7,
    INFLAMMATION,
    IS_ALLOGENEIC,
    MTOR_INHIBITION,
    REGULATORY_CELLS,
    SETTLING_CD3,
    STEROIDS,
    T_CELL_ACTIVATION,
    T_CELL_COSTIMULATION,
    T_CELL_PROLIFERATION,
    T_CELLS_OF_BODY,
    TISSUE_DAMAGE,
    CellClass,
)

# published figures by which open numbers were set by hand, all together
ACUTE = (
    "set by hand: acute disease II to IV by day 100 in 35 to 50 % of grafts with T cells, 20 to 30 % with "
    "antithymocyte globulin, 25 to 35 % after cyclophosphamide, 10 to 20 % without T cells"
)
CHIMERISM = "donor T cells of 75, 85 and 87 % on days 28, 60 and 100 after 2 Gy, more of myeloid cells"


def _number(label: str, value: float, low: float, high: float, note: str) -> Parameter:
    return Parameter(label, value * cells / kg, plausible=(low, high), source=assumed(note))


class Alloimmunity(Module):
    """The donor's T cells that answer to the host, and what restrains them.

    Assumes that a share of the graft's CD3+ cells, set by how donor and patient differ and wide between patients,
    answers to the host; that these cells divide where antigen is presented: by tissue at any time, more by host blood
    cells and where conditioning, inflammation or graft-versus-host disease injure; that other T cells of the
    donor help them to; that calcineurin inhibitors, lack of costimulation, steroids, what stops division and regulatory
    cells slow them; that drugs and antibodies against lymphocytes kill them, those against lymphocytes in division too;
    that fewer of them suffice against malignant cells than make disease. Regulatory cells come with the graft, grow in
    an empty body and where alloreactive ones are, and outlive most of what kills lymphocytes. The effect follows the
    logarithm of the number, some days late. It is exactly zero with a patient's own or a twin's cells. Lymphocytes
    given later are a later graft with few CD34+ cells.
    Alloreactive cells that a drug strikes in division and does not kill live on impaired: they injure, and hardly
    leave chronic disease.
    Leaves out minor antigens one by one, CD4 and CD8 apart, naive and memory cells, NK alloreactivity, B cells.
    Should show cells that expand a thousandfold in two to four weeks and contract as injury heals; full donor
    chimerism where T cells were given, mixed where they were taken out.
    """

    is_allogeneic = Covariate(IS_ALLOGENEIC)
    mismatches = Covariate(HLA_MISMATCHES)
    is_unrelated = Covariate(DONOR_IS_UNRELATED)
    female_to_male = Covariate(FEMALE_TO_MALE)
    is_cord = Covariate(GRAFT_IS_CORD)
    infused = Needs(SETTLING_CD3)
    t_cells = Needs(T_CELLS_OF_BODY)
    il_7 = Needs(IL_7)
    marrow = Needs(CELLULARITY_OF)
    damage = Needs(TISSUE_DAMAGE)
    inflammation = Needs(INFLAMMATION)
    gvhd = Needs(GVHD_INJURY)
    activation = Needs(T_CELL_ACTIVATION)
    costimulation = Needs(T_CELL_COSTIMULATION)
    proliferation = Needs(T_CELL_PROLIFERATION)
    mtor = Needs(MTOR_INHIBITION)
    steroids = Needs(STEROIDS)
    kill_of_lymphocytes = Needs(CYTOTOXICITY[CellClass.LYMPHOCYTE])
    kill_of_t_cells = Needs(CYTOTOXICITY[CellClass.T_CELL])
    kill_of_dividing = Needs(CYTOTOXICITY[CellClass.DIVIDING_LYMPHOCYTE])
    killing = Needs(ALLOREACTIVE_KILLING)

    effectors = State(
        "alloreactive T cells of the donor", cells / kg, per=Origin.DONOR, rest=0, typical=1e5, few=Few.WHOLE_NUMBER
    )
    regulatory = State("regulatory T cells of the donor", cells / kg, per=Origin.DONOR, rest=0, typical=1e6)

    armed = State("effect of the donor's alloreactive T cells", dimensionless, rest=0, typical=0.3)

    impaired = State("share of alloreactive cells that live on impaired", dimensionless, rest=0, typical=0.5)

    # --- how many there are ---
    of_graft = Parameter(
        "alloreactive share of graft CD3+ cells, matched sibling",
        7.6e-5 * dimensionless,
        plausible=(1e-6, 1e-4),
        vary=lognormal(sd=1.5),
        source=fitted(
            OUTCOMES,
            "precursors against minor antigens in matched pairs: 1 in 0.23 to 1.6 million naive CD8 cells each, "
            "of several antigens; the spread is that between pairs that differ in few and in many",
        ),
    )
    per_mismatch = fitted_pure(
        "rise of the share with each HLA mismatch, natural logarithm",
        0.31,
        0.05,
        1.4,
        f"five mismatches are threefold here; 1e-5 matched, 1e-2 haploidentical is spoken of; {ACUTE}",
    )
    if_unrelated = fitted_pure(
        "the same, unrelated donor", 0.86, 0.2, 1.5, "more minor antigens differ than among siblings"
    )
    if_cord = fitted_pure(
        "the same, cord blood", 2.2, 0.4, 4.0, "naive cells hold most precursors, and cord has no others"
    )
    if_female_to_male = pure("the same, woman to man", 0.5, 0.1, 1.2, "antigens of the Y chromosome")

    # --- how they grow ---
    growth = rate(
        "growth of alloreactive cells with all antigen",
        2.7,
        1.3,
        4.0,
        f"doubling in half a day to a day when half of it is presented, unrestrained; {ACUTE}",
    )
    death = rate("death of alloreactive cells", 0.065, 0.02, 0.15, "effectors contract in weeks when antigen wanes")
    always = pure("antigen presented by tissue that is intact", 0.06, 0.02, 0.3, "little without injury")
    by_damage = pure("antigen presented in wholly injured mucosa", 1.5, 0.5, 4.0, "injury by conditioning primes")
    by_inflammation = pure("antigen presented in one infection", 0.3, 0.1, 1.0, "less than injury by conditioning")
    by_host_cells = pure(
        "antigen presented by a marrow full of host cells",
        0.1,
        0.03,
        0.5,
        f"few, or mixed chimeras would not be stable; {ACUTE}",
    )
    marrow_of_half = pure("host cells in the marrow at which half of that is presented", 0.2, 0.02, 0.5, "of health")
    by_gvhd = pure("antigen presented in severe disease", 0.8, 0.2, 2.0, "injury feeds itself")
    most = _number("alloreactive cells at which growth stops", 1e8, 1e7, 1e9, "a few percent of all T cells")

    help_half = _number(
        "donor T cells of the body that help half as much as can be",
        4e3,
        1e3,
        1e6,
        f"grafts of so few do not harm; {ACUTE}",
    )

    # --- what restrains them ---
    of_steroids = Parameter(
        "steroids that halve the growth of alloreactive cells",
        0.5 * dimensionless,
        plausible=(0.2, 2.0),
        source=assumed("2 mg/kg works on most cells"),
    )
    regulatory_share = Parameter(
        "regulatory cells per graft CD3+ cell",
        0.018 * dimensionless,
        plausible=(0.008, 0.04),
        vary=lognormal(sd=0.5),
        source=in_transplant("pmc4705424", "median 2.96 % of the graft's CD4 cells, which are six tenths of CD3+"),
    )
    regulatory_growth = rate(
        "growth of regulatory cells where alloreactive ones are", 0.1, 0.02, 0.3, "slower than alloreactive cells"
    )
    regulatory_homeostasis = rate(
        "growth of regulatory cells for each unit of interleukin 7",
        0.03,
        0.01,
        0.06,
        f"faster than other T cells; {ACUTE}",
    )
    regulatory_death = rate("death of regulatory cells", 0.01, 0.003, 0.03, "half-life of about two months")
    regulatory_most = pure(
        "regulatory cells per donor T cell at which their growth stops",
        0.3,
        0.1,
        0.5,
        f"several times the usual share; {ACUTE}",
    )
    regulatory_half = pure(
        "regulatory cells per donor T cell that halve the growth of alloreactive ones",
        0.02,
        0.01,
        0.1,
        f"near the usual share of T cells; {ACUTE}",
    )
    regulatory_killed = fitted_pure(
        "kill of regulatory cells, relative to other lymphocytes",
        0.89,
        0.2,
        1.0,
        "spared somewhat by cyclophosphamide and by antithymocyte globulin; how much is not measured in patients",
    )

    # --- what they do ---
    least = _number(
        "alloreactive cells that begin to be felt", 100.0, 10.0, 1000.0, f"a millionth of those that can be; {ACUTE}"
    )
    arming = Parameter(
        "time in which the effect follows the number",
        6.0 * day,
        plausible=(3.0, 10.0),
        source=assumed("a week from first antigen to cells that kill; hardly any disease before day 7"),
    )
    unarmed = fitted_pure(
        "part of the arming that full inhibition of mTOR holds back",
        0.85,
        0.1,
        1.0,
        "cells that meet antigen become effectors by mTOR; sirolimus beside two other drugs halves acute disease",
    )
    impairing = fitted_pure(
        "cells that are impaired for each that a drug kills in division",
        0.51,
        0.3,
        5.0,
        "cyclophosphamide after the graft leaves cells that cause acute disease and less chronic one",
    )
    impaired_for = Parameter(
        "time in which impairment fades",
        300.0 * day,
        plausible=(100.0, 1000.0),
        source=assumed("tolerance after cyclophosphamide lasts without other drugs"),
    )
    host_killing = fitted_rate("killing of host blood formation by as many cells as can be", 0.54, 0.2, 2.0, CHIMERISM)
    killing_by_mismatch = pure(
        "rise of the killing of host cells with each HLA mismatch", 0.3, 0.1, 1.0, "each cell finds more to attack"
    )
    of_effectors = pure(
        "killing of these cells by host T cells, relative to blood-forming cells", 0.1, 0.03, 0.5, "as of T cells"
    )
    malignancy_killing = fitted_rate(
        "killing of malignant cells at its most",
        0.1,
        0.05,
        0.5,
        "outweighs growth of 0.06 a day where graft-versus-host disease is usual",
    )

    malignancy_half = fitted_pure(
        "effect of alloreactive cells at which half of that is reached",
        0.062,
        0.03,
        0.5,
        "fewer cells than make disease suffice: globulins and cyclophosphamide halve disease and hardly raise relapse",
    )

    malignancy_if_cord = fitted_pure(
        "killing of malignant cells by cells of cord blood, relative", 2.1, 1.0, 4.0, "relapse is rarer after cord"
    )

    @derived("alloreactive share of graft CD3+ cells", dimensionless)
    def share(self):
        hla = self.per_mismatch * self.mismatches
        others = self.if_unrelated * self.is_unrelated + self.if_female_to_male * self.female_to_male
        return self.is_allogeneic * self.of_graft * exp(hla + others + self.if_cord * self.is_cord)

    @derived("number of alloreactive cells that can be, as felt", dimensionless)
    def fullest(self):
        return log(1 + self.most / self.least)

    def presence(self):
        """Effect of these cells: 0 without, 1 when they are as many as can be."""
        return log(1 + total(self.effectors) / self.least) / self.fullest

    def regulatory_ratio(self):
        """Regulatory cells per T cell of the donor."""
        return self.regulatory / (self.t_cells + self.least)

    def help(self):
        """What T cells of the donor, all of them, do for the growth of these."""
        return saturate(self.t_cells, self.help_half)

    # --- alloreactive cells ---

    @reaction(nothing, effectors)
    def arrive(self):
        """With the graft."""
        return self.share * self.infused

    @reaction(nothing, effectors)
    def divide(self):
        """Division where antigen is presented, as far as drugs and regulatory cells leave it."""
        injured = self.by_damage * self.damage + self.by_inflammation * self.inflammation + self.by_gvhd * self.gvhd
        met = self.by_host_cells * saturate(total(self.marrow) - self.marrow, self.marrow_of_half)
        antigen = saturate(self.always + injured + met, 1)
        drugs = self.activation * self.costimulation * self.proliferation / (1 + self.steroids / self.of_steroids)
        left = drugs * self.help() / (1 + self.regulatory_ratio() / self.regulatory_half)
        return self.growth * antigen * left * (1 - self.effectors / self.most) * self.effectors

    @reaction(effectors, nothing)
    def die(self):
        """Death and exhaustion."""
        return self.death * self.effectors

    @reaction(effectors, nothing)
    def killed(self):
        """Killed by drugs and antibodies, and by cells of the host."""
        drugs = self.kill_of_lymphocytes + self.kill_of_t_cells + self.kill_of_dividing
        return (drugs + self.of_effectors * self.killing) * self.effectors

    # --- regulatory cells ---

    @reaction(nothing, regulatory)
    def regulatory_arrive(self):
        """With the graft."""
        return self.is_allogeneic * self.regulatory_share * self.infused

    @reaction(nothing, regulatory)
    def regulatory_divide(self):
        """Division in an empty body, and on what alloreactive cells make."""
        room = 1 - self.regulatory_ratio() / self.regulatory_most
        drive = self.regulatory_homeostasis * self.il_7 + self.regulatory_growth * self.presence()
        return drive * self.help() * room * self.regulatory

    @reaction(regulatory, nothing)
    def regulatory_die(self):
        """Death."""
        return self.regulatory_death * self.regulatory

    @reaction(regulatory, nothing)
    def regulatory_are_killed(self):
        """Killed by drugs and antibodies, less than other lymphocytes, and by cells of the host."""
        drugs = self.regulatory_killed * (self.kill_of_lymphocytes + self.kill_of_t_cells)
        return (drugs + self.of_effectors * self.killing) * self.regulatory

    # --- what they do ---

    @reaction(nothing, armed)
    def become_armed(self):
        """Cells that have met antigen learn to kill within days."""
        return (1 - self.unarmed * self.mtor) * self.presence() / self.arming

    @reaction(armed, nothing)
    def are_disarmed(self):
        """The effect follows the number, late."""
        return self.armed / self.arming

    @reaction(nothing, impaired)
    def become_impaired(self):
        """What is struck in division and lives has lost something."""
        struck = self.impairing * self.kill_of_dividing * saturate(total(self.effectors), self.least)
        return struck * (1 - self.impaired)

    @reaction(impaired, nothing)
    def regain(self):
        """Impairment fades, as new cells take their place."""
        return self.impaired / self.impaired_for

    @offers(DONOR_DYSFUNCTION)
    def dysfunction(self):
        return self.impaired

    @offers(ALLOREACTIVE_KILLING)
    def kills_host_cells(self):
        if self.origin is Origin.DONOR:
            return 0
        return self.host_killing * (1 + self.killing_by_mismatch * self.mismatches) * self.armed

    @offers(DONOR_ALLOREACTIVITY)
    def alloreactivity(self):
        return self.armed

    @offers(GRAFT_VERSUS_MALIGNANCY)
    def kills_malignant_cells(self):
        by_cord = 1 + (self.malignancy_if_cord - 1) * self.is_cord
        return self.malignancy_killing * by_cord * saturate(self.armed, self.malignancy_half)

    @offers(ALLOREACTIVE_CELLS)
    def number(self):
        return 0 if self.origin is Origin.HOST else self.effectors

    @offers(REGULATORY_CELLS)
    def number_of_regulatory(self):
        return total(self.regulatory)
