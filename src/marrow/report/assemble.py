"""From a run to its figures and the content of its report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from marrow.endpoints.incidence import Curve
from marrow.figures.aside import Pictures
from marrow.figures.gallery import Material, pictures
from marrow.figures.scene import all_bands, set_scene
from marrow.figures.style import Picture
from marrow.report import risks, summaries
from marrow.report.content import GradeCount, ReportContent, ReportFigure
from marrow.report.record import DISCLAIMER, Record, SourceRow
from marrow.sources import Grade

if TYPE_CHECKING:
    import xarray as xr

Expected = Mapping[str, Curve]  # incidences expected from hazards, by name


@dataclass(frozen=True)
class Assembled:
    """``content`` of the report, and its figures."""

    content: ReportContent
    pictures: tuple[Picture, ...]


def assemble(
    record: Record, drawn: Callable[[], Pictures] | None = None, expected: Expected | None = None
) -> Assembled:
    """All numbers of the report are computed here, and its figures drawn unless ``drawn`` waits for them.

    ``expected``: as ``to_draw`` has found it.
    """
    content = summarise(record, expected)  # while figures are drawn
    made = pictures(to_draw(record)) if drawn is None else drawn()
    figures = tuple(ReportFigure(each.name, each.title, each.caption, each.page) for each in made)
    return Assembled(replace(content, figures=figures), made)


def to_draw(record: Record) -> Material:
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
    recoveries = list(summaries.recoveries(record.outcomes))
    return Material(scene, recoveries, record.outcomes, risks.expected_risks(record.course))


def with_uncertain(material: Material, course: xr.Dataset) -> Material:
    """The same with the bands of a course in which typical parameter values are uncertain."""
    return material._replace(scene=replace(material.scene, uncertain_bands=all_bands(course)))


def summarise(record: Record, expected: Expected | None = None) -> ReportContent:
    """All numbers of the report, without the figures: enough for the terminal."""
    course, outcomes = record.course, record.outcomes
    curves = risks.expected_risks(course) if expected is None else expected
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
        expected=risks.expected_words(curves, outcomes),
        plain=risks.plain_words(outcomes, is_autologous=record.is_autologous),
    )


def grade_counts(sources: Iterable[SourceRow]) -> tuple[GradeCount, ...]:
    """Numbers by grade, from most to least trusted."""
    by_grade: dict[Grade, list[SourceRow]] = {grade: [] for grade in Grade}
    for row in sources:
        by_grade[row.grade].append(row)
    return tuple(GradeCount(grade.value, len(rows), tuple(rows)) for grade, rows in by_grade.items())
