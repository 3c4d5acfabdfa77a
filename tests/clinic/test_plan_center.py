"""Where a transplant is done: a word of the plan that acts on death of complications."""

from __future__ import annotations

from pathlib import Path

import pytest

from marrow.clinic.echo import describe
from marrow.clinic.plan import plan_of, read_plan
from marrow.clinic.risk import Center
from marrow.errors import PlanError

EXAMPLE = read_plan(Path(__file__).resolve().parents[2] / "examples" / "allogeneic-fb4.yaml")


def test_a_plan_without_a_center_is_as_in_a_registry() -> None:
    assert EXAMPLE.center is None
    assert EXAMPLE.covariates()["high_volume_center"] == 0
    assert EXAMPLE.with_("center", "usual").covariates() == EXAMPLE.covariates()


def test_a_center_of_high_volume_is_kept_said_and_acts() -> None:
    plan = EXAMPLE.with_("center", "high volume")
    assert plan.center is Center.HIGH_VOLUME
    assert plan_of(plan.to_data()) == plan
    assert plan.covariates()["high_volume_center"] == 1
    assert any(row.what == "center" and row.value == "high-volume" for row in describe(plan))


def test_other_words_are_refused_with_the_nearest() -> None:
    with pytest.raises(PlanError, match="did you mean 'high-volume'"):
        EXAMPLE.with_("center", "highvolum")
