"""One patient of a plan as an SBML file: simulate, take the realised course, write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from marrow.clinic.plan import Plan, read_plan
from marrow.errors import RunError

MOST_CHANGES_BY_CHANCE = 100_000


def export_sbml(
    plan: Plan | str | Path,
    out: Path | None = None,
    *,
    patient: int = 0,
    seed: int = 1,
    until: float | None = None,
    announce: Callable[[str], None] | None = None,
) -> str:
    """The SBML text of one virtual patient of a plan, also written to ``out`` when given.

    ``patient``: draw k of ``marrow simulate`` with the same ``seed`` is the same patient, with the same doses,
    decisions and chance. ``until``: days to follow instead of the plan's. Raises ``PlanError`` for a wrong plan,
    ``RunError`` for a solve that failed or a file that cannot be written.
    """
    from marrow import __version__
    from marrow.clinic.schedule import Detail, not_yet_modelled
    from marrow.exchange.realised import course_of
    from marrow.exchange.sbml import write_sbml
    from marrow.model import network_for
    from marrow.simulation import simulate_patients

    if patient < 0:
        raise RunError(f"patient: found {patient}, needed 0 or more")
    read = plan if isinstance(plan, Plan) else read_plan(plan)
    found = simulate_patients(
        [read],
        np.array([patient]),
        seed,
        until=until,
        announce=announce,
        jumps=MOST_CHANGES_BY_CHANCE,
        detail=Detail.DAILY,
    )
    parameters, initial = found.model.setup(found.inputs)
    course = course_of(found.schedule, parameters, initial, found.solution)
    missing = [str(each.order) for each in not_yet_modelled(read, found.model.description)]
    provenance = {
        "marrow": __version__,
        "Model": found.model.description.key,
        "Patient": f"draw {patient} of seed {seed}",
        "Ordered, but not yet modelled": "; ".join(missing) or "nothing",
        "Plan": read.to_yaml(),
    }
    return write_sbml(
        network_for(read), course, out, rules_note=[rule.name for rule in found.schedule.rules], provenance=provenance
    )
