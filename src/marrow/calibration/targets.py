"""Published figures against marrow: which can be asked, what comes out, and the score."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass

from marrow.calibration.arm import Arm
from marrow.calibration.measures import ArmOutcomes, Measure, measure_of, simulated_value
from marrow.calibration.score import Score, Scored, score, score_row
from marrow.calibration.study import Study, find_arm, packaged_studies
from marrow.calibration.table import Target
from marrow.calibration.wording import INPUT, arm_from_words, available_drugs, needs


@dataclass(frozen=True)
class Expressible:
    """A row that can be asked: the arm to simulate and how its endpoint is read."""

    target: Target
    arm: Arm
    measure: Measure


SimulateArm = Callable[[Arm, Sequence[Expressible]], ArmOutcomes]
Progress = Callable[[str, int, int], None]  # the arm's name, how many arms are done, how many there are


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
    arm = find_arm(packaged_studies() if studies is None else studies, target.study, target.arm)
    if arm is not None:
        measure = measure_of(target, arm.definitions)
        lacking = tuple(name for name in arm.drugs if name not in drugs)
        if measure is not None and not lacking:
            return Expressible(target, arm, measure)
        needed = needs(target, drugs, has_plan=True)
        return NotYet(target, needed if needed == (INPUT,) else (*lacking, *needed))
    arm, measure = arm_from_words(target, drugs), measure_of(target)
    if arm is not None and measure is not None:
        return Expressible(target, arm, measure)
    return NotYet(target, needs(target, drugs) or ("a study file that says its plan",))


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
    """The rows of each arm, by its name, in the order of the rows."""
    of_arm: dict[str, list[Expressible]] = {}
    for row in asked:
        of_arm.setdefault(row.arm.name, []).append(row)
    return of_arm


def ask(asked: Sequence[Expressible], simulate_arm: SimulateArm, progress: Progress | None = None) -> list[Scored]:
    """Simulates each arm once and scores its rows, in the order of the rows."""
    of_arm = by_arm(asked)
    found: dict[str, ArmOutcomes] = {}
    for name, rows in of_arm.items():
        if progress is not None:
            progress(name, len(found), len(of_arm))
        found[name] = simulate_arm(rows[0].arm, rows)
    return [score_row(row.target, simulated_value(row.measure, found[row.arm.name], row.arm.assumed)) for row in asked]
