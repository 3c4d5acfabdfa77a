"""The registry of units is there whatever another process is doing to Pint's file on disk."""

from __future__ import annotations

import pickle

import pint
import pytest

from marrow.units import _registry


@pytest.mark.parametrize("error", [EOFError("Ran out of input"), pickle.UnpicklingError("pickle data was truncated")])
def test_a_half_written_file_of_definitions_is_passed_over(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    asked: list[dict[str, object]] = []
    real = pint.UnitRegistry

    def registry(**settings: object) -> object:
        asked.append(settings)
        if settings:
            raise error
        return real()

    monkeypatch.setattr(pint, "UnitRegistry", registry)
    assert _registry()("1 hour").to("minute").magnitude == pytest.approx(60)
    assert asked == [{"cache_folder": ":auto:"}, {}]
