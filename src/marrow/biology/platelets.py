"""Megakaryoblasts, megakaryocytes, and platelets: own and transfused."""

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
from marrow.sources import RECOVERY, assumed, elsewhere, fitted, in_transplant
from marrow.sources import derived as calculated
from marrow.units import L as litre
from marrow.units import billion_cells, cells, day, dimensionless, kg
from marrow.vocabulary import (
    BLOOD_VOLUME,
    BODY_WEIGHT,
    CIRCULATING_PLATELETS,
    CYTOTOXICITY,
    INFLAMMATION,
    MARROW_CELLS,
    MARROW_SUPPORT,
    MEGAKARYOBLAST_RECRUITMENT,
    MEGAKARYOCYTE_MASS,
    NEWBORN,
    PLATELET_ANTIBODIES,
    PLATELET_COUNT,
    PLATELET_COUNT_OWN,
    PLATELET_COUNT_TRANSFUSED,
    PLATELET_MASS,
    PLATELETS_OF,
    START,
    TISSUE_DAMAGE,
    TPO,
    CellClass,
    Pool,
)

_HANSON = ("hanson_slichter1985", "healthy people and patients with thrombocytopenia, labelled platelets")


class Platelets(Module):
    """Platelets. Own and transfused ones are different states; a fixed share sits in the spleen.

    Assumes two ages of own platelets (so that counts fall almost linearly when production stops), a fixed consumption
    by the vessel wall that own and transfused platelets share, faster loss with mucosal injury and fever, more
    platelets per megakaryocyte under thrombopoietin and fewer in injured marrow. Megakaryoblasts are killed,
    megakaryocytes are not. Megakaryocytes of a cord graft make fewer platelets each until they have grown up.
    Antibodies against the platelets of most donors (HLA class I) take most of a transfusion within the hour and the
    rest within a day.
    Leaves out bleeding, antibodies that come with transfusion, donors chosen by type, shrinking of a large spleen,
    veno-occlusive disease.
    Should show own platelets below 20 by days 7 to 10 after conditioning, thrombopoietin rising as they fall, and
    recovery that follows the dose of CD34+ cells more steeply than that of neutrophils does.
    """

    weight = Covariate(BODY_WEIGHT)
    antibodies = Covariate(PLATELET_ANTIBODIES)
    recruits = Needs(MEGAKARYOBLAST_RECRUITMENT)
    kill = Needs(CYTOTOXICITY[CellClass.DIVIDING])
    volume = Needs(BLOOD_VOLUME)
    tpo = Needs(TPO)
    damage = Needs(TISSUE_DAMAGE)
    inflammation = Needs(INFLAMMATION)
    outside_spleen = Needs(CIRCULATING_PLATELETS)
    support = Needs(MARROW_SUPPORT)
    active = Needs(START[Pool.PROGENITORS])
    spared = Needs(START[Pool.PLATELETS])
    newborn = Needs(NEWBORN)

    count_at_rest = Parameter(
        "platelets in blood in health",
        240.0 * billion_cells / litre,
        plausible=(200.0, 280.0),
        vary=lognormal(cv=0.17),
        source=elsewhere("blood95_2514", "237 with a standard deviation of 41, healthy volunteers", at="abstract"),
    )
    spleen_share = Parameter(
        "share of platelets in the spleen",
        0.333 * dimensionless,
        plausible=(0.2, 0.4),
        source=calculated("recovery of the patient's own labelled platelets 66 to 74 %", key="hanson_slichter1985"),
    )
    lifespan = Parameter(
        "lifespan of own platelets, apart from fixed consumption",
        9.0 * day,
        plausible=(5.3, 11.1),
        vary=lognormal(cv=0.12),
        source=elsewhere(*_HANSON, at="abstract"),
    )
    fixed_consumption = Parameter(
        "fixed consumption",
        7.1 * billion_cells / litre / day,
        plausible=(5.0, 10.0),
        source=elsewhere(*_HANSON, at="abstract"),
    )
    half_consumption = Parameter(
        "count at which fixed consumption is halved",
        5.0 * billion_cells / litre,
        plausible=(2.0, 10.0),
        source=assumed("so that consumption ends with the platelets"),
    )
    worse_with_damage = Parameter(
        "increase of all losses when the mucosa is wholly injured",
        0.74 * dimensionless,
        plausible=(0.5, 3.0),
        source=fitted(
            RECOVERY,
            "residual platelets fall by 0.32 to 1.04 per day after autografts, more than by age alone",
            key="zhu2025",
            transcribed_in="Shelly9018/asct_plt",
        ),
    )
    worse_with_fever = Parameter(
        "increase of all losses with one infection",
        0.5 * dimensionless,
        plausible=(0.2, 2.0),
        source=assumed("transfused platelets last two to three times shorter in fever"),
    )
    megakaryoblast_rate = Parameter(
        "megakaryoblasts becoming megakaryocytes",
        0.41 / day,
        plausible=(0.16, 0.5),
        vary=lognormal(cv=0.1),
        source=fitted(
            RECOVERY,
            "0.16 in the average of 53 autologous patients",
            key="zhu2025",
            transcribed_in="Shelly9018/asct_plt",
        ),
    )
    megakaryocyte_rate = Parameter(
        "megakaryocytes used up by shedding",
        0.36 / day,
        plausible=(0.16, 0.6),
        vary=lognormal(cv=0.1),
        source=fitted(
            RECOVERY, "0.16 in the same model, where both steps have one rate; five days from stimulus to platelets"
        ),
    )
    tpo_effect = Parameter(
        "platelets per megakaryocyte at very high thrombopoietin, relative to none",
        1.6 * dimensionless,
        plausible=(1.3, 3.0),
        source=assumed("ploidy: with more progenitors, four to eight times the production"),
    )
    tpo_half = Parameter(
        "thrombopoietin of half the effect, relative to health",
        5.0 * dimensionless,
        plausible=(2.0, 10.0),
        source=assumed("between health and aplasia (10 to 20 times health)"),
    )
    fewer_of_newborn = Parameter(
        "platelets that a newborn megakaryocyte lacks, share of those of an adult one",
        0.7 * dimensionless,
        plausible=(0.4, 0.8),
        source=assumed("megakaryocytes of cord blood have two to four, not eight to sixteen, sets of chromosomes"),
    )
    transfused_recovery = Parameter(
        "share of transfused platelets found in blood",
        0.3 * dimensionless,
        plausible=(0.2, 0.6),
        vary=lognormal(cv=0.3),
        source=in_transplant("blood92_1448", "recovery 28 to 30 % after stem-cell transplants", at="abstract"),
    )
    transfused_loss = Parameter(
        "loss of transfused platelets, apart from fixed consumption",
        0.25 / day,
        plausible=(0.1, 0.5),
        vary=lognormal(cv=0.3),
        source=calculated("interval of 2.6 to 4.1 days between transfusions", key="blood92_1448"),
    )

    refractory_recovery = Parameter(
        "share of transfused platelets found in blood where there are antibodies, relative",
        0.25 * dimensionless,
        plausible=(0.1, 0.5),
        vary=lognormal(cv=0.4),
        source=assumed("corrected increments of an hour below 5 where 15 to 20 are usual: how refractoriness is told"),
    )
    refractory_loss = Parameter(
        "loss of transfused platelets where there are antibodies, relative",
        5.0 * dimensionless,
        plausible=(2.0, 15.0),
        source=assumed("hardly anything is left a day after; the loss without them is a quarter a day"),
    )

    @derived("platelets per kg for a count of one per blood volume", litre / kg)
    def space(self):
        """Blood volume, with the spleen as if it were blood."""
        return self.at_rest.volume / (1 - self.spleen_share)

    @derived("loss by fixed consumption per platelet in health", 1 / day)
    def consumption_at_rest(self):
        return self.fixed_consumption / (self.count_at_rest + self.half_consumption)

    @derived("loss by age per platelet", 1 / day)
    def ageing(self):
        return 2 / self.lifespan

    @derived("old platelets in health", cells / kg)
    def old_at_rest(self):
        return self.count_at_rest * self.space * self.ageing / (2 * self.ageing + self.consumption_at_rest)

    @derived("young platelets in health", cells / kg)
    def young_at_rest(self):
        return self.count_at_rest * self.space - self.old_at_rest

    megakaryoblasts = State("megakaryoblasts", cells / kg, per=Origin, stages=3, start=active, typical=3e6)
    megakaryocytes = State("megakaryocytes", cells / kg, per=Origin, start=active, typical=6e6)
    young = State(
        "young platelets, blood and spleen", cells / kg, per=Origin, rest=young_at_rest, start=spared, typical=1.4e10
    )
    old = State(
        "old platelets, blood and spleen", cells / kg, per=Origin, rest=old_at_rest, start=spared, typical=1.2e10
    )
    transfused = State("transfused platelets, those that are found in blood", cells, rest=0, typical=1e11)
    transfusion = Route("platelets", into=transfused, unit=cells, drug="transfusion")
    per_megakaryocyte = Balanced("platelets made per megakaryocyte, in health", dimensionless)

    @derived("thrombopoietin's effect in health, relative to none", dimensionless)
    def tpo_effect_at_rest(self):
        return (self.tpo_half + self.tpo_effect) / (self.tpo_half + 1)

    @derived("transfused platelets per blood volume and cell given", 1 / litre)
    def transfused_per_volume(self):
        found = self.transfused_recovery * (1 - self.antibodies * (1 - self.refractory_recovery))
        return found / (self.at_rest.volume * self.weight)

    @derived("loss of transfused platelets of this patient, apart from fixed consumption", 1 / day)
    def transfused_lost_alone(self):
        return self.transfused_loss * (1 + self.antibodies * (self.refractory_loss - 1))

    def own_count(self):
        """With a spleen of normal size: what all losses follow."""
        return (total(self.young) + total(self.old)) / self.space

    def transfused_count(self):
        return self.transfused * self.transfused_per_volume

    def shedding(self):
        """Platelets per megakaryocyte under the present thrombopoietin, where vessels and stroma hold it."""
        level = self.tpo / self.at_rest.tpo
        effect = (self.tpo_half + self.tpo_effect * level) / ((self.tpo_half + level) * self.tpo_effect_at_rest)
        small = 0 if self.origin is Origin.HOST else self.fewer_of_newborn * self.newborn
        return self.per_megakaryocyte * effect * self.support * (1 - small)

    def worse(self):
        """Losses caused by injury and fever, relative to all others."""
        return self.worse_with_damage * self.damage + self.worse_with_fever * self.inflammation

    def consumption(self):
        """Loss per platelet by the vessel wall."""
        return self.fixed_consumption / (self.own_count() + self.transfused_count() + self.half_consumption)

    @reaction(nothing, megakaryoblasts[0])
    def recruitment(self):
        """New megakaryoblasts."""
        return self.recruits

    @reaction(megakaryoblasts[0], nothing)
    def killed(self):
        """Megakaryoblasts killed by drugs and radiation."""
        return self.kill * self.megakaryoblasts[0]

    @reaction(megakaryoblasts[1], nothing)
    def killed_later(self):
        """The same, in their second stage."""
        return self.kill * self.megakaryoblasts[1]

    @reaction(megakaryoblasts[2], nothing)
    def killed_last(self):
        """The same, in their third stage."""
        return self.kill * self.megakaryoblasts[2]

    @transit(megakaryoblasts, into=megakaryocytes)
    def maturation(self):
        """Megakaryoblasts become megakaryocytes: not before some days have passed."""
        return 3 * self.megakaryoblast_rate

    @reaction(megakaryocytes, young)
    def shed(self):
        """Megakaryocytes fall apart into platelets."""
        return self.megakaryocyte_rate * self.megakaryocytes, self.shedding()

    @reaction(young, old)
    def age(self):
        """Platelets grow old."""
        return self.ageing * self.young

    @reaction(old, nothing)
    def die_of_age(self):
        """Old platelets are removed."""
        return self.ageing * self.old

    @reaction(young, nothing)
    def young_consumed(self):
        """Young platelets used by the vessel wall."""
        return self.consumption() * self.young

    @reaction(old, nothing)
    def old_consumed(self):
        """Old platelets used by the vessel wall."""
        return self.consumption() * self.old

    @reaction(young, nothing)
    def young_lost(self):
        """Young platelets lost by injury and fever."""
        return self.worse() * (self.ageing + self.consumption()) * self.young

    @reaction(old, nothing)
    def old_lost(self):
        """Old platelets lost by injury and fever."""
        return self.worse() * (self.ageing + self.consumption()) * self.old

    @reaction(transfused, nothing)
    def transfused_lost(self):
        """Transfused platelets lost by age, to the vessel wall, by injury and fever."""
        return (1 + self.worse()) * (self.transfused_lost_alone + self.consumption()) * self.transfused

    @offers(PLATELET_MASS)
    def mass(self):
        return total(self.young) + total(self.old) + self.transfused_count() * self.space

    @offers(MEGAKARYOCYTE_MASS)
    def megakaryocyte_mass(self):
        return total(self.megakaryocytes)

    @offers(MARROW_CELLS)
    def in_marrow(self):
        return sum(self.megakaryoblasts) + self.megakaryocytes

    @offers(PLATELET_COUNT)
    def count(self):
        return (self.own_count() + self.transfused_count()) * self.outside_spleen

    @offers(PLATELET_COUNT_OWN)
    def count_own(self):
        return self.own_count() * self.outside_spleen

    @offers(PLATELETS_OF)
    def count_of(self):
        return (self.young + self.old) / self.space * self.outside_spleen

    @offers(PLATELET_COUNT_TRANSFUSED)
    def count_transfused(self):
        return self.transfused_count() * self.outside_spleen
