"""G-CSF, thrombopoietin, erythropoietin, interleukins 7 and 15: how blood tells the marrow what is missing."""

from __future__ import annotations

from marrow.language import (
    Balanced,
    Covariate,
    Module,
    Needs,
    Parameter,
    State,
    derived,
    lognormal,
    nothing,
    offers,
    reaction,
)
from marrow.language.math import hill
from marrow.sources import assumed, elsewhere
from marrow.sources import derived as calculated
from marrow.units import IU, day, dimensionless, hour, kg, mL, ng, pg
from marrow.units import L as litre
from marrow.vocabulary import (
    BODY_WEIGHT,
    EPO,
    EPO_INJECTED,
    G_CSF_AGONIST,
    G_CSF_OCCUPANCY,
    G_CSF_RECEPTORS,
    HEMOGLOBIN,
    INFLAMMATION,
    MARROW_SUPPORT,
    MEGAKARYOCYTE_MASS,
    PLASMA_G_CSF,
    PLASMA_G_CSF_INPUT,
    PLATELET_MASS,
    TPO,
    TPO_AGONIST,
)


class GCsf(Module):
    """G-CSF, the patient's own and filgrastim alike: made on demand, cleared by kidneys and by neutrophils.

    Assumes that neutrophils and their late precursors take up G-CSF by receptors that saturate, and that production
    rises several-fold when they are missing or when there is inflammation.
    Leaves out other growth factors, antibodies, production by marrow stroma alone.
    Should show about 25 pg/mL in health, the order of 1 to 2 ng/mL in aplasia, a fall as neutrophils return.
    """

    weight = Covariate(BODY_WEIGHT)
    receptors = Needs(G_CSF_RECEPTORS)
    injected = Needs(PLASMA_G_CSF_INPUT)
    agonist = Needs(G_CSF_AGONIST)
    inflammation = Needs(INFLAMMATION)

    level_at_rest = Parameter(
        "G-CSF in health",
        25.0 * pg / mL,
        plausible=(20.0, 56.0),
        vary=lognormal(cv=0.3),
        source=elsewhere(
            "quartino2014",
            "24.3 in patients before chemotherapy; 24.6 in healthy adults",
            transcribed_in="radivot/myelo",
        ),
    )
    volume = Parameter(
        "space of G-CSF per kg of body",
        3.12 / 70 * litre / kg,
        plausible=(0.03, 0.07),
        vary=lognormal(cv=0.2),
        source=elsewhere("harrold2020", "central volume 3.12 L at 70 kg", transcribed_in="nlmixr2lib"),
    )
    renal = Parameter(
        "clearance other than by neutrophils, per kg of body",
        0.833 / 70 * litre / hour / kg,
        plausible=(0.006, 0.02),
        vary=lognormal(cv=0.3),
        source=elsewhere("harrold2020", "0.833 L/h at 70 kg", transcribed_in="nlmixr2lib"),
    )
    by_neutrophils = Parameter(
        "clearance by neutrophils in health, relative to all other",
        9.0 * dimensionless,
        plausible=(4.0, 20.0),
        source=assumed("receptor clearance dominates at rest; aplasia raises the level tenfold by this alone"),
    )
    affinity = Parameter(
        "level that occupies half of the receptors",
        450.0 * pg / mL,
        plausible=(150.0, 1500.0),
        source=calculated(
            "KD 0.0237 nM of the model that volume and clearance come from; 0.246 ng/mL in another (craig2016)",
            key="harrold2020",
            transcribed_in="nlmixr2lib",
        ),
    )
    induction = Parameter(
        "production in aplasia, above that of health",
        4.0 * dimensionless,
        plausible=(2.0, 50.0),
        vary=lognormal(cv=0.4),
        source=calculated(
            "median peak 1,750 pg/mL (540 to 26,250) in 36 patients at day 5, with clearance by neutrophils gone",
            key="bmt15_955",
        ),
    )
    induction_half = Parameter(
        "neutrophil mass of half the induction, relative to health",
        0.12 * dimensionless,
        plausible=(0.03, 0.2),
        source=assumed("levels fall before neutrophils pass 0.5"),
    )
    by_infection = Parameter(
        "increase of production with one infection",
        2.0 * dimensionless,
        plausible=(1.0, 10.0),
        source=assumed("G-CSF rises several-fold in infection"),
    )

    @derived("G-CSF in health", ng)
    def amount_at_rest(self):
        return self.level_at_rest * self.volume * self.weight

    plasma = State("G-CSF in plasma", ng, rest=amount_at_rest, typical=100.0)
    production = Balanced("production of G-CSF in health", ng / day)

    @derived("clearance at full receptor mass and low level, per day", 1 / day)
    def neutrophil_rate(self):
        return self.by_neutrophils * self.renal / self.volume

    @derived("space of G-CSF", litre)
    def space(self):
        return self.volume * self.weight

    def level(self):
        return self.plasma / self.space

    def free(self):
        """Share of receptors that is free."""
        return self.affinity / (self.affinity + self.level() + self.agonist)

    def mass(self):
        return self.receptors / self.at_rest.receptors

    def missing(self):
        return 1 - hill(self.mass(), self.induction_half, 2)

    @reaction(nothing, plasma)
    def produced(self):
        """Own production: more when neutrophils are missing, or in infection."""
        return self.production * (1 + self.induction * self.missing()) * (1 + self.by_infection * self.inflammation)

    @reaction(nothing, plasma)
    def from_injections(self):
        """Filgrastim that reaches plasma."""
        return self.injected

    @reaction(plasma, nothing)
    def cleared(self):
        """Clearance by kidneys and by receptors on neutrophils."""
        return (self.renal / self.volume + self.neutrophil_rate * self.mass() * self.free()) * self.plasma

    @offers(PLASMA_G_CSF)
    def g_csf(self):
        return self.level()

    @offers(G_CSF_OCCUPANCY)
    def occupied(self):
        return 1 - self.free()


