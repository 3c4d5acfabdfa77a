"""Drugs without a module with which a plan may be simulated all the same.

For some another drug is given in their place, at a share of their dose; the plan keeps their name and dose, and its
echo says what they count as. Others are supportive: nothing that the model follows answers to them, so that they are
told as left without effect, and keep no published study from being simulated.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from marrow.sources import OUTCOMES, Source, assumed, derived, fitted


@dataclass(frozen=True)
class StandIn:
    """``share``: how much of ``drug`` counts for one part of the other by weight. ``plausible``: its range."""

    drug: str
    share: float
    plausible: tuple[float, float]
    source: Source


STAND_INS: Mapping[str, StandIn] = {
    "lenograstim": StandIn(
        "filgrastim", 1.0, (0.8, 1.3),
        assumed("the same protein but for its sugars, somewhat more active by weight in cultures; after transplants "
                "the days of neutrophils were alike at the same dose: equal by weight"),
    ),
    "mycophenolic acid": StandIn(
        "mycophenolate mofetil", 1.39, (1.3, 1.45),
        derived("by molar mass: 720 mg of the coated sodium salt carry as much acid as 1000 mg of the ester"),
    ),
    "anti-T-lymphocyte globulin": StandIn(
        "rabbit antithymocyte globulin", 0.25, (0.1, 0.3),
        fitted(OUTCOMES, "10 mg/kg are given where 2.5 mg/kg of thymoglobulin are, a quarter; by 60 mg/kg for 7.5 it "
                         "would be an eighth, with which graft-versus-host disease comes out too often after this one "
                         "and too seldom after thymoglobulin. One is raised against a line of T cells, the other "
                         "against thymocytes"),
    ),
    "horse antithymocyte globulin": StandIn(
        "rabbit antithymocyte globulin", 1 / 12, (0.05, 0.12),
        assumed("90 mg/kg before cord blood are used where 7.5 mg/kg of the rabbit's are, 160 mg/kg in aplastic "
                "anemia where 10 to 15 mg/kg are; it leaves T cells empty for days, not for weeks"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Supportive:
    """``why`` it may be left out; ``last_day`` up to which that holds."""

    why: str
    last_day: float = math.inf


_SIDE_EFFECTS = Supportive("against harm that is not followed, or is followed as under usual care")
_INFECTIONS = Supportive("hazards of infection are those under usual care, of which it is part")
_PREMEDICATION = Supportive("as premedication; later courses would act on graft-versus-host disease", 5)
SUPPORTIVE: Mapping[str, Supportive] = {
    **dict.fromkeys(
        ("mesna", "levetiracetam", "phenytoin", "ursodiol", "defibrotide", "heparin", "palifermin", "leucovorin"),
        _SIDE_EFFECTS,
    ),
    **dict.fromkeys(
        ("aciclovir", "fluconazole", "posaconazole", "voriconazole", "micafungin", "levofloxacin", "ciprofloxacin",
         "cotrimoxazole", "immunoglobulin"),
        _INFECTIONS,
    ),
    **dict.fromkeys(("methylprednisolone", "prednisolone", "dexamethasone"), _PREMEDICATION),
    "rituximab": Supportive("what it does to B cells, lymphoma and Epstein-Barr virus is not followed"),
}  # fmt: skip
