"""Drugs that a plan may name, whether or not they are modelled yet, and what a sentence about them may say.

A drug is modelled when a module of ``marrow.drugs`` carries its name. A new module needs no line here; a line only adds
aliases, defaults (route and length of infusion when a sentence leaves them out) and guards against slips of the pen.
Another model of the same drug is a module whose name ends in brackets, 'busulfan (Shukla)': it has the drug's line.

The guards are no dosing advice: ``most`` lies well above every published schedule (about twice), so that it catches
a wrong unit or a daily dose given every 6 h. All numbers in this table are assumed (common practice, from memory).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from marrow.clinic.orders import ONCE, DrugOrder, Order, Role, Way
from marrow.clinic.quantities import Kind, refuse
from marrow.clinic.stand_ins import STAND_INS, SUPPORTIVE, StandIn
from marrow.errors import nearest

if TYPE_CHECKING:
    from marrow.catalogue import ModuleFacts

_CONDITIONING = {Role.CONDITIONING: (-30, -1)}
_SERUM = {Role.CONDITIONING: (-30, 5), Role.PROPHYLAXIS: (-30, 30)}
_SUPPRESSION = {Role.PROPHYLAXIS: (-14, 1000)}
_WARD = {Role.CARE: (-30, 1000), Role.PROPHYLAXIS: (-30, 1000)}
_WITH_ANY = {**_WARD, Role.CONDITIONING: (-30, 5)}
_GROWTH = {Role.CARE: (0, 1000)}


@dataclass(frozen=True)
class Medicine:
    """``places``: under which headings it may stand, with the first and last day of a dose there.

    ``most``: the largest amount of one day, by unit ('mg/kg', 'mg/m2', 'mg'); empty: no guard.
    ``highest_trough``: ng/mL, far above any published target; 0: no guard.
    ``rule_days``: from one dose by rule to the next, when the sentence does not say.
    """

    name: str
    aliases: tuple[str, ...]
    places: Mapping[Role, tuple[int, int]]
    most: Mapping[str, float] = field(default_factory=dict)
    way: Way = Way.INTRAVENOUS
    over_hours: float = 0.0
    kind: Kind = Kind.MASS
    highest_trough: float = 0.0
    rule_days: int = 1


def _drug(name: str, aliases: str, places: Mapping[Role, tuple[int, int]], **rest: object) -> Medicine:
    return Medicine(name, tuple(a.strip() for a in aliases.split(",") if a.strip()), places, **rest)  # type: ignore[arg-type]


_PO, _SC = Way.ORAL, Way.SUBCUTANEOUS

MEDICINES: tuple[Medicine, ...] = (
    # conditioning
    _drug("busulfan", "Bu, Busulfex, busulphan", _CONDITIONING,
          most={"mg/kg": 7, "mg/m2": 250, "mg": 600}, over_hours=3),
    _drug("melphalan", "Mel, Alkeran", _CONDITIONING, most={"mg/kg": 9, "mg/m2": 300, "mg": 700}, over_hours=0.5),
    _drug("fludarabine", "Flu, Fludara", _CONDITIONING, most={"mg/kg": 3, "mg/m2": 90, "mg": 200}, over_hours=0.5),
    _drug("cyclophosphamide", "Cy, CTX, Endoxan, PTCy", {Role.CONDITIONING: (-30, -1), Role.PROPHYLAXIS: (1, 14)},
          most={"mg/kg": 120, "mg/m2": 4000, "mg": 12000}, over_hours=1),
    _drug("treosulfan", "Treo, Trecondi", _CONDITIONING,
          most={"mg/m2": 20000, "mg/kg": 600, "mg": 40000}, over_hours=2),
    _drug("thiotepa", "TT, TTP, Tepadina", _CONDITIONING, most={"mg/kg": 20, "mg/m2": 600, "mg": 1500}, over_hours=2),
    _drug("etoposide", "VP16, VP-16, Eto", _CONDITIONING, most={"mg/kg": 80, "mg/m2": 2500, "mg": 6000}, over_hours=4),
    _drug("carmustine", "BCNU", _CONDITIONING, most={"mg/m2": 700, "mg/kg": 18, "mg": 1400}, over_hours=2),
    _drug("cytarabine", "AraC, Ara-C, cytosine arabinoside", _CONDITIONING,
          most={"mg/m2": 8000, "mg": 16000}, over_hours=2),
    _drug("clofarabine", "Clo", _CONDITIONING, most={"mg/m2": 80, "mg": 160}, over_hours=1),
    _drug("amsacrine", "Amsa, m-AMSA", _CONDITIONING, most={"mg/m2": 250, "mg": 500}, over_hours=1),
    _drug("bendamustine", "Benda", _CONDITIONING, most={"mg/m2": 400, "mg": 800}, over_hours=1),
    _drug("total body irradiation", "TBI", {Role.CONDITIONING: (-30, 0)}, most={"Gy": 13}, kind=Kind.RADIATION,
          way=Way.BEAM),
    _drug("rabbit antithymocyte globulin", "rATG, ATG, ATG (rabbit), rabbit ATG, ATG rabbit, thymoglobulin, "
          "thymoglobuline, anti-thymocyte globulin, antithymocyte globulin, rabbit anti-thymocyte globulin",
          _SERUM,
          most={"mg/kg": 12, "mg": 1000}, over_hours=6),
    _drug("anti-T-lymphocyte globulin", "ATLG, Grafalon, ATG-F, ATG Fresenius, ATG (Fresenius), ATG (Grafalon), ATG-F "
          "(Fresenius), ATG Fresenius S, ATLG (Grafalon), rabbit anti-T-lymphocyte globulin, anti-T lymphocyte "
          "globulin", _SERUM,
          most={"mg/kg": 40, "mg": 4000}, over_hours=6),
    _drug("horse antithymocyte globulin", "hATG, ATGAM, ATG (horse), horse ATG, ATG horse, equine ATG, ATG (ATGAM), "
          "horse anti-thymocyte globulin, equine antithymocyte globulin, equine anti-thymocyte globulin", _SERUM,
          most={"mg/kg": 80, "mg": 8000}, over_hours=6),
    _drug("alemtuzumab", "Campath, Campath-1H, MabCampath, Lemtrada, alem", _SERUM,
          most={"mg/kg": 1.5, "mg": 100}, over_hours=4),
    _drug("rituximab", "", {Role.CONDITIONING: (-60, 1000), Role.CARE: (-60, 1000)},
          most={"mg/m2": 1000, "mg": 2000}, over_hours=4),
    # prophylaxis of graft-versus-host disease
    _drug("tacrolimus", "Tac, FK506, Prograf", _SUPPRESSION, most={"mg/kg": 0.6, "mg": 40}, over_hours=24,
          highest_trough=40),
    _drug("ciclosporin", "cyclosporine, cyclosporin, CSA, CyA, ciclosporine, cyclosporine A, Sandimmun", _SUPPRESSION,
          most={"mg/kg": 25, "mg": 1500}, over_hours=24, highest_trough=800),
    _drug("methotrexate", "MTX", {Role.PROPHYLAXIS: (1, 30)}, most={"mg/m2": 30, "mg": 60}),
    _drug("mycophenolate mofetil", "MMF, mycophenolate, CellCept", _SUPPRESSION,
          most={"mg/kg": 90, "mg": 6000, "mg/m2": 3000}, way=_PO, over_hours=24),
    _drug("mycophenolic acid", "mycophenolate sodium, enteric-coated mycophenolate sodium, MPA, Myfortic", _SUPPRESSION,
          most={"mg": 4500, "mg/kg": 65, "mg/m2": 2200}, way=_PO, over_hours=24),
    _drug("sirolimus", "rapamycin, Rapamune, Siro", _SUPPRESSION, most={"mg": 24, "mg/m2": 12}, way=_PO,
          highest_trough=50),
    _drug("abatacept", "CTLA4-Ig", {Role.PROPHYLAXIS: (-7, 400)}, most={"mg/kg": 20, "mg": 2000}, over_hours=0.5),
    _drug("methylprednisolone", "methylprednisone", _WITH_ANY, most={"mg/kg": 20, "mg": 2000, "mg/m2": 1000}),
    _drug("prednisolone", "prednisone", _WITH_ANY, most={"mg/kg": 4, "mg": 300, "mg/m2": 200}, way=_PO),
    _drug("dexamethasone", "", _WITH_ANY, most={"mg/m2": 60, "mg": 100, "mg/kg": 3}),
    _drug("ruxolitinib", "Rux", {Role.PROPHYLAXIS: (-14, 1000), Role.CARE: (-14, 1000)}, most={"mg": 60}, way=_PO),
    _drug("vedolizumab", "", _SUPPRESSION, most={"mg": 600}, over_hours=0.5),
    _drug("bortezomib", "Velcade", {**_SUPPRESSION, Role.CONDITIONING: (-30, 5)}, most={"mg/m2": 3, "mg": 6}),
    _drug("maraviroc", "", _SUPPRESSION, most={"mg": 1200}, way=_PO),
    _drug("sitagliptin", "", _SUPPRESSION, most={"mg": 2400}, way=_PO),
    _drug("itolizumab", "", _SUPPRESSION, most={"mg/kg": 4}),
    _drug("basiliximab", "", _SUPPRESSION, most={"mg": 40}, over_hours=0.5),
    _drug("tocilizumab", "", _SUPPRESSION, most={"mg/kg": 16, "mg": 1600}, over_hours=1),
    _drug("alpha-1 antitrypsin", "alpha 1 antitrypsin, AAT", _SUPPRESSION, most={"mg/kg": 240}),
    _drug("itacitinib", "", _WARD, most={"mg": 800}, way=_PO),
    _drug("ibrutinib", "", _WARD, most={"mg": 1000}, way=_PO),
    _drug("belumosudil", "", _WARD, most={"mg": 800}, way=_PO),
    _drug("azacitidine", "Vidaza", {**_WARD, Role.CONDITIONING: (-30, -1)}, most={"mg/m2": 200, "mg": 600}),
    _drug("decitabine", "Dacogen", {**_WARD, Role.CONDITIONING: (-30, -1)}, most={"mg/m2": 200}),
    _drug("idarubicin", "", _CONDITIONING, most={"mg/m2": 40}),
    _drug("gemcitabine", "", _CONDITIONING, most={"mg/m2": 6000}),
    _drug("ibritumomab", "Y-90 ibritumomab tiuxetan", _CONDITIONING, most={"mg": 10}),
    _drug("donor lymphocytes", "DLI, donor lymphocyte infusion, donor lymphocyte infusions", {Role.CARE: (21, 3650)},
          most={"cells/kg": 1e9}, kind=Kind.CELLS, rule_days=56),
    _drug("second graft", "second transplant, second stem cell graft", {Role.CARE: (28, 3650)},
          most={"cells/kg": 5e7}, kind=Kind.CELLS, rule_days=ONCE),
    # maintenance
    _drug("lenalidomide", "Revlimid, lenalidomide maintenance", {Role.CARE: (28, 3650)}, most={"mg": 50}, way=_PO),
    _drug("sorafenib", "Nexavar, sorafenib maintenance", {Role.CARE: (14, 3650)}, most={"mg": 1600}, way=_PO),
    _drug("midostaurin", "Rydapt, midostaurin maintenance", {Role.CARE: (14, 3650)}, most={"mg": 200}, way=_PO),
    _drug("gilteritinib", "Xospata, gilteritinib maintenance", {Role.CARE: (14, 3650)}, most={"mg": 240}, way=_PO),
    # growth factors and the ward
    _drug("filgrastim", "G-CSF, GCSF, Neupogen", _GROWTH, most={"ug/kg": 40, "ug": 4000, "ug/m2": 800}, way=_SC),
    _drug("pegfilgrastim", "peg-G-CSF, peg-filgrastim, pegylated filgrastim, Neulasta", _GROWTH,
          most={"mg": 12, "ug/kg": 200}, way=_SC),
    _drug("lenograstim", "Granocyte, rHuG-CSF, glycosylated G-CSF", _GROWTH,
          most={"ug/kg": 40, "ug/m2": 800, "ug": 4000}, way=_SC),
    _drug("sargramostim", "GM-CSF, molgramostim", _GROWTH, most={"ug/m2": 1000, "ug/kg": 30}, way=_SC),
    _drug("eltrombopag", "Revolade, Promacta", _GROWTH, most={"mg": 300}, way=_PO),
    _drug("romiplostim", "Nplate", _GROWTH, most={"ug/kg": 20}, way=_SC),
    _drug("epoetin", "erythropoietin, EPO, epoetin alfa, epoetin beta", _GROWTH,
          most={"IU/kg": 1000, "IU": 80000}, way=_SC, kind=Kind.ACTIVITY),
    _drug("plerixafor", "Mozobil", {Role.CARE: (-30, 30)}, most={"ug/kg": 500, "mg/kg": 0.5, "mg": 60}, way=_SC),
    _drug("darbepoetin", "", _GROWTH, most={"ug": 1000, "ug/kg": 10}, way=_SC),
    _drug("palifermin", "keratinocyte growth factor, Kepivance", _WITH_ANY, most={"ug/kg": 200}),
    _drug("leucovorin", "folinic acid, calcium folinate, folinate, leucovorin rescue", _WARD,
          most={"mg": 400, "mg/m2": 200, "mg/kg": 5}),
    _drug("mesna", "", {Role.CARE: (-30, 30), Role.CONDITIONING: (-30, 1), Role.PROPHYLAXIS: (-30, 14)},
          most={"mg/kg": 250, "mg/m2": 8000}),
    _drug("levetiracetam", "", _WITH_ANY, most={"mg": 6000, "mg/kg": 100}, way=_PO),
    _drug("phenytoin", "fosphenytoin", _WITH_ANY, most={"mg": 2500, "mg/kg": 40}, way=_PO),
    _drug("ursodiol", "ursodeoxycholic acid, ursodeoxycholate, UDCA", _WITH_ANY,
          most={"mg/kg": 40, "mg": 3000, "mg/m2": 1500}, way=_PO),
    _drug("defibrotide", "", _WITH_ANY, most={"mg/kg": 120, "mg": 10000}),
    _drug("heparin", "", _WITH_ANY, most={"IU/kg": 400, "IU": 30000}, kind=Kind.ACTIVITY),
    _drug("letermovir", "", _WARD, most={"mg": 1000}, way=_PO),
    _drug("aciclovir", "acyclovir", _WARD, most={"mg": 6000, "mg/kg": 80, "mg/m2": 2000}, way=_PO),
    _drug("ganciclovir", "", _WARD, most={"mg/kg": 20}),
    _drug("valganciclovir", "", _WARD, most={"mg": 3600}, way=_PO),
    _drug("fluconazole", "", _WARD, most={"mg": 1600, "mg/kg": 24}, way=_PO),
    _drug("posaconazole", "", _WARD, most={"mg": 1600}, way=_PO),
    _drug("voriconazole", "", _WARD, most={"mg": 1600, "mg/kg": 24}, way=_PO),
    _drug("micafungin", "", _WARD, most={"mg": 500, "mg/kg": 20}),
    _drug("levofloxacin", "", _WARD, most={"mg": 1500}, way=_PO),
    _drug("ciprofloxacin", "", _WARD, most={"mg": 3000}, way=_PO),
    _drug("cotrimoxazole", "trimethoprim-sulfamethoxazole, TMP-SMX", _WARD, most={"mg": 6000}, way=_PO),
    _drug("immunoglobulin", "IVIG, immunoglobulins", _WARD, most={"mg/kg": 2500, "mg": 200000}, over_hours=4),
)  # fmt: skip


@cache
def _listed() -> dict[str, Medicine]:
    return {_key(name): medicine for medicine in MEDICINES for name in (medicine.name, *medicine.aliases)}


def _key(name: str) -> str:
    return " ".join(name.lower().replace("-", " ").split())


@cache
def modelled_names() -> dict[str, str]:
    """Every name of every drug module, in lower case, with the module's printed name."""
    from marrow.catalogue import drugs

    return {_key(alias): name for name, module in drugs().items() for alias in module.names}


