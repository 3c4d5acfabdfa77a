"""From the wording of a published endpoint to what is read of the outcomes: recovery of the blood and of the graft."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from marrow.calibration.arm import Definitions, NeutrophilRule, PlateletRule
from marrow.calibration.outcome_measures import is_outcome, outcome_measure, outcome_wordings
from marrow.calibration.readings import (
    LYMPHOCYTES,
    BelowOn,
    CountOn,
    DaysBelow,
    GraftFailed,
    NeverBelow,
    Reading,
    RecoveryOf,
    TransfusedUntil,
    WholeBlood,
)
from marrow.calibration.table import Statistic, Target
from marrow.calibration.value import Measure, Read
from marrow.endpoints import definitions as named
from marrow.endpoints.chimerism import Category
from marrow.endpoints.transfusion import Product
from marrow.sources import assumed

_COUNT = r"(?:e9/L)?"
_ANC, _PLT = "absolute_neutrophil_count", "platelet_count"
_SHARES = (Statistic.PROPORTION, Statistic.CUMULATIVE_INCIDENCE, Statistic.KAPLAN_MEIER)
_MIDDLES = {Statistic.MEDIAN: Read.MEDIAN, Statistic.MEAN: Read.MEAN}
_LYMPHOCYTE = {"CD4": "cd4_count", "CD8": "cd8_count", "CD19": "b_cell_count", "B": "b_cell_count",
               "NK": "natural_killer_count", "CD3": "t_cell_count"}  # fmt: skip
_COUNTS: dict[str, tuple[tuple[str, ...], float]] = {  # observables, factor to the unit of papers
    "ANC": ((_ANC,), 1.0),
    "PLT": ((_PLT,), 1.0),
    "Hb": (("hemoglobin",), 10.0),
    "reticulocytes": (("reticulocyte_count",), 1.0),
    "ALC": (LYMPHOCYTES, 1e-3),
    "CD4": (("cd4_count",), 1.0),
    "CD8": (("cd8_count",), 1.0),
    "CD3": (("t_cell_count",), 1.0),
    "NK": (("natural_killer_count",), 1.0),
    "B cells": (("b_cell_count",), 1.0),
}
_RULE_OF_PLATELETS = {
    (20.0, PlateletRule.SEVEN_DAYS): "platelet_engraftment_day",
    (50.0, PlateletRule.SEVEN_DAYS): "platelet_50_day",
    (20.0, PlateletRule.THREE_DAYS): "platelet_three_day_rule_day",
}
# How many values in a row must be above the threshold, and free of transfusion since how many days each.
_VALUES_AND_FREE_DAYS = {
    PlateletRule.SEVEN_DAYS: (3, 7),
    PlateletRule.FIRST_OF_SEVEN: (7, 1),
    PlateletRule.THREE_DAYS: (3, 3),
    PlateletRule.ONE_VALUE: (1, 7),
}
_RULE_OF_NEUTROPHILS = {
    (0.5, NeutrophilRule.THREE_DAYS): "neutrophil_engraftment_day",
    (1.0, NeutrophilRule.THREE_DAYS): "neutrophil_1_0_day",
    (0.5, NeutrophilRule.ONE_DAY): "neutrophil_single_value_day",
}
_FIRST_YEAR = (28.0, 60.0, 100.0, 180.0, 365.0)  # usual days of tests; assumed
_FULL_DAY = (100.0,)  # of complete chimerism when the row names none; assumed

Build = Callable[[re.Match[str], Target, Definitions], Measure | None]


def _number(match: re.Match[str], usual: float) -> float:
    return float(next((group for group in match.groups() if group), usual))


def _neutrophils(match: re.Match[str], target: Target, by: Definitions) -> Measure | None:
    threshold = _number(match, 0.5)
    column = _RULE_OF_NEUTROPHILS.get((threshold, by.neutrophils))
    if column is not None:
        return _of_day(target, by, column)
    days = 3 if by.neutrophils is NeutrophilRule.THREE_DAYS else 1
    variant = replace(
        named.NEUTROPHILS, name=f"neutrophils at {threshold:g}, {days} d", threshold=threshold, consecutive=days
    )
    return _of_day(target, by, *_with_column(RecoveryOf(_ANC, variant)))


def _platelets(match: re.Match[str], target: Target, by: Definitions) -> Measure | None:
    return _of_day(target, by, *_platelet_day(_number(match, 20.0), by))


def _platelet_day(threshold: float, by: Definitions) -> tuple[str, Reading | None]:
    """The column of the day of platelet recovery by the study's definition, and its reading if it is no outcome."""
    column = _RULE_OF_PLATELETS.get((threshold, by.platelets))
    if column is not None:
        return column, None
    consecutive, free = _VALUES_AND_FREE_DAYS[by.platelets]
    name = f"platelets at {threshold:g}, {consecutive} d, {free} d untransfused"
    variant = replace(
        named.PLATELETS_20, name=name, threshold=threshold, consecutive=consecutive, transfusion_free_days=free
    )
    return _with_column(RecoveryOf(_PLT, variant))


