"""Primary graft failure, by named definition. Every patient counts as alive and without relapse."""

from __future__ import annotations

import numpy as np

from marrow.endpoints.definitions import (
    CHIMERISM,
    PRIMARY_GRAFT_FAILURE,
    RED_CELL_INDEPENDENCE,
    GraftFailureDefinition,
)
from marrow.endpoints.engraftment import Recovery
from marrow.endpoints.series import Daily, Floats, GivenDays, value_on

_WEEK = 7.0


def primary_graft_failure(recovery: Recovery, definition: GraftFailureDefinition = PRIMARY_GRAFT_FAILURE) -> Floats:
    """1 where the graft has failed, 0 where not, NaN where not observed until then (N,)."""
    if definition.pancytopenia:
        raise ValueError(f"{definition.name} needs platelets and hemoglobin too: use graft_failure_with_pancytopenia")
    return 1.0 - recovery.by(definition.by_day)


def graft_failure_with_pancytopenia(
    recovery: Recovery,
    platelets: Daily,
    hemoglobin: Daily,
    platelets_given: GivenDays,
    red_cells_given: GivenDays,
    definition: GraftFailureDefinition,
) -> Floats:
    """Like ``primary_graft_failure``, with platelets and red cells low or held up by transfusion on that day."""
    day = definition.by_day
    low_platelets = (value_on(platelets, day, 1.0) < 20.0) | (platelets_given.number(day - _WEEK, day) > 0)
    low_red = value_on(hemoglobin, day, 1.0) < RED_CELL_INDEPENDENCE.least
    low_red |= red_cells_given.number(day - _WEEK, day) > 0
    late = 1.0 - recovery.by(day)
    return np.where(np.isnan(late), np.nan, (late == 1.0) & low_platelets & low_red)


def graft_failure(recovery: Recovery, donor_share: Floats, definition: GraftFailureDefinition) -> Floats:
    """Primary failure, or loss: a donor share below 5 % on a later day, whoever makes the neutrophils by then.

    ``donor_share`` (N,): NaN where not known; then only primary failure is judged. 1, 0 or NaN (N,).
    """
    primary = primary_graft_failure(recovery, definition)
    lost = np.nan_to_num(donor_share, nan=1.0) < CHIMERISM.rejection
    return np.where(lost, 1.0, primary)
