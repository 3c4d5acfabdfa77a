"""Replicating studies: scores that can be worked out by hand, parts apart, files written, one small real run."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lifelines import CoxPHFitter
from pandas import DataFrame
from rich.console import Console
from typer.testing import CliRunner

from marrow.calibration.arm import Arm
from marrow.calibration.hazard import log_hazard_ratio
from marrow.calibration.measures import measure_of
from marrow.calibration.readings import BelowOn, Chart, CountOn, GraftFailed, NeverBelow, TransfusedUntil, WholeBlood
from marrow.calibration.replicate import Replication, replicate
from marrow.calibration.replicated import as_csv, as_data, render
from marrow.calibration.simulator import BATCH, Simulator, _is_small
from marrow.calibration.study import Study, packaged_studies, study_from_text
from marrow.calibration.targets import Expressible
from marrow.calibration.value import ArmOutcomes, simulated_value
from marrow.cli import app
from marrow.endpoints.chimerism import Category
from marrow.endpoints.definitions import PRIMARY_GRAFT_FAILURE
from marrow.endpoints.transfusion import Product
from marrow.errors import RunError

PLAN = """
study: {study}
year: 2011
source: a book
fitted: {fitted}
words: {{graft: auto PBSC, donor: auto, conditioning: Mel200}}
plan:
  year: 2008
  patient: {{age: 58 y, sex: male, weight: 82 kg, height: 175 cm}}
  donor: autologous
  graft: {{source: peripheral blood, cd34: 4e6 /kg}}
  conditioning: {conditioning}
  care: [platelets when < 10]
  follow-up: 60 d
assumed: [everything]
arms:
  - arm: early
    n: 100
    endpoints:
      - {{endpoint: ANC>=0.5e9/L, statistic: median, value: {early} days}}
      - {{endpoint: PLT<50e9/L, statistic: proportion, value: 20 %, day: 30}}
  - arm: late
    n: 100
    endpoints:
      - {{endpoint: ANC>=0.5e9/L, statistic: median, value: {late} days}}
"""


def study(name: str, early: float, late: float, fitted: bool = True, conditioning: str = "Mel200") -> Study:
    text = PLAN.format(study=name, fitted=str(fitted).lower(), early=early, late=late, conditioning=conditioning)
    return study_from_text(text, f"{name}.yaml")


def fake(arm: Arm, rows: Sequence[Expressible]) -> ArmOutcomes:
    """Everyone recovers on day 12, in late arms on day 14; every fourth patient has few platelets on day 30."""
    day = np.full(80, 12.0 if arm.arm == "early" else 14.0)
    few = np.arange(80) % 4 == 0
    return ArmOutcomes(
        {"neutrophil_engraftment_day": day, "platelet_count below 50 on day 30": few.astype(float)}, np.full(80, 4e6)
    )


@pytest.fixture
def replication() -> Replication:
    return replicate([study("A", 12, 16), study("B", 15, 14, fitted=False)], fake)


def test_scores_of_parts_can_be_worked_out(replication: Replication) -> None:
    z = {(row.target.study, row.target.arm, row.target.kind): row.z for row in replication.together.rows}
    spread = math.hypot(5 / 10, 1.0)
    assert z["A", "early", "anc"] == 0
    assert z["A", "late", "anc"] == pytest.approx(2 / spread)
    assert z["B", "early", "anc"] == pytest.approx(3 / spread)
    share = (math.log(0.2 / 0.8) - math.log(0.25 / 0.75)) / math.hypot(1 / math.sqrt(16), 0.25)
    assert z["A", "early", "plt<"] == pytest.approx(share)
    assert replication.fitted is not None
    assert replication.set_aside is not None
    assert (replication.fitted.scored, replication.fitted.inside) == (3, 2)
    assert (replication.set_aside.scored, replication.set_aside.inside) == (3, 2)
    assert replication.fitted.coverage == pytest.approx(0.75), "the family of neutrophils has one of two inside"


def test_contrasts_have_the_right_sign_where_the_paper_is_clear(replication: Replication) -> None:
    first, second = replication.together.contrasts
    assert (first.published, first.simulated, first.clear, first.right_sign) == (4, 2, True, True)
    assert first.z == pytest.approx(2 / math.hypot(0.5, 0.5))
    assert (second.published, second.clear) == (-1, False)


def test_the_lookup_never_knows_the_study_itself(replication: Replication) -> None:
    """Of A it knows B's mean of the same question, 14.5 days."""
    fitted = replication.fitted
    assert fitted is not None
    spread = math.hypot(0.5, 1.0)
    by_hand = [abs(12 - 14.5) / spread, abs(16 - 14.5) / spread, 0.0]
    assert fitted.skill.lookup == pytest.approx(np.mean(by_hand))


def test_a_study_with_a_drug_that_is_not_modelled_is_skipped_and_the_drug_named(monkeypatch) -> None:
    monkeypatch.setattr("marrow.clinic.formulary.is_modelled", lambda drug: drug != "thiotepa")
    done = replicate([study("T", 12, 14, conditioning="thiotepa 5 mg/kg IV over 2 h day -4")], fake)
    assert done.skipped[0].reason == "not modelled yet: thiotepa"
    assert done.together.scored == 0
    assert done.fitted is None
    json.dumps(as_data(done), allow_nan=False)
    assert as_csv(done) == ""


