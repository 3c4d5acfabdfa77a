"""What a row of a long table is about: a laboratory, a transfusion, a stage of GVHD, an event."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from marrow.clinic.labs import Lab
from marrow.endpoints.gvhd_grading import Organ
from marrow.endpoints.transfusion import Product
from marrow.laboratory.assays import CHIMERISM
from marrow.observed import LABORATORY
from marrow.tables.columns import simple


class Happening(Enum):
    """Events that a row may tell."""

    TRANSPLANT = "transplant"
    RELAPSE = "relapse"
    CHRONIC_GVHD = "chronic GVHD"
    DEATH = "death"
    LAST_CONTACT = "last contact"


Item = Lab | Product | Organ | Happening

_WORDS: dict[Item, tuple[str, ...]] = {
    Product.PLATELETS: ("platelet transfusion", "platelets transfused", "platelet concentrate", "transfusion platelets",
                        "plt transfusion"),
    Product.RED_CELLS: ("red cell transfusion", "rbc transfusion", "red cells transfused", "erythrocyte concentrate",
                        "transfusion red cells", "packed red cells", "prbc"),
    Organ.SKIN: ("gvhd skin", "skin gvhd", "acute gvhd skin", "agvhd skin", "skin stage"),
    Organ.LIVER: ("gvhd liver", "liver gvhd", "acute gvhd liver", "agvhd liver", "liver stage"),
    Organ.UPPER_GUT: ("gvhd upper gi", "upper gi gvhd", "acute gvhd upper gi", "agvhd upper gi", "upper gi stage"),
    Organ.LOWER_GUT: ("gvhd lower gi", "lower gi gvhd", "acute gvhd lower gi", "agvhd lower gi", "gvhd gut",
                      "gut stage"),
    Happening.TRANSPLANT: ("transplant", "graft", "infusion", "day 0", "hsct", "hct"),
    Happening.RELAPSE: ("relapse", "progression", "relapse or progression"),
    Happening.CHRONIC_GVHD: ("chronic gvhd", "cgvhd"),
    Happening.DEATH: ("death", "died", "dead"),
    Happening.LAST_CONTACT: ("last contact", "last follow up", "last seen", "censored", "alive"),
}  # fmt: skip

_MORE_LABORATORY = {"wbc total": "WBC", "wbctotal": "WBC", "wbc count": "WBC", "neut": "ANC", "anc absolute": "ANC",
                    "neutrophils absolute": "ANC", "plt count": "platelets",
                    "thrombocyte count": "platelets"}  # fmt: skip

_LABS = (*LABORATORY, *(assay.lab for assay in CHIMERISM.values()))
ITEMS: dict[str, Item] = {
    **{word: next(lab for lab in LABORATORY if lab.name == name) for word, name in _MORE_LABORATORY.items()},
    **{simple(name): lab for lab in _LABS for name in (lab.name, lab.observable, *lab.aliases)},
    **{word: item for item, words in _WORDS.items() for word in words},
}
_MORE_UNITS = {"gpt/l": "10^9/L", "10e9/l": "10^9/L", "x10e9/l": "10^9/L", "10^9/liter": "10^9/L", "tsd/ul": "10^3/uL",
               "thou/ul": "10^3/uL", "k/mm3": "10^3/uL", "thousand/ul": "10^3/uL", "gm/dl": "g/dL",
               "g%": "g/dL"}  # fmt: skip
_HIGHEST_HEMOGLOBIN = 25.0  # g/dL; beyond it a unit is wrong
_BEYOND_USUAL = 10.0  # counts run far above thresholds that make sense


@dataclass(frozen=True)
class Unit:
    """``name`` as marrow writes it; ``factor`` to the unit of the laboratory."""

    name: str
    factor: float


def unit_of(lab: Lab, text: str) -> Unit | None:
    """A unit by any of its spellings, or None."""
    wanted = text.replace(" ", "").lower()
    wanted = _MORE_UNITS.get(wanted, wanted).lower()
    for name, factor in lab.units.items():
        if name.lower() == wanted:
            return Unit(name, factor)
    return None


def most(lab: Lab) -> float:
    """Above this a value of a laboratory is impossible, in its unit."""
    if lab.unit == "%":
        return lab.high
    return _HIGHEST_HEMOGLOBIN if lab.observable == "hemoglobin" else lab.high * _BEYOND_USUAL


def supposed_unit(lab: Lab, value: float) -> Unit | None:
    """The unit that a value without one must be in: its own, or the only other in which it makes sense."""
    own = Unit(lab.unit, 1.0)
    if value <= lab.high * (1.0 if lab.observable != "hemoglobin" else _HIGHEST_HEMOGLOBIN / lab.high):
        return own
    fits = {
        factor: name for name, factor in reversed(list(lab.units.items())) if lab.low / 10 <= value * factor <= lab.high
    }
    if len(fits) == 1:
        factor, name = next(iter(fits.items()))
        return Unit(name, factor)
    return None
