"""Study files: what they may say, what is refused and how, and that the packaged ones repeat the table."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from marrow.calibration.arm import Among, PlateletRule, Spread
from marrow.calibration.cohort import draw_patients, plans_of
from marrow.calibration.measures import is_worded, measure_of
from marrow.calibration.outcome_measures import is_outcome
from marrow.calibration.published import CELLS, Published, read_published
from marrow.calibration.said import SPOKEN, named
from marrow.calibration.split import FEWEST, kind, set_aside
from marrow.calibration.study import Study, packaged_studies, read_studies, read_study, study_from_text
from marrow.calibration.table import Scale, Statistic, Target, packaged_outcomes, packaged_targets
from marrow.calibration.yardstick import NO_RULE, NO_SIZE, yardstick
from marrow.errors import PlanError

TEXT = """
study: Trial of one dose
year: 2011
source: "https://example.org/trial"
fitted: true
definitions: {medians: everyone, platelets: 3 days untransfused}
patients:
  age: {median: 58 y, range: [35 y, 70 y]}
  cd34: {median: 4e6 /kg, iqr: [3e6 /kg, 6e6 /kg]}
  women: 40 %
words: {graft: auto PBSC, donor: auto, conditioning: Mel200}
plan:
  year: 2008
  patient: {age: 58 y, sex: male, weight: 82 kg, height: 175 cm}
  donor: autologous
  graft: {source: peripheral blood, cd34: 4e6 /kg}
  conditioning: Mel200
  care:
    - filgrastim 5 ug/kg SC daily from day 5 until ANC > 1.5 on 2 days
    - platelets when < 10
  follow-up: 60 d
assumed:
  - melphalan on day -2
arms:
  - arm: filgrastim
    n: 100
    endpoints:
      - {endpoint: ANC>=0.5e9/L, statistic: median, value: 12 days}
      - {endpoint: PLT>=20e9/L, statistic: median, value: 14 days, lo95: 13, hi95: 16}
      - {endpoint: PLT<50e9/L, statistic: proportion, value: 20 %, day: 30}
  - arm: none
    n: 100
    changes:
      care: [platelets when < 10]
    assumed: [no growth factor at all]
    variants:
      - {share: 25 %, changes: {conditioning: Mel140}}
    endpoints:
      - {endpoint: ANC>=0.5e9/L, statistic: median, value: 14 days}
      - {endpoint: ANC>=0.5e9/L, statistic: mean, value: 14.5 days}
