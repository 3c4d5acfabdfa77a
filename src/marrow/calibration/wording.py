"""What a row would need to be simulated, read from its words; and a plan for rows that name everything."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import cache

from marrow.calibration.arms import FILGRASTIM, Arm, Cohort, Spread, melphalan_plan
from marrow.calibration.measures import is_input, measure_of
from marrow.calibration.table import Target

_DRUGS: tuple[tuple[str, str], ...] = (  # name of its module, how tables write it
    ("busulfan", r"\bI?V?Bu\d*\b|busulfan|busulphan|\bFB\d\b|FluBu|BuFlu|BuCy"),
    ("melphalan", r"\bMel\d*|melphalan|\bHDM\b|\bFM\d+|FluMel"),
    ("fludarabine", r"\bFlu\d*\b|fludarabine|\bFB\d\b|FluBu|BuFlu|\bFM\d+|FluMel"),
    ("cyclophosphamide", r"\bCy\b|cyclophosph|PT-?Cy|BuCy|\bCyTBI"),
    ("total_body_irradiation", r"TBI"),
    ("antithymocyte_globulin", r"(?<!no )\br?ATG\b|thymoglob"),
    ("alemtuzumab", r"alemtuzumab|campath"),
    ("carmustine", r"\bBEAM\b|BCNU|carmustine"),
    ("etoposide", r"\bBEAM\b|etoposide|VP-?16"),
    ("cytarabine", r"\bBEAM\b|cytarabine|\bAra-?C\b"),
    ("thiotepa", r"thiotepa|\bTBF\b"),
    ("treosulfan", r"treo(sulfan)?\b"),
    ("pegfilgrastim", r"\bpeg(filgrastim)?\b"),
    ("eltrombopag", r"eltrombopag"),
)
_GRAFTS: tuple[tuple[str, str], ...] = (  # what a plan cannot say, how tables write it
    ("cord-blood grafts", r"cord|UCB"),
    ("CD34-selected or T-cell-depleted grafts", r"CD34-select|\bTCD\b|deplet"),
    ("gene-modified grafts", r"gene-mod|HSC-GT"),
)
_NO_GROWTH = re.compile(r"no (growth factor|G-CSF|GCSF|filgrastim)|placebo", re.IGNORECASE)
_GROWTH_DAY = re.compile(r"(?:G-CSF|filgrastim)[^;,]*?\bd(?:ay)? ?\+?(\d+)", re.IGNORECASE)
_DOSE = re.compile(r"\bMel(?:phalan)?[ -]?(\d{3})\b", re.IGNORECASE)
NO_ENDPOINT = "an endpoint that is not computed: "
INPUT = "an input of the simulation, not a result"
_REMEMBERED = "plan made from the words of the row"


def drugs_named(target: Target) -> tuple[str, ...]:
    """Drugs that the row names for its arm, by the names of their modules."""
    text = f"{target.conditioning}; {target.arm}"
    return tuple(name for name, wording in _DRUGS if re.search(wording, text, re.IGNORECASE))


@cache
def available_drugs() -> frozenset[str]:
    """The drugs that marrow has: one module each in ``marrow.drugs``."""
    import pkgutil

    import marrow.drugs

    return frozenset(module.name for module in pkgutil.iter_modules(marrow.drugs.__path__))


def needs(target: Target, available: Set[str]) -> tuple[str, ...]:
    """What marrow lacks to simulate the row, in words; empty when nothing is lacking."""
    if is_input(target):
        return (INPUT,)
    lacking = [name.replace("_", " ") for name in drugs_named(target) if name not in available]
    place = f"{target.graft_source}; {target.donor}; {target.arm}"
    lacking += [what for what, wording in _GRAFTS if re.search(wording, place, re.IGNORECASE)]
    if not set(drugs_named(target)) - {"pegfilgrastim", "eltrombopag"} and not lacking:
        lacking.append("the drugs of the conditioning, which the row does not name")
    if measure_of(target) is None:
        lacking.append(NO_ENDPOINT + target.endpoint)
    if target.patients == 1:
        lacking.append("more than one patient")
    return tuple(lacking)


def arm_from_words(target: Target, available: Set[str]) -> Arm | None:
    """An arm for a row of which no record is kept: only high-dose melphalan for a patient's own blood cells.

    None where the row leaves open what a plan must say.
    """
    autologous = re.search(r"\bauto", f"{target.donor} {target.graft_source}", re.IGNORECASE)
    if needs(target, available) or drugs_named(target) != ("melphalan",) or not autologous:
        return None
    if re.search(r"\bBM\b|marrow", target.graft_source, re.IGNORECASE):
        return None
    words = f"{target.arm}; {target.conditioning}; {target.population}"
    doses = {int(dose) for dose in _DOSE.findall(words)}
    if len(doses) > 1 or not doses <= {140, 200}:
        return None
    assumed = [_REMEMBERED, "CD34+ dose: median 4.5e6/kg, log sd 0.45", "melphalan on day -2"]
    assumed += [] if doses else ["melphalan 200 mg/m2"]
    growth: str | None = FILGRASTIM
    day = _GROWTH_DAY.search(words)
    if _NO_GROWTH.search(words):
        growth = None
    elif day:
        growth = FILGRASTIM.replace("from day 5", f"from day {int(day[1])}")
    else:
        assumed.append("filgrastim 5 ug/kg from day 5")
    cohort = Cohort(Spread(4.5e6, 0.45, 2.0e6, 15e6), Spread(58.0, 0.15, 30.0, 76.0))
    year = int(target.year) if target.year.isdecimal() and 1985 <= int(target.year) <= 2100 else 2010
    plan = melphalan_plan(year, cd34=cohort.cd34.median, dose=max(doses, default=200), filgrastim=growth)
    return Arm(target.study, target.arm, plan, cohort, tuple(assumed))
