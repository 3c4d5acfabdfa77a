"""What stands in the report, as plain text in frozen rows: the template only lays it out."""

from __future__ import annotations

from dataclasses import dataclass

from marrow.report.record import Provenance, SourceRow


@dataclass(frozen=True)
class Tile:
    """A headline: a number and what it is."""

    label: str
    value: str
    detail: str


@dataclass(frozen=True)
class DoseRow:
    drug: str
    amount: str
    days: str
    count: int
    is_left_out: bool = False  # the model does not know the drug


@dataclass(frozen=True)
class OutcomeRow:
    """``middle``: median or mean, ``error``: its Monte Carlo interval; ``spread``: 5th to 95th percentile."""

    label: str
    unit: str
    middle: str
    error: str
    spread: str
    never: str  # patients who did not reach it
    unknown: int
    definition: str
    short: str  # the label where there is little room


@dataclass(frozen=True)
class ProbabilityRow:
    label: str
    cells: tuple[tuple[str, str, str], ...]  # ("by day 28", "97 %", "95 to 98 %")


@dataclass(frozen=True)
class ChimerismRow:
    lineage: str
    cells: tuple[str, ...]  # at each day: "99 % (97 to 100)"


@dataclass(frozen=True)
class ExposureRow:
    drug: str
    unit: str
    median: str
    error: str
    spread: str
    highest: str
    target: str
    inside: str
    target_source: str


@dataclass(frozen=True)
class ActionRow:
    rule: str
    patients: str
    per_patient: str
    amount: str
    first: str
    last: str
    value: str


@dataclass(frozen=True)
class SolverStatus:
    """``failures``: (what happened, how many patients, their numbers). ``clipped``: largest relative clipped mass."""

    patients: int
    failed: int
    failures: tuple[tuple[str, int, str], ...]
    clipped: str
    steps: str


@dataclass(frozen=True)
class ReportFigure:
    """A figure ready for a page: ``svg`` is markup."""

    name: str
    title: str
    caption: str
    svg: str


@dataclass(frozen=True)
class GradeCount:
    grade: str
    count: int
    rows: tuple[SourceRow, ...]


@dataclass(frozen=True)
class ReportContent:
    """The whole report."""

    title: str
    subtitle: str
    disclaimer: str
    facts: tuple[tuple[str, str], ...]
    doses: tuple[DoseRow, ...]
    not_modelled: tuple[tuple[str, str], ...]
    tiles: tuple[Tile, ...]
    outcomes: tuple[OutcomeRow, ...]
    probabilities: tuple[ProbabilityRow, ...]
    chimerism_days: tuple[int, ...]
    chimerism: tuple[ChimerismRow, ...]
    exposures: tuple[ExposureRow, ...]
    actions: tuple[ActionRow, ...]
    solver: SolverStatus
    figures: tuple[ReportFigure, ...]
    grades: tuple[GradeCount, ...]
    assumed: int
    numbers: int
    references: tuple[str, ...]
    provenance: Provenance
    observed: str  # how many laboratory values lie over the bands; '' for none
    has_uncertainty: bool
    risks: tuple[ProbabilityRow, ...] = ()  # survival, relapse, death, complications
    causes: tuple[ProbabilityRow, ...] = ()  # of death
    expected: str = ""  # incidences expected from hazards
    plain: tuple[str, ...] = ()  # sentences for readers without training
