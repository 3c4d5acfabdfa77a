"""Erythroid progenitors, erythroblasts, reticulocytes and red cells: own and transfused."""

from __future__ import annotations

from marrow.language import (
    Balanced,
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
from marrow.language.math import total
from marrow.sources import assumed, elsewhere
from marrow.sources import derived as calculated
from marrow.units import cells, day, dimensionless, dL, g, kg, pg
from marrow.vocabulary import (
    BLOOD_VOLUME,
    BODY_WEIGHT,
    CYTOTOXICITY,
    EPO,
    ERYTHROID_RECRUITMENT,
    HEMOGLOBIN,
    HEMOGLOBIN_TRANSFUSED,
    HEMOLYSIS,
    IS_FEMALE,
    ISOHEMAGGLUTININS,
    ISOHEMAGGLUTININS_AT_START,
    MARROW_CELLS,
    RED_CELLS_OF,
    RED_CELLS_OWN,
    RETICULOCYTE_COUNT,
    START,
    TISSUE_DAMAGE,
    CellClass,
    Pool,
)

LN_2 = 0.6931471805599453
_ZHENG = {"key": "zheng2021", "transcribed_in": "yuezheli/haematopoiesis"}


class RedCells(Module):
    """Red cells. Own and transfused ones are different states; erythropoietin decides how many CFU-E survive.

    Assumes a fixed number of doublings before CFU-E, survival and amplification of CFU-E by erythropoietin up to a
    ceiling, two ages of red cells, and losses by sampling and mucosal bleeding while tissue is injured.
    Isohemagglutinins (major ABO mismatch) kill early erythroid cells of the graft, and fade.
    Leaves out iron, hemolysis but that by passenger lymphocytes, neocytolysis, a change of blood volume with anemia.
    Should show a slow fall of hemoglobin by 2 to 4 g/dL after conditioning, reticulocytes by days 15 to 25, freedom
    from transfusion after three to six weeks.
    """

    weight = Covariate(BODY_WEIGHT)
    is_female = Covariate(IS_FEMALE)
    incompatible = Covariate(ISOHEMAGGLUTININS)
    recruits = Needs(ERYTHROID_RECRUITMENT)
    kill = Needs(CYTOTOXICITY[CellClass.DIVIDING])
    kill_of_precursors = Needs(CYTOTOXICITY[CellClass.PRECURSOR])
    volume = Needs(BLOOD_VOLUME)
    epo = Needs(EPO)
    damage = Needs(TISSUE_DAMAGE)
    hemolysis = Needs(HEMOLYSIS)
    active = Needs(START[Pool.PROGENITORS])
    spared = Needs(START[Pool.RED_CELLS])

    hemoglobin_of_men = Parameter(
        "hemoglobin of men in health",
        14.5 * g / dL,
        plausible=(13.5, 16.0),
        vary=lognormal(cv=0.07),
        source=assumed("textbook range 12 to 16"),
    )
    female_ratio = Parameter(
        "hemoglobin of women relative to men",
        0.91 * dimensionless,
        plausible=(0.87, 0.95),
        source=assumed("textbook ranges"),
    )
    per_cell = Parameter(
        "hemoglobin in a red cell", 30.0 * pg / cells, plausible=(27.0, 33.0), source=assumed("textbook range")
    )
    per_unit = Parameter(
        "hemoglobin in a unit of red cells",
        55.0 * g,
        plausible=(45.0, 65.0),
        source=assumed("a unit raises hemoglobin by 1 g/dL in an adult of 70 kg"),
    )
    lifespan = Parameter(
        "lifespan of red cells", 120.0 * day, plausible=(100.0, 130.0), source=elsewhere(note="a human value", **_ZHENG)
    )
    early_time = Parameter(
        "time as BFU-E", 7.0 * day, plausible=(5.0, 9.0), source=calculated("residence in a published model", **_ZHENG)
    )
    early_gain = Parameter(
        "cells made per BFU-E",
        32.0 * dimensionless,
        plausible=(16.0, 64.0),
        source=calculated("in a published model", **_ZHENG),
    )
    late_time = Parameter(
        "time as CFU-E", 5.0 * day, plausible=(4.0, 7.0), source=calculated("4 to 7 days in published models", **_ZHENG)
    )
    erythroblast_time = Parameter(
        "time as erythroblast",
        4.9 * day,
        plausible=(3.5, 6.5),
        vary=lognormal(cv=0.1),
        source=elsewhere("perezruixo2008", "precursors stay 118 h, 88 healthy men", transcribed_in="nlmixr2lib"),
    )
    reticulocyte_time = Parameter(
        "time as reticulocyte in blood",
        1.5 * day,
        plausible=(0.5, 2.6),
        source=calculated("1.24 % of red cells (healthy men) at a lifespan of 120 days", key="perezruixo2008"),
    )
    epo_ceiling = Parameter(
        "production at very high erythropoietin, relative to health",
        5.0 * dimensionless,
        plausible=(3.0, 6.0),
        source=assumed("hemoglobin production rises fivefold in bled sheep", key="pmc2882108"),
    )
    bleeding = Parameter(
        "loss of red cells when the mucosa is wholly injured",
        0.03 / day,
        plausible=(0.01, 0.06),
        vary=lognormal(cv=0.3),
        source=assumed(
            "daily samples of some 40 mL, 0.8 % of blood, while a third of the mucosa is injured, and bleeding"
        ),
    )
    transfused_life = Parameter(
        "mean remaining life of transfused red cells",
        55.0 * day,
        plausible=(40.0, 65.0),
        source=assumed("stored cells of all ages: 50 to 60 days"),
    )
    transfused_recovery = Parameter(
        "share of transfused red cells that survive the first day",
        0.85 * dimensionless,
        plausible=(0.75, 0.95),
        source=assumed("75 to 85 % or more after storage"),
    )

    antibody_kill = Parameter(
        "death of the graft's CFU-E and erythroblasts by isohemagglutinins of the first day",
        0.5 / day,
        plausible=(0.1, 2.0),
        vary=lognormal(sd=0.8),
        source=assumed(
            "chosen so that reticulocytes come about 12 days later than without (median day 32 against 20), and not "
            "for months in one patient of six; titers differ by a factor of ten"
        ),
    )
    antibody_half_life = Parameter(
        "half-life of isohemagglutinins after conditioning",
        25.0 * day,
        plausible=(14.0, 60.0),
        vary=lognormal(sd=0.4),
        source=assumed("three weeks of immunoglobulin G, longer where plasma cells of the host survive"),
    )
    titer_at_start = Needs(ISOHEMAGGLUTININS_AT_START)
    titer = State("isohemagglutinins against the graft", dimensionless, rest=0, start=titer_at_start, typical=1.0)

    @derived("red cells per age stage in health", cells / kg)
    def stage_at_rest(self):
        hemoglobin = self.hemoglobin_of_men * (1 - self.is_female + self.is_female * self.female_ratio)
        return hemoglobin / self.per_cell * self.at_rest.volume / 2

    early = State("BFU-E and their progeny", cells / kg, per=Origin, start=active, typical=5e8)
    late = State("CFU-E", cells / kg, per=Origin, start=active, typical=4e8)
    erythroblasts = State("erythroblasts", cells / kg, per=Origin, stages=2, start=active, typical=6e9)
    reticulocytes = State("reticulocytes in blood", cells / kg, per=Origin, start=active, typical=4e9)
    red = State("red cells, by age", cells / kg, per=Origin, stages=2, rest=stage_at_rest, start=spared, typical=1.6e11)
    transfused = State("transfused red cells, in units given", dimensionless, rest=0, typical=1.0)
    transfusion = Route("red_cells", into=transfused, unit=dimensionless, drug="transfusion")
    late_gain = Balanced("erythroblasts made per CFU-E, in health", dimensionless)

    @derived("hemoglobin per cell per kg of body", g / dL * kg / cells)
    def hemoglobin_per_cell(self):
        return self.per_cell / self.at_rest.volume

    @derived("hemoglobin per transfused unit", g / dL)
    def hemoglobin_per_transfused(self):
        return self.per_unit * self.transfused_recovery / (self.at_rest.volume * self.weight)

    def stimulus(self):
        """Survival and amplification of CFU-E, relative to health."""
        level = self.epo / self.at_rest.epo
        return self.epo_ceiling * level / (level + self.epo_ceiling - 1)

    def lost(self):
        return self.bleeding * self.damage

    def own_lost(self):
        """By sampling and bleeding; of host cells also by antibodies of the graft."""
        return self.lost() + (self.hemolysis if self.origin is Origin.HOST else 0)

    def killing(self):
        """Death rate of dividing precursors: what kills progenitors too, and what kills these alone."""
        return self.kill + self.kill_of_precursors

    @reaction(nothing, early)
    def recruitment(self):
        """New BFU-E, with the doublings of their progeny."""
        return self.early_gain * self.recruits

    @reaction(early, late)
    def become_late(self):
        """BFU-E become CFU-E."""
        return self.early / self.early_time

    @reaction(late, erythroblasts[0])
    def become_erythroblasts(self):
        """CFU-E become erythroblasts: as many as erythropoietin allows."""
        return self.late / self.late_time, self.late_gain * self.stimulus()

    @transit(erythroblasts, into=reticulocytes)
    def maturation(self):
        """Erythroblasts mature into reticulocytes."""
        return 2 / self.erythroblast_time

    @reaction(reticulocytes, red[0])
    def become_red(self):
        """Reticulocytes become red cells."""
        return self.reticulocytes / self.reticulocyte_time

    @transit(red, into=nothing)
    def age(self):
        """Red cells grow old and are removed."""
        return 2 / self.lifespan

    @reaction(early, nothing)
    def early_killed(self):
        """BFU-E killed by drugs and radiation."""
        return self.killing() * self.early

    @reaction(late, nothing)
    def late_killed(self):
        """CFU-E killed by drugs and radiation."""
        return self.killing() * self.late

    @reaction(erythroblasts[0], nothing)
    def erythroblasts_killed(self):
        """Dividing erythroblasts killed by drugs and radiation."""
        return self.killing() * self.erythroblasts[0]

    @offers(ISOHEMAGGLUTININS_AT_START)
    def antibodies_at_start(self):
        return self.incompatible

    @reaction(titer, nothing)
    def titer_falls(self):
        """Isohemagglutinins are broken down and no longer made."""
        return LN_2 / self.antibody_half_life * self.titer

    def by_antibodies(self, cells_of_graft):
        """Erythroid cells that carry the graft's blood group and are killed."""
        return 0 if self.origin is Origin.HOST else self.antibody_kill * self.titer * cells_of_graft

    @reaction(late, nothing)
    def late_by_antibodies(self):
        """CFU-E of the graft killed by isohemagglutinins."""
        return self.by_antibodies(self.late)

    @reaction(erythroblasts[0], nothing)
    def erythroblasts_by_antibodies(self):
        """Erythroblasts of the graft killed by isohemagglutinins."""
        return self.by_antibodies(self.erythroblasts[0])

    @reaction(red[0], nothing)
    def younger_lost(self):
        """Younger red cells lost by sampling, bleeding and hemolysis."""
        return self.own_lost() * self.red[0]

    @reaction(red[1], nothing)
    def older_lost(self):
        """Older red cells lost by sampling, bleeding and hemolysis."""
        return self.own_lost() * self.red[1]

    @reaction(transfused, nothing)
    def transfused_lost(self):
        """Transfused red cells removed, or lost by sampling and bleeding."""
        return (1 / self.transfused_life + self.lost()) * self.transfused

    @offers(MARROW_CELLS)
    def in_marrow(self):
        return self.early + self.late + sum(self.erythroblasts)

    @offers(HEMOGLOBIN)
    def hemoglobin(self):
        own = total(self.red[0]) + total(self.red[1])
        return own * self.hemoglobin_per_cell + self.transfused * self.hemoglobin_per_transfused

    @offers(HEMOGLOBIN_TRANSFUSED)
    def hemoglobin_transfused(self):
        return self.transfused * self.hemoglobin_per_transfused

    @offers(RED_CELLS_OWN)
    def red_cells_own(self):
        return (total(self.red[0]) + total(self.red[1])) / self.at_rest.volume

    @offers(RED_CELLS_OF)
    def red_cells_of(self):
        return sum(self.red) / self.at_rest.volume

    @offers(RETICULOCYTE_COUNT)
    def reticulocyte_count(self):
        return total(self.reticulocytes) / self.at_rest.volume
