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

from marrow.calibration.arm import Arm, Cohort, Definitions, Shares, Spread, Variant
from marrow.calibration.measures import measure_of
from marrow.calibration.outcome_measures import is_outcome, outcome_wordings
from marrow.calibration.score import EVERYONE
from marrow.calibration.study_form import (
    ArmForm,
    ContrastForm,
    EndpointForm,
    PatientsForm,
    StudyForm,
    VariantForm,
    WordsForm,
)
from marrow.calibration.table import Scale, Statistic, Target
from marrow.calibration.value import RATIOS
from marrow.calibration.yardstick import Yardstick, yardstick
from marrow.clinic.document import Document, Mapping, Scalar, parse_document, read_document
from marrow.clinic.fields import Place
from marrow.clinic.plan import Plan, plan_of_document, read_plan
from marrow.clinic.problems import problems_of
from marrow.errors import PlanError, Problem, nearest

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

    @property
    def lacking(self) -> tuple[str, ...]:
        """Drugs of its plans that nothing models and that would be missed, by their printed names."""
        from marrow.clinic.lacking import lacking

        return tuple(dict.fromkeys(name for plan in self.arm.plans for name in lacking(plan)))


@dataclass(frozen=True)
class StudyContrast:
    """Two arms of a study, and the published ratios of the first (``of``) to the second."""

    name: str
    of: Arm
    to: Arm
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Study:
    """One study file. ``fitted``: False for one that was set aside before anything was fitted; ``added``: with which
    others it came, where these were written when the model stood, and scored blind before anything was fitted to them.
    """

    file: str
    name: str
    year: int
    source: str
    fitted: bool
    arms: tuple[StudyArm, ...]
    contrasts: tuple[StudyContrast, ...] = ()
    added: str = ""

    @property
    def targets(self) -> tuple[Target, ...]:
        return tuple(target for part in (*self.arms, *self.contrasts) for target in part.targets)

    @property
    def is_of_outcomes(self) -> bool:
        """Whether most of its figures are of outcome, not of engraftment."""
        return 2 * sum(is_outcome(target.endpoint) for target in self.targets) > len(self.targets)

    @property
    def lacking(self) -> tuple[str, ...]:
        """Drugs that nothing models and that would be missed in any of its arms."""
        return tuple(dict.fromkeys(name for each in self.arms for name in each.lacking))

    @property
    def modelled(self) -> Study:
        """The study without arms that lack a drug, and without ratios to them or of them."""
        arms = tuple(each for each in self.arms if not each.lacking)
        kept = {each.arm.name for each in arms}
        pairs = tuple(each for each in self.contrasts if {each.of.name, each.to.name} <= kept)
        return replace(self, arms=arms, contrasts=pairs)


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
    contrasts = []
    for place, contrast in enumerate(form.contrasts if not problems else ()):
        try:
            contrasts.append(_contrast(document, form, contrast, place, tuple(each.arm for each in arms)))
        except PlanError as error:
            problems += error.problems
    if problems:
        raise PlanError(document.file, sorted(problems, key=lambda problem: problem.line or 0))
    known = document.file, form.study, form.year, form.source, form.fitted
    return Study(*known, tuple(arms), tuple(contrasts), form.added or "")


def _contrast(
    document: Document, study: StudyForm, form: ContrastForm, place: int, arms: tuple[Arm, ...]
) -> StudyContrast:
    at: Place = ("contrasts", place)
    by_name = {arm.arm: arm for arm in arms}
    for key, name in (("of", form.of), ("to", form.to)):
        if name not in by_name:
            _refuse(document, (*at, key), f"the arm {name!r}", "an arm of this study", nearest(name, by_name))
    of, to = by_name[form.of], by_name[form.to]
    targets = []
    for row, each in enumerate(form.endpoints):
        where = (*at, "endpoints", row)
        if each.statistic is not Statistic.RATIO:
            _refuse(document, where, each.statistic.value, "a ratio (statistic: HR) between two arms")
        targets.append(_target_of(document, where, each, study, form.contrast, form.n, form.words, (of, to)))
    return StudyContrast(form.contrast, of, to, tuple(targets))