class Thrombopoietin(Module):
    """Thrombopoietin: made at an almost constant rate, taken up by platelets and megakaryocytes.

    Assumes clearance in proportion to platelet and megakaryocyte mass and production that rises when both are missing.
    Leaves out the liver's state, desialylated platelets. Agonists given as drugs are added to what the marrow sees.
    Should show a level that mirrors platelets, ten- to twentyfold in lasting aplasia, down again before platelets are
    normal.
    """

    weight = Covariate(BODY_WEIGHT)
    platelets = Needs(PLATELET_MASS)
    megakaryocytes = Needs(MEGAKARYOCYTE_MASS)
    agonist = Needs(TPO_AGONIST)

    level_at_rest = Parameter(
        "thrombopoietin in health",
        100.0 * pg / mL,
        plausible=(60.0, 200.0),
        vary=lognormal(cv=0.3),
        source=assumed("about 100 pg/mL; 2.1 to 6.3 pmol/L"),
    )
    volume = Parameter(
        "space of thrombopoietin per kg of body",
        0.045 * litre / kg,
        plausible=(0.035, 0.08),
        source=assumed("plasma volume"),
    )
    loss = Parameter(
        "loss of thrombopoietin in health",
        0.55 / day,
        plausible=(0.41, 0.87),
        source=calculated("half-life 1.25 days", key="zheng2021", transcribed_in="yuezheli/haematopoiesis"),
    )
    other_loss = Parameter(
        "share of the loss that needs no platelets",
        0.2 * dimensionless,
        plausible=(0.1, 0.4),
        source=assumed("receptor clearance dominates at rest"),
    )
    megakaryocyte_part = Parameter(
        "share of receptor clearance by megakaryocytes",
        0.35 * dimensionless,
        plausible=(0.05, 0.5),
        source=assumed("most receptors are on platelets"),
    )
    induction = Parameter(
        "production in aplasia, above that of health",
        3.0 * dimensionless,
        plausible=(1.0, 8.0),
        source=calculated("1 to 2.4 ng/mL at days 0 to 10, with clearance by platelets gone", key="bmt19_771"),
    )
    induction_half = Parameter(
        "mass of half the induction, relative to health",
        0.2 * dimensionless,
        plausible=(0.1, 0.4),
        source=assumed("synthesis falls exponentially with platelets, by half per 77e9/L, in a published model"),
    )

    @derived("thrombopoietin in health", ng)
    def amount_at_rest(self):
        return self.level_at_rest * self.volume * self.weight

    @derived("space of thrombopoietin", litre)
    def space(self):
        return self.volume * self.weight

    plasma = State("thrombopoietin in plasma", ng, rest=amount_at_rest, typical=1000.0)
    production = Balanced("production of thrombopoietin in health", ng / day)

    def mass(self):
        platelets = (1 - self.megakaryocyte_part) * self.platelets / self.at_rest.platelets
        return platelets + self.megakaryocyte_part * self.megakaryocytes / self.at_rest.megakaryocytes

    @reaction(nothing, plasma)
    def produced(self):
        """Production: more when platelets are missing."""
        return self.production * (1 + self.induction * (1 - hill(self.mass(), self.induction_half, 2)))

    @reaction(plasma, nothing)
    def cleared(self):
        """Uptake by platelets and megakaryocytes, and other loss."""
        return self.loss * (self.other_loss + (1 - self.other_loss) * self.mass()) * self.plasma

    @offers(TPO)
    def level(self):
        """With agonists given as drugs, as much as they act."""
        return self.plasma / self.space + self.agonist


