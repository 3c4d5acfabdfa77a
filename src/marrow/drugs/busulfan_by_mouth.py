"""Busulfan by mouth: what all models of how it moves share of its way from the gut."""

from __future__ import annotations

from marrow.language import Parameter, State, lognormal
from marrow.sources import assumed, in_transplant
from marrow.units import dimensionless, hour, mg


def gut() -> State:
    return State("busulfan in the gut", mg, rest=0, typical=30.0)


def absorption() -> Parameter:
    return Parameter(
        "absorption of busulfan from the gut",
        1.5 / hour,
        plausible=(0.6, 3.0),
        vary=lognormal(cv=0.5),
        source=assumed("peak one to two hours after a tablet; from memory"),
    )


def bioavailability() -> Parameter:
    """Of tablets. Vomiting and the second dose after it are in its spread."""
    return Parameter(
        "share of busulfan by mouth that reaches blood",
        0.75 * dimensionless,
        plausible=(0.65, 0.9),
        vary=lognormal(cv=0.22),
        source=in_transplant(
            "hassan1994",
            "0.47 to 1.03 in eight patients of 13 to 60 years, 0.22 to 1.20 in eight young children: the middle, at "
            "any age",
            at="abstract",
        ),
    )
