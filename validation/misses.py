"""What disagrees, in words: rules that read a run's numbers, so that the words cannot outlive them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from children import COX, DOSE, NOT_FITTED, SHIFTED, Judged, Result
from clones import DAYS, Pair
from counts import Group, Period
from predictive import wilson

LEVEL = 0.9
WORTH_TELLING = 0.8  # of counts inside a band that should hold 90 %
_HALF = 0.5
_FEW = 3  # patients
_DAYS_APART = 2
_YOUNG = 45  # years
_NONE = "Nothing beyond chance in this run."


def misses(children: Sequence[Result], counts: Sequence[Group], pairs: Sequence[Pair]) -> list[str]:
    """One line for each disagreement, patients' own days first."""
    lines = [line for result in children for line in _of_days(result)]
    lines += _of_counts(counts)
    lines += _of_pairs(pairs)
    return lines or [_NONE]


def _of_days(result: Result) -> list[str]:
    judged = {each.name: each for each in result.judged}
    plain, cox, shifted = judged[NOT_FITTED], judged[COX], judged[SHIFTED]
    name, lines = f"**Children, {result.what.value}**", []
    if not _holds(plain):
        lines.append(f"{name}: 90 % intervals are right for {_share(plain)} %, not 90 %. {_why(plain)}")
        lines[-1] += f" With a shift and a spread learned from other children it is {_share(shifted)} %."
        if not _holds(shifted) or (shifted.uniform is not None and shifted.uniform < 0.05):
            lines[-1] += " Even then the distribution is wrong: one shift and one spread for all are not enough."
    lines.append(_of_ranks(name, plain, cox, judged[DOSE]))
    return lines


def _share(each: Judged) -> str:
    return "?" if each.coverage is None else f"{100 * each.coverage.by_transform:.0f}"


def _holds(each: Judged) -> bool:
    if each.coverage is None:
        return False
    low, high = wilson(each.coverage.by_transform, each.coverage.patients)
    return low <= LEVEL <= high


def _why(each: Judged) -> str:
    found, later = each.coverage, each.later
    if found is None or later is None:
        return ""
    side = "early" if later > 0 else "late"
    moved = f"Medians are {abs(later):.0f} days too {side}; " if abs(later) >= 1 else "Medians are right; "
    return moved + f"{found.above} of {found.patients} children were later than their interval, {found.below} earlier."


def _of_ranks(name: str, plain: Judged, cox: Judged, dose: Judged) -> str:
    low, high = plain.less_than_cox
    verdict = "worse than" if high < 0 else "better than" if low > 0 else "not told apart from"
    line = (
        f"{name}, who comes before whom: C {plain.concordance:.2f}, {verdict} a Cox model of the same covariates "
        f"({cox.concordance:.2f}); the CD34+ dose alone has {dose.concordance:.2f}."
    )
    if dose.concordance >= plain.concordance - 0.01:
        line += " So the mechanism orders these children no better than their dose does."
    return line


def _of_counts(groups: Sequence[Group]) -> list[str]:
    wrong = [(group, period) for group in groups for period in group.periods if period.inside < WORTH_TELLING]
    several = [(group, period) for group, period in wrong if group.patients >= _FEW]
    if not wrong:
        return []
    every = sum(len(group.periods) for group in groups)
    lines = [
        f"**Daily neutrophils**: in {len(wrong)} of {every} periods less than {100 * WORTH_TELLING:.0f} % of the "
        "counts are inside bands made for 90 %. Bands of one supposed plan lack what differs between patients and is "
        "not known (conditioning, growth factor, infection, steroids), so some of this was to be expected."
    ]
    lines += _of_passages(groups)
    lines += [_of_period(group, period) for group, period in sorted(several, key=lambda pair: pair[1].inside)[:6]]
    return lines


def _of_passages(groups: Sequence[Group]) -> list[str]:
    """Where the median falls below 0.5, or is back, some days apart from what was observed."""
    lines = []
    for word, way in (("falls below 0.5", "falls"), ("is back above 0.5", "returns")):
        days = [(group, getattr(group.seen, way), getattr(group.made, way)) for group in groups]
        apart = [f"{group.name}: day {made:.0f}, observed {seen:.0f}" for group, seen, made in days
                 if group.patients >= _FEW and abs(made - seen) >= _DAYS_APART]  # fmt: skip
        if apart:
            line = f"The median neutrophil count {word} on another day. {'; '.join(apart)}."
            lines.append(line + " The days of conditioning and growth factor are supposed, which may be part of it.")
    return lines


def _of_period(group: Group, period: Period) -> str:
    low, high = 100 * period.below, 100 * period.above
    if low > 2 * high:
        side = "mostly under the band: real counts are lower, fall sooner or return later"
    elif high > 2 * low:
        side = "mostly over the band: real counts are higher, fall later or return sooner"
    else:
        side = "to both sides: the band is too narrow"
    inside = f"{100 * period.inside:.0f} % inside, {low:.0f} % under, {high:.0f} % over"
    return f"{group.name}, {period.name}: {inside}; {side}."


def _of_pairs(pairs: Sequence[Pair]) -> list[str]:
    if not pairs:
        return []
    seen = np.array([np.median([each.median for each in pair.posterior]) for pair in pairs])
    made = np.array([pair.simulated.by_day[0].median for pair in pairs])
    ratio = made / seen
    apart = [pair.name for pair in pairs if pair.overlap < _HALF]
    young = np.array([pair.donor_age < _YOUNG for pair in pairs])
    lines = [
        f"**Engrafting stem cells**: marrow's medians on day {DAYS[0]:g} are {ratio.min():.2g} to {ratio.max():.2g} "
        f"times those of the posteriors (middle one of three models). In {len(apart)} of {len(pairs)} pairs fewer than "
        f"half of the virtual patients are inside what the posteriors allow{': ' + ', '.join(apart) if apart else ''}."
    ]
    if young.any() and not young.all():
        old_seen, young_seen = np.median(seen[~young]), np.median(seen[young])
        old_made, young_made = np.median(made[~young]), np.median(made[young])
        lines.append(
            f"Donors under {_YOUNG} gave {young_seen / old_seen:.2g} times the engrafting stem cells of older donors "
            f"by the posteriors, {young_made / old_made:.2g} times in marrow, where age lowers them by an "
            "assumed, modest rate. Seven pairs, in which age goes with source and conditioning, cannot say which it is."
        )
    return lines
