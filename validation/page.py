"""The page ``docs/validation.md``: every number from the run, misses first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from children import COX, FOLDS, NOT_FITTED, RESAMPLES, SHIFTED, SPLITS, Judged, Result
from clones import ASSUMED as ASSUMED_OF_PAIRS
from clones import DAYS, PRIOR, Pair, Simulated, Spread
from counts import FLOOR, Group, Period
from misses import misses
from predictive import wilson

from marrow.calibration.children_plans import ASSUMED as ASSUMED_OF_CHILDREN


@dataclass(frozen=True)
class Run:
    """Everything that was found; a part whose data are not there is empty, and told in ``skipped``."""

    children: tuple[Result, ...]
    counts: tuple[Group, ...]
    pairs: tuple[Pair, ...]
    by_dose: tuple[Simulated, ...]
    skipped: tuple[str, ...]
    copies: int
    draws: int
    seed: int
    minutes: float
    version: str


def page(run: Run) -> str:
    """The whole page, Markdown."""
    parts = [_HEAD.format(copies=run.copies, draws=run.draws, seed=run.seed, version=run.version,
                          minutes=max(1, round(run.minutes)))]  # fmt: skip
    parts += [f"Skipped: {each}." for each in run.skipped]
    parts += ["## What is wrong", _list(misses(run.children, run.counts, run.pairs))]
    if run.children:
        parts += _children(run.children)
    if run.counts:
        parts += _counts(run.counts)
    if run.pairs:
        parts += _pairs(run.pairs, run.by_dose)
    return "\n\n".join(parts) + "\n"


_HEAD = """# Validation in single patients