def _refuse(document: Document, place: Place, found: str, needed: str, near: str = "") -> NoReturn:
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
    def at(self) -> Place:
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
        cohort = Cohort(
            age,
            _USUAL_WOMEN if women is None else women,
            spread("weight"),
            spread("cd34"),
            spread("cd3"),
            self._shares(plan, patients, common),
        )
        said = self.study.definitions
        definitions = Definitions(said.medians, said.neutrophils, said.platelets, said.chronic, self.form.only)
        arm = Arm(self.study.study, self.form.arm, plan, cohort, notes, self._variants(plan), definitions)
        if plan.further_grafts:
            self._refuse_drawn_doses(arm)
        targets = tuple(
            _target_of(
                self.document, (*self.at, "endpoints", place), row, self.study, arm.arm, size, self.form.words, (arm,)
            )
            for place, row in enumerate(self.form.endpoints)
        )
        return StudyArm(arm, targets)

    def _refuse_drawn_doses(self, arm: Arm) -> None:
        """A dose that differs between patients belongs to one graft; of several parts it would not say which."""
        if any(each.cd34 is not None or each.cd3 is not None for each in (arm.cohort, *arm.variants)):
            needed = "one graft, or no cd34 and cd3 under patients: each part has the dose of the plan"
            _refuse(self.document, self.at, "a graft of several parts and doses that differ between patients", needed)

    def _shares(self, plan: Plan, own: PatientsForm, common: PatientsForm) -> tuple[Shares, ...]:
        """The arm's before the study's; what the arm changes for everyone is no longer drawn."""
        changed = {path for path, _ in self.form.changes}
        mine = {each.path for each in own.shares}
        found = *own.shares, *(each for each in common.shares if each.path not in mine | changed)
        where = (*self.at, "patients", "shares") if mine else ("patients", "shares")
        for place in range(max((len(each.values) for each in found), default=0)):
            changes = tuple((each.path, each.values[place % len(each.values)][0]) for each in found)
            self._changed(plan, changes, where)
        return found

    def _plan(self) -> Plan:
        where: Place = (*self.at, "plan") if self.form.plan else ("plan",)
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

    def _changed(self, plan: Plan, changes: tuple[tuple[str, str], ...], where: Place) -> Plan:
        try:
            return plan.with_all(dict(changes)) if changes else plan
        except PlanError as error:
            line = self.document.line(where)
            raise PlanError(self.document.file, [replace(each, line=line) for each in error.problems]) from None

    def _variants(self, plan: Plan) -> tuple[Variant, ...]:
        own = bool(self.form.variants)
        where: Place = (*self.at, "variants") if own else ("variants",)
        forms: tuple[VariantForm, ...] = self.form.variants or self.study.variants
        if sum(form.share for form in forms) > 1 + 1e-9:
            _refuse(self.document, where, "shares of more than 100 %", "shares of at most 100 % together")
        made = []
        for place, form in enumerate(forms):
            self._changed(plan, form.changes, (*where, place, "changes"))
            doses = [each.spread(self.form.n) if each is not None else None for each in (form.cd34, form.cd3)]
            made.append(Variant(form.share, form.changes, *doses))
        return tuple(made)


def _target_of(
    document: Document,
    where: Place,
    row: EndpointForm,
    study: StudyForm,
    arm: str,
    patients: int | None,
    own_words: WordsForm | None,
    arms: tuple[Arm, ...],
) -> Target:
    """One figure of an arm, or of the contrast of two ``arms``."""
    value, unit = row.value
    low, high = (math.nan if each is None else each for each in (row.lo95, row.hi95))
    size = row.n or patients
    rule = yardstick(row.endpoint, row.statistic, value, low, high, size, unit)
    said = _words(own_words, study.words)
    target = Target(
        line=document.line(where) or 0,
        study=study.study,
        year=str(study.year),
        arm=arm,
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
        family=f"{study.study} | {_kind(row.endpoint)}",
        **_errors(row, rule),
    )
    measure = measure_of(target, arms[0].definitions)
    if measure is None or (len(arms) == 1 and measure.read in RATIOS):
        _refuse(document, where, f"{row.endpoint!r} as {row.statistic.value}", _instead(row))
    last = min(plan.follow_up for each in arms for plan in each.plans)
    asked = measure.day if is_outcome(row.endpoint) else row.day
    if asked is not None and asked > last:
        _refuse(document, where, f"day {asked:g}", f"a day of the plan's follow-up ({last:g} days)")
    return target


def _instead(row: EndpointForm) -> str:
    """What may stand in place of a statistic that the endpoint does not have."""
    if row.statistic is Statistic.MEDIAN and is_outcome(row.endpoint):
        return "a share on that day, such as 'statistic: km, value: 50 %, day: 1521' for a median of 50 months"
    if row.statistic is Statistic.RATIO and f"{row.endpoint}_event" in outcome_wordings():
        return f"'{row.endpoint}_event', the hazard of the event, in contrasts"
    day = "" if row.day is not None else ", perhaps with 'day:'"
    return f"another statistic{day}" + (", or contrasts" if row.statistic is Statistic.RATIO else "")


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


def find_arms(studies: Iterable[Study], target: Target) -> tuple[tuple[Arm, ...], Target | None]:
    """The arm of a row, or the two of a ratio; and the row as the study file has it, if it is there.

    An arm without a name is that of all patients.
    """
    wanted = target.arm or EVERYONE
    for study in studies:
        if study.name != target.study:
            continue
        of_arms = [((each.arm,), each.targets) for each in study.arms if each.arm.arm == wanted]
        of_both = [((each.of, each.to), each.targets) for each in study.contrasts if each.name == wanted]
        for arms, targets in (*of_arms, *of_both):
            return arms, next((row for row in targets if _is_same(row, target)), None)
    return (), None


def _is_same(row: Target, other: Target) -> bool:
    """Whether a row of a file is that of the table. A file may say a day that the table leaves open."""
    same = (row.endpoint, row.statistic, row.value) == (other.endpoint, other.statistic, other.value)
    return same and other.time in (None, row.time)
