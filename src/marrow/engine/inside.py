"""What lies inside an accepted step: events of hazards, grid times, whole days. Nothing here changes the state."""

from __future__ import annotations

import numpy as np

from marrow.engine.arrays import NEVER, NO_DAY, SAME_TIME
from marrow.engine.calls import inlined, plain, run
from marrow.engine.lines import LANES
from marrow.engine.rounds import read_rules


@inlined
def any_accepted(lanes):
    found = False
    for l in range(LANES):
        found = found or lanes.accepted[l]
    return found


@inlined
def find_passed(W, at, hazards, lanes):
    """In which lanes some hazard's integral passes its threshold within the step."""
    for l in range(LANES):
        lanes.passed[l] = False
    for j in range(hazards.integral.shape[0]):
        first = at.new + hazards.integral[j] * LANES
        for l in range(LANES):
            lanes.passed[l] |= W[first + l] >= lanes.threshold[j, l]


@inlined
def cross(W, code, at, hazards, lanes, l):
    """Where a hazard's integral passes its threshold within the step: ``lanes.cut`` says when."""
    if lanes.due[l] >= 0 and abs(lanes.time[l] + lanes.tried[l] - lanes.cut[l]) <= SAME_TIME:
        return  # this step was cut to land on it
    lanes.due[l], lanes.cut[l] = -1, NEVER
    if lanes.passed[l]:
        run(code.inside, W)
        first_event(W, at, hazards, lanes, l)


@plain
def first_event(W, at, hazards, lanes, l):
    """Finds the first hazard that strikes within the step, and when."""
    earliest = 2.0
    for j in range(hazards.integral.shape[0]):
        k = hazards.integral[j] * LANES + l
        threshold = lanes.threshold[j, l]
        if W[at.new + k] < threshold:
            continue
        low, high = 0.0, min(1.0, earliest)
        for _ in range(45):
            middle = 0.5 * (low + high)
            bent = W[at.q + k] + middle * W[at.r + k]
            value = (1.0 - middle) * W[at.y + k] + middle * (W[at.new + k] + (1.0 - middle) * bent)
            if value < threshold:
                low = middle
            else:
                high = middle
        if high < earliest:
            earliest = high
            lanes.due[l] = j
    if lanes.due[l] >= 0:
        lanes.cut[l] = lanes.time[l] + max(earliest * lanes.tried[l], 10 * SAME_TIME)
        if lanes.cut[l] >= lanes.time[l] + lanes.tried[l] - SAME_TIME:
            lanes.cut[l] = lanes.time[l] + lanes.tried[l]


@inlined
def read_marks(W, code, at, marks, orders, out, lanes):
    """Observables at grid times and whole days inside accepted steps, for recording and for the rounds, in order of
    time.

    Stops before anything that changes the state: then ``lanes.cut`` says where the step has to end.
    """
    reading = lanes.reading
    known = False
    while True:
        some = False
        for l in range(LANES):
            reading[l] = lanes.accepted[l] and lanes.coming[l] <= limit(lanes, l)
            some = some or reading[l]
        if not some:
            return
        for l in range(LANES):
            s = 1.0
            if reading[l] and lanes.coming[l] < lanes.time[l] + lanes.tried[l] - SAME_TIME:
                s = max(0.0, (lanes.coming[l] - lanes.time[l]) / lanes.tried[l])
            w = at.weights + l
            W[w], W[w + LANES], W[w + 2 * LANES], W[w + 3 * LANES] = 1.0 - s, s, s * (1.0 - s), s * s * (1.0 - s)
        if not known:
            run(code.inside, W)
            known = True
        run(code.observe, W)
        for l in range(LANES):
            if reading[l]:
                read_mark(W, at, marks, orders, out, lanes, l)


@inlined
def limit(lanes, l):
    """Up to when the step just made is looked at."""
    return min(lanes.time[l] + lanes.tried[l], lanes.cut[l]) + SAME_TIME


@inlined
def time_of(marks, m):
    return marks.time[m] if m < marks.time.shape[0] else NEVER


@inlined
def read_mark(W, at, marks, orders, out, lanes, l):
    m = lanes.mark[l]
    day, t1 = marks.day[m], lanes.time[l] + lanes.tried[l]
    record = marks.record[m]
    if record >= 0:
        store_row(W, out, lanes.row[l], record, l)
    if day != NO_DAY:
        read_rules(W, at, orders, out, lanes, l, day)
        for r in range(orders.watch.shape[0]):
            if lanes.pending[r, l] < min(t1, lanes.cut[l]) - SAME_TIME:
                lanes.cut[l], lanes.due[l] = lanes.pending[r, l], -1
    lanes.mark[l] = m + 1
    lanes.coming[l] = time_of(marks, m + 1)


@inlined
def store_row(W, out, row, record, l):
    """Records observables. Indices without a sign: those with one are checked for being negative, each time."""
    count, grid = out.observables.shape[1], np.uint64(out.observables.shape[2])
    here, lane = np.uint64(row * count) * grid + np.uint64(record), np.uint64(l)
    for k in range(count):
        out.flat[here] = W[out.place[np.uint64(k)] + lane]
        here += grid
