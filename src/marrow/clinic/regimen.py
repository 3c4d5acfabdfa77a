"""Named conditioning regimens. A name in a plan means the same as writing its sentences out.

Doses and days are those of common protocols. What was read in a label or a published schedule is graded ``derived``
(total dose as published, days as usual); what is only remembered is graded ``assumed``. How intense a regimen is, is
not stored but computed from its sentences (``clinic.intensity``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from marrow.clinic.intensity import TCI, Intensity, Setting, class_text, intensity, tci
from marrow.clinic.orders import DrugOrder, Order, Role
from marrow.clinic.sentences import read_order
from marrow.errors import PlanError, Problem, nearest
from marrow.sources import Source, assumed, derived


@dataclass(frozen=True)
class NamedRegimen:
    """``setting``: for whom. ``prophylaxis``: sentences that belong to it but stand under that heading of a plan."""

    name: str
    aliases: tuple[str, ...]
    sentences: tuple[str, ...]
    source: Source
    setting: Setting = Setting.ALLOGENEIC
    prophylaxis: tuple[str, ...] = ()

    @property
    def orders(self) -> tuple[DrugOrder, ...]:
        return _orders(self.sentences)

    @property
    def prophylaxis_orders(self) -> tuple[Order, ...]:
        return tuple(read_order(sentence, Role.PROPHYLAXIS) for sentence in self.prophylaxis)

    @property
    def tci(self) -> TCI:
        """For an adult of 70 kg and 1.83 m2, where doses must be converted."""
        return tci(self.orders, self.setting)

    @property
    def intensity(self) -> Intensity | None:
        return intensity(self.orders, self.setting)

    @property
    def class_text(self) -> str:
        return class_text(self.intensity, self.setting)


@cache
def _orders(sentences: tuple[str, ...]) -> tuple[DrugOrder, ...]:
    orders = (read_order(sentence, Role.CONDITIONING) for sentence in sentences)
    return tuple(order for order in orders if isinstance(order, DrugOrder))


_REMEMBERED = assumed("a common schedule, from memory; protocols differ by a day or a dose step")
_LABEL = derived("the schedule of the US label of intravenous busulfan, read in copies of the label")
_TOTAL = derived("total doses as published; the days are the usual ones")
_MEL = derived("single dose as in published series of autologous transplants; day -2 (others use -1)")
_OPTION = derived("irradiation and etoposide as published options; the days are the usual ones")
_UTRECHT = derived("fludarabine, days and the aimed-at exposure of busulfan as published; the hour is assumed")
_SERUM = assumed("from memory; dose and days of antibodies differ widely between centers")
_HEMOGLOBIN = assumed(
    "200 mg/kg of cyclophosphamide after busulfan, as in sickle cell disease and thalassemia, from memory; busulfan by "
    "vein in place of 14 to 16 mg/kg by mouth"
)
_THIOTEPA = assumed(
    "BEAM with thiotepa in place of carmustine, from memory; 8 to 10 mg/kg, days differ by a day or two"
)
_INTRAVENOUS = assumed(
    "busulfan 12 mg/kg by mouth, melphalan 100 and thiotepa 500 mg/m2 in all, from memory; busulfan by vein, at 0.8 "
    "for 1 mg/kg by mouth"
)
_AUTO, _CHILD, _ANEMIA = Setting.AUTOLOGOUS, Setting.CHILDREN, Setting.APLASTIC_ANEMIA

_FLU_30_X5 = "fludarabine 30 mg/m2 IV over 30 min daily, day -6 to -2"
_FLU_30_X5_EARLY = "fludarabine 30 mg/m2 IV over 30 min daily, day -7 to -3"
_FLU_30_X4 = "fludarabine 30 mg/m2 IV over 30 min daily, day -6 to -3"
_MEL_140 = "melphalan 140 mg/m2 IV over 30 min, day -2"
_BEAM = (
    "carmustine 300 mg/m2 IV over 2 h, day -6",
    "etoposide 200 mg/m2 IV over 1 h daily, day -5 to -2",
    "cytarabine 200 mg/m2 IV over 30 min every 12 h, day -5 to -2",
    "melphalan 140 mg/m2 IV over 30 min, day -1",
)
_FLAMSA = (
    "fludarabine 30 mg/m2 IV over 30 min daily, day -12 to -9",
    "cytarabine 2 g/m2 IV over 4 h daily, day -12 to -9",
    "amsacrine 100 mg/m2 IV over 1 h daily, day -12 to -9",
)
_FLAMSA_END = (
    "cyclophosphamide 60 mg/kg IV over 1 h daily, day -4, -3",
    "anti-T-lymphocyte globulin 10 mg/kg IV over 6 h daily, day -3 to -1",
)
_PTCY = ("cyclophosphamide 50 mg/kg IV over 1 h daily, day 3, 4",)

REGIMENS: tuple[NamedRegimen, ...] = (
    # busulfan
    NamedRegimen("BuCy", ("BuCy2", "BuCy120"), (
        "busulfan 0.8 mg/kg IV over 2 h every 6 h, day -7 to -4",
        "cyclophosphamide 60 mg/kg IV over 1 h daily, day -3, -2"), _LABEL),
    NamedRegimen("BuCy200", ("BuCy4",), (
        "busulfan 0.8 mg/kg IV over 2 h every 6 h, day -9 to -6",
        "cyclophosphamide 50 mg/kg IV over 1 h daily, day -5 to -2"), _HEMOGLOBIN, _CHILD),
    NamedRegimen("FB4", ("FluBu4", "BuFlu4", "Bu4Flu"), (
        "fludarabine 40 mg/m2 IV over 1 h daily, day -6 to -3",
        "busulfan 3.2 mg/kg IV over 3 h daily, day -6 to -3"), _TOTAL),
    NamedRegimen("FB3", ("FluBu3", "BuFlu3", "Bu3Flu"), (
        _FLU_30_X5, "busulfan 3.2 mg/kg IV over 3 h daily, day -6 to -4"), _REMEMBERED),
    NamedRegimen("FB2", ("FluBu2", "BuFlu2", "Bu2Flu"), (
        _FLU_30_X5, "busulfan 3.2 mg/kg IV over 3 h daily, day -4, -3"), _REMEMBERED),
    NamedRegimen("FB-Utrecht", ("FluBu-Utrecht", "FluBu90"), (
        "fludarabine 40 mg/m2 IV over 1 h daily, day -5 to -2",
        "busulfan IV over 3 h daily at 07:00, day -5 to -2, target cumulative AUC 90 mg*h/L"), _UTRECHT),
    NamedRegimen("CloFluBu", ("CFB",), (
        "clofarabine 30 mg/m2 IV over 1 h daily, day -5 to -2",
        "fludarabine 10 mg/m2 IV over 1 h daily, day -5 to -2",
        "busulfan IV over 3 h daily, day -5 to -2, target cumulative AUC 90 mg*h/L"), _UTRECHT),
    NamedRegimen("TBF", (), (
        "thiotepa 5 mg/kg IV over 2 h daily, day -7, -6",
        "busulfan 3.2 mg/kg IV over 3 h daily, day -5 to -3",
        "fludarabine 50 mg/m2 IV over 1 h daily, day -5 to -3"), _REMEMBERED),
    # total body irradiation
    NamedRegimen("CyTBI", ("CyTBI12", "TBICy", "TBICy12"), (
        "cyclophosphamide 60 mg/kg IV over 1 h daily, day -6, -5",
        "total body irradiation 12 Gy in 6 fractions twice daily, day -3 to -1"), _TOTAL),
    NamedRegimen("CyTBI14", ("CyTBI14.4", "TBICy14"), (
        "cyclophosphamide 60 mg/kg IV over 1 h daily, day -6, -5",
        "total body irradiation 14.4 Gy in 8 fractions twice daily, day -4 to -1"), _TOTAL),
    NamedRegimen("TBI-VP16", ("TBI-Eto", "VP16-TBI", "TBI-Etoposide", "TBI-VP"), (
        "total body irradiation 12 Gy in 6 fractions twice daily, day -6 to -4",
        "etoposide 60 mg/kg IV over 4 h, day -3"), _OPTION),
    NamedRegimen("FluTBI2", ("FluTBI200",), (
        "fludarabine 30 mg/m2 IV over 30 min daily, day -4 to -2",
        "total body irradiation 2 Gy day 0"), _TOTAL),
    NamedRegimen("FluTBI8", ("FluTBI800",), (
        _FLU_30_X4, "total body irradiation 8 Gy in 4 fractions twice daily, day -2, -1"), _REMEMBERED),
    NamedRegimen("HaploNMA", ("FluCyTBI", "Haplo-PTCy"), (
        _FLU_30_X5, "cyclophosphamide 14.5 mg/kg IV over 1 h daily, day -6, -5",
        "total body irradiation 2 Gy day -1"), _REMEMBERED, prophylaxis=_PTCY),
    # melphalan
    NamedRegimen("FM140", ("FluMel", "FluMel140", "MelFlu"), (_FLU_30_X5_EARLY, _MEL_140), _REMEMBERED),
    NamedRegimen("FM100", ("FluMel100",), (
        "fludarabine 40 mg/m2 IV over 30 min daily, day -6 to -3",
        "melphalan 100 mg/m2 IV over 30 min, day -2"), _REMEMBERED),
    NamedRegimen("FM-Campath", ("FluMel-Campath", "FMC", "FluMelAlem"), (
        "alemtuzumab 20 mg IV over 4 h daily, day -8 to -4", _FLU_30_X5_EARLY, _MEL_140), _SERUM),
    # treosulfan
    NamedRegimen("FluTreo30", ("TreoFlu30",), (
        "treosulfan 10 g/m2 IV over 2 h daily, day -4 to -2", _FLU_30_X5), _TOTAL),
    NamedRegimen("FluTreo36", ("TreoFlu36",), (
        "treosulfan 12 g/m2 IV over 2 h daily, day -6 to -4", _FLU_30_X5), _REMEMBERED),
    NamedRegimen("FluTreo42", ("TreoFlu42",), (
        "treosulfan 14 g/m2 IV over 2 h daily, day -6 to -4", _FLU_30_X5), _TOTAL),
    NamedRegimen("TreoFluTT", ("FluTreoTT", "Treo-Flu-Thiotepa"), (
        "treosulfan 14 g/m2 IV over 2 h daily, day -7 to -5", _FLU_30_X5_EARLY,
        "thiotepa 5 mg/kg IV over 2 h every 12 h, day -4"), _REMEMBERED, _CHILD),
    NamedRegimen("FluCy", ("CyFlu",), (
        "cyclophosphamide 60 mg/kg IV over 1 h daily, day -7, -6",
        "fludarabine 25 mg/m2 IV over 30 min daily, day -5 to -1"), _REMEMBERED),
    # sequential, and before T-cell depletion
    NamedRegimen("FLAMSA-RIC", ("FLAMSA", "FLAMSA-TBI"), (
        *_FLAMSA, "total body irradiation 4 Gy day -5", *_FLAMSA_END), _REMEMBERED),
    NamedRegimen("FLAMSA-Bu", (), (
        *_FLAMSA, "busulfan 3.2 mg/kg IV over 3 h daily, day -6, -5", *_FLAMSA_END), _REMEMBERED),
    NamedRegimen("BEAM-alem", ("BEAM-Campath",), (
        *_BEAM, "alemtuzumab 10 mg IV over 4 h daily, day -5 to -1"), _SERUM),
    # own cells
    NamedRegimen("Mel200", ("HDM200",), ("melphalan 200 mg/m2 IV over 30 min, day -2",), _MEL, _AUTO),
    NamedRegimen("Mel140", ("HDM140",), (_MEL_140,), _MEL, _AUTO),
    NamedRegimen("Mel100x2", ("Mel200-split",), (
        "melphalan 100 mg/m2 IV over 30 min daily, day -3, -2",), _REMEMBERED, _AUTO),
    NamedRegimen("BEAM", (), _BEAM, _TOTAL, _AUTO),
    NamedRegimen("TEAM", (), (
        "thiotepa 5 mg/kg IV over 2 h every 12 h, day -6", *_BEAM[1:]), _THIOTEPA, _AUTO),
    NamedRegimen("BuMel", (), (
        "busulfan 0.8 mg/kg IV over 2 h every 6 h, day -6 to -3",
        "melphalan 140 mg/m2 IV over 30 min, day -1"), _REMEMBERED, _AUTO),
    NamedRegimen("BuMelTT", ("BuMelThio",), (
        "busulfan 0.8 mg/kg IV over 2 h every 6 h, day -8 to -6",
        "melphalan 50 mg/m2 IV over 30 min daily, day -5, -4",
        "thiotepa 250 mg/m2 IV over 2 h daily, day -3, -2"), _INTRAVENOUS, _AUTO),
    NamedRegimen("CBV", (), (
        "carmustine 300 mg/m2 IV over 2 h, day -6",
        "etoposide 150 mg/m2 IV over 2 h every 12 h, day -6 to -4",
        "cyclophosphamide 1.5 g/m2 IV over 1 h daily, day -6 to -3"), _TOTAL, _AUTO),
    # aplastic anemia
    NamedRegimen("CyATG", ("Cy200ATG",), (
        "cyclophosphamide 50 mg/kg IV over 1 h daily, day -5 to -2",
        "horse antithymocyte globulin 30 mg/kg IV over 6 h daily, day -5 to -3"), _SERUM, _ANEMIA),
    NamedRegimen("FCC", ("FluCyAlem", "FluCy-Campath"), (
        "fludarabine 30 mg/m2 IV over 30 min daily, day -7 to -4",
        "cyclophosphamide 300 mg/m2 IV over 1 h daily, day -7 to -4",
        "alemtuzumab 0.2 mg/kg IV over 4 h daily, day -7 to -3"), _SERUM, _ANEMIA),
    NamedRegimen("FluCyATG", ("FCA",), (
        _FLU_30_X4, "cyclophosphamide 300 mg/m2 IV over 1 h daily, day -6 to -3",
        "rabbit antithymocyte globulin 2.5 mg/kg IV over 6 h daily, day -3 to -1"), _SERUM, _ANEMIA),
)  # fmt: skip


_ALIKE = 0.65  # likeness from which a name is suggested: FB4 for FB5


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


def regimen_named(name: str) -> NamedRegimen:
    """The same, or a ``PlanError`` with the nearest name."""
    found = find_regimen(name)
    if found is None:
        shown = f"the regimen {name[:40]!r}" if name.strip() else "no name"
        needed = f"one of {', '.join(regimen.name for regimen in REGIMENS)}"
        raise PlanError("marrow regimens", [Problem(shown, needed, near_regimen(name))])
    return found


def near_regimen(name: str) -> str:
    """The name nearest to one that is not known, or ''; hyphens, spaces and strokes do not count."""
    by_key = {_key(known): known for known in names()}
    near = nearest(_key(name), by_key, _ALIKE)
    return by_key[near] if near else ""


def name_of(orders: tuple[DrugOrder, ...]) -> str:
    """The name of the regimen that these orders are, or ''. Sentences are compared, not doses found for a target."""
    sentences = {str(order) for order in orders}
    for regimen in REGIMENS:
        if {str(order) for order in regimen.orders} == sentences:
            return regimen.name
    return ""
