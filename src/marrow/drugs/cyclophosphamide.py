"""Cyclophosphamide, intravenous: it induces its own activation; its hydroxylated metabolite kills."""

from __future__ import annotations

from marrow.drugs.killing import KillsByExposure
from marrow.language import Covariate, Drug, Parameter, Route, State, derived, lognormal, nothing, offers, reaction
from marrow.language.math import saturate
from marrow.sources import OUTCOMES, assumed, elsewhere, fitted
from marrow.units import L, dimensionless, hour, kg, mg
from marrow.vocabulary import BODY_WEIGHT, CYTOTOXICITY, UROTHELIAL_INJURY, CellClass, Group, Observable

CYCLOPHOSPHAMIDE_CONCENTRATION = Observable(
    "cyclophosphamide_concentration", mg / L, "cyclophosphamide in plasma", floor=0.1, group=Group.DRUGS
)
CYCLOPHOSPHAMIDE_EXPOSURE = Observable(
    "cyclophosphamide_exposure", mg * hour / L, "cyclophosphamide, cumulative exposure (AUC)", floor=1.0,
    group=Group.DRUGS,
)  # fmt: skip
HYDROXYCYCLOPHOSPHAMIDE_CONCENTRATION = Observable(
    "hydroxycyclophosphamide_concentration",
    mg / L,
    "4-hydroxycyclophosphamide in plasma, as cyclophosphamide",
    floor=0.01,
    group=Group.DRUGS,
)
HYDROXYCYCLOPHOSPHAMIDE_EXPOSURE = Observable(
    "hydroxycyclophosphamide_exposure",
    mg * hour / L,
    "4-hydroxycyclophosphamide, cumulative exposure (AUC), as cyclophosphamide",
    floor=0.1,
    group=Group.DRUGS,
)


