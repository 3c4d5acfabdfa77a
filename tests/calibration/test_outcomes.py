"""Published outcomes: how each endpoint is read of hand-made patients, and which rows of the table can be asked."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace

import numpy as np
import pytest
from lifelines import CoxPHFitter, KaplanMeierFitter
from pandas import DataFrame
from rich.console import Console

from marrow.calibration.arm import ChronicRule, Definitions
from marrow.calibration.cohort import identities_of
from marrow.calibration.hazard import log_hazard_ratio
from marrow.calibration.kaplan_meier import survival_at
from marrow.calibration.lookup import features, question
from marrow.calibration.measures import is_worded, measure_of
from marrow.calibration.outcome_measures import is_outcome, outcome_wordings
from marrow.calibration.replicate import replicate
from marrow.calibration.replicated import as_data, render
from marrow.calibration.score import score_row
from marrow.calibration.study import packaged_studies, study_from_text
from marrow.calibration.table import Statistic, Target, packaged_outcomes, packaged_targets
from marrow.calibration.targets import Expressible, NotYet, ask, judge
from marrow.calibration.value import ArmOutcomes, Read, simulated_value
from marrow.calibration.wording import LEFT_OUT

NEVER = math.inf
TABLE = packaged_outcomes()
# what the endpoints of a transplant are called by the modules that make them
COLUMNS = {
    "death_day", "relapse_day", "non_relapse_death_day", "disease_free_survival_day", "graft_failure_day", "grfs_day",
    "crfs_day", "bacteremia_day", "cmv_reactivation_day", "fungal_infection_day", "sinusoidal_obstruction_day",
    "acute_gvhd_2_4_day", "acute_gvhd_3_4_day", "chronic_gvhd_day", "chronic_gvhd_moderate_severe_day",
    "neutrophil_engraftment_day", "hemorrhagic_cystitis_day", "second_malignancy_day", "gvhd_after_day_100_day",
    "epstein_barr_viremia_day", "lymphoproliferative_disease_day", "adenovirus_viremia_day", "idiopathic_pneumonia_day",
    "thrombotic_microangiopathy_day", "severe_mucositis_day",
}  # fmt: skip


def row(
    endpoint: str, statistic: str = "cuminc", day: float | None = 730.0, note: str = "", value: float = 50
) -> Target:
    usual = next(target for target in TABLE if target.endpoint == "os")
    return replace(usual, endpoint=endpoint, statistic=Statistic(statistic), time=day, note=note, arm="x", value=value)


def patients(until: float = 1000.0, **columns: list[float]) -> ArmOutcomes:
    filled = {name: np.array(values, dtype=float) for name, values in columns.items()}
    size = len(next(iter(filled.values())))
    every = {name: np.full(size, NEVER) for name in COLUMNS} | filled
    return ArmOutcomes(every, np.ones(size), observed_until=until)


def read(target: Target, of: ArmOutcomes, to: ArmOutcomes | None = None) -> float:
    measure = measure_of(target)
    assert measure is not None
    return simulated_value(measure, of, other=to).value


FOUR = patients(
    death_day=[100, 500, NEVER, 900],
    relapse_day=[NEVER, 300, NEVER, 650],
    non_relapse_death_day=[100, NEVER, NEVER, NEVER],
    disease_free_survival_day=[100, 300, NEVER, 650],
    acute_gvhd_2_4_day=[30, 150, 20, NEVER],
    acute_gvhd_3_4_day=[40, NEVER, NEVER, NEVER],
    chronic_gvhd_day=[200, NEVER, 250, NEVER],
)


@pytest.mark.parametrize(
    ("endpoint", "day", "percent"),
    [
        ("os", 730, 50),
        ("dfs", 730, 25),
        ("nrm", 730, 25),
        ("relapse", 730, 50),
        ("agvhd_2_4", 100, 50),
        ("agvhd_2_4", None, 50),  # by day 100, where the row has none
        ("agvhd_2_only", 100, 25),
        ("agvhd_3_4", 100, 25),
        ("cgvhd_any", 730, 25),  # a day after death is not reached
        ("severe_agvhd_free_survival", 182, 75),
        ("cgvhd_free_dfs", 730, 0),
    ],
)
def test_shares_of_four_patients(endpoint: str, day: float | None, percent: float) -> None:
    assert read(row(endpoint, day=day), FOUR) == percent


def test_relapse_competes_with_death_without_it() -> None:
    both = patients(relapse_day=[50, NEVER], death_day=[80, 80], non_relapse_death_day=[80, 80])
    assert read(row("nrm"), both) == 50, "a death after relapse is none without it, whoever tells the days"


def test_infection_before_engraftment_ends_with_engraftment() -> None:
    three = patients(bacteremia_day=[8, 25, NEVER], neutrophil_engraftment_day=[15, 15, 15])
    assert read(row("bsi_pre_engraftment", day=30), three) == pytest.approx(100 / 3)
    assert read(row("bsi", day=100), three) == pytest.approx(200 / 3)


def test_survival_from_relapse_needs_kaplan_and_meier() -> None:
    """Relapses on days 100, 200, 900 of 1000; the last is followed for 100 days only."""
    four = patients(relapse_day=[100, 200, 900, NEVER], death_day=[150, NEVER, NEVER, 400])
    assert read(row("os_after_relapse", day=365), four) == pytest.approx(100 * 2 / 3)
    measure = measure_of(row("os_after_relapse", day=365))
    assert measure is not None
    assert simulated_value(measure, four).draws == 3


def test_kaplan_and_meier_agree_with_lifelines() -> None:
    rng = np.random.default_rng(4)
    lasted, died = np.ceil(rng.exponential(200, 300)), rng.random(300) < 0.7
    fit = KaplanMeierFitter().fit(lasted, died)
    share, error = survival_at(lasted, died, 150)
    assert share == pytest.approx(float(fit.predict(150)))
    table = fit.confidence_interval_survival_function_.loc[:150].iloc[-1]  # of log(-log), so only near Greenwood's
    assert error == pytest.approx((table.iloc[1] - table.iloc[0]) / 3.92, rel=0.03)


def test_conditional_survival_is_that_of_those_free_of_disease_at_two_years() -> None:
    four = patients(3700, death_day=[100, 3000, NEVER, NEVER], disease_free_survival_day=[100, 3000, NEVER, 500])
    assert read(row("os_conditional_2y", "km", 3652), four) == 50


def test_arms_may_speak_of_patients_with_an_event() -> None:
    text = """