class Erythropoietin(Module):
    """Erythropoietin: follows hemoglobin at once (its half-life is hours, red cells' months), so it has no state.

    Assumes a law that doubles the level for each fall of 2 g/dL near health and flattens at a ceiling, damped by
    inflammation and, for months, by what high-dose conditioning did to stroma (as a mark of such damage).
    Leaves out kidney failure, oxygen. Epoetin given as a drug is added.
    Should show a high level in the anemia of the first weeks, and one too low for the hemoglobin thereafter.
    """

    hemoglobin = Needs(HEMOGLOBIN)
    inflammation = Needs(INFLAMMATION)
    support = Needs(MARROW_SUPPORT)
    injected = Needs(EPO_INJECTED)
    level_at_rest = Parameter(
        "erythropoietin in health",
        14.0 * IU / litre,
        plausible=(8.0, 20.0),
        vary=lognormal(cv=0.3),
        source=elsewhere("perezruixo2008", "13.9 in 88 healthy men", transcribed_in="nlmixr2lib"),
    )
    ceiling = Parameter(
        "highest erythropoietin, relative to health",
        40.0 * dimensionless,
        plausible=(20.0, 100.0),
        source=assumed("a cap of forty times; the fourth power of hemoglobin below it doubles per 2 g/dL near health"),
    )
    damped_by_infection = Parameter(
        "damping by one infection",
        0.5 * dimensionless,
        plausible=(0.2, 2.0),
        source=assumed("blunted response in inflammation"),
    )
    damped_by_conditioning = Parameter(
        "damping when all marrow support is lost",
        2.0 * dimensionless,
        plausible=(1.0, 3.0),
        source=assumed(
            "level 0.3 to 0.5 of what hemoglobin asks for in months 1 to 6 after high doses", key="blood80_2677"
        ),
    )

    @offers(EPO)
    def level(self):
        ratio = (self.hemoglobin / self.at_rest.hemoglobin) ** 4
        asked = self.ceiling / (1 + (self.ceiling - 1) * ratio)
        lost = 1 - self.support
        damped = (1 + self.damped_by_infection * self.inflammation) * (1 + self.damped_by_conditioning * lost)
        return self.level_at_rest * asked / damped + self.injected