def _listed_name(key: str) -> str | None:
    medicine = _listed().get(key)
    return None if medicine is None else medicine.name


def _is_variant(name: str) -> bool:
    return name.endswith(")") and "(" in name


def listed(name: str) -> Medicine | None:
    """The line of this table for a drug, by any of its names; of 'busulfan (Shukla)', the line of busulfan."""
    return _listed().get(_key(name.partition("(")[0] if _is_variant(name) else name))


def known_names() -> tuple[str, ...]:
    """Names for suggestions: this table's and the modules'."""
    here = tuple(name for medicine in MEDICINES for name in (medicine.name, *medicine.aliases))
    return here + tuple(modelled_names().values())


def is_modelled(drug: str) -> bool:
    """Whether a module of ``marrow.drugs`` carries this drug under any of its names, or one that it counts as."""
    medicine = None if _is_variant(drug) else listed(drug)
    names = (drug,) if medicine is None else (drug, medicine.name, *medicine.aliases)
    other = stand_in(drug)
    return any(_key(name) in modelled_names() for name in names) or (other is not None and is_modelled(other.drug))


def stand_in(drug: str) -> StandIn | None:
    """What a drug counts as that no module carries, or None."""
    medicine = None if _is_variant(drug) else listed(drug)
    return None if medicine is None else STAND_INS.get(medicine.name)


