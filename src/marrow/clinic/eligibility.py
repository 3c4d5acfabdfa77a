"""Who may enter a trial, as sentences: 'age 18 to 65 y', 'HCT-CI at most 4', 'no donor-specific antibodies'.

    age 18 to 65 y | weight at least 50 kg | Karnofsky over 70 | HCT-CI 2 or less | donor age under 40 y    a number
    AML or MDS | disease AML in CR1 or AML in CR2 | CMV positive | donor HLA 10/10 or 9/10 | women           a word
    no donor-specific antibodies | no diabetes | not MRD positive                                            denied

Values are read as the same keys of a plan are. Every mistake is a ``PlanError`` with what was found, what was needed,
and the nearest valid word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from marrow.clinic.comorbidity import Comorbidity
from marrow.clinic.disease import Control, Diagnosis, Disease
from marrow.clinic.donor import Donor
from marrow.clinic.fields import Part, Reads
from marrow.clinic.patient import Patient, Serostatus
from marrow.clinic.quantities import number, plain, quoted, refuse
from marrow.errors import PlanError, nearest

_NUMBERS = {
    "age": "patient.age", "weight": "patient.weight", "height": "patient.height", "HCT-CI": "patient.hct-ci",
    "Karnofsky": "patient.karnofsky", "interval": "patient.interval", "creatinine": "patient.creatinine",
    "eGFR": "patient.egfr", "hemoglobin": "patient.hemoglobin", "platelets": "patient.platelets",
    "neutrophils": "patient.neutrophils", "donor age": "donor.age",
}  # fmt: skip
_WORDS = {
    "sex": "patient.sex", "disease": "patient.disease", "MRD": "patient.mrd", "CMV": "patient.cmv",
    "blood group": "patient.abo", "cytogenetics": "patient.cytogenetics", "disease risk": "patient.disease-risk",
    "donor-specific antibodies": "patient.donor-specific-antibodies", "donor relation": "donor.relation",
    "donor HLA": "donor.hla", "donor sex": "donor.sex", "donor CMV": "donor.cmv", "donor blood group": "donor.abo",
}  # fmt: skip
_ALSO = {
    "comorbidity index": "HCT-CI", "performance status": "Karnofsky", "interval from diagnosis": "interval",
    "glomerular filtration": "eGFR", "residual disease": "MRD", "donor-specific antibody": "donor-specific antibodies",
    "dsa": "donor-specific antibodies", "disease risk index": "disease risk", "dri": "disease risk",
    "donor": "donor relation",
}  # fmt: skip
_WHOLE = {"women": "sex female", "men": "sex male", "children": "age under 18 y", "adults": "age at least 18 y",
          "female": "sex female", "male": "sex male"}  # fmt: skip
_ITEMS = {each.value: each for each in Comorbidity}
_SUBJECTS = {name.lower(): name for name in (*_NUMBERS, *_WORDS, *_ITEMS)} | dict(_ALSO)
_DENIED = re.compile(r"(?:no|not|without)\s+", re.IGNORECASE)
_NUMBER = r"[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?"
_BETWEEN = re.compile(rf"(?:between\s+)?({_NUMBER})\s*([^\s\d-][^\s]*)?\s*(?:-|to|and)\s*({_NUMBER})\s*(.*)")
_BEFORE = {"at least": (">", True), ">=": (">", True), "at most": ("<", True), "up to": ("<", True),
           "no more than": ("<", True), "<=": ("<", True), "under": ("<", False), "below": ("<", False),
           "less than": ("<", False), "younger than": ("<", False), "<": ("<", False), "over": (">", False),
           "above": (">", False), "more than": (">", False), "older than": (">", False), ">": (">", False)}  # fmt: skip
_AFTER = {"or more": ">", "or older": ">", "or over": ">", "or less": "<", "or younger": "<", "or under": "<"}
_COMPARED = "'18 to 65 y', 'at least 18 y', 'at most 4', 'under 60 y' or 'over 2'"


@dataclass(frozen=True)
class Criterion:
    """One sentence. ``path``: the key of the plan that it speaks of; a number's limits with whether they are allowed
    (``low_in``, ``high_in``), or the ``values`` of a word. ``denied``: must not hold."""

    words: str
    path: str
    low: float = -np.inf
    high: float = np.inf
    low_in: bool = True
    high_in: bool = True
    values: tuple[Any, ...] = ()
    denied: bool = False

    def __str__(self) -> str:
        return self.words

    @property
    def is_number(self) -> bool:
        return not self.values

    @property
    def is_of_donor(self) -> bool:
        return self.path.startswith("donor.")

    def within(self, given: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Of numbers (N,) in the plan's unit."""
        above = given >= self.low if self.low_in else given > self.low
        below = given <= self.high if self.high_in else given < self.high
        return (above & below) != self.denied

    def holds(self, patient: Patient, donor: Donor) -> bool | None:
        """None: the plan does not say."""
        part, key = (donor, self.path[6:]) if self.is_of_donor else (patient, self.path[8:])
        if key == "comorbidities":
            found = None if patient.comorbidities is None else bool(set(self.values) & set(patient.comorbidities))
            return None if found is None else found != self.denied
        given: Any = patient.comorbidity_score if key == "hct-ci" else getattr(part, key.replace("-", "_"))
        if given is None and key == "donor-specific-antibodies":
            given = Serostatus.NEGATIVE  # as everywhere in marrow: who has them says so
        if given is None:
            return None
        if self.is_number:
            return bool(self.within(np.array([float(given)]))[0])
        return any(_same(given, value) for value in self.values) != self.denied


