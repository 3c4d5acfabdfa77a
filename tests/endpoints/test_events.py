"""Events of hazards become outcomes; death ends what is counted."""

from __future__ import annotations

import numpy as np

from marrow.endpoints.column import Column, Kind
from marrow.endpoints.events import EventTimes, ended_by, event_columns
from marrow.endpoints.survival import Cause, death_of, survival_columns

NEVER = np.inf


def struck(**first: list[float]) -> EventTimes:
    """Events by hazard, with one strike at most for each patient; ``__`` stands for a dot."""
    return EventTimes({name.replace("__", "."): np.array(days)[:, None] for name, days in first.items()})


def test_the_first_strike_is_the_day_and_none_is_infinite() -> None:
    events = EventTimes.of(["malignancy.relapse"], np.array([[[90.0, 200.0]], [[np.nan, np.nan]]]))
    (column,) = event_columns(events)
    assert column.name == "relapse_day"
    np.testing.assert_array_equal(column.values, [90.0, NEVER])


def test_hemolysis_by_passenger_lymphocytes_is_an_outcome() -> None:
    (column,) = event_columns(struck(passenger_lymphocytes__episode=[9.0, np.nan]))
    assert column.name == "passenger_hemolysis_day"
    np.testing.assert_array_equal(column.values, [9.0, NEVER])


def test_a_hazard_that_a_model_lacks_has_no_column() -> None:
    assert event_columns(EventTimes()) == []
    assert survival_columns(EventTimes(), [], 3) == []


def test_nothing_is_reached_after_death() -> None:
    column = Column("relapse_day", "relapse", "days", Kind.DAY, np.array([50.0, 150.0, np.nan]))
    share = Column("donor", "donor share", "", Kind.SHARE, np.array([0.9, 0.9, 0.9]))
    ended = ended_by([column, share], np.array([100.0, 100.0, 100.0]))
    np.testing.assert_array_equal(ended[0].values, [50.0, NEVER, np.nan])
    np.testing.assert_array_equal(ended[1].values, share.values)


def test_the_first_death_counts_and_has_its_cause() -> None:
    events = struck(
        death__of_infection=[40.0, np.nan, np.nan],
        death__of_organ_toxicity=[30.0, np.nan, 90.0],
        malignancy__relapse=[np.nan, 70.0, 80.0],
    )
    np.testing.assert_array_equal(death_of(events, 3), [30.0, NEVER, 90.0])
    found = {column.name: column.values for column in survival_columns(events, event_columns(events), 3)}
    np.testing.assert_array_equal(found["cause_of_death"], [Cause.ORGAN_TOXICITY, Cause.ALIVE, Cause.ORGAN_TOXICITY])
    np.testing.assert_array_equal(found["non_relapse_death_day"], [30.0, NEVER, NEVER])
    np.testing.assert_array_equal(found["disease_free_survival_day"], [30.0, 70.0, 80.0])
