"""`marrow regimens` lists and explains the named regimens, and is heard out when a name is misspelt."""

from __future__ import annotations

import json

import pytest
from rich.console import Console

from marrow import cli, commands
from marrow.clinic.regimen import REGIMENS, find_regimen, regimen_named
from marrow.clinic.regimen_shown import as_data, day_by_day, not_modelled, render_all, render_one
from marrow.clinic.sentences import read_order
from marrow.errors import PlanError


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
