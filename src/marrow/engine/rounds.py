"""What happens to a patient at set times: rules of the daily rounds, the drawing of few cells, events of hazards."""

from __future__ import annotations

import math

from marrow.engine import draws
from marrow.engine.arrays import NEVER, NO_DAY
from marrow.engine.calls import inlined, plain
from marrow.engine.lines import LANES
from marrow.engine.schedule import Comparison

BELOW, ABOVE, ALWAYS = int(Comparison.BELOW), int(Comparison.ABOVE), int(Comparison.ALWAYS)
QUIET, LONGEST = 0.1, 28.0  # few cells that hardly change are drawn less often than daily


@inlined
def holds(comparison, value, threshold):
    if comparison == BELOW:
        return value < threshold
    if comparison == ABOVE:
        return value > threshold
    return comparison == ALWAYS


@inlined
def read_rules(W, at, orders, out, lanes, l, day):
    """The round of a day: each rule looks at its watched value; a dose becomes pending at day + delay."""
    for r in range(orders.watch.shape[0]):
        if day < orders.first_day[r] or day > orders.last_day[r] or lanes.stopped[r, l]:
            continue
        watched = W[at.observed + max(orders.stop_watch[r], 0) * LANES + l]
        if holds(orders.stop_comparison[r], watched, orders.stop_threshold[r]):
            lanes.run[r, l] += 1
            if lanes.run[r, l] >= orders.stop_days[r]:
                lanes.stopped[r, l] = True
                continue
        else:
            lanes.run[r, l] = 0
        if lanes.last_given[r, l] != NO_DAY and day - lanes.last_given[r, l] < orders.every[r]:
            continue
        if holds(orders.comparison[r], W[at.observed + max(orders.watch[r], 0) * LANES + l], orders.threshold[r]):
            lanes.last_given[r, l] = day
            lanes.pending[r, l] = day + orders.delay[r]
            out.given[lanes.row[l], r, day - out.first_round] = True


@inlined
def interval(turnover, days):
    """Days to the next draw: until then the number may change by a tenth, and a tenth of the cells divide or die."""
    return int(min(LONGEST, max(1.0, math.floor(QUIET * days / (turnover + 1e-12)))))


@plain
def draw_few(W, at, patients, few, out, lanes, l, day):
    """Draws whole numbers of cells for every population that is few, on its state at the end of the first step of a
    day: no step is shortened for it, and a mean that grew a little longer is the same mean.

    A population that was few at the last draw is drawn as births and deaths of those cells, plus arrivals; one that
    has just become few or has come from outside, as a Poisson number with the mean that it has: what is left of very
    many is Poisson.
    """
    row, time = lanes.row[l], lanes.time[l]
    who = patients.identity[row]
    for f in range(few.state.shape[0]):
        k = at.y + few.state[f] * LANES + l
        factor = lanes.per_unit[f, l]
        cells = W[k] * factor
        if not 0.0 < cells < few.limit[f]:
            lanes.cells[f, l], lanes.turn[f, l] = -1.0, NO_DAY
            continue
        if day < lanes.turn[f, l]:
            continue
        lanes.turn[f, l] = day + 1
        passed = time - lanes.drawn[f, l]
        if few.whole[f]:
            number = math.floor(cells)
            if draws.uniform(few.key[f], who, day, 0) < cells - number:
                number += 1.0
            if lanes.cells[f, l] >= 0.0:
                change = abs(cells - lanes.cells[f, l]) / max(cells, lanes.cells[f, l], 1.0)
                lanes.turn[f, l] = day + interval(change, passed)
        elif lanes.cells[f, l] <= 0.0 or few.births[f] < 0:
            number = draws.poisson(cells, few.key[f], who, day, 0)
        else:
            births, deaths = W[at.y + few.births[f] * LANES + l], W[at.y + few.deaths[f] * LANES + l]
            arrived = W[at.y + few.arrivals[f] * LANES + l] * factor * math.exp(0.5 * (births - deaths))
            number = draws.birth_and_death(lanes.cells[f, l], births, deaths, few.key[f], who, day)
            number += draws.poisson(arrived, few.key[f], who, day, 3_000_000_000)
            if arrived < QUIET * number:
                lanes.turn[f, l] = day + interval(births + deaths, passed)
        if few.births[f] >= 0:
            for integral in (few.births[f], few.deaths[f], few.arrivals[f]):
                W[at.y + integral * LANES + l] = 0.0
        lanes.cells[f, l], lanes.drawn[f, l] = number, time
        W[k] = number / factor
        log_jump(out, row, time, few.state[f], W[k], True)


@plain
def add(W, at, few, lanes, l, state, amount):
    """Adds to a state; a population that is given cells is no longer that of the last round."""
    W[at.y + state * LANES + l] += amount
    for f in range(few.state.shape[0]):
        if few.state[f] == state:
            lanes.cells[f, l], lanes.turn[f, l] = -1.0, NO_DAY


@plain
def fire(W, at, patients, hazards, few, out, lanes, l, j):
    """The event of hazard ``j``: consequences, and the next threshold."""
    row = lanes.row[l]
    for c in range(hazards.consequence[j], hazards.consequence[j + 1]):
        amount = W[at.consequences + c * LANES + l]
        add(W, at, few, lanes, l, hazards.target[c], amount)
        log_jump(out, row, lanes.time[l], hazards.target[c], amount, False)
    count = out.event_counts[row, j]
    if count < out.event_times.shape[2]:
        out.event_times[row, j, count] = lanes.time[l]
    out.event_counts[row, j] = count + 1
    lanes.occurrence[j, l] += 1
    if hazards.recurs[j]:
        lanes.threshold[j, l] += draws.exponential(hazards.key[j], patients.identity[row], lanes.occurrence[j, l])
    else:
        lanes.threshold[j, l] = NEVER


@inlined
def log_jump(out, row, time, state, value, replaces):
    count = out.jump_count[row]
    if count < out.jump_time.shape[1]:
        out.jump_time[row, count], out.jump_state[row, count] = time, state
        out.jump_value[row, count], out.jump_replaces[row, count] = value, replaces
    out.jump_count[row] = count + 1
