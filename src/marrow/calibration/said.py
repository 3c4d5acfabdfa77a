"""How papers name endpoints, and the names that study files have for them."""

from __future__ import annotations

import re

_SURVIVAL = r"[- ]free survival"
_ACUTE = r"(?:acute gvhd|agvhd|acute graft[- ]versus[- ]host disease),? ?(?:\(?grades? ?)?"
_CHRONIC = r"(?:chronic gvhd|cgvhd|chronic graft[- ]versus[- ]host disease)"
_TWO_TO_FOUR, _THREE_TO_FOUR = r"(?:ii|2) ?(?:-|–|to) ?(?:iv|4)", r"(?:iii|3) ?(?:-|–|to) ?(?:iv|4)"
_MODERATE = r"moderate(?:[- ]to[- ]| or |/)severe"
_SAID: tuple[tuple[str, str], ...] = (  # the name, how papers write it (case ignored, the whole of it)
    ("os", r"overall survival|survival|os"),
    ("dfs", rf"(?:disease|leuka?emia|relapse|progression|lymphoma){_SURVIVAL}|dfs|lfs|pfs|rfs"),
    ("efs", rf"event{_SURVIVAL}|(?:graft[- ]failure|rejection|thalassa?emia|sickle[- ]cell){_SURVIVAL}|tfs|efs"),
    ("death", r"death|overall mortality|mortality|all-cause mortality"),
    ("nrm", r"non-?relapse mortality|(?:transplant|treatment)(?:ation)?-related mortality|trm|nrm|non-?relapse death"),
    ("relapse", r"(?:incidence of )?relapse|relapse incidence|relapse(?: or |/)progression|progression|cir"),
    ("agvhd_2_4", rf"{_ACUTE}{_TWO_TO_FOUR}\)?|grades? {_TWO_TO_FOUR} (?:acute gvhd|agvhd)"),
    ("agvhd_3_4", rf"{_ACUTE}{_THREE_TO_FOUR}\)?|grades? {_THREE_TO_FOUR} (?:acute gvhd|agvhd)"),
    ("cgvhd_extensive", rf"extensive {_CHRONIC}|{_CHRONIC},? \(?extensive\)?"),
    ("cgvhd_modsev", rf"{_MODERATE} {_CHRONIC}|{_CHRONIC},? \(?{_MODERATE}\)?"),
    ("cgvhd_any", rf"{_CHRONIC}|any {_CHRONIC}"),
    ("grfs", rf"gvhd-free,?(?: and)? relapse{_SURVIVAL}|gvhd-free/relapse{_SURVIVAL}"),
    ("crfs", rf"chronic gvhd-free,?(?: and)? relapse{_SURVIVAL}|cgvhd-free,? relapse{_SURVIVAL}"),
    ("graft_failure", r"graft rejection|rejection"),
    ("neutrophil_engraftment", r"neutrophil (?:engraftment|recovery)|anc engraftment"),
    ("plt_engraft", r"platelet (?:engraftment|recovery)"),
    ("bsi", r"blood ?stream infections?|bactera?emia"),
    ("cmv_infection", r"(?:clinically significant )?(?:cmv|cytomegalovirus) infection"),
    ("cmv_reactivation", r"(?:cmv|cytomegalovirus) (?:reactivation|vira?emia)"),
    ("invasive_fungal", r"invasive fungal (?:infection|disease)s?"),
    ("vod_sos", r"vod|sos|vod/sos|sinusoidal obstruction(?: syndrome)?|veno-?occlusive disease"),
    ("haemorrhagic_cystitis", r"ha?emorrhagic cystitis"),
    ("ebv_reactivation", r"(?:ebv|epstein-barr virus) (?:reactivation|vira?emia)"),
    ("ptld", r"post-?transplant lymphoproliferative (?:disease|disorder)"),
    ("adenovirus", r"adenovirus (?:infection|reactivation|vira?emia)|adenovira?emia"),
    ("idiopathic_pneumonia", r"idiopathic pneumonia(?: syndrome)?|ips|interstitial pneumon(?:ia|itis)"),
    ("tma", r"(?:transplant-associated )?thrombotic microangiopathy|ta-tma"),
)  # fmt: skip


def named(endpoint: str) -> str:
    """The name of an endpoint that is said as papers say it; unchanged where nothing is known."""
    return next((name for name, said in _SAID if re.fullmatch(said, endpoint, re.IGNORECASE)), endpoint)


SPOKEN = (  # one way of saying each, written out: what a near miss is compared with
    "overall survival", "disease-free survival", "progression-free survival", "event-free survival",
    "non-relapse mortality", "transplant-related mortality", "relapse", "acute GVHD II-IV", "acute GVHD III-IV",
    "chronic GVHD", "extensive chronic GVHD", "moderate to severe chronic GVHD", "GVHD-free relapse-free survival",
    "graft rejection", "neutrophil engraftment", "platelet engraftment", "bloodstream infection", "CMV infection",
    "CMV reactivation", "invasive fungal infection", "sinusoidal obstruction", "hemorrhagic cystitis",
    "EBV reactivation", "adenovirus infection", "idiopathic pneumonia", "thrombotic microangiopathy",
)  # fmt: skip