def test_only_the_arm_with_a_drug_that_is_not_modelled_is_skipped(monkeypatch) -> None:
    text = PLAN.format(study="T", fitted="true", early=12, late=14, conditioning="Mel200")
    changed = "  - arm: late\n    changes: {conditioning: thiotepa 5 mg/kg IV over 2 h day -4}\n"
    whole = study_from_text(text.replace("  - arm: late\n", changed), "T.yaml")
    monkeypatch.setattr("marrow.clinic.formulary.is_modelled", lambda drug: drug != "thiotepa")
    done = replicate([whole], fake)
    assert done.skipped[0].reason == "not modelled yet: thiotepa (only in late)"
    assert {row.target.arm for row in done.together.rows} == {"early"}
    assert done.together.contrasts == ()
    assert as_data(done)["skipped"][0]["arms"] == ["late"]


def test_what_is_written_has_one_record_a_row(replication: Replication) -> None:
    data = json.loads(json.dumps(as_data(replication), allow_nan=False))
    assert {
        "scored",
        "inside",
        "coverage",
        "coverage_interval",
        "slope",
        "intercept",
        "skill",
        "contrasts",
        "rows",
    } <= set(data)
    assert (data["scored"], data["inside"], len(data["rows"])) == (6, 4, 6)
    assert data["parts"]["set_aside"]["scored"] == 3
    assert {row["fitted"] for row in data["rows"] if row["study"] == "B"} == {False}
    row = data["rows"][0]
    assert (row["inside_from"], row["inside_to"]) == pytest.approx(
        (12 - 1.64 * math.hypot(0.5, 1), 12 + 1.64 * math.hypot(0.5, 1))
    )
    table = list(csv.DictReader(io.StringIO(as_csv(replication))))
    assert len(table) == 6
    assert table[0]["simulated"] == "12.0"


def test_misses_are_told_first(replication: Replication) -> None:
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(render(replication))
    text = console.export_text()
    assert text.startswith("misses: 2 of 6 scored rows")
    assert text.index("B: early") < text.index("A: late") < text.index("All studies"), "the farthest first"
    assert "Studies set aside" in text


def test_chance_is_small_when_more_patients_would_not_move_z() -> None:
    one = study("A", 12, 14)
    target = one.targets[1]
    measure = measure_of(target)
    assert measure is not None
    row = Expressible(target, one.arms[0].arm, measure)

    def of(draws: int) -> ArmOutcomes:
        return ArmOutcomes({measure.column: (np.arange(draws) % 5 == 0).astype(float)}, np.ones(draws))

    assert not _is_small(row, simulated_value(measure, of(250)))  # 0.158 on the logit, a quarter of the spread is 0.088
    assert _is_small(row, simulated_value(measure, of(1000)))
    shown = replace(row, target=replace(target, why_not_scored="by eye", scale=None))
    assert _is_small(shown, simulated_value(measure, of(50)))
    assert BATCH >= 250


@pytest.mark.parametrize("ratio", [0.6, 1.0, 1.7])
def test_hazard_ratios_are_those_of_cox(ratio: float) -> None:
    rng = np.random.default_rng(2)
    group = (np.arange(300) % 2).astype(float)
    day = np.ceil(10 + 6 * rng.exponential(size=300) / np.where(group == 1, ratio, 1.0))
    day[day > 30] = np.inf
    beta, error = log_hazard_ratio(day, group)
    table = DataFrame({"day": np.minimum(day, 30), "event": np.isfinite(day), "group": group})
    fit = CoxPHFitter().fit(table, "day", "event")
    assert beta == pytest.approx(float(fit.params_["group"]), abs=1e-4)
    assert error == pytest.approx(float(fit.standard_errors_["group"]), abs=1e-4)
    assert math.isnan(log_hazard_ratio(day, np.ones(300))[0])


def chart(actions: dict[str, list[object]] | None = None, **counts: list[list[float]]) -> Chart:
    import xarray as xr

    days = len(next(iter(counts.values()))[0])
    table = xr.Dataset({name: (("draw", "time"), np.array(rows, dtype=float)) for name, rows in counts.items()})
    return Chart(table.assign_coords(time=np.arange(days, dtype=float)), actions or {"draw": [], "day": [], "rule": []})


def test_counts_are_read_on_the_day() -> None:
    seen = chart(platelet_count=[[200, 15, 60], [200, 30, 40]], t_cell_count=[[9, 9, 100]] * 2)
    np.testing.assert_array_equal(BelowOn("platelet_count", 50, 2).read(seen), [0, 1])
    np.testing.assert_array_equal(NeverBelow("platelet_count", 20).read(seen), [0, 1])
    np.testing.assert_array_equal(CountOn(("platelet_count", "t_cell_count"), 2).read(seen), [160, 140])
    assert np.isnan(CountOn(("platelet_count", "b_cell_count"), 2).read(seen)).all(), "a count that is not there"
    assert np.isnan(BelowOn("platelet_count", 50, 9).read(seen)).all(), "a day that was not followed"


