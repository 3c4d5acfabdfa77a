"""Between two parts of a course patients leave their lanes, and what the driver knows of them is kept."""

from __future__ import annotations

from marrow.engine.calls import plain
from marrow.engine.lines import LANES


@plain
def park(W, at, lanes, l, parked, k):
    """A patient leaves lane ``l`` for place ``k``."""
    for i in range(at.states):
        parked.states[k, i] = W[at.y + i * LANES + l]
    for i in range(at.parameters):
        parked.parameters[k, i] = W[at.p + i * LANES + l]
    copy_lane(lanes, l, parked.lanes, k)
    lanes.row[l], lanes.accepted[l] = -1, False


@plain
def resume(W, at, lanes, l, parked, k):
    """A patient goes on from place ``k`` in lane ``l``, as after a step of no length: events there are dealt with."""
    for i in range(at.states):
        W[at.y + i * LANES + l] = W[at.new + i * LANES + l] = parked.states[k, i]
    for i in range(at.parameters):
        W[at.p + i * LANES + l] = parked.parameters[k, i]
    copy_lane(parked.lanes, k, lanes, l)
    lanes.accepted[l], lanes.tried[l] = True, 0.0


@plain
def copy_lane(source, j, target, k):
    """Everything but what is made anew at each step."""
    target.row[k], target.time[k], target.planned[k] = source.row[j], source.time[j], source.planned[j]
    target.cut[k], target.due[k], target.looked[k] = source.cut[j], source.due[j], source.looked[j]
    target.event[k], target.mark[k], target.done[k] = source.event[j], source.mark[j], source.done[j]
    target.coming[k] = source.coming[j]
    target.steps[k], target.rejected[k], target.clipped[k] = source.steps[j], source.rejected[j], source.clipped[j]
    target.last_step[k], target.last_root[k] = source.last_step[j], source.last_root[j]
    for kind in range(source.start.shape[0]):
        target.start[kind, k] = source.start[kind, j]
    for r in range(source.run.shape[0]):
        target.last_given[r, k], target.run[r, k] = source.last_given[r, j], source.run[r, j]
        target.stopped[r, k], target.pending[r, k] = source.stopped[r, j], source.pending[r, j]
    for h in range(source.threshold.shape[0]):
        target.threshold[h, k], target.occurrence[h, k] = source.threshold[h, j], source.occurrence[h, j]
    for f in range(source.cells.shape[0]):
        target.cells[f, k], target.drawn[f, k] = source.cells[f, j], source.drawn[f, j]
        target.turn[f, k], target.per_unit[f, k] = source.turn[f, j], source.per_unit[f, j]
