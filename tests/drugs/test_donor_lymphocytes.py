"""Donor lymphocytes: they settle as T cells of a graft do, and a relapse that is pushed back endangers less."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from solve_small import Dose, course

from marrow.drugs.donor_lymphocytes import DonorLymphocytes
from marrow.language import Module, Needs, Parameter, State, nothing, offers, reaction
from marrow.language.math import total
from marrow.sources import assumed
from marrow.units import cells, day, dimensionless, kg
from marrow.vocabulary import MALIGNANT_CELLS, RELAPSE_DANGER, SETTLING_CD3, T_CELLS_OF_BODY, Origin


class Surroundings(Module):
    """For tests: a body that takes T cells up, a number of malignant cells, and danger that adds up."""

    settling = Needs(SETTLING_CD3)
    danger = Needs(RELAPSE_DANGER)
    malignant = Parameter("malignant cells", 1e10 * cells, plausible=(1.0, 1e13), source=assumed("of tests"))
    host = Parameter("T cells of the host", 1e8 * cells / kg, plausible=(1e8, 1e8), source=assumed("of tests"))
    each_day = Parameter("danger of a day", 1 / day, plausible=(1.0, 1.0), source=assumed("of tests"))
    donor = State("T cells of the donor", cells / kg, per=Origin.DONOR, rest=0, typical=1e8)
    lived = State("danger so far", dimensionless, rest=0, typical=1.0)

    @reaction(nothing, donor)
    def taken_up(self):
        return self.settling

    @reaction(nothing, lived)
    def adds_up(self):
        return self.each_day * self.danger

    @offers(T_CELLS_OF_BODY)
    def of_body(self):
        return self.host if self.origin is Origin.HOST else total(self.donor)

    @offers(MALIGNANT_CELLS)
    def burden(self):
        return self.malignant


def test_all_of_them_settle_within_a_day_and_show_in_the_share_of_t_cells() -> None:
    given = [Dose("donor lymphocytes.IV", 24.0, 1e8 * 70)]
    found = course((DonorLymphocytes, Surroundings), given, [0, 23, 48, 72], {"body_weight": 70.0})
    assert found["surroundings.donor.donor"] == pytest.approx([0, 0, 1e8, 1e8], rel=1e-3, abs=1.0)
    assert found["t_cell_share.donor"] == pytest.approx([0, 0, 50, 50], rel=2e-3, abs=1e-6)


def test_a_relapse_that_is_pushed_back_endangers_less() -> None:
    def danger(malignant: float) -> float:
        changed = {"surroundings.malignant": malignant}
        return course((DonorLymphocytes, Surroundings), [], [0, 24.0], None, changed)["surroundings.lived"][-1]

    assert danger(1e10) > 0.98
    assert danger(1e8) < 0.02
    assert np.diff([danger(level) for level in (1e7, 1e8, 1e9, 1e10, 1e11)]).min() > 0
