"""Days in hospital and quality of life: when patients go home, and what weighs on them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from marrow.endpoints.events import EventTimes
from marrow.endpoints.hospital import BEFORE_DEATH, COMPLICATIONS, DISCHARGE, Conditioning
from marrow.endpoints.outcome import Outcomes, outcomes
from marrow.endpoints.quality_burdens import Burden
from marrow.endpoints.quality_of_life import DOMAINS, EFFECTS, HIGHEST, HIGHEST_TOTAL, assumptions
from marrow.endpoints.survival import HAZARDS

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
HIGH_DOSE = Conditioning(first_day=-6.0)
NOTHING = {"draw": [], "day": [], "rule": []}
DEATH = "death.of_infection"
# What each of the patients meets, by hazard; the first one meets nothing.
QUIET, DIES_EARLY, FEVER, ACUTE, CHRONIC, RELAPSES = range(6)
EVENTS = {
    DEATH: {DIES_EARLY: 20.5},
    "bacteremia.bloodstream_infection": {FEVER: 40.2},
    "acute_gvhd.grade_2_4": {ACUTE: 20.0},
    "acute_gvhd.grade_3_4": {ACUTE: 25.0},
    "chronic_gvhd.any_grade": {CHRONIC: 150.0},
    "chronic_gvhd.moderate_severe": {CHRONIC: 170.0},
    "chronic_gvhd.severe": {CHRONIC: 200.0},
    "malignancy.relapse": {RELAPSES: 90.0},
}
PATIENTS = 6


def course(time: np.ndarray | None = None, hemoglobin: float = 12.5) -> xr.Dataset:
    """Neutrophils back on day 12, platelets on day 9, pale until day 50."""
    t = np.arange(-7.0, 401.0) if time is None else time
    counts = {
        "absolute_neutrophil_count": np.where(t < 3, 4.0, np.where(t < 12, 0.05, 3.0)),
        "platelet_count": np.where(t < 3, 200.0, np.where(t < 9, 12.0, 60.0)),
        "hemoglobin": np.where((t > 0) & (t < 50), 9.0, hemoglobin),
        "steroids": np.zeros_like(t),
    }
    data = {name: (("draw", "time"), np.tile(values, (PATIENTS, 1))) for name, values in counts.items()}
    return xr.Dataset(data, coords={"time": t})


def lived(given: xr.Dataset | None = None, conditioning: Conditioning = HIGH_DOSE) -> Outcomes:
    days = {name: np.full((PATIENTS, 2), np.nan) for name in (*EVENTS, *HAZARDS.values())}
    for name, struck in EVENTS.items():
        for patient, day in struck.items():
            days[name][patient, 0] = day
    return outcomes(given or course(), NOTHING, events=EventTimes(days), conditioning=conditioning)


def test_an_uncomplicated_patient_goes_home_when_counts_are_back() -> None:
    found = lived()
    assert found["discharge_day"][QUIET] == 12 + DISCHARGE.settled.value
    assert found["first_stay_days"][QUIET] == found["discharge_day"][QUIET] + 6
    assert found["hospital_days_100"][QUIET] == found["discharge_day"][QUIET]
    assert found["days_alive_out_of_hospital_100"][QUIET] == 100 - found["discharge_day"][QUIET]


def test_early_death_leaves_few_days_out_of_hospital_and_the_last_ones_inside() -> None:
    found = lived()
    home = found["days_alive_out_of_hospital_365"]
    assert home[DIES_EARLY] <= 20.5
    assert home[DIES_EARLY] < home[QUIET] - 300
    assert found["hospital_days_100"][DIES_EARLY] >= BEFORE_DEATH.value
    assert np.isnan(found["fact_bmt_day_30"][DIES_EARLY])
    assert found["quality_adjusted_days"][DIES_EARLY] < 20.5


def test_a_complication_brings_a_patient_back_for_its_days_and_delays_one_who_is_still_there() -> None:
    found = lived()
    stay = {each.event: each.stay.value for each in COMPLICATIONS}
    more = found["hospital_days_100"] - found["hospital_days_100"][QUIET]
    assert more[FEVER] == stay["bacteremia.bloodstream_infection"]
    assert more[ACUTE] == stay["acute_gvhd.grade_3_4"] + 25 - 20, "grades overlap, days are not counted twice"


def test_non_myeloablative_conditioning_is_given_to_outpatients() -> None:
    found = lived(conditioning=Conditioning(-6.0, is_mild=True))
    assert found["hospital_days_100"][QUIET] == 0
    assert found["hospital_days_100"][FEVER] > 0
    assert np.isnan(found["discharge_day"]).all()
    assert found["fact_bmt_day_30"][QUIET] > lived()["fact_bmt_day_30"][QUIET]


def test_the_total_falls_in_the_first_month_and_is_back_after_a_year() -> None:
    found = lived()
    total = {when: found[f"fact_bmt_{when}"][QUIET] for when in ("baseline", "day_30", "day_100", "day_365")}
    assert total["day_30"] < total["baseline"] - 5
    assert found["fact_bmt_lowest"][QUIET] < total["baseline"] - 15
    assert total["day_100"] > total["day_30"]
    assert total["baseline"] - 2 < total["day_365"] < total["baseline"] + 15


def test_severe_chronic_disease_relapse_and_acute_disease_weigh_on_those_who_have_them() -> None:
    found = lived()
    late, early = found["fact_bmt_day_365"], found["fact_bmt_day_30"]
    assert late[CHRONIC] < late[QUIET] - 10
    assert late[RELAPSES] < late[QUIET] - 10
    assert early[ACUTE] < early[QUIET] - 15
    assert found["fact_emotional_day_365"][RELAPSES] < found["fact_emotional_day_365"][CHRONIC]
    for who in (CHRONIC, RELAPSES):
        assert found["quality_adjusted_days"][who] < found["quality_adjusted_days"][QUIET]


def test_anemia_and_steroids_weigh() -> None:
    pale = lived(course(hemoglobin=8.0))
    assert pale["fact_physical_day_365"][QUIET] < lived()["fact_physical_day_365"][QUIET] - 1
    treated = course()
    treated["steroids"][:] = 0.5
    assert lived(treated)["health_utility_day_180"][QUIET] < lived()["health_utility_day_180"][QUIET]


def test_the_total_is_the_sum_of_its_domains_and_all_stay_within_the_instrument(monkeypatch) -> None:
    def of(found: Outcomes, suffix: str) -> np.ndarray:
        return np.sum([found[f"fact_{scale.name.lower()}_{suffix}"] for scale in DOMAINS], axis=0)

    found = lived()
    np.testing.assert_allclose(of(found, "day_100"), found["fact_bmt_day_100"])
    assert HIGHEST_TOTAL == 148
    for burden in Burden:  # however heavy
        monkeypatch.setitem(EFFECTS, burden, type(EFFECTS[burden])((50.0,) * 6, (1, 1), EFFECTS[burden].source))
    worst = lived()
    for outcome in (found, worst):
        for scale in DOMAINS:
            values = outcome[f"fact_{scale.name.lower()}_day_30"]
            assert np.nanmin(values) >= 0
            assert np.nanmax(values) <= HIGHEST[scale]
        assert np.nanmin(outcome["health_utility_day_30"]) >= 0
        assert np.nanmax(outcome["health_utility_baseline"]) <= 1


def test_a_trials_grid_of_visits_gives_nearly_the_same() -> None:
    """Whole days to day 100, then weeks: what happens after discharge is told by events."""
    weekly = np.concatenate([np.arange(-7.0, 101.0), np.arange(106.0, 401.0, 7)])
    daily, seldom = lived(), lived(course(weekly))
    np.testing.assert_array_equal(seldom["hospital_days_100"], daily["hospital_days_100"])
    np.testing.assert_allclose(seldom["fact_bmt_day_365"], daily["fact_bmt_day_365"])


def test_without_a_plan_or_events_there_are_no_such_columns() -> None:
    alone = outcomes(course(), NOTHING)
    assert not [c.name for c in alone.columns if c.name.startswith(("fact_", "hospital_", "discharge"))]


def test_days_not_reached_have_no_column() -> None:
    found = lived(course(np.arange(-7.0, 121.0)))
    assert "fact_bmt_day_100" in found
    assert "hospital_days_100" in found
    assert "fact_bmt_day_180" not in found
    assert "hospital_days_365" not in found


def test_every_burden_takes_something_and_every_number_has_a_range() -> None:
    assert set(EFFECTS) == set(Burden)
    assert all(sum(effect.lost) > 0 for effect in EFFECTS.values())
    for number in assumptions():
        low, high = number.plausible
        assert low < high or number.value == 0, number.what


@pytest.mark.compiles
def test_an_autologous_patient_leaves_hospital_two_to_three_weeks_after_the_graft() -> None:
    from marrow.simulation import Record, simulate

    run = simulate(EXAMPLES / "autologous-melphalan-200.yaml", draws=40, seed=3, until=370, record=Record.CHART)
    found = run.outcomes
    alive = found["death_day"] > 365
    assert 12 <= np.median(found["discharge_day"]) <= 21
    assert np.median(found["fact_bmt_day_365"][alive]) > np.median(found["fact_bmt_day_30"][alive]) + 5
    assert np.all(found["days_alive_out_of_hospital_365"][alive] + found["hospital_days_365"][alive] == 365)
