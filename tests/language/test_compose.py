"""Claims about the language: what it wires, what it balances, what it refuses."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest
import sympy as sp

from marrow.errors import DeclarationError
from marrow.language import Balanced, Module, Needs, Parameter, State, derived, nothing, offers, reaction
from marrow.language.compose import compose, right_hand_side_by_numbers
from marrow.language.network import InputKind
from marrow.sources import assumed, elsewhere
from marrow.terms import lognormal
from marrow.units import L, cells, day, dimensionless, hour, kg, mg
from marrow.vocabulary import Port

sys.path.insert(0, str(Path(__file__).parent))
from small import HORMONE, TOY, TOY_MODULES, ToyBlood, ToyHormone, ToyStem


def patient(network, **changes):
    """Numbers for one patient at rest, by evaluating inputs and assignments in order."""
    values = {each.symbol: (each.default or 0.0) * each.to_house for each in network.inputs}
    values |= {symbol: value for symbol, value in values.items() if str(symbol) not in changes}
    values |= {sp.Symbol(name, real=True): value for name, value in changes.items()}
    for each in network.assignments:
        values[each.symbol] = float(each.expression.subs(values))
    values |= {route.rate: 0.0 for route in network.routes if route.rate is not None}
    values |= {modifier.symbol: 1.0 for modifier in network.modifiers}
    values |= {state.symbol: float(sp.sympify(state.initial).subs(values)) for state in network.states}
    return values


def test_health_is_a_steady_state_also_for_a_patient_who_differs():
    network = compose(TOY_MODULES)
    for changes in ({}, {"toy_stem.full.deviate": 1.3, "known.body_weight": 31.0}):
        values = patient(network, **changes)
        for state, slope in zip(network.states, network.right_hand_side, strict=True):
            if "integral" in state.name or state.name.endswith(("births", "deaths")):
                continue
            assert float(slope.subs(values)) == pytest.approx(0, abs=1e-9 * state.scale), state.name


def test_symbols_and_numbers_read_the_same_method_bodies_alike():
    network = compose(TOY_MODULES)
    values = patient(network)
    for i, state in enumerate(network.states):
        values[state.symbol] = state.scale * (0.3 + 0.1 * (i % 7))
    by_numbers = right_hand_side_by_numbers(TOY_MODULES, network, values)
    for state, slope, number in zip(network.states, network.right_hand_side, by_numbers, strict=True):
        if not state.name.endswith(("births", "deaths", "arrivals")):
            assert number == pytest.approx(float(slope.subs(values)), rel=1e-12), state.name


def test_reactions_conserve_what_they_move():
    """A reaction between two states without gain takes as much as it gives."""
    network = compose(TOY_MODULES)
    for entry in network.reactions:
        if entry.sources and entry.products:
            assert entry.sources[0][1] == entry.products[0][1] == 1, entry.name


def test_few_cells_split_into_births_deaths_and_arrivals():
    network = compose(TOY_MODULES)
    donor = network.states[network.state_index["toy_stem.cells_here.donor"]]
    slopes = network.right_hand_side
    births, deaths, arrivals = (slopes[i] for i in (donor.births, donor.deaths, donor.arrivals))
    whole = slopes[network.state_index["toy_stem.cells_here.donor"]]
    assert sp.simplify((births - deaths) * donor.symbol + arrivals - whole) == 0


def test_units_are_converted_to_house_units():
    network = compose(TOY_MODULES)
    clearance = next(each for each in network.inputs if each.name == "toy_drug.clearance_typical")
    assert (clearance.default, clearance.unit, clearance.to_house) == (12, "L/h", 24)


def test_deviates_parameters_and_covariates_are_inputs():
    kinds = {each.name: each.kind for each in compose(TOY_MODULES).inputs}
    assert kinds["known.body_weight"] is InputKind.COVARIATE
    assert kinds["toy_stem.full"] is InputKind.PARAMETER
    assert kinds["toy_drug.clearance.deviate"] is InputKind.DEVIATE


def test_a_number_without_a_unit_does_not_construct():
    with pytest.raises(DeclarationError, match=r"test_compose.py, line \d+.*has no unit"):
        Parameter("rate", 0.5, source=TOY, plausible=(0.1, 1))


def test_a_number_without_a_source_does_not_construct():
    with pytest.raises(DeclarationError, match="needs a graded source"):
        Parameter("rate", 0.5 / day, source="somewhere", plausible=(0.1, 1))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="needs the key of a paper"):
        elsewhere("", "healthy adults")
    with pytest.raises(ValueError, match="needs a note"):
        assumed(" ")


def test_a_number_outside_its_plausible_range_does_not_construct():
    with pytest.raises(DeclarationError, match="outside its plausible range"):
        Parameter("rate", 3 / day, source=TOY, plausible=(0.1, 1))


def test_a_rate_with_the_wrong_unit_is_refused_with_file_and_line():
    with pytest.raises(
        DeclarationError, match=r"test_compose.py, line \d+: WrongUnit.loss: gives cells/kg, needed cells/kg/day"
    ):

        class WrongUnit(Module):
            """A reaction that forgets its rate."""

            pool = State("pool", cells / kg, typical=1)

            @reaction(pool, nothing)
            def loss(self):
                return 1.0 * self.pool


def test_hours_and_days_may_be_mixed_since_units_are_converted():
    class Mixed(Module):
        """A clearance in hours beside a rate in days."""

        clearance = Parameter("clearance", 1.0 * L / hour, source=TOY, plausible=(1, 1))
        volume = Parameter("volume", 1.0 * L, source=TOY, plausible=(1, 1))
        slow = Parameter("slow loss", 1.0 / day, source=TOY, plausible=(1, 1))
        drug = State("drug", mg, typical=1, rest=0)

        @reaction(drug, nothing)
        def loss(self):
            return (self.clearance / self.volume + self.slow) * self.drug

    network = compose([Mixed])
    values = patient(network) | {network.states[0].symbol: 1.0}
    assert float(network.right_hand_side[0].subs(values)) == pytest.approx(-25)


def test_a_misspelt_name_is_answered_with_the_nearest():
    with pytest.raises(DeclarationError, match="'clearence'; did you mean 'clearance'"):

        class Misspelt(Module):
            """Misspelt."""

            clearance = Parameter("clearance", 1.0 / day, source=TOY, plausible=(1, 1))
            drug = State("drug", mg, typical=1, rest=0)

            @reaction(drug, nothing)
            def loss(self):
                return self.clearence * self.drug


def test_a_need_that_nobody_offers_names_the_nearest_port():
    hormon = Port("toy_hormon", mg / L, "a misspelt hormone")

    class Needy(Module):
        """Needs what nobody offers."""

        hormone = Needs(hormon)
        pool = State("pool", mg, typical=1, rest=0)

        @reaction(pool, nothing)
        def loss(self):
            return self.hormone / self.hormone * self.pool / self.time

        time = Parameter("time", 1 * day, source=TOY, plausible=(1, 1))

    with pytest.raises(
        DeclarationError,
        match="needs port 'toy_hormon', which nobody offers; the nearest offered port is 'toy_hormone'",
    ):
        compose([*TOY_MODULES, Needy])


def test_a_port_offered_twice_without_a_rule_is_refused():
    class Second(Module):
        """Offers the hormone too."""

        level_at_rest = Parameter("level", 1.0 * mg / L, source=TOY, plausible=(1, 1))

        @offers(HORMONE)
        def level(self):
            return self.level_at_rest

    with pytest.raises(DeclarationError, match="'toy_hormone' is offered twice"):
        compose([*TOY_MODULES, Second])


def test_ports_that_depend_on_themselves_are_refused_with_the_circle():
    first, second = Port("toy_first", dimensionless, ""), Port("toy_second", dimensionless, "")

    class Circle(Module):
        """Offers two ports from each other."""

        one, two = Needs(first), Needs(second)
        pool = State("pool", mg, typical=1, rest=0)

        @offers(first)
        def offer_first(self):
            return self.two

        @offers(second)
        def offer_second(self):
            return self.one

        @reaction(pool, nothing)
        def loss(self):
            return self.one * self.pool / self.time

        time = Parameter("time", 1 * day, source=TOY, plausible=(1, 1))

    with pytest.raises(DeclarationError, match="toy_first -> toy_second -> toy_first"):
        compose([Circle])


def test_an_if_on_a_state_is_refused_with_an_explanation():
    class Branching(Module):
        """Branches on a state."""

        pool = State("pool", mg, typical=1, rest=0)
        limit = Parameter("limit", 1 * mg, source=TOY, plausible=(1, 1))
        time = Parameter("time", 1 * day, source=TOY, plausible=(1, 1))

        @reaction(pool, nothing)
        def loss(self):
            if self.pool > self.limit:
                return self.limit / self.time
            return self.pool / self.time

    with pytest.raises(DeclarationError, match=r"use where\(condition"):
        compose([Branching])


def test_a_rest_that_cannot_be_solved_says_which_unknowns_are_left():
    class Loose(Module):
        """Neither rest value nor production is known."""

        pool = State("pool", mg, typical=1)
        production = Balanced("production", mg / day)
        time = Parameter("time", 1 * day, source=TOY, plausible=(1, 1))

        @reaction(nothing, pool)
        def gain(self):
            return self.production

        @reaction(pool, nothing)
        def loss(self):
            return self.pool / self.time

    with pytest.raises(DeclarationError, match=r"2 unknowns are left.*loose.pool.at_rest.*loose.production"):
        compose([Loose])


def test_a_per_origin_state_needs_total_where_something_shared_is_written():
    class Shared(Module):
        """Uses a per-origin port without total()."""

        recruits = Needs(next(p for p in ToyBlood.__dict__.values() if isinstance(p, Needs) and p.port.per).port)
        pool = State("pool", cells / kg, typical=1, rest=0)

        @reaction(nothing, pool)
        def gain(self):
            return self.recruits

    with pytest.raises(DeclarationError, match=r"write total\(self.recruits\)"):
        compose([*TOY_MODULES, Shared])


def test_an_occasion_or_step_makes_a_modifier_of_the_derived_value():
    network = compose(TOY_MODULES)
    (modifier,) = network.modifiers
    assert (modifier.drug, modifier.steps) == ("toydrug", ((0.25, 0.93),))
    assert modifier.symbol in network.kernel_parameters


def test_cv_and_sd_are_kept_apart():
    assert lognormal(cv=0.3).sd == pytest.approx(math.sqrt(math.log(1.09)))
    assert lognormal(sd=0.3).sd == 0.3
    with pytest.raises(TypeError):
        lognormal()


def test_modules_cannot_be_instantiated_and_must_say_what_they_assume():
    with pytest.raises(TypeError, match="is a declaration"):
        ToyStem()
    with pytest.raises(DeclarationError, match="say what it assumes"):
        type("Silent", (Module,), {})


def test_a_derived_value_may_use_rest_values():
    class Scaled(Module):
        """Half of the resting hormone."""

        hormone = Needs(HORMONE)
        pool = State("pool", mg / L, typical=1)
        time = Parameter("time", 1 * day, source=TOY, plausible=(1, 1))

        @derived("half of rest", mg / L)
        def half(self):
            return self.at_rest.hormone / 2

        @reaction(nothing, pool)
        def gain(self):
            return self.half / self.time

        @reaction(pool, nothing)
        def loss(self):
            return self.pool / self.time

    network = compose([ToyStem, ToyBlood, ToyHormone, Scaled])
    values = patient(network)
    assert values[network.states[network.state_index["scaled.pool"]].symbol] == pytest.approx(2.5)
