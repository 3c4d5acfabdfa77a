"""The scoring rule, checked on small tables where the answer can be worked out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marrow.calibration.lookup import features, look_up, question
from marrow.calibration.score import Simulated, score, score_row
from marrow.calibration.table import Scale, packaged_outcomes, packaged_targets, parse_targets, read_targets
from marrow.errors import PlanError

HEADER = (
    "study,year,arm,population,n,graft_source,donor,conditioning,endpoint,time_days,statistic,value,lo95,hi95,"
    "range_lo,range_hi,unit,source_url,note,scale,se,tau,why_not_scored,family"
)


def row(study="A", arm="x", value=14.0, endpoint="ANC>=0.5e9/L", kind="anc", **other) -> str:
    cells = {"graft_source": "PBSC", "donor": "sibling", "conditioning": "MAC", "statistic": "median", "n": "100"}
    cells |= {"scale": "days", "se": "0.6", "tau": "0.8", "why_not_scored": "", "unit": "days", "time_days": ""} | other
    cells |= {"study": study, "arm": arm, "value": str(value), "endpoint": endpoint, "family": f"{study} | {kind}"}
    return ",".join(cells.get(name, "") for name in HEADER.split(","))


def targets(*rows: str):
    return parse_targets("\n".join([HEADER, *rows]) + "\n")


def scored(target, simulated: float, draws: int = 500):
    return score_row(target, Simulated(simulated, 0.0, draws))


def test_z_is_the_distance_in_what_no_model_can_explain() -> None:
    (target,) = targets(row(value=14))
    assert scored(target, 13).z == pytest.approx(1.0)
    assert scored(target, 14 + 1.63).inside
    assert not scored(target, 14 + 1.65).inside


def test_shares_are_compared_on_the_logit_scale() -> None:
    (target,) = targets(row(value=80, statistic="proportion", scale="logit", se="0.3", tau="0.4", unit="%"))
    z = (math.log(4) - math.log(0.9 / 0.1)) / 0.5
    assert scored(target, 90).z == pytest.approx(z)


def test_shares_of_everyone_are_finite_like_the_errors_of_the_table() -> None:
    """100 % of 23: the packaged table gives 1.430, which is the error of (23 + 1/2) / 24."""
    barker = next(t for t in packaged_targets() if t.study.startswith("Barker") and t.value == 100)
    share = 23.5 / 24
    assert barker.se == pytest.approx(1 / math.sqrt(24 * share * (1 - share)), abs=0.002)
    assert scored(barker, 100, draws=500).z == pytest.approx(
        (math.log(share / (1 - share)) - math.log(500.5 / 0.5)) / barker.spread
    )


def test_ratios_are_compared_on_the_log_scale() -> None:
    (target,) = targets(row(value=0.5, statistic="HR", scale="log", se="0.3", tau="0.4", unit="ratio"))
    assert scored(target, 1.0).z == pytest.approx(math.log(0.5) / 0.5)


def test_rows_that_do_not_count_are_shown_without_a_z() -> None:
    (target,) = targets(row(why_not_scored="by eye", scale="", se="", tau=""))
    assert math.isnan(scored(target, 14).z)
    assert score([scored(target, 14)]).scored == 0


def test_a_simulation_without_an_answer_is_a_miss() -> None:
    (target,) = targets(row())
    result = score([scored(target, math.nan), scored(target, math.inf)])
    assert (result.scored, result.inside) == (2, 0)
    assert len(result.misses) == 2


def test_each_family_weighs_one_in_coverage() -> None:
    three = targets(*[row("A", arm, 14) for arm in "pqr"], row("B", "p", 14))
    rows = [scored(target, 14 if target.study == "B" else 20) for target in three]
    result = score(rows)
    assert (result.inside, result.scored) == (1, 4)
    assert result.coverage == pytest.approx(0.5)


def test_the_interval_of_coverage_is_over_studies() -> None:
    one_study = score([scored(target, 14) for target in targets(*[row("A", arm, 14) for arm in "pqrs"])])
    assert one_study.coverage_interval == (1.0, 1.0), "one study says nothing about others"
    studies = targets(*[row(name, "x", 14) for name in "ABCDEFGH"])
    mixed = score([scored(target, 14 if target.study < "E" else 20) for target in studies])
    low, high = mixed.coverage_interval
    assert low < 0.5 < high


@given(st.floats(0.3, 3), st.floats(-20, 20))
def test_slope_and_intercept_are_of_published_on_simulated(slope, intercept) -> None:
    simulated = np.array([10.0, 12.0, 15.0, 19.0])
    rows = targets(*[row(f"S{k}", "x", intercept + slope * x, se=str(0.5 + k)) for k, x in enumerate(simulated)])
    (line,) = score([scored(target, x) for target, x in zip(rows, simulated, strict=True)]).lines
    assert line.slope == pytest.approx(slope, rel=1e-6)
    assert line.intercept == pytest.approx(intercept, abs=1e-6)


def test_two_rows_make_no_slope() -> None:
    (line,) = score([scored(target, 14) for target in targets(row("A"), row("B"))]).lines
    assert math.isnan(line.slope)


def test_contrasts_leave_out_what_the_study_shares() -> None:
    first, second = targets(row("A", "slow", 19, se="0.3", tau="1"), row("A", "fast", 14, se="0.4", tau="1"))
    (contrast,) = score([scored(first, 25), scored(second, 21)]).contrasts
    assert contrast.published == -5
    assert contrast.simulated == -4
    assert contrast.z == pytest.approx(-1 / 0.5)
    assert contrast.clear
    assert contrast.right_sign


def test_a_contrast_that_published_no_difference_makes_no_claim() -> None:
    first, second = targets(row("A", "p", 14.0), row("A", "q", 14.2))
    (contrast,) = score([scored(first, 14), scored(second, 13)]).contrasts
    assert not contrast.clear


def test_the_lookup_never_sees_the_study_it_is_asked_about() -> None:
    table = targets(row("A", "x", 14), row("A", "y", 15), row("B", "x", 20), row("B", "z", 22), row("C", "x", 30))
    assert look_up(table[0], table) == pytest.approx((21 + 30) / 2), "studies weigh one each"


def test_the_lookup_prefers_arms_that_are_alike() -> None:
    table = targets(
        row("A", "x", 14),
        row("B", "x", 13),
        row("C", "m", 20, graft_source="BM"),
        row("D", "c", 25, graft_source="cord"),
    )
    assert look_up(table[0], table) == 13
    assert look_up(table[3], table) == pytest.approx((14 + 13 + 20) / 3), "no other cord graft: it forgets all"


def test_the_lookup_compares_like_with_like() -> None:
    table = targets(row("A", "x", 14), row("B", "x", 30, endpoint="ANC>=1.0e9/L"))
    assert look_up(table[0], table) is None
    assert question(table[0]) != question(table[1])


def test_skill_is_against_the_lookup_on_the_same_rows() -> None:
    table = targets(row("A", "x", 14), row("B", "x", 16))
    result = score([scored(target, target.value - 0.5) for target in table], table)
    assert result.skill.rows == 2
    assert result.skill.model == pytest.approx(0.5)
    assert result.skill.lookup == pytest.approx(2.0)
    assert result.skill.skill == pytest.approx(0.75)


def test_features_are_read_from_the_words_of_the_table() -> None:
    found = {target.study[:6]: features(target) for target in packaged_targets()}
    assert found["Couban"] == ("marrow", "sibling", "high", "drugs")
    assert found["DeZern"] == ("marrow", "half", "none", "cyclophosphamide")
    assert found["Mayo M"] == ("blood", "self", "high", "")
    assert found["Slavin"] == ("blood", "sibling", "reduced", "serum")


def test_the_packaged_table_is_the_one_that_its_description_counts() -> None:
    table = packaged_targets()
    assert len(table) == 205
    assert len({target.study for target in table}) == 52
    assert sum(target.counts for target in table) == 87
    assert all(target.spread > 0 and target.scale is not None for target in table if target.counts)


def test_the_packaged_table_is_the_published_one(data) -> None:
    assert read_targets(data / "calibration" / "engraftment.csv") == packaged_targets()


def test_the_table_of_outcomes_is_read_too(data) -> None:
    table = read_targets(data / "calibration" / "outcomes.csv")
    assert len(table) == 781
    assert sum(target.counts for target in table) == 586
    assert table == packaged_outcomes()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "no column 'study'"),
        (HEADER + "\n", "no rows"),
        (HEADER + "\n" + row(value="high"), "line 2: value: found 'high'"),
        (HEADER + "\n" + row(scale="logits"), "did you mean 'logit'"),
        (HEADER + "\n" + row(statistic="mode"), "'mode'"),
        (HEADER + "\n" + row(se=""), "se"),
        (HEADER + "\n" + row(se="0", tau="0"), "errors above zero"),
        (HEADER + '\n"', "table"),
    ],
)
def test_wrong_tables_are_told_in_words(text: str, words: str) -> None:
    with pytest.raises(PlanError) as caught:
        parse_targets(text, "table.csv")
    assert words in str(caught.value)


def test_a_file_that_is_not_there_is_told_in_words(tmp_path) -> None:
    with pytest.raises(PlanError, match="no such file"):
        read_targets(tmp_path / "none.csv")


def test_a_perfect_model_has_nine_of_ten_inside() -> None:
    """4,000 rows whose truth lies around the simulation with the declared spread: 90 % within 1.5 points."""
    rng = np.random.default_rng(5)
    (target,) = targets(row(value=14))
    shown = [scored(target, 14 + z * target.spread).inside for z in rng.standard_normal(4000)]
    assert abs(np.mean(shown) - 0.9) < 0.015


def test_scales_have_their_names() -> None:
    assert [scale.value for scale in Scale] == ["logit", "log", "days"]
