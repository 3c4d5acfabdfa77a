"""Donor lymphocytes: T cells of the donor given again, for a relapse or before one."""

from __future__ import annotations

from marrow.language import Covariate, Drug, Needs, Parameter, Route, State, nothing, offers, reaction
from marrow.language.math import hill, total
from marrow.sources import assumed
from marrow.units import cells, day, kg
from marrow.vocabulary import (
    BODY_WEIGHT,
    DONOR_T_CELLS,
    MALIGNANT_CELLS,
    RELAPSE_DANGER,
    RELAPSE_FOUND,
    RELAPSED,
    SETTLING_CD3,
    T_CELLS_OF_BODY,
)


class DonorLymphocytes(Drug):
    """Donor lymphocytes.

    Assumes that they are T cells as those of the graft are: some answer to the host, kill host cells and malignant ones
    and make graft-versus-host disease, the less, the less is injured. A relapse that they push back below what a marrow
    shows endangers no longer. With it come what a ward looks at: whether relapse was found, and the donor's share of
    T cells.
    Leaves out chemotherapy before them, dose by dose escalation by response, waiting for immunosuppressants to end,
    withholding them in graft-versus-host disease, cells that were stimulated or sorted.
    Should show full T-cell chimerism within months of mixed one, and more graft-versus-host disease; of overt relapses
    of acute leukemia hardly any is turned (reported: a fifth to a third, mostly after chemotherapy).
    """

    names = ("donor lymphocytes", "DLI")

    weight = Covariate(BODY_WEIGHT)
    t_cells = Needs(T_CELLS_OF_BODY)
    malignant = Needs(MALIGNANT_CELLS)
    relapsed = Needs(RELAPSED)

    circulating = State("donor lymphocytes in blood", cells, rest=0, typical=1e8)
    iv = Route("IV", into=circulating, unit=cells)

    leaving_blood = Parameter(
        "rate at which they leave blood",
        8.3 / day,
        plausible=(1.4, 33.0),
        source=assumed("as the T cells of a graft"),
    )
    turned = Parameter(
        "malignant cells at which half of the danger of a relapse is left",
        1e9 * cells,
        plausible=(1e8, 1e10),
        source=assumed("a tenth of what a marrow shows: remission again"),
    )
    fewest = Parameter(
        "T cells of the body from which on they are told apart",
        1e4 * cells / kg,
        plausible=(1e3, 1e5),
        source=assumed("far fewer than can be counted"),
    )

    def flow(self):
        return self.leaving_blood * self.circulating

    @reaction(circulating, nothing)
    def leave(self):
        """They leave blood for the tissues."""
        return self.flow()

    @offers(SETTLING_CD3)
    def settle(self):
        return self.flow() / self.weight

    @offers(RELAPSE_FOUND)
    def found(self):
        return self.relapsed

    @offers(DONOR_T_CELLS)
    def share(self):
        return 100 * self.t_cells / (total(self.t_cells) + self.fewest)

    @offers(RELAPSE_DANGER)
    def danger_left(self):
        return hill(self.malignant, self.turned, 2)
