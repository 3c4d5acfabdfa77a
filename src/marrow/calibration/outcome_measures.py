"""How endpoints of outcome are read: survival, relapse, deaths without it, graft-versus-host disease, infections.

Patients of a simulation are all followed to the same day, so that the cumulative incidence with competing risks (Aalen
and Johansen) and Kaplan and Meier's curve are simple shares. Only what is counted from a later event needs the curve.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from marrow.calibration.arm import ChronicRule, Window
from marrow.calibration.table import Statistic, Target
from marrow.calibration.value import DEATH, Measure, Read

RELAPSE, NON_RELAPSE_DEATH, FREE = "relapse_day", "non_relapse_death_day", "disease_free_survival_day"
ACUTE, SEVERE = "acute_gvhd_2_4_day", "acute_gvhd_3_4_day"
CHRONIC, CHRONIC_SEVERE = "chronic_gvhd_day", "chronic_gvhd_moderate_severe_day"
AFTER_DAY_100 = "gvhd_after_day_100_day"  # read from the course, not from events
ENGRAFTED = "neutrophil_engraftment_day"
_HUNDRED, _YEAR, _TWO_YEARS = 100, 365, 730  # days
_EARLY = 101.0  # bacteria of the first hundred days are mostly found in blood
_SHARES = (Statistic.PROPORTION, Statistic.CUMULATIVE_INCIDENCE, Statistic.KAPLAN_MEIER)
_ODDS = re.compile(r"odds", re.IGNORECASE)
_SUBDISTRIBUTION = re.compile(r"subdistribution|Fine.{0,5}Gray|\bSHR\b", re.IGNORECASE)
_OTHER_RATIO = re.compile(r"risk ratio|rate ratio|observed/expected|time-dependent", re.IGNORECASE)


@dataclass(frozen=True)
class Outcome:
    """``columns``: the event is the first of them. ``survives``: the share without it is published.

    ``usual_day``: taken where the row has none; None: the row must say it. ``latest_day``: beyond it, it is not read.
    """

    columns: tuple[str, ...]
    survives: bool = False
    before: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    usual_day: int | None = None
    latest_day: float | None = None
    remark: str = ""


_OUTCOMES: dict[str, Outcome] = {
    "os": Outcome((DEATH,), survives=True),
    "dfs": Outcome((FREE,), survives=True),
    "efs": Outcome((FREE, "graft_failure_day"), survives=True, remark="without relapse, graft failure and death"),
    "death": Outcome((DEATH,)),
    "nrm": Outcome((NON_RELAPSE_DEATH,), before=(RELAPSE,)),
    "relapse": Outcome((RELAPSE,)),
    "agvhd_2_4": Outcome((ACUTE,), usual_day=_HUNDRED),
    "agvhd_3_4": Outcome((SEVERE,), usual_day=_HUNDRED),
    "agvhd_2_only": Outcome((ACUTE,), without=(SEVERE,), usual_day=_HUNDRED),
    "cgvhd_any": Outcome((CHRONIC,), usual_day=_TWO_YEARS),
    "cgvhd_modsev": Outcome((CHRONIC_SEVERE,), usual_day=_TWO_YEARS),
    "cgvhd_extensive": Outcome(
        (CHRONIC_SEVERE,), usual_day=_TWO_YEARS, remark="moderate or severe stands for extensive disease"
    ),
    "cgvhd_free_dfs": Outcome((CHRONIC, FREE), survives=True),
    "cgvhd_modsev_free_survival": Outcome((CHRONIC_SEVERE, DEATH), survives=True),
    "severe_agvhd_free_survival": Outcome((SEVERE, DEATH), survives=True),
    "grfs": Outcome(("grfs_day",), survives=True),
    "crfs": Outcome(("crfs_day",), survives=True),
    "graft_failure": Outcome(("graft_failure_day",), usual_day=_YEAR),
    "bsi": Outcome(("bacteremia_day",), usual_day=_HUNDRED),
    "bsi_pre_engraftment": Outcome(("bacteremia_day",), before=(ENGRAFTED,), usual_day=30),
    "infection_bacterial": Outcome(
        ("bacteremia_day",), latest_day=_EARLY, remark="bloodstream infection stands for all bacterial ones"
    ),
    "cmv_reactivation": Outcome(("cmv_reactivation_day",), usual_day=_YEAR),
    "cmv_infection": Outcome(("cmv_reactivation_day",), usual_day=_YEAR),
    "invasive_fungal": Outcome(("fungal_infection_day",), usual_day=_YEAR),
    "ebv_reactivation": Outcome(("epstein_barr_viremia_day",), usual_day=_YEAR),
    "ptld": Outcome(("lymphoproliferative_disease_day",), usual_day=_YEAR),
    "adenovirus": Outcome(("adenovirus_viremia_day",), usual_day=_YEAR),
    "idiopathic_pneumonia": Outcome(("idiopathic_pneumonia_day",), usual_day=_HUNDRED),
    "tma": Outcome(("thrombotic_microangiopathy_day",), usual_day=_YEAR),
    "severe_mucositis": Outcome(("severe_mucositis_day",), usual_day=30),
    "vod_sos": Outcome(("sinusoidal_obstruction_day",), usual_day=_HUNDRED),
    "haemorrhagic_cystitis": Outcome(("hemorrhagic_cystitis_day",), usual_day=_HUNDRED),
    "second_solid_cancer": Outcome(("second_malignancy_day",), remark="any second malignancy stands for solid ones"),
}
_CHRONIC = "cgvhd_any"
_CLASSIC = Outcome((AFTER_DAY_100,), usual_day=_TWO_YEARS, remark="any disease after day 100")
_RATIOS_OF = {
    "os_event": "os",
    "dfs_event": "dfs",
    "efs_event": "efs",
    "grfs_event": "grfs",
}  # how tables call the event of a ratio
_FROM_RELAPSE, _FROM_TWO_YEARS = "os_after_relapse", "os_conditional_2y"
_EVENT_WORDS = {
    "death": DEATH, "relapse": RELAPSE, "relapse or death": FREE, "engraftment": ENGRAFTED, "agvhd_2_4": ACUTE,
    "agvhd_3_4": SEVERE, "cgvhd_any": CHRONIC, "cgvhd_modsev": CHRONIC_SEVERE, "graft_failure": "graft_failure_day",
    "bsi": "bacteremia_day", "cmv_reactivation": "cmv_reactivation_day", "invasive_fungal": "fungal_infection_day",
}  # fmt: skip


def event_columns() -> dict[str, str]:
    """Events by which a study may choose its patients, in its words, with their columns."""
    return _EVENT_WORDS


def outcome_wordings() -> tuple[str, ...]:
    """Endpoints of outcome that can be read."""
    return (*_OUTCOMES, *_RATIOS_OF, _FROM_RELAPSE, _FROM_TWO_YEARS)


def is_outcome(endpoint: str) -> bool:
    return endpoint in outcome_wordings()


def day_asked(target: Target) -> float | None:
    """The day of the row; else the one that is usual for its endpoint."""
    outcome = _OUTCOMES.get(target.endpoint)
    return target.time if target.time is not None or outcome is None else outcome.usual_day


def outcome_measure(target: Target, chronic: ChronicRule = ChronicRule.BY_SIGNS) -> Measure | None:
    """How a row of outcome is read, by what its study calls ``chronic``; None for a statistic that its endpoint does
    not have, or without a day."""
    if target.statistic is Statistic.RATIO:
        return _ratio(target)
    if target.endpoint == _FROM_RELAPSE:
        read = target.statistic in _SHARES and target.time is not None
        return Measure(RELAPSE, Read.SURVIVAL_FROM, target.time) if read else None
    if target.endpoint == _FROM_TWO_YEARS:
        window = Window(FREE, float(_TWO_YEARS + 1), float("inf"))
        measure = _share(_OUTCOMES["os"], target.time) if target.statistic in _SHARES else None
        return None if measure is None else replace(measure, only=(window,))
    classic = chronic is ChronicRule.AFTER_DAY_100 and target.endpoint == _CHRONIC
    outcome = _CLASSIC if classic else _OUTCOMES.get(target.endpoint)
    if outcome is None or target.statistic not in (*_SHARES, Statistic.MEDIAN):
        return None
    if target.statistic is Statistic.MEDIAN:
        return None  # of days from the graft to an event: tables have them of those who had it, in several ways
    return _share(outcome, day_asked(target))


def _share(outcome: Outcome, day: float | None) -> Measure | None:
    if day is None or (outcome.latest_day is not None and day > outcome.latest_day):
        return None
    read = Read.SHARE_LATER if outcome.survives else Read.SHARE_BY
    first, *others = outcome.columns
    return Measure(
        first,
        read,
        float(day),
        also=tuple(others),
        before=outcome.before,
        without=outcome.without,
        remark=outcome.remark,
    )


def _ratio(target: Target) -> Measure | None:
    outcome = _OUTCOMES.get(_RATIOS_OF.get(target.endpoint, target.endpoint))
    if outcome is None or _OTHER_RATIO.search(f"{target.note}; {target.arm}"):
        return None
    if outcome.survives and target.endpoint not in _RATIOS_OF:
        return None  # of survival, or of death? tables call the event by a name of its own
    read = Read.HAZARD_RATIO
    if _ODDS.search(target.note):
        read = Read.ODDS_RATIO
    elif _SUBDISTRIBUTION.search(target.note):
        read = Read.SUBDISTRIBUTION
    first, *others = outcome.columns
    return Measure(first, read, day_asked(target), also=tuple(others), before=outcome.before, remark=outcome.remark)
