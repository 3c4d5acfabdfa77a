"""Published figures against marrow: which can be asked, what comes out, and the score."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from marrow.calibration.arms import Arm, find_arm
from marrow.calibration.measures import ArmOutcomes, Measure, measure_of, simulated_value
from marrow.calibration.score import Score, Scored, score, score_row
from marrow.calibration.table import Target
from marrow.calibration.wording import INPUT, arm_from_words, available_drugs, drugs_named, needs

SimulateArm = Callable[[Arm], ArmOutcomes]


@dataclass(frozen=True)
class Expressible:
    """A row that can be asked: the arm to simulate and how its endpoint is read."""

    target: Target
    arm: Arm
    measure: Measure


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


def judge(target: Target, available: Set[str] | None = None) -> Expressible | NotYet:
    """Whether a row can be asked of marrow. ``available``: names of drugs, default those of the package."""
    drugs = available_drugs() if available is None else available
    arm = find_arm(target.study, target.arm)
    if arm is not None:
        measure = measure_of(target, arm.among)
        lacking = tuple(name for name in drugs_named(target) if name not in drugs)
        if measure is not None and not lacking:
            return Expressible(target, arm, measure)
        return NotYet(target, lacking or needs(target, drugs))
    arm, measure = arm_from_words(target, drugs), measure_of(target)
    if arm is not None and measure is not None:
        return Expressible(target, arm, measure)
    return NotYet(target, needs(target, drugs) or ("a plan, which its words leave open",))


def compare(
    targets: Sequence[Target],
    simulate_arm: SimulateArm,
    *,
    available: Set[str] | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Comparison:
    """Simulates every arm that can be asked, once, and scores its rows.

    ``progress`` is told the arm's name, how many arms are done and how many there are.
    """
    judged = [judge(target, available) for target in targets]
    asked = [row for row in judged if isinstance(row, Expressible)]
    arms = list(dict.fromkeys(row.arm for row in asked))
    done: dict[Arm, ArmOutcomes] = {}
    for arm in arms:
        if progress is not None:
            progress(arm.name, len(done), len(arms))
        done[arm] = simulate_arm(arm)
    rows: list[Scored] = []
    for row in asked:
        simulated = simulated_value(row.measure, done[row.arm], row.arm.assumed)
        rows.append(score_row(row.target, simulated))
    return Comparison(score(rows, targets), tuple(row for row in judged if isinstance(row, NotYet)))
