"""Which studies are set aside before anything is fitted: a rule that looks at names and donors, never at results.

Within each kind of transplant the studies are put in the order of the SHA-256 of their names; the first three of ten
(at least one) are set aside.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from marrow.calibration.study import Study
from marrow.clinic.graft import Source

SHARE = 0.3


def kind(study: Study) -> str:
    """'cord blood', or the relation of the donor, as in the first arm's plan."""
    plan = study.arms[0].arm.plan
    return Source.CORD.value if plan.graft.source is Source.CORD else plan.donor.relation.value


def set_aside(studies: Iterable[Study]) -> frozenset[str]:
    """Names of the studies that are not fitted to."""
    kinds: dict[str, list[str]] = {}
    for study in studies:
        kinds.setdefault(kind(study), []).append(study.name)
    return frozenset(
        name for names in kinds.values() for name in sorted(names, key=_digest)[: max(1, round(SHARE * len(names)))]
    )


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
