"""The loop that drives a few patients at a time: steps, rounds, events. Compiled once for all models (``driver_code``).

Every lane has its own time, step, next stop and status; nothing is reduced over lanes but "is anybody left". A lane
that is done takes the next patient. So a patient's result does not depend on its neighbours, to the last bit.
"""

from __future__ import annotations

import math

import numpy as np

from marrow.engine import draws
from marrow.engine.arrays import HAZARD, NEVER, NO_DAY, RULES, SAME_TIME
from marrow.engine.calls import (
    AS_ZERO,
    floating_point_mode,
    inlined,
    plain,
    run,
    set_floating_point_mode,
)
from marrow.engine.inside import any_accepted, cross, find_passed, read_marks, time_of
from marrow.engine.lines import LANES
from marrow.engine.parking import park, resume
from marrow.engine.result import Status
from marrow.engine.rosenbrock import STAGES
from marrow.engine.rounds import add, draw_few, fire

SAFETY, LEAST, MOST = 0.9, 0.2, 5.0
SOLVED, TOO_MANY_STEPS = int(Status.SOLVED), int(Status.TOO_MANY_STEPS)
STEP_TOO_SMALL, NOT_FINITE = int(Status.STEP_TOO_SMALL), int(Status.NOT_FINITE)


def drive(W, code, at, patients, timed, marks, orders, hazards, few, controls, out, lanes, parked, first, last):
    """Solves patients ``first`` to ``last`` up to ``controls.end``: into ``out``, or into ``parked``."""
    mode = floating_point_mode()  # type: ignore[reportCallIssue]
    set_floating_point_mode(np.uint32(mode | AS_ZERO))  # type: ignore[reportCallIssue]
    advance(W, code, at, patients, timed, marks, orders, hazards, few, controls, out, lanes, parked, first, last)
    set_floating_point_mode(mode)  # type: ignore[reportCallIssue]


@inlined
def advance(W, code, at, patients, timed, marks, orders, hazards, few, controls, out, lanes, parked, first, last):
    """All steps of these patients."""
    for l in range(LANES):  # idle lanes compute along, on numbers that make sense
        load(W, at, patients, marks, controls, hazards, few, lanes, l, first)
        lanes.row[l], lanes.accepted[l] = -1, False
    waiting = first
    while True:
        waiting = refill(W, code, at, patients, marks, controls, hazards, few, lanes, parked, first, waiting, last)
        while any_accepted(lanes):
            read_marks(W, code, at, marks, orders, out, lanes)
            settle(W, code, at, patients, timed, orders, hazards, few, controls, out, lanes, parked, first)
            waiting = refill(W, code, at, patients, marks, controls, hazards, few, lanes, parked, first, waiting, last)
        if not any_active(lanes):
            return
        for l in range(LANES):
            W[at.h + l] = length(lanes, l)
        run(code.step, W)
        find_passed(W, at, hazards, lanes)
        for l in range(LANES):
            if lanes.row[l] >= 0:
                judge(W, code, at, controls, hazards, out, lanes, l)


@inlined
def refill(W, code, at, patients, marks, controls, hazards, few, lanes, parked, first, waiting, last):
    """Patients that wait enter idle lanes; returns who waits next."""
    arrived = False
    for l in range(LANES):
        while controls.resumes and waiting < last and parked.lanes.row[waiting - first] < 0:
            waiting += 1  # failed before
        if lanes.row[l] == -1 and waiting < last:
            load(W, at, patients, marks, controls, hazards, few, lanes, l, waiting)
            if controls.resumes:
                resume(W, at, lanes, l, parked, waiting - first)
            waiting += 1
            arrived = True
    if arrived:
        prepare(W, code, at, few, lanes)
    return waiting


@inlined
def any_active(lanes):
    found = False
    for l in range(LANES):
        found = found or lanes.row[l] >= 0
    return found


