"""Which numbers are fitted, what product of numbers each stands for, and which figures they are not fitted to.

Counts cannot tell the factors of a product apart. Of each product all factors but one stay at their declared values,
and the one that is left is fitted: its value then stands for the whole product.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from marrow.calibration.fit import Prior
from marrow.errors import RunError
from marrow.parameter_file import declared_numbers
from marrow.units import unit_text


@dataclass(frozen=True)
class Free:
    """A number by name, and the ``lump`` it stands for."""

    name: str
    lump: str


FREE: tuple[Free, ...] = (  # homing and the composition of blood grafts stay as declared; growth stands for the product
    Free("progenitors.myeloid_division_when_empty", "homing x myeloid progenitors in a graft x their growth"),
    Free("progenitors.granulocyte_division_when_empty", "speed of the neutrophil line in an empty marrow"),
    Free("progenitors.erythroid_division_when_empty", "homing x MEP in a graft x their growth"),
    Free("progenitors.platelet_share", "health's megakaryocyte progenitors, against which those of a graft count"),
    Free("homing.marrow_myeloid", "marrow against blood: myeloid progenitors x their growth"),
    Free("homing.marrow_megakaryocyte", "marrow against blood: megakaryocyte progenitors x their gain"),
    Free("homing.cord_myeloid", "cord against blood: myeloid progenitors x their growth"),
    Free("platelets.megakaryoblast_rate", "from megakaryoblast to platelet: transit x response to thrombopoietin"),
    Free("platelets.worse_with_damage", "loss of platelets in the first two weeks"),
    Free("neutrophils.more_cells", "G-CSF: divisions x faster maturation x release"),
    Free("neutrophils.mitotic_time", "transit of neutrophils"),
    Free("neutrophils.drawn_out", "loss of neutrophils in the first two weeks"),
    Free("niche.growth_loss", "depth of stromal damage x what it does to division"),
    Free("methotrexate.kill_of_dividing", "methotrexate: kill x time above its level of effect"),
)

NOT_FITTED: dict[str, str] = {  # kinds of figures whose mechanism the model lacks
    "graft": "no rejection: alloreactive host cells are not modelled",
    "primary": "no rejection: alloreactive host cells are not modelled",
    "sustained": "no rejection: alloreactive host cells are not modelled",
    "mixed": "no donor T cells against the host's blood: alloreactivity is not modelled",
    "stable": "no donor T cells against the host's blood: alloreactivity is not modelled",
    "complete": "no donor T cells against the host's blood: alloreactivity is not modelled",
    "plt<": "late thrombocytopenia comes of complications that are not modelled",
}


def priors(free: Iterable[Free] = FREE) -> tuple[Prior, ...]:
    """The declared values and ranges. Raises ``RunError`` for a name that no module declares, or without a range."""
    declared = declared_numbers()
    found = []
    for each in free:
        number = declared.get(each.name)
        if number is None:
            raise RunError(f"no module declares the number {each.name!r}")
        low, high = number.plausible
        if not 0 < low < high:
            raise RunError(f"{each.name}: its plausible range {low:g} to {high:g} leaves nothing to fit")
        found.append(Prior(each.name, number.label, unit_text(number.unit), number.value, low, high, each.lump))
    return tuple(found)
