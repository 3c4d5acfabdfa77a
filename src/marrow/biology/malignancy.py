"""The malignancy that is left: killed by conditioning and by donor cells, growing, found again."""

from __future__ import annotations

import math

from marrow.biology.declared import fitted_pure
from marrow.language import (
    Covariate,
    Few,
    Module,
    Needs,
    Parameter,
    State,
    add,
    derived,
    hazard,
    lognormal,
    nothing,
    offers,
    reaction,
)
from marrow.language.math import hill, larger, positive, saturate, total
from marrow.sources import OUTCOMES, assumed, elsewhere, fitted
from marrow.units import cells, day, dimensionless, kg, year
from marrow.vocabulary import (
    AGE,
    BODY_WEIGHT,
    CYTOTOXICITY,
    GRAFT_PRESENT,
    GRAFT_VERSUS_MALIGNANCY,
    HAZARD_OF_RELAPSE,
    MALIGNANT_CELLS,
    MALIGNANT_CELLS_AT_START,
    MALIGNANT_DOUBLING_TIME,
    MALIGNANT_GROWTH,
    MALIGNANT_GROWTH_LEFT,
    MALIGNANT_RESPONSE_TO_GRAFT,
    NATURAL_KILLING_OF_MALIGNANCY,
    RELAPSED,
    RESISTANT_AT_START,
    SENSITIVE_AT_START,
    CellClass,
)