@plain
def load(W, at, patients, marks, controls, hazards, few, lanes, l, row):
    """A patient enters a lane: as after a step of no length to the start, so that marks and events there are dealt
    with."""
    for i in range(at.states):
        W[at.y + i * LANES + l] = W[at.new + i * LANES + l] = patients.initial[row, i]
        W[at.q + i * LANES + l] = W[at.b + i * LANES + l] = 0.0
        for stage in range(STAGES - 1):  # what a patient who failed left may not be a number
            W[at.k1 + (stage * at.states + i) * LANES + l] = 0.0
    for i in range(at.parameters):
        W[at.p + i * LANES + l] = patients.parameters[row, i]
    lanes.row[l], lanes.accepted[l] = row, True
    lanes.time[l], lanes.tried[l], lanes.planned[l] = controls.start, 0.0, controls.first_step
    lanes.cut[l], lanes.due[l], lanes.looked[l] = NEVER, -1, NO_DAY
    lanes.event[l] = lanes.mark[l] = lanes.steps[l] = lanes.rejected[l] = 0
    lanes.clipped[l], lanes.coming[l] = 0.0, time_of(marks, 0)
    lanes.done[l], lanes.last_step[l], lanes.last_root[l] = 0, 0.0, 1.0
    for kind in range(lanes.start.shape[0]):
        lanes.start[kind, l] = controls.restart
    for r in range(lanes.run.shape[0]):
        lanes.last_given[r, l], lanes.run[r, l], lanes.stopped[r, l], lanes.pending[r, l] = NO_DAY, 0, False, NEVER
    for j in range(hazards.integral.shape[0]):
        lanes.occurrence[j, l] = 0
        lanes.threshold[j, l] = draws.exponential(hazards.key[j], patients.identity[row], 0)
    for f in range(few.state.shape[0]):
        lanes.cells[f, l], lanes.turn[f, l], lanes.drawn[f, l] = -1.0, NO_DAY, controls.start


@plain
def prepare(W, code, at, few, lanes):
    """Constants of all lanes (those of lanes that run come out as they were)."""
    run(code.constants, W)
    run(code.switched, W)
    run(code.consequences, W)
    for f in range(few.state.shape[0]):
        for l in range(LANES):
            lanes.per_unit[f, l] = W[at.per_unit + f * LANES + l]


@inlined
def length(lanes, l):
    """The step to try: as planned, but never past the next stop, and not leaving a tiny rest before it."""
    if lanes.row[l] < 0:
        return 1e-3
    rest = min(lanes.stop[l], lanes.cut[l]) - lanes.time[l]
    h = lanes.planned[l]
    if h >= rest * 0.999:
        h = rest
    elif h > 0.5 * rest:
        h = 0.5 * rest
    lanes.tried[l] = h
    return h


@inlined
def next_stop(timed, orders, controls, lanes, l):
    """The next time at which something may happen that is known now."""
    stop = controls.end
    if lanes.event[l] < timed.time.shape[0]:
        stop = min(stop, timed.time[lanes.event[l]])
    for r in range(orders.watch.shape[0]):
        stop = min(stop, lanes.pending[r, l], expected(orders, lanes, r, l))
    return stop


@inlined
def expected(orders, lanes, r, l):
    """When a rule that was obeyed at its last opportunity would be obeyed next: stopping there saves a step made
    twice."""
    last = lanes.last_given[r, l]
    if last == NO_DAY or lanes.stopped[r, l] or last + orders.every[r] > orders.last_day[r]:
        return NEVER
    at = last + orders.every[r] + orders.delay[r]
    return at if at > lanes.time[l] + SAME_TIME else NEVER


@inlined
def judge(W, code, at, controls, hazards, out, lanes, l):
    """Accepts or rejects the step of a lane and plans the next."""
    h = lanes.tried[l]
    error, root = W[at.error + l], W[at.root + l]
    below = W[at.below + l]
    lanes.steps[l] += 1
    finite = error < 1e30
    factor = LEAST
    if finite:
        factor = min(MOST, max(LEAST, SAFETY / max(root, 1e-3)))
    if finite and error <= 1.0 and below <= controls.absolute:
        lanes.accepted[l] = True
        plan(lanes, l, h, max(root, 0.316), factor)
        cross(W, code, at, hazards, lanes, l)
    else:
        lanes.rejected[l] += 1
        lanes.planned[l] = h * min(factor, 0.5)
    if lanes.planned[l] < controls.smallest:
        store(W, at, out, lanes, l, STEP_TOO_SMALL if finite else NOT_FINITE)
    elif lanes.steps[l] >= controls.most_steps:
        store(W, at, out, lanes, l, TOO_MANY_STEPS)