"""


def refused(text: str) -> str:
    with pytest.raises(PlanError) as caught:
        study_from_text(text, "trial.yaml")
    return str(caught.value)


def line_of(part: str, text: str = TEXT) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


def test_a_study_file_says_arms_plans_and_figures() -> None:
    study = study_from_text(TEXT)
    first, second = (each.arm for each in study.arms)
    assert (study.name, study.year, study.fitted, study.lacking) == ("Trial of one dose", 2011, True, ())
    assert first.definitions.among is Among.EVERYONE
    assert first.definitions.platelets is PlateletRule.THREE_DAYS
    assert set(first.drugs) == {"filgrastim", "melphalan"}
    assert set(second.drugs) == {"melphalan"}
    assert second.assumed == ("melphalan on day -2", "no growth factor at all")
    assert second.plans[1].conditioning[0].courses[0].dose.amount == 140
    assert first.cohort.women == 0.4


def test_errors_and_spreads_follow_the_rule_of_the_table() -> None:
    anc, plt, share = study_from_text(TEXT).arms[0].targets
    assert (anc.scale, anc.se, anc.tau) == (Scale.DAYS, pytest.approx(0.5), 1.0)
    assert (plt.se, plt.tau) == (pytest.approx(3 / 3.92), 2.5)
    assert (share.scale, share.se, share.tau) == (Scale.LOGIT, pytest.approx(1 / math.sqrt(100 * 0.2 * 0.8)), 0.25)
    assert anc.line == line_of("value: 12 days")
    mean = study_from_text(TEXT).arms[1].targets[1]
    assert mean.why_not_scored == NO_RULE
    assert not mean.counts


def test_definitions_choose_what_is_read() -> None:
    first = study_from_text(TEXT).arms[0]
    _, plt, share = (str(measure_of(target, first.arm.definitions)) for target in first.targets)
    assert plt.startswith("median of platelet_three_day_rule_day, everyone")
    assert share == "share of patients with it, % of platelet_count below 50 on day 30"


@pytest.mark.parametrize(
    ("given", "spread"),
    [
        (Published(median=4e6, lower_quartile=3e6, upper_quartile=6e6), (4e6, math.log(2) / 1.34898)),
        (Published(median=10, log_sd=0.4, low=5, high=15), (10, 0.4)),
        (Published(mean=10, sd=5), (10 / math.sqrt(1.25), math.sqrt(math.log(1.25)))),
    ],
)
def test_printed_distributions_become_lognormals(given: Published, spread: tuple[float, float]) -> None:
    found = given.spread(40)
    assert (found.median, found.sigma) == (pytest.approx(spread[0], rel=1e-4), pytest.approx(spread[1], rel=1e-4))


def test_a_range_is_that_of_so_many_patients() -> None:
    """Of 100,000 samples of 50 patients with log sd 0.4, the mean range of the logarithms gives the 0.4 back."""
    extremes = np.random.default_rng(3).standard_normal((20_000, 50)) * 0.4
    width = float(np.mean(extremes.max(axis=1) - extremes.min(axis=1)))
    found = Published(median=1, low=math.exp(-width / 2), high=math.exp(width / 2)).spread(50)
    assert found.sigma == pytest.approx(0.4, rel=0.01)
    assert found == Spread(1, found.sigma, math.exp(-width / 2), math.exp(width / 2))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("study: Trial of one dose\n", "", "no 'study'"),
        ("fitted: true", "fitted: perhaps", "false (set aside before it)"),
        ("endpoint: ANC>=0.5e9/L, statistic: median, value: 12", "endpoint: ANC>0.5e9L, statistic: median, value: 12",
         "did you mean 'ANC>=0.5e9/L'"),
        ("statistic: median, value: 12 days", "statistic: medain, value: 12 days", "did you mean 'median'"),
        ("value: 12 days", "value: 12", "with its unit"),
        ("    n: 100\n    endpoints", "    size: 100\n    endpoints", "one of arm, n, plan"),
        ("iqr: [3e6 /kg, 6e6 /kg]", "quartiles: [3e6 /kg, 6e6 /kg]", "the unknown key 'quartiles'"),
        ("iqr: [3e6 /kg, 6e6 /kg]", "iqr: [6e6 /kg, 7e6 /kg]", "does not hold the middle"),
        ("median: 58 y, range: [35 y, 70 y]", "median: 58 y", "a median alone"),
        ("conditioning: Mel200\n", "conditioning: Mel2000\n", "did you mean 'Mel200'"),
        ("conditioning: Mel140", "conditioning: melphalan 140", "unit"),
        ("graft: {source: peripheral blood, cd34: 4e6 /kg}",
         "graft: [{source: peripheral blood, cd34: 4e6/kg}, {source: bone marrow, cd34: 1e6/kg, day: 1}]", "one graft"),
        ("share: 25 %", "share: 125 %", "a share of patients"),
        ("arm: none", "arm: filgrastim", "a second time"),
        ("day: 30", "day: 300", "the plan's follow-up (60 days)"),
        (", day: 30", "", "perhaps with 'day:'"),
        ("platelets: 3 days untransfused", "platelets: 3 days untransfus", "did you mean '3 days untransfused'"),
        ("    - platelets when < 10\n  follow-up", "    - platelets when < ten\n  follow-up", "ten"),
    ],
)  # fmt: skip
def test_wrong_files_are_told_with_line_and_what_is_needed(old: str, new: str, words: str) -> None:
    assert old in TEXT
    message = refused(TEXT.replace(old, new, 1))
    assert words in message
    assert "trial.yaml" in message


def test_the_line_of_a_mistake_inside_a_plan_is_that_of_the_file() -> None:
    message = refused(TEXT.replace("sex: male", "sex: mael"))
    assert f"line {line_of('sex: male')}: " in message
    assert "did you mean 'male'" in message


def test_a_plan_may_stand_in_its_own_file(tmp_path: Path) -> None:
    head, _, rest = TEXT.partition("plan:\n")
    plan, _, tail = rest.partition("assumed:\n")
    (tmp_path / "plan.yaml").write_text("\n".join(line[2:] for line in plan.splitlines()) + "\n", encoding="utf-8")
    (tmp_path / "study.yaml").write_text(f"{head}plan: plan.yaml\nassumed:\n{tail}", encoding="utf-8")
    assert read_study(tmp_path / "study.yaml").arms[0].arm.plan == study_from_text(TEXT).arms[0].arm.plan
    (found,) = read_studies([tmp_path / "study.yaml"])
    assert found.name == "Trial of one dose"
    with pytest.raises(PlanError, match="a second time"):
        read_studies([tmp_path / "study.yaml", tmp_path / "study.yaml"])


def test_an_empty_file_and_no_file_are_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text(" \n", encoding="utf-8")
    with pytest.raises(PlanError, match="needed a study"):
        read_study(tmp_path / "empty.yaml")
    with pytest.raises(PlanError, match="no such file"):
        read_study(tmp_path / "none.yaml")


@pytest.mark.parametrize("given", ["4e6 /kg", {"median": "4e6"}, {"median": "4e6 /kg", "log-sd": "9"}, {}])
def test_distributions_without_spread_or_unit_are_refused(given: object) -> None:
    with pytest.raises(PlanError):
        read_published(given, CELLS)


def test_patients_are_drawn_as_published_and_keep_their_variant() -> None:
    arm = study_from_text(TEXT).arms[1].arm
    patients = draw_patients(arm, 200, 1)
    assert patients.age.min() >= 35
    assert np.median(patients.cd34) == pytest.approx(4e6, rel=0.02)
    doses = [plan.conditioning[0].courses[0].dose.amount for plan in plans_of(arm, patients)]
    assert doses.count(140) == 50
    assert (draw_patients(arm, 200, 1, batch=1).age != patients.age).any()


def test_small_arms_and_bare_ratios_are_only_shown() -> None:
    nothing = math.nan
    assert yardstick("graft failure", Statistic.PROPORTION, 17.6, nothing, nothing, 17, "%").why_not == NO_SIZE
    ratio = yardstick("graft failure (OR)", Statistic.RATIO, 2.81, 1.74, 4.54, None, "odds ratio")
    assert (ratio.se, ratio.tau) == (pytest.approx(0.245, abs=1e-3), 0.15)
    assert yardstick("graft failure (OR)", Statistic.RATIO, 4, nothing, nothing, None, "ratio").scale is None


OUTCOME = """
study: Trial of two donors
year: 2015
source: a book
fitted: true
patients:
  shares:
    patient.hct-ci: {0: 50 %, 3: 50 %}
    patient.disease: {AML in CR1: 75 %, MDS: 25 %}
