"""Neutrophils: from myeloblast to blood."""

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
    transit,
)
from marrow.language.math import total
from marrow.sources import RECOVERY, assumed, elsewhere, fitted
from marrow.sources import derived as calculated
from marrow.units import cells, day, dimensionless, kg, mL
from marrow.vocabulary import (
    ABSOLUTE_NEUTROPHIL_COUNT,
    BLOOD_VOLUME,
    CYTOTOXICITY,
    G_CSF_OCCUPANCY,
    G_CSF_RECEPTORS,
    MARROW_CELLS,
    NEUTROPHIL_RECRUITMENT,
    NEUTROPHILS_OF,
    START,
    TISSUE_DAMAGE,
    WHITE_CELL_COUNT,
    CellClass,
    Pool,
)

_CRAIG = {"key": "craig2016", "transcribed_in": "radivot/myelo"}


class Neutrophils(Module):
    """Neutrophils of the marrow (dividing, maturing, reserve) and of blood, marginated ones included.

    Assumes that occupied G-CSF receptors add up to one and a half divisions at the end of the mitotic chain, speed
    maturation and open the reserve; that only dividing cells are killed; that damaged mucosa draws neutrophils out of
    blood. The number of cells made in the last division step is solved from health.
    Leaves out the exchange with the margin (fixed share), apoptosis in the marrow, senescence in blood, steroids.
    Should show: counts below 0.5 from day 4 to 7 after conditioning, a few days near zero, then a rise through 0.5
    and 1.0 within two to four days; filgrastim doubles counts in health within a day and shortens neutropenia by one
    to two days.
    """

    recruits = Needs(NEUTROPHIL_RECRUITMENT)
    kill = Needs(CYTOTOXICITY[CellClass.DIVIDING])
    kill_of_precursors = Needs(CYTOTOXICITY[CellClass.PRECURSOR])
    occupancy = Needs(G_CSF_OCCUPANCY)
    damage = Needs(TISSUE_DAMAGE)
    volume = Needs(BLOOD_VOLUME)
    active = Needs(START[Pool.PROGENITORS])
    spared = Needs(START[Pool.NEUTROPHILS])

    blood_at_rest = Parameter(
        "neutrophils of blood in health, marginated included",
        3.76e8 * cells / kg,
        plausible=(2e8, 5e8),
        vary=lognormal(cv=0.25),
        source=elsewhere(note="healthy adults", **_CRAIG),
    )
    circulating_share = Parameter(
        "share of blood neutrophils that circulates",
        0.58 * dimensionless,
        plausible=(0.45, 0.65),
        source=elsewhere(note="0.22 of 0.376e9 per kg in healthy adults", **_CRAIG),
    )
    exit = Parameter(
        "exit from blood",
        0.88 / day,
        plausible=(0.6, 2.2),
        vary=lognormal(cv=0.15),
        source=elsewhere(
            "lahoz_beneytez2016", "half-life 0.79 days by deuterated glucose, healthy adults", at="abstract"
        ),
    )
    mitotic_time = Parameter(
        "time in the dividing stages",
        4.7 * day,
        plausible=(3.0, 7.3),
        vary=lognormal(cv=0.12),
        source=fitted(RECOVERY, "4.5 to 7.3 days for about seven doublings in published models"),
    )
    divisions = Parameter(
        "doublings of each recruit before the last step",
        5.0 * dimensionless,
        plausible=(4.0, 6.0),
        source=assumed("about five divisions from myeloblast to myelocyte, nearly six with the last step"),
    )
    maturing_time = Parameter(
        "time in the maturing stages, in health",
        3.8 * day,
        plausible=(2.5, 4.6),
        vary=lognormal(cv=0.1),
        source=calculated(
            "of 5.8 days of postmitotic transit (deuterated glucose), less the reserve", key="lahoz_beneytez2016"
        ),
    )
    reserve_time = Parameter(
        "time in the reserve, in health",
        2.0 * day,
        plausible=(1.5, 3.0),
        source=calculated("of 5.8 days of postmitotic transit; 2.7 days in a model of healthy adults", **_CRAIG),
    )
    more_cells = Parameter(
        "cells per recruit at full receptor occupancy, relative to none",
        3.9 * dimensionless,
        plausible=(2.0, 4.0),
        source=fitted(RECOVERY, "one to two more divisions"),
    )
    faster_maturation = Parameter(
        "speed of maturation at full occupancy, relative to none",
        2.5 * dimensionless,
        plausible=(1.5, 3.0),
        source=assumed("postmitotic transit 6.4 to 2.9 days after 300 ug of filgrastim"),
    )
    faster_release = Parameter(
        "release from the reserve at full occupancy, relative to none",
        8.0 * dimensionless,
        plausible=(5.0, 11.0),
        source=calculated("0.364 to 4.13 per day", **_CRAIG),
    )
    drawn_out = Parameter(
        "increase of the exit from blood when the mucosa is wholly injured",
        2.3 * dimensionless,
        plausible=(0.5, 4.0),
        source=fitted(
            RECOVERY,
            "neutrophils leave for injured tissue; counts stay near zero for days, and return after the mucosa heals "
            "whatever the dose of cells",
        ),
    )
    uptake_reserve = Parameter(
        "uptake of G-CSF by a reserve cell, relative to a blood neutrophil",
        0.5 * dimensionless,
        plausible=(0.2, 1.0),
        source=assumed("receptors increase with maturation"),
    )
    uptake_maturing = Parameter(
        "uptake of G-CSF by a maturing cell, relative to a blood neutrophil",
        0.25 * dimensionless,
        plausible=(0.1, 0.5),
        source=assumed("receptors increase with maturation"),
    )

    mitotic = State("dividing neutrophil precursors", cells / kg, per=Origin, stages=4, start=active, typical=1e8)
    maturing = State("maturing neutrophils", cells / kg, per=Origin, stages=3, start=active, typical=4e8)
    reserve = State("neutrophil reserve", cells / kg, per=Origin, start=spared, typical=6e8)
    blood = State("neutrophils in blood", cells / kg, per=Origin, rest=blood_at_rest, start=spared, typical=4e8)
    last_division = Balanced("cells made per cell that ends division, in health", dimensionless)

    @derived("cells made per cell in each dividing stage but the last", dimensionless)
    def stage_gain(self):
        return 2 ** (self.divisions / 3)

    @derived("amplification by G-CSF in health, relative to none", dimensionless)
    def more_cells_at_rest(self):
        return 1 + (self.more_cells - 1) * self.at_rest.occupancy

    @derived("speed of maturation in health, relative to none", dimensionless)
    def maturation_at_rest(self):
        return 1 + (self.faster_maturation - 1) * self.at_rest.occupancy

    @derived("release in health, relative to none", dimensionless)
    def release_at_rest(self):
        return 1 + (self.faster_release - 1) * self.at_rest.occupancy

    @derived("circulating neutrophils per blood volume and cell per kg", kg / mL)
    def per_volume(self):
        return self.circulating_share / self.at_rest.volume

    def mitotic_rate(self):
        return 4 / self.mitotic_time

    def maturation_speed(self):
        return (1 + (self.faster_maturation - 1) * self.occupancy) / self.maturation_at_rest

    def extra_cells(self):
        return (1 + (self.more_cells - 1) * self.occupancy) / self.more_cells_at_rest

    def killing(self):
        """Death rate of dividing precursors: what kills progenitors too, and what kills these alone."""
        return self.kill + self.kill_of_precursors

    @reaction(nothing, mitotic[0])
    def recruitment(self):
        """New myeloblasts."""
        return self.recruits

    @reaction(mitotic[0], mitotic[1])
    def first_divisions(self):
        """Divisions of myeloblasts."""
        return self.mitotic_rate() * self.mitotic[0], self.stage_gain

    @reaction(mitotic[1], mitotic[2])
    def second_divisions(self):
        """Divisions of promyelocytes."""
        return self.mitotic_rate() * self.mitotic[1], self.stage_gain

    @reaction(mitotic[2], mitotic[3])
    def third_divisions(self):
        """Divisions of early myelocytes."""
        return self.mitotic_rate() * self.mitotic[2], self.stage_gain

    @reaction(mitotic[3], maturing[0])
    def last_divisions(self):
        """The last divisions, more of them under G-CSF."""
        return self.mitotic_rate() * self.mitotic[3], self.last_division * self.extra_cells()

    @reaction(mitotic[0], nothing)
    def killed_1(self):
        """Dividing precursors killed by drugs and radiation, stage 1."""
        return self.killing() * self.mitotic[0]

    @reaction(mitotic[1], nothing)
    def killed_2(self):
        """Dividing precursors killed by drugs and radiation, stage 2."""
        return self.killing() * self.mitotic[1]

    @reaction(mitotic[2], nothing)
    def killed_3(self):
        """Dividing precursors killed by drugs and radiation, stage 3."""
        return self.killing() * self.mitotic[2]

    @reaction(mitotic[3], nothing)
    def killed_4(self):
        """Dividing precursors killed by drugs and radiation, stage 4."""
        return self.killing() * self.mitotic[3]

    @transit(maturing, into=reserve)
    def maturation(self):
        """Metamyelocytes to segmented cells, faster under G-CSF."""
        return 3 / self.maturing_time * self.maturation_speed()

    @reaction(reserve, blood)
    def release(self):
        """Release into blood, faster under G-CSF."""
        speed = (1 + (self.faster_release - 1) * self.occupancy) / self.release_at_rest
        return speed / self.reserve_time * self.reserve

    @reaction(blood, nothing)
    def leave_blood(self):
        """First-order exit from blood, faster into injured tissue."""
        return self.exit * (1 + self.drawn_out * self.damage) * self.blood

    @offers(G_CSF_RECEPTORS)
    def receptors(self):
        maturing = sum(total(stage) for stage in self.maturing)
        return total(self.blood) + self.uptake_reserve * total(self.reserve) + self.uptake_maturing * maturing

    @offers(MARROW_CELLS)
    def in_marrow(self):
        return sum(self.mitotic) + sum(self.maturing) + self.reserve

    @offers(ABSOLUTE_NEUTROPHIL_COUNT)
    def count(self):
        return total(self.blood) * self.per_volume

    @offers(NEUTROPHILS_OF)
    def count_of(self):
        return self.blood * self.per_volume

    @offers(WHITE_CELL_COUNT)
    def white_cells(self):
        return total(self.blood) * self.per_volume
