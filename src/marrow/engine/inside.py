"""What lies inside an accepted step: events of hazards, grid times, whole days. Nothing here changes the state."""

from __future__ import annotations

import numpy as np

from marrow.engine.arrays import NEVER, NO_DAY, SAME_TIME
from marrow.engine.calls import inlined, plain, run
from marrow.engine.lines import LANES
from marrow.engine.rounds import few_wanted, read_rules


@inlined
def any_accepted(lanes):
    found = False
    for l in range(LANES):
        found = found or lanes.accepted[l]
    return found


@inlined
def cross(W, code, at, hazards, lanes, l):
    """Whether a hazard's integral passes its threshold within the step: then ``lanes.cut`` says where."""
    if lanes.due[l] >= 0 and abs(lanes.time[l] + lanes.tried[l] - lanes.cut[l]) <= SAME_TIME:
        return  # this step was cut to land on it
    lanes.due[l], lanes.cut[l] = -1, NEVER
    passed = False
    for j in range(hazards.integral.shape[0]):
        passed = passed or W[at.new + hazards.integral[j] * LANES + l] >= lanes.threshold[j, l]
    if passed:
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
def read_marks(W, code, at, marks, orders, few, controls, out, lanes):
    """Observables at grid times and whole days inside accepted steps, for recording and for the rounds, in order of
    time.

    Stops before anything that changes the state: then ``lanes.cut`` says where the step has to end.
    """
    reading = lanes.reading
    known = False
    while True:
        some = False
        for l in range(LANES):
            m = lanes.mark[l]
            t1 = lanes.time[l] + lanes.tried[l]
            limit = min(t1, lanes.cut[l]) + SAME_TIME
            reading[l] = lanes.accepted[l] and m < marks.time.shape[0] and marks.time[m] <= limit
            s = 1.0
            if reading[l] and marks.time[m] < t1 - SAME_TIME:
                s = max(0.0, (marks.time[m] - lanes.time[l]) / lanes.tried[l])
            w = at.weights + l
            W[w], W[w + LANES], W[w + 2 * LANES], W[w + 3 * LANES] = 1.0 - s, s, s * (1.0 - s), s * s * (1.0 - s)
            some = some or reading[l]
        if not some:
            return
        if not known:
            run(code.inside, W)
            known = True
        run(code.observe, W)
        for l in range(LANES):
            if reading[l]:
                read_mark(W, at, marks, orders, few, out, lanes, l)


@inlined
def read_mark(W, at, marks, orders, few, out, lanes, l):
    m = lanes.mark[l]
    day, t1 = marks.day[m], lanes.time[l] + lanes.tried[l]
    scarce = W[at.scarce + l] > 0.5 or lanes.scarce[l]
    if day != NO_DAY and scarce and few_wanted(W, at, few, lanes, l, day):
        if marks.time[m] >= t1 - SAME_TIME:
            lanes.round[l] = day
        elif marks.time[m] > lanes.time[l] + SAME_TIME:  # draw on the exact state: the step is to end here
            lanes.cut[l], lanes.due[l] = marks.time[m], -1
            lanes.accepted[l] = False
            return
    record = marks.record[m]
    if record >= 0:
        store_row(W, out, lanes.row[l], record, l)
    if day != NO_DAY:
        read_rules(W, at, orders, out, lanes, l, day)
        for r in range(orders.watch.shape[0]):
            if lanes.pending[r, l] < min(t1, lanes.cut[l]) - SAME_TIME:
                lanes.cut[l], lanes.due[l] = lanes.pending[r, l], -1
    lanes.mark[l] = m + 1


@inlined
def store_row(W, out, row, record, l):
    """Records observables. Indices without a sign: those with one are checked for being negative, each time."""
    grid, count = out.observables.shape[1], out.observables.shape[2]
    first, lane = np.uint64((row * grid + record) * count), np.uint64(l)
    for k in range(count):
        out.flat[first + np.uint64(k)] = W[out.place[np.uint64(k)] + lane]
