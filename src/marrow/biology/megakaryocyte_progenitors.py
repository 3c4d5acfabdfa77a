"""Megakaryocyte progenitors: a few divisions between megakaryocyte-erythroid progenitors and megakaryoblasts."""

from __future__ import annotations

from marrow.language import Module, Needs, Origin, Parameter, State, derived, lognormal, nothing, offers, reaction
from marrow.language.math import sqrt
from marrow.sources import RECOVERY, assumed, fitted
from marrow.units import cells, day, dimensionless, kg
from marrow.vocabulary import (
    CYTOTOXICITY,
    MARROW_CELLS,
    MEGAKARYOBLAST_RECRUITMENT,
    MEGAKARYOCYTE_COMMITMENT,
    SETTLING,
    START,
    TPO,
    CellClass,
    GraftCell,
    Pool,
)


class MegakaryocyteProgenitors(Module):
    """Cells that are bound to become megakaryocytes and divide a few times before; a graft brings its own.

    Assumes two stages of equal length and gain; that thrombopoietin adds divisions; that they never renew themselves,
    so that those of a graft give one early wave of platelets, in proportion to their number.
    Leaves out the direct path from stem cells, survival signals, the hold of stroma on the last stage.
    Should show a wave of platelets in the second and third week after mobilised blood, little of it after marrow,
    none after cord blood.
    """

    committed = Needs(MEGAKARYOCYTE_COMMITMENT)
    settling = Needs(SETTLING[GraftCell.MEGAKARYOCYTE])
    kill = Needs(CYTOTOXICITY[CellClass.DIVIDING])
    tpo = Needs(TPO)
    active = Needs(START[Pool.PROGENITORS])

    dividing = State("megakaryocyte progenitors", cells / kg, per=Origin, stages=2, start=active, typical=3e6)

    time = Parameter(
        "time in the divisions before the megakaryoblast",
        2.4 * day,
        plausible=(1.5, 5.0),
        vary=lognormal(cv=0.12),
        source=fitted(RECOVERY, "two to four divisions of about a day each"),
    )
    gain = Parameter(
        "megakaryoblasts made per megakaryocyte progenitor, in health",
        6.0 * dimensionless,
        plausible=(3.0, 12.0),
        source=assumed("colonies of one progenitor hold 3 to 50 megakaryocytes; 8 in a published model"),
    )
    tpo_effect = Parameter(
        "megakaryoblasts per progenitor at very high thrombopoietin, relative to none",
        6.0 * dimensionless,
        plausible=(3.0, 8.0),
        source=assumed("most of the four- to eightfold rise of production that thrombopoietin can cause"),
    )
    tpo_half = Parameter(
        "thrombopoietin of half the effect, relative to health",
        5.0 * dimensionless,
        plausible=(2.0, 10.0),
        source=assumed("between health and aplasia (10 to 20 times health)"),
    )
    sensitivity = Parameter(
        "kill of megakaryocyte progenitors, relative to dividing cells",
        1.5 * dimensionless,
        plausible=(1.2, 3.0),
        source=assumed("between dividing cells and other committed progenitors"),
    )

    @derived("thrombopoietin's effect in health, relative to none", dimensionless)
    def tpo_effect_at_rest(self):
        return (self.tpo_half + self.tpo_effect) / (self.tpo_half + 1)

    def rate(self):
        return 2 / self.time

    def gain_of_stage(self):
        """Cells made per cell in each of the two stages."""
        level = self.tpo / self.at_rest.tpo
        effect = (self.tpo_half + self.tpo_effect * level) / ((self.tpo_half + level) * self.tpo_effect_at_rest)
        return sqrt(self.gain * effect)

    @reaction(nothing, dividing[0])
    def arrive(self):
        """From megakaryocyte-erythroid progenitors and from the graft."""
        return self.committed if self.origin is Origin.HOST else self.committed + self.settling

    @reaction(dividing[0], dividing[1])
    def first_divisions(self):
        """The first divisions."""
        return self.rate() * self.dividing[0], self.gain_of_stage()

    @reaction(dividing[1], nothing)
    def last_divisions(self):
        """The last divisions: what they make is offered to megakaryoblasts."""
        return self.rate() * self.dividing[1]

    @reaction(dividing[0], nothing)
    def killed(self):
        """Killed by drugs and radiation."""
        return self.sensitivity * self.kill * self.dividing[0]

    @reaction(dividing[1], nothing)
    def killed_later(self):
        """The same, in their second stage."""
        return self.sensitivity * self.kill * self.dividing[1]

    @offers(MEGAKARYOBLAST_RECRUITMENT)
    def megakaryoblasts(self):
        return self.gain_of_stage() * self.rate() * self.dividing[1]

    @offers(MARROW_CELLS)
    def in_marrow(self):
        return sum(self.dividing)
