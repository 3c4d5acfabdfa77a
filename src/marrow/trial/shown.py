"""A trial in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from marrow.population.table import PeopleTable
from marrow.report.record import DISCLAIMER
from marrow.report.terminal import table
from marrow.tables.findings import Action
from marrow.trial.findings import Findings

if TYPE_CHECKING:
    from rich.console import RenderableType


def _of_table(table: PeopleTable) -> str:
    """How many rows are used; each of the others is listed."""
    lost = table.count(Action.REFUSED) + table.count(Action.LEFT_OUT)
    text = f"of {table.rows} rows {len(table.roster)} are used, {table.count(Action.REPAIRED)} of them repaired"
    return f"{text}; {lost} refused or left out: population-findings.csv" if table.findings else text


def render(found: Findings) -> RenderableType:
    """Truth, planned analysis and power of every question."""
    from rich.console import Group
    from rich.text import Text

    design = found.design
    flow = table("arm", "randomised", "transplanted", "lost to follow-up", "not solved")
    for k, arm in enumerate(design.arms):
        counts = (found.flow.randomised[k], found.flow.transplanted[k], found.flow.lost[k], found.flow.failed[k])
        flow.add_row(arm.arm.arm, *map(str, counts))
    rows = table("% with the event", "control", "arm", "difference", "bias", "cover", "power", "twins")
    for answer in found.answers:
        for place, result in enumerate(answer.results):
            arm, truth = place + 1, answer.truth
            name = f"{answer.question.endpoint.asked.short}, {answer.question.day:g}"
            if len(answer.results) > 1:
                name += f", {design.arms[arm].arm.arm}"
            rows.add_row(
                name,
                f"{100 * truth.share[0]:.1f}",
                f"{100 * truth.share[arm]:.1f}",
                f"{100 * result.truth:+.1f} ± {196 * result.truth_error:.1f}",
                f"{100 * result.bias:+.1f}",
                f"{100 * result.coverage:.0f}",
                f"{100 * result.power:.0f}",
                f"{truth.saving[arm]:.0f}x" if np.isfinite(truth.saving[arm]) else "–",
            )
    screened = f"{found.flow.looked_at} people looked at; not eligible: " + ", ".join(
        f"{number} ({words})" for words, number in found.flow.refused
    )
    people = [Text(f"people as in {design.who.source}", style="dim")]
    if design.who.criteria:
        people.append(Text(screened, style="dim"))
    if design.who.table is not None:
        people.append(Text(_of_table(design.who.table), style="dim"))
    note = (
        f"{found.replicates} trials of {found.patients} patients. Difference: the truth, of patients who live every "
        "arm (share with the event, arm minus control). Bias, coverage and power: of the planned analysis of the "
        "trials as they would be observed. Twins: so many times fewer patients for the same standard error."
    )
    return Group(
        Text(design.name, style="bold"), Text(f"the first trial, control: {design.arms[0].arm.arm}", style="dim"),
        *people, flow, Text(), rows, Text(note, style="dim"), Text(DISCLAIMER, style="dim"),
    )  # fmt: skip
