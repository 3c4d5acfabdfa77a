"""``State(start=...)``: the first day may differ from health; health itself stays where it is."""

from __future__ import annotations

import pytest

from marrow.errors import DeclarationError
from marrow.language import Balanced, Module, Needs, Origin, Parameter, State, nothing, offers, reaction
from marrow.language.compose import compose
from marrow.language.symbols import symbol
from marrow.sources import assumed
from marrow.units import cells, day, dimensionless, kg
from marrow.vocabulary import Combine, Port

TOY = assumed("a toy model for tests")
LEFT = Port("toy_left", dimensionless, "cells left on the first day", combine=Combine.PRODUCT)
SCAR = Port("toy_scar", dimensionless, "scar on the first day", combine=Combine.SUM)


class Tissue(Module):
    """Cells made and lost at constant rates, and a scar that heals."""

    left = Needs(LEFT)
    scarred = Needs(SCAR)
    usual = Parameter("cells in health", 100.0 * cells / kg, plausible=(50, 200), source=TOY)
    loss = Parameter("loss", 0.1 / day, plausible=(0.05, 0.2), source=TOY)
    made = Balanced("cells made", cells / kg / day)
    pool = State("cells", cells / kg, per=Origin, rest=usual, start=left, typical=100.0)
    scar = State("scar", dimensionless, rest=0, start=scarred, typical=1.0)

    @reaction(nothing, pool)
    def birth(self):
        """Made."""
        return self.made if self.origin is Origin.HOST else 0

    @reaction(pool, nothing)
    def death(self):
        """Lost."""
        return self.loss * self.pool

    @reaction(scar, nothing)
    def heals(self):
        """Healed."""
        return self.loss * self.scar


class Illness(Module):
    """A third of the cells, and a scar of a fifth."""

    share = Parameter("cells left", 0.3 * dimensionless, plausible=(0.1, 0.5), source=TOY)
    depth = Parameter("scar", 0.2 * dimensionless, plausible=(0.1, 0.5), source=TOY)

    @offers(LEFT)
    def cells_left(self):
        return self.share

    @offers(SCAR)
    def scar(self):
        return self.depth


def first_day(*modules: type[Module]) -> dict[str, float]:
    network = compose(modules)
    values = {each.symbol: each.default for each in network.inputs}
    for each in network.assignments:
        values[each.symbol] = each.expression.subs(values)
    assert values[symbol("tissue.made")] == pytest.approx(10.0), "health is the same for everyone"
    return {state.name: float(state.initial.subs(values)) for state in network.states}


def test_nobody_ill_starts_healthy() -> None:
    assert first_day(Tissue) == {"tissue.pool.host": 100.0, "tissue.pool.donor": 0.0, "tissue.scar": 0.0}


def test_illness_changes_the_host_and_no_graft_to_come() -> None:
    found = first_day(Tissue, Illness)
    assert found == pytest.approx({"tissue.pool.host": 30.0, "tissue.pool.donor": 0.0, "tissue.scar": 0.2})


def test_a_start_that_is_no_factor_is_refused_where_it_stands() -> None:
    amount = Port("toy_amount", cells / kg, "an amount", combine=Combine.SUM)
    with pytest.raises(DeclarationError, match=r"test_start\.py, line \d+.*start"):

        class Wrong(Module):
            """An amount in place of a factor."""

            needed = Needs(amount)
            usual = Parameter("cells in health", 100.0 * cells / kg, plausible=(50, 200), source=TOY)
            pool = State("cells", cells / kg, rest=usual, start=needed, typical=100.0)
