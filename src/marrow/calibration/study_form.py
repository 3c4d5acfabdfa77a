"""The form of a study file: which keys it has and how each is read. What they amount to is made in ``study.py``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

from marrow.calibration.arm import Among, ChronicRule, NeutrophilRule, PlateletRule, Shares, Window
from marrow.calibration.measures import is_worded, wordings
from marrow.calibration.outcome_measures import event_columns
from marrow.calibration.published import AGE, CELLS, WEIGHT, Published, published
from marrow.calibration.said import SPOKEN, named
from marrow.calibration.table import Statistic
from marrow.clinic.fields import Part, Problems, Reads, choice, whole, words
from marrow.clinic.quantities import number, quoted, refuse, split
from marrow.errors import PlanError, Problem, nearest

_YES = {"true": True, "yes": True, "false": False, "no": False}


def _read_flag(given: Any) -> bool:
    text = given.strip().lower() if isinstance(given, str) else ""
    if text not in _YES:
        raise refuse(quoted(given) if text else "nothing", "true (used in fitting) or false (set aside before it)")
    return _YES[text]


def _read_percent(given: Any) -> float:
    needed = "a share of patients, such as '42 %'"
    value, unit = split(given, needed) if isinstance(given, str) else (math.nan, "")
    if unit != "%" or not 0 <= value <= 100:
        raise refuse(quoted(given), needed)
    return value / 100


def _read_value(given: Any) -> tuple[float, str]:
    needed = "the published value with its unit, such as '12.5 days' or '5.5 %'"
    value, unit = split(given, needed) if isinstance(given, str) else (math.nan, "")
    if not unit:
        raise refuse(quoted(given) if given else "nothing", needed)
    return value, unit


def _read_number(given: Any) -> float:
    return number(given.strip() if isinstance(given, str) else "", "a number")


def _read_endpoint(given: Any) -> str:
    text = " ".join(given.split()) if isinstance(given, str) else ""
    name = text if is_worded(text) else named(text)
    if not is_worded(name):
        near = nearest(text.lower(), (*wordings(), *SPOKEN))
        raise refuse(quoted(text) if text else "nothing", "an endpoint that marrow computes", near)
    return name


def _read_range(given: Any) -> tuple[float, float]:
    if not isinstance(given, (list, tuple)) or len(given) != 2:
        raise refuse(quoted(given), "two numbers, such as [8, 24]")
    low, high = (_read_number(part) for part in given)
    if not low <= high:
        raise refuse(f"{given[0]} to {given[1]}", "the lower number first")
    return low, high


def _read_notes(given: Any) -> tuple[str, ...]:
    if not isinstance(given, (list, tuple)):
        raise refuse(quoted(given) if given else "nothing", "lines beginning with '- '")
    one = words("a line of text", 400)
    problems: list[tuple[tuple[str | int, ...], Problem]] = []
    notes: list[str] = []
    for place, item in enumerate(given):
        try:
            notes.append(one.read(item))
        except PlanError as error:
            problems += [((place,), problem) for problem in error.problems]
    if problems:
        raise Problems(problems)
    return tuple(notes)


def _read_shares(given: Any) -> tuple[Shares, ...]:
    needed = "keys of the plan with values and shares, such as 'patient.hct-ci: {0: 40 %, 3: 60 %}'"
    if not isinstance(given, Mapping) or not given:
        raise refuse("no keys", needed)
    found = []
    for path, values in given.items():
        if not path.startswith(_SHARED) or path in _DRAWN:
            raise Problems([((path,), Problem(quoted(path), f"a key of {_WHOSE}; variants change the rest"))])
        if not isinstance(values, Mapping) or not values:
            raise Problems([((path,), Problem("no values with shares", needed))])
        shares = tuple((str(value), _read_percent(share)) for value, share in values.items())
        if abs(sum(share for _, share in shares) - 1) > _ROUNDED:
            total = 100 * sum(share for _, share in shares)
            raise Problems([((path,), Problem(f"shares of {total:g} % together", "100 %"))])
        found.append(Shares(path, shares))
    return tuple(found)


def _read_windows(given: Any) -> tuple[Window, ...]:
    needed = "events with the first and last day, such as 'relapse: [31, 182]' or 'death: [101, never]'"
    if not isinstance(given, Mapping) or not given:
        raise refuse("no events", needed)
    events, found = event_columns(), []
    for event, days in given.items():
        if event not in events:
            near = nearest(event, events)
            raise Problems([((event,), Problem(quoted(event), f"one of {', '.join(events)}", near))])
        if not isinstance(days, (list, tuple)) or len(days) != 2:
            raise Problems([((event,), Problem(quoted(days), needed))])
        first, last = (math.inf if str(day).strip() == "never" else _read_number(day) for day in days)
        if not first <= last:
            raise Problems([((event,), Problem(f"{days[0]} to {days[1]}", "the earlier day first"))])
        found.append(Window(events[event], first, last))
    return tuple(found)


def _read_changes(given: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(given, Mapping) or not given:
        raise refuse("no keys", "keys of the plan with values, such as 'graft.cd34: 2e6 /kg'")
    changes = []
    for path, value in given.items():
        if isinstance(value, Mapping):
            needed = "text or sentences; write the path of a single value, such as 'graft.cd34'"
            raise Problems([((path,), Problem("keys with values", needed))])
        changes.append((path, "; ".join(value) if isinstance(value, (list, tuple)) else value))
    return tuple(changes)


_STATISTICS = {
    "cumulative incidence": Statistic.CUMULATIVE_INCIDENCE,
    "Kaplan-Meier": Statistic.KAPLAN_MEIER,
    "hazard ratio": Statistic.RATIO,
}
_SHARED = ("patient.", "donor.", "graft.")
_DRAWN = ("patient.age", "patient.sex", "patient.weight", "patient.height", "graft.cd34", "graft.cd3")
_WHOSE = "patient, donor or graft that is not drawn already"
_ROUNDED = 0.011  # what the printed shares may lack of 1, or have beyond

Line = Annotated[str, words("a line of text", 400)]
Notes = Annotated[tuple[str, ...], Reads(_read_notes)]
Size = Annotated[int, whole("a number of patients", 1, 1_000_000)]
Number = Annotated[float, Reads(_read_number)]
Changes = Annotated[tuple[tuple[str, str], ...], Reads(_read_changes)]


class DefinitionsForm(Part):
    """What the study calls recovery and chronic disease."""

    medians: Annotated[Among, choice(Among, "of whom", {"engrafted": Among.ENGRAFTED, "everyone": Among.EVERYONE})] = (
        Among.ENGRAFTED
    )
    neutrophils: Annotated[NeutrophilRule, choice(NeutrophilRule, "a rule")] = NeutrophilRule.THREE_DAYS
    platelets: Annotated[PlateletRule, choice(PlateletRule, "a rule")] = PlateletRule.SEVEN_DAYS
    chronic: Annotated[ChronicRule, choice(ChronicRule, "a rule")] = ChronicRule.BY_SIGNS


class PatientsForm(Part):
    """Who was treated, as published."""

    age: Annotated[Published, published(AGE)] | None = None
    weight: Annotated[Published, published(WEIGHT)] | None = None
    women: Annotated[float, Reads(_read_percent)] | None = None
    cd34: Annotated[Published, published(CELLS)] | None = None
    cd3: Annotated[Published, published(CELLS)] | None = None
    shares: Annotated[tuple[Shares, ...], Reads(_read_shares)] = ()


class VariantForm(Part):
    """A share of the patients with another plan."""

    share: Annotated[float, Reads(_read_percent)]
    changes: Changes = ()
    cd34: Annotated[Published, published(CELLS)] | None = None
    cd3: Annotated[Published, published(CELLS)] | None = None


class WordsForm(Part):
    """The paper's own words for an arm; the lookup that marrow is compared with knows only these."""

    population: Line | None = None
    graft: Line | None = None
    donor: Line | None = None
    conditioning: Line | None = None


