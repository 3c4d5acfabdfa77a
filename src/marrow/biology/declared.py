"""Parameters as modules of immunity write them: a label, a number, its plausible range and the argument for it."""

from __future__ import annotations

from marrow.language import Parameter, lognormal
from marrow.sources import OUTCOMES, Source, assumed, fitted
from marrow.units import day, dimensionless, year


def pure(label: str, value: float, low: float, high: float, note: str, spread: float | None = None) -> Parameter:
    """A number without unit, assumed. ``spread``: standard deviation of its logarithm between patients."""
    return _pure(label, value, low, high, assumed(note), spread)


def fitted_pure(
    label: str, value: float, low: float, high: float, note: str, spread: float | None = None, run: str = OUTCOMES
) -> Parameter:
    """A number without unit, fitted to published figures in a kept ``run``."""
    return _pure(label, value, low, high, fitted(run, note), spread)


def _pure(label: str, value: float, low: float, high: float, source: Source, spread: float | None) -> Parameter:
    vary = None if spread is None else lognormal(sd=spread)
    return Parameter(label, value * dimensionless, plausible=(low, high), vary=vary, source=source)


def rate(label: str, value: float, low: float, high: float, note: str) -> Parameter:
    """A rate per day, assumed."""
    return Parameter(label, value / day, plausible=(low, high), source=assumed(note))


def fitted_rate(label: str, value: float, low: float, high: float, note: str) -> Parameter:
    """A rate per day, fitted to published outcomes."""
    return Parameter(label, value / day, plausible=(low, high), source=fitted(OUTCOMES, note))


def fitted_rise_with_age(value: float, low: float, high: float, note: str) -> Parameter:
    """By how much the logarithm of a hazard rises with each year of age, fitted to published outcomes."""
    label = "rise of the hazard with age, natural logarithm"
    return Parameter(label, value / year, plausible=(low, high), source=fitted(OUTCOMES, note))


def fitted_fall_with_year(value: float, low: float, high: float, note: str) -> Parameter:
    """By how much the logarithm of a hazard falls with each calendar year, fitted to published outcomes."""
    label = "fall of the hazard with each calendar year, natural logarithm"
    return Parameter(label, value / year, plausible=(low, high), source=fitted(OUTCOMES, note))


def age_of_reference(years: float) -> Parameter:
    """The age to which a hazard refers: a definition."""
    return Parameter(
        "age to which the hazard refers", years * year, plausible=(years, years), source=assumed("a definition")
    )