def _lymphocytes(match: re.Match[str], target: Target, by: Definitions) -> Measure | None:
    source = assumed("papers print the threshold alone; a single value is taken")
    cells, threshold = match[1].upper(), match[2]
    variant = named.EngraftmentDefinition(
        f"{cells} at {threshold} per uL", "first value at or above it after one below", source, float(threshold),
        consecutive=1, unit="cells/uL",
    )  # fmt: skip
    return _of_day(target, by, *_with_column(RecoveryOf(_LYMPHOCYTE[cells], variant)))


def _with_column(reading: Reading) -> tuple[str, Reading]:
    return reading.column, reading


def _of_day(target: Target, by: Definitions, column: str, reading: Reading | None = None) -> Measure | None:
    if target.statistic in _MIDDLES:
        return Measure(column, _MIDDLES[target.statistic], None, by.among, reading)
    if target.statistic in _SHARES and target.time is not None:
        return Measure(column, Read.SHARE_BY, target.time, by.among, reading)
    return None


def _amount(column: str) -> Build:
    def build(match: re.Match[str], target: Target, by: Definitions) -> Measure | None:
        read = _MIDDLES.get(target.statistic)
        return Measure(column, read, None, by.among) if read else None

    return build


def _flag(column: str) -> Build:
    def build(match: re.Match[str], target: Target, by: Definitions) -> Measure | None:
        return Measure(column, Read.SHARE, None, by.among) if target.statistic in _SHARES else None

    return build


def _share(make: Callable[[re.Match[str], Target], Reading | None]) -> Build:
    def build(match: re.Match[str], target: Target, by: Definitions) -> Measure | None:
        reading = make(match, target) if target.statistic in _SHARES else None
        return Measure(reading.column, Read.SHARE, None, by.among, reading) if reading else None

    return build


def _transfused(product: Product, column: str) -> Build:
    def build(match: re.Match[str], target: Target, by: Definitions) -> Measure | None:
        read = _MIDDLES.get(target.statistic)
        if read is None or target.time is None:
            return Measure(column, read, None, by.among) if read else None
        reading = TransfusedUntil(product, target.time)
        return Measure(reading.column, read, None, by.among, reading)

    return build


def _count_on(match: re.Match[str], target: Target, by: Definitions) -> Measure | None:
    read = _MIDDLES.get(target.statistic)
    if read is None or target.time is None:
        return None
    names, factor = next(value for key, value in _COUNTS.items() if key.lower() == match[1].lower())
    reading = CountOn(names, target.time, factor)
    return Measure(reading.column, read, None, by.among, reading)


def _later(match: re.Match[str], target: Target, by: Definitions) -> Measure | None:
    column, reading = _platelet_day(20.0, by)
    return Measure(column, Read.SHARE_LATER, target.time or float(match[1]), by.among, reading)


def _correlation(column: str) -> Build:
    return lambda match, target, by: Measure(column, Read.CORRELATION, None, by.among)


def _failure(target: Target) -> named.GraftFailureDefinition:
    is_cord = re.search("cord|UCB", f"{target.graft_source} {target.donor}", re.IGNORECASE)
    return named.PRIMARY_GRAFT_FAILURE_CORD if is_cord else named.PRIMARY_GRAFT_FAILURE


def _mixed(match: re.Match[str], target: Target) -> Reading:
    return WholeBlood(Category.MIXED, (float(match[1]),) if match[1] else _FIRST_YEAR)


def _thawed_to_fresh(column: str) -> Build:
    def build(match: re.Match[str], target: Target, by: Definitions) -> Measure | None:
        return Measure(column, Read.THAWED_TO_FRESH) if target.statistic is Statistic.RATIO else None

    return build


@dataclass(frozen=True)
class _Wording:
    """``shown``: an example; ``pattern``: the whole of an endpoint's wording, case ignored."""

    shown: str
    pattern: str
    build: Build


