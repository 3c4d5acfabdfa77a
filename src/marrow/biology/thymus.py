"""The thymus: seeded by lymphoid progenitors, it exports naive T cells."""

from __future__ import annotations

from marrow.language import (
    Balanced,
    Covariate,
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
)
from marrow.language.math import exp
from marrow.sources import assumed
from marrow.sources import derived as calculated
from marrow.units import cells, day, dimensionless, kg, year
from marrow.vocabulary import (
    AGE,
    ALLOREACTIVE_KILLING,
    BODY_WEIGHT,
    CHRONIC_GVHD,
    CYTOTOXICITY,
    GVHD_INJURY,
    LYMPHOID_PRECURSORS,
    MARROW_SUPPORT,
    START,
    THYMIC_EXPORT,
    CellClass,
    Pool,
)


class Thymus(Module):
    """The thymus: lymphoid progenitors become thymocytes, and these naive T cells.

    Assumes that it shrinks with age, suffers with the stroma and, while it lasts, from graft-versus-host disease, acute
    and chronic; a fixed time from seeding to export. The yield is solved from health.
    Leaves out its epithelium as cells, negative selection, keratinocyte growth factor, sex hormones.
    Should show naive CD4 cells after more than a year in adults, sooner in children, later with graft-versus-host
    disease.
    """

    age = Covariate(AGE)
    weight = Covariate(BODY_WEIGHT)
    precursors = Needs(LYMPHOID_PRECURSORS)
    support = Needs(MARROW_SUPPORT)
    kill = Needs(CYTOTOXICITY[CellClass.LYMPHOCYTE])
    kill_of_t_cells = Needs(CYTOTOXICITY[CellClass.T_CELL])
    alloreactive = Needs(ALLOREACTIVE_KILLING)
    acute = Needs(GVHD_INJURY)
    chronic = Needs(CHRONIC_GVHD)
    spared = Needs(START[Pool.T_CELLS])

    export_at_25 = Parameter(
        "thymic export at 25 years",
        3e7 * cells / day,
        plausible=(5e6, 1e8),
        vary=lognormal(cv=0.4),
        source=calculated(
            "3.2e7 a day in a published model; 1e7 to 1e8 in adults",
            key="zheng2021",
            transcribed_in="yuezheli/haematopoiesis",
        ),
    )
    shrinkage = Parameter(
        "fall of thymic export with age",
        0.045 / year,
        plausible=(0.03, 0.06),
        source=assumed("less than 1 % of birth in old age"),
    )
    reference_age = Parameter(
        "age to which the export refers",
        25.0 * year,
        plausible=(25.0, 25.0),
        source=assumed("definition of the reference"),
    )
    thymus_time = Parameter(
        "time in the thymus",
        30.0 * day,
        plausible=(14.0, 60.0),
        source=assumed("three to four weeks, slower in repair"),
    )
    by_gvhd = Parameter(
        "loss of output with severe graft-versus-host disease, as times less",
        5.0 * dimensionless,
        plausible=(2.0, 10.0),
        source=assumed("output is a tenth to a third of that without it"),
    )

    @derived("thymocytes that will be exported, in health", cells / kg)
    def thymocytes_at_rest(self):
        export = self.export_at_25 * exp(-self.shrinkage * (self.age - self.reference_age))
        return export / self.weight * self.thymus_time

    thymocytes = State(
        "thymocytes that will be exported", cells / kg, per=Origin, rest=thymocytes_at_rest, start=spared, typical=5e6
    )
    thymic_yield = Balanced("exported T cells per lymphoid progenitor", dimensionless)

    @reaction(nothing, thymocytes)
    def seeded(self):
        """Lymphoid progenitors seed the thymus; a damaged one makes less of them."""
        injured = 1 + self.by_gvhd * (self.acute + self.chronic)
        return self.thymic_yield * self.support**3 * self.precursors / injured

    def leaving(self):
        return self.thymocytes / self.thymus_time

    @reaction(thymocytes, nothing)
    def exported(self):
        """Export of naive T cells, counted where they go."""
        return self.leaving()

    @reaction(thymocytes, nothing)
    def killed(self):
        """Thymocytes killed by drugs, radiation and T cells of the other origin."""
        return (self.kill + self.kill_of_t_cells + self.alloreactive) * self.thymocytes

    @offers(THYMIC_EXPORT)
    def export(self):
        return self.leaving()
