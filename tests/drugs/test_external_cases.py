"""Numbers in, numbers out: what published models, labels and nomograms give for a stated patient and dose.

Each case is named by the paper it is from. Tolerances: 0.1 to 2 % where the numbers are a recalculation of the same
model, 10 and 15 % where they are a measurement.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from solve_small import course, daily, network_of, numbers, value_of

from marrow.drugs.body_composition import BodyComposition
from marrow.drugs.busulfan import Busulfan
from marrow.drugs.busulfan_bartelink import BusulfanBartelink
from marrow.drugs.busulfan_lawson import BusulfanLawson
from marrow.drugs.busulfan_shukla import BusulfanShukla
from marrow.drugs.fludarabine import Fludarabine
from marrow.drugs.melphalan import Melphalan
from marrow.drugs.thiotepa import Thiotepa
from marrow.drugs.total_body_irradiation import equivalent_dose_in_2_gray
from marrow.drugs.treosulfan import Treosulfan

MCCUNE = (BodyComposition, Busulfan)
MAN = {"age": 40.0, "body_weight": 70.0, "height": 176.0}
BOY = {"age": 4.2, "body_weight": 17.0, "height": 104.0}
CHILD_OF_NATH = {"age": 5.0, "body_weight": 18.8, "height": 108.0, "glomerular_filtration": 115.0}
CHILD_OF_STOEP = {"age": 4.3, "body_weight": 15.6}
ADULT = {"age": 40.0, "body_weight": 70.0, "glomerular_filtration": 110.0}
PHOSPHATE = {"fludarabine.share_of_active": 1.0}  # the dose read as F-ara-A, as the transcription does
PER_HOUR = 1 / 24  # house units are per day
UMOL_MIN = 0.004105  # mg·h/L of busulfan for one umol/L·min


def reader(*modules: type, **known: float) -> Callable[[str], float]:
    """Values of the typical patient by name, in house units."""
    network = network_of(*modules)
    values = numbers(network, known)
    return lambda name: value_of(network, values, name)


# --- busulfan -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kilograms", "milligrams"),
    [(5, 24), (7, 36), (8, 41), (9, 47), (11, 58), (13, 68), (15, 77), (16, 81), (20, 97), (23, 108), (25, 115),
     (30, 130), (35, 143), (40, 156), (45, 167), (50, 177), (55, 187), (60, 195), (65, 204)],
)  # fmt: skip
def test_the_nomogram_of_bartelink_gives_90_in_four_days(kilograms, milligrams):
    doses = daily("busulfan (Bartelink).IV", milligrams, 3, 4)
    found = course((BusulfanBartelink,), doses, [0, 400], {"body_weight": kilograms})
    assert found["busulfan_exposure"][-1] == pytest.approx(90.0, rel=0.02)


def test_the_ninth_dose_of_the_label_gives_the_levels_of_the_label():
    hours = np.unique(np.append(np.arange(48.0, 54.01, 0.05), 50.0))
    found = course(MCCUNE, daily("busulfan.IV", 56.0, 2, 9, every=6), hours, MAN)
    peak = 1000 * found["busulfan_concentration"].max()
    auc = (found["busulfan_exposure"][-1] - found["busulfan_exposure"][0]) / UMOL_MIN
    assert peak == pytest.approx(1280, rel=0.01)
    assert auc == pytest.approx(1180, rel=0.01)
    assert peak == pytest.approx(1222, rel=0.15)  # the FDA label: CV between patients 18 %
    assert auc == pytest.approx(1167, rel=0.15)  # 20 %


def test_fat_free_and_normal_fat_mass_of_the_standard_man():
    value = reader(*MCCUNE, **MAN)
    lean = value("body_composition.fat_free_mass")
    assert lean == pytest.approx(56.13, rel=1e-3)
    assert lean + 0.509 * (70 - lean) == pytest.approx(63.19, rel=1e-3)
    assert value("busulfan.central_volume") == pytest.approx(13.9 * 58.94 / 59, rel=1e-3)


def test_mccune_is_95_percent_mature_at_two_and_a_half_years():
    assert reader(*MCCUNE, age=2.5)("busulfan.maturity") == pytest.approx(0.954, rel=1e-3)


@pytest.mark.parametrize(
    ("age", "weight", "height", "expected"),
    [(0.5, 7.5, 67.0, 1.716), (4.2, 17.0, 104.0, 4.477), (40.0, 120.0, 176.0, 17.39), (40.0, 70.0, 176.0, 12.58)],
)
def test_early_clearance_of_mccune_from_infant_to_obese_adult(age, weight, height, expected):
    value = reader(*MCCUNE, age=age, body_weight=weight, height=height)
    assert value("busulfan.clearance") * PER_HOUR == pytest.approx(expected, rel=5e-3)


def test_clearance_and_volume_of_shukla_without_and_with_fludarabine():
    value = reader(BodyComposition, BusulfanShukla, **BOY)
    assert value("busulfan_shukla.fat_free_mass") == pytest.approx(13.76, rel=5e-3)
    assert value("busulfan_shukla.clearance") * PER_HOUR == pytest.approx(4.382, rel=5e-3)
    assert value("busulfan_shukla.volume") == pytest.approx(12.39, rel=5e-3)
    found = course((BodyComposition, BusulfanShukla), daily("busulfan (Shukla).IV", 60.0, 3, 2), [0, 24, 200], BOY)
    eliminated = 120.0 - 4.382 * found["busulfan_exposure"][1]  # of it, all after 24 h at the later clearance
    assert eliminated / (found["busulfan_exposure"][2] - found["busulfan_exposure"][1]) == pytest.approx(
        3.790, rel=5e-3
    )
    with_fludarabine = reader(BodyComposition, BusulfanShukla, Fludarabine, **BOY)("busulfan_shukla.clearance")
    assert with_fludarabine * PER_HOUR == pytest.approx(0.8 * 4.382, rel=5e-3)


def test_four_doses_of_lawson_with_a_falling_clearance():
    modules = (BodyComposition, BusulfanLawson)
    assert reader(*modules, **BOY)("busulfan_lawson.clearance") * PER_HOUR == pytest.approx(5.01, rel=0.01)
    found = course(modules, daily("busulfan (Lawson).IV", 74.8, 3, 4), [0, 3, 24, 48, 72, 96, 300], BOY)
    exposure = found["busulfan_exposure"]
    assert np.diff(exposure[[0, 2, 3, 4, 5]]) == pytest.approx([15.12, 16.01, 16.50, 16.81], rel=0.01)
    assert found["busulfan_concentration"][1] == pytest.approx(3.77, rel=0.01)
    assert exposure[-1] == pytest.approx(64.4, rel=0.01)


def test_four_daily_doses_of_mccune():
    found = course(MCCUNE, daily("busulfan.IV", 224.0, 3, 4), [0, 3, 6, 24, 48, 72, 96, 240], MAN)
    levels, exposure = found["busulfan_concentration"], found["busulfan_exposure"]
    assert levels[1] == pytest.approx(3.449, rel=0.01)
    assert levels[2] == pytest.approx(1.399, rel=0.01)
    assert exposure[-1] == pytest.approx(76.1, rel=0.01)
    per_dose = np.diff(exposure[[0, 3, 4, 5, 7]])
    assert per_dose[0] == pytest.approx(18.13, rel=0.01)
    assert per_dose[3] == pytest.approx(19.38, rel=0.01)


def exposure_by_weight(kilograms: float, milligrams: float, at: float, clearance: float, exponent: float) -> float:
    """Of one day's dose, by a clearance (L/h) at a weight and one exponent: other papers' numbers in this module."""
    renamed = {
        "standard_weight": at,
        "standard_clearance": clearance,
        "exponent_at_one_kilogram": exponent,
        "fall_of_exponent": 0.0,
    }
    parameters = {f"busulfan_bartelink.{name}": value for name, value in renamed.items()}
    doses = daily("busulfan (Bartelink).IV", milligrams, 3, 1)
    found = course((BusulfanBartelink,), doses, [0, 400], {"body_weight": kilograms}, parameters)
    return found["busulfan_exposure"][-1]


def test_the_dose_of_choe_reaches_its_target():
    dose = 24.79 * 65**0.5
    assert dose == pytest.approx(199.9, rel=1e-3)
    assert exposure_by_weight(65.0, dose, at=65.0, clearance=7.6, exponent=1.0) == pytest.approx(26.3, rel=0.01)


@pytest.mark.parametrize(("kilograms", "each", "expected"), [(10.0, 1.1, 18.2), (20.0, 0.8, 15.8)])
def test_a_day_of_booth(kilograms, each, expected):
    """Four doses a day of the label, mg/kg."""
    found = exposure_by_weight(kilograms, 4 * each * kilograms, at=20.0, clearance=4.04, exponent=0.742)
    assert found == pytest.approx(expected, rel=0.01)


def share_in_window(age: float, kilograms: float, centimeters: float, each: float) -> float:
    """Share of patients like this whose first dose (mg/kg every 6 h) puts the steady state at 600 to 900 ng/mL.

    Spread between patients and between days as in McCune 2014; 20,000 draws.
    """
    clearance = reader(*MCCUNE, age=age, body_weight=kilograms, height=centimeters)("busulfan.clearance") * PER_HOUR
    z = np.random.default_rng(1).standard_normal(20_000)
    steady = 1000 * each * kilograms / 6 / (clearance * np.exp(np.sqrt(0.0459 + 0.113**2) * z))
    return float(np.mean((steady >= 600) & (steady <= 900)))


def test_conventional_dosing_meets_the_window_about_as_often_as_reported():
    """Soft: the reported 52 % (children, conventional) and 57 % (all ages, US label) are of other mixtures of patients.

    A share estimated from 20,000 draws is off by less than 1.5 points, save once in ten thousand.
    """
    shares = [
        share_in_window(0.5, 7.5, 67.0, 1.1),
        share_in_window(4.2, 17.0, 104.0, 0.8),
        share_in_window(10.0, 32.0, 138.0, 0.8),
        share_in_window(40.0, 70.0, 176.0, 0.8),
    ]
    print("share in the window of 600 to 900 ng/mL:", ", ".join(f"{share:.0%}" for share in shares))
    assert 0.42 <= np.mean(shares) <= 0.67


# --- other drugs ----------------------------------------------------------------------------------------------------


def test_fludarabine_of_langenhorst():
    assert reader(Fludarabine, **ADULT)("fludarabine.standard_clearance") * PER_HOUR == pytest.approx(8.348, rel=1e-3)
    found = course((Fludarabine,), daily("fludarabine.IV", 74.0, 1, 1), [0, 1, 4, 8, 24], ADULT, PHOSPHATE)
    assert found["fludarabine_concentration"][1:] == pytest.approx([1.494, 0.5395, 0.2835, 0.0757], rel=5e-3)
    doses = daily("fludarabine.IV", 74.0, 1, 4)
    for parameters, expected in ((PHOSPHATE, 35.46), (None, 27.69)):
        found = course((Fludarabine,), doses, [0, 480], ADULT, parameters)
        assert found["fludarabine_exposure"][-1] == pytest.approx(expected, rel=5e-3)


def test_melphalan_of_nath_in_a_child():
    modules = (BodyComposition, Melphalan)
    value = reader(*modules, **CHILD_OF_NATH)
    assert value("melphalan.clearance") * PER_HOUR == pytest.approx(10.73, rel=0.01)
    assert value("melphalan.central_volume") == pytest.approx(4.47, rel=0.01)
    found = course(modules, daily("melphalan.IV", 136.8, 0.25, 1), [0, 0.25, 1, 4, 48], CHILD_OF_NATH)
    assert found["melphalan_concentration"][1:4] == pytest.approx([19.7, 3.60, 0.242], rel=0.01)
    assert found["melphalan_exposure"][-1] == pytest.approx(12.75, rel=0.01)


def test_treosulfan_of_van_der_stoep_in_the_median_child():
    value = reader(Treosulfan, **CHILD_OF_STOEP)
    assert value("treosulfan.maturity") == pytest.approx(0.914, rel=1e-3)
    assert value("treosulfan.clearance") * PER_HOUR == pytest.approx(5.58, rel=5e-3)
    found = course((Treosulfan,), daily("treosulfan.IV", 14000 * 0.7, 3, 1), [0, 100], CHILD_OF_STOEP)
    assert found["treosulfan_exposure"][-1] == pytest.approx(1758, rel=5e-3)
    assert found["treosulfan_exposure"][-1] == pytest.approx(1658, rel=0.10)  # the observed median


def test_thiotepa_and_tepa_of_huitema():
    hours = np.unique(np.append(np.arange(0.0, 6.0, 0.01), [48.0]))
    found = course((Thiotepa,), daily("thiotepa.IV", 350.0, 2, 1), hours, {"body_weight": 70.0})
    assert found["thiotepa_concentration"].max() == pytest.approx(3.94, rel=5e-3)
    assert found["thiotepa_exposure"][-1] == pytest.approx(10.29, rel=5e-3)
    assert found["tepa_concentration"].max() == pytest.approx(3.81, rel=5e-3)
    assert hours[found["tepa_concentration"].argmax()] == pytest.approx(2.69, abs=0.02)
    assert found["tepa_exposure"][-1] == pytest.approx(16.4, rel=5e-3)


@pytest.mark.parametrize(
    ("dose", "fractions", "acute", "late"),
    [(12, 6, 12, 12), (13.2, 8, 12.81, 12.28), (14.4, 8, 14.16, 13.82), (12, 12, 11.0, 9.6), (10, 1, 16.67, 26.0),
     (9, 3, 9.75, 10.8)],
)  # fmt: skip
def test_equivalent_doses_in_2_gray(dose, fractions, acute, late):
    assert equivalent_dose_in_2_gray(dose, fractions, 10) == pytest.approx(acute, abs=0.006)
    assert equivalent_dose_in_2_gray(dose, fractions, 3) == pytest.approx(late, abs=0.006)