class Malignancy(Module):
    """Malignant cells that can regrow: sensitive to conditioning, or resistant; when the last is gone, the patient is
    cured.

    Assumes that a share of malignant cells can regrow, a smaller one where there are many (treatment leaves what can
    regrow and takes what cannot), and that the rest follow them; exponential growth up to a full body, slower where so
    few are left that most rest; one growth rate a patient; killing by drugs that adds up; killing by donor cells in
    proportion to cells that are awake, until so many are there that they outgrow it; relapse found within days once
    cells pass what a marrow shows.
    Leaves out evolution, sanctuaries, malignant cells in an autologous graft, treatment of relapse, and
    that malignant cells crowd the marrow.
    Should show relapse within two years mostly, with a hazard that falls afterwards; none without malignant disease.
    """

    weight = Covariate(BODY_WEIGHT)
    age = Covariate(AGE)
    burden = Covariate(MALIGNANT_CELLS_AT_START)
    doubling = Covariate(MALIGNANT_DOUBLING_TIME)
    response = Covariate(MALIGNANT_RESPONSE_TO_GRAFT)
    kill = Needs(CYTOTOXICITY[CellClass.MALIGNANT])
    immune = Needs(GRAFT_VERSUS_MALIGNANCY)
    natural = Needs(NATURAL_KILLING_OF_MALIGNANCY)
    graft = Needs(GRAFT_PRESENT)
    left_by_maintenance = Needs(MALIGNANT_GROWTH_LEFT)
    sensitive_first = Needs(SENSITIVE_AT_START)
    resistant_first = Needs(RESISTANT_AT_START)

    sensitive = State(
        "malignant cells that can regrow, sensitive", cells / kg, rest=0, start=sensitive_first, typical=10.0,
        few=Few.WHOLE_NUMBER,
    )  # fmt: skip
    resistant = State(
        "malignant cells that can regrow, resistant", cells / kg, rest=0, start=resistant_first, typical=10.0,
        few=Few.WHOLE_NUMBER,
    )  # fmt: skip
    relapse_found = State("relapse", dimensionless, rest=0, typical=1.0, receives=RELAPSED)

    burden_spread = Parameter(
        "malignant cells before conditioning, relative to what is usual for disease and stage",
        1.0 * dimensionless,
        plausible=(0.5, 2.0),
        vary=lognormal(sd=3.0),
        source=assumed("remission spans 1e5 to 1e10 cells; residual disease by flow cytometry sees 1e8 to 1e9"),
    )
    share = fitted_pure(
        "share of malignant cells that can regrow",
        2.4e-7,
        1e-8,
        1e-5,
        "leukemia-initiating cells are one in 1e4 to 1e6, few regrow; it stands for burden and depth of kill",
    )
    bulk = Parameter(
        "malignant cells before conditioning from which on that share is smaller",
        4.9e9 * cells,
        plausible=(1e8, 1e10),
        source=fitted(
            OUTCOMES, "residual disease that flow cytometry finds; below it remissions are taken to be alike"
        ),
    )
    fewer_in_bulk = fitted_pure(
        "fall of that share with bulk, power of the number of cells",
        0.64,
        0.3,
        1.0,
        "blasts that cannot regrow make up the bulk; with it transplants of active leukemia cure a fifth to a "
        "quarter, not none",
    )
    of_children = fitted_pure(
        "that share in children, relative to adults",
        0.043,
        0.01,
        1.0,
        "children are cured of leukemia more often at every stage, with and without transplants",
    )
    grown_up = Parameter(
        "age at which half of the way from child to adult is gone",
        18.0 * year,
        plausible=(15.0, 25.0),
        source=assumed("outcome of acute leukemia worsens steadily through youth"),
    )
    resistant_share = fitted_pure(
        "share of them that resists conditioning",
        0.017,
        1e-3,
        1e-1,
        "relapse falls with intensity, by a fifth to a third and not to nothing",
        2.0,
    )
    resistance = Parameter(
        "killing of resistant cells, relative",
        0.44 * dimensionless,
        plausible=(0.1, 0.6),
        source=fitted(OUTCOMES, "as the share that resists"),
    )
    sensitivity = Parameter(
        "sensitivity of this patient's malignant cells to conditioning, relative",
        0.29 * dimensionless,
        plausible=(0.15, 1.0),
        vary=lognormal(cv=0.35),
        source=fitted(
            OUTCOMES,
            "against doses that leave 1/e, which were proposed and not measured: relapse hardly depends on intensity; "
            "spread by cytogenetics and earlier treatment",
        ),
    )
    growth_spread = Parameter(
        "growth of malignant cells, relative to what is usual for the disease",
        1.0 * dimensionless,
        plausible=(0.8, 1.25),
        vary=lognormal(sd=0.7),
        source=elsewhere(
            "ommen2010",
            "medians of four kinds of AML at molecular relapse: 11, 12, 14 and 36 days; the spread takes in those who "
            "relapse after two years",
            at="abstract",
        ),
    )
    capacity = Parameter(
        "malignant cells of a body full of them",
        3e12 * cells,
        plausible=(1e12, 1e13),
        source=assumed("1e12 at diagnosis"),
    )
    response_spread = Parameter(
        "killing by donor cells, relative to what is usual for the disease",
        1.0 * dimensionless,
        plausible=(0.8, 1.25),
        vary=lognormal(sd=0.6),
        source=assumed("antigens, HLA loss and checkpoints differ"),
    )
    outgrown = Parameter(
        "malignant cells at which killing by donor cells has halved",
        4.7e9 * cells,
        plausible=(1e8, 1e11),
        source=fitted(
            OUTCOMES, "donor lymphocytes cure molecular relapse (56 %) more often than overt relapse (20 %) of CML"
        ),
    )
    shown_by_marrow = Parameter(
        "malignant cells at which a relapse is found",
        1e10 * cells,
        plausible=(3e9, 3e10),
        source=assumed("5 % blasts in a marrow of about 1e12 cells, of which a fifth is malignant: usual threshold"),
    )
    asleep = Parameter(
        "malignant cells of which half are awake",
        3.2e7 * cells,
        plausible=(5e6, 1.5e8),
        source=fitted(
            OUTCOMES,
            "relapse after two years needs cells that rest for long: where few are left, most do, and neither grow nor "
            "are seen by donor cells",
        ),
    )
    regrown = Parameter(
        "share of the cells before conditioning from which on disease has come back",
        0.1 * dimensionless,
        plausible=(0.03, 0.3),
        source=assumed("where disease is never below the threshold, progression is told from what there was"),
    )
    finding = Parameter(
        "rate at which a relapse far above the threshold is found",
        0.3 / day,
        plausible=(0.1, 1.0),
        source=assumed("counts fall within days"),
    )

    @derived("growth of malignant cells", 1 / day)
    def growth(self):
        return math.log(2) / self.doubling * self.growth_spread

    @derived("malignant cells before conditioning", cells)
    def at_first(self):
        return self.burden * self.burden_spread

    @derived("malignant cells at which a relapse of this patient is found", cells)
    def threshold(self):
        return larger(self.shown_by_marrow, self.regrown * self.at_first)

    @derived("share of this patient's malignant cells that can regrow", dimensionless)
    def regrowing(self):
        young = self.of_children ** (1 - hill(self.age / self.grown_up, 1, 4))
        return self.share * young * (1 + self.at_first / self.bulk) ** (-self.fewer_in_bulk)

    @offers(SENSITIVE_AT_START)
    def first_sensitive(self):
        return (1 - saturate(self.resistant_share, 1)) * self.at_first * self.regrowing / self.weight

    @offers(RESISTANT_AT_START)
    def first_resistant(self):
        return saturate(self.resistant_share, 1) * self.at_first * self.regrowing / self.weight

    def number(self):
        """All malignant cells of the body."""
        return (self.sensitive + self.resistant) * self.weight / self.regrowing

    def awake(self):
        """Share of the cells that divide and that donor cells see."""
        return saturate(self.number(), self.asleep)

    def division(self):
        return self.awake() * self.growth * self.left_by_maintenance * positive(1 - self.number() / self.capacity)

    def immune_killing(self):
        seen = self.awake() / (1 + self.number() / self.outgrown)
        return (self.immune * self.response * self.response_spread + total(self.natural)) * seen

    @reaction(nothing, sensitive)
    def sensitive_cells_grow(self):
        """Sensitive cells grow."""
        return self.division() * self.sensitive

    @reaction(nothing, resistant)
    def resistant_cells_grow(self):
        """Resistant cells grow."""
        return self.division() * self.resistant

    @reaction(sensitive, nothing)
    def sensitive_cells_are_killed(self):
        """Sensitive cells are killed by conditioning and by donor cells."""
        return (self.sensitivity * self.kill + self.immune_killing()) * self.sensitive

    @reaction(resistant, nothing)
    def resistant_cells_are_killed(self):
        """Resistant cells are killed by donor cells, and less by conditioning."""
        return (self.resistance * self.sensitivity * self.kill + self.immune_killing()) * self.resistant

    @hazard("relapse", then=add(RELAPSED, 1.0), cumulative=HAZARD_OF_RELAPSE)
    def relapse(self):
        """Relapse is found."""
        return self.finding * total(self.graft) * hill(self.number() / self.threshold, 1, 4)

    @offers(MALIGNANT_CELLS)
    def malignant_cells(self):
        return self.number()

    @offers(MALIGNANT_GROWTH)
    def malignant_growth(self):
        return self.growth

    @offers(RELAPSED)
    def relapsed(self):
        return self.relapse_found
