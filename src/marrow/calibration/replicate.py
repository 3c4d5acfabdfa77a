"""Published studies against marrow: every arm of each study simulated, its figures scored, in parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marrow.calibration.measures import measure_of
from marrow.calibration.score import Score, Scored, score
from marrow.calibration.study import Study
from marrow.calibration.table import Target
from marrow.calibration.targets import Expressible, Progress, SimulateArm, ask


@dataclass(frozen=True)
class Skipped:
    """A study of which marrow cannot simulate some arms, or none, and the drugs that it lacks."""

    study: Study
    lacking: tuple[str, ...]

    @property
    def arms(self) -> tuple[str, ...]:
        return tuple(each.arm.arm for each in self.study.arms if each.lacking)

    @property
    def reason(self) -> str:
        where = "" if len(self.arms) == len(self.study.arms) else f" (only in {'; '.join(self.arms)})"
        return "not modelled yet: " + ", ".join(self.lacking) + where


@dataclass(frozen=True)
class Replication:
    """Scores of all studies together, of those that may be fitted to and of those set aside; None: there are none."""

    together: Score
    fitted: Score | None
    set_aside: Score | None
    studies: tuple[Study, ...]
    skipped: tuple[Skipped, ...]

    def is_fitted(self, row: Scored) -> bool:
        return next(study.fitted for study in self.studies if study.name == row.target.study)


def replicate(
    studies: Sequence[Study],
    simulate_arm: SimulateArm,
    knowledge: Sequence[Target] = (),
    *,
    progress: Progress | None = None,
    workers: int = 1,
) -> Replication:
    """Simulates every arm whose drugs are modelled. ``knowledge``: other published figures for the lookup.

    ``workers``: processes that simulate arms side by side.
    """
    skipped = tuple(Skipped(study, study.lacking) for study in studies if study.lacking)
    kept = [study for study in (each.modelled for each in studies) if study.arms]
    rows = ask([row for study in kept for row in _rows(study)], simulate_arm, progress, workers)
    mine = {study.name for study in studies}
    known = [
        *(target for study in studies for target in study.targets),
        *(target for target in knowledge if target.study not in mine),
    ]
    of_fitted = {study.name for study in kept if study.fitted}
    fitted = [row for row in rows if row.target.study in of_fitted]
    aside = [row for row in rows if row.target.study not in of_fitted]
    return Replication(
        score(rows, known),
        score(fitted, known) if fitted else None,
        score(aside, known) if aside else None,
        tuple(kept),
        skipped,
    )


def _rows(study: Study) -> list[Expressible]:
    rows = []
    for each in study.arms:
        for target in each.targets:
            measure = measure_of(target, each.arm.definitions)
            if measure is not None:  # as the loader made sure
                rows.append(Expressible(target, each.arm, measure))
    for contrast in study.contrasts:
        for target in contrast.targets:
            measure = measure_of(target, contrast.of.definitions)
            if measure is not None:
                rows.append(Expressible(target, contrast.of, measure, contrast.to))
    return rows
