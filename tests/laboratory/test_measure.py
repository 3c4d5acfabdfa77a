"""Measured values: their variation is the stated one, limits are told, and nobody's depend on the company."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from marrow.clinic.sampling import Labs
from marrow.endpoints.engraftment import neutrophil_engraftment
from marrow.endpoints.outcome import outcomes
from marrow.laboratory.assays import ASSAYS, CHIMERISM, COUNTS, NEUTROPHILS, WHITE_CELLS, laboratory_rows
from marrow.laboratory.measure import measure, measured_course
from marrow.sources import Grade

NOBODY = {"draw": [], "day": [], "rule": []}


def labs(schedule: str = "daily", noise: str = "usual") -> Labs:
    return Labs.model_validate({"schedule": schedule, "noise": noise})


def steady(patients: int = 1, days: int = 120, **counts: float) -> xr.Dataset:
    """A course that does not change: by observable, from day -7 on."""
    time = np.arange(-7.0, days + 1)
    usual = {"absolute_neutrophil_count": 3.0, "white_cell_count": 5.0, "platelet_count": 200.0, "hemoglobin": 11.0,
             "reticulocyte_count": 60.0, "t_cell_count": 900.0, "cd4_count": 400.0, "t_cell_count_donor": 720.0,
             "t_cell_count_host": 180.0}  # fmt: skip
    data = {
        name: (("draw", "time"), np.full((patients, time.size), value)) for name, value in {**usual, **counts}.items()
    }
    return xr.Dataset(data, coords={"draw": np.arange(patients), "time": time})


def recovering(patients: int = 300) -> xr.Dataset:
    """Neutrophils that fall to 0.02 and rise again exponentially from a day of each patient's own."""
    time = np.arange(-7.0, 101)
    begin = 8 + 10 * np.arange(patients)[:, None] / patients
    rise = 0.02 * np.exp(0.5 * np.clip(time - begin, 0, None))
    count = np.where(time < 2, 3.0 * np.exp(-0.7 * (time + 7)) + 0.02, np.minimum(rise, 4.0))
    return xr.Dataset(
        {"absolute_neutrophil_count": (("draw", "time"), count)}, {"draw": np.arange(patients), "time": time}
    )


def measured(course: xr.Dataset, plan: Labs, seed: int = 1, **options) -> xr.Dataset:
    patients = options.pop("patients", np.arange(course.sizes["draw"]))
    until = options.pop("until", np.full(course.sizes["draw"], np.inf))
    return measure(course, plan, seed, patients, until, **options)


def cv(values: xr.DataArray) -> float:
    return float(values.std() / values.mean())


def expected_cv(assay, value: float) -> float:
    squares = [(number.value / 100) ** 2 for number in (assay.body, assay.imprecision)]
    counted = 0.0 if assay.counted is None else 1 / (assay.counted.value * value)
    return float(np.sqrt(sum(squares) + counted))


@pytest.mark.parametrize("assay", [assay for assay in COUNTS if assay is not WHITE_CELLS], ids=lambda a: a.name)
@pytest.mark.parametrize("times", [1.0, 0.1])
def test_a_count_varies_as_is_stated_and_around_the_truth(assay, times: float) -> None:
    truth = times * {"10^9/L": 200.0, "g/dL": 110.0, "cells/uL": 4000.0}[assay.lab.unit]
    course = steady(40, 365, **{assay.observable: truth, "white_cell_count": 2 * truth})
    found = measured(course, labs())[assay.observable]
    assert float(found.mean()) == pytest.approx(truth, rel=0.01 if not assay.special else 0.03)
    if not assay.special:  # of these there are a few days only
        assert cv(found) == pytest.approx(expected_cv(assay, truth), rel=0.05)
    else:
        assert cv(found) == pytest.approx(expected_cv(assay, truth), rel=0.2)


def test_white_cells_are_never_fewer_than_the_neutrophils_among_them() -> None:
    found = measured(steady(20, absolute_neutrophil_count=4.6), labs())
    assert (found["white_cell_count"] >= found["absolute_neutrophil_count"] - 0.011).all()
    low = measured(steady(20, absolute_neutrophil_count=0.05, white_cell_count=0.3), labs())
    assert (low["white_cell_count"] >= low["absolute_neutrophil_count"] - 0.011).all()


def test_few_neutrophils_are_told_as_well_as_a_hundred_cells_can_tell() -> None:
    """Of 100 white cells 20 are neutrophils: 4 more or fewer."""
    found = measured(steady(40, absolute_neutrophil_count=0.1, white_cell_count=0.5), labs())
    of_eye = np.sqrt(0.2 * 0.8 / 100) / 0.2
    usual = expected_cv(NEUTROPHILS, 0.1)
    assert cv(found["absolute_neutrophil_count"]) == pytest.approx(np.hypot(of_eye, usual), rel=0.1)
    assert float(found["absolute_neutrophil_count"].mean()) == pytest.approx(0.1, rel=0.02)


