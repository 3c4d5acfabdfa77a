"""From a simulation to the record that a report, a folder and a terminal summary tell."""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from marrow import __version__
from marrow.cite import Row, RowKind
from marrow.cite import citations as citations_of
from marrow.clinic.doses import planned_doses
from marrow.clinic.echo import Row as PlanRow
from marrow.clinic.echo import describe
from marrow.clinic.formulary import stand_in
from marrow.clinic.orders import DrugOrder
from marrow.clinic.plan import Plan
from marrow.clinic.schedule import not_yet_modelled
from marrow.engine.cache import version
from marrow.figures.scene import RuleMark
from marrow.laboratory.assays import laboratory_rows
from marrow.laboratory.table import table_of
from marrow.model import chosen, drugs_of
from marrow.report.exposures import PUBLISHED, Measure
from marrow.report.record import ExposureTarget, Provenance, Record, SourceRow
from marrow.simulation import Simulation

if TYPE_CHECKING:
    import pandas as pd

COMPUTES_WITH = ("numpy", "scipy", "numba", "llvmlite", "sympy", "xarray", "pint", "pydantic", "matplotlib")


def exposure_targets(drugs: Iterable[str]) -> tuple[ExposureTarget, ...]:
    """The first published range of the cumulative exposure of each drug that is aimed at in practice."""
    found: dict[str, ExposureTarget] = {}
    for each in PUBLISHED:
        aimed = each.aimed_at and each.measure is Measure.CUMULATIVE
        if aimed and each.drug in drugs and each.low is not None and each.high is not None:
            told = ExposureTarget(each.drug, each.low, each.high, f"{each.what}; {each.source.note}")
            found.setdefault(each.drug, told)
    return tuple(found.values())


def record_of(
    simulation: Simulation,
    command: str,
    uncertain: Simulation | None = None,
    observed: pd.DataFrame | None = None,
    hashes: Mapping[str, str] | None = None,
) -> Record:
    """Everything that is told of a run. ``hashes``: of the files that went in."""
    plan, facts = simulation.plan, simulation.model.description
    citations = citations_of(rows_behind(plan))
    given = {name.partition(" (")[0] for name in drugs_of(plan)}  # whatever the model
    return Record(
        title=title_of(plan),
        course=simulation.course,
        outcomes=simulation.outcomes,
        actions=simulation.actions,
        doses=doses_table(plan),
        plan_yaml=plan.to_yaml(),
        provenance=provenance_of(simulation, command, hashes or {}),
        facts=tuple(
            (f"{row.section}: {row.what}" if row.section in ("donor", "graft") else row.what or row.section, _told(row))
            for row in describe(plan, facts)
        ),
        not_modelled=tuple((missing.name, missing.reason) for missing in not_yet_modelled(plan, facts)),
        rules=tuple(
            RuleMark(rule.name, facts.observables[rule.watch].name if rule.watch >= 0 else "", rule.threshold)
            for rule in simulation.schedule.rules
        ),
        targets=exposure_targets(given),
        sources=tuple(source_row(row) for row in citations.rows),
        references=tuple(str(reference) for reference in citations.references),
        uncertain=uncertain.course if uncertain is not None else None,
        observed=observed,
        labs=table_of(simulation),
        is_autologous=plan.donor.is_patient,
    )


def rows_behind(plan: Plan) -> Iterator[Row]:
    """Every number that a run of the plan rests on."""
    for module in chosen(drugs_of(plan)):
        yield from module.rows
    named = dict.fromkeys(order.drug if isinstance(order, DrugOrder) else order.what for _, order in plan.orders)
    yield from stand_in_rows(named)
    if plan.labs is not None:
        yield from laboratory_rows()


def stand_in_rows(names: Iterable[str]) -> Iterator[Row]:
    """What drugs without a module of their own count as."""
    for name in names:
        found = stand_in(name)
        if found is not None:
            label = f"share of {name} that counts as {found.drug}"
            what = (label, label, RowKind.VALUE, found.share, "", found.plausible, found.source, None)
            yield Row("drugs that count as others", *what)


def _told(row: PlanRow) -> str:
    return f"{row.value} ({row.note})" if row.value and row.note else row.value or row.note


def title_of(plan: Plan) -> str:
    """The plan's own title, or one made of donor, disease and graft."""
    if plan.title:
        return plan.title
    kind = "Autologous" if plan.donor.is_patient else "Allogeneic"
    return f"{kind} transplant, {plan.graft.source.value}, {plan.year}"


def doses_table(plan: Plan) -> pd.DataFrame:
    """Planned doses and the graft: time (days), drug, amount, unit."""
    import pandas as pd

    rows = [(dose.time, dose.drug, dose.amount, dose.unit) for dose in planned_doses(plan)]
    rows += [(graft.day, "graft", graft.cd34, "CD34+ cells/kg") for graft in plan.grafts]
    return pd.DataFrame(sorted(rows, key=lambda row: row[0]), columns=pd.Index(["time", "drug", "amount", "unit"]))


def provenance_of(simulation: Simulation, command: str, hashes: Mapping[str, str]) -> Provenance:
    versions = {
        "marrow": __version__,
        "python": platform.python_version(),
        "system": f"{sys.platform} {platform.machine()}",
    }
    versions |= {name: version(name) for name in COMPUTES_WITH}
    return Provenance(
        versions=versions,
        seed=simulation.seed,
        draws=len(simulation.patients),
        command=command,
        model=simulation.model.description.key,
        modules=simulation.model.description.modules,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        hashes=hashes,
    )


def source_row(row: Row) -> SourceRow:
    """One number as text."""
    value = "" if row.value is None else f"{row.value:g} {row.unit}".strip()
    plausible = "" if row.plausible is None else f"{row.plausible[0]:g} to {row.plausible[1]:g}"
    reference = "" if row.reference is None else str(row.reference)
    transcribed = f" (as transcribed in {row.source.transcribed_in})" if row.source.transcribed_in else ""
    return SourceRow(row.module, row.label, value, plausible, row.grade, row.source.note, reference + transcribed)


def file_hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
