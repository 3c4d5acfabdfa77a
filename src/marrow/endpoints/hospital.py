"""Days in hospital: when patients are admitted, discharged and readmitted. A model of assumed numbers on top of counts
and events; it changes nothing in the course.

Admitted on the first day of conditioning. Discharged when neutrophils and platelets have recovered, mucositis has had
its time and no complication is active. Each complication keeps patients in hospital, or brings them back, for its usual
number of days; the days are means over those who are treated at home too, so that single stays are less varied than
real ones. Non-myeloablative conditioning is given to outpatients. Leaves out the ward's own rules, caregivers, and
distance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from marrow.endpoints.assumption import Assumption
from marrow.endpoints.chart import Chart
from marrow.endpoints.column import Column, Kind
from marrow.endpoints.series import Bools, Floats, first_day
from marrow.sources import assumed

COUNTS = ("absolute_neutrophil_count", "platelet_count")  # what the model reads of a course
HORIZONS = (100, 365)  # days after the graft within which days in hospital are counted


@dataclass(frozen=True)
class Conditioning:
    """What of the plan decides on the first stay. ``first_day`` of conditioning, from the graft; ``is_mild``:
    non-myeloablative, for outpatients."""

    first_day: float
    is_mild: bool = False


def _days(what: str, value: float, low: float, high: float, why: str) -> Assumption:
    return Assumption(what, value, "days", (low, high), assumed(why))


@dataclass(frozen=True)
class Discharge:
    """When the first stay ends: days since neutrophil engraftment, first and last possible day, and platelets."""

    settled: Assumption
    earliest: Assumption
    latest: Assumption
    platelets: Assumption


@dataclass(frozen=True)
class Complication:
    """``event``: the name of a hazard, or a column of a day; ``stay``: days in hospital from its day on."""

    event: str
    stay: Assumption
    is_infection: bool = False


def _stays(event: str, value: float, low: float, high: float, why: str, infection: bool = False) -> Complication:
    what = f"days in hospital after {event.partition('.')[2] or event}".replace("_", " ")
    return Complication(event, _days(what, value, low, high, why), infection)


DISCHARGE = Discharge(
    settled=_days("days from neutrophil engraftment to discharge", 2, 1, 4, "fever gone, drugs by mouth"),
    earliest=_days("first day of discharge", 10, 7, 14, "mucositis of high-dose conditioning heals then"),
    latest=_days("last day of discharge, of those who do not recover", 60, 40, 100, "longer waits are spent at home"),
    platelets=Assumption(
        "platelets at discharge, own or transfused",
        20.0,
        "10^9/L",
        (10.0, 50.0),
        assumed("transfusions go on in the clinic; no bleeding is expected at 20"),
    ),
)
BEFORE_DEATH = _days("days in hospital before death", 10, 3, 20, "most die on a ward, after some days to weeks there")
COMPLICATIONS = (
    _stays("infection.febrile_infection", 4, 2, 7, "until two days without fever", True),
    _stays("bacteremia.bloodstream_infection", 8, 5, 14, "intravenous antibiotics for one to two weeks", True),
    _stays("cytomegalovirus.reactivation", 3, 0, 14, "two weeks of infusions in one of five", True),
    _stays("fungal_infection.invasive_infection", 14, 7, 28, "imaging, lavage, intravenous drugs", True),
    _stays("late_infection.severe_infection", 8, 4, 15, "as bacteremia; severe means that it is treated there", True),
    _stays("sinusoidal_obstruction.obstruction", 21, 10, 30, "defibrotide for three weeks"),
    _stays("idiopathic_pneumonia.lung_injury", 21, 10, 35, "oxygen or ventilation for weeks"),
    _stays("acute_gvhd.grade_2_4", 5, 0, 14, "half are admitted for intravenous steroids"),
    _stays("acute_gvhd.grade_3_4", 28, 14, 45, "gut disease: four weeks without food by mouth are usual"),
    _stays("chronic_gvhd.severe", 5, 0, 14, "a work-up of lungs and gut in half"),
    _stays("malignancy.relapse", 10, 0, 30, "a course of chemotherapy in some, none or care at home in others"),
    _stays("graft_failure_day", 28, 10, 45, "a second graft in most"),
)  # fmt: skip


@dataclass(frozen=True)
class Stay:
    """Of N patients on D whole ``days`` from admission on: who is ``alive``, ``inside``, and has an ``infection``
    under treatment (N, D). ``discharge`` (N,): end of the first stay, infinite when it is not reached, NaN for
    outpatients. ``first_stay`` (N,): its days."""

    days: Floats
    alive: Bools
    inside: Bools
    infection: Bools
    discharge: Floats
    first_stay: Floats

    @property
    def patients(self) -> int:
        return len(self.alive)


def stay_of(chart: Chart, conditioning: Conditioning, recovered: Floats, failed: Floats) -> Stay:
    """``recovered`` (N,): day of neutrophil engraftment; ``failed`` (N,): of graft failure; infinite: never.

    Needs ``COUNTS`` on the chart. A count holds until the next one is measured.
    """
    days = np.arange(np.floor(conditioning.first_day), np.floor(chart.time[-1]) + 1)
    infections = [each for each in COMPLICATIONS if each.is_infection]
    others = [each for each in COMPLICATIONS if not each.is_infection]
    infection = _covered(chart, infections, failed, days)
    ill = infection | _covered(chart, others, failed, days)
    dying = _spells(chart.death[:, None] - BEFORE_DEATH.value, BEFORE_DEATH.value, days)
    alive = days < chart.death[:, None]
    if conditioning.is_mild:
        discharge = np.full(chart.patients, np.nan)
        first_stay = np.zeros(chart.patients)
        inside = alive & (ill | dying)
    else:
        discharge = _discharge(held(chart, "platelet_count", days), ill, recovered, days)
        first_stay = np.minimum(np.minimum(discharge, chart.death), days[-1]) - days[0]
        inside = alive & (ill | dying | (days < discharge[:, None]))
        discharge = np.where((discharge < chart.death) & (discharge <= days[-1]), discharge, np.inf)
    return Stay(days, alive, inside, alive & infection, discharge, first_stay)


def held(chart: Chart, name: str, days: Floats) -> Floats:
    """A series (N, D) on whole ``days``; each value holds until the next."""
    place = np.clip(np.searchsorted(chart.time, days, side="right") - 1, 0, None)
    values = chart.values(name)
    known = ~np.isnan(values)
    if not known.all():  # a laboratory that does not measure daily
        last = np.maximum.accumulate(np.where(known, np.arange(values.shape[1]), 0), axis=1)
        values = np.take_along_axis(values, last, axis=1)
    return values[:, place]


def hospital_columns(stay: Stay) -> list[Column]:
    """Discharge, and days in hospital and out of it until each of ``HORIZONS`` that was reached."""
    wording = "assumed model: counts recovered and no complication active"
    columns = [
        Column("discharge_day", "first discharge from hospital", "days", Kind.DAY, stay.discharge, wording),
        Column("first_stay_days", "first stay in hospital", "days", Kind.AMOUNT, stay.first_stay, "from admission on"),
    ]
    for horizon in (each for each in HORIZONS if each <= stay.days[-1]):
        until = (stay.days >= 0) & (stay.days < horizon)
        inside = (stay.inside & until).sum(axis=1).astype(float)
        outside = (stay.alive & ~stay.inside & until).sum(axis=1).astype(float)
        words = f"first {horizon} days after the graft"
        columns += [
            _days_column(f"hospital_days_{horizon}", f"days in hospital, {words}", inside),
            _days_column(f"days_alive_out_of_hospital_{horizon}", f"days alive out of hospital, {words}", outside),
        ]
    return columns


def _days_column(name: str, label: str, values: Floats) -> Column:
    return Column(name, label, "days", Kind.AMOUNT, values, "assumed model of admission and discharge; 0 after death")


def _discharge(platelets: Floats, ill: Bools, recovered: Floats, days: Floats) -> Floats:
    """First day on which a patient may go (N,); the latest one for those whose counts do not recover."""
    ready = np.maximum(np.ceil(recovered + DISCHARGE.settled.value), DISCHARGE.earliest.value)
    may_go = (days >= ready[:, None]) & (platelets >= DISCHARGE.platelets.value) & ~ill
    first = first_day(days, may_go)
    return np.minimum(first, DISCHARGE.latest.value)


def _covered(chart: Chart, complications: Sequence[Complication], failed: Floats, days: Floats) -> Bools:
    """On which days (N, D) any of them keeps a patient in hospital."""
    found = np.zeros((chart.patients, len(days)), dtype=bool)
    for each in complications:
        if each.event == "graft_failure_day":
            found |= _spells(failed[:, None], each.stay.value, days)
        elif each.event in chart.events:
            found |= _spells(chart.events.days[each.event], each.stay.value, days)
    return found


def _spells(starts: Floats, length: float, days: Floats) -> Bools:
    """Days (N, D) within ``length`` days from any of ``starts`` (N, M) on, which are not finite where there is none."""
    steps = np.zeros((len(starts), len(days) + 1), dtype=np.int32)
    row, column = np.nonzero(np.isfinite(starts))
    first = np.floor(starts[row, column]) - days[0]
    for place, step in ((first, 1), (first + length, -1)):
        np.add.at(steps, (row, np.clip(place, 0, len(days)).astype(int)), step)
    return np.cumsum(steps[:, :-1], axis=1) > 0