def _same(given: Any, wanted: Any) -> bool:
    """Of diseases the diagnosis, and how far it is pushed back where the sentence says so; 'CR2' means that stage."""
    if not isinstance(wanted, Disease):
        return given == wanted
    same_stage = wanted.control is Control.UNSAID or (wanted.control is given.control and _stage(wanted, given))
    return wanted.diagnosis is given.diagnosis and same_stage


def _stage(wanted: Disease, given: Disease) -> bool:
    return given.stage == wanted.stage or not re.fullmatch(r"cr\d", wanted.stage)


def read_criterion(given: Any) -> Criterion:
    """The criterion that a sentence means. Raises ``PlanError`` (one problem) and nothing else."""
    needed = "a sentence, such as 'age 18 to 65 y', 'HCT-CI at most 4' or 'no donor-specific antibodies'"
    if not isinstance(given, str) or not given.strip() or len(given) > 200:
        raise refuse("nothing" if not given else "something that is not a sentence", needed)
    text = plain(given.replace("≤", " at most ").replace("≥", " at least ")).rstrip(".")
    denied = _DENIED.match(text)
    rest = text[denied.end() :] if denied else text
    rest = _WHOLE.get(rest.lower(), rest)
    subject, rest = _subject(rest)
    rest = re.sub(r"^(?:is|of|:|=)\s+", "", rest.strip())
    if subject in _ITEMS:
        found = Criterion(subject, "patient.comorbidities", values=(_ITEMS[subject],))
    elif subject in _NUMBERS:
        found = _number(subject, rest)
    else:
        found = _word(subject, rest)
    return replace(found, words=f"no {found.words}" if denied else found.words, denied=bool(denied))


def _subject(text: str) -> tuple[str, str]:
    """What the sentence speaks of, and its rest. A diagnosis speaks for itself."""
    lower = text.lower()
    for name in sorted(_SUBJECTS, key=len, reverse=True):
        if lower.startswith(name) and not lower[len(name) :][:1].isalnum():
            known = _SUBJECTS[name]
            return _SUBJECTS.get(known.lower(), known), text[len(name) :]
    if _is_disease(text):
        return "disease", text
    first = re.split(r"[\d,<>]|\s(?:at|up|under|over|above|below|or|is|in)\s", text)[0].strip()
    shown = ", ".join((*_NUMBERS, *_WORDS))
    near = nearest(first.lower(), (*_SUBJECTS, *_WHOLE))
    raise refuse(quoted(first or text), f"what is asked of a patient: {shown}, a comorbidity", near)


