"""Busulfan keeps its mass balance, and its exposure kills; published levels are in test_external_cases."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_modules import LogKills
from solve_small import course, daily, network_of, numbers, value_of

from marrow.drugs.body_composition import BodyComposition
from marrow.drugs.busulfan import BETWEEN_PATIENTS, Busulfan

MODULES = (BodyComposition, Busulfan)
MAN = {"age": 40.0, "body_weight": 70.0, "height": 176.0}
PER_HOUR = 1 / 24  # house units are per day


def clearance(**known: float) -> float:
    network = network_of(*MODULES)
    return value_of(network, numbers(network, known), "busulfan.clearance") * PER_HOUR


def ln_kill(known: dict[str, float] | None = None, **amounts: float) -> dict[str, float]:
    doses = daily("busulfan.IV", amounts["milligrams"], 3, 4)
    found = course((BodyComposition, Busulfan, LogKills), doses, [0.0, 240.0], known or MAN)
    return {name.removeprefix("log_kills."): found[name][-1] for name in found if name.startswith("log_kills.")}


def test_a_woman_is_leaner_in_volume_by_her_fat_and_larger_by_her_sex():
    network = network_of(*MODULES)
    volumes = {
        sex: value_of(network, numbers(network, {**MAN, "is_female": sex}), "busulfan.central_volume")
        for sex in (0.0, 1.0)
    }
    lean = {
        sex: value_of(network, numbers(network, {**MAN, "is_female": sex}), "body_composition.fat_free_mass")
        for sex in (0.0, 1.0)
    }
    size = {sex: each + 0.203 * (70 - each) for sex, each in lean.items()}
    assert lean[1.0] < lean[0.0] - 8
    assert volumes[1.0] / volumes[0.0] == pytest.approx(1.07 * size[1.0] / size[0.0], rel=1e-9)


def test_what_goes_in_is_cleared_or_still_there():
    found = course(MODULES, daily("busulfan.IV", 224.0, 3, 1), [0.0, 5.9], MAN)
    cleared = clearance(**MAN) * found["busulfan_exposure"][-1]
    left = found["busulfan.central"][-1] + found["busulfan.peripheral"][-1]
    assert cleared + left == pytest.approx(224.0, rel=1e-5)


def test_fb4_kills_stem_cells_and_progenitors_to_the_proposed_depth():
    logs = {cells: ln / math.log(10) for cells, ln in ln_kill(milligrams=224.0).items()}
    assert logs["stem"] == pytest.approx(2.6, abs=0.1)
    assert logs["dividing"] == pytest.approx(4.0, abs=0.1)
    assert logs["stem"] < logs["early"] < logs["dividing"]
    assert 0.8 < logs["lymphocyte"] < 1.5  # host T cells after BuCy: nearly all donor, by and by
    assert 0 < logs["stroma"] < logs["mucosa"] < 0.7


def test_exposures_of_30_and_90_give_the_chimerism_they_were_solved_for():
    engrafting = 0.015  # donor stem cells relative to a normal pool: the assumption of that calibration
    for exposure, chimerism in ((30.0, 0.14), (90.0, 0.95)):
        left = math.exp(-ln_kill(milligrams=224.0 * exposure / 76.07)["stem"])
        assert engrafting / (engrafting + left) == pytest.approx(chimerism, abs=0.01)


def test_the_published_covariance_is_a_covariance():
    rows = BETWEEN_PATIENTS.covariance
    matrix = np.array([[rows[max(i, j)][min(i, j)] for j in range(4)] for i in range(4)])
    assert np.linalg.eigvalsh(matrix).min() > 0
    assert np.sqrt(np.diag(matrix)) == pytest.approx([0.21, 0.39, 0.90, 0.097], abs=0.01)
