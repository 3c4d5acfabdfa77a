"""Primary graft failure, by named definition. Every patient counts as alive and without relapse."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marrow.endpoints.definitions import (
    CHIMERISM,
    PRIMARY_GRAFT_FAILURE,
    RED_CELL_INDEPENDENCE,
    GraftFailureDefinition,
)
from marrow.endpoints.engraftment import Recovery
from marrow.endpoints.series import Daily, Floats, GivenDays, first_day, value_on

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


_SPELL = 14.0  # days with too few neutrophils that make a loss; assumed: longer than the fevers and drugs of one week


def graft_failure_day(
    recovery: Recovery, neutrophils: Daily, donor_share: Daily | None, ended: Floats, by_day: float
) -> Floats:
    """The day on which the graft is known to have failed (N,): infinite where it has not, while alive without relapse.

    Primary: ``by_day``, without neutrophil engraftment until then. Secondary: the first day of two weeks with
    neutrophils below 0.5, or of a donor share of neutrophils below 5 %, after engraftment. ``ended`` (N,): death or
    relapse.
    """
    never = np.full(neutrophils.patients, np.inf)
    primary = np.where(recovery.day > by_day, by_day, never)
    after = neutrophils.day > np.nan_to_num(recovery.day, nan=np.inf)[:, None]
    low = (neutrophils.value < recovery.definition.threshold) & after
    lost = _first_spell(neutrophils.day, low, np.isnan(neutrophils.value))
    if donor_share is not None:
        late = (donor_share.day > np.nan_to_num(recovery.day, nan=np.inf)[:, None]) & (donor_share.day >= by_day)
        gone = (donor_share.value < CHIMERISM.rejection) & late
        lost = np.minimum(lost, first_day(donor_share.day, gone))
    first = np.minimum(primary, lost)
    return np.where(first <= ended, first, never)


def _first_spell(day: Floats, low: NDArray[np.bool_], missing: NDArray[np.bool_]) -> Floats:
    """The first day of a run of low values that lasts two weeks (N,); infinite without one. Days without a value do not
    end a run."""
    found = np.full(len(low), np.inf)
    begun = np.full(len(low), np.inf)
    for k, today in enumerate(day):
        begun = np.where(low[:, k], np.minimum(begun, today), np.where(missing[:, k], begun, np.inf))
        long = low[:, k] & (today - begun >= _SPELL) & np.isinf(found)
        found = np.where(long, begun, found)
    return found