_WORDINGS: tuple[_Wording, ...] = (
    _Wording("ANC>=0.5e9/L", rf"ANC ?>=? ?(\d+(?:\.\d+)?){_COUNT}|ANC (?:engraftment|recovery)(?: \((\d.\d)e9/L\))?"
             r"|anc500|neutrophil_engraftment",
             _neutrophils),
    _Wording("PLT>=20e9/L", rf"PLT ?>=? ?(\d+){_COUNT}|PLT (?:early )?engraftment|PLT recovery(?: \((\d+)e9/L\))?"
             r"|plt(20|50)|plt_engraft",
             _platelets),
    _Wording("PLT recovery delayed beyond day 14", r"PLT recovery delayed beyond day (\d+)", _later),
    _Wording("duration ANC<0.5e9/L", rf"duration ANC ?< ?0\.5{_COUNT}|duration of neutropenia",
             _amount("days_neutrophils_below_0_5")),
    _Wording("duration ANC<0.1e9/L", rf"duration ANC ?< ?0\.1{_COUNT}", _amount("days_neutrophils_below_0_1")),
    _Wording("duration WBC<0.1e9/L", rf"duration WBC ?< ?(\d\.\d+){_COUNT}",
             lambda match, target, by: _read_as(DaysBelow("white_cell_count", float(match[1])), target, by)),
    _Wording("onset of neutropenia (ANC<0.5)", r"onset of neutropenia \(ANC ?< ?0\.5\)",
             _amount("first_day_neutrophils_below_0_5")),
    _Wording("ANC never <0.5e9/L", rf"ANC never ?< ?0\.5{_COUNT}", _flag("neutrophils_never_below")),
    _Wording("ANC never <0.1e9/L", rf"ANC never ?< ?(\d\.\d+){_COUNT}",
             _share(lambda match, target: NeverBelow(_ANC, float(match[1])))),
    _Wording("PLT never <20e9/L", rf"PLT never ?< ?20{_COUNT}", _flag("platelets_never_below")),
    _Wording("PLT<50e9/L", rf"PLT ?< ?(\d+){_COUNT}",
             _share(lambda match, target: BelowOn(_PLT, float(match[1]), target.time) if target.time else None)),
    _Wording("CD4 >500/uL", r"(CD3|CD4|CD8|CD19|NK) ?>=? ?(\d+)/uL", _lymphocytes),
    _Wording("cd4_gt50_d100", r"(CD4)_gt(\d+)_d100", _lymphocytes),
    _Wording("CD4", r"(ANC|PLT|Hb|reticulocytes|ALC|CD3|CD4|CD8|NK|B cells)", _count_on),
    _Wording("primary graft failure", r"primary graft failure", _flag("primary_graft_failure")),
    _Wording("graft failure", r"graft failure", _share(lambda match, target: GraftFailed(_failure(target)))),
    _Wording("sustained engraftment", r"sustained engraftment",
             _share(lambda match, target: GraftFailed(_failure(target), sustained=True))),
    _Wording("complete donor chimerism", r"complete donor chimerism",
             _share(lambda match, target: WholeBlood(Category.FULL, (target.time,) if target.time else _FULL_DAY))),
    _Wording("mixed chimerism at day 28", r"mixed chimerism (?:at day (\d+)|in first year)", _share(_mixed)),
    _Wording("stable mixed chimerism among engrafted", r"stable mixed chimerism among engrafted",
             _share(lambda match, target: WholeBlood(Category.MIXED, (365.0,)))),
    _Wording("days with platelet transfusion", r"days with platelet transfusion|platelet transfusions per patient",
             _transfused(Product.PLATELETS, "platelet_transfusions")),
    _Wording("RBC transfusions", r"RBC transfusions( per patient)?",
             _transfused(Product.RED_CELLS, "red_cell_transfusions")),
    _Wording("days in hospital", r"days in hospital|length of (?:first )?stay|hospital stay",
             _amount("first_stay_days")),
    _Wording("days in hospital by day 100", r"days in hospital by day 100", _amount("hospital_days_100")),
    _Wording("days alive out of hospital by day 100", r"days alive out of hospital by day 100",
             _amount("days_alive_out_of_hospital_100")),
    _Wording("duration of severe mucositis", r"duration of severe mucositis|days of severe mucositis",
             _amount("mucositis_days")),
    _Wording("CD34 dose vs ANC day, correlation r", r"CD34 dose vs ANC day, correlation r",
             _correlation("neutrophil_engraftment_day")),
    _Wording("CD34 dose vs PLT day, correlation r", r"CD34 dose vs PLT day, correlation r",
             _correlation("platelet_engraftment_day")),
    _Wording("ANC recovery cryo vs fresh", r"ANC recovery cryo vs fresh",
             _thawed_to_fresh("neutrophil_engraftment_day")),
    _Wording("PLT recovery cryo vs fresh", r"PLT recovery cryo vs fresh", _thawed_to_fresh("platelet_engraftment_day")),
)  # fmt: skip
_INPUTS = re.compile(r"(infused )?(CD34|CD3|TNC) dose( infused)?", re.IGNORECASE)


def _read_as(reading: Reading, target: Target, by: Definitions) -> Measure | None:
    read = _MIDDLES.get(target.statistic)
    return Measure(reading.column, read, None, by.among, reading) if read else None


def is_input(target: Target) -> bool:
    """Whether the row tells what was infused: an input of a simulation."""
    return bool(_INPUTS.fullmatch(target.endpoint))


def wordings() -> tuple[str, ...]:
    """Endpoints that can be read, one example of each."""
    return tuple(wording.shown for wording in _WORDINGS) + outcome_wordings()


def is_worded(endpoint: str) -> bool:
    """Whether marrow knows an endpoint of that wording."""
    return is_outcome(endpoint) or any(re.fullmatch(wording.pattern, endpoint, re.IGNORECASE) for wording in _WORDINGS)


def measure_of(target: Target, definitions: Definitions | None = None) -> Measure | None:
    """How the row's endpoint is read from outcomes; None when marrow has no such endpoint."""
    by = definitions or Definitions()
    if is_outcome(target.endpoint):
        measure = outcome_measure(target, by.chronic)
    else:
        found = ((re.fullmatch(each.pattern, target.endpoint, re.IGNORECASE), each.build) for each in _WORDINGS)
        measure = next((build(match, target, by) for match, build in found if match), None)
    return replace(measure, only=(*measure.only, *by.only)) if measure is not None and by.only else measure
