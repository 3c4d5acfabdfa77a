"""Everything of a run that its users are shown, in one place. The command line fills it; nothing here computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from marrow.endpoints.outcome import Outcomes
from marrow.figures.scene import RuleMark
from marrow.sources import Grade

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

DISCLAIMER = "Research use only. marrow never tells anyone how to treat a patient."


@dataclass(frozen=True)
class SourceRow:
    """One number that the run rests on. ``source``: what was measured, or the argument; ``reference``: the paper."""

    module: str
    label: str
    value: str
    plausible: str
    grade: Grade
    source: str
    reference: str = ""


@dataclass(frozen=True)
class Provenance:
    """What it takes to do the run again. ``versions``: of marrow and what it computes with; ``model``: its hash."""

    versions: Mapping[str, str]
    seed: int
    draws: int
    command: str
    model: str = ""
    modules: tuple[str, ...] = ()
    created: str = ""  # ISO 8601; empty where the same bytes are wanted every time
    hashes: Mapping[str, str] = field(default_factory=dict)  # of inputs: plan, laboratory values


@dataclass(frozen=True)
class ExposureTarget:
    """A range of exposure that is aimed at in practice, in the unit of the drug's exposure, with its source."""

    drug: str
    low: float
    high: float
    source: str


@dataclass(frozen=True)
class Record:
    """One run.

    ``course``: xarray Dataset (draw, time). ``outcomes``: of ``marrow.endpoints``. ``actions``: of ``marrow.course``.
    ``doses``: time, drug, amount, unit of the plan's patient. ``uncertain``: a course in which typical parameter values
    are uncertain too. ``observed``: day, analyte, value, censored. ``labs``: of ``marrow.laboratory``, where the plan
    has them. ``facts``: the plan as (what, as understood). ``not_modelled``: (drug, what it means) for what the plan
    names and the model leaves out.
    """

    title: str
    course: xr.Dataset
    outcomes: Outcomes
    actions: pd.DataFrame
    doses: pd.DataFrame
    plan_yaml: str
    provenance: Provenance
    facts: tuple[tuple[str, str], ...] = ()
    not_modelled: tuple[tuple[str, str], ...] = ()
    rules: tuple[RuleMark, ...] = ()
    targets: tuple[ExposureTarget, ...] = ()
    sources: tuple[SourceRow, ...] = ()
    references: tuple[str, ...] = ()
    uncertain: xr.Dataset | None = None
    observed: pd.DataFrame | None = None
    labs: pd.DataFrame | None = None
    is_autologous: bool = False
