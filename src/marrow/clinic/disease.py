"""Why a patient is transplanted: the words of a plan, read by a small vocabulary.

How disease and earlier treatment leave the patient is a table of its own, ``disease_start``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

from marrow.clinic.fields import Reads
from marrow.clinic.quantities import quoted, refuse
from marrow.errors import nearest


class Diagnosis(Enum):
    AML = "AML"
    ALL = "ALL"
    MDS = "MDS"
    CML = "CML"
    CLL = "CLL"
    HODGKIN = "Hodgkin lymphoma"
    LYMPHOMA = "lymphoma"
    FOLLICULAR = "follicular lymphoma"
    MYELOMA = "multiple myeloma"
    MYELOFIBROSIS = "myelofibrosis"
    APLASTIC_ANEMIA = "aplastic anemia"
    SICKLE_CELL = "sickle cell disease"
    THALASSEMIA = "thalassemia"
    INBORN_ERROR = "inborn error"
    OTHER = "other disease"


class Control(Enum):
    """How far treatment has pushed the disease back."""

    FIRST = "in first remission, or as good"
    LATER = "in a later or partial remission"
    ACTIVE = "active"
    UNSAID = "stage not said"


_DIAGNOSES: dict[str, Diagnosis] = {
    "aml": Diagnosis.AML,
    "acute myeloid leukemia": Diagnosis.AML,
    "acute myeloblastic leukemia": Diagnosis.AML,
    "apl": Diagnosis.AML,
    "leukemia": Diagnosis.AML,  # of a series that does not say which: mostly acute
    "acute leukemia": Diagnosis.AML,
    "hematologic malignancy": Diagnosis.AML,
    "all": Diagnosis.ALL,
    "acute lymphoblastic leukemia": Diagnosis.ALL,
    "acute lymphocytic leukemia": Diagnosis.ALL,
    "b-all": Diagnosis.ALL,
    "t-all": Diagnosis.ALL,
    "mds": Diagnosis.MDS,
    "myelodysplastic syndrome": Diagnosis.MDS,
    "myelodysplasia": Diagnosis.MDS,
    "cmml": Diagnosis.MDS,
    "jmml": Diagnosis.MDS,  # as CMML: between dysplasia and proliferation; no entry of its own
    "juvenile myelomonocytic leukemia": Diagnosis.MDS,
    "chronic myelomonocytic leukemia": Diagnosis.MDS,
    "mds/mpn": Diagnosis.MDS,
    "refractory cytopenia": Diagnosis.MDS,
    "rars": Diagnosis.MDS,
    "rcmd": Diagnosis.MDS,
    "cml": Diagnosis.CML,
    "chronic myeloid leukemia": Diagnosis.CML,
    "chronic myelogenous leukemia": Diagnosis.CML,
    "cll": Diagnosis.CLL,
    "chronic lymphocytic leukemia": Diagnosis.CLL,
    "hodgkin lymphoma": Diagnosis.HODGKIN,
    "hodgkin's lymphoma": Diagnosis.HODGKIN,
    "hodgkin disease": Diagnosis.HODGKIN,
    "hl": Diagnosis.HODGKIN,
    "lymphoma": Diagnosis.LYMPHOMA,
    "non-hodgkin lymphoma": Diagnosis.LYMPHOMA,
    "non-hodgkin's lymphoma": Diagnosis.LYMPHOMA,
    "nhl": Diagnosis.LYMPHOMA,
    "dlbcl": Diagnosis.LYMPHOMA,
    "mantle cell lymphoma": Diagnosis.LYMPHOMA,
    "mantle-cell lymphoma": Diagnosis.LYMPHOMA,
    "follicular lymphoma": Diagnosis.FOLLICULAR,
    "fl": Diagnosis.FOLLICULAR,
    "indolent lymphoma": Diagnosis.FOLLICULAR,
    "low-grade lymphoma": Diagnosis.FOLLICULAR,
    "myeloma": Diagnosis.MYELOMA,
    "multiple myeloma": Diagnosis.MYELOMA,
    "plasma cell leukemia": Diagnosis.MYELOMA,
    "amyloidosis": Diagnosis.MYELOMA,
    "mm": Diagnosis.MYELOMA,
    "myelofibrosis": Diagnosis.MYELOFIBROSIS,
    "mpn": Diagnosis.MYELOFIBROSIS,  # of those without CML, the one that is mostly transplanted
    "mpd": Diagnosis.MYELOFIBROSIS,
    "myeloproliferative neoplasm": Diagnosis.MYELOFIBROSIS,
    "myeloproliferative disease": Diagnosis.MYELOFIBROSIS,
    "myeloproliferative disorder": Diagnosis.MYELOFIBROSIS,
    "aplastic anemia": Diagnosis.APLASTIC_ANEMIA,
    "saa": Diagnosis.APLASTIC_ANEMIA,
    "vsaa": Diagnosis.APLASTIC_ANEMIA,
    "sickle cell disease": Diagnosis.SICKLE_CELL,
    "sickle cell anemia": Diagnosis.SICKLE_CELL,
    "sickle cell": Diagnosis.SICKLE_CELL,
    "sickle beta thalassemia": Diagnosis.SICKLE_CELL,
    "sickle beta-thalassemia": Diagnosis.SICKLE_CELL,
    "sickle-beta thalassemia": Diagnosis.SICKLE_CELL,
    "hbss": Diagnosis.SICKLE_CELL,
    "hbsc": Diagnosis.SICKLE_CELL,
    "scd": Diagnosis.SICKLE_CELL,
    "thalassemia": Diagnosis.THALASSEMIA,
    "inborn error": Diagnosis.INBORN_ERROR,
    "inborn error of immunity": Diagnosis.INBORN_ERROR,
    "inborn error of metabolism": Diagnosis.INBORN_ERROR,
    "immunodeficiency": Diagnosis.INBORN_ERROR,
    "scid": Diagnosis.INBORN_ERROR,
    "metabolic disease": Diagnosis.INBORN_ERROR,
    "wiskott-aldrich syndrome": Diagnosis.INBORN_ERROR,
    "chronic granulomatous disease": Diagnosis.INBORN_ERROR,
    "hemophagocytic lymphohistiocytosis": Diagnosis.INBORN_ERROR,
    "hlh": Diagnosis.INBORN_ERROR,
    **dict.fromkeys(  # outside of blood and marrow, which start healthy; the tumor itself is not followed
        (
            "solid tumor",
            "neuroblastoma",
            "medulloblastoma",
            "germ cell tumor",
            "germ cell cancer",
            "ewing sarcoma",
            "breast cancer",
            "brain tumor",
        ),
        Diagnosis.OTHER,
    ),
    "other disease": Diagnosis.OTHER,
    "other": Diagnosis.OTHER,
    "unknown": Diagnosis.OTHER,
}
_STAGES: dict[str, Control] = {
    "cr1": Control.FIRST,
    "first remission": Control.FIRST,
    "first complete remission": Control.FIRST,
    "cr": Control.FIRST,
    "scr": Control.FIRST,
    "complete remission": Control.FIRST,
    "remission": Control.FIRST,
    "vgpr": Control.FIRST,
    "chronic phase": Control.FIRST,
    "cp1": Control.FIRST,
    "untreated": Control.FIRST,
    "cr2": Control.LATER,
    "cr3": Control.LATER,
    "cri": Control.LATER,
    "second remission": Control.LATER,
    "second complete remission": Control.LATER,
    "third remission": Control.LATER,
    "cp2": Control.LATER,
    "second chronic phase": Control.LATER,
    "pr": Control.LATER,
    "pr1": Control.LATER,
    "partial remission": Control.LATER,
    "partial response": Control.LATER,
    "stable disease": Control.LATER,
    "active": Control.ACTIVE,
    "active disease": Control.ACTIVE,
    "refractory": Control.ACTIVE,
    "relapse": Control.ACTIVE,
    "relapsed": Control.ACTIVE,
    "progression": Control.ACTIVE,
    "progressive disease": Control.ACTIVE,
    "induction failure": Control.ACTIVE,
    "excess blasts": Control.ACTIVE,
    "accelerated phase": Control.ACTIVE,
    "blast phase": Control.ACTIVE,
    "blast crisis": Control.ACTIVE,
}
_ALSO_WRITTEN = {  # spellings and names, as the tables have them; the first that fits
    "leukaemia": "leukemia",
    "anaemia": "anemia",
    "thalassaemia": "thalassemia",
    "haemophagocytic": "hemophagocytic",
    "tumour": "tumor",
    "refractory anemia with excess blasts in transformation": "mds with excess blasts",
    "refractory anemia with excess blasts": "mds with excess blasts",
    "refractory anemia with excess of blasts": "mds with excess blasts",
    "refractory anemia": "mds",  # "refractory" is no stage here
    "raeb-t": "mds with excess blasts",
    "raeb-1": "mds with excess blasts",
    "raeb-2": "mds with excess blasts",
    "raeb": "mds with excess blasts",
    "hb ss": "hbss",
    "hb-ss": "hbss",
}
_NOT_LIKE_ANY = {  # what would be read as another disease, or suggested to be one, and is not
    "fanconi": "cells that cannot repair what alkylators and radiation do are not modelled",
}
_ALIKE = 0.75  # likeness from which a word is suggested
_NAMED = {words: diagnosis for words, diagnosis in _DIAGNOSES.items() if diagnosis is not Diagnosis.OTHER}
_REACHED = {words: control for words, control in _STAGES.items() if control is not Control.ACTIVE}
_NEEDED = (
    f"a disease ({', '.join(each.value for each in Diagnosis)}), with its stage where it has one (CR1, CR2, PR, "
    "chronic phase, untreated, active, relapse, refractory), such as 'AML in CR1'"
)


@dataclass(frozen=True)
class Disease:
    """``words``: as the plan has them. ``stage``: the word for it, or ''."""

    words: str
    diagnosis: Diagnosis
    control: Control
    stage: str = ""

    def __str__(self) -> str:
        return self.words

    @property
    def understood(self) -> str:
        """'AML, in first remission, or as good'."""
        return f"{self.diagnosis.value}, {self.control.value}"


def read_disease(given: Any) -> Disease:
    """The disease in a line of words; other words are kept and not understood. Raises ``PlanError``."""
    if isinstance(given, Disease):
        return given
    if not isinstance(given, str) or not given.strip() or len(given) > 200 or not given.isprintable():
        found = quoted(given) if isinstance(given, str) and given.strip() else "nothing that is text"
        raise refuse(found, f"{_NEEDED}, on one line of at most 200 characters")
    words = " ".join(given.split())
    text = words.lower()
    for written, meant in _ALSO_WRITTEN.items():
        text = re.sub(rf"(?<!\w){re.escape(written)}(?=s?(?!\w))", meant, text)
    strange = next((why for word, why in _NOT_LIKE_ANY.items() if word in text), "")
    if strange:
        raise refuse(f"{quoted(words)} ({strange})", _NEEDED)
    diagnosis, rest = _longest(text, _NAMED)
    if diagnosis is None:
        diagnosis, rest = _longest(text, _DIAGNOSES)
    if diagnosis is None:
        raise refuse(quoted(words), _NEEDED, _near(text, _DIAGNOSES))
    rest = re.sub(r"\b(?:after|following)\s+(?:(?:first|second)\s+)?\S+", " ", rest)  # what was before
    stage, left = _longest(rest, _REACHED)  # 'relapsed AML in CR2' is in remission again
    if stage is None:
        stage, left = _longest(rest, _STAGES)
    if stage is None:
        near = _near(left, _STAGES) if re.search(r"\bin\b", left) or re.search(r"\bcr", left) else ""
        if near or re.search(r"\bin\s+\S", left):
            raise refuse(
                f"the stage in {quoted(words)}", "a stage, such as 'in CR1', 'in PR', 'active', 'refractory'", near
            )
        return Disease(words, _DIAGNOSES[diagnosis], Control.UNSAID)
    return Disease(words, _DIAGNOSES[diagnosis], _STAGES[stage], stage)


def _longest(text: str, table: dict[str, Any]) -> tuple[str | None, str]:
    """The longest entry that stands in the text as whole words, and the text without it."""
    for entry in sorted(table, key=len, reverse=True):
        match = re.search(rf"(?<!\w){re.escape(entry)}s?(?!\w)", text)
        if match is not None:
            return entry, text[: match.start()] + " " + text[match.end() :]
    return None, text


def _near(text: str, table: dict[str, Any]) -> str:
    """The entry nearest to the text, or to some of its words."""
    parts = re.split(r"\s+", text.strip())
    runs = [" ".join(parts[i:j]) for i in range(len(parts)) for j in range(len(parts), i, -1)][:200]
    return next((near for near in (nearest(run, table, _ALIKE) for run in runs if len(run) > 1) if near), "")


DISEASE = Reads(
    read_disease,
    lambda disease: disease.words,
    {"type": "string", "description": f"the disease and its stage: {_NEEDED}", "examples": ["AML in CR1"]},
)