def test_a_donor_share_is_told_to_two_points_and_complete_when_the_rest_is_below_the_limit() -> None:
    name = "donor_share_t_cells"
    half = measured(steady(400, t_cell_count_donor=100.0, t_cell_count_host=100.0), labs())[name]
    assert float(half.std()) == pytest.approx(2.04, rel=0.1)
    all_donor = measured(steady(50, t_cell_count_donor=900.0, t_cell_count_host=1.0), labs())[name]
    assert set(np.unique(all_donor.values[~np.isnan(all_donor.values)])) == {100.0}
    none = measured(steady(50, t_cell_count_donor=1.0, t_cell_count_host=900.0), labs())[name]
    assert float(none.max()) < none.attrs["limit_of_quantification"] == 2.0


def test_values_below_a_limit_are_told_as_just_below_it_and_rounded_above() -> None:
    found = measured(steady(absolute_neutrophil_count=0.001, platelet_count=0.5), labs())
    for name in ("absolute_neutrophil_count", "platelet_count"):
        limit = found[name].attrs["limit_of_quantification"]
        assert float(found[name].min()) == np.nextafter(limit, 0.0)
    usual = measured(steady(), labs())
    np.testing.assert_array_equal(usual["platelet_count"], np.round(usual["platelet_count"]))
    np.testing.assert_array_equal(usual["hemoglobin"], np.round(usual["hemoglobin"], 1))


def test_without_noise_the_truth_is_told_on_the_days_of_the_schedule_and_nothing_else() -> None:
    course = recovering(5)
    found = measured(course, labs("twice weekly", "none"))
    days = found["day"].values
    np.testing.assert_array_equal(np.diff(days), np.resize([3, 4], days.size - 1))
    truth = course["absolute_neutrophil_count"].sel(time=days.astype(float)).values
    np.testing.assert_array_equal(found["absolute_neutrophil_count"].values, truth)
    known = measured_course(course, found)["absolute_neutrophil_count"]
    assert int(known.notnull().sum()) == found["absolute_neutrophil_count"].size


def test_the_dead_are_not_measured() -> None:
    found = measured(steady(2), labs(), until=np.array([20.5, np.inf]))
    assert int(found["hemoglobin"].sel(draw=0).dropna("day")["day"].max()) == 20
    assert not found["hemoglobin"].sel(draw=1).isnull().any()


@pytest.mark.parametrize("members", [[7], [7, 299, 0], list(range(299, -1, -1))])
def test_a_patients_values_do_not_depend_on_the_company(members: list[int]) -> None:
    course = recovering(300)
    together = measured(course, labs())
    apart = measured(course.isel(draw=members), labs(), patients=np.array(members))
    np.testing.assert_array_equal(
        apart["absolute_neutrophil_count"][members.index(7)], together["absolute_neutrophil_count"][7]
    )


def test_a_value_does_not_depend_on_what_else_is_measured_or_on_other_days() -> None:
    course, counts = steady(3), "platelet_count"
    often, seldom = measured(course, labs("daily")), measured(course[[counts]], labs("weekly"))
    np.testing.assert_array_equal(seldom[counts], often[counts].sel(day=seldom["day"]))
    assert not np.array_equal(often[counts], measured(course, labs(), seed=2)[counts])


def test_twice_weekly_blood_delays_engraftment_by_a_day_or_two_and_never_hastens_it() -> None:
    course = recovering()
    time = course["time"].values
    true = neutrophil_engraftment(time, course["absolute_neutrophil_count"].values).day
    known = measured_course(course, measured(course, labs("twice weekly", "none")))
    delay = neutrophil_engraftment(time, known["absolute_neutrophil_count"].values).day - true
    assert delay.min() >= 0
    assert delay.max() <= 3
    assert 0.8 < delay.mean() < 2.0


def test_measured_chimerism_is_read_near_its_day() -> None:
    course = steady(4, t_cell_count_donor=950.0, t_cell_count_host=50.0)
    found = measured(course, labs("weekly", "none"))
    assert 30 not in found["day"]
    known = measured_course(course, found)
    assert "t_cell_count_donor" not in known
    np.testing.assert_allclose(outcomes(known, NOBODY)["donor_t_cells_day_30"], 0.95)
    assert "donor_share_t_cells" not in measured(course, labs(), autologous=True)


def test_every_number_has_a_range_around_it_and_a_source() -> None:
    rows = laboratory_rows()
    assert len(rows) > 3 * len(ASSAYS)
    for row in rows:
        assert row.plausible is not None
        assert row.value is not None
        assert row.plausible[0] <= row.value <= row.plausible[1], row.label
        assert row.source.note
        assert row.reference is not None or row.grade is Grade.ASSUMED
    assert len({row.name for row in rows}) == len(rows)
    assert {assay.observable for assay in CHIMERISM.values()} <= {assay.observable for assay in ASSAYS}