@inlined
def plan(lanes, l, h, root, factor):
    """The next step after a good one: as the errors of this one and the last foretell (Gustafsson 1994).

    What the first step after something was done should have been is remembered, for when it is done again.
    """
    shortened = h < lanes.planned[l]
    if lanes.done[l] != 0:
        for kind in range(lanes.start.shape[0]):
            if lanes.done[l] >> kind & 1:
                ideal = h * factor
                lanes.start[kind, l] = max(lanes.start[kind, l], ideal) if shortened else ideal
        lanes.done[l] = 0
    elif lanes.last_step[l] > 0.0:
        trend = h / lanes.last_step[l] * lanes.last_root[l] / (root * root)
        factor = max(LEAST, min(factor, SAFETY * trend))
    lanes.last_step[l], lanes.last_root[l] = h, root
    if not (shortened and factor * h < lanes.planned[l]):
        lanes.planned[l] = h * factor


@inlined
def settle(W, code, at, patients, timed, orders, hazards, few, controls, out, lanes, parked, first):
    """Takes over accepted steps that end where they should, and does what is to be done there."""
    for l in range(LANES):
        t1 = lanes.time[l] + lanes.tried[l]
        whole = lanes.accepted[l] and lanes.cut[l] >= t1 - SAME_TIME
        lanes.accepted[l] = False
        W[at.take + l] = 1.0 if whole else 0.0
    run(code.commit, W)
    again, everything = False, False
    for l in range(LANES):
        if W[at.take + l] < 0.5:
            continue
        lanes.time[l] += lanes.tried[l]
        lanes.clipped[l] += W[at.lost + l]
        if lanes.time[l] >= controls.end - SAME_TIME:
            if controls.parks:
                park(W, at, lanes, l, parked, lanes.row[l] - first)
            else:
                draw_few(W, at, patients, few, out, lanes, l, math.floor(lanes.time[l] + SAME_TIME))
                store(W, at, out, lanes, l, SOLVED)
            continue
        changed, sets, all_of_it = happen(W, code, at, patients, timed, orders, hazards, few, controls, out, lanes, l)
        if changed != 0:
            lanes.done[l], lanes.last_step[l] = changed, 0.0
            for kind in range(lanes.start.shape[0]):
                if changed >> kind & 1:
                    lanes.planned[l] = min(lanes.planned[l], lanes.start[kind, l])
        again, everything = again or sets, everything or all_of_it
        lanes.stop[l] = next_stop(timed, orders, controls, lanes, l)
    if everything:
        run(code.constants, W)
    if again:
        run(code.switched, W)


@inlined
def happen(W, code, at, patients, timed, orders, hazards, few, controls, out, lanes, l):
    """Few cells, doses of rules, events of hazards, timed events, in this order. Returns (kinds of things done, one
    bit each; parameters set; constants too)."""
    row, t = lanes.row[l], lanes.time[l]
    if abs(t - lanes.cut[l]) <= SAME_TIME:
        t = lanes.time[l] = lanes.cut[l]
    changed = 0
    sets = everything = False
    day = math.floor(t + SAME_TIME)
    if day > lanes.looked[l]:
        draw_few(W, at, patients, few, out, lanes, l, day)
        lanes.looked[l] = day
    for r in range(orders.watch.shape[0]):
        if lanes.pending[r, l] <= t + SAME_TIME:
            add(W, at, few, lanes, l, orders.target[r], orders.amount[row, r])
            lanes.pending[r, l] = NEVER
            changed |= 1 << (RULES + r)
    if lanes.due[l] >= 0:
        run(code.consequences, W)
        fire(W, at, patients, hazards, few, out, lanes, l, lanes.due[l])
        changed |= 1 << HAZARD
    lanes.cut[l], lanes.due[l] = NEVER, -1
    while lanes.event[l] < timed.time.shape[0] and timed.time[lanes.event[l]] <= t + SAME_TIME:
        e = lanes.event[l]
        lanes.time[l] = timed.time[e]
        if timed.sets[e]:
            W[at.p + timed.target[e] * LANES + l] = timed.value[row, e]
            sets, everything = True, everything or timed.everything[e]
        else:
            add(W, at, few, lanes, l, timed.target[e], timed.value[row, e])
        lanes.event[l] += 1
        changed |= 1 << timed.kind[e]
    return changed, sets, everything


@plain
def store(W, at, out, lanes, l, status):
    """The patient leaves the lane."""
    row = lanes.row[l]
    for i in range(at.states):
        out.final_state[row, i] = W[at.y + i * LANES + l]
    out.ended_at[row], out.status[row] = lanes.time[l], status
    out.steps[row], out.rejected[row], out.clipped[row] = lanes.steps[l], lanes.rejected[l], lanes.clipped[l]
    lanes.row[l] = -1
    lanes.accepted[l] = False
