"""A published study read from its file: arms that can be simulated, and the figures they are compared with."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from marrow.calibration.arm import Arm, Cohort, Definitions, Spread, Variant
from marrow.calibration.measures import measure_of
from marrow.calibration.score import EVERYONE
from marrow.calibration.study_form import ArmForm, EndpointForm, PatientsForm, StudyForm, VariantForm, WordsForm
from marrow.calibration.table import Scale, Target
from marrow.calibration.yardstick import Yardstick, yardstick
from marrow.clinic.document import Document, Mapping, Scalar, parse_document, read_document
from marrow.clinic.plan import Plan, plan_of_document, read_plan
from marrow.clinic.problems import problems_of
from marrow.errors import PlanError, Problem

FOLDER = "studies"
_SUFFIXES = (".yaml", ".yml")
_USUAL_WOMEN = 0.42  # share; assumed, of patients of the registries
_AGE_LOG_SD = 0.15  # of adults when the paper tells no ages; assumed
_KIND = re.compile(r"[a-z-]+<?")


@dataclass(frozen=True)
class StudyArm:
    """``targets``: its published figures, each with the line of the file."""

    arm: Arm
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Study:
    """One study file. ``fitted``: False for one that was set aside before anything was fitted."""

    file: str
    name: str
    year: int
    source: str
    fitted: bool
    arms: tuple[StudyArm, ...]

    @property
    def targets(self) -> tuple[Target, ...]:
        return tuple(target for arm in self.arms for target in arm.targets)

    @property
    def lacking(self) -> tuple[str, ...]:
        """Drugs of its plans that the installed marrow does not model, by their printed names."""
        from marrow.clinic.formulary import is_modelled

        named = dict.fromkeys(drug for each in self.arms for drug in each.arm.drugs)
        return tuple(drug for drug in named if not is_modelled(drug))


def read_study(file: str | Path) -> Study:
    """Reads a study file. Raises ``PlanError`` with every problem, each with its line."""
    path = Path(file)
    if path.is_file() and not path.read_bytes().strip():
        raise PlanError(str(file), [Problem("an empty file", "a study: study, year, source, fitted, arms", line=1)])
    return _study_of(read_document(file), path.parent)


def study_from_text(text: str, file: str = "study", folder: Path = Path()) -> Study:
    """``read_study`` from text; plans are looked for in ``folder``."""
    return _study_of(parse_document(text, file), folder)


def read_studies(files: Iterable[str | Path]) -> tuple[Study, ...]:
    """All studies of files and folders of files, by name. Raises ``PlanError`` when two are the same study."""
    found: list[Study] = []
    for each in files:
        path = Path(each)
        inside = sorted(one for one in path.iterdir() if one.suffix in _SUFFIXES) if path.is_dir() else [path]
        if not inside:
            raise PlanError(str(each), [Problem("a folder without study files", "files ending in .yaml")])
        found += [read_study(one) for one in inside]
    for place, study in enumerate(found):
        other = next((one for one in found[:place] if one.name == study.name), None)
        if other is not None:
            raise PlanError(study.file, [Problem(f"{study.name!r} a second time", f"it once; it is in {other.file}")])
    return tuple(found)


@cache
def packaged_studies() -> tuple[Study, ...]:
    """The studies that come with marrow."""
    beside = Path(__file__).parent / FOLDER  # as installed
    return read_studies([beside if beside.is_dir() else Path(__file__).parents[3] / FOLDER])


def _study_of(document: Document, folder: Path) -> Study:
    try:
        form = StudyForm.model_validate(document.data())
    except ValidationError as error:
        problems = [*document.problems, *problems_of(error, document, StudyForm)]
        raise PlanError(document.file, sorted(problems, key=lambda problem: problem.line or 0)) from None
    problems = list(document.problems)
    if not form.arms:
        problems.append(Problem("no arms", "at least one arm", line=document.line(("arms",)), key="arms"))
    arms = []
    for place, arm in enumerate(form.arms):
        try:
            if any(arm.arm == other.arm for other in form.arms[:place]):
                _refuse(document, ("arms", place, "arm"), f"the arm {arm.arm!r} a second time", "each arm once")
            arms.append(_Builder(document, folder, form, arm, place).build())
        except PlanError as error:
            problems += error.problems
    if problems:
        raise PlanError(document.file, sorted(problems, key=lambda problem: problem.line or 0))
    return Study(document.file, form.study, form.year, form.source, form.fitted, tuple(arms))


def _refuse(document: Document, place: tuple[str | int, ...], found: str, needed: str, near: str = "") -> NoReturn:
    key = ".".join(str(step + 1) if isinstance(step, int) else step for step in place)
    raise PlanError(document.file, [Problem(found, needed, near, document.line(place), key)])


@dataclass(frozen=True)
class _Builder:
    """Makes one arm of a valid form."""

    document: Document
    folder: Path
    study: StudyForm
    form: ArmForm
    place: int

    @property
    def at(self) -> tuple[str | int, ...]:
        return ("arms", self.place)

    def build(self) -> StudyArm:
        plan, patients = self._plan(), self.form.patients or PatientsForm()
        common = self.study.patients or PatientsForm()
        size = self.form.n

        def spread(name: str) -> Spread | None:
            given = getattr(patients, name) or getattr(common, name)
            return given.spread(size) if given is not None else None

        age = spread("age")
        notes = (*self.study.assumed, *self.form.assumed)
        if age is None:
            age = Spread(plan.patient.age, _AGE_LOG_SD, max(plan.patient.age - 30, 0.5), plan.patient.age + 25)
            notes += (f"ages: lognormal around the plan's {plan.patient.age:g} y, log sd {_AGE_LOG_SD}",)
        women = patients.women if patients.women is not None else common.women
        cohort = Cohort(age, _USUAL_WOMEN if women is None else women, spread("weight"), spread("cd34"), spread("cd3"))
        said = self.study.definitions
        arm = Arm(
            self.study.study,
            self.form.arm,
            plan,
            cohort,
            notes,
            self._variants(plan),
            Definitions(said.medians, said.neutrophils, said.platelets),
        )
        targets = tuple(self._target(row, place, arm) for place, row in enumerate(self.form.endpoints))
        return StudyArm(arm, targets)

    def _plan(self) -> Plan:
        where: tuple[str | int, ...] = (*self.at, "plan") if self.form.plan else ("plan",)
        if not (self.form.plan or self.study.plan):
            _refuse(self.document, self.at, "an arm without a plan", "a plan of its own, or one of the study")
        tree = self.document.root
        for step in where:
            tree = tree.get(step) if isinstance(tree, Mapping) else tree.items[step]  # type: ignore
        if isinstance(tree, Scalar):
            plan = read_plan(self.folder / tree.text)
        elif isinstance(tree, Mapping):
            plan = plan_of_document(Document(self.document.file, tree))
        else:
            _refuse(self.document, where, "a list", "a plan, or the path of one")
        return self._changed(plan, self.form.changes, (*self.at, "changes"))

    def _changed(self, plan: Plan, changes: tuple[tuple[str, str], ...], where: tuple[str | int, ...]) -> Plan:
        try:
            return plan.with_all(dict(changes)) if changes else plan
        except PlanError as error:
            line = self.document.line(where)
            raise PlanError(self.document.file, [replace(each, line=line) for each in error.problems]) from None

    def _variants(self, plan: Plan) -> tuple[Variant, ...]:
        own = bool(self.form.variants)
        where: tuple[str | int, ...] = (*self.at, "variants") if own else ("variants",)
        forms: tuple[VariantForm, ...] = self.form.variants or self.study.variants
        if sum(form.share for form in forms) > 1 + 1e-9:
            _refuse(self.document, where, "shares of more than 100 %", "shares of at most 100 % together")
        made = []
        for place, form in enumerate(forms):
            self._changed(plan, form.changes, (*where, place, "changes"))
            doses = [each.spread(self.form.n) if each is not None else None for each in (form.cd34, form.cd3)]
            made.append(Variant(form.share, form.changes, *doses))
        return tuple(made)

    def _target(self, row: EndpointForm, place: int, arm: Arm) -> Target:
        where = (*self.at, "endpoints", place)
        value, unit = row.value
        low, high = (math.nan if each is None else each for each in (row.lo95, row.hi95))
        size = row.n or self.form.n
        rule = yardstick(row.endpoint, row.statistic, value, low, high, size, unit)
        said = _words(self.form.words, self.study.words)
        target = Target(
            line=self.document.line(where) or 0,
            study=self.study.study,
            year=str(self.study.year),
            arm=self.form.arm,
            population=said.population or "",
            patients=size,
            graft_source=said.graft or "",
            donor=said.donor or "",
            conditioning=said.conditioning or "",
            endpoint=row.endpoint,
            time=None if row.day is None else float(row.day),
            statistic=row.statistic,
            value=value,
            low=low,
            high=high,
            unit=unit,
            note=row.note or "",
            family=f"{self.study.study} | {_kind(row.endpoint)}",
            **_errors(row, rule),
        )
        if measure_of(target, arm.definitions) is None:
            day = "" if row.day is not None else ", perhaps with 'day:'"
            _refuse(self.document, where, f"{row.endpoint!r} as {row.statistic.value}", f"another statistic{day}")
        last = min(plan.follow_up for plan in arm.plans)
        if row.day is not None and row.day > last:
            _refuse(self.document, where, f"day {row.day}", f"a day of the plan's follow-up ({last:g} days)")
        return target


def _errors(row: EndpointForm, rule: Yardstick) -> dict[str, Any]:
    """scale, se, tau and why_not_scored: by the rule unless the file says otherwise."""
    scored = row.not_scored is None and (rule.scale is not None or row.se is not None)
    scale = rule.scale or (Scale.LOGIT if row.value[1] == "%" else Scale.DAYS)
    tau = 0.0 if math.isnan(rule.tau) else rule.tau
    return {
        "scale": scale if scored else None,
        "se": (rule.se if row.se is None else row.se) if scored else math.nan,
        "tau": (tau if row.tau is None else row.tau) if scored else math.nan,
        "why_not_scored": "" if scored else row.not_scored or rule.why_not,
    }


def _words(own: WordsForm | None, common: WordsForm | None) -> WordsForm:
    own, common = own or WordsForm(), common or WordsForm()
    return WordsForm(**{name: getattr(own, name) or getattr(common, name) for name in WordsForm.model_fields})


def _kind(endpoint: str) -> str:
    match = _KIND.match(endpoint.lower())
    return match.group() if match else endpoint.lower()


def find_arm(studies: Iterable[Study], study: str, arm: str) -> Arm | None:
    """An arm by the names of study and arm, or None; an arm without a name is that of all patients."""
    wanted = arm or EVERYONE
    found = (each.arm for one in studies if one.name == study for each in one.arms if each.arm.arm == wanted)
    return next(found, None)