class EndpointForm(Part):
    """One published figure."""

    endpoint: Annotated[str, Reads(_read_endpoint)]
    statistic: Annotated[Statistic, choice(Statistic, "what the value is", _STATISTICS)]
    value: Annotated[tuple[float, str], Reads(_read_value)]
    day: Annotated[int, whole("a day after the graft", 0, 36500)] | None = None
    lo95: Number | None = None
    hi95: Number | None = None
    range: Annotated[tuple[float, float], Reads(_read_range)] | None = None
    n: Size | None = None
    se: Number | None = None
    tau: Number | None = None
    not_scored: Line | None = None
    note: Line | None = None


class ArmForm(Part):
    """One arm. ``plan``: a mapping in the plan language or the path of a plan; else the study's, with ``changes``.

    ``only``: the patients of whom its figures speak, by the days of their events.
    """

    arm: Line
    n: Size | None = None
    plan: Any = None
    changes: Changes = ()
    patients: PatientsForm | None = None
    variants: tuple[VariantForm, ...] = ()
    words: WordsForm | None = None
    only: Annotated[tuple[Window, ...], Reads(_read_windows)] = ()
    endpoints: tuple[EndpointForm, ...] = ()
    assumed: Notes = ()


class ContrastForm(Part):
    """Ratios of one arm to another, by the names of the arms."""

    contrast: Line
    of: Line
    to: Line
    n: Size | None = None
    words: WordsForm | None = None
    endpoints: tuple[EndpointForm, ...]


class StudyForm(Part):
    """A study file. ``plan``, ``patients``, ``variants``, ``words`` stand for every arm that has none of its own."""

    study: Line
    year: Annotated[int, whole("the year of publication", 1960, 2100)]
    source: Line
    fitted: Annotated[bool, Reads(_read_flag)]
    added: Line | None = None
    note: Line | None = None
    definitions: DefinitionsForm = DefinitionsForm()
    patients: PatientsForm | None = None
    words: WordsForm | None = None
    plan: Any = None
    variants: tuple[VariantForm, ...] = ()
    assumed: Notes = ()
    arms: tuple[ArmForm, ...]
    contrasts: tuple[ContrastForm, ...] = ()
