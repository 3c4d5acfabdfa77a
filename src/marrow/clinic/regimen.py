"""Named conditioning regimens. A name in a plan means the same as writing its sentences out.

Doses and days are those of common protocols. What was read in a label or a published schedule is graded ``derived``
(total dose as published, days as usual); what is only remembered is graded ``assumed``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from marrow.clinic.orders import DrugOrder, Role
from marrow.clinic.sentences import read_order
from marrow.sources import Source, assumed, derived


@dataclass(frozen=True)
class NamedRegimen:
    """``intensity``: how it is usually classed (myeloablative, reduced, ...)."""

    name: str
    aliases: tuple[str, ...]
    sentences: tuple[str, ...]
    intensity: str
    source: Source

    @property
    def orders(self) -> tuple[DrugOrder, ...]:
        return _orders(self.sentences)


@cache
def _orders(sentences: tuple[str, ...]) -> tuple[DrugOrder, ...]:
    orders = (read_order(sentence, Role.CONDITIONING) for sentence in sentences)
    return tuple(order for order in orders if isinstance(order, DrugOrder))


_REMEMBERED = assumed("a common schedule, from memory; protocols differ by a day or a dose step")
_LABEL = derived("the schedule of the US label of intravenous busulfan, read in copies of the label")
_TOTAL = derived("total doses as published; the days are the usual ones")
_MEL = derived("single dose as in published series of autologous transplants; day -2 (others use -1)")

REGIMENS: tuple[NamedRegimen, ...] = (
    NamedRegimen("FB4", ("FluBu4", "BuFlu4"), (
        "fludarabine 40 mg/m2 IV over 1 h daily, day -6 to -3",
        "busulfan 3.2 mg/kg IV over 3 h daily, day -6 to -3"), "myeloablative", _TOTAL),
    NamedRegimen("FB3", ("FluBu3",), (
        "fludarabine 30 mg/m2 IV over 30 min daily, day -6 to -2",
        "busulfan 3.2 mg/kg IV over 3 h daily, day -6 to -4"), "reduced toxicity", _REMEMBERED),
    NamedRegimen("FB2", ("FluBu2",), (
        "fludarabine 30 mg/m2 IV over 30 min daily, day -6 to -2",
        "busulfan 3.2 mg/kg IV over 3 h daily, day -4, -3"), "reduced intensity", _REMEMBERED),
    NamedRegimen("BuCy", ("BuCy2",), (
        "busulfan 0.8 mg/kg IV over 2 h every 6 h, day -7 to -4",
        "cyclophosphamide 60 mg/kg IV over 1 h daily, day -3, -2"), "myeloablative", _LABEL),
    NamedRegimen("Mel200", (), (
        "melphalan 200 mg/m2 IV over 30 min, day -2",), "myeloablative", _MEL),
    NamedRegimen("Mel140", (), (
        "melphalan 140 mg/m2 IV over 30 min, day -2",), "reduced intensity", _MEL),
    NamedRegimen("FM140", ("FluMel", "FluMel140"), (
        "fludarabine 30 mg/m2 IV over 30 min daily, day -7 to -3",
        "melphalan 140 mg/m2 IV over 30 min, day -2"), "reduced intensity", _REMEMBERED),
    NamedRegimen("FM100", ("FluMel100",), (
        "fludarabine 40 mg/m2 IV over 30 min daily, day -6 to -3",
        "melphalan 100 mg/m2 IV over 30 min, day -2"), "reduced intensity", _REMEMBERED),
    NamedRegimen("CyTBI", ("CyTBI12",), (
        "cyclophosphamide 60 mg/kg IV over 1 h daily, day -6, -5",
        "total body irradiation 12 Gy in 6 fractions twice daily, day -3 to -1"), "myeloablative", _TOTAL),
    NamedRegimen("FluTBI2", ("FluTBI200",), (
        "fludarabine 30 mg/m2 IV over 30 min daily, day -4 to -2",
        "total body irradiation 2 Gy day 0"), "non-myeloablative", _TOTAL),
    NamedRegimen("TBF", (), (
        "thiotepa 5 mg/kg IV over 2 h daily, day -7, -6",
        "busulfan 3.2 mg/kg IV over 3 h daily, day -5 to -3",
        "fludarabine 50 mg/m2 IV over 1 h daily, day -5 to -3"), "myeloablative", _REMEMBERED),
    NamedRegimen("FluTreo30", (), (
        "treosulfan 10 g/m2 IV over 2 h daily, day -4 to -2",
        "fludarabine 30 mg/m2 IV over 30 min daily, day -6 to -2"), "reduced toxicity", _TOTAL),
    NamedRegimen("FluTreo42", (), (
        "treosulfan 14 g/m2 IV over 2 h daily, day -6 to -4",
        "fludarabine 30 mg/m2 IV over 30 min daily, day -6 to -2"), "myeloablative", _TOTAL),
    NamedRegimen("HaploNMA", ("FluCyTBI",), (
        "fludarabine 30 mg/m2 IV over 30 min daily, day -6 to -2",
        "cyclophosphamide 14.5 mg/kg IV over 1 h daily, day -6, -5",
        "total body irradiation 2 Gy day -1"), "non-myeloablative", _REMEMBERED),
    NamedRegimen("BEAM", (), (
        "carmustine 300 mg/m2 IV over 2 h, day -6",
        "etoposide 200 mg/m2 IV over 1 h daily, day -5 to -2",
        "cytarabine 200 mg/m2 IV over 30 min every 12 h, day -5 to -2",
        "melphalan 140 mg/m2 IV over 30 min, day -1"), "myeloablative", _TOTAL),
)  # fmt: skip


def _key(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def names() -> tuple[str, ...]:
    return tuple(name for regimen in REGIMENS for name in (regimen.name, *regimen.aliases))


def find_regimen(name: str) -> NamedRegimen | None:
    """The regimen of that name; case, hyphens and spaces do not matter."""
    for regimen in REGIMENS:
        if _key(name) in {_key(known) for known in (regimen.name, *regimen.aliases)}:
            return regimen
    return None


def name_of(orders: tuple[DrugOrder, ...]) -> str:
    """The name of the regimen that these orders are, or ''."""
    for regimen in REGIMENS:
        if frozenset(regimen.orders) == frozenset(orders):
            return regimen.name
    return ""
