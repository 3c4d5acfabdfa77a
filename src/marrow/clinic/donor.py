"""Who gives the cells."""

from __future__ import annotations

import re
from enum import Enum
from typing import Annotated, Any

from pydantic import model_validator

from marrow.clinic.blood_group import BLOOD_GROUP, BloodGroup
from marrow.clinic.fields import Part, Reads, choice
from marrow.clinic.patient import AGE, SEROSTATUS, SEX, Serostatus, Sex
from marrow.clinic.quantities import quoted, refuse


class Relation(Enum):
    AUTOLOGOUS = "autologous"
    SYNGENEIC = "syngeneic"
    SIBLING = "sibling"
    RELATED = "related"
    UNRELATED = "unrelated"
    HAPLOIDENTICAL = "haploidentical"


_RELATIONS = {
    "self": Relation.AUTOLOGOUS,
    "auto": Relation.AUTOLOGOUS,
    "twin": Relation.SYNGENEIC,
    "identical twin": Relation.SYNGENEIC,
    "matched sibling": Relation.SIBLING,
    "brother": Relation.SIBLING,
    "sister": Relation.SIBLING,
    "family": Relation.RELATED,
    "matched unrelated": Relation.UNRELATED,
    "mud": Relation.UNRELATED,
    "haplo": Relation.HAPLOIDENTICAL,
}
USUAL_DONOR_AGE = 35.0  # years, when the plan does not say; assumed


def _read_match(given: Any) -> str:
    needed = "matched of tested HLA alleles, such as '10/10', '9/10', '8/8', '5/10'"
    match = re.fullmatch(r"([0-9]{1,2})\s*/\s*([0-9]{1,2})", given.strip()) if isinstance(given, str) else None
    if match is None:
        raise refuse(quoted(given), needed)
    matched, tested = int(match[1]), int(match[2])
    if tested not in (6, 8, 10, 12) or matched > tested:
        near = f"{min(matched, 10)}/10" if tested not in (6, 8, 10, 12) else f"{tested}/{tested}"
        raise refuse(quoted(given), needed, near)
    return f"{matched}/{tested}"


_MATCH = Reads(
    _read_match,
    str,
    {"type": "string", "pattern": "^[0-9]{1,2}/(6|8|10|12)$", "description": "HLA match", "examples": ["10/10"]},
)


class Donor(Part):
    """The donor. ``age`` years; ``hla``: matched of tested alleles. Of an autologous one only ``relation`` is said."""

    relation: Annotated[Relation, choice(Relation, "the donor", _RELATIONS)]
    hla: Annotated[str, _MATCH] | None = None
    age: Annotated[float, AGE] | None = None
    sex: Annotated[Sex, SEX] | None = None
    cmv: Annotated[Serostatus, SEROSTATUS] | None = None
    abo: Annotated[BloodGroup, BLOOD_GROUP] | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_word(cls, given: Any) -> Any:
        """'donor: autologous' is short for 'donor: {relation: autologous}'."""
        return {"relation": given} if isinstance(given, str) else given

    @property
    def is_patient(self) -> bool:
        return self.relation is Relation.AUTOLOGOUS
