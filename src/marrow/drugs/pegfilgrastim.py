"""Pegfilgrastim: from the skin into plasma, cleared by saturation and by neutrophils; it acts as G-CSF does."""

from __future__ import annotations

from marrow.language import Drug, Needs, Parameter, Route, State, lognormal, nothing, offers, reaction
from marrow.sources import assumed
from marrow.units import L, billion_cells, dimensionless, hour, mg, mL, ng, pg
from marrow.vocabulary import ABSOLUTE_NEUTROPHIL_COUNT, G_CSF_AGONIST, G_CSF_RECEPTORS, Group, Observable

PEGFILGRASTIM_CONCENTRATION = Observable(
    "pegfilgrastim_concentration", ng / mL, "pegfilgrastim in plasma", floor=0.05, group=Group.DRUGS
)


def _brekkan(what: str):
    return assumed(
        f"{what}; a transcription of a model of 192 healthy adults (Brekkan 2018), the paper was not seen",
        transcribed_in="nlmixr2lib",
    )


class Pegfilgrastim(Drug):
    """Pegfilgrastim.

    Assumes first-order absorption from the skin, one compartment, saturable elimination, most of it by cells with
    receptors (in health as published), and clearance in proportion to blood neutrophils (transcribed in L/h, read as
    mL/h: only then are levels as measured); that it occupies the same receptors as filgrastim, half of them at the
    level of half the effect on precursors in the same model.
    Leaves out body weight (the dose is fixed), the two hours in which a dose leaves the depot at a constant rate, and
    the competition of filgrastim for its clearance.
    Should show some 100 ng/mL about 19 h after 6 mg with as many neutrophils as it makes in healthy adults, twice that
    and levels until neutrophils return when there are none; neutrophils as with daily filgrastim, or half a day
    earlier.
    """

    names = ("pegfilgrastim", "peg-filgrastim", "Neulasta")

    neutrophils = Needs(ABSOLUTE_NEUTROPHIL_COUNT)
    receptors = Needs(G_CSF_RECEPTORS)

    depot = State("pegfilgrastim under the skin", mg, rest=0, typical=3.0)
    plasma = State("pegfilgrastim in plasma", mg, rest=0, typical=0.1)
    sc = Route("SC", into=depot, unit=mg, infusion=True)

    absorption = Parameter(
        "absorption from the skin",
        0.0114 / hour,
        plausible=(0.008, 0.016),
        vary=lognormal(sd=0.231),
        source=_brekkan("ka"),
    )
    volume = Parameter(
        "apparent volume", 1.81 * L, plausible=(1.2, 2.8), vary=lognormal(sd=0.531), source=_brekkan("Vc/F")
    )
    by_neutrophils = Parameter(
        "clearance for each 10^9/L neutrophils",
        2.80 * mL * L / hour / billion_cells,
        plausible=(1.4, 5.6),
        vary=lognormal(sd=0.505),
        source=_brekkan("CL_ANC, transcribed as L/h, read as mL/h"),
    )
    highest_elimination = Parameter(
        "highest saturable elimination", 0.0467 * mg / hour, plausible=(0.03, 0.07), source=_brekkan("Vmax")
    )
    half_elimination = Parameter(
        "level of half the saturable elimination",
        2.05 * ng / mL,
        plausible=(1.0, 4.0),
        vary=lognormal(sd=0.521),
        source=_brekkan("Km"),
    )
    without_receptors = Parameter(
        "share of the saturable elimination that needs no cells with receptors",
        0.5 * dimensionless,
        plausible=(0.2, 1.0),
        source=assumed("levels are known to last until neutrophils return; no measurement of this share"),
    )
    half_effect = Parameter(
        "level that occupies half of the receptors",
        9.24 * ng / mL,
        plausible=(3.0, 20.0),
        source=_brekkan("EC50 of proliferation and maturation"),
    )
    filgrastim_half = Parameter(
        "filgrastim that occupies half of the receptors",
        250.0 * pg / mL,
        plausible=(250.0, 250.0),
        source=assumed("the level in the module of G-CSF, to which this drug is compared"),
    )

    def concentration(self):
        return self.plasma / self.volume

    @reaction(depot, plasma)
    def absorbed(self):
        """Absorption."""
        return self.absorption * self.depot

    @reaction(plasma, nothing)
    def saturable(self):
        """Saturable elimination."""
        mass = self.receptors / self.at_rest.receptors
        there = self.without_receptors + (1 - self.without_receptors) * 2 * mass / (1 + mass)
        level = self.concentration()
        return there * self.highest_elimination * level / (self.half_elimination + level)

    @reaction(plasma, nothing)
    def taken_up(self):
        """Uptake by neutrophils."""
        return self.by_neutrophils * self.neutrophils * self.concentration()

    @offers(PEGFILGRASTIM_CONCENTRATION)
    def level(self):
        return self.concentration()

    @offers(G_CSF_AGONIST)
    def as_filgrastim(self):
        return self.filgrastim_half * self.concentration() / self.half_effect
