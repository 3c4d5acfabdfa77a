"""Graft-versus-host disease as outcomes: days of onset, response to first-line steroids, days on steroids."""

from __future__ import annotations

import numpy as np

from marrow.endpoints.chart import Chart
from marrow.endpoints.column import Column, Kind
from marrow.endpoints.events import EventColumn, event_columns
from marrow.endpoints.series import Floats, first_day

GVHD_COLUMNS = (
    EventColumn(
        "acute_gvhd_2_4_day",
        "acute_gvhd.grade_2_4",
        "acute GVHD, grade II to IV",
        "first day of acute graft-versus-host disease of grade II to IV (MAGIC), whenever it comes",
    ),
    EventColumn(
        "acute_gvhd_3_4_day",
        "acute_gvhd.grade_3_4",
        "acute GVHD, grade III to IV",
        "first day of acute graft-versus-host disease of grade III to IV (MAGIC), whenever it comes",
    ),
    EventColumn(
        "chronic_gvhd_day",
        "chronic_gvhd.any_grade",
        "chronic GVHD",
        "first day of chronic graft-versus-host disease of any severity",
    ),
    EventColumn(
        "chronic_gvhd_moderate_severe_day",
        "chronic_gvhd.moderate_severe",
        "chronic GVHD, moderate to severe",
        "first day of chronic graft-versus-host disease that is moderate or severe (NIH)",
    ),
    EventColumn(
        "chronic_gvhd_severe_day",
        "chronic_gvhd.severe",
        "chronic GVHD, severe",
        "first day of chronic graft-versus-host disease that is severe (NIH)",
    ),
)
ON_STEROIDS = 0.05  # of 2 mg/kg of prednisone a day: 0.1 mg/kg; assumed, a definition
JUDGED_AFTER = 28.0  # days from onset, as trials of first-line treatment do
SIGNS = 0.1  # injury from which on acute disease shows: grade II starts at 0.35; assumed
LATE = 100.0  # days: from then on any disease was called chronic, until consensus criteria of 2005
HEALED, PARTLY_HEALED = 0.15, 0.5  # injury relative to that of the first two days; assumed, in place of organ stages


def gvhd_columns(chart: Chart, death: Floats) -> list[Column]:
    """Columns for what the course holds. ``death`` (N,): day, infinite when never; nothing is counted after it."""
    columns = event_columns(chart.events, GVHD_COLUMNS)
    if chart.has("steroids"):
        days = days_at_least(chart.time, chart.values("steroids"), ON_STEROIDS, death)
        wording = "days from the graft on with 0.1 mg/kg of prednisone or more, or what equals it, while alive"
        columns.append(Column("steroid_days", "days on steroids", "days", Kind.AMOUNT, days, wording))
    if chart.has("gvhd_injury") and "chronic_gvhd.any_grade" in chart.events:
        day = late_disease(chart, death)
        wording = "first day after day 100 with acute or chronic disease: chronic disease by definitions before 2005"
        columns.append(Column("gvhd_after_day_100_day", "GVHD after day 100", "days", Kind.DAY, day, wording))
    if chart.has("gvhd_injury") and "acute_gvhd.grade_2_4" in chart.events:
        onset = chart.events.first("acute_gvhd.grade_2_4")
        judged = np.where(death < onset + JUDGED_AFTER, np.inf, onset)
        left = injury_left(chart.time, chart.values("gvhd_injury"), judged)
        for name, label, limit in (
            ("acute_gvhd_response", "response of acute GVHD to steroids, day 28", PARTLY_HEALED),
            ("acute_gvhd_complete_response", "complete response of acute GVHD to steroids, day 28", HEALED),
        ):
            flag = np.where(np.isnan(left), np.nan, left <= limit)
            wording = f"injury at most {limit:g} of its peak, 28 days after onset, alive"
            columns.append(Column(name, label, "", Kind.FLAG, flag, wording))
    return columns


def late_disease(chart: Chart, death: Floats) -> Floats:
    """First day (N,) after day 100 with ``SIGNS`` of acute disease, or the onset of chronic one; infinite when never
    before ``death`` (N,)."""
    shows = (chart.values("gvhd_injury") >= SIGNS) & (chart.time > LATE) & (chart.time < death[:, None])
    return np.minimum(first_day(chart.time, shows), chart.events.first("chronic_gvhd.any_grade"))


def days_at_least(time: Floats, values: Floats, level: float, until: Floats) -> Floats:
    """How many days from day 0 on ``values`` (N, T) at ``time`` (T,) are ``level`` or more, until each one's day (N,).

    A value stands for the days up to the next one.
    """
    ends = np.append(time[1:], time[-1])
    length = np.clip(np.minimum(ends, until[:, None]) - np.maximum(time, 0.0), 0.0, None)
    return np.where(values >= level, length, 0.0).sum(axis=1)


def treated_spells(time: Floats, steroids: Floats, death: Floats, most: int = 3) -> tuple[Floats, Floats]:
    """First days and ends (N, most) of times with ``ON_STEROIDS`` or more at ``time`` (T,) from day 0 on, until
    ``death`` (N,); infinite: none, or an end that was not seen. What comes after the last of them ends with it."""
    on = (steroids >= ON_STEROIDS) & (time >= 0) & (time < death[:, None])
    before, after = np.zeros_like(on), np.zeros_like(on)
    before[:, 1:], after[:, :-1] = on[:, :-1], on[:, 1:]
    after[:, -1] = on[:, -1]  # still on at the last
    number = np.minimum(np.cumsum(on & ~before, axis=1), most)
    until = np.append(time[1:], np.inf)
    begin, end = np.full((len(on), most), np.inf), np.full((len(on), most), np.inf)
    for k in range(most):
        starts, stops = on & ~before & (number == k + 1), on & ~after & (number == k + 1)
        begin[:, k] = np.where(starts, time, np.inf).min(axis=1)
        last = np.where(stops, until, -np.inf).max(axis=1)
        still = (on[:, -1]) & (number[:, -1] == k + 1)
        end[:, k] = np.where(still | ~np.isfinite(last), np.inf, last)
    return begin, end


def injury_left(time: Floats, injury: Floats, onset: Floats) -> Floats:
    """Injury 28 days after ``onset`` (N,), relative to its highest of the first two days after it (N,).

    NaN: no onset, or not observed so long.
    """
    since = time - np.where(np.isfinite(onset), onset, np.nan)[:, None]
    at_first = np.where((since >= 0) & (since <= 2), injury, 0.0).max(axis=1)
    later = np.where(since >= JUDGED_AFTER, injury, np.nan)
    judged = np.isfinite(later).any(axis=1) & (at_first > 0)
    first = np.argmax(np.isfinite(later), axis=1)
    found = np.take_along_axis(injury, first[:, None], axis=1)[:, 0]
    return np.divide(found, at_first, out=np.full(len(onset), np.nan), where=judged)