class Cyclophosphamide(KillsByExposure, Drug):
    """Cyclophosphamide.

    Assumes one compartment; a constant part of clearance and a part that the drug itself induces and that alone forms
    4-hydroxycyclophosphamide; enzyme that follows its drive with a turnover of a day; a metabolite that is cleared
    within minutes, so that its concentration follows its formation. Body weight to the powers 0.75 and 1. The
    metabolite is counted in mg of cyclophosphamide. Cells die in proportion to the metabolite; stem cells hardly,
    because their aldehyde dehydrogenase inactivates it. Lymphocytes in division, which answer to foreign antigen
    after the graft, die far more readily than resting ones.
    Structure from published models (PMC2652687, PMC7124978). No published model of high doses was read: the first day's
    clearance and volume lie at those of a series at 600 mg/m2; every other number is from memory and graded assumed.
    Leaves out phenytoin and azoles (with phenytoin clearance is about doubled), busulfan's effect on activation,
    carboxyethylphosphoramide mustard, mesna, the heart. That regulatory T cells are spared stands elsewhere.
    Should show a half-life near 6 h after the first dose and 3 to 4 h a day later, and blood counts that recover
    without a graft.
    """

    names = ("cyclophosphamide", "Cy", "CTX", "PTCy")

    weight = Covariate(BODY_WEIGHT)

    plasma = State("cyclophosphamide in the body", mg, rest=0, typical=2000.0)
    induction = State("enzyme above its amount in health, relative", dimensionless, rest=0, typical=0.5)
    exposure = State("cumulative exposure to cyclophosphamide", mg * hour / L, rest=0, typical=1000.0)
    active_exposure = State("cumulative exposure to the hydroxylated metabolite", mg * hour / L, rest=0, typical=10.0)
    iv = Route("IV", into=plasma, unit=mg, infusion=True)

    # --- kinetics ---
    standard_weight = Parameter(
        "weight of the standard adult", 70.0 * kg, plausible=(70.0, 70.0), source=assumed("a definition")
    )
    size_exponent = Parameter(
        "allometric exponent of clearances",
        0.75 * dimensionless,
        plausible=(0.65, 0.85),
        source=assumed("fixed by theory"),
    )
    adult_volume = Parameter(
        "volume of distribution, 70 kg",
        45.0 * L,
        plausible=(30.0, 60.0),
        source=elsewhere(
            "ahmed2020",
            "46.5 L at 1.58 m2, of 267 women with breast cancer, 600 mg/m2, rounded; with the clearances here a "
            "half-life of 6 h falls to 3 to 4 h. From memory 35 L are also quoted",
            at="Table 3",
            transcribed_in="nlmixr2lib, Ahmed_2020_cyclophosphamide",
        ),
    )
    other_clearance = Parameter(
        "clearance that is not induced, 70 kg",
        1.5 * L / hour,
        plausible=(0.8, 2.5),
        source=assumed("kidneys and side-chain oxidation, 1.5 to 2 L/h"),
    )
    activating_clearance_of_adult = Parameter(
        "clearance by activation before induction, 70 kg",
        4.0 * L / hour,
        plausible=(3.0, 6.0),
        source=assumed(
            "most of a total of 5.4 L/h (267 women with breast cancer, 600 mg/m2); from memory 5 to 7 L/h at first",
            key="ahmed2020",
            transcribed_in="nlmixr2lib, Ahmed_2020_cyclophosphamide",
        ),
    )
    most_induction = Parameter(
        "largest rise of activation, relative",
        2.0 * dimensionless,
        plausible=(1.0, 4.0),
        source=assumed("activation about doubles within a day of a high dose"),
    )
    inducing_concentration = Parameter(
        "concentration of half of the largest induction",
        5.0 * mg / L,
        plausible=(1.0, 30.0),
        source=assumed("below the levels of the first day after 60 mg/kg, so that induction lasts that day"),
    )
    enzyme_turnover = Parameter(
        "turnover of the enzyme", 0.035 / hour, plausible=(0.02, 0.06), source=assumed("half-life about 20 h")
    )
    metabolite_clearance = Parameter(
        "clearance of 4-hydroxycyclophosphamide, 70 kg",
        300.0 * L / hour,
        plausible=(150.0, 600.0),
        source=assumed("an exposure of about 2 % of the parent drug's, mostly by aldehyde dehydrogenase"),
    )

    # --- killing ---
    sensitivity = Parameter(
        "sensitivity of this patient's cells, relative",
        1.0 * dimensionless,
        plausible=(0.85, 1.18),
        vary=lognormal(cv=0.40),
        source=assumed("between-patient spread of potency 30 to 50 %, one factor for all cells of a patient"),
    )
    stem_cell_exposure = Parameter(
        "metabolite exposure that leaves 1/e of long-term stem cells",
        400.0 * mg * hour / L,
        plausible=(100.0, 2000.0),
        source=assumed(
            "primitive cells survive 4-hydroperoxycyclophosphamide that kills all colony-forming cells (PMID 3971044); "
            "nearly none of the kill proposed for BuCy"
        ),
    )
    early_progenitor_exposure = Parameter(
        "metabolite exposure that leaves 1/e of multipotent progenitors",
        60.0 * mg * hour / L,
        plausible=(25.0, 150.0),
        source=assumed("between stem cells and committed progenitors"),
    )
    dividing_exposure = Parameter(
        "metabolite exposure that leaves 1/e of committed progenitors",
        12.0 * mg * hour / L,
        plausible=(6.0, 50.0),
        source=assumed(
            "25 would lie between BFU-E (half killed by 41 umol/L of the hydroperoxide) and CFU-GM (89; PMID 3971044), "
            "if cells meet it for an hour; lower, as 120 to 200 mg/kg without a graft cost a week of neutrophils, and "
            "not so low that two doses after the graft delay it by more than three days"
        ),
    )
    precursor_exposure = Parameter(
        "metabolite exposure that leaves 1/e of dividing precursors, beside what kills committed progenitors",
        5.0 * mg * hour / L,
        plausible=(3.0, 20.0),
        source=assumed(
            "neutrophils fall below 0.5 for about a week after 120 to 200 mg/kg and come back without a graft: "
            "precursors, with less aldehyde dehydrogenase, go and progenitors stay"
        ),
    )
    lymphocyte_exposure = Parameter(
        "metabolite exposure that leaves 1/e of resting lymphocytes",
        10.0 * mg * hour / L,
        plausible=(4.0, 30.0),
        source=assumed(
            "chosen between two claims: 3 log10 of host T cells proposed for BuCy would need 4; that resting ones are "
            "spared after the graft would need 30 or more. Gives 1.0 log10 by 120 mg/kg, 0.8 by 100 mg/kg"
        ),
    )
    dividing_lymphocyte_exposure = Parameter(
        "metabolite exposure that leaves 1/e of lymphocytes in division",
        14.0 * mg * hour / L,
        plausible=(6.0, 60.0),
        source=fitted(
            OUTCOMES,
            "beside what kills resting ones: two 50 mg/kg after the graft weaken alloreactive cells by 1.3 log10, "
            "and spare enough that acute disease is as frequent as it is",
        ),
    )
    mucosa_exposure = Parameter(
        "metabolite exposure that leaves 1/e of mucosal stem cells",
        80.0 * mg * hour / L,
        plausible=(30.0, 300.0),
        source=assumed("mild mucositis alone: three quarters survive 120 mg/kg"),
    )
    malignant_exposure = Parameter(
        "metabolite exposure that leaves 1/e of malignant cells",
        25.0 * mg * hour / L,
        plausible=(12.0, 50.0),
        source=assumed("120 mg/kg add 0.4 log10 of leukemia to busulfan: proposed, not measured"),
    )
    vessel_exposure = Parameter(
        "metabolite exposure that injures small vessels by one e-fold",
        52.0 * mg * hour / L,
        plausible=(20.0, 100.0),
        source=fitted(
            OUTCOMES, "120 mg/kg injure half as much as a myeloablative course of busulfan; metabolites harm sinusoids"
        ),
    )

    urothelial_exposure = Parameter(
        "metabolite exposure that injures the urothelium by one",
        75.0 * mg * hour / L,
        plausible=(30.0, 150.0),
        source=assumed("a definition: about that of 100 mg/kg; acrolein goes with it"),
    )

    def size(self):
        return self.weight / self.standard_weight

    @derived("cyclophosphamide volume of distribution", L, vary=lognormal(cv=0.20), source=assumed("20 %"))
    def volume(self):
        return self.adult_volume * self.size()

    @derived("clearance that is not induced", L / hour, vary=lognormal(cv=0.30), source=assumed("30 to 40 %"))
    def constant_clearance(self):
        return self.other_clearance * self.size() ** self.size_exponent

    @derived("clearance by activation", L / hour, vary=lognormal(cv=0.35), source=assumed("30 to 40 %"))
    def activating_clearance(self):
        return self.activating_clearance_of_adult * self.size() ** self.size_exponent

    @derived("clearance of the metabolite", L / hour, vary=lognormal(cv=0.30), source=assumed("30 to 40 %"))
    def clearance_of_metabolite(self):
        return self.metabolite_clearance * self.size() ** self.size_exponent

    # --- what happens ---
    def concentration(self):
        return self.plasma / self.volume

    def activation(self):
        return self.activating_clearance * (1 + self.induction) * self.concentration()

    def metabolite(self):
        return self.activation() / self.clearance_of_metabolite

    @reaction(plasma, nothing)
    def is_excreted_or_oxidised(self):
        return self.constant_clearance * self.concentration()

    @reaction(plasma, nothing)
    def is_activated(self):
        return self.activation()

    @reaction(nothing, induction)
    def induces(self):
        """More enzyme is made."""
        drive = self.most_induction * saturate(self.concentration(), self.inducing_concentration)
        return self.enzyme_turnover * drive

    @reaction(induction, nothing)
    def induction_fades(self):
        return self.enzyme_turnover * self.induction

    @reaction(nothing, exposure)
    def accumulation(self):
        """Exposure accumulates."""
        return self.concentration()

    @reaction(nothing, active_exposure)
    def active_accumulation(self):
        """Exposure to the metabolite accumulates."""
        return self.metabolite()

    @offers(CYCLOPHOSPHAMIDE_CONCENTRATION)
    def in_plasma(self):
        return self.concentration()

    @offers(CYCLOPHOSPHAMIDE_EXPOSURE)
    def cumulative(self):
        return self.exposure

    @offers(HYDROXYCYCLOPHOSPHAMIDE_CONCENTRATION)
    def metabolite_in_plasma(self):
        return self.metabolite()

    @offers(HYDROXYCYCLOPHOSPHAMIDE_EXPOSURE)
    def cumulative_of_metabolite(self):
        return self.active_exposure

    def killing_concentration(self):
        return self.metabolite()

    @offers(CYTOTOXICITY[CellClass.PRECURSOR])
    def kills_precursors(self):
        return self.death_rate(self.precursor_exposure)

    @offers(CYTOTOXICITY[CellClass.DIVIDING_LYMPHOCYTE])
    def kills_dividing_lymphocytes(self):
        return self.death_rate(self.dividing_lymphocyte_exposure)

    @offers(UROTHELIAL_INJURY)
    def injures_urothelium(self):
        """By acrolein, which is made with the mustard: regardless of how sensitive blood-forming cells are."""
        return self.metabolite() / self.urothelial_exposure
