"""Published figures against marrow: which can be asked, what comes out, and the score."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from marrow.calibration.arm import Arm
from marrow.calibration.measures import measure_of
from marrow.calibration.outcome_measures import is_outcome
from marrow.calibration.score import Score, Scored, Simulated, score, score_row
from marrow.calibration.side_by_side import side_by_side
from marrow.calibration.study import Study, find_arms, packaged_studies
from marrow.calibration.table import Target
from marrow.calibration.value import ArmOutcomes, Measure, simulated_value
from marrow.calibration.wording import INPUT, LEFT_OUT, arm_from_words, available_drugs, needs, why_no_plan
from marrow.clinic.lacking import lacking


@dataclass(frozen=True)
class Expressible:
    """A row that can be asked: the arm to simulate, and how its endpoint is read. ``other``: to which a ratio is."""

    target: Target
    arm: Arm
    measure: Measure
    other: Arm | None = None

    @property
    def arms(self) -> tuple[Arm, ...]:
        return (self.arm,) if self.other is None else (self.arm, self.other)

    @property
    def assumed(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(note for arm in self.arms for note in arm.assumed))

    def value(self, outcomes: Mapping[str, ArmOutcomes]) -> Simulated:
        """The simulated figure. ``outcomes``: of arms, by their names."""
        other = None if self.other is None else outcomes[self.other.name]
        return simulated_value(self.measure, outcomes[self.arm.name], self.assumed, other)


SimulateArm = Callable[[Arm, Sequence[Expressible]], ArmOutcomes]
Progress = Callable[[str, int, int], None]  # an arm's name, how many arms are done, how many there are


@dataclass(frozen=True)
class NotYet:
    """A row that cannot, and what it needs; or that tells an input."""

    target: Target
    needs: tuple[str, ...]

    @property
    def reason(self) -> str:
        return INPUT if self.needs == (INPUT,) else "not yet expressible: needs " + ", ".join(self.needs)


@dataclass(frozen=True)
class Comparison:
    """All rows of a table: those simulated, scored together, and the rest with reasons."""

    score: Score
    not_yet: tuple[NotYet, ...]


def judge(
    target: Target, available: Set[str] | None = None, studies: Iterable[Study] | None = None
) -> Expressible | NotYet:
    """Whether a row can be asked of marrow.

    ``available``: printed names of drugs, default those of the package; ``studies``: whose plans are known, default
    the packaged ones.
    """
    drugs = available_drugs() if available is None else available
    known = packaged_studies() if studies is None else tuple(studies)
    arms, row = find_arms(known, target)
    if arms:
        return _of_file(target, arms, row, drugs)
    if any(study.name == target.study and study.is_of_outcomes for study in known):
        return NotYet(target, (why_no_plan(target) or LEFT_OUT,))
    arm, measure = arm_from_words(target, drugs), measure_of(target)
    if arm is not None and measure is not None:
        return Expressible(target, arm, measure)
    return NotYet(target, needs(target, drugs) or ("a study file that says its plan",))


def _of_file(target: Target, arms: tuple[Arm, ...], row: Target | None, drugs: Set[str]) -> Expressible | NotYet:
    """A row whose plan a study file says. ``row``: the same in that file, which may say a day."""
    measure = measure_of(row or target, arms[0].definitions)
    missed = tuple(dict.fromkeys(name for arm in arms for plan in arm.plans for name in lacking(plan, drugs)))
    if row is None and is_outcome(target.endpoint):
        return NotYet(target, (*missed, LEFT_OUT))
    if measure is not None and not missed:
        return Expressible(target, arms[0], measure, arms[1] if len(arms) == 2 else None)
    needed = needs(target, drugs, has_plan=True)
    return NotYet(target, needed if needed == (INPUT,) else (*missed, *needed))


def compare(
    targets: Sequence[Target],
    simulate_arm: SimulateArm,
    *,
    available: Set[str] | None = None,
    studies: Iterable[Study] | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Simulates every arm that can be asked, once, and scores its rows."""
    known = packaged_studies() if studies is None else tuple(studies)
    judged = [judge(target, available, known) for target in targets]
    rows = ask([row for row in judged if isinstance(row, Expressible)], simulate_arm, progress)
    return Comparison(score(rows, targets), tuple(row for row in judged if isinstance(row, NotYet)))


def by_arm(asked: Sequence[Expressible]) -> dict[str, list[Expressible]]:
    """The rows that need each arm, by its name, in the order of the rows."""
    of_arm: dict[str, list[Expressible]] = {}
    for row in asked:
        for arm in row.arms:
            of_arm.setdefault(arm.name, []).append(row)
    return of_arm


def ask(
    asked: Sequence[Expressible], simulate_arm: SimulateArm, progress: Progress | None = None, workers: int = 1
) -> list[Scored]:
    """Simulates each arm once and scores its rows, in the order of the rows.

    Arms that differ only in the patients who are looked at share a simulation. ``workers``: processes that simulate
    arms side by side; the results do not depend on them.
    """
    of_arm = by_arm(asked)
    arms = {name: next(arm for arm in rows[0].arms if arm.name == name) for name, rows in of_arm.items()}
    first = {name: next(other for other in arms if arms[other].lives_like(arm)) for name, arm in arms.items()}
    jobs: dict[str, tuple[Arm, tuple[Expressible, ...]]] = {}
    for name, arm in arms.items():
        alike = [row for other, rows in of_arm.items() if first[other] == name for row in rows]
        if first[name] == name:
            jobs[name] = arm, tuple(dict.fromkeys(alike))
    lived: dict[str, ArmOutcomes] = {}
    if progress is not None and jobs:
        progress(next(iter(jobs)), 0, len(jobs))
    for name, outcomes in side_by_side(jobs, simulate_arm, workers):
        lived[name] = outcomes
        if progress is not None:
            progress(name, len(lived), len(jobs))
    found = {name: lived[first[name]] for name in arms}
    return [score_row(row.target, row.value(found)) for row in asked]
