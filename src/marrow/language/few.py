"""Integrals that the drawing of few cells needs: births and deaths per cell, and arrivals, since the last round."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from marrow.errors import DeclarationError
from marrow.language.network import ReactionEntry, StateEntry
from marrow.language.symbols import symbol
from marrow.terms import Few


def few_cell_integrals(
    states: list[StateEntry], reactions: list[ReactionEntry]
) -> tuple[list[StateEntry], list[ReactionEntry]]:
    """For each state with ``few=BIRTH_AND_DEATH``, three more states and the reactions that fill them.

    What flows in or out in proportion to the population is a birth or a death; what flows in without it, an arrival.
    """
    extended, added = list(states), []
    for position, state in enumerate(states):
        if state.few is not Few.BIRTH_AND_DEATH:
            continue
        births, deaths, arrivals = _classify(position, state, reactions)
        first = len(extended)
        for offset, (kind, rate, unit, scale) in enumerate(
            (("births", births, "", 1.0), ("deaths", deaths, "", 1.0), ("arrivals", arrivals, state.unit, state.scale))
        ):
            name = f"{state.name}.{kind}"
            extended.append(StateEntry(name, symbol(name), f"{kind} of {state.label}", unit, state.module, scale))
            if rate != 0:
                added.append(
                    ReactionEntry(
                        name, f"{kind} since the last round", state.module, rate, (), ((first + offset, sp.Integer(1)),)
                    )
                )
        extended[position] = replace(state, births=first, deaths=first + 1, arrivals=first + 2)
    return extended, added


def _classify(position: int, state: StateEntry, reactions: list[ReactionEntry]) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    births, deaths, arrivals = [], [], []
    for reaction in reactions:
        for index, coefficient in reaction.products:
            if index == position:
                flow = coefficient * reaction.rate
                if _vanishes(flow, state.symbol):
                    births.append(_per_cell(flow, state, reaction))
                else:
                    arrivals.append(flow)
        for index, coefficient in reaction.sources:
            if index == position:
                deaths.append(_per_cell(coefficient * reaction.rate, state, reaction))
    return sp.Add(*births), sp.Add(*deaths), sp.Add(*arrivals)


def _vanishes(flow: sp.Expr, amount: sp.Symbol) -> bool:
    return flow.has(amount) and flow.subs(amount, 0) == 0


def _per_cell(flow: sp.Expr, state: StateEntry, reaction: ReactionEntry) -> sp.Expr:
    quotient = sp.Add(*(term / state.symbol for term in sp.Add.make_args(flow)))
    at_zero = quotient.subs(state.symbol, 0)
    if at_zero.has(sp.zoo, sp.nan, sp.oo):
        raise DeclarationError(
            f"{reaction.name}: must be written as a rate per cell times {state.name}, so that few cells can be drawn"
        )
    return quotient