study: Landmark
year: 2019
source: a book
fitted: true
plan:
  year: 2010
  patient: {age: 45 y, sex: male, weight: 80 kg, height: 175 cm, disease: AML in CR1}
  donor: sibling
  graft: {source: bone marrow, cd34: 3e6 /kg}
  conditioning: BuCy
  follow-up: 3 y
assumed: [everything]
arms:
  - arm: with
    n: 100
    only: {death: [101, never], agvhd_2_4: [0, 100]}
    endpoints:
      - {endpoint: os, statistic: km, value: 60 %, day: 730}
"""
    study = study_from_text(text)
    measure = measure_of(study.targets[0], study.arms[0].arm.definitions)
    assert measure is not None
    three = patients(death_day=[50, 300, NEVER], acute_gvhd_2_4_day=[20, 40, 60])
    assert simulated_value(measure, three).value == 50
    assert "death_day not before day 101" in str(measure)


def two_arms(seed: int = 5, size: int = 400) -> tuple[ArmOutcomes, ArmOutcomes]:
    """Relapse twice as often in the first arm, deaths without it half as often; followed for 1000 days."""
    rng = np.random.default_rng(seed)
    arms = []
    for relapsing, dying in ((2.0, 0.5), (1.0, 1.0)):
        relapse, death = rng.exponential(900 / relapsing, size), rng.exponential(1500 / dying, size)
        relapse = np.where((relapse > death) | (relapse > 1000), NEVER, relapse)
        without = np.where((death < relapse) & (death <= 1000), death, NEVER)
        dead = np.minimum(without, relapse + 100)
        arms.append(
            patients(
                relapse_day=list(relapse),
                non_relapse_death_day=list(without),
                death_day=list(np.where(dead > 1000, NEVER, dead)),
                disease_free_survival_day=list(np.minimum(relapse, without)),
            )
        )
    return arms[0], arms[1]


@pytest.mark.parametrize(("endpoint", "column"), [("relapse", "relapse_day"), ("nrm", "non_relapse_death_day")])
@pytest.mark.parametrize("note", ["", "subdistribution hazard ratio"])
def test_hazard_ratios_are_those_of_the_regression_that_was_published(endpoint: str, column: str, note: str) -> None:
    of, to = two_arms()
    event = np.concatenate([arm.columns[column] for arm in (of, to)])
    free = np.concatenate([arm.columns["disease_free_survival_day"] for arm in (of, to)])
    group = np.repeat([1.0, 0.0], of.draws)
    end = np.full(event.size, 730.0) if note else np.minimum(free, 730.0)  # Fine and Gray: who had the other stays
    table = DataFrame({"day": np.minimum(event, end), "event": event <= 730, "group": group})
    fit = CoxPHFitter().fit(table, "day", "event")
    assert read(row(endpoint, "HR", 730, note), of, to) == pytest.approx(
        math.exp(float(fit.params_["group"])), rel=1e-3
    )


def test_the_ratio_of_relapse_is_found_again() -> None:
    assert read(row("relapse", "HR"), *two_arms(size=20_000)) == pytest.approx(2.0, rel=0.05)
    assert read(row("nrm", "HR"), *two_arms(size=20_000)) == pytest.approx(0.5, rel=0.08)


def test_who_left_is_no_longer_at_risk() -> None:
    day, group = np.array([10, NEVER, 30, NEVER]), np.array([1.0, 1, 0, 0])
    stays, _ = log_hazard_ratio(day, group)
    leaves, _ = log_hazard_ratio(day, group, np.array([10, 15, 30, 40.0]))
    assert stays != leaves


def test_odds_ratios_are_of_shares() -> None:
    of = patients(sinusoidal_obstruction_day=[10, 20, NEVER, NEVER])
    to = patients(sinusoidal_obstruction_day=[10, NEVER, NEVER, NEVER])
    assert read(row("vod_sos", "HR", None, "odds ratio"), of, to) == pytest.approx(3.0)


def test_other_ratios_are_not_read() -> None:
    assert measure_of(row("relapse", "HR", note="risk ratio, not HR")) is None
    assert measure_of(row("os", "HR")) is None, "of survival or of death?"


def test_what_the_model_does_not_compute_is_never_a_miss() -> None:
    target = next(target for target in TABLE if target.endpoint == "os" and target.counts)
    measure = measure_of(target)
    assert measure is not None
    found = score_row(target, simulated_value(measure, ArmOutcomes({}, np.ones(3))))
    assert not found.counts
    assert "does not compute" in found.simulated.how


def test_every_column_that_is_read_is_made_by_some_module() -> None:
    wanted = {
        column
        for endpoint in outcome_wordings()
        for statistic in ("cuminc", "HR")
        if (measure := measure_of(row(endpoint, statistic, 100.0)))
        for column in measure.columns
    }
    assert wanted <= COLUMNS
    assert len(wanted) > 12


# the table


def test_months_are_whole_days() -> None:
    days = {target.time for target in TABLE if target.time is not None}
    assert {28.0, 42.0, 56.0, 100.0, 365.0, 730.0, 1095.0, 1826.0} <= days
    assert all(day == int(day) for day in days)


def test_every_row_is_asked_or_has_a_reason() -> None:
    judged = [judge(target) for target in TABLE]
    asked = [each for each in judged if isinstance(each, Expressible)]
    assert len(asked) > 340
    assert all(each.reason for each in judged if isinstance(each, NotYet))
    ratios = [each for each in asked if each.target.statistic is Statistic.RATIO]
    assert ratios
    assert all(each.other is not None for each in ratios)
    assert all(each.measure.read in (Read.HAZARD_RATIO, Read.ODDS_RATIO) for each in ratios)


@pytest.mark.parametrize(
    ("study", "endpoint", "reason"),
    [
        ("REACH1", "gvhd_orr_d28", "enter with graft-versus-host disease"),
        ("US DCE AML", "utility", "a valuation of states of health"),
        ("GRFS component", "os_event", "an event after the graft as the covariate"),
        ("BMT CTN 0201 infections", "infection_moderate_plus", "not told apart"),
        ("IS burden", "alive_off_IS", "whether immunosuppression is still given"),
        ("MRC AML15", "os", LEFT_OUT),
    ],
)
def test_what_cannot_be_asked_says_why(study: str, endpoint: str, reason: str) -> None:
    rows = [judge(target) for target in TABLE if target.study.startswith(study) and target.endpoint == endpoint]
    assert any(isinstance(each, NotYet) and reason in each.reason for each in rows)


def test_figures_that_a_file_leaves_out_are_not_asked_by_its_arms() -> None:
    """Tel Aviv gives survival of two stages under one name; the file takes neither."""
    rows = [judge(target) for target in TABLE if target.study.startswith("Tel Aviv") and target.endpoint == "os"]
    assert all(isinstance(each, NotYet) and LEFT_OUT in each.needs for each in rows)


def test_arms_that_live_alike_are_simulated_once() -> None:
    study = next(each for each in packaged_studies() if each.name.startswith("CIBMTR post-HCT"))
    assert len(study.arms) == 4
    rows = [Expressible(t, each.arm, m) for each in study.arms for t in each.targets
            if (m := measure_of(t, each.arm.definitions))]  # fmt: skip
    asked: list[str] = []

    def simulate(arm, wanted) -> ArmOutcomes:
        asked.append(arm.arm)
        assert len(wanted) == len(rows)
        return patients(2192, relapse_day=[60, 200, 800], death_day=[100, NEVER, 900])

    found = ask(rows, simulate)
    assert asked == ["all"]
    assert [round(each.simulated.value) for each in found] == [33, 0, 100, 0]


def test_the_lookup_knows_the_words_of_outcome_tables() -> None:
    found = {(target.study.split(" (")[0], target.arm): features(target) for target in TABLE}
    assert found["BMT CTN 0201", "BM"] == ("marrow", "unrelated", "mixed", "drugs")
    assert found["EBMT MDS sibling RIC vs SMC", "SMC"] == ("", "sibling", "high", "")
    assert found["Finke/Socie ATG-F URD", "ATG-F"][3] == "serum"
    assert found["COBLT", "all"][:2] == ("cord", "unrelated")
    assert found["CIBMTR BEAM vs R-BEAM DLBCL", "BEAM"][1:3] == ("self", "high")
    assert question(row("agvhd_2_4", day=None)) == question(row("agvhd_2_4", day=100.0))
    assert question(row("os", day=365.0)) != question(row("os", day=730.0))


def test_words_of_endpoints_are_known() -> None:
    assert all(is_worded(endpoint) for endpoint in outcome_wordings())
    assert not is_outcome("graft failure")


def anyone(arm, rows) -> ArmOutcomes:
    """Random days of everything that the rows ask, the same for all arms: no arm differs from another."""
    rng = np.random.default_rng(1)
    size = 300
    names = {column for each in rows for column in each.measure.columns} | COLUMNS
    columns = {name: rng.exponential(1500, size) for name in sorted(names)}
    return ArmOutcomes(columns, np.linspace(1e6, 9e6, size), np.arange(size) % 2.0, observed_until=3700)


def test_all_studies_of_outcome_are_scored_in_both_parts() -> None:
    studies = [study for study in packaged_studies() if study.is_of_outcomes and not study.lacking]
    done = replicate(studies, anyone, (*packaged_targets(), *TABLE))
    assert done.together.scored > 320
    assert done.fitted is not None
    assert done.set_aside is not None
    assert done.fitted.scored + done.set_aside.scored == done.together.scored
    assert sum(line.rows for line in done.together.lines) == done.together.scored
    assert sum(line.inside for line in done.together.lines) == done.together.inside
    assert done.set_aside.skill.rows > 60
    ratios = [each for each in done.together.contrasts if each.first is each.second]
    assert len(ratios) > 40
    assert all(abs(each.simulated) < 0.01 for each in ratios), "arms that do not differ have a ratio of 1"
    data = json.loads(json.dumps(as_data(done), allow_nan=False))
    assert set(data["parts"]["set_aside"]["inside_of_endpoint"]) <= set(data["inside_of_endpoint"])
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(render(done))
    assert "Studies set aside" in console.export_text()


def test_chronic_disease_may_be_any_disease_after_day_100() -> None:
    by_signs, classic = (
        measure_of(row("cgvhd_any"), Definitions(chronic=rule))
        for rule in (ChronicRule.BY_SIGNS, ChronicRule.AFTER_DAY_100)
    )
    assert by_signs is not None
    assert classic is not None
    found = patients(chronic_gvhd_day=[NEVER, 200, NEVER], gvhd_after_day_100_day=[120, 200, NEVER])
    assert simulated_value(by_signs, found).value == pytest.approx(100 / 3)
    assert simulated_value(classic, found).value == pytest.approx(200 / 3)


def test_each_study_has_people_of_its_own_and_its_arms_share_them() -> None:
    one, other = (study.arms for study in packaged_studies()[:2])
    assert np.array_equal(identities_of(one[0].arm, 5, 250), identities_of(one[-1].arm, 5, 250))
    assert not np.intersect1d(identities_of(one[0].arm, 2000), identities_of(other[0].arm, 2000)).size
