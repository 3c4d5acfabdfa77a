"""Abatacept, methotrexate, tacrolimus, ciclosporin, mycophenolate and sirolimus: as published or textbooks say."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_modules import LogKills
from solve_small import Dose, course, daily

from marrow.drugs.abatacept import Abatacept
from marrow.drugs.ciclosporin import Ciclosporin
from marrow.drugs.methotrexate import Methotrexate
from marrow.drugs.mycophenolate_mofetil import MycophenolateMofetil
from marrow.drugs.sirolimus import Sirolimus
from marrow.drugs.tacrolimus import Tacrolimus

ADULT = {"body_weight": 70.0}
MONTH = 30 * 24.0


def continuous(route: str, per_hour: float, hours: float = MONTH) -> list[Dose]:
    return [Dose(route, 0.0, per_hour * hours, hours)]


# --- tacrolimus ---


@pytest.mark.parametrize(("azole", "level"), [(1.0, 20.83), (0.8, 26.04)])
def test_tacrolimus_into_a_vein_reaches_its_steady_state(azole: float, level: float) -> None:
    doses = continuous("tacrolimus.IV", 1.25e-3 * 70)
    found = course((Tacrolimus,), doses, [0, MONTH - 1e-6], ADULT, {"tacrolimus.with_azole": azole})
    assert found["tacrolimus_concentration"][-1] == pytest.approx(level, rel=2e-3)


def test_a_child_needs_more_tacrolimus_per_kilogram() -> None:
    doses = continuous("tacrolimus.IV", 1.25e-3 * 23.9)
    found = course((Tacrolimus,), doses, [0, MONTH - 1e-6], {"body_weight": 23.9})
    assert found["tacrolimus_concentration"][-1] == pytest.approx(15.9, rel=5e-3)


def test_an_order_by_trough_brings_the_typical_patient_to_its_middle_whatever_the_weight() -> None:
    for weight in (12.0, 70.0, 110.0):
        aim = [Dose("tacrolimus.trough", 0.0, 7.5)]
        found = course((Tacrolimus,), aim, [0, MONTH], {"body_weight": weight})
        assert found["tacrolimus_concentration"][-1] == pytest.approx(7.5, rel=1e-3)
        assert found["t_cell_activation"][-1] == pytest.approx(8 / 15.5, rel=1e-3)


def test_about_a_quarter_of_tacrolimus_by_mouth_arrives() -> None:
    found = course((Tacrolimus,), continuous("tacrolimus.PO", 5.0 / 12), [0, MONTH - 1e-6], ADULT)
    assert found["tacrolimus_concentration"][-1] == pytest.approx(1e3 * 0.23 * 5 / 12 / 4.2, rel=2e-3)


# --- ciclosporin, mycophenolate, sirolimus ---


def test_ciclosporin_follows_weight_and_kidneys() -> None:
    def level(**known: float) -> float:
        doses = continuous("ciclosporin.IV", 3.0 * 70 / 12)
        return course((Ciclosporin,), doses, [0, MONTH - 1e-6], known)["ciclosporin_concentration"][-1]

    healthy = level(body_weight=70.0, glomerular_filtration=172.5)
    assert healthy == pytest.approx(1e3 * 17.5 / 42.3, rel=1e-3)
    impaired = level(body_weight=70.0, glomerular_filtration=60.0)
    assert impaired == pytest.approx(healthy * (172.5 / 60) ** 0.545, rel=1e-3)


@pytest.mark.parametrize(("every", "published"), [(12, 1.9), (8, 3.1)])
def test_mycophenolate_has_the_published_mean_level(every: int, published: float) -> None:
    doses = continuous("mycophenolate mofetil.PO", 15.0 * 70 / every)
    found = course((MycophenolateMofetil,), doses, [0, MONTH - 1e-6], ADULT)
    assert found["mycophenolic_acid_concentration"][-1] == pytest.approx(published, rel=0.06)


def test_sirolimus_falls_by_half_in_two_and_a_half_days() -> None:
    doses = continuous("sirolimus.PO", 4.0 / 24)
    found = course((Sirolimus,), doses, [0, MONTH, MONTH + 60.0], ADULT)["sirolimus_concentration"]
    assert 8 < found[1] < 14
    assert found[2] / found[1] == pytest.approx(0.5, rel=1e-3)


def test_drugs_that_are_not_given_leave_t_cells_as_they_are() -> None:
    for drug in (Abatacept, Tacrolimus, Ciclosporin, MycophenolateMofetil, Sirolimus, Methotrexate):
        found = course((drug,), [], [0, 48], ADULT)
        for name in ("t_cell_activation", "t_cell_costimulation", "t_cell_proliferation"):
            assert np.all(found.get(name, np.ones(1)) == 1), drug


# --- methotrexate ---

SHORT_COURSE = [Dose("methotrexate.IV", 24.0 * day, 1.8 * dose) for day, dose in ((1, 15), (3, 10), (6, 10), (11, 10))]


def test_methotrexate_is_gone_in_two_days_and_later_when_kidneys_fail() -> None:
    hours = np.arange(0, 97.0)
    levels = {
        kidney: course((Methotrexate,), [Dose("methotrexate.IV", 0, 27.0)], hours, {"glomerular_filtration": kidney})[
            "methotrexate_concentration"
        ]
        for kidney in (100.0, 30.0)
    }
    assert levels[100.0][48] < 0.01 < levels[100.0][12]
    assert 8 < np.log(2) * 12 / np.log(levels[100.0][24] / levels[100.0][36]) < 11
    assert levels[30.0][48] > 3 * levels[100.0][48]


def test_methotrexate_kills_dividing_cells_and_mucosa_by_time_rather_than_by_peak() -> None:
    def logs(doses: list[Dose]) -> dict[str, float]:
        found = course((Methotrexate, LogKills), doses, [0, 480])
        return {name: found[f"log_kills.{name}"][-1] for name in ("dividing", "mucosa", "stem", "lymphocyte")}

    usual, double = logs(SHORT_COURSE), logs([Dose(d.route, d.hour, 2 * d.amount) for d in SHORT_COURSE])
    assert usual["stem"] == usual["lymphocyte"] == 0
    assert 0 < usual["mucosa"] < usual["dividing"]
    assert 1.05 < double["dividing"] / usual["dividing"] < 1.4
    assert logs(daily("methotrexate.IV", 18.0, 0, 3, 72.0))["dividing"] < usual["dividing"]


# --- abatacept ---

FOUR_INFUSIONS = [Dose("abatacept.IV", 24.0 * (day + 1), 700.0, 0.5) for day in (-1, 5, 14, 28)]


def test_abatacept_has_the_published_clearance_and_lasts_for_weeks() -> None:
    hours = np.arange(0, 24 * 200, 12.0)
    found = course((Abatacept,), [Dose("abatacept.IV", 0.0, 700.0, 0.5)], hours, ADULT)["abatacept_concentration"]
    assert 0.91 * 0.023 * np.trapezoid(found, hours) == pytest.approx(700.0, rel=0.03)
    assert 30 < found[hours == 144][0] < 60
    half_life = np.log(2) * 14 / np.log(found[hours == 24 * 40][0] / found[hours == 24 * 54][0])
    assert 10 < half_life < 25  # days; two to three weeks are said of it


def test_a_child_clears_more_abatacept_per_kilogram() -> None:
    day_five = [
        course((Abatacept,), [Dose("abatacept.IV", 0.0, 10.0 * weight, 0.5)], [0, 120.0], {"body_weight": weight})
        for weight in (20.0, 70.0)
    ]
    child, adult = (found["abatacept_concentration"][-1] for found in day_five)
    assert 0.5 * adult < child < 0.9 * adult


def test_costimulation_is_blocked_from_the_first_infusion_to_weeks_after_the_last() -> None:
    days = np.arange(0, 181.0)
    left = course((Abatacept,), FOUR_INFUSIONS, 24 * days, ADULT)["t_cell_costimulation"]
    assert np.all(left[2:50] < 0.56)
    assert 0.7 < left[120] < 1
    assert left[180] > 0.9
