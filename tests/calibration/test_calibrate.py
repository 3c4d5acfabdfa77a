"""The program that fits: what it fits to, that it can be run, and what it keeps."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
import yaml

from marrow.calibration import calibrate as kept
from marrow.calibration.again import prepare_arms, simulate_arms
from marrow.calibration.free import FREE, Free, Part, priors
from marrow.calibration.study import packaged_studies
from marrow.errors import RunError


def mayo():
    return tuple(study for study in packaged_studies() if study.name.startswith("Mayo"))


@pytest.mark.parametrize("part", Part)
def test_every_free_number_is_declared_once_with_a_range_around_it(part: Part) -> None:
    found = priors(part.free)
    assert len({prior.name for prior in found}) == len(part.free)
    for prior in found:
        assert prior.low <= prior.at(0.0) <= prior.high
        assert prior.at(-9) == pytest.approx(prior.low)
        assert prior.at(9) == pytest.approx(prior.high)
    with pytest.raises(RunError, match="no module declares"):
        priors([Free("progenitors.erythroid_divisions", "")])


@pytest.mark.parametrize("part", Part)
def test_studies_set_aside_and_figures_of_other_parts_are_not_fitted_to(part: Part) -> None:
    fitted = [study for study in packaged_studies() if study.fitted]
    asked, left_out = kept.figures_of(fitted, part)
    aside = {study.name for study in packaged_studies() if not study.fitted}
    assert asked
    assert not {row.target.study for row in asked} & aside
    assert all(row.target.counts for row in asked)
    assert left_out
    for other in set(Part) - {part}:
        of_other, _ = kept.figures_of(fitted, other)
        assert not {row.target.kind for row in asked} & {row.target.kind for row in of_other}


def test_no_number_is_fitted_in_two_parts() -> None:
    names = [each.name for part in Part for each in part.free]
    assert len(names) == len(set(names))


@pytest.mark.compiles
def test_a_run_is_repeatable_improves_the_fit_and_says_everything() -> None:
    free = priors(
        [
            each
            for each in FREE
            if each.name in ("progenitors.erythroid_division_when_empty", "platelets.megakaryoblast_rate")
        ]
    )
    found = kept.calibrate(mayo(), free, draws=30, steps=3)
    again = kept.calibrate(mayo(), free, draws=30, steps=3, threads=1)
    assert found.fit.values == again.fit.values
    assert found.fit.cost_after <= found.fit.cost_before
    assert yaml.safe_load(kept.as_parameters(found)) == {k: float(f"{v:.4g}") for k, v in found.fit.values.items()}
    posterior = list(csv.DictReader(io.StringIO(kept.as_posterior(found))))
    assert [row["number"] for row in posterior] == [prior.name for prior in free]
    assert all(float(row["low95"]) < float(row["fitted"]) < float(row["high95"]) for row in posterior)
    figures = list(csv.DictReader(io.StringIO(kept.as_figures(found))))
    assert len(figures) == len(found.fit.after)
    correlation = np.genfromtxt(io.StringIO(kept.as_correlation(found)), delimiter=",", skip_header=1)[:, 1:]
    np.testing.assert_allclose(correlation, correlation.T)
    page = kept.as_page(found)
    assert "misses first" in page
    assert "progenitors.erythroid_division_when_empty" in page


@pytest.mark.compiles
def test_medians_of_whole_days_become_smooth_and_stay_where_they_were() -> None:
    asked, _ = kept.figures_of(mayo(), Part.RECOVERY)
    arms = prepare_arms(asked, 40, 1)
    rough = [row.simulated.value for arm in arms for row in _rough(arm)]
    smooth = [row.simulated.value for row in simulate_arms(arms, {})]
    assert np.allclose(rough, smooth, atol=0.75)
    assert any(value != round(value) for value in smooth)


def _rough(arm):
    from marrow.calibration.score import score_row
    from marrow.calibration.value import simulated_value

    found = arm.outcomes({})
    return [score_row(row.target, simulated_value(row.measure, found)) for row in arm.rows]
