"""Bounds of interim looks spend the error that they should."""

from __future__ import annotations

import numpy as np
import pytest

from marrow.trial.looks import bounds, spent


def test_without_a_look_the_bound_is_the_usual_one() -> None:
    assert bounds((), 0.05) == pytest.approx([1.95996], abs=2e-3)


def test_one_look_at_half_is_as_printed() -> None:
    """O'Brien-Fleming spending, two looks, two-sided 0.05: 2.963 and 1.969 (from memory of printed tables)."""
    assert bounds((0.5,), 0.05) == pytest.approx([2.963, 1.969], abs=5e-3)


def test_all_of_the_error_is_spent_at_the_end() -> None:
    assert spent(np.array([1.0]), 0.05) == pytest.approx(0.05)


@pytest.mark.parametrize("looks", [(0.5,), (0.33, 0.67), (0.25, 0.5, 0.75)])
def test_trials_without_effect_stop_as_often_as_they_may(looks: tuple[float, ...]) -> None:
    """Of 200,000 random walks 5 % cross a bound, four standard errors either way."""
    share = np.array([*looks, 1.0])
    steps = np.random.default_rng(1).standard_normal((200_000, len(share))) * np.sqrt(np.diff(share, prepend=0.0))
    z = np.cumsum(steps, axis=1) / np.sqrt(share)
    crossed = (np.abs(z) >= bounds(looks, 0.05)).any(axis=1).mean()
    assert crossed == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 200_000))
