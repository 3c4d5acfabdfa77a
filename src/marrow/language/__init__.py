"""The language of biology: how a mechanism is written down, checked and joined to others."""

from marrow.language.declare import (
    Balanced,
    Covariate,
    Needs,
    Parameter,
    Route,
    State,
    add,
    derived,
    hazard,
    nothing,
    offers,
    reaction,
    transit,
)
from marrow.language.discover import discover, drugs
from marrow.language.module import Drug, Module
from marrow.terms import Few, Joint, Lognormal, Origin, lognormal

__all__ = [
    "Balanced",
    "Covariate",
    "Drug",
    "Few",
    "Joint",
    "Lognormal",
    "Module",
    "Needs",
    "Origin",
    "Parameter",
    "Route",
    "State",
    "add",
    "derived",
    "discover",
    "drugs",
    "hazard",
    "lognormal",
    "nothing",
    "offers",
    "reaction",
    "transit",
]
