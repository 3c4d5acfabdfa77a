"""A second graft: when a graft has failed, what is given, and the dose against T cells before it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from solve_small import Dose, course

from marrow.drugs.second_graft import SecondGraft
from marrow.language import Module, Needs, Parameter, State, nothing, offers, reaction
from marrow.sources import assumed
from marrow.units import L as litre
from marrow.units import billion_cells, cells, dimensionless, kg
from marrow.vocabulary import (
    ABSOLUTE_NEUTROPHIL_COUNT,
    CYTOTOXICITY,
    RELAPSED,
    SECOND_GRAFT,
    SETTLING_CD3,
    CellClass,
)

OF_TESTS = assumed("of tests")


class Ward(Module):
    """For tests: neutrophils that stay as they are, and what arrives, added up."""

    came = Needs(SECOND_GRAFT)
    t_cells = Needs(SETTLING_CD3)
    kill = Needs(CYTOTOXICITY[CellClass.T_CELL])
    count = Parameter("neutrophils", 0.1 * billion_cells / litre, plausible=(0.01, 10.0), source=OF_TESTS)
    relapse = Parameter("relapse", 1e-9 * dimensionless, plausible=(1e-9, 1.0), source=OF_TESTS)
    settled = State("CD34+ cells so far", cells / kg, rest=0, typical=1e6)
    settled_t_cells = State("T cells so far", cells / kg, rest=0, typical=1e8)
    killed = State("killing so far", dimensionless, rest=0, typical=1.0)

    @reaction(nothing, settled)
    def cells_add_up(self):
        return self.came

    @reaction(nothing, settled_t_cells)
    def t_cells_add_up(self):
        return self.t_cells

    @reaction(nothing, killed)
    def killing_adds_up(self):
        return self.kill

    @offers(ABSOLUTE_NEUTROPHIL_COUNT)
    def neutrophils(self):
        return self.count

    @offers(RELAPSED)
    def relapsed(self):
        return self.relapse


DAYS = np.arange(0.0, 41.0)


def ward(doses: list[Dose] | None = None, known: dict[str, float] | None = None, **changed: float):
    return course((SecondGraft, Ward), doses or [], 24 * DAYS, known, {f"ward.{k}": v for k, v in changed.items()})


def test_a_graft_has_failed_after_two_weeks_without_neutrophils_and_not_where_they_are_there() -> None:
    assert 12 <= DAYS[np.argmax(ward()["graft_fails"] > 0.5)] <= 15
    assert DAYS[np.argmax(ward(count=0.45)["graft_fails"] > 0.5)] <= 20
    assert ward(count=0.55)["graft_fails"].max() < 1e-6
    assert ward(relapse=1.0)["graft_fails"].max() < 1e-6


def test_all_cells_come_about_a_week_after_the_order_with_t_cells_in_proportion() -> None:
    given = [Dose("second graft.IV", 0.0, 5e6 * 70)]
    found = ward(given, {"body_weight": 70.0, "graft_cd3": 2e8})
    assert found["ward.settled"][-1] == pytest.approx(5e6, rel=1e-3)
    assert found["ward.settled_t_cells"][-1] == pytest.approx(2e8, rel=1e-3)
    assert 6 < np.interp(2.5e6, found["ward.settled"], DAYS) < 8


def test_the_dose_against_t_cells_leaves_one_in_ten_thousand_and_is_not_given_with_own_cells() -> None:
    given = [Dose("second graft.IV", 0.0, 5e6 * 70)]
    killing = ward(given, {"body_weight": 70.0})["ward.killed"]
    assert 7 < killing[-1] < 12
    assert killing[6] > 0.8 * killing[-1]  # over before the cells come
    assert ward(given, {"body_weight": 70.0, "is_allogeneic": 0.0})["ward.killed"][-1] == 0
    assert ward()["ward.killed"][-1] == 0