Real patients beside marrow's predictions for them, one by one. No parameter is fitted to these patients; the children's
medians by dose were known before (see [a first look](first-look.md)). This page is written by
`python validation/patients.py` (`make validate`), with its figures and the file `latest.json` in that folder. Numbers
are those of one run: marrow {version}, seed {seed}, {copies} virtual copies of each child, {draws} virtual patients of
each graft, {minutes} min. The data are not part of the repository."""


def _children(results: Sequence[Result]) -> list[str]:
    first = results[0]
    text = [
        "## Children: day of recovery",
        f"{first.patients} children after unrelated grafts, each predicted from age, sex, weight, donor, source, CD34+ "
        f"and CD3+ dose. Assumed of all: {'; '.join(ASSUMED_OF_CHILDREN)}. The table does not say how many "
        "values in a row count as recovery; marrow asks for three, and of platelets also for seven days without "
        "transfusion. "
        "A child who died first is censored that day: marrow has no death, so its day is the one of a child who lives. "
        "If those who die would have recovered later than others, all models here look a little too good.",
    ]
    for result in results:
        text += [f"### {result.what.value}", _censored(result), _table_of(result)]
    text += [
        "Intervals hold more than 90 % because days are whole; *held* is what they hold by the predictions themselves. "
        "*Inside*: the lower bound counts as missed those who were censored inside their interval, the upper bound as "
        "hit. *Transform*: share of the randomised probability integral transforms between 0.05 and 0.95, which is "
        "exactly 90 % if the predictions are right (95 % interval of that share in brackets). *p*: of a "
        "Kolmogorov-Smirnov test of uniformity, median of 200 randomisations; for the learned ones it is only a guide. "
        "*Later*: median of observed minus predicted median, in days.",
        f"*C* is Harrell's concordance of the predicted medians (of the Cox model: of the hazard, mean of {SPLITS} "
        f"splits), with 95 % intervals of {RESAMPLES} bootstrap samples of children, for fixed predictions. "
        f"*{NOT_FITTED}* has seen none of the children, so for it there is nothing to cross-validate. The Cox model "
        f"(log dose, source, age, weight) has seen the children of the other {FOLDS - 1} of {FOLDS} folds. For "
        f"*{SHIFTED}* the same folds teach a constant shift in log-days and an added normal spread, nothing else.",
        "![Histograms of the transforms](figures/validation-children.svg)",
    ]
    return text


def _censored(result: Result) -> str:
    shifts = np.array([[each.shift, each.spread] for each in result.shifts])
    factor, spread = np.exp(shifts[:, 0].mean()), shifts[:, 1].mean()
    low, high = np.exp(shifts[:, 0].min()), np.exp(shifts[:, 0].max())
    failed = f" {result.failed} copies could not be solved and are left out." if result.failed else ""
    return (
        f"{result.patients - result.censored} recovered, {result.censored} censored. Learned: days times {factor:.2f} "
        f"({low:.2f} to {high:.2f} by fold), standard deviation {spread:.2f} in log-days.{failed}"
    )


def _table_of(result: Result) -> str:
    head = "| | inside | held | below / above | transform | p | later | C, all | C, blood grafts | C minus Cox |"
    rows = [head, "|" + "---|" * 10]
    for each in result.judged:
        cells = [each.name, *_calibration(each), f"{each.concordance:.3f} ({_range(each.interval, '.2f')})",
                 f"{each.concordance_blood:.3f}",
                 "" if each.name == COX else _range(each.less_than_cox, "+.2f")]  # fmt: skip
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _calibration(each: Judged) -> list[str]:
    found = each.coverage
    if found is None or each.uniform is None or each.later is None:
        return [""] * 6
    low, high = (100 * share for share in found.bounds)
    sure = wilson(found.by_transform, found.patients)
    return [
        f"{low:.0f} to {high:.0f} %",
        f"{100 * found.held:.0f} %",
        f"{found.below} / {found.above}",
        f"{100 * found.by_transform:.0f} % ({_range((100 * sure[0], 100 * sure[1]), '.0f')})",
        "< 0.001" if each.uniform < 0.001 else f"{each.uniform:.2g}",
        f"{each.later:+.0f}",
    ]


def _counts(groups: Sequence[Group]) -> list[str]:
    head = "| graft | period | patients | counts | inside 5–95 % | under | over |"
    rows = [head, "|" + "---|" * 7]
    rows += [_row_of(group, period) for group in groups for period in group.periods]
    assumed = [f"{group.name}: {'; '.join(group.assumed)}" for group in groups]
    skipped = sum(group.skipped for group in groups)
    return [
        "## Daily neutrophils",
        f"{sum(group.patients for group in groups)} patients of the NIH (granulocytes) and of Memorial Sloan Kettering "
        "(first transplants only). How they were treated is not in the tables: `plans.yaml` beside the program "
        "supposes one plan for each graft, with ages and cell doses that vary. 90 % of the counts should be inside.",
        "![Bands over observed medians and quartiles](figures/validation-neutrophils.svg)",
        "Days on which the median count falls below 0.5 × 10⁹/L and is back, observed (three days taken together) and "
        "simulated:",
        _passages(groups),
        "\n".join(rows),
        "In brackets: 95 % intervals of 1000 bootstrap samples of patients, as the days of one patient go together. "
        f"Everything below {FLOOR:g} × 10⁹/L is one class, as zeros of one table stand for less than that. {skipped} "
        "counts before the first day of conditioning are not compared. The bands have no laboratory error, no "
        "infection, no graft-versus-host disease, and growth factor only as supposed.",
        "Supposed:",
        _list(assumed),
    ]


def _passages(groups: Sequence[Group]) -> str:
    rows = ["| graft | falls, observed | marrow | is back, observed | marrow |", "|" + "---|" * 5]
    for group in groups:
        days = (group.seen.falls, group.made.falls, group.seen.returns, group.made.returns)
        rows.append("| " + " | ".join([group.name, *("–" if day != day else f"{day:.0f}" for day in days)]) + " |")
    return "\n".join(rows)


def _row_of(group: Group, period: Period) -> str:
    low, high = period.interval
    sure = f" ({_range((100 * low, 100 * high), '.0f')})" if low == low else ""
    cells = (group.name, period.name, str(period.patients), str(period.counts), f"{100 * period.inside:.0f} %{sure}",
             f"{100 * period.below:.0f} %", f"{100 * period.above:.0f} %")  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _pairs(pairs: Sequence[Pair], by_dose: Sequence[Simulated]) -> list[str]:
    days = " | ".join(f"day {day:g}" for day in DAYS)
    rows = [f"| pair | donor, y | graft | posterior 1 | 2 | 3 | {days} | inside |", "|" + "---|" * (7 + len(DAYS))]
    for pair in sorted(pairs, key=lambda one: one.donor_age):
        made = pair.simulated
        dose = f"{made.cd34 / 1e6:.3g}" + ("" if pair.dose_known else " supposed")
        cells = [pair.name, f"{pair.donor_age:g}", f"{made.source.value}, {dose}, {pair.conditioning}",
                 *map(_cells, pair.posterior), *map(_cells, made.by_day), f"{100 * pair.overlap:.0f} %"]  # fmt: skip
        rows.append("| " + " | ".join(cells) + " |")
    head = f"| graft | CD34+ cells, 10⁶/kg | {days} | niches held, day {DAYS[-1]:g} |"
    doses = [head, "|" + "---|" * (3 + len(DAYS))]
    for made in by_dose:
        held = f"{100 * made.occupied:.0f} %"
        cells = [made.source.value, f"{made.cd34 / 1e6:.3g}", *map(_cells, made.by_day), held]
        doses.append("| " + " | ".join(cells) + " |")
    return [
        "## Stem cells that engraft",
        f"{len(pairs)} sibling pairs, 9 to 31 years after the transplant (Spencer Chapman et al. 2024): the number of "
        "engrafting stem cells that the genomes of single colonies tell, by three models of the authors, beside the "
        "long-term stem cells of the donor in virtual patients on four days. Median (5 to 95 %), in thousands. "
        f"Supposed: {'; '.join(ASSUMED_OF_PAIRS)}.",
        "\n".join(rows),
        f"*Inside*: share of virtual patients on day {DAYS[0]:g} between the lowest and the highest of the three "
        f"posteriors. The authors' prior is flat on the log scale from {PRIOR[0]:.0f} to {PRIOR[1]:.0f}: a posterior "
        "at one of these ends says only below or above. Theirs are the founders whose descendants are found decades "
        f"later; marrow's on day {DAYS[0]:g} have settled and hardly divided, some of them will leave no descendants, "
        "and the later numbers are those of all descendants. In marrow the dose, the source and the niches that "
        "conditioning empties decide, and the age of the donor by an assumed fall.",
        "![Posteriors and virtual patients](figures/validation-stem-cells.svg)",
        "By dose, in a man of 45 and 70 kg after CyTBI:",
        "\n".join(doses),
    ]


def _cells(of: Spread) -> str:
    return f"{_thousands(of.median)} ({_thousands(of.low)} to {_thousands(of.high)})"


def _thousands(cells: float) -> str:
    return f"{cells / 1000:.2g}" if cells < 99_500 else f"{cells / 1000:.0f}"


def _range(of: tuple[float, float], form: str) -> str:
    return f"{of[0]:{form}} to {of[1]:{form}}"


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
