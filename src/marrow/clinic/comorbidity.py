"""The comorbidity index (HCT-CI): its items, their weights, and the words of a plan for them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

from marrow.clinic.fields import Reads
from marrow.clinic.quantities import quoted, refuse
from marrow.errors import nearest
from marrow.sources import Source, assumed

SOURCE: Source = assumed("criteria as a public calculator prints them; weights of Sorror 2005 from memory")


class Comorbidity(Enum):
    """The value is the word of a plan."""

    ARRHYTHMIA = "arrhythmia"
    CARDIAC = "cardiac"
    BOWEL = "inflammatory bowel disease"
    DIABETES = "diabetes"
    CEREBROVASCULAR = "cerebrovascular"
    PSYCHIATRIC = "psychiatric"
    MILD_HEPATIC = "mild hepatic"
    OBESITY = "obesity"
    INFECTION = "infection"
    RHEUMATOLOGIC = "rheumatologic"
    ULCER = "peptic ulcer"
    RENAL = "renal"
    MODERATE_PULMONARY = "moderate pulmonary"
    PRIOR_MALIGNANCY = "prior malignancy"
    VALVE = "heart valve"
    SEVERE_PULMONARY = "severe pulmonary"
    SEVERE_HEPATIC = "severe hepatic"


_ALIKE = (
    (Comorbidity.MILD_HEPATIC, Comorbidity.SEVERE_HEPATIC),
    (Comorbidity.MODERATE_PULMONARY, Comorbidity.SEVERE_PULMONARY),
)
WEIGHTS: dict[Comorbidity, int] = (
    dict.fromkeys(tuple(Comorbidity)[:9], 1) | dict.fromkeys(tuple(Comorbidity)[9:13], 2)
    | dict.fromkeys(tuple(Comorbidity)[13:], 3)
)  # fmt: skip


def comorbidity_index(items: Sequence[Comorbidity]) -> int:
    """The sum of weights; of two degrees of liver or lung disease the worse alone."""
    there = set(items)
    for milder, worse in _ALIKE:
        if worse in there:
            there.discard(milder)
    return sum(WEIGHTS[item] for item in there)


def read_comorbidities(given: Any) -> tuple[Comorbidity, ...]:
    """A list of words, or 'none'. Raises ``PlanError``."""
    words = {item.value: item for item in Comorbidity}
    if isinstance(given, str):
        given = [] if given.strip().lower() in ("none", "") else given.split(",")
    if not isinstance(given, (list, tuple)):
        raise refuse("something that is not a list", "a list of comorbidities, such as [diabetes, cardiac]")
    found = []
    for each in given:
        text = each.value if isinstance(each, Comorbidity) else " ".join(str(each).lower().split())
        if text not in words:
            raise refuse(quoted(text), f"a comorbidity: {', '.join(words)}", nearest(text, words))
        found.append(words[text])
    return tuple(dict.fromkeys(found))


COMORBIDITIES = Reads(
    read_comorbidities,
    lambda items: [item.value for item in items] or "none",
    {
        "anyOf": [
            {"type": "array", "items": {"type": "string", "enum": [item.value for item in Comorbidity]}},
            {"type": "string"},
        ],
        "description": "comorbidities by the items of the HCT-CI, from which its score is made",
        "examples": [["diabetes", "cardiac"]],
    },
)
