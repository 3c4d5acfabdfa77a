"""Which studies are set aside before anything is fitted: a rule that looks at names and donors, never at results.

Within each kind of transplant, studies of engraftment and studies of outcome apart, the studies are put in the order of
the SHA-256 of their names; the first three of ten (at least one) are set aside. Where none of these has an endpoint of
outcome that two studies or more have, the first of those, in the same order, joins them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from marrow.calibration.outcome_measures import is_outcome
from marrow.calibration.study import Study
from marrow.clinic.graft import Source

SHARE = 0.3
FEWEST = 2  # studies of an endpoint, so that both parts can have it


def kind(study: Study) -> str:
    """'cord blood', or the relation of the donor, as in the first arm's plan."""
    plan = study.arms[0].arm.plan
    return Source.CORD.value if plan.graft.source is Source.CORD else plan.donor.relation.value


def set_aside(studies: Iterable[Study]) -> frozenset[str]:
    """Names of the studies that are not fitted to."""
    every = tuple(studies)
    strata: dict[tuple[bool, str], list[str]] = {}
    for study in every:
        strata.setdefault((study.is_of_outcomes, kind(study)), []).append(study.name)
    chosen = {
        name for names in strata.values() for name in sorted(names, key=_digest)[: max(1, round(SHARE * len(names)))]
    }
    return frozenset(chosen | _one_more(every, chosen))


def _one_more(studies: tuple[Study, ...], chosen: set[str]) -> set[str]:
    """The first study of each endpoint of outcome that at least ``FEWEST`` have and none of those set aside."""
    having: dict[str, list[str]] = {}
    for study in studies:
        for endpoint in {target.endpoint for target in study.targets if target.counts and is_outcome(target.endpoint)}:
            having.setdefault(endpoint, []).append(study.name)
    more: set[str] = set()
    for _, names in sorted(having.items()):
        if len(names) >= FEWEST and not (chosen | more).intersection(names):
            more.add(min(names, key=_digest))
    return more


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