def _is_disease(text: str) -> bool:
    """'AML or MDS'; but 'all patients' is no lymphoblastic leukemia."""
    try:
        _word("disease", text)
    except PlanError:
        return False
    return not re.match(r"all\b", text) and not re.match(r"All\b", text)


def _number(subject: str, text: str) -> Criterion:
    path = _NUMBERS[subject]
    between = _BETWEEN.fullmatch(text)
    if between:
        unit = between[4].strip()
        low, high = _value(path, f"{between[1]} {between[2] or unit}"), _value(path, f"{between[3]} {unit}")
        if not low < high:
            raise refuse(quoted(text), "the lower number first")
        return Criterion(f"{subject} {between[1]} to {between[3]}{_unit(unit)}", path, low, high)
    lower = text.lower()
    for words, (side, allowed) in _BEFORE.items():
        if lower.startswith(words):
            return _limit(subject, words, side, allowed, text[len(words) :].strip())
    for words, side in _AFTER.items():
        if lower.endswith(words):
            said = "at least" if side == ">" else "at most"
            return _limit(subject, said, side, True, text[: -len(words)].strip())
    near = nearest(" ".join(lower.split()[:2]), _BEFORE) or nearest(lower.split(" ")[0], _BEFORE)
    raise refuse(quoted(text) if text else f"{subject} without a number", _COMPARED, near)


def _limit(subject: str, words: str, side: str, allowed: bool, text: str) -> Criterion:
    path = _NUMBERS[subject]
    value, shown = _value(path, text), f"{subject} {words} {text}"
    if side == ">":
        return Criterion(shown, path, low=value, low_in=allowed)
    return Criterion(shown, path, high=value, high_in=allowed)


def _unit(unit: str) -> str:
    return f" {unit}" if unit else ""


def _value(path: str, text: str) -> float:
    """As a plan reads it; a comorbidity index or performance may have a fraction here."""
    text = text.strip()
    if path in ("patient.hct-ci", "patient.karnofsky"):
        return number(text, "a number without unit")
    return float(reader_of(path).read(text))


def _word(subject: str, text: str) -> Criterion:
    path = _WORDS[subject]
    if path == "patient.donor-specific-antibodies" and not text.strip():
        return Criterion(subject, path, values=(Serostatus.POSITIVE,))
    if not text.strip():
        raise refuse(f"{subject} without a value", f"a value, such as '{subject} {_example(path)}'")
    parts = [part.strip() for part in re.split(r"\s+or\s+|,", text) if part.strip()]
    values = tuple(_read_word(path, part) for part in parts)
    shown = " or ".join(parts)
    return Criterion(shown if path == "patient.disease" else f"{subject} {shown}", path, values=values)


def _read_word(path: str, text: str) -> Any:
    """A word of the plan; a disease must be one that is understood."""
    found = reader_of(path).read(text)
    if isinstance(found, Disease) and found.diagnosis is Diagnosis.OTHER:
        raise refuse(quoted(text), "a disease that is understood, such as 'AML', 'ALL in CR1' or 'MDS'")
    return found


def _example(path: str) -> str:
    return {"donor.hla": "10/10", "patient.sex": "female", "patient.disease": "AML in CR1"}.get(path, "positive")


def reader_of(path: str) -> Reads:
    """How a key of patient or donor is read. Raises ``KeyError``."""
    part, _, key = path.partition(".")
    return reads_of({"patient": Patient, "donor": Donor}[part], key)


def reads_of(model: type[Part], key: str) -> Reads:
    """How a key of this part of a plan is read."""
    field = model.model_fields[key.replace("-", "_")]
    found = [each for each in (*field.metadata, *_inside(field.annotation)) if isinstance(each, Reads)]
    return found[0]


def _inside(annotation: Any) -> list[Any]:
    """What ``Annotated`` says within 'X | None'."""
    return [each for part in get_args(annotation) for each in getattr(part, "__metadata__", ())]


def keys_of_people() -> Mapping[str, tuple[str, ...]]:
    """The keys of patient and donor by part, as a plan writes them."""
    return {
        part: tuple(name.replace("_", "-") for name in model.model_fields)
        for part, model in (("patient", Patient), ("donor", Donor))
    }
