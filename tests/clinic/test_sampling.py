"""When blood is drawn: what a schedule's sentence means, and that a plan with labs is read back as it was written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from marrow.clinic.echo import describe
from marrow.clinic.plan import Plan, plan_from_text
from marrow.clinic.sampling import Noise, read_sampling, special_days
from marrow.clinic.schedule import Detail, grid
from marrow.errors import PlanError

USUAL = "daily to day 30, twice weekly to day 100, weekly to day 365, monthly"


@pytest.fixture
def plan(root: Path) -> Plan:
    return Plan.load(root / "examples" / "allogeneic-fb4.yaml")


def test_the_usual_schedule_has_its_days() -> None:
    days = read_sampling(USUAL).days(-7, 730)
    assert days[:38] == tuple(range(-7, 31)), "every day to day 30"
    gaps = dict(zip(days[1:], np.diff(days), strict=True))
    assert [gaps[day] for day in days if 30 < day <= 100] == [3, 4] * 10
    assert {gaps[day] for day in days if 100 < day <= 365} == {7}
    assert {gaps[day] for day in days if day > 365} == {28}


@pytest.mark.parametrize(
    ("text", "canonical", "days"),
    [
        ("Weekly until day 3 then every 2 days", "weekly to day 3, every 2 days", (-4, 3, 5, 7, 9)),
        ("weekly to day -1, daily to 2", "weekly to day -1, daily to day 2", (-4, 0, 1, 2)),
        ("three times a week", "three times weekly", (-4, -2, 0, 3, 5, 7)),
        ("every week", "weekly", (-4, 3)),
        ("every 12 days", "every 12 days", (-4, 8)),
    ],
)
def test_other_sentences_mean_what_they_say(text: str, canonical: str, days: tuple[int, ...]) -> None:
    found = read_sampling(text)
    assert str(found) == canonical
    assert found.days(-4, 9) == days
    assert read_sampling(canonical) == found


def test_subsets_and_chimerism_are_taken_near_their_usual_days() -> None:
    days = read_sampling(USUAL).days(-7, 400)
    for day, aim in zip(special_days(days), (30, 60, 100, 180, 365), strict=True):
        assert day in days
        assert abs(day - aim) <= 14
    assert special_days(read_sampling("daily to day 14").days(-7, 400)) == ()


def test_a_plan_with_labs_is_written_and_read_back(plan: Plan) -> None:
    assert plan.labs is None
    assert "labs" not in plan.to_data()
    with_labs = plan.with_("labs.schedule", USUAL)
    assert with_labs.labs is not None
    assert with_labs.labs.noise is Noise.USUAL
    assert plan_from_text(with_labs.to_yaml()) == with_labs
    rows = {row.what: row for row in describe(with_labs) if row.section == "labs"}
    assert rows["blood counts"].value == USUAL
    assert rows["laboratory noise"].value == "usual"


def test_every_day_of_blood_is_a_day_of_the_course(plan: Plan) -> None:
    labs = plan.with_("labs.schedule", "daily to day 30, every 3 days").labs
    assert labs is not None
    days = labs.schedule.days(-7, 730)
    for detail in Detail:
        assert set(days) <= set(grid(plan.with_("labs.schedule", str(labs.schedule)), detail=detail))


WRONG = {
    "dayly to day 30": "did you mean 'daily'",
    "daily to day 30, twice": "'twice weekly'",
    "daily, weekly": "did you mean 'daily to day 30'",
    "daily to day 30, weekly to day 20": "after day 30",
    "daily to day 30 weekly": "a comma",
    "daily to": "the last day",
    "every -2 days": "found '-2'",
    "every 2.5 days": "found '2.5'",
    "every 3 dys": "did you mean 'days'",
    "every 2 years": "'every 3 days'",
    "hourly": "found 'hourly'",
    "ANC < 0.5": "found 'ANC'",
    "12": "found '12'",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_sentence_that_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(PlanError) as error:
        read_sampling(text)
    assert len(error.value.problems) == 1
    assert WRONG[text] in str(error.value)