def share_of(drug: str) -> float:
    """How much of the drug that is simulated one part of this one counts as, by weight."""
    other = stand_in(drug)
    return 1.0 if other is None else other.share


def why_left_out(order: Order) -> str:
    """Why a supportive drug without a module is missed little; '' for any other, and for longer courses."""
    given = isinstance(order, DrugOrder)
    medicine = listed(order.drug if given else order.what)
    supportive = None if medicine is None else SUPPORTIVE.get(medicine.name)
    last = (order.taper_to or order.last_day) if given else order.last_day
    if supportive is None or (math.inf if last is None else last) > supportive.last_day:
        return ""
    return supportive.why


def has_route(drug: str, route: str) -> bool:
    """Whether a drug's module has a route of this name."""
    module = _module_of(drug)
    return module is not None and route in module.routes


def lacks_route(drug: str, route: str) -> bool:
    """Whether a drug has a module, and this one no route of this name: what is given so would have no effect."""
    module = _module_of(drug)
    return module is not None and route not in module.routes


def _module_of(drug: str) -> ModuleFacts | None:
    from marrow.catalogue import drugs

    return next((m for m in drugs().values() if any(same_drug(name, drug) for name in m.names)), None)


def same_drug(one: str, other: str) -> bool:
    """Whether two names mean the same drug, and the same model of it; what counts as another is the same as that."""
    return _meant(one) == _meant(other)


