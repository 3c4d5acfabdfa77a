"""The donor's natural killer cells against malignant cells: what a graft without T cells still does."""

from __future__ import annotations

from marrow.biology.declared import fitted_rate, pure
from marrow.language import Covariate, Module, Needs, Origin, Parameter, derived, offers
from marrow.language.math import saturate
from marrow.sources import assumed
from marrow.units import cells, dimensionless, uL
from marrow.vocabulary import (
    IS_ALLOGENEIC,
    MALIGNANT_RESPONSE_TO_NATURAL_KILLERS,
    NATURAL_KILLERS_OF,
    NATURAL_KILLING_OF_MALIGNANCY,
)


class NaturalKillerEffect(Module):
    """Killing of malignant cells by the donor's natural killer cells.

    Assumes a killing that follows their number in blood and saturates, in acute myeloid leukemia and myelodysplasia
    more than in other diseases, widely different between pairs. It is exactly zero with a patient's own or a twin's
    cells.
    Leaves out receptors and their ligands one by one, and what drugs against T cells do to these cells.
    Should show that relapse of myeloid disease hardly rises when T cells are taken out of the graft, and that it is
    rarer where natural killer cells are many.
    """

    is_allogeneic = Covariate(IS_ALLOGENEIC)
    response = Covariate(MALIGNANT_RESPONSE_TO_NATURAL_KILLERS)
    natural_killers = Needs(NATURAL_KILLERS_OF)

    killing = fitted_rate(
        "killing of malignant cells at its most",
        0.081,
        0.01,
        0.15,
        "as many relapse after CD34-selected grafts as after others; after depletion of T cells 40 % where the graft "
        "had few natural killer cells and 6 % where it had many",
    )
    spread = pure("killing of this pair's, relative", 1.0, 0.8, 1.25, "receptors and ligands differ", 0.8)
    half = Parameter(
        "natural killer cells at which half of that is reached",
        200.0 * cells / uL,
        plausible=(50.0, 500.0),
        source=assumed("half of those in health; reached in the second month"),
    )

    @derived("killing of this patient's malignant cells at its most, relative", dimensionless)
    def readiness(self):
        return self.is_allogeneic * self.response * self.spread

    @offers(NATURAL_KILLING_OF_MALIGNANCY)
    def kills(self):
        if self.origin is Origin.HOST:
            return 0 * self.killing
        return self.killing * self.readiness * saturate(self.natural_killers, self.half)
