"""What the report tells of survival and risks: which rows, at which horizons, of whom."""

from __future__ import annotations

import numpy as np

from marrow.endpoints.column import Column, Kind
from marrow.endpoints.events import EVENT_COLUMNS
from marrow.endpoints.outcome import Outcomes
from marrow.report.risks import plain_words, risk_rows

NEVER = np.inf


def told(until: float, is_autologous: bool = False, **days: list[float]) -> dict[str, dict[str, str]]:
    """Rows by label, each by horizon; every event of a hazard is there, never reached unless told."""
    return {row.label: {by: value for by, value, _ in row.cells} for row in risk_rows(made(until, **days),
            is_autologous=is_autologous)}  # fmt: skip


def made(until: float, **days: list[float]) -> Outcomes:
    names = [each.name for each in EVENT_COLUMNS]
    names += ["death_day", "non_relapse_death_day", "acute_gvhd_3_4_day", "severe_mucositis_day"]
    values = {name: np.array(days.get(name, [NEVER] * 4), dtype=float) for name in names}
    columns = tuple(Column(name, name, "days", Kind.DAY, day) for name, day in values.items())
    return Outcomes(columns, np.zeros(4, dtype=np.int8), until)


def test_every_event_of_a_hazard_has_a_row() -> None:
    found = told(365.0, passenger_hemolysis_day=[20.0, NEVER, NEVER, NEVER])  # told where it occurs
    assert len(found) == len(EVENT_COLUMNS) + 4
    assert set(found["Second malignancy"]) == {"day 100", "1 year"}


def test_a_complication_is_told_at_each_horizon() -> None:
    found = told(3653.0, second_malignancy_day=[300.0, 1500.0, 3000.0, NEVER])["Second malignancy"]
    assert list(found.values()) == ["0 %", "25 %", "25 %", "50 %", "75 %"]
    assert list(found)[-1] == "10 years"


def test_viruses_of_grafts_are_not_told_of_patients_with_their_own_cells() -> None:
    own = told(365.0, is_autologous=True)
    assert "Acute kidney injury, stage 2-3" in own
    for label in ("Adenoviral viremia", "Lymphoproliferative disease", "Severe cytokine release"):
        assert label in told(365.0)
        assert label not in own


def test_plain_words_know_ten_years() -> None:
    assert "after ten years" in plain_words(made(3653.0), is_autologous=False)[0]
