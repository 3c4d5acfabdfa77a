"""Hemorrhagic cystitis by BK virus: a urothelium injured by conditioning, and no T cells against the virus in it."""

from __future__ import annotations

from marrow.language import Covariate, Module, Needs, Parameter, State, derived, hazard, lognormal, nothing, reaction
from marrow.sources import assumed
from marrow.units import day, dimensionless
from marrow.vocabulary import (
    GRAFT_GIVEN,
    HLA_MISMATCHES,
    IS_ALLOGENEIC,
    LACK_OF_T_CELLS,
    T_CELL_ACTIVATION,
    UROTHELIAL_INJURY,
    VESSEL_INJURY,
)


class HemorrhagicCystitis(Module):
    """The first hemorrhagic cystitis with BK virus, grade II or more.

    Assumes a urothelium that cyclophosphamide injures and that heals within weeks, as far as vessels tell injured by
    other drugs and radiation too; a hazard in proportion to that injury and to missing CD4 cells, under
    immunosuppressants, that rises with each HLA mismatch.
    Leaves out early cystitis by acrolein alone and mesna, sex, platelets, viruria before, acute disease; it kills
    nobody by itself.
    Should show 5 to 15 % by day 100 after myeloablative allografts, three to four times as much after haploidentical
    ones with cyclophosphamide, hardly any after mild conditioning or a patient's own cells.
    """

    allogeneic = Covariate(IS_ALLOGENEIC)
    mismatches = Covariate(HLA_MISMATCHES)
    given = Needs(GRAFT_GIVEN)
    no_t_cells = Needs(LACK_OF_T_CELLS)
    activation = Needs(T_CELL_ACTIVATION)
    vessels = Needs(VESSEL_INJURY)
    kill = Needs(UROTHELIAL_INJURY)
    injury = State("injury of the urothelium by cyclophosphamide", dimensionless, rest=0, typical=0.5)
    healing_time = Parameter(
        "time in which the urothelium heals",
        30.0 * day,
        plausible=(15.0, 60.0),
        source=assumed("cystitis begins a median of 22 to 45 days after the graft and lasts a month"),
    )
    base = Parameter(
        "hazard in a urothelium as injured as by 100 mg/kg of cyclophosphamide, without CD4 cells",
        0.0037 / day,
        plausible=(0.0015, 0.01),
        vary=lognormal(cv=0.6),
        source=assumed("set so that 8 to 20 % have it (published: 17 % of 1321, 12 % of 209, none of 36 after mild "
                       "conditioning)", key="lunde2015"),
    )  # fmt: skip
    by_vessels = Parameter(
        "injury of the urothelium for each of vessels",
        0.8 * dimensionless,
        plausible=(0.3, 2.0),
        source=assumed(
            "busulfan and irradiation at myeloablative doses injure it as a course of cyclophosphamide does"
        ),
    )
    by_mismatch = Parameter(
        "increase of the hazard with each HLA mismatch",
        0.4 * dimensionless,
        plausible=(0.2, 1.0),
        source=assumed("30 % haploidentical, 8 % matched by day 90, all with cyclophosphamide after the graft; 41 and "
                       "8 % in another series"),
    )  # fmt: skip
    without_suppression = Parameter(
        "hazard without immunosuppressants, relative",
        0.4 * dimensionless,
        plausible=(0.1, 0.8),
        source=assumed("less than half, as of other viruses"),
    )
    own = Parameter(
        "hazard after a patient's own or a twin's cells, relative",
        0.1 * dimensionless,
        plausible=(0.02, 0.3),
        source=assumed("1 of 155 autologous, 8 of 92 allogeneic patients"),
    )

    @derived("how open this patient is to it, 1 for a matched allograft", dimensionless)
    def openness(self):
        other = self.allogeneic * (1 + self.by_mismatch * self.mismatches)
        return other + (1 - self.allogeneic) * self.own

    @reaction(nothing, injury)
    def is_injured(self):
        """Cyclophosphamide injures it."""
        return self.kill

    @reaction(injury, nothing)
    def heals(self):
        """It heals."""
        return self.injury / self.healing_time

    @hazard("hemorrhagic cystitis")
    def cystitis(self):
        """Virus and blood are found in urine."""
        injured = self.injury + self.by_vessels * self.vessels
        open_to_it = self.without_suppression + (1 - self.without_suppression) * (1 - self.activation)
        return self.base * self.openness * self.given * injured * self.no_t_cells * open_to_it
