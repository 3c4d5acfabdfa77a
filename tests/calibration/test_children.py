"""Children by CD34+ dose: the observed bands, and a simulated cohort beside them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marrow.calibration.children import BANDS, Cohort, Recovered, Source, by_band, compare, read_children, trend
from marrow.calibration.children_plans import children_plans
from marrow.errors import PlanError


@pytest.fixture(scope="module")
def children(data: Path) -> Cohort:
    return read_children(data / "uci_bmt_children" / "bmt_children_dev.csv")


def made_up(cd34, platelets, blood=True) -> Cohort:
    dose = np.array(cd34, dtype=float)
    return Cohort(dose, np.full(dose.shape, blood), np.full(dose.shape, 15.0), np.array(platelets, dtype=float))


def test_rank_correlations_are_those_of_the_reference(children: Cohort, data: Path) -> None:
    sources = {"all": None, "PB": Source.BLOOD, "BM": Source.MARROW}
    with (data / "uci_bmt_children" / "reference_dose_correlation.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 6
    for row in rows:
        what = Recovered.NEUTROPHILS if "ANC" in row["pair"] else Recovered.PLATELETS
        found = trend(children, what, sources[row["group"]])
        assert found.patients == int(row["n"])
        assert found.spearman == pytest.approx(float(row["spearman"]), abs=1e-9)


def test_dose_matters_more_for_platelets_than_for_neutrophils(children: Cohort) -> None:
    neutrophils, platelets = (trend(children, what) for what in Recovered)
    assert platelets.spearman < neutrophils.spearman < 0
    assert platelets.days_per_doubling < 3 * neutrophils.days_per_doubling < 0


def test_no_plateau_for_platelets_up_to_twenty_million(children: Cohort) -> None:
    medians = [band.median for band in by_band(children, Recovered.PLATELETS, edges=(0, 5e6, 10e6, 15e6, 20e6))]
    assert medians == sorted(medians, reverse=True)
    assert len(set(medians)) == 4


def test_every_child_stands_in_one_band(children: Cohort) -> None:
    for what in Recovered:
        assert sum(band.patients for band in by_band(children, what)) == 125
        assert sum(band.patients for s in Source for band in by_band(children, what, s)) == 125


def test_never_recovered_counts_as_later_than_any_day() -> None:
    (band,) = by_band(made_up([3e6] * 4, [20, 30, np.inf, np.inf]), Recovered.PLATELETS, edges=(0, np.inf))
    assert band.never == 2
    assert band.median == np.inf
    assert band.q25 == 20


def test_the_slope_is_in_days_per_doubling() -> None:
    found = trend(made_up([1e6, 2e6, 4e6, 8e6, 8e6], [40, 35, 30, 25, np.inf]), Recovered.PLATELETS)
    assert found.days_per_doubling == pytest.approx(-5)


@given(
    st.lists(
        st.tuples(st.integers(100_000, 50_000_000), st.integers(5, 400)),
        min_size=4,
        max_size=30,
        unique_by=lambda p: p[0],
    )
)
def test_rank_correlation_does_not_change_with_the_unit_of_dose(patients) -> None:
    dose, day = map(np.array, zip(*patients, strict=True))
    here = trend(made_up(dose, day), Recovered.PLATELETS).spearman
    there = trend(made_up(7 * dose, np.log(day)), Recovered.PLATELETS).spearman
    assert np.isnan(here) == np.isnan(there)
    assert np.isnan(here) or there == pytest.approx(here, abs=1e-12)


def test_simulated_and_observed_stand_side_by_side() -> None:
    observed, simulated = made_up([1e6, 7e6], [50, 20]), made_up([7e6, 30e6], [25, 15])
    rows = [row for row in compare(observed, simulated) if row.what is Recovered.PLATELETS and row.source is None]
    assert [(row.low, row.observed is not None, row.simulated is not None) for row in rows] == [
        (BANDS[0], True, False),
        (BANDS[3], True, True),
        (BANDS[6], False, True),
    ]


def test_a_wrong_table_is_told_in_words(tmp_path: Path) -> None:
    file = tmp_path / "children.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(PlanError, match="no column 'CD34_x1e6_per_kg'"):
        read_children(file)
    file.write_text("CD34_x1e6_per_kg,stem_cell_source,ANC_recovery,PLT_recovery\n5,bone_marrow,soon,20\n")
    with pytest.raises(PlanError, match="line 2: ANC_recovery: found 'soon'"):
        read_children(file)


def test_arrays_must_agree() -> None:
    with pytest.raises(ValueError, match="one value for each patient"):
        Cohort(np.ones(3), np.ones(3, dtype=bool), np.ones(2), np.ones(3))


def test_every_child_has_a_plan_with_its_own_graft(children: Cohort, data: Path) -> None:
    plans = children_plans(data / "uci_bmt_children" / "bmt_children_dev.csv")
    assert len(plans) == 125
    np.testing.assert_allclose([plan.graft.cd34 for plan in plans], children.cd34, rtol=1e-6)
    assert [plan.graft.source.value == "peripheral blood" for plan in plans] == list(children.blood)
    supposed = {"busulfan", "fludarabine", "rabbit antithymocyte globulin"}
    assert {order.drug for plan in plans for order in plan.conditioning} == supposed
