"""What a row would need to be simulated, read from its words; and a plan for rows that name everything."""

from __future__ import annotations

import re
from collections.abc import Set

from marrow.calibration.arm import Arm, Cohort, Spread
from marrow.calibration.measures import is_input, measure_of
from marrow.calibration.table import Target
from marrow.clinic.plan import plan_from_text

_DRUGS: tuple[tuple[str, str], ...] = (  # printed name, how tables write it
    ("busulfan", r"\bI?V?Bu\d*\b|busulfan|busulphan|\bFB\d\b|FluBu|BuFlu|BuCy"),
    ("melphalan", r"\bMel\d*|melphalan|\bHDM\b|\bFM\d+|FluMel"),
    ("fludarabine", r"\bFlu\d*\b|fludarabine|\bFB\d\b|FluBu|BuFlu|\bFM\d+|FluMel"),
    ("cyclophosphamide", r"\bCy\b|cyclophosph|PT-?Cy|BuCy|\bCyTBI"),
    ("total body irradiation", r"TBI"),
    ("rabbit antithymocyte globulin", r"(?<!no )\br?ATG\b|thymoglob"),
    ("alemtuzumab", r"alemtuzumab|campath"),
    ("carmustine", r"\bBEAM\b|BCNU|carmustine"),
    ("etoposide", r"\bBEAM\b|etoposide|VP-?16"),
    ("cytarabine", r"\bBEAM\b|cytarabine|\bAra-?C\b"),
    ("thiotepa", r"thiotepa|\bTBF\b"),
    ("treosulfan", r"treo(sulfan)?\b"),
    ("pegfilgrastim", r"\bpeg(filgrastim)?\b"),
    ("eltrombopag", r"eltrombopag"),
)
FILGRASTIM = "filgrastim 5 ug/kg SC daily from day 5 until ANC > 1.5 on 2 days"
_PLAN = """
year: {year}
patient: {{age: 58 y, sex: male, weight: 82 kg, height: 175 cm, disease: multiple myeloma}}
donor: autologous
graft: {{source: peripheral blood, cd34: 4.5e6 /kg, storage: thawed}}
conditioning:
  - melphalan {dose} mg/m2 IV over 30 min, day -2
care:{filgrastim}
  - platelets when < 10
  - red cells when Hb < 8 g/dL
follow-up: 100 d
"""
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
LEFT_OUT = "left out of its study file, which says why"
_NO_PLAN: tuple[tuple[str, str], ...] = (  # why no plan can be written, where words of the row tell it
    (
        "patients who enter with graft-versus-host disease, treated by a trial's rules",
        r"\b[ac]GVHD\b.*(steroid|random|cohort|treated|validation|agent|enrol)"
        r"|SR-aGVHD|adults with cGVHD|^cGVHD$|low-risk aGVHD|aGVHD (first-line|on first|grade I at)|allo >100 d",
    ),
    ("a marker that is not simulated", r"\bMAP\b|ST2|REG3a|MAGIC composite"),
    (
        "an event after the graft as the covariate",
        r"-> death|BSI .* vs|BSI both|grade I+V? vs|cGVHD vs|cGVHD yes|any a/cGVHD"
        r"|active GVHD|no response d28|relapse .* vs|CD4>50|CD4 IR vs|early -> late|graft failure$"
        r"|gut aGVHD|post-engraftment BSI",
    ),
    ("patients who were never transplanted", r"registered at HLA typing|vs chemo|chemotherapy|RIC vs chemo"),
    ("a score that is not an input", r"rPAM|\bSCI\b|FACT-BMT|SF-36|PRO retention"),
    (
        "a count of reports, or people asked, not an arm",
        r"general public|literature review|model inputs|review of reports",
    ),
)
_NOT_AN_OUTCOME: tuple[tuple[str, str], ...] = (  # endpoints without an outcome of the model, and what they are
    ("quality of life as patients reported it", r"qol_|lee_cgvhd|working_full|pro_completion"),
    ("a valuation of states of health", r"utility|disutility|qaly|lifetime_cost"),
    (
        "response of graft-versus-host disease to treatment",
        r"gvhd_(orr|cr|vgpr|other|no_resp|best|flare)|orr_|response_dur",
    ),
    (
        "whether immunosuppression is still given",
        r".*(off_IS|IS_free|receiving_IS|IS_beyond|_is_d)|systemic_steroid|.*systemic_tx.*",
    ),
    (
        "infections that are not told apart from each other",
        r"infection_(any|viral|moderate|density|bacterial)|severe_infection"
        r"|identified_inf|first_infection|lethal_inf|infection_related|invasive_(mold|asp|cand)|.*aspergill|candid|bsi_",
    ),
    ("a second cancer", r".*second_(solid_)?cancer"),
    ("case mix", r"share_|received_transplant|cgvhd_severity"),
)
_REMEMBERED = "plan made from the words of the row"


def drugs_named(target: Target) -> tuple[str, ...]:
    """Drugs that the row names for its arm, by their printed names."""
    text = f"{target.conditioning}; {target.arm}"
    return tuple(name for name, wording in _DRUGS if re.search(wording, text, re.IGNORECASE))


def available_drugs() -> frozenset[str]:
    """Printed names of the drugs that the installed marrow models."""
    from marrow.clinic.formulary import canonical, modelled_names

    return frozenset(canonical(name) or name for name in modelled_names().values())


def needs(target: Target, available: Set[str], has_plan: bool = False) -> tuple[str, ...]:
    """What marrow lacks to simulate the row, in words; empty when nothing is lacking.

    ``has_plan``: a study file says the plan, so that the row's words need not.
    """
    if is_input(target):
        return (INPUT,)
    reason = why_no_plan(target)
    if has_plan or reason:
        unread = () if measure_of(target) else (NO_ENDPOINT + _described(target.endpoint),)
        return unread if has_plan else (reason, *unread)
    lacking = [name for name in drugs_named(target) if name not in available]
    place = f"{target.graft_source}; {target.donor}; {target.arm}"
    lacking += [what for what, wording in _GRAFTS if re.search(wording, place, re.IGNORECASE)]
    if not set(drugs_named(target)) - {"pegfilgrastim", "eltrombopag"} and not lacking:
        lacking.append("the drugs of the conditioning, which the row does not name")
    if measure_of(target) is None:
        lacking.append(NO_ENDPOINT + _described(target.endpoint))
    if target.patients == 1:
        lacking.append("more than one patient")
    return tuple(lacking)


def why_no_plan(target: Target) -> str:
    """Why no plan can be written for the row, where its words tell; else ''."""
    text = f"{target.arm}; {target.population}"
    return next((why for why, words in _NO_PLAN if any(re.search(words, part) for part in text.split("; "))), "")


def _described(endpoint: str) -> str:
    what = next((what for what, words in _NOT_AN_OUTCOME if re.match(words, endpoint)), "")
    return f"{endpoint} ({what})" if what else endpoint


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
    cohort = Cohort(Spread(58.0, 0.15, 30.0, 76.0), women=0.42, cd34=Spread(4.5e6, 0.45, 2.0e6, 15e6))
    year = int(target.year) if target.year.isdecimal() and 1985 <= int(target.year) <= 2100 else 2010
    standing = f"\n  - {growth}" if growth else ""
    text = _PLAN.format(year=year, dose=max(doses, default=200), filgrastim=standing).lstrip()
    arm = f"{target.study}: {target.arm}"
    return Arm(target.study, target.arm, plan_from_text(text, arm), cohort, tuple(assumed))
