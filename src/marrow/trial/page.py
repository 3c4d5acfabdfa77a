"""The report of a trial: one HTML page, its figures, and the numbers as JSON and CSV."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from marrow.errors import RunError
from marrow.figures.flow import ArmFlow, draw_flow
from marrow.figures.health import draw_health
from marrow.figures.style import Drawing, picture
from marrow.figures.trial import Effect, Incidence, draw_forest, draw_incidence
from marrow.report.content import ReportFigure
from marrow.report.record import DISCLAIMER
from marrow.report.render import render_page
from marrow.trial.design import Aim, Design, Question
from marrow.trial.findings import Answer, Findings, as_data
from marrow.trial.health import NAMES, rows_of
from marrow.trial.observe import EVENT
from marrow.trial.published import published_difference
from marrow.trial.statistics.cumulative_incidence import cumulative_incidence
from marrow.trial.statistics.current_survival import Health
from marrow.trial.store import write_whole

_MARKS = 6


@dataclass(frozen=True)
class TrialPage:
    """What the template shows."""

    title: str
    disclaimer: str
    methods: str
    found: Findings
    rows: list[dict[str, object]]
    health: list[dict[str, object]]
    figures: tuple[ReportFigure, ...]


def write_report(found: Findings, folder: Path) -> Path:
    """report.html, findings.json, findings.csv and figures/ in the trial's folder; returns the page."""
    import pandas as pd

    incidences = (_incidence(found, k) for k in range(len(found.answers)))
    drawings = [_flow(found), *incidences, draw_forest(_effects(found)), *_health(found)]
    pictures = [picture(each, png=True) for each in drawings]
    figures = tuple(ReportFigure(each.name, each.title, each.caption, each.page) for each in pictures)
    data = as_data(found)
    rows: list[dict[str, object]] = data["answers"]  # type: ignore[assignment]
    page = TrialPage(found.design.name, DISCLAIMER, methods(found), found, rows, rows_of(found.health), figures)
    try:
        (folder / "figures").mkdir(exist_ok=True)
    except OSError as error:
        raise RunError(f"{folder}: cannot be written: {error.strerror or error}") from error
    for each in pictures:
        write_whole(folder / "figures" / f"{each.name}.svg", each.svg.encode())
        write_whole(folder / "figures" / f"{each.name}.png", each.png)
    write_whole(folder / "findings.json", (json.dumps(data, indent=1) + "\n").encode())
    write_whole(folder / "findings.csv", pd.DataFrame(rows).to_csv(index=False, float_format="%.6g").encode())
    if found.design.who.table is not None:
        listed = pd.DataFrame(
            [{**each.__dict__, "action": each.action.value} for each in found.design.who.table.findings]
        )
        write_whole(folder / "population-findings.csv", listed.to_csv(index=False).encode())
    if found.health:
        states = pd.DataFrame(rows_of(found.health)).to_csv(index=False, float_format="%.6g")
        write_whole(folder / "health.csv", states.encode())
    write_whole(folder / "report.html", render_page("trial.html", page).encode())
    return folder / "report.html"


def methods(found: Findings) -> str:
    """The paragraph of a paper, from the design."""
    design, primary = found.design, found.design.primary
    arms = " and ".join(f"“{each.arm.arm}”" for each in design.arms)
    says = [
        f"{found.replicates} virtual trials of {found.patients} patients each were simulated, randomised evenly "
        f"between {arms} in permuted blocks{_strata(design)}; plans follow {design.study.name} ({design.study.year}), "
        f"patients {design.who.source}.",
        f"Enrolment lasted {design.accrual / 365:.2g} years and ended {design.follow_up / 365:.2g} years before the "
        f"analysis; {100 * design.drop_out:g} % a year were lost to follow-up and {100 * design.not_transplanted:g} % "
        "were never transplanted. The analysis is by intention to treat, time counts from the transplant.",
        f"The primary endpoint was {primary.endpoint.value} at day {primary.day:g}: {_test_in_words(primary)}.",
    ]
    if design.who.criteria:
        says.insert(1, f"Eligible were patients with {'; '.join(map(str, design.who.criteria))}.")
    if primary.looks:
        looks = ", ".join(f"{100 * each:g} %" for each in primary.looks)
        says.append(f"Interim looks at {looks} of the events spend the error as O'Brien and Fleming's bounds do.")
    says.append(
        "The truth is the share with the event when every patient lives every arm under common random numbers, "
        "without censoring."
    )
    return " ".join([*says, *(f"Assumed: {each}." for each in design.assumed)])


def _strata(design: Design) -> str:
    return f" within strata of {', '.join(map(str, design.who.strata))}" if design.who.strata else ""


def _test_in_words(question: Question) -> str:
    named = {"log-rank": "log-rank test", "Gray": "Gray's test", "difference at the day": "difference of the shares"}
    text = f"{named[question.test.value]}, two-sided level {question.alpha:g}"
    if question.stratified:
        text += ", stratified as the allocation"
    if question.aim is Aim.NON_INFERIORITY and question.margin is not None:
        text += f", non-inferior when worse by less than {100 * question.margin:g} points"
    return text


def _flow(found: Findings) -> Drawing:
    flow = found.flow
    numbers = zip(flow.randomised, flow.transplanted, flow.lost, flow.failed, strict=True)
    arms = [ArmFlow(each.arm.arm, *row) for each, row in zip(found.design.arms, numbers, strict=True)]
    return draw_flow(f"people as in {found.design.who.source}", flow.looked_at, flow.refused, arms)


def _health(found: Findings) -> list[Drawing]:
    if not found.health:
        return []
    first = found.health[0]
    shares = {each.arm: each.share for each in found.health}
    names = [NAMES[state] for state in Health]
    at_risk = {each.arm: each.at_risk for each in found.health}
    return [draw_health(first.days, shares, names, [float(mark) for mark in first.marks], at_risk)]


def _incidence(found: Findings, which: int) -> Drawing:
    answer = found.answers[which]
    question = answer.question
    days = np.arange(0.0, question.day + 1.0)
    marks = [round(question.day * k / _MARKS) for k in range(_MARKS + 1)]
    arms = []
    for k, arm in enumerate(found.design.arms):
        mine = answer.first.arm == k
        time = np.where(mine, answer.first.time, np.nan)
        curve = cumulative_incidence(time, np.where(np.isnan(time), 0, answer.first.cause))
        share = curve.incidence_at(EVENT, days)[0]
        half = 1.96 * np.sqrt(curve.variance_at(EVENT, days)[0])
        risk = [int((time >= mark).sum()) for mark in marks]
        arms.append(Incidence(arm.arm.arm, days, share, np.clip(share - half, 0, 1), np.clip(share + half, 0, 1), risk))
    label = question.endpoint.asked.label
    return draw_incidence(label[0].upper() + label[1:], arms, marks, f"incidence-{which + 1}")


def _effects(found: Findings) -> list[Effect]:
    return [_effect(found.design, answer, place) for answer in found.answers for place in range(len(answer.results))]


def _effect(design: Design, answer: Answer, place: int) -> Effect:
    result, arm = answer.results[place], design.arms[place + 1]
    half = 1.96 * result.truth_error
    label = f"{answer.question.endpoint.asked.label}, day {answer.question.day:g}"
    if len(answer.results) > 1:
        label += f", {arm.arm.arm}"
    told = published_difference(answer.question, design.arms[0], arm)
    return Effect(label, 100 * result.truth, 100 * (result.truth - half), 100 * (result.truth + half), told)
