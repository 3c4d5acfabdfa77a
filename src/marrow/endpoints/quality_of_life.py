"""Quality of life: FACT-BMT with its five domains, and a health utility. A model of assumed numbers on top of counts,
steroids, events and days in hospital; it changes nothing in the course.

Each scale starts at what a recovered survivor reports and loses points, by the table ``EFFECTS``, to burdens between 0
and 1 (``quality_burdens``). Losses add up; a score stays within its scale. A score on a day is the mean of the seven
days up to it, as the questionnaire asks. Patients do not differ but by their course: what else makes people answer
differently (about 20 points of the total, from memory) is left out, and so are age, partners, and symptoms that no
event tells. Whoever has died has no score; days after death count nothing among quality-adjusted days.

Beside published means (seen before the numbers were set, so that agreement is no test): NCT02207322, 160 inpatients,
total 107 to 110 at baseline and 15 to 22 less in week 2 (its register counts the total up to 164, here it is 148);
53 patients after ablative conditioning (Blood 2005;106:1322), medians at 0, 1 and 12 months: physical 21, 18, 21,
functional 17, 13, 17, emotional 17, 19, 19; 26 patients with steroid-refractory acute disease (HOVON 113): total 75,
physical 10, EQ-5D 0.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np

from marrow.endpoints.assumption import Assumption
from marrow.endpoints.chart import Chart
from marrow.endpoints.column import Column, Kind
from marrow.endpoints.hospital import Conditioning, Stay, held
from marrow.endpoints.quality_burdens import Burden, Burdens, burdens_of
from marrow.endpoints.series import Bools, Floats
from marrow.sources import Source, assumed

COUNT = "hemoglobin"  # what must be on the chart
DAYS = (30, 100, 180, 365)  # after the graft, as questionnaires are handed out
RECALL = 7  # days that a questionnaire asks about; definition
EARLY = 100  # days among which the lowest score is sought


class Scale(Enum):
    """Scales in the order of the numbers of an ``Effect``."""

    PHYSICAL = 0
    SOCIAL = 1
    EMOTIONAL = 2
    FUNCTIONAL = 3
    TRANSPLANT = 4
    UTILITY = 5


DOMAINS = tuple(scale for scale in Scale if scale is not Scale.UTILITY)
# Items of 0 to 4 points, 7, 7, 6, 7 and 10 of them: version 4 of the questionnaire, the last from memory.
HIGHEST = {Scale.PHYSICAL: 28, Scale.SOCIAL: 28, Scale.EMOTIONAL: 24, Scale.FUNCTIONAL: 28, Scale.TRANSPLANT: 40,
           Scale.UTILITY: 1}  # fmt: skip
HIGHEST_TOTAL = sum(HIGHEST[scale] for scale in DOMAINS)
_NAMES = {
    Scale.PHYSICAL: ("fact_physical", "FACT-BMT, physical well-being"),
    Scale.SOCIAL: ("fact_social", "FACT-BMT, social and family well-being"),
    Scale.EMOTIONAL: ("fact_emotional", "FACT-BMT, emotional well-being"),
    Scale.FUNCTIONAL: ("fact_functional", "FACT-BMT, functional well-being"),
    Scale.TRANSPLANT: ("fact_transplant", "FACT-BMT, transplant subscale"),
    Scale.UTILITY: ("health_utility", "health utility"),
}


def _unit(scale: Scale) -> str:
    return "" if scale is Scale.UTILITY else "points"


def _well(scale: Scale, value: float, low: float, high: float, why: str) -> Assumption:
    what = f"{_NAMES[scale][1]} of a recovered survivor"
    return Assumption(what, value, _unit(scale), (low, high), assumed(why))


_NORM = "a little above the mean of the general population as remembered"
RECOVERED = {
    Scale.PHYSICAL: _well(Scale.PHYSICAL, 24.0, 22.0, 26.0, f"{_NORM} (22.7)"),
    Scale.SOCIAL: _well(Scale.SOCIAL, 22.5, 19.0, 24.5, f"{_NORM} (19.1); patients report more support than others"),
    Scale.EMOTIONAL: _well(Scale.EMOTIONAL, 20.0, 18.0, 22.0, f"{_NORM} (19.9)"),
    Scale.FUNCTIONAL: _well(Scale.FUNCTIONAL, 20.5, 18.0, 23.0, f"{_NORM} (18.5)"),
    Scale.TRANSPLANT: _well(Scale.TRANSPLANT, 30.0, 26.0, 34.0, "three of four points an item"),
    Scale.UTILITY: _well(
        Scale.UTILITY, 0.88, 0.80, 0.92, "the public valued complete remission without treatment at 0.875 (Stein 2018)"
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Effect:
    """``lost`` by a burden of 1 on each ``Scale``; every one of them plausible between these factors of itself."""

    lost: tuple[float, float, float, float, float, float]
    between: tuple[float, float]
    source: Source

    def numbers(self, burden: Burden) -> tuple[Assumption, ...]:
        low, high = self.between
        return tuple(
            Assumption(
                f"{_NAMES[scale][1]}, lost by {burden.value}",
                lost,
                _unit(scale),
                (low * lost, high * lost),
                self.source,
            )
            for scale, lost in zip(Scale, self.lost, strict=True)
        )


def _lost(*lost: float, why: str, between: tuple[float, float] = (0.5, 1.7)) -> Effect:
    physical, social, emotional, functional, transplant, utility = lost
    return Effect((physical, social, emotional, functional, transplant, utility), between, assumed(why))


#                    physical, social, emotional, functional, transplant, utility
EFFECTS: Mapping[Burden, Effect] = {
    Burden.FEAR: _lost(0, 0, 3, 0, 1, 0.03, why="half a point an item; emotional scores rise after the graft"),
    Burden.ILLNESS: _lost(2, 0, 0, 3, 2, 0.05, why="weeks of chemotherapy behind the patient, work given up"),
    Burden.CONDITIONING: _lost(
        7, 0.5, 1, 5, 4, 0.25, why="one point an item physically: nausea, fatigue, no appetite; two thirds functionally"
    ),
    Burden.ANEMIA: _lost(2.5, 0, 0, 1.5, 1, 0.08, why="fatigue below 8 g/dL; smaller in trials of erythropoietin"),
    Burden.HOSPITAL: _lost(0, 1, 0.5, 2, 1, 0.08, why="no work, no home, few visits; its symptoms are counted apart"),
    Burden.INFECTION: _lost(
        4, 0.5, 1, 3, 1, 0.15, why="fever, weakness; the public took 0.218 off for a serious infection (Stein 2018)"
    ),
    Burden.ACUTE_GVHD: _lost(9, 0, 3, 6, 6, 0.25, why="severe gut disease: more than one point of four physically"),
    Burden.CHRONIC_GVHD: _lost(
        6, 1.5, 2, 5, 6, 0.20, why="severe disease: one point of four physically; of 298 patients with any chronic "
        "disease the SF-36 was one standard deviation below the norm physically (Blood 2011;117:4651)"
    ),
    Burden.STEROIDS: _lost(2, 0, 1.5, 1.5, 2, 0.05, why="1 mg/kg: weak muscles, mood, sleep, looks"),
    Burden.RELAPSE: _lost(
        4, 0.5, 5, 4, 3, 0.30, why="symptoms, lost hope; the public put relapse 0.52 below remission (Stein 2018)"
    ),
}  # fmt: skip


def assumptions() -> tuple[Assumption, ...]:
    """All numbers of the scales."""
    return (*RECOVERED.values(), *(number for burden, effect in EFFECTS.items() for number in effect.numbers(burden)))


@dataclass(frozen=True)
class QualityOfLife:
    """``burdens`` on whole ``days`` (D,) of those ``alive`` (N, D)."""

    days: Floats
    alive: Bools
    burdens: Burdens

    def scores(self, scale: Scale, first: float, last: float) -> Floats:
        """(N, C) on the days from ``first`` to ``last``, both included; also after death, where they mean nothing."""
        chosen = self._between(first, last)
        left = np.full((len(self.alive), len(self.days[chosen])), RECOVERED[scale].value)
        for burden, effect in EFFECTS.items():
            if effect.lost[scale.value]:
                left -= effect.lost[scale.value] * self.burdens[burden][:, chosen]
        return np.clip(left, 0.0, HIGHEST[scale], out=left)

    def on(self, scale: Scale, day: float) -> Floats:
        """The mean of the seven days up to ``day`` (N,); NaN for those who died before it."""
        there = self.alive[:, self._between(day, day)][:, 0]
        return np.where(there, self.scores(scale, day - RECALL + 1, day).mean(axis=1), np.nan)

    def lowest_total(self, until: float) -> Floats:
        """The lowest total of any seven days from the week of the graft to ``until`` (N,), while alive; NaN: none."""
        first = -RECALL + 1
        total = np.sum([self.scores(scale, first, until) for scale in DOMAINS], axis=0)
        so_far = np.pad(np.cumsum(total, axis=1), ((0, 0), (1, 0)))
        weekly = (so_far[:, RECALL:] - so_far[:, :-RECALL]) / RECALL
        there = self.alive[:, self._between(first, until)][:, RECALL - 1 :]
        lowest = np.where(there, weekly, np.inf).min(axis=1, initial=np.inf)
        return np.where(np.isfinite(lowest), lowest, np.nan)

    def adjusted_days(self) -> Floats:
        """Days from the graft to the end of follow-up, or to death, each times its utility (N,)."""
        last = self.days[-1] - 1
        return (self.scores(Scale.UTILITY, 0.0, last) * self.alive[:, self._between(0.0, last)]).sum(axis=1)

    def _between(self, first: float, last: float) -> slice:
        return slice(*np.searchsorted(self.days, (first, last + 1)))


def quality_of(chart: Chart, stay: Stay, conditioning: Conditioning) -> QualityOfLife:
    """Needs ``COUNT`` on the chart; without steroids none were given. Before admission nothing is known, so that the
    first of ``stay.days`` is the baseline."""
    hemoglobin = held(chart, COUNT, stay.days)
    steroids = held(chart, "steroids", stay.days) if chart.has("steroids") else np.zeros_like(hemoglobin)
    burdens = burdens_of(chart.events, stay, hemoglobin, steroids, conditioning.is_mild)
    return QualityOfLife(stay.days, stay.alive, burdens)


def quality_columns(quality: QualityOfLife) -> list[Column]:
    """Total, domains, utility at baseline and on each of ``DAYS`` that was reached; lowest total; adjusted days."""
    first = float(quality.days[0])
    times = [("baseline", "before conditioning", first)]
    times += [(f"day_{day}", f"day {day}", float(day)) for day in DAYS if day <= quality.days[-1]]
    columns: list[Column] = []
    for suffix, words, day in times:
        found = {scale: quality.on(scale, day) for scale in Scale}
        total = np.sum([found[scale] for scale in DOMAINS], axis=0)
        columns.append(_score(f"fact_bmt_{suffix}", f"FACT-BMT, {words}", total, HIGHEST_TOTAL))
        for scale, (name, label) in _NAMES.items():
            columns.append(_score(f"{name}_{suffix}", f"{label}, {words}", found[scale], HIGHEST[scale], _unit(scale)))
    lowest = quality.lowest_total(EARLY)
    columns.append(_score("fact_bmt_lowest", f"lowest FACT-BMT of the first {EARLY} days", lowest, HIGHEST_TOTAL))
    wording = "days alive from the graft to the end of follow-up, each times its health utility; assumed model"
    columns.append(
        Column("quality_adjusted_days", "quality-adjusted days", "days", Kind.AMOUNT, quality.adjusted_days(), wording)
    )
    return columns


def _score(name: str, label: str, values: Floats, highest: float, unit: str = "points") -> Column:
    wording = f"assumed model, 0 to {highest:g}, more is better; the living alone"
    return Column(name, label, unit, Kind.AMOUNT, values, wording)
