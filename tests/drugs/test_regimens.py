"""Whole regimens reach the depths that were proposed for them, drug added to drug."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_modules import LogKills
from solve_small import Dose, course, daily

from marrow.drugs.body_composition import BodyComposition
from marrow.drugs.busulfan import Busulfan
from marrow.drugs.fludarabine import Fludarabine
from marrow.drugs.melphalan import Melphalan

MODULES = (BodyComposition, Busulfan, Fludarabine, Melphalan, LogKills)
ADULT = {"age": 40.0, "body_weight": 70.0, "height": 176.0, "glomerular_filtration": 110.0}  # 1.85 m2
OF_THE_MELPHALAN_SERIES = {
    "age": 57.0,
    "body_weight": 78.0,
    "height": 169.0,
    "is_female": 0.41,
    "glomerular_filtration": 88.0,
}  # 1.91 m2

FB4 = daily("fludarabine.IV", 74.0, 1, 4) + daily("busulfan.IV", 224.0, 3, 4)
FB2 = daily("fludarabine.IV", 55.5, 1, 5) + daily("busulfan.IV", 224.0, 3, 2)
FM140 = [*daily("fludarabine.IV", 57.3, 1, 5), Dose("melphalan.IV", 120.0, 267.0, 0.5)]


@pytest.mark.parametrize(
    ("doses", "known", "stem", "progenitor", "lymphocyte"),
    [(FB4, ADULT, 2.6, 4.0, 2.0), (FB2, ADULT, 1.3, 2.0, 2.0), (FM140, OF_THE_MELPHALAN_SERIES, 1.4, 3.0, 3.0)],
    ids=["FB4", "FB2", "FM140"],
)
def test_log10_kills_of_a_regimen(doses, known, stem, progenitor, lymphocyte):
    found = course(MODULES, doses, [0, 400], known)
    logs = {name: found[f"log_kills.{name}"][-1] / math.log(10) for name in ("stem", "dividing", "lymphocyte")}
    assert logs["stem"] == pytest.approx(stem, abs=0.1)
    assert logs["dividing"] == pytest.approx(progenitor, abs=0.25)
    assert logs["lymphocyte"] == pytest.approx(lymphocyte, abs=0.35)
