"""`marrow regimens` lists and explains the named regimens, and is heard out when a name is misspelt."""

from __future__ import annotations

import json

import numpy as np
import pytest
from rich.console import Console

from marrow import cli, commands
from marrow.clinic.intensity import Setting
from marrow.clinic.plan import plan_from_text
from marrow.clinic.regimen import REGIMENS, NamedRegimen, find_regimen, regimen_named
from marrow.clinic.regimen_shown import as_data, day_by_day, not_modelled, render_all, render_one
from marrow.clinic.sentences import read_order
from marrow.errors import PlanError
from marrow.simulation import simulate_patients


def shown(renderable: object, width: int = 150) -> str:
    console = Console(width=width, force_terminal=False)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


def test_the_table_has_every_regimen_with_score_and_class() -> None:
    text = shown(render_all())
    for regimen in REGIMENS:
        assert regimen.name in text
    (line,) = (line for line in text.splitlines() if line.startswith("FB2 "))
    assert "1.5, low" in line
    assert "reduced" in line


@pytest.mark.parametrize("regimen", REGIMENS, ids=lambda regimen: regimen.name)
def test_every_regimen_is_explained_with_its_sentences_days_and_source(regimen) -> None:  # type: ignore[no-untyped-def]
    text = " ".join(shown(render_one(regimen), 200).split())
    for order in (*regimen.orders, *regimen.prophylaxis_orders):
        assert f"- {order}" in text
    assert regimen.source.note in text
    assert all(alias in text for alias in regimen.aliases)
    days = [day for day, _ in day_by_day(regimen)]
    assert days == sorted(days)
    assert min(days) == min(order.first_day for order in regimen.orders)
    assert (0, "graft") in day_by_day(regimen)


def test_sixteen_doses_are_told_with_their_hours() -> None:
    days = dict(day_by_day(regimen_named("BuCy")))
    assert days[-7] == "06:00, 12:00, 18:00, 24:00 busulfan 0.8 mg/kg IV over 2 h"


def test_cyclophosphamide_after_the_graft_is_part_of_the_explanation() -> None:
    days = [day for day, text in day_by_day(regimen_named("haplo-nma")) if "50 mg/kg" in text]
    assert days == [3, 4]


PLAN = """
year: 2024
patient: {{sex: male, {body}}}
donor: {donor}
graft: {{source: peripheral blood, cd34: 5e6 /kg}}
conditioning: {name}
follow-up: 30 d
"""
BODIES = {
    "child of 10 kg": "age: 1 y, weight: 10 kg, height: 76 cm",
    "adult of 120 kg": "age: 60 y, weight: 120 kg, height: 180 cm",
}


@pytest.mark.compiles
@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("regimen", REGIMENS, ids=lambda regimen: regimen.name)
def test_every_regimen_is_solved_in_the_small_and_the_large(regimen: NamedRegimen, body: str) -> None:
    donor = "autologous" if regimen.setting is Setting.AUTOLOGOUS else "{relation: sibling, hla: 10/10}"
    plan = plan_from_text(PLAN.format(body=BODIES[body], donor=donor, name=regimen.name))
    found = simulate_patients([plan], np.arange(4), drugs_alone=True)
    assert found.failed == 0
    for name in found.course.data_vars:
        assert np.all(np.isfinite(found.course[name].values)), name


def test_drugs_without_a_module_are_named() -> None:
    assert not_modelled(regimen_named("FB4")) == ()
    assert "amsacrine" in not_modelled(regimen_named("FLAMSA"))


def test_as_data_reads_back_as_the_same_orders() -> None:
    for regimen in REGIMENS:
        data = json.loads(json.dumps(as_data(regimen), allow_nan=False))
        assert tuple(read_order(sentence) for sentence in data["sentences"]) == regimen.orders
        assert (data["tci"] is None) == bool(regimen.tci.undefined)
        assert find_regimen(data["name"]) is regimen


def test_a_misspelt_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(PlanError) as error:
        regimen_named("FluBu44")
    assert error.value.problems[0].nearest == "FluBu4"
    assert "FluTreo42" in error.value.problems[0].needed


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("TBI/Cy", "CyTBI"),
        ("Cy/TBI", "CyTBI"),
        ("TBI/VP16", "TBI-VP16"),
        ("Bu/Cy200", "BuCy200"),
        ("Bu4Flu", "FB4"),
        ("Flu/Bu4", "FB4"),
        ("Bu/Mel", "BuMel"),
        ("Bu/Mel/TT", "BuMelTT"),
        ("team", "TEAM"),
        ("FCC", "FCC"),
        ("FCA", "FluCyATG"),
        ("Flu/Cy", "FluCy"),
    ],
)
def test_strokes_and_the_order_of_drugs_do_not_matter(written: str, name: str) -> None:
    assert regimen_named(written).name == name


@pytest.mark.parametrize(
    ("name", "drug", "total"),
    [
        ("BuCy200", "cyclophosphamide", 200),
        ("BuMel", "busulfan", 12.8),
        ("BuMelTT", "busulfan", 9.6),
        ("BuMelTT", "melphalan", 100),
        ("BuMelTT", "thiotepa", 500),
        ("TEAM", "thiotepa", 10),
        ("TEAM", "melphalan", 140),
        ("FCC", "fludarabine", 120),
        ("FCC", "cyclophosphamide", 1200),
        ("FCC", "alemtuzumab", 1),
        ("FluCy", "cyclophosphamide", 120),
    ],
)
def test_totals_of_regimens_are_those_of_their_protocols(name: str, drug: str, total: float) -> None:
    (course,) = next(order.courses for order in regimen_named(name).orders if order.drug == drug)
    assert course.dose is not None
    assert course.dose.amount * len(course.on_days) * course.per_day == pytest.approx(total)


@pytest.mark.parametrize("name", ["RIC", "standard", "Zevalin"])
def test_no_regimen_is_suggested_for_a_very_different_name(name: str) -> None:
    with pytest.raises(PlanError) as error:
        regimen_named(name)
    assert error.value.problems[0].nearest == ""


def run(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", ["marrow", *arguments])
    monkeypatch.setattr(commands, "console", Console(width=150))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def test_the_command_lists_explains_and_prints_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(["regimens", "--json"], monkeypatch, capsys)
    assert code == 0
    assert [each["name"] for each in json.loads(out)] == [regimen.name for regimen in REGIMENS]
    code, out, _ = run(["regimens", "flubu4", "--json"], monkeypatch, capsys)
    assert (code, json.loads(out)["name"]) == (0, "FB4")
    code, out, _ = run(["regimens", "FB4"], monkeypatch, capsys)
    assert code == 0
    assert "fludarabine 40 mg/m2 IV over 1 h daily, day -6 to -3" in out


def test_a_wrong_name_ends_with_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(["regimens", "FB44"], monkeypatch, capsys)
    assert (code, out) == (2, "")
    assert "did you mean 'FB4'" in err


def test_names_are_completed() -> None:
    assert "FluBu4" in cli._regimen_names("flub")
    assert cli._regimen_names("zz") == []
