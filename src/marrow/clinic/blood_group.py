"""Blood groups, and which way patient and donor do not match."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

from marrow.clinic.fields import Reads
from marrow.clinic.quantities import plain, quoted, refuse

_NEEDED = "a blood group: O, A, B or AB, with or without Rhesus, such as 'A+' or 'O negative'"
_PATTERN = re.compile(r"(ab|a|b|o|0)\s*(?:rh(?:esus)?\s*)?(\+|-|pos|neg|positive|negative)?", re.IGNORECASE)


class Mismatch(Enum):
    NONE = "none"
    MINOR = "minor: the donor has antibodies against the patient's cells"
    MAJOR = "major: the patient has antibodies against the graft's cells"
    BOTH = "major and minor"


@dataclass(frozen=True)
class BloodGroup:
    """``antigens``: those of A and B that the cells carry. ``rhesus``: '+', '-' or ''."""

    antigens: frozenset[str]
    rhesus: str = ""

    def __str__(self) -> str:
        return ("".join(sorted(self.antigens)) or "O") + self.rhesus


def read_blood_group(given: Any) -> BloodGroup:
    """Raises ``PlanError``."""
    if isinstance(given, BloodGroup):
        return given
    match = _PATTERN.fullmatch(plain(given).strip()) if isinstance(given, str) else None
    if match is None:
        raise refuse(quoted(given) if isinstance(given, str) and given.strip() else "no blood group", _NEEDED)
    sign = (match[2] or "").lower()[:1]
    return BloodGroup(
        frozenset(match[1].upper().replace("O", "").replace("0", "")), {"p": "+", "n": "-"}.get(sign, sign)
    )


def mismatch(patient: BloodGroup | None, donor: BloodGroup | None) -> Mismatch:
    """Of A and B; none where a group is not known. Rhesus has no antibodies by nature."""
    if patient is None or donor is None:
        return Mismatch.NONE
    major, minor = bool(donor.antigens - patient.antigens), bool(patient.antigens - donor.antigens)
    return {
        (False, False): Mismatch.NONE,
        (False, True): Mismatch.MINOR,
        (True, False): Mismatch.MAJOR,
        (True, True): Mismatch.BOTH,
    }[major, minor]


BLOOD_GROUP = Reads(read_blood_group, str, {"type": "string", "description": _NEEDED, "examples": ["A+", "O-"]})
