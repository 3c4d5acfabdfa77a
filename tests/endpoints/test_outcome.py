"""The table of outcomes and its summary."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from marrow.endpoints.outcome import Column, Kind, Outcomes, outcomes
from marrow.endpoints.summary import error_of_median, median, quantile, summarise


def made_up_course(draws: int = 6, until: int = 120) -> tuple[xr.Dataset, pd.DataFrame]:
    """Patient k engrafts on day 10 + k; the last one's solve fails. Two grid times a day around the graft."""
    time = np.unique(np.concatenate([np.arange(-7.0, until + 1), np.arange(-7.0, 0, 0.25)]))
    fall, rise = -2.0, 10.0 + np.arange(draws)[:, None]
    anc = np.where(time < fall, 4.0, np.where(time < rise, 0.01, 3.0))
    platelets = np.where(time < 0, 200.0, np.where(time < rise + 6, 12.0, 90.0))
    hemoglobin = np.where(time < 40, 8.5, 10.0) + np.zeros((draws, 1))
    counts = {"absolute_neutrophil_count": anc, "platelet_count": platelets, "hemoglobin": hemoglobin}
    donor, host = np.where(time > 5, 900.0, 0.0), np.where(time > 5, 100.0, 800.0)
    counts |= {"t_cell_count_donor": donor + 0 * anc, "t_cell_count_host": host + 0 * anc}
    data = {name: (("draw", "time"), values.astype(np.float32)) for name, values in counts.items()}
    status = np.zeros(draws, dtype=np.int8)
    status[-1] = 2
    course = xr.Dataset(data | {"status": ("draw", status)}, coords={"time": time})
    rows = [(k, day, "platelets when < 13") for k in range(draws) for day in (5, 9)]
    rows += [(k, day, "red cells when Hb < 9 g/dL") for k in range(draws) for day in (4, 15)]
    return course, pd.DataFrame(rows, columns=["draw", "day", "rule"])


def test_every_patient_has_a_row_and_the_failed_are_unknown_but_counted() -> None:
    course, actions = made_up_course()
    found = outcomes(course, actions)
    np.testing.assert_array_equal(found["neutrophil_engraftment_day"], [10, 11, 12, 13, 14, np.nan])
    np.testing.assert_array_equal(found["platelet_engraftment_day"], [16, 17, 18, 19, 20, np.nan])
    np.testing.assert_array_equal(found["platelet_transfusions"], [2, 2, 2, 2, 2, np.nan])
    np.testing.assert_array_equal(found["red_cell_independence_day"], [16, 16, 16, 16, 16, np.nan])
    np.testing.assert_array_equal(found["days_neutrophils_below_0_5"], [12, 13, 14, 15, 16, np.nan])
    np.testing.assert_array_equal(found["first_day_neutrophils_below_0_5"][:5], -2)
    np.testing.assert_allclose(found["donor_t_cells_day_30"][:5], 0.9)
    assert found.failed == 1
    assert found.patients == 6
    table = pd.DataFrame(found.to_dict())
    assert len(table) == 6
    assert table["status"].iloc[-1] == 2


def test_days_beyond_the_follow_up_have_no_column() -> None:
    found = outcomes(*made_up_course())
    assert "donor_t_cells_day_100" in found
    assert "donor_t_cells_day_365" not in found
    with pytest.raises(KeyError, match="donor_t_cells_day_30"):
        found["donor_t_cells_day_365"]


def test_every_column_has_a_label_and_days_have_their_unit() -> None:
    for column in outcomes(*made_up_course()).columns:
        assert column.label
        assert column.unit == "days" or column.kind is not Kind.DAY
        assert column.definition or column.kind in (Kind.AMOUNT, Kind.FLAG)


def test_autologous_patients_have_no_chimerism() -> None:
    assert np.isnan(outcomes(*made_up_course(), autologous=True)["donor_t_cells_day_30"]).all()


def test_the_summary_says_how_many_and_when() -> None:
    summary = summarise(outcomes(*made_up_course()))
    line = summary["neutrophil_engraftment_day"]
    assert (line.known, line.unknown, line.reached) == (5, 1, 5)
    assert line.median == 12
    by = {point.day: point for point in line.incidence}
    assert by[12].share == pytest.approx(0.6)
    assert by[12].error == pytest.approx(np.sqrt(0.6 * 0.4 / 5))
    assert 365 not in by, "nobody was observed so long"
    assert summary.failed == 1


def of_days(values) -> Outcomes:
    column = Column("day", "day", "days", Kind.DAY, np.array(values, dtype=float))
    return Outcomes((column,), np.zeros(len(values), dtype=int), 400.0)


def test_those_who_never_reach_it_count_in_the_median_of_everyone_only() -> None:
    line = summarise(of_days([10, 20, 30, np.inf, np.inf]))["day"]
    assert line.median == 30
    assert line.median_of_reached == 20
    assert line.p95 == np.inf
    assert line.reached == 3
    assert summarise(of_days([10, np.inf, np.inf]))["day"].median == np.inf


def test_a_summary_is_plain_data() -> None:
    data = summarise(of_days([10, 20, np.inf, np.nan])).to_dict()
    again = json.loads(json.dumps(data, allow_nan=False))
    assert again["outcomes"][0]["p95"] is None
    assert again["outcomes"][0]["unknown"] == 1


def test_quantiles_are_values_that_occurred() -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0, np.nan])
    assert [quantile(values, share) for share in (0.05, 0.25, 0.5, 0.75, 1.0)] == [1, 1, 2, 3, 4]
    assert median(values) == 2.5
    assert np.isnan(median(np.array([np.nan])))


def test_the_error_of_a_median_is_that_of_the_normal_distribution() -> None:
    """sqrt(pi / 2n) for normal values; within 15 % in the mean of 200 samples."""
    rng = np.random.default_rng(3)
    errors = [error_of_median(rng.standard_normal(500)) for _ in range(200)]
    assert np.mean(errors) == pytest.approx(np.sqrt(np.pi / 1000), rel=0.15)


def test_a_course_that_ends_before_the_first_day_of_chimerism_has_none() -> None:
    found = outcomes(*made_up_course(until=20))
    assert not [column.name for column in found.columns if column.name.startswith("donor_")]
    assert "neutrophil_engraftment_day" in found


def test_severe_mucositis_is_that_of_the_first_thirty_days() -> None:
    """Patient 0 never has it, 1 from day 3 on, 2 only on day 50: that is no mucositis of conditioning."""
    course, actions = made_up_course()
    time = course["time"].values
    damage = np.full((6, len(time)), 0.1, dtype=np.float32)
    damage[1, (time >= 3) & (time < 12)] = 0.5
    damage[2, time >= 50] = 0.5
    found = outcomes(course.assign(tissue_damage=(("draw", "time"), damage)), actions)
    np.testing.assert_array_equal(found["severe_mucositis_day"], [np.inf, 3, np.inf, np.inf, np.inf, np.nan])
    np.testing.assert_array_equal(found["mucositis_days"][:3], [0, 9, 51])
