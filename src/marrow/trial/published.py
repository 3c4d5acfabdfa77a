"""What was published of a trial's arms, in the words of its questions."""

from __future__ import annotations

import math
import re

from marrow.calibration.study import StudyArm
from marrow.calibration.table import Scale, Statistic, Target, on_scale
from marrow.trial.design import Question
from marrow.trial.endpoints import Endpoint

_WORDED: dict[Endpoint, tuple[str, bool]] = {  # the published endpoint; whether it is the share without the event
    Endpoint.OVERALL_SURVIVAL: (r"os|overall survival", True),
    Endpoint.DISEASE_FREE_SURVIVAL: (r"dfs|lfs|efs|pfs", True),
    Endpoint.RELAPSE: (r"relapse", False),
    Endpoint.NON_RELAPSE_MORTALITY: (r"nrm|trm", False),
    Endpoint.ACUTE_GVHD_2_4: (r"agvhd_2_4", False),
    Endpoint.ACUTE_GVHD_3_4: (r"agvhd_3_4", False),
    Endpoint.CHRONIC_GVHD: (r"cgvhd_any|cgvhd", False),
    Endpoint.CHRONIC_GVHD_EXTENSIVE: (r"cgvhd_extensive|cgvhd_modsev", False),
    Endpoint.GRAFT_FAILURE: (r"graft_failure|graft failure", False),
    Endpoint.GRFS: (r"grfs", True),
    Endpoint.CRFS: (r"crfs", True),
    Endpoint.BACTEREMIA: (r"bsi", False),
    Endpoint.CYTOMEGALOVIRUS: (r"cmv_reactivation|cmv_infection", False),
    Endpoint.FUNGAL_INFECTION: (r"invasive_fungal", False),
    Endpoint.SINUSOIDAL_OBSTRUCTION: (r"vod_sos", False),
    Endpoint.HEMORRHAGIC_CYSTITIS: (r"haemorrhagic_cystitis", False),
}
_SHARES = (Statistic.KAPLAN_MEIER, Statistic.CUMULATIVE_INCIDENCE, Statistic.PROPORTION)
_NEAR = 0.2  # of the question's day


def published_row(question: Question, arm: StudyArm) -> Target | None:
    """The arm's row of this endpoint nearest to the day, if one is near."""
    worded = _WORDED.get(question.endpoint)
    if worded is None:
        return None
    rows = [
        row
        for row in arm.targets
        if re.fullmatch(worded[0], row.endpoint.strip().lower()) and row.statistic in _SHARES and row.time is not None
    ]
    rows = [row for row in rows if abs((row.time or 0) - question.day) <= _NEAR * question.day]
    return min(rows, key=lambda row: abs((row.time or 0) - question.day), default=None)


def published_difference(question: Question, control: StudyArm, arm: StudyArm) -> tuple[float, float, float] | None:
    """Arm minus control in percentage points of patients with the event, with 95 % limits; None: not published."""
    rows = published_row(question, control), published_row(question, arm)
    if rows[0] is None or rows[1] is None:
        return None
    without = _WORDED[question.endpoint][1]
    shares = [100 - row.value if without else row.value for row in rows if row is not None]
    errors = [_error(row) for row in rows if row is not None]
    difference = shares[1] - shares[0]
    half = 1.96 * math.hypot(*errors)
    return difference, difference - half, difference + half


def _error(row: Target) -> float:
    """Standard error in percentage points, from that on the logit scale."""
    if row.scale is not Scale.LOGIT or not math.isfinite(row.se):
        return math.nan
    share = 1 / (1 + math.exp(-on_scale(row.value, Scale.LOGIT, row.patients)))
    return 100 * share * (1 - share) * row.se