def test_transfusions_are_counted_until_the_day() -> None:
    rules = ["platelets when < 10"] * 3 + ["red cells when Hb < 8 g/dL"]
    seen = chart({"draw": [0, 0, 1, 1], "day": [-2, 3, 8, 3], "rule": rules}, platelet_count=[[1] * 9] * 2)
    np.testing.assert_array_equal(TransfusedUntil(Product.PLATELETS, 5).read(seen), [1, 0])
    np.testing.assert_array_equal(TransfusedUntil(Product.RED_CELLS, 5).read(seen), [0, 1])


def blood(donor: list[float], days: int = 121) -> Chart:
    """Neutrophils of 2 x 10^9/L from day 20 on, of which this share is the donor's."""
    total = np.where(np.arange(days) < 3, 3.0, np.where(np.arange(days) < 20, 0.05, 2.0))
    shares = np.array(donor)[:, None]
    empty = np.zeros((len(donor), days))
    counts = {"absolute_neutrophil_count": np.tile(total, (len(donor), 1))}
    for name in ("absolute_neutrophil_count", "absolute_monocyte_count", "t_cell_count", "b_cell_count",
                 "natural_killer_count"):  # fmt: skip
        is_first = name.endswith("neutrophil_count")
        counts[f"{name}_donor"] = shares * total if is_first else empty
        counts[f"{name}_host"] = (1 - shares) * total if is_first else empty
    return chart(**{name: rows.tolist() for name, rows in counts.items()})


def test_chimerism_of_whole_blood_and_lost_grafts() -> None:
    seen = blood([0.99, 0.5, 0.01])
    np.testing.assert_array_equal(WholeBlood(Category.FULL, (100.0,)).read(seen), [1, 0, 0])
    np.testing.assert_array_equal(WholeBlood(Category.MIXED, (28.0, 100.0)).read(seen), [0, 1, 0])
    np.testing.assert_array_equal(GraftFailed(PRIMARY_GRAFT_FAILURE).read(seen), [0, 0, 1])
    np.testing.assert_array_equal(GraftFailed(PRIMARY_GRAFT_FAILURE, sustained=True).read(seen), [1, 1, 0])


@pytest.mark.compiles
def test_a_packaged_study_is_replicated_end_to_end(tmp_path: Path, root: Path) -> None:
    file = root / "studies" / "mayo-2011-no-growth-factor.yaml"
    written = tmp_path / "out.json"
    done = CliRunner().invoke(
        app,
        [
            "replicate",
            str(file),
            "--draws",
            "50",
            "--uncertainty",
            "2",
            "--json",
            str(written),
            "--csv",
            str(tmp_path / "out.csv"),
        ],
    )
    assert done.exit_code == 0, done.output
    data = json.loads(written.read_text(encoding="utf-8"))
    assert data["scored"] == 4
    assert data["parts"]["set_aside"] is None
    assert all(5 < row["simulated"] < 40 and row["draws"] == 50 for row in data["rows"])
    assert all(row["assumed"] for row in data["rows"])
    assert all(row["plausible_from"] < row["plausible_to"] for row in data["rows"][:1])


@pytest.mark.compiles
def test_variants_are_simulated_apart_and_put_together() -> None:
    """Half of Yale's patients have 140 mg/m2; each keeps its own place and its own seed."""
    yale = next(each for each in packaged_studies() if each.name.startswith("Yale"))
    arm, targets = yale.arms[0].arm, yale.arms[0].targets
    rows = [Expressible(target, arm, measure) for target in targets if (measure := measure_of(target))]
    found = Simulator(draws=50)(arm, rows)
    assert found.draws == 50
    assert not np.isnan(found.columns["neutrophil_nadir"]).any()


def test_the_form_on_the_page_can_be_read(root: Path) -> None:
    page = (root / "docs" / "study-files.md").read_text(encoding="utf-8")
    recovery, outcome = re.findall(r"^```yaml\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    assert [len(each.targets) for each in study_from_text(recovery).arms] == [2, 1]
    study = study_from_text(outcome)
    assert [len(each.targets) for each in (*study.arms, *study.contrasts)] == [2, 1, 1, 1]


def test_arms_simulated_side_by_side_give_the_same() -> None:
    study = study_from_text(PLAN.format(study="two arms", fitted="true", conditioning="Mel200", early="10", late="12"))
    alone, beside = (replicate([study], Simulator(draws=60, threads=1), workers=workers) for workers in (1, 2))
    assert len(alone.together.rows) == 3
    assert as_csv(alone) == as_csv(beside)


def lost(arm: Arm, rows: Sequence[Expressible]) -> ArmOutcomes:
    os._exit(9)


def test_a_lost_process_is_told() -> None:
    study = study_from_text(PLAN.format(study="two arms", fitted="true", conditioning="Mel200", early="10", late="12"))
    with pytest.raises(RunError, match="--threads 1"):
        replicate([study], lost, workers=2)
