"""Who is in a trial: the population it draws from, who of them may enter, and the strata of its allocation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marrow.calibration.arm import Arm
from marrow.calibration.study import Study, packaged_studies, read_study
from marrow.clinic.document import Mapping as Tree
from marrow.clinic.document import Scalar, read_document
from marrow.clinic.document import Sequence as Sequence_
from marrow.clinic.eligibility import Criterion, read_criterion
from marrow.clinic.fields import Problems
from marrow.clinic.quantities import quoted, refuse
from marrow.errors import PlanError, Problem, nearest
from marrow.population.roster import Roster
from marrow.population.screening import Screened, is_known, screen, strata_of
from marrow.population.table import PeopleTable, read_people

Find = Callable[[str], Path]
MOST_STRATA = 4  # sentences: sixteen strata


@dataclass(frozen=True)
class Reference:
    """A population by the name or file of a study (and one of its arms), or the file of a table."""

    named: str
    arm: str = ""

    @property
    def is_table(self) -> bool:
        return self.named.lower().endswith((".csv", ".tsv", ".txt"))


@dataclass(frozen=True, eq=False)
class Who:
    """``source``: of the people, for the methods; ``of``: the arm as which they are screened; ``criteria`` to enter;
    ``strata``: each parts the strata before it in two; ``file``: of the population, if it is not the study's own."""

    source: str
    of: Arm
    criteria: tuple[Criterion, ...] = ()
    strata: tuple[Criterion, ...] = ()
    table: PeopleTable | None = None
    file: Path | None = None

    @property
    def roster(self) -> Roster | None:
        return None if self.table is None else self.table.roster

    def screened(self, identities: NDArray[np.int64], seed: int) -> Screened:
        return screen(self.of, self.criteria, identities, seed, self.roster)

    def stratum(self, identities: NDArray[np.int64], seed: int, anew: NDArray[np.int64]) -> NDArray[np.int64]:
        """(N,) 0 where there are no strata."""
        return strata_of(self.of, self.strata, identities, seed, anew, self.roster)


def read_reference(given: Any) -> Reference:
    """Raises ``PlanError``."""
    needed = "the name or file of a study, {study: ..., arm: ...}, or a table, such as patients.csv"
    if isinstance(given, str) and given.strip():
        return Reference(given.strip())
    if isinstance(given, Mapping) and set(given) in ({"study"}, {"study", "arm"}):
        return Reference(str(given["study"]), str(given.get("arm", "")))
    raise refuse("nothing" if not given else "something else", needed)


def read_criteria(given: Any) -> tuple[Criterion, ...]:
    """Sentences, or one. Raises ``PlanError`` with every one that is wrong."""
    sentences = [given] if isinstance(given, str) else given
    if not isinstance(sentences, (list, tuple)):
        raise refuse("something else", "sentences, each on a line beginning with '- ', such as 'age 18 to 65 y'")
    found, problems = [], []
    for place, sentence in enumerate(sentences):
        try:
            found.append(read_criterion(sentence))
        except PlanError as error:
            problems += [((place,), problem) for problem in error.problems]
    if problems:
        raise Problems(problems)
    return tuple(found)


@dataclass
class People:
    """Arms and population of a design; ``problems``: (key, problem)."""

    arms: list[Arm]
    who: Who
    problems: list[tuple[tuple[str | int, ...], Problem]] = field(default_factory=list)


def people_of_design(
    study: Study, arms: Sequence[Arm], reference: Reference | None, criteria: tuple[Criterion, ...],
    strata: tuple[Criterion, ...], find: Find,
) -> People:  # fmt: skip
    """Every arm with the same people where the design says anything of them. Raises ``PlanError`` for a file that
    cannot be read."""
    found = People(list(arms), Who(study.name, arms[0], criteria, strata))
    if reference is None and not (criteria or strata):
        return found
    source, table, file, name = arms[0], None, None, study.name
    if reference is not None and reference.is_table:
        file = find(reference.named)
        table = read_people(file, arms)
        name = reference.named
    elif reference is not None:
        try:
            other = _study_named(reference.named, find)
            source, file, name = _arm_of(other, reference.arm), Path(other.file), other.name
        except PlanError as error:
            found.problems += [(("population",), problem) for problem in error.problems]
            return found
    found.arms = [_with_people_of(arm, source) for arm in arms]
    found.who = Who(name, found.arms[0], criteria, strata, table, file)
    found.problems += _unanswered(found)
    if len(strata) > MOST_STRATA:
        found.problems.append((("strata",), Problem(f"{len(strata)} sentences", f"at most {MOST_STRATA}")))
    return found


def _study_named(named: str, find: Find) -> Study:
    path = find(named)
    if path.is_file():
        return read_study(path)
    if named.lower().endswith((".yaml", ".yml")):
        raise refuse(quoted(named), "the file of a study, from the design's folder on; there is none")
    studies = {each.name: each for each in packaged_studies()} | {Path(e.file).stem: e for e in packaged_studies()}
    if named not in studies:
        needed = "a packaged study by its name or that of its file, or a file ending in .yaml or .csv"
        raise refuse(quoted(named), needed, nearest(named, studies))
    return studies[named]


def _arm_of(study: Study, name: str) -> Arm:
    arms = {each.arm.arm: each.arm for each in study.arms}
    if name and name not in arms:
        raise refuse(quoted(name), f"an arm of {study.name}: {', '.join(arms)}", nearest(name, arms))
    return arms[name] if name else study.arms[0].arm


def _with_people_of(arm: Arm, source: Arm) -> Arm:
    """Age, sex, size and all that is said of the patient; donor, graft and treatment stay the arm's."""
    if arm is source:
        return arm
    mine, theirs = arm.cohort, source.cohort
    shares = (*(each for each in theirs.shares if each.path.startswith("patient.")),
              *(each for each in mine.shares if not each.path.startswith("patient.")))  # fmt: skip
    cohort = replace(mine, age=theirs.age, women=theirs.women, weight=theirs.weight, shares=shares)
    said = source.plan.to_data()["patient"]
    changes = {f"patient.{key}": str(text) for key, text in said.items() if not isinstance(text, (list, tuple))}
    return replace(arm, plan=arm.plan.with_all(changes), cohort=cohort)


def _unanswered(found: People) -> list[tuple[tuple[str | int, ...], Problem]]:
    """Criteria that the population says nothing of, and those of donors where arms have donors of their own."""
    problems: list[tuple[tuple[str | int, ...], Problem]] = []
    who = found.who
    donors = [
        (arm.plan.donor, [each for each in arm.cohort.shares if each.path.startswith("donor.")]) for arm in found.arms
    ]
    for key, sentences in (("eligible", who.criteria), ("strata", who.strata)):
        for place, each in enumerate(sentences):
            if not is_known(each, who.of, who.roster):
                needed = f"something that the population says: {who.source} has no {each.path}"
                problems.append(((key, place), Problem(quoted(each), needed)))
            elif each.is_of_donor and any(other != donors[0] for other in donors):
                needed = "a sentence of the patient: who is randomised to an arm cannot depend on that arm's donors"
                problems.append(((key, place), Problem(quoted(each), needed)))
    return problems


def plans_beside(study: Path) -> list[str]:
    """Plans that a study names by file: a trial's folder holds the study, but would not hold these."""
    root = read_document(study).root
    arms = root.get("arms") if isinstance(root, Tree) else None
    places = [root, *(arms.items if isinstance(arms, Sequence_) else ())]
    found = [place.get("plan") for place in places if isinstance(place, Tree)]
    return [each.text for each in found if isinstance(each, Scalar)]
