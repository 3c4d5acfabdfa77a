"""A trial's design file: whose patients and plans, how they are allocated and observed, what is asked and how.

Arms, plans and patients are those of a study file, so that a trial can be laid beside what was published of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

from pydantic import ValidationError

from marrow.calibration.study import Study, StudyArm, read_study
from marrow.calibration.study_form import Line, Notes
from marrow.clinic.document import Document, read_document
from marrow.clinic.eligibility import Criterion
from marrow.clinic.fields import Part, Reads, choice, measured, whole
from marrow.clinic.problems import problems_of
from marrow.clinic.quantities import DAYS, Measure, quoted, refuse, split
from marrow.errors import PlanError, Problem, nearest
from marrow.trial.endpoints import Endpoint
from marrow.trial.who import Find, Reference, Who, people_of_design, plans_beside, read_criteria, read_reference


class PlannedTest(Enum):
    """The planned analysis of an endpoint."""

    LOG_RANK = "log-rank"
    GRAY = "Gray"
    DIFFERENCE = "difference at the day"


class Aim(Enum):
    """What the trial sets out to show."""

    SUPERIORITY = "superiority"
    NON_INFERIORITY = "non-inferiority"


def _read_share(given: Any) -> float:
    needed = "a share, such as '2 %'"
    value, unit = split(given, needed) if isinstance(given, str) else (math.nan, "")
    if unit != "%" or not 0 <= value < 100:
        raise refuse(quoted(given), needed)
    return value / 100


def _read_number(given: Any) -> float:
    try:
        value = float(given)
    except (TypeError, ValueError):
        raise refuse(quoted(given), "a number") from None
    if not math.isfinite(value):
        raise refuse(quoted(given), "a finite number")
    return value


def _read_looks(given: Any) -> tuple[float, ...]:
    needed = "shares of the events at which the data are looked at, rising to below 1, such as [0.5, 0.75]"
    if not isinstance(given, (list, tuple)):
        raise refuse(quoted(given), needed)
    looks = tuple(_read_number(each) for each in given)
    if not all(0 < each < 1 for each in looks) or list(looks) != sorted(set(looks)):
        raise refuse(quoted(list(given)), needed)
    return looks


def _read_flag(given: Any) -> bool:
    text = str(given).strip().lower()
    if text not in ("true", "yes", "false", "no"):
        raise refuse(quoted(given), "yes or no")
    return text in ("true", "yes")


Share = Annotated[float, Reads(_read_share)]
Number = Annotated[float, Reads(_read_number)]
Time = Annotated[float, measured(Measure("a time", DAYS, 0, 20 * 365, "2 y", bare=False))]
Day = Annotated[int, whole("a day after the transplant", 1, 20 * 365)]
_ENDPOINT = choice(Endpoint, "an endpoint", {"os": Endpoint.OVERALL_SURVIVAL, "dfs": Endpoint.DISEASE_FREE_SURVIVAL,
                                            "nrm": Endpoint.NON_RELAPSE_MORTALITY})  # fmt: skip


class QuestionForm(Part):
    """One endpoint and its analysis. ``margin``: of non-inferiority, as a difference of shares at ``day``."""

    endpoint: Annotated[Endpoint, _ENDPOINT]
    day: Day
    test: Annotated[PlannedTest, choice(PlannedTest, "a test")] = PlannedTest.LOG_RANK
    alpha: Number = 0.05
    aim: Annotated[Aim, choice(Aim, "an aim")] = Aim.SUPERIORITY
    margin: Share | None = None
    looks: Annotated[tuple[float, ...], Reads(_read_looks)] = ()
    stratified: Annotated[bool, Reads(_read_flag)] = False


class DesignForm(Part):
    """The keys of a design file."""

    trial: Line
    study: Line
    arms: tuple[Line, ...]
    population: Annotated[Reference, Reads(read_reference)] | None = None
    eligible: Annotated[tuple[Criterion, ...], Reads(read_criteria)] = ()
    strata: Annotated[tuple[Criterion, ...], Reads(read_criteria)] = ()
    patients: Annotated[int, whole("a number of patients", 2, 1_000_000)]
    accrual: Time = 0.0
    follow_up: Time = 730.0
    drop_out: Share = 0.0
    not_transplanted: Share = 0.0
    survival_without: Time = 270.0
    primary: QuestionForm
    secondary: tuple[QuestionForm, ...] = ()
    assumed: Notes = ()


@dataclass(frozen=True)
class Question:
    """``alpha``: two-sided. ``looks``: shares of the information at interim looks, the last one not among them.
    ``stratified``: the test compares within the strata of the allocation."""

    endpoint: Endpoint
    day: float
    test: PlannedTest
    alpha: float
    aim: Aim
    margin: float | None
    looks: tuple[float, ...]
    stratified: bool = False


@dataclass(frozen=True)
class Design:
    """``arms``: the control first. ``patients``: randomised, all arms together, evenly. ``follow_up``: days from the
    last enrolment; ``drop_out``: a year; ``not_transplanted``: share who never are, and who live for a median of
    ``survival_without`` days. ``who``: the population, who may enter, the strata of the allocation."""

    name: str
    study: Study
    arms: tuple[StudyArm, ...]
    patients: int
    accrual: float
    follow_up: float
    drop_out: float
    not_transplanted: float
    survival_without: float
    primary: Question
    secondary: tuple[Question, ...]
    assumed: tuple[str, ...]
    who: Who
    files: Mapping[str, Path]  # that the design names, by the name

    @property
    def questions(self) -> tuple[Question, ...]:
        return (self.primary, *self.secondary)

    @property
    def horizon(self) -> float:
        """Days for which patients are simulated: the longest that any is observed, or the last day asked of."""
        return max([self.accrual + self.follow_up, *(each.day for each in self.questions)])


def read_design(file: str | Path, find: Find | None = None) -> Design:
    """Reads a design with its study and population. ``find``: where a file named in the design is; beside it, usually.
    Raises ``PlanError`` with every problem, each with its line."""
    find = find or (lambda name: Path(file).parent / name)
    document = read_document(file)
    try:
        form = DesignForm.model_validate(document.data())
    except ValidationError as error:
        problems = [*document.problems, *problems_of(error, document, DesignForm)]
        raise PlanError(document.file, sorted(problems, key=lambda problem: problem.line or 0)) from None
    problems = list(document.problems)
    study = read_study(find(form.study))
    arms: list[StudyArm] = []
    for place, name in enumerate(form.arms):
        found = next((each for each in study.arms if each.arm.arm == name), None)
        if found is None or name in form.arms[:place]:
            names = [each.arm.arm for each in study.arms]
            needed = f"arms of the study, each once: {', '.join(names)}"
            problems.append(_at(document, ("arms", place), quoted(name), needed, nearest(name, names)))
        else:
            arms.append(found)
    if len(form.arms) < 2:
        problems.append(_at(document, ("arms",), f"{len(form.arms)} arm", "two arms or more, the control first"))
    problems += [p for k, each in enumerate((form.primary, *form.secondary)) for p in _wrong(document, k, each)]
    if any(each.stratified for each in (form.primary, *form.secondary)) and not form.strata:
        problems.append(_at(document, ("primary",), "a stratified test without strata", "strata: [sentences]"))
    if problems:
        raise PlanError(document.file, sorted(problems, key=lambda problem: problem.line or 0))
    people = people_of_design(study, [each.arm for each in arms], form.population, form.eligible, form.strata, find)
    if people.problems:
        placed = [_at(document, where, each.found, each.needed, each.nearest) for where, each in people.problems]
        raise PlanError(document.file, placed)
    arms = [replace(each, arm=arm) for each, arm in zip(arms, people.arms, strict=True)]
    files = {form.study: Path(study.file)}
    if form.population is not None and people.who.file is not None:
        files[form.population.named] = people.who.file
    beside = [plan for file in files.values() if file.suffix in (".yaml", ".yml") for plan in plans_beside(file)]
    found, needed = "the plan {} in a file of its own", "plans within the study file"
    problems = [_at(document, ("study",), found.format(quoted(plan)), needed) for plan in beside]
    if problems:
        raise PlanError(document.file, problems)
    questions = tuple(_question(each) for each in (form.primary, *form.secondary))
    return Design(
        form.trial, study, tuple(arms), form.patients, form.accrual, form.follow_up, form.drop_out,
        form.not_transplanted, form.survival_without, questions[0], questions[1:], form.assumed, people.who, files,
    )  # fmt: skip


def _wrong(document: Document, place: int, form: QuestionForm) -> list[Problem]:
    where: tuple[str | int, ...] = ("primary",) if place == 0 else ("secondary", place - 1)
    found = []
    if not 0 < form.alpha < 0.5:
        found.append(_at(document, (*where, "alpha"), f"{form.alpha:g}", "a level between 0 and 0.5, such as 0.05"))
    if (form.aim is Aim.NON_INFERIORITY) != (form.margin is not None):
        found.append(_at(document, where, "an aim and a margin that do not agree", "a margin for non-inferiority only"))
    if form.aim is Aim.NON_INFERIORITY and form.test is not PlannedTest.DIFFERENCE:
        needed = f"test: {PlannedTest.DIFFERENCE.value}, which non-inferiority is judged by"
        found.append(_at(document, where, form.test.value, needed))
    if form.stratified and form.test is PlannedTest.DIFFERENCE:
        found.append(_at(document, where, "a stratified difference", "a log-rank or Gray test, or stratified: no"))
    if form.test is PlannedTest.LOG_RANK and form.endpoint.asked.competing:
        needed = f"test: {PlannedTest.GRAY.value}, since other events compete with it"
        found.append(_at(document, where, f"a log-rank test of {form.endpoint.value}", needed))
    if form.test is PlannedTest.GRAY and not form.endpoint.asked.competing:
        needed = f"test: {PlannedTest.LOG_RANK.value}"
        found.append(_at(document, where, f"Gray's test of {form.endpoint.value}", needed))
    return found


def _question(form: QuestionForm) -> Question:
    return Question(
        form.endpoint, float(form.day), form.test, form.alpha, form.aim, form.margin, form.looks, form.stratified
    )


def _at(document: Document, place: tuple[str | int, ...], found: str, needed: str, near: str = "") -> Problem:
    key = ".".join(str(step + 1) if isinstance(step, int) else step for step in place)
    return Problem(found, needed, near, document.line(place), key)
