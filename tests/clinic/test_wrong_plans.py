"""Wrong plans: each gives clear messages with line, found, needed and nearest wording; exit code 2, no traceback."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marrow import cli
from marrow.clinic.plan import Plan, plan_from_text
from marrow.errors import PlanError

RIGHT = """\
year: 2024
patient:
  age: 52 y
  sex: female
  weight: 68 kg
  height: 165 cm
donor: {relation: unrelated, hla: 10/10}
graft: {source: peripheral blood, cd34: 5.6e6 /kg}
conditioning:
  - fludarabine 40 mg/m2 IV over 1 h daily, day -6 to -3
  - busulfan 3.2 mg/kg IV over 3 h daily, day -6 to -3
prophylaxis:
  - methotrexate 15 mg/m2 day 1, then 10 mg/m2 day 3, 6, 11
care:
  - filgrastim 5 ug/kg SC daily from day 5 until ANC > 1.5 on 2 days
  - platelets when < 10
follow-up: 1 y
"""


@dataclass(frozen=True)
class Slip:
    """``right`` in the plan above becomes ``wrong``; the message names ``line`` and holds ``says``."""

    what: str
    right: str
    wrong: str
    line: int
    says: tuple[str, ...]

    def __str__(self) -> str:
        return self.what


SLIPS = [
    # units and sizes
    Slip("wrong unit of weight", "68 kg", "68 lb", 5, ("'lb'", "kg")),
    Slip("negative weight", "68 kg", "-68 kg", 5, ("'-68 kg'", "between 2 and 300 kg")),
    Slip("weight of zero", "68 kg", "0 kg", 5, ("'0 kg'",)),
    Slip("weight not finite", "68 kg", ".inf", 5, ("'.inf'",)),
    Slip("weight not a number", "68 kg", ".nan", 5, ("'.nan'",)),
    Slip("weight beyond numbers", "68 kg", "1e999 kg", 5, ("not finite",)),
    Slip("weight of a mouse", "68 kg", "6.8 kg", 5, ("body mass index 2.5",)),
    Slip("height in meters without unit", "165 cm", "1.65", 6, ("'1.65'", "165 cm")),
    Slip("age in words", "52 y", "fifty-two", 3, ("'fifty-two'", "52 y")),
    Slip("age left empty", "age: 52 y", "age:", 3, ("nothing", "52 y")),
    Slip("unknown sex", "female", "femal", 4, ("did you mean 'female'",)),
    Slip("cells without per kg", "5.6e6 /kg", "5.6e6", 8, ("without '/kg'", "did you mean '5.6e6 /kg'")),
    Slip("cells without millions", "5.6e6 /kg", "5.6 /kg", 8, ("did you mean '5.6e6 /kg'",)),
    Slip("cells per pound", "5.6e6 /kg", "5.6e6 /lb", 8, ("'/lb'", "did you mean '/kg'")),
    Slip("impossible HLA match", "10/10", "11/10", 7, ("'11/10'", "did you mean '10/10'")),
    Slip("HLA match as a number", "10/10", "10", 7, ("'10'", "10/10")),
    Slip("follow-up without unit", "1 y", "1", 17, ("without a unit", "2 y")),
    Slip("negative follow-up", "1 y", "-1 y", 17, ("'-1 y'",)),
    Slip("year of another era", "2024", "1824", 1, ("between 1960 and 2100",)),
    Slip("part of a year", "2024", "2024.5", 1, ("whole number",)),
    Slip(
        "a trough a hundred times too high",
        "methotrexate 15 mg/m2 day 1, then 10 mg/m2 day 3, 6, 11",
        "tacrolimus, trough 500-1000 ng/mL, day -3 to 100",
        13,
        ("1000 ng/mL of tacrolimus", "at most 40 ng/mL"),
    ),
    # structure
    Slip(
        "missing graft",
        "graft: {source: peripheral blood, cd34: 5.6e6 /kg}\n",
        "",
        1,
        ("no 'graft'", "cd34: 5.6e6 /kg"),
    ),
    Slip("missing weight", "  weight: 68 kg\n", "", 2, ("no 'weight'", "weight: 68 kg")),
    Slip("misspelt key", "weight:", "wieght:", 5, ("'wieght'", "did you mean 'weight'")),
    Slip("misspelt part", "conditioning:", "conditionning:", 9, ("did you mean 'conditioning'",)),
    Slip("key twice", "  sex: female\n", "  sex: female\n  age: 25 y\n", 5, ("'age' a second time", "line 3")),
    Slip(
        "graft as a word", "{source: peripheral blood, cd34: 5.6e6 /kg}", "5.6e6 /kg", 8, ("source: peripheral blood",)
    ),
    Slip("patient as a list", "donor: {relation: unrelated, hla: 10/10}", "donor: [unrelated, 10/10]", 7, ("a list",)),
    Slip("unknown relation", "relation: unrelated", "relation: unrelatd", 7, ("did you mean 'unrelated'",)),
    Slip("unknown source", "peripheral blood", "perpheral blood", 8, ("did you mean 'peripheral blood'",)),
    Slip("bracket left open", "hla: 10/10}", "hla: 10/10", 8, ("not YAML",)),
    Slip("tab for indentation", "  age: 52 y", "\tage: 52 y", 3, ("not YAML", "no tabs")),
    Slip("alias of YAML", "donor: {", "donor: &who {", 7, ("anchor",)),
    Slip("tag of YAML", "donor: {", "donor: !!python/object:os.system {", 7, ("a tag",)),
    Slip("second document", "donor:", "---\ndonor:", 7, ("second document",)),
    Slip("sentence that is a key", "- platelets when < 10", "- platelets: when < 10", 16, ("a sentence",)),
    # sentences
    Slip("misspelt drug", "busulfan", "busulfn", 11, ("'busulfn'", "did you mean 'busulfan'")),
    Slip("misspelt regimen", "prophylaxis:", "  - FB5\nprophylaxis:", 12, ("'FB5'", "did you mean 'FB4'")),
    Slip("unit of another dose", "40 mg/m2", "40 mg/kg", 10, ("40 mg/kg", "did you mean '40 mg/m2'")),
    Slip("unit that is none", "40 mg/m2", "40 mg/m3", 10, ("'mg/m3'", "did you mean 'mg/m2'")),
    Slip("daily dose four times a day", "over 3 h daily", "over 3 h every 6 h", 11, ("12.8 mg/kg", "at most 7 mg/kg")),
    Slip("negative dose", "40 mg/m2", "-40 mg/m2", 10, ("above 0",)),
    Slip(
        "conditioning after the graft",
        "over 3 h daily, day -6 to -3",
        "over 3 h daily, day 3 to 6",
        11,
        ("after the graft", "did you mean 'day -3'"),
    ),
    Slip("prophylaxis before the graft", "15 mg/m2 day 1", "15 mg/m2 day -1", 13, ("before the graft", "'day 1'")),
    Slip(
        "days backwards",
        "over 1 h daily, day -6 to -3",
        "over 1 h daily, day -3 to -6",
        10,
        ("did you mean 'day -6 to -3'",),
    ),
    Slip(
        "drug under the wrong heading",
        "  - methotrexate 15",
        "  - melphalan 15",
        13,
        ("under prophylaxis", "conditioning"),
    ),
    Slip(
        "sentence twice",
        "  - busulfan",
        "  - fludarabine 40 mg/m2 IV over 1 h daily, day -6 to -3\n  - busulfan",
        11,
        ("second time",),
    ),
    Slip("unknown lab", "until ANC", "until ANCC", 15, ("'ANCC'", "did you mean 'ANC'")),
    Slip("threshold in another unit", "when < 10", "when < 10000", 16, ("did you mean '10000 /uL'",)),
    Slip("growth factor a thousandfold", "5 ug/kg", "5 mg/kg", 15, ("did you mean '5 ug/kg'",)),
    Slip("rule without end", " until ANC > 1.5 on 2 days", "", 15, ("without an end", "to day 20")),
    # labs
    Slip(
        "misspelt schedule",
        "follow-up:",
        "labs: {schedule: dayly to day 30}\nfollow-up:",
        17,
        ("did you mean 'daily'",),
    ),
    Slip(
        "labs without a schedule",
        "follow-up:",
        "labs: {noise: none}\nfollow-up:",
        17,
        ("no 'schedule'", "daily to day"),
    ),
    Slip("labs as a sentence", "follow-up:", "labs: weekly\nfollow-up:", 17, ("'weekly'", "schedule: daily")),
    Slip(
        "unknown noise", "follow-up:", "labs: {schedule: daily, noise: usal}\nfollow-up:", 17, ("did you mean 'usual'",)
    ),
    Slip("unknown key of labs", "follow-up:", "labs: {schedule: daily, nois: none}\nfollow-up:", 17, ("mean 'noise'",)),
    Slip(
        "a negative interval",
        "follow-up:",
        "labs: {schedule: every -3 days}\nfollow-up:",
        17,
        ("'-3'", "every 2 weeks"),
    ),
    Slip("unknown word", "SC daily", "SC dayly", 15, ("'dayly'", "did you mean 'daily'")),
]


def message_of(
    text: str | bytes, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    """What ``marrow check`` says of a wrong plan, after checking that it fails as it should."""
    file = folder / "plan.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return refusal(file, monkeypatch, capsys)


def refusal(file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    before = sorted(file.parent.iterdir()) if file.parent.is_dir() else []
    monkeypatch.setattr(sys, "argv", ["marrow", "check", str(file)])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    said = capsys.readouterr()
    assert stop.value.code == 2
    assert "Traceback" not in said.err + said.out
    assert said.out == ""
    assert (sorted(file.parent.iterdir()) if file.parent.is_dir() else []) == before
    return said.err


@pytest.mark.parametrize("slip", SLIPS, ids=str)
def test_a_slip_is_told_with_its_line(
    slip: Slip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert RIGHT.count(slip.right) >= 1
    said = message_of(RIGHT.replace(slip.right, slip.wrong, 1), tmp_path, monkeypatch, capsys)
    message = next(line for line in said.splitlines() if f"line {slip.line}: " in line)
    assert "found" in message
    assert "needed" in message
    for part in slip.says:
        assert part in message


def test_the_plan_that_the_slips_are_made_of_is_right() -> None:
    assert plan_from_text(RIGHT).year == 2024
    assert len(SLIPS) >= 40


WHOLE_FILES = {
    "empty": (b"", "an empty file"),
    "only a comment": (b"# nothing\n", "an empty file"),
    "a sentence": (b"please transplant this patient", "a sentence"),
    "a list": (b"- a\n- b\n", "a list"),
    "not text": (b"year: \xff\xfe\x00", "not text"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not text"),
    "control characters": (b"year: \x07\n", "not YAML"),
    "ten megabytes": (b"year: 2024\n" + b"# padding\n" * 1_000_000, "10.0 MB"),
    "nested without end": (b"[" * 100_000, "nested very deeply"),
    "aliases within aliases": (b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "anchor"),
    "many sentences": (RIGHT.encode().replace(b"care:", b"care:\n" + b"  - platelets when < 10\n" * 500), "at most 60"),
}


@pytest.mark.parametrize("name", WHOLE_FILES)
def test_a_file_that_is_no_plan_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content, says = WHOLE_FILES[name]
    assert says in message_of(content, tmp_path, monkeypatch, capsys)


def test_a_file_that_is_not_there_is_told_with_its_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "right.yaml").write_text(RIGHT)
    said = refusal(tmp_path / "rihgt.yaml", monkeypatch, capsys)
    assert "no such file" in said
    assert "right.yaml" in said
    assert "a folder" in refusal(tmp_path, monkeypatch, capsys)


def test_all_problems_of_a_file_are_told_at_once() -> None:
    text = RIGHT
    for right, wrong in (
        ("68 kg", "-68 kg"),
        ("female", "femal"),
        ("busulfan", "busulfn"),
        ("when < 10", "when > 10"),
        ("1 y", "x"),
    ):
        text = text.replace(right, wrong, 1)
    with pytest.raises(PlanError) as error:
        plan_from_text(text, "mine.yaml")
    assert [problem.line for problem in error.value.problems] == [4, 5, 11, 16, 17]
    assert str(error.value).count("mine.yaml, line") == 5


@settings(max_examples=150)
@given(data=st.data())
def test_a_plan_with_a_stroke_changed_is_read_or_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(RIGHT) - 1))
    length = data.draw(st.integers(0, 3))
    slip = data.draw(st.text(alphabet="{}[]:,-#&*!|>'\"%@ \n\t0e9.xkg/²", max_size=3))
    read_or_refused(RIGHT[:at] + slip + RIGHT[at + length :])


@settings(max_examples=150)
@given(text=st.text(alphabet="{}[]:,-#&*!|>'\"%@`? \n\tab0\x00\ufeff", max_size=60))
def test_any_text_is_a_plan_or_refused(text: str) -> None:
    read_or_refused(text)


def read_or_refused(text: str) -> None:
    problems = []
    try:
        plan = plan_from_text(text)
    except PlanError as error:
        problems = error.problems
    else:
        assert plan_from_text(plan.to_yaml()) == plan
    assert all(problem.found and problem.needed for problem in problems)


WRONG_SETTINGS = {
    "graft.cd33=2e6/kg": "did you mean 'cd3'",
    "graft.cd34=2": "did you mean '2e6 /kg'",
    "graft.cd34": "KEY=VALUE",
    "=2": "a key of the plan",
    "graft=2e6/kg": "keys with values",
    "a.b.c.d=2": "a key of the plan",
    "conditioning=FB5": "did you mean 'FB4'",
    "conditioning.9=FB4": "sentences",
    "conditioning.1=busulfan 3.2 mg/kg day 3": "after the graft",
    "care=platelets when < 10; red cels when Hb < 7": "did you mean 'red cells'",
    "donor.relation=autologous": "of an autologous donor",
    "follow-up=forever": "2 y",
}


@pytest.mark.parametrize("setting", WRONG_SETTINGS)
def test_a_wrong_setting_is_refused_like_a_wrong_line(setting: str, root: Path) -> None:
    plan = Plan.load(root / "examples" / "allogeneic-fb4.yaml")
    with pytest.raises(PlanError) as error:
        plan.with_settings([setting])
    assert WRONG_SETTINGS[setting] in str(error.value)
