"""From a run to its figures and the content of its report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from marrow.figures.engraftment import Recovery
from marrow.figures.gallery import pictures
from marrow.figures.scene import Scene, set_scene
from marrow.figures.style import Picture
from marrow.report import summaries
from marrow.report.content import GradeCount, ReportContent, ReportFigure
from marrow.report.record import DISCLAIMER, Record, SourceRow
from marrow.sources import Grade


@dataclass(frozen=True)
class Assembled:
    """``content`` of the report, and its figures."""

    content: ReportContent
    pictures: tuple[Picture, ...]


def assemble(record: Record, drawn: tuple[Picture, ...] | None = None) -> Assembled:
    """All numbers of the report are computed here, and its figures drawn if they are not ``drawn`` already."""
    made = pictures(*to_draw(record)) if drawn is None else drawn
    figures = tuple(ReportFigure(each.name, each.title, each.caption, each.page) for each in made)
    return Assembled(replace(summarise(record), figures=figures), made)


def to_draw(record: Record) -> tuple[Scene, list[Recovery]]:
    """What the figures of a run are drawn from."""
    scene = set_scene(
        record.course,
        record.doses,
        record.actions,
        uncertain=record.uncertain,
        rules=record.rules,
        observed=record.observed,
        is_autologous=record.is_autologous,
        not_modelled=[drug for drug, _ in record.not_modelled],
    )
    return scene, list(summaries.recoveries(record.outcomes))


def summarise(record: Record) -> ReportContent:
    """All numbers of the report, without the figures: enough for the terminal."""
    course, outcomes = record.course, record.outcomes
    time = course["time"].values.astype(float)
    days, chimerism = summaries.chimerism_rows(outcomes)
    grades = grade_counts(record.sources)
    return ReportContent(
        title=record.title,
        subtitle=f"{course.sizes['draw']} virtual patients, day {time[0]:.0f} to day {time[-1]:.0f}".replace("-", "−"),
        disclaimer=DISCLAIMER,
        facts=record.facts,
        doses=summaries.dose_rows(record.doses, [drug for drug, _ in record.not_modelled]),
        not_modelled=record.not_modelled,
        tiles=summaries.tiles(outcomes),
        outcomes=summaries.outcome_rows(outcomes),
        probabilities=summaries.probability_rows(outcomes),
        chimerism_days=days,
        chimerism=chimerism,
        exposures=summaries.exposure_rows(course, record.targets),
        actions=summaries.action_rows(record.actions, course.sizes["draw"]),
        solver=summaries.solver_status(course),
        figures=(),
        grades=grades,
        assumed=sum(grade.count for grade in grades if grade.grade == Grade.ASSUMED.value),
        numbers=len(record.sources),
        references=record.references,
        provenance=record.provenance,
        observed=f"{len(record.observed)} laboratory values" if record.observed is not None else "",
        has_uncertainty=record.uncertain is not None,
    )


def grade_counts(sources: Iterable[SourceRow]) -> tuple[GradeCount, ...]:
    """Numbers by grade, from most to least trusted."""
    by_grade: dict[Grade, list[SourceRow]] = {grade: [] for grade in Grade}
    for row in sources:
        by_grade[row.grade].append(row)
    return tuple(GradeCount(grade.value, len(rows), tuple(rows)) for grade, rows in by_grade.items())