plan:
  year: 2010
  patient: {age: 50 y, sex: male, weight: 80 kg, height: 175 cm, disease: AML in CR1}
  donor: {relation: sibling, hla: 10/10}
  graft: {source: peripheral blood, cd34: 6e6 /kg}
  conditioning: BuCy
  follow-up: 2 y
assumed: [everything]
arms:
  - arm: sibling
    n: 100
    endpoints:
      - {endpoint: os, statistic: km, value: 60 %, day: 730}
  - arm: unrelated
    n: 100
    changes: {donor.relation: unrelated, patient.hct-ci: 2}
    patients:
      shares:
        donor.hla: {10/10: 60 %, 9/10: 40 %}
    endpoints:
      - {endpoint: os, statistic: km, value: 50 %, day: 730}
contrasts:
  - contrast: unrelated vs sibling
    of: unrelated
    to: sibling
    endpoints:
      - {endpoint: os_event, statistic: HR, value: 1.3 ratio, lo95: 1.0, hi95: 1.7}
"""


def test_shares_of_patients_are_drawn_apart_from_each_other_and_changes_of_an_arm_hold_for_all() -> None:
    sibling, unrelated = (each.arm for each in study_from_text(OUTCOME).arms)
    plans = plans_of(sibling, draw_patients(sibling, 200, 1))
    many = [plan.patient.hct_ci == 3 for plan in plans]
    marrow = [plan.patient.disease is not None and plan.patient.disease.words == "MDS" for plan in plans]
    assert (sum(many), sum(marrow)) == (100, 50)
    assert 15 < sum(a and b for a, b in zip(many, marrow, strict=True)) < 35
    plans = plans_of(unrelated, draw_patients(unrelated, 200, 1))
    assert {plan.patient.hct_ci for plan in plans} == {2}
    assert sum(plan.donor.hla == "9/10" for plan in plans) == 80


def test_a_contrast_is_of_two_arms() -> None:
    study = study_from_text(OUTCOME)
    (contrast,) = study.contrasts
    assert (contrast.of.arm, contrast.to.arm) == ("unrelated", "sibling")
    assert (contrast.targets[0].arm, contrast.targets[0].scale) == ("unrelated vs sibling", Scale.LOG)
    assert len(study.targets) == 3
    assert study.is_of_outcomes


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("to: sibling", "to: siblings", "did you mean 'sibling'"),
        ("0: 50 %, 3: 50 %", "0: 50 %, 3: 30 %", "shares of 80 % together"),
        ("patient.hct-ci: {0", "patient.hct: {0", "patient.hct"),
        ("patient.hct-ci: {0", "conditioning: {0", "a key of patient, donor or graft"),
        ("AML in CR1: 75 %", "AML in CR11: 75 %", "CR1"),
        ("    n: 100\n", "    only: {dead: [1, never]}\n", "one of death, relapse"),
        ("    n: 100\n", "    only: {death: [9, 2]}\n", "the earlier day first"),
        ("value: 60 %, day: 730", "value: 60 %, day: 900", "the plan's follow-up (730 days)"),
        ("os, statistic: km, value: 60 %, day: 730", "os_event, statistic: HR, value: 0.8 ratio", "or contrasts"),
        ("endpoint: os_event, statistic: HR", "endpoint: os, statistic: km", "a ratio (statistic: HR)"),
        ("endpoint: os,", "endpoint: osx,", "did you mean 'os'"),
    ],
)  # fmt: skip
def test_wrong_files_of_outcomes_are_told(old: str, new: str, words: str) -> None:
    assert old in OUTCOME
    message = refused(OUTCOME.replace(old, new, 1))
    assert words in message
    assert "line " in message


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("overall survival", "os"), ("PFS", "dfs"), ("Leukemia-free survival", "dfs"),
        ("EFS", "efs"), ("thalassemia-free survival", "efs"), ("TRM", "nrm"), ("acute GVHD II-IV", "agvhd_2_4"),
        ("Acute GVHD, grades III to IV", "agvhd_3_4"), ("grade II–IV aGVHD", "agvhd_2_4"),
        ("chronic GVHD", "cgvhd_any"),
        ("moderate-to-severe chronic GVHD", "cgvhd_modsev"), ("extensive cGVHD", "cgvhd_extensive"),
        ("GVHD-free, relapse-free survival", "grfs"), ("graft rejection", "graft_failure"), ("VOD", "vod_sos"),
        ("platelet engraftment", "plt_engraft"), ("clinically significant CMV infection", "cmv_infection"),
    ],
)  # fmt: skip
def test_endpoints_are_read_as_papers_say_them(said: str, name: str) -> None:
    text = OUTCOME.replace("{endpoint: os, statistic: km", f'{{endpoint: "{said}", statistic: km', 1)
    assert study_from_text(text).arms[0].targets[0].endpoint == name


def test_every_name_that_is_said_is_read() -> None:
    assert all(is_worded(named(said)) for said in SPOKEN)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("os, statistic: km, value: 60 %", "os, statistic: median, value: 50 months", "value: 50 %"),
        ("endpoint: os_event, statistic: HR", "endpoint: os, statistic: hazard ratio", "'os_event'"),
        ("endpoint: os,", "endpoint: over-all survival,", "did you mean 'overall survival'"),
    ],
)  # fmt: skip
def test_what_stands_in_place_of_a_wrong_statistic_is_told(old: str, new: str, words: str) -> None:
    assert old in OUTCOME
    assert words in refused(OUTCOME.replace(old, new, 1))


# the packaged studies


UNITS = {"percent": "%"}


def in_table(target: Target) -> Target:
    """The row of the table that a figure repeats; a file may say the day where the table leaves it open."""
    (found,) = (
        there
        for there in (*packaged_targets(), *packaged_outcomes())
        if (there.study, there.arm or "all", there.endpoint) == (target.study, target.arm, target.endpoint)
        and (there.statistic, there.value) == (target.statistic, target.value)
        and there.time in (target.time, None)
    )
    return found


@pytest.mark.parametrize(
    "study", [study for study in packaged_studies() if not study.added], ids=lambda study: study.name
)
def test_packaged_studies_repeat_the_table(study: Study) -> None:
    """Every figure stands in the table with the same value, interval and yardstick: nothing was mistyped."""
    for target in study.targets:
        there = in_table(target)
        assert (target.unit, target.year) == (UNITS.get(there.unit, there.unit), there.year)
        assert target.note == there.note or not is_outcome(target.endpoint)
        np.testing.assert_equal((target.low, target.high), (there.low, there.high))
        assert (target.family, target.why_not_scored) == (there.family, there.why_not_scored)
        if target.counts:
            assert (target.scale, target.tau) == (there.scale, there.tau)
            assert target.se == pytest.approx(there.se, abs=0.006), "the table rounds to two digits"
    assert all(each.arm.assumed for each in study.arms)


def test_there_are_enough_studies_of_every_kind_on_both_sides() -> None:
    studies = packaged_studies()
    assert len(studies) >= 30
    assert sum(study.is_of_outcomes for study in studies) >= 60
    for fitted in (True, False):
        for outcomes in (True, False):
            part = [study for study in studies if study.fitted is fitted and study.is_of_outcomes is outcomes]
            assert {kind(study) for study in part} == {
                "autologous", "sibling", "unrelated", "haploidentical", "cord blood",
            }  # fmt: skip


def test_each_endpoint_of_two_studies_is_in_a_study_set_aside() -> None:
    """Of one batch: each is parted in itself."""
    having: dict[tuple[str, str], list[bool]] = {}
    for study in packaged_studies():
        for endpoint in {target.endpoint for target in study.targets if target.counts and is_outcome(target.endpoint)}:
            having.setdefault((study.added, endpoint), []).append(study.fitted)
    assert all(False in fitted for fitted in having.values() if len(fitted) >= FEWEST)
    often = {endpoint for (_, endpoint), fitted in having.items() if fitted.count(True) >= 3}
    assert often >= {"os", "dfs", "nrm", "relapse", "agvhd_2_4", "agvhd_3_4", "cgvhd_any", "os_event"}


def test_what_is_set_aside_follows_from_names_alone() -> None:
    """Studies that came later are parted among themselves: what was set aside before stays so."""
    studies, never_fitted = packaged_studies(), "2026-12-01, fourth"  # a batch that is set aside as a whole
    assert not any(study.fitted for study in studies if study.added == never_fitted)
    for batch in {study.added for study in studies} - {never_fitted}:
        mine = [study for study in studies if study.added == batch]
        assert {study.name for study in mine if not study.fitted} == set_aside(mine)
        assert 0.25 < len(set_aside(mine)) / len(mine) < 0.45


@pytest.mark.parametrize("study", packaged_studies(), ids=lambda study: study.name)
def test_every_virtual_patient_of_a_packaged_study_has_a_valid_plan(study: Study) -> None:
    for each in study.arms:
        plans = plans_of(each.arm, draw_patients(each.arm, 6, 2))
        assert all(1e3 <= plan.graft.cd34 <= 1e8 for plan in plans)
