"""From a run to its figures and the content of its report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from marrow.figures.gallery import draw_all
from marrow.figures.outcomes import draw_incidences, draw_situations
from marrow.figures.scene import set_scene
from marrow.figures.style import Drawing, as_svg, for_page
from marrow.report import risks, summaries
from marrow.report.content import GradeCount, ReportContent, ReportFigure
from marrow.report.record import DISCLAIMER, Record, SourceRow
from marrow.sources import Grade


@dataclass(frozen=True)
class Assembled:
    """``content`` of the report; ``drawings`` and their SVG files, in the same order."""

    content: ReportContent
    drawings: tuple[Drawing, ...]
    svgs: tuple[str, ...]


def assemble(record: Record) -> Assembled:
    """Figures are drawn here, and all numbers of the report computed."""
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
    drawings = draw_all(scene, summaries.recoveries(record.outcomes))
    told = (draw_situations(record.outcomes), draw_incidences(record.outcomes, risks.expected_risks(record.course)))
    drawings = (*(drawing for drawing in told if drawing is not None), *drawings)
    svgs = tuple(as_svg(drawing) for drawing in drawings)
    figures = tuple(
        ReportFigure(drawing.name, drawing.title, drawing.caption, for_page(svg, drawing))
        for drawing, svg in zip(drawings, svgs, strict=True)
    )
    return Assembled(replace(summarise(record), figures=figures), drawings, svgs)


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
        risks=risks.risk_rows(outcomes, is_autologous=record.is_autologous),
        causes=risks.cause_rows(outcomes),
        expected=risks.expected_words(course, outcomes),
        plain=risks.plain_words(outcomes, is_autologous=record.is_autologous),
    )


def grade_counts(sources: Iterable[SourceRow]) -> tuple[GradeCount, ...]:
    """Numbers by grade, from most to least trusted."""
    by_grade: dict[Grade, list[SourceRow]] = {grade: [] for grade in Grade}
    for row in sources:
        by_grade[row.grade].append(row)
    return tuple(GradeCount(grade.value, len(rows), tuple(rows)) for grade, rows in by_grade.items())
