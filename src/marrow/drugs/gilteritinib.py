"""Gilteritinib, by mouth: maintenance of acute myeloid leukemia with mutated FLT3."""

from __future__ import annotations

from marrow.drugs.maintenance import Maintenance, half_dose, slowing
from marrow.language import Covariate, Drug
from marrow.sources import assumed
from marrow.vocabulary import IS_ACUTE_MYELOID_LEUKEMIA


class Gilteritinib(Maintenance, Drug):
    """Gilteritinib.

    Assumes that acute myeloid leukemia answers, and no other disease: give it only where FLT3 is mutated.
    Leaves out low counts, that residual disease before it decides who gains.
    Should show relapses fewer by about a third after an allogeneic graft.
    """

    names = ("gilteritinib", "Xospata")

    answers = Covariate(IS_ACUTE_MYELOID_LEUKEMIA)
    most = slowing(
        0.5,
        0.2,
        0.8,
        assumed("a hazard ratio of relapse or death of about 0.7 in one large trial, from memory"),
    )
    half = half_dose(40.0, 10.0, 120.0)
