"""Lenalidomide, by mouth: maintenance of multiple myeloma."""

from __future__ import annotations

from marrow.drugs.maintenance import Maintenance, half_dose, slowing
from marrow.language import Covariate, Drug
from marrow.sources import assumed
from marrow.vocabulary import IS_MYELOMA


class Lenalidomide(Maintenance, Drug):
    """Lenalidomide.

    Assumes that myeloma answers, and no other disease; that 10 mg a day more than halve growth.
    Leaves out low counts, second cancers, graft-versus-host disease by it after an allogeneic graft, kidneys.
    Should show about half the hazard of progression after an autologous graft (published: hazard ratio 0.48 in three
    trials, 0.62 in a registry).
    """

    names = ("lenalidomide", "Revlimid")

    answers = Covariate(IS_MYELOMA)
    most = slowing(
        0.7,
        0.4,
        0.9,
        assumed(
            "set by hand with published figures in view: median without progression 52.8 against 23.5 months after "
            "autologous grafts (three trials, mccarthy2017)",
            key="mccarthy2017",
        ),
    )
    half = half_dose(2.7, 1.0, 8.0)
