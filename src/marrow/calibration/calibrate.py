"""``marrow calibrate``: fits the free numbers to the published studies that may be fitted to, and keeps the run.

What is kept: the numbers (``parameters.yaml``), how sure each is and how far it contracted (``posterior.csv``), how
they hang together (``correlation.csv``), every figure before and after (``figures.csv``), and a page to read.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from marrow import __version__
from marrow.calibration.again import prepare_arms, simulate_arms
from marrow.calibration.fit import LEAST_CONTRACTION, Fit, Prior, fit
from marrow.calibration.free import Part
from marrow.calibration.measures import measure_of
from marrow.calibration.score import Scored, score
from marrow.calibration.study import Study
from marrow.calibration.targets import Expressible
from marrow.calibration.value import Read

Progress = Callable[[str, int, int], None]


RATIO = "a ratio of two arms: compared, not fitted to"
FEW = "of those alone who had an event before: few of an arm's virtual patients; compared, not fitted to"


@dataclass(frozen=True)
class Calibration:
    """``fit``: to the figures of ``studies``; ``left_out``: figures of those studies that were not fitted to."""

    fit: Fit
    studies: tuple[Study, ...]
    left_out: tuple[tuple[str, str], ...]  # figure, reason
    draws: int
    seed: int


def calibrate(
    studies: Sequence[Study],
    priors: Sequence[Prior],
    *,
    draws: int = 150,
    seed: int = 1,
    steps: int = 6,
    threads: int = 2,
    part: Part = Part.RECOVERY,
    progress: Progress | None = None,
) -> Calibration:
    """Fits ``priors`` to the scored figures of ``studies`` that may be fitted to and whose drugs are modelled."""
    chosen = tuple(study for study in (each.modelled for each in studies if each.fitted) if study.arms)
    asked, left_out = figures_of(chosen, part)
    arms = prepare_arms(asked, draws, seed, progress)

    def simulate(numbers: Mapping[str, float]) -> list[Scored]:
        return simulate_arms(arms, numbers, threads)

    def tell(done: int, expected: int) -> None:
        if progress:
            progress("all arms with other numbers", done, expected)

    return Calibration(fit(priors, simulate, steps=steps, progress=tell), chosen, left_out, draws, seed)


def figures_of(studies: Sequence[Study], part: Part) -> tuple[list[Expressible], tuple[tuple[str, str], ...]]:
    """Figures to fit to, and those that are not with the reason."""
    asked: list[Expressible] = []
    left_out: list[tuple[str, str]] = []
    for study in studies:
        for each in study.arms:
            for target in each.targets:
                measure = measure_of(target, each.arm.definitions)
                if not target.counts or measure is None:
                    continue
                few = measure.only or measure.read is Read.SURVIVAL_FROM or each.arm.definitions.only
                reason = part.why_not(target.kind) or (FEW if few else "")
                if reason:
                    left_out.append((f"{target.study}, {target.arm}: {target.endpoint}", reason))
                else:
                    asked.append(Expressible(target, each.arm, measure))
        left_out += [
            (f"{target.study}, {target.arm}: {target.endpoint}", RATIO)
            for contrast in study.contrasts
            for target in contrast.targets
            if target.counts
        ]
    return asked, tuple(left_out)


# --- what is kept ---


def as_parameters(found: Calibration) -> str:
    """YAML: the numbers, ready for ``--parameters``."""
    head = (
        f"# Fitted by marrow {__version__} on {date.today().isoformat()}: {len(found.studies)} studies, "
        f"{found.draws} virtual patients an arm, seed {found.seed}, {found.fit.runs} runs.\n"
        f"# Loss {found.fit.cost_before:.1f} before, {found.fit.cost_after:.1f} after.\n"
    )
    lines = [
        f"{each.prior.name}: {each.value:.4g}  # {each.prior.unit or 'no unit'}; declared {each.prior.value:g}\n"
        for each in found.fit.numbers
    ]
    return head + "".join(lines)


def as_posterior(found: Calibration) -> str:
    out = io.StringIO()
    out.write("number,unit,declared,low,high,fitted,low95,high95,contraction,known_from,lump\n")
    for each in found.fit.numbers:
        low, high = each.interval
        known = "prior only" if each.prior_only else "figures"
        cells = [each.prior.name, each.prior.unit, each.prior.value, each.prior.low, each.prior.high]
        cells += [f"{each.value:.4g}", f"{low:.4g}", f"{high:.4g}", f"{each.contraction:.3f}", known]
        out.write(",".join(map(str, cells)) + f',"{each.prior.lump}"\n')
    return out.getvalue()


def as_correlation(found: Calibration) -> str:
    names = [each.prior.name for each in found.fit.numbers]
    rows = [",".join(["number", *names])]
    rows += [
        ",".join([name, *(f"{c:.3f}" for c in row)]) for name, row in zip(names, found.fit.correlation, strict=True)
    ]
    return "\n".join(rows) + "\n"


def as_figures(found: Calibration) -> str:
    out = io.StringIO()
    out.write("study,arm,endpoint,statistic,unit,published,before,after,z_before,z_after,inside\n")
    for before, after in zip(found.fit.before, found.fit.after, strict=True):
        target = after.target
        cells = [f'"{target.study}"', f'"{target.arm}"', f'"{target.endpoint}"', target.statistic.value, target.unit]
        cells += [target.value, f"{before.simulated.value:.4g}", f"{after.simulated.value:.4g}"]
        cells += [f"{before.z:.2f}", f"{after.z:.2f}", after.inside]
        out.write(",".join(map(str, cells)) + "\n")
    return out.getvalue()


def as_page(found: Calibration) -> str:
    """Markdown, misses first."""
    fitted = found.fit
    before, after = score(fitted.before), score(fitted.after)
    head = [
        "# Calibration",
        "",
        f"{after.scored} figures of {len(found.studies)} studies; {found.draws} virtual patients an arm, "
        f"{fitted.runs} runs of all arms. Inside {before.inside} before, {after.inside} after; loss "
        f"{fitted.cost_before:.1f} before, {fitted.cost_after:.1f} after. Posterior mode by least squares with common "
        "random numbers; spread from the curvature there (`marrow.calibration.fit` says why).",
        "",
        "## Numbers",
        "",
        "| number | stands for | declared (range) | fitted (95 %) | contraction |",
        "|---|---|---|---|---|",
    ]
    for each in fitted.numbers:
        low, high = each.interval
        known = f"{100 * each.contraction:.0f} %" + (": prior only" if each.prior_only else "")
        declared = f"{each.prior.value:g} ({each.prior.low:g} to {each.prior.high:g}) {each.prior.unit}".strip()
        value = f"{each.value:.3g} ({low:.3g} to {high:.3g})"
        head.append(f"| {each.prior.name} | {each.prior.lump} | {declared} | {value} | {known} |")
    head += [
        "",
        f"What contracts by less than {100 * LEAST_CONTRACTION:.0f} % is known from its prior only. Pairs with a "
        "correlation beyond 0.5 in size: " + (_pairs(fitted) or "none") + ".",
        "",
        "## Figures, misses first",
        "",
        "| study, arm | figure | published | before | after | z |",
        "|---|---|---|---|---|---|",
    ]
    order = np.argsort([-abs(row.z) if np.isfinite(row.z) else -np.inf for row in fitted.after])
    for k in order:
        target = fitted.after[k].target
        mark = "" if fitted.after[k].inside else " **outside**"
        head.append(
            f"| {target.study}, {target.arm} | {target.endpoint} ({target.statistic.value}, {target.unit}) "
            f"| {target.value:g} | {fitted.before[k].simulated.value:.3g} | {fitted.after[k].simulated.value:.3g} "
            f"| {fitted.after[k].z:+.1f}{mark} |"
        )
    head += ["", "## Figures of these studies that were not fitted to", ""]
    head += [f"- {figure}: {reason}" for figure, reason in found.left_out] or ["- none"]
    return "\n".join(head) + "\n"


def _pairs(fitted: Fit) -> str:
    names = [each.prior.name for each in fitted.numbers]
    pairs = [
        f"{names[i]} and {names[j]} ({fitted.correlation[i, j]:+.2f})"
        for i in range(len(names))
        for j in range(i)
        if abs(fitted.correlation[i, j]) > 0.5
    ]
    return ", ".join(pairs)
