"""Modules for tests: cells that die of drugs, and a plasma that clears G-CSF."""

from __future__ import annotations

from marrow.language import Module, Needs, Parameter, State, derived, nothing, offers, reaction
from marrow.language.math import sqrt
from marrow.sources import elsewhere
from marrow.units import L, dimensionless, hour, ug
from marrow.vocabulary import CYTOTOXICITY, PLASMA_G_CSF, PLASMA_G_CSF_INPUT, CellClass


def _harrold(what: str):
    return elsewhere("harrold2020", what, at="Table 2", transcribed_in="nlmixr2lib, Harrold_2020_filgrastim")


class LogKills(Module):
    """For tests: the natural logarithm of killing in each class of cells."""

    stem = State("stem cells", dimensionless, rest=0, typical=1.0)
    early = State("multipotent progenitors", dimensionless, rest=0, typical=1.0)
    dividing = State("committed progenitors", dimensionless, rest=0, typical=1.0)
    lymphocyte = State("lymphocytes", dimensionless, rest=0, typical=1.0)
    dividing_lymphocyte = State("lymphocytes in division", dimensionless, rest=0, typical=1.0)
    stroma = State("stroma", dimensionless, rest=0, typical=1.0)
    mucosa = State("mucosa", dimensionless, rest=0, typical=1.0)
    on_stem = Needs(CYTOTOXICITY[CellClass.LONG_TERM_STEM])
    on_early = Needs(CYTOTOXICITY[CellClass.EARLY_PROGENITOR])
    on_dividing = Needs(CYTOTOXICITY[CellClass.DIVIDING])
    on_lymphocyte = Needs(CYTOTOXICITY[CellClass.LYMPHOCYTE])
    on_dividing_lymphocyte = Needs(CYTOTOXICITY[CellClass.DIVIDING_LYMPHOCYTE])
    on_stroma = Needs(CYTOTOXICITY[CellClass.STROMA])
    on_mucosa = Needs(CYTOTOXICITY[CellClass.MUCOSA])

    @reaction(nothing, stem)
    def kill_stem(self):
        return self.on_stem

    @reaction(nothing, early)
    def kill_early(self):
        return self.on_early

    @reaction(nothing, dividing)
    def kill_dividing(self):
        return self.on_dividing

    @reaction(nothing, lymphocyte)
    def kill_lymphocyte(self):
        return self.on_lymphocyte

    @reaction(nothing, dividing_lymphocyte)
    def kill_dividing_lymphocyte(self):
        return self.on_dividing_lymphocyte

    @reaction(nothing, stroma)
    def kill_stroma(self):
        return self.on_stroma

    @reaction(nothing, mucosa)
    def kill_mucosa(self):
        return self.on_mucosa


class PlasmaOfHarrold(Module):
    """For tests: plasma G-CSF of the model that the absorption of filgrastim belongs to; receptors follow neutrophils.

    Free drug is in equilibrium with the receptors of blood neutrophils, which grow by the bound share.
    """

    arriving = Needs(PLASMA_G_CSF_INPUT)
    volume = Parameter("volume", 3.12 * L, plausible=(2.0, 5.0), source=_harrold("V, 70 kg"))
    clearance = Parameter("clearance", 0.833 * L / hour, plausible=(0.5, 1.2), source=_harrold("CL, 70 kg"))
    # 18.8 kg/mol: 1 nmol/L = 18.8 ug/L
    affinity = Parameter(
        "dissociation constant", 0.0237 * 18.8 * ug / L, plausible=(0.1, 1.0), source=_harrold("KD 0.0237 nmol/L")
    )
    uptake = Parameter("uptake of bound drug", 0.113 / hour, plausible=(0.05, 0.3), source=_harrold("KINT"))
    production = Parameter(
        "production of receptors",
        0.0276 * 18.8 * ug / L / hour,
        plausible=(0.3, 0.8),
        source=_harrold("KP 0.0276 nmol/L/h"),
    )
    step = Parameter("transit", 0.033 / hour, plausible=(0.02, 0.05), source=_harrold("KTR"))
    loss = Parameter("loss of neutrophils", 0.12 / hour, plausible=(0.06, 0.2), source=_harrold("KC"))
    more = Parameter("stimulus of production", 7.53 * dimensionless, plausible=(5.0, 10.0), source=_harrold("STM1"))
    faster = Parameter("stimulus of transit", 3.89 * dimensionless, plausible=(2.0, 6.0), source=_harrold("STM2"))

    @derived("receptors in each marrow stage in health", ug / L)
    def in_marrow(self):
        return self.production / self.step

    @derived("receptors in blood in health", ug / L)
    def in_blood(self):
        return self.production / self.loss

    total = State("filgrastim in plasma, free and bound", ug, rest=0, typical=30.0)
    marrow_1 = State("receptors in marrow 1", ug / L, rest=in_marrow, typical=15.0)
    marrow_2 = State("receptors in marrow 2", ug / L, rest=in_marrow, typical=15.0)
    marrow_3 = State("receptors in marrow 3", ug / L, rest=in_marrow, typical=15.0)
    marrow_4 = State("receptors in marrow 4", ug / L, rest=in_marrow, typical=15.0)
    blood = State("receptors of blood neutrophils", ug / L, rest=in_blood, typical=4.0)

    def free(self):
        level = self.total / self.volume
        excess = level - self.blood - self.affinity
        return (excess + sqrt(excess * excess + 4 * self.affinity * level)) / 2

    def bound(self):
        return self.total / self.volume - self.free()

    def transit(self):
        return self.step * (1 + self.faster * self.bound() / self.blood)

    @reaction(nothing, total)
    def input(self):
        return self.arriving

    @reaction(total, nothing)
    def elimination(self):
        return self.clearance * self.free() + self.uptake * self.volume * self.bound()

    @reaction(nothing, marrow_1)
    def make(self):
        return self.production * (1 + self.more * self.bound() / self.blood)

    @reaction(marrow_1, marrow_2)
    def first(self):
        return self.transit() * self.marrow_1

    @reaction(marrow_2, marrow_3)
    def second(self):
        return self.transit() * self.marrow_2

    @reaction(marrow_3, marrow_4)
    def third(self):
        return self.transit() * self.marrow_3

    @reaction(marrow_4, blood)
    def fourth(self):
        return self.transit() * self.marrow_4

    @reaction(blood, nothing)
    def die(self):
        return self.loss * self.blood

    @offers(PLASMA_G_CSF)
    def plasma(self):
        return self.free()
