"""Epstein-Barr virus: it wakes where T cells are missing and there are B cells to live in, and may end as lymphoma."""

from __future__ import annotations

from marrow.language import (
    Covariate,
    Module,
    Needs,
    Parameter,
    State,
    add,
    derived,
    hazard,
    lognormal,
    nothing,
    reaction,
)
from marrow.language.math import positive, saturate, smaller
from marrow.sources import assumed
from marrow.units import cells, day, dimensionless, uL
from marrow.vocabulary import (
    B_CELL_COUNT,
    EPSTEIN_BARR_LOAD,
    GRAFT_GIVEN,
    IS_ALLOGENEIC,
    STEROIDS,
    T_CELL_ACTIVATION,
    T_CELL_COUNT,
)


class EpsteinBarrVirus(Module):
    """First viremia that calls for rituximab, and lymphoproliferative disease that grows out of it.

    Assumes that nearly everybody carries the virus; a hazard that rises with the third power of missing T cells, as
    few of them suffice, needs B cells, and is higher under immunosuppressants and steroids; that viremia is treated and
    fades within weeks, while disease follows in some, the more T cells are missing.
    Leaves out serostatus, viral load, rituximab's effect on B cells, disease of the patient's own cells late, and which
    T cells are left: after cyclophosphamide following the graft, which spares resting ones that know the virus, it is
    probably told too often; death of it is within death of infection.
    Should show viremia in 2 to 5 % of allogeneic patients without and 15 to 30 % with antithymocyte globulin, disease
    in a tenth of them; none after a patient's own or a twin's cells.
    """

    allogeneic = Covariate(IS_ALLOGENEIC)
    given = Needs(GRAFT_GIVEN)
    t_cells = Needs(T_CELL_COUNT)
    b_cells = Needs(B_CELL_COUNT)
    steroids = Needs(STEROIDS)
    activation = Needs(T_CELL_ACTIVATION)
    load = State("virus of a viremia, 1 on its day", dimensionless, rest=0, typical=0.5, receives=EPSTEIN_BARR_LOAD)
    base = Parameter(
        "hazard of viremia without T cells under full immunosuppression",
        0.0075 / day,
        plausible=(0.002, 0.015),
        vary=lognormal(cv=0.8),
        source=assumed(
            "set so that 3 to 6 % without and 20 to 30 % with antithymocyte globulin have it (published: 14 % of 488, "
            "most with globulin; 29 % of 93 at high risk; relative risk of globulin 5.3, 2.9 to 9.5)"
        ),
    )
    enough_t_cells = Parameter(
        "T cells that hold the virus down",
        500.0 * cells / uL,
        plausible=(250.0, 1000.0),
        source=assumed("viremia is rare above; a few specific cells suffice to treat it"),
    )
    enough_b_cells = Parameter(
        "B cells in which half as much virus lives as can",
        2.0 * cells / uL,
        plausible=(0.5, 20.0),
        source=assumed("depletion of B cells with T cells halves to quarters the risk of disease", key="landgren2009"),
    )
    without_suppression = Parameter(
        "hazard without immunosuppressants, relative",
        0.4 * dimensionless,
        plausible=(0.1, 0.8),
        source=assumed("it wakes after grafts without T cells and without drugs too"),
    )
    by_steroids = Parameter(
        "increase of the hazard at 2 mg/kg of prednisone",
        2.0 * dimensionless,
        plausible=(0.5, 5.0),
        source=assumed("as cytomegalovirus; 32 % of 40 patients with refractory disease have it in a year"),
    )
    clearing = Parameter(
        "time in which a treated viremia fades",
        14.0 * day,
        plausible=(7.0, 30.0),
        source=assumed("virus gone a median of 8 days, 1 to 46, after one infusion of rituximab in 14 patients"),
    )
    progression = Parameter(
        "hazard of lymphoproliferative disease in a viremia without T cells",
        0.011 / day,
        plausible=(0.004, 0.03),
        source=assumed("a tenth of those with viremia get it (published: 7 of 67); 1.1, 3.6 and 8.1 % with one to "
                       "three risk factors, without early treatment", key="landgren2009"),
    )  # fmt: skip

    @derived("T cells that hold the virus down, at most the patient's own in health", cells / uL)
    def enough(self):
        return smaller(self.enough_t_cells, self.at_rest.t_cells)

    def missing(self):
        """T cells that are missing: 1 without any."""
        return positive(1 - self.t_cells / self.enough)

    @hazard("Epstein-Barr viremia", then=add(EPSTEIN_BARR_LOAD, 1.0))
    def viremia(self):
        """Virus is found in blood, so much that it is treated."""
        open_to_it = self.without_suppression + (1 - self.without_suppression) * (1 - self.activation)
        worse = open_to_it * (1 + self.by_steroids * self.steroids)
        hosts = saturate(self.b_cells, self.enough_b_cells)
        return self.allogeneic * self.base * self.given * hosts * self.missing() ** 3 * worse

    @reaction(load, nothing)
    def clears(self):
        """Rituximab and T cells clear the virus."""
        return self.load / self.clearing

    @hazard("lymphoproliferative disease")
    def lymphoproliferation(self):
        """Infected B cells grow as a lymphoma."""
        return self.progression * self.load * self.missing()
