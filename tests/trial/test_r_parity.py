"""Every number of R's reference files is met: one test a file. The R code stands in each data set's README."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

VALIDATION = Path(__file__).resolve().parents[2] / "validation"
FILES = [
    *[("kmsurv_bmt", name) for name in ("cif", "cox", "cox_basehaz", "finegray", "finegray_predict", "gray",
                                        "km_nelson_aalen", "km_summary", "logrank", "multistate")],
    *[("mstate_ebmt1", name) for name in ("cif", "cox", "finegray", "finegray_predict", "gray", "km_nelson_aalen",
                                          "km_summary", "logrank")],
    *[("mstate_ebmt2", name) for name in ("cif", "cox", "gray", "km_nelson_aalen", "km_summary", "logrank")],
    *[("mstate_ebmt4", name) for name in ("cif", "cox_transitions", "cumulative_hazards", "elos_from_tx", "gray",
                                          "km_nelson_aalen", "km_summary", "predicted_patient", "transition_counts",
                                          "transition_probabilities")],
    *[("sksurv_bmt", name) for name in ("cif", "finegray", "finegray_predict", "gray")],
    *[("smcure_bmt", name) for name in ("cox", "km_nelson_aalen", "km_summary", "logrank", "weibull_cure")],
    *[("compeir_okiss", name) for name in ("cif", "cox", "finegray", "finegray_predict", "gray", "km_summary",
                                           "rates")],
    *[("timereg_bmt", name) for name in ("cif", "cox", "cox_basehaz", "finegray", "finegray_predict", "gray",
                                         "km_nelson_aalen", "km_summary", "logrank")],
]  # fmt: skip


@pytest.fixture(autouse=True)
def validation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(VALIDATION))


def test_no_reference_file_is_left_out(data: Path) -> None:
    import r_parity

    assert set(r_parity.references(data)) == {(name, f"reference_{file}.csv") for name, file in FILES}


@pytest.mark.parametrize(("name", "file"), FILES, ids=lambda word: word)
def test_agrees_with_r(data: Path, name: str, file: str) -> None:
    import r_parity

    found = r_parity.check(data, name, f"reference_{file}.csv")
    assert found
    for each in found:
        assert each.agrees, f"{each.column}: {each.largest:.1e} away, allowed {each.allowed:.0e}"


def test_every_number_of_a_file_is_compared(data: Path) -> None:
    import pandas as pd
    import r_parity

    told = {"endpoint", "group", "cause", "label", "time", "test", "groups", "stratified", "term", "ties", "pattern",
            "tau", "s", "from", "to", "t", "tx", "trans", "converged"}  # fmt: skip
    for name, file in (("kmsurv_bmt", "cif"), ("kmsurv_bmt", "cox"), ("timereg_bmt", "finegray")):
        columns = set(pd.read_csv(data / name / f"reference_{file}.csv").columns) - told
        compared = {each.column for each in r_parity.check(data, name, f"reference_{file}.csv")}
        assert columns == compared


def test_a_wrong_number_would_be_seen() -> None:
    import numpy as np
    from parity_compare import difference

    assert difference([1.0, np.nan], [1.0, np.nan]) == 0
    assert difference([1.0, 2.0], [1.0, 2.1]) == pytest.approx(0.1 / 2.1)
    assert difference([1.0], [np.nan]) == np.inf
    assert difference([1.0], [1.0, 1.0]) == np.inf
    sys.modules.pop("parity_compare", None)
