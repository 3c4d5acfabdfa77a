"""Sorafenib, by mouth: maintenance of acute myeloid leukemia with mutated FLT3."""

from __future__ import annotations

from marrow.drugs.maintenance import Maintenance, half_dose, slowing
from marrow.language import Covariate, Drug
from marrow.sources import assumed
from marrow.vocabulary import IS_ACUTE_MYELOID_LEUKEMIA


class Sorafenib(Maintenance, Drug):
    """Sorafenib.

    Assumes that acute myeloid leukemia answers, and no other disease: a plan does not say whether FLT3 is mutated, so
    give it only where it is.
    Leaves out skin and gut, what it adds to the killing by donor cells, graft-versus-host disease by it.
    Should show about half the relapses after an allogeneic graft (published: hazard ratio of relapse or death 0.39).
    """

    names = ("sorafenib", "Nexavar")

    answers = Covariate(IS_ACUTE_MYELOID_LEUKEMIA)
    most = slowing(
        0.7,
        0.4,
        0.9,
        assumed(
            "set by hand with a published figure in view: hazard ratio of relapse or death 0.39 with 200 to 400 mg "
            "twice a day after allogeneic grafts (burchert2020)",
            key="burchert2020",
        ),
    )
    half = half_dose(200.0, 80.0, 600.0)
