"""Tables are written as pandas would write them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from marrow.table_file import write_table


def test_the_bytes_are_those_of_pandas(tmp_path) -> None:
    rng = np.random.default_rng(1)
    table = {
        "draw": np.arange(50),
        "day": np.where(rng.random(50) < 0.4, np.inf, rng.normal(size=50)),
        "small": np.where(rng.random(50) < 0.3, np.nan, 10 ** rng.uniform(-30, 30, 50)).astype(np.float32),
        "flag": rng.random(50) < 0.5,
        "rule": np.array(['platelets when < 10, "now"', None] * 25, dtype=object),
        "mixed": np.array([1.5, float("nan"), "a", None, -float("inf")] * 10, dtype=object),
    }
    write_table(tmp_path / "ours.csv", table)
    frame = pd.DataFrame({name: column.astype(float) if name == "small" else column for name, column in table.items()})
    frame.to_csv(tmp_path / "theirs.csv", index=False, float_format="%.6g", lineterminator="\n")
    assert (tmp_path / "ours.csv").read_bytes() == (tmp_path / "theirs.csv").read_bytes()


def test_a_table_without_rows_has_its_head(tmp_path) -> None:
    write_table(tmp_path / "empty.csv", {"draw": np.empty(0), "rule": np.empty(0, dtype=object)})
    assert (tmp_path / "empty.csv").read_text() == "draw,rule\n"
