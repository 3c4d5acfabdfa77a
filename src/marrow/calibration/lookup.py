"""What a table of other studies would have said: the opponent that a simulator has to beat.

It knows an arm's graft source, donor, intensity and prophylaxis, and answers with the mean of the same endpoint in the
other studies' arms that share them; where there are none it forgets prophylaxis, then intensity, donor, graft source.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from marrow.calibration.outcome_measures import day_asked, is_outcome
from marrow.calibration.table import Statistic, Target, on_scale

_THRESHOLD = re.compile(r"[<>]=?\s*(\d+(?:\.\d+)?)|\((\d+(?:\.\d+)?)e9")
_WORDS: dict[str, tuple[tuple[str, str], ...]] = {  # the first pattern that is found names the class
    "graft": (("cord", r"cord|UCB"), ("selected", r"CD34-selected|TCD|deplet"), ("gene", r"gene"),
              ("marrow and blood", r"BM.*PB|PB.*BM"), ("blood", r"PB|periph"), ("marrow", r"BM|marrow")),
    "donor": (("self", r"auto"), ("half", r"haplo"),
              ("sibling", r"sib|HLA-id|(?<!un)related|MSD|MRD"),
              ("unrelated", r"unrelated|\bM?M?UR?D\b|cord|UCB"), ("twin", r"syngen")),
    "intensity": (("mixed", r"MAC.*RIC|RIC.*MAC"), ("none", r"NMA|non-?myelo|TBI ?2 ?Gy"),
                  ("reduced", r"RIC|reduced|Bu2|FB2|Flu/Mel|\bFT\b"),
                  ("high", r"\bMAC?\b|\bSMC\b|myeloabl|TBI|Bu/Cy|Bu4|FB4|BEAM|Mel|HD")),
    "prophylaxis": (("cyclophosphamide", r"PTCy|PT-Cy|post-?transplant"),
                    ("serum", r"(?<!no )ATG|alemtuzumab|thymoglob"),
                    ("depleted", r"deplet|TCD|CD34 selection"), ("drugs", r"CSA|CNI|tacro|Tac|MTX|MMF|ciclo|cyclosp")),
}  # fmt: skip


def _class_of(kind: str, text: str) -> str:
    for name, pattern in _WORDS[kind]:
        if re.search(pattern, text, re.IGNORECASE):
            return name
    return ""


def features(target: Target) -> tuple[str, str, str, str]:
    """Graft source, donor, intensity, prophylaxis of an arm; '' where the row does not say."""
    donor = _class_of("donor", f"{target.donor} {target.graft_source}")
    intensity = "high" if donor == "self" else _class_of("intensity", target.conditioning)
    return (
        _class_of("graft", target.graft_source or target.arm),
        donor,
        intensity,
        _class_of("prophylaxis", target.conditioning),
    )


def question(target: Target) -> tuple[object, ...]:
    """What is asked: endpoint, its threshold, statistic, scale, horizon. Only like is compared with like."""
    if is_outcome(target.endpoint):
        return target.endpoint, target.statistic is Statistic.RATIO, target.scale, day_asked(target)
    match = _THRESHOLD.search(target.endpoint)
    threshold = next((float(group) for group in match.groups() if group), None) if match else None
    named = "" if target.kind in ("anc", "plt") else target.endpoint
    if threshold is None and target.kind in ("anc", "plt"):
        threshold = {"anc": 0.5, "plt": 20.0}[target.kind]  # what 'engraftment' means without a number
    return target.kind, named, threshold, target.statistic, target.scale, target.time


@dataclass(frozen=True)
class Lookup:
    """``rows``: by what is asked, each with the features of its arm."""

    rows: Mapping[tuple[object, ...], tuple[tuple[Target, tuple[str, ...]], ...]]

    @classmethod
    def of(cls, knowledge: Iterable[Target]) -> Lookup:
        rows: dict[tuple[object, ...], list[tuple[Target, tuple[str, ...]]]] = defaultdict(list)
        for row in knowledge:
            if row.counts:
                rows[question(row)].append((row, features(row)))
        return cls({asked: tuple(found) for asked, found in rows.items()})

    def answer(self, target: Target) -> float | None:
        """On the scale of the row, from studies other than its own; None without any."""
        own = features(target)
        others = [(row, known) for row, known in self.rows.get(question(target), ()) if row.study != target.study]
        for shared in range(len(own), -1, -1):
            alike = [row for row, known in others if known[:shared] == own[:shared]]
            if alike:
                of_study: dict[str, list[float]] = defaultdict(list)
                for row in alike:
                    if row.scale is not None:
                        of_study[row.study].append(on_scale(row.value, row.scale, row.patients))
                return float(np.mean([np.mean(values) for values in of_study.values()]))
        return None


def look_up(target: Target, knowledge: Iterable[Target]) -> float | None:
    """``Lookup.answer`` for one row."""
    return Lookup.of(knowledge).answer(target)