@cache
def _meant(name: str) -> str:
    if _is_variant(name):
        return modelled_names().get(_key(name), _key(name))
    other = stand_in(name)
    return _meant(other.drug) if other is not None else _listed_name(_key(name)) or _key(name)


def canonical(name: str) -> str | None:
    """The printed name of a drug, or None when nobody knows it. Drug modules are read only for names not listed."""
    return _listed_name(_key(name)) or modelled_names().get(_key(name))


def leading_name(text: str) -> tuple[str, str] | None:
    """(printed name, rest of the text) for the longest known drug name that a sentence starts with, or None.

    Raises ``PlanError`` when brackets after it name no model of it.
    """
    words = text.split(" ")
    for table in (_listed_name, lambda key: modelled_names().get(key)):
        for count in range(min(6, len(words)), 0, -1):
            lead = " ".join(words[:count])
            found = table(_key(lead.rstrip(",")))
            if found is not None:
                rest = " ".join(words[count:])
                if rest.startswith("("):
                    return _model_of(found, rest)
                return found, f", {rest}" if lead.endswith(",") else rest
    return None


def _model_of(drug: str, text: str) -> tuple[str, str]:
    """The drug by the model whose name in brackets the text starts with, and the rest."""
    brackets, closed, rest = text.partition(")")
    name = f"{drug} {brackets}{closed}"
    found = modelled_names().get(_key(name))
    if found is None:
        models = [alias for alias in _names_of_modules() if _key(alias).startswith(f"{_key(drug)} (")]
        needed = f"{drug} alone" + "".join(f", '{model}'" for model in models)
        raise refuse(f"the model '{name}'", needed, nearest(name, models) if models else drug)
    return found, rest.strip()


def _names_of_modules() -> list[str]:
    from marrow.catalogue import drugs

    return [alias for module in drugs().values() for alias in module.names]
