"""What words there are: ports, observables, covariates, and the classes of cells that they tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import pint

from marrow import units as u
from marrow.terms import Group, Origin


class Combine(Enum):
    """What several offers of one port amount to. ``SUM`` of none is 0, ``PRODUCT`` of none is 1."""

    ONE = "exactly one module offers it"
    SUM = "offers add"
    PRODUCT = "offers multiply"


@dataclass(frozen=True, eq=False)
class Port:
    """A quantity that passes between modules. ``per=Origin``: one value for host cells, one for donor cells."""

    name: str
    unit: pint.Unit
    meaning: str
    per: type[Origin] | None = None
    combine: Combine = Combine.ONE

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", u.as_unit(self.unit))


@dataclass(frozen=True, eq=False)
class Observable(Port):
    """A port that is recorded in every course. ``floor``: its limit of detection, in ``unit``.

    ``on_chart``: endpoints or care rules read it, so that it is there even when little is recorded.
    """

    floor: float = 1e-6
    group: Group = Group.COUNTS
    on_chart: bool = False


@dataclass(frozen=True, eq=False)
class Known:
    """A covariate: given by the plan. ``typical``: the value for the reference patient of documents and tests."""

    name: str
    unit: pint.Unit
    meaning: str
    typical: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", u.as_unit(self.unit))


class CellClass(Enum):
    """What a cytotoxic drug meets: its potency differs between them."""

    LONG_TERM_STEM = "long-term stem cells"
    EARLY_PROGENITOR = "multipotent progenitors"
    DIVIDING = "committed progenitors and dividing precursors"
    PRECURSOR = "dividing precursors, beside what kills committed progenitors too"
    LYMPHOCYTE = "mature lymphocytes"
    DIVIDING_LYMPHOCYTE = "lymphocytes in division"
    T_CELL = "T cells, beside what kills all lymphocytes"
    STROMA = "marrow stroma"
    MUCOSA = "mucosa"
    MALIGNANT = "malignant cells that can regrow"
    ENDOTHELIUM = "small vessels of liver, lung and kidney"
    SINUSOID = "sinusoids of the liver, beside what injures all small vessels"


class PortFamily:
    """One port for each member of an enumeration: ``CYTOTOXICITY[CellClass.STROMA]``."""

    def __init__(self, name: str, unit: pint.Unit, meaning: str, by: type[Enum], combine: Combine) -> None:
        self._ports = {
            member: Port(f"{name}.{member.name.lower()}", unit, f"{meaning}: {member.value}", combine=combine)
            for member in by
        }

    def __getitem__(self, member: Enum) -> Port:
        return self._ports[member]

    def __iter__(self) -> Iterator[Port]:
        return iter(self._ports.values())


class GraftCell(Enum):
    """What the CD34+ cells of a graft become."""

    LONG_TERM_STEM = "long-term stem cells"
    SHORT_TERM_STEM = "short-term stem cells"
    MULTIPOTENT = "multipotent progenitors"
    MYELOID = "common myeloid progenitors"
    GRANULOCYTE_MONOCYTE = "granulocyte-monocyte progenitors"
    MEGAKARYOCYTE_ERYTHROID = "megakaryocyte-erythroid progenitors"
    MEGAKARYOCYTE = "megakaryocyte progenitors"
    LYMPHOID = "common lymphoid progenitors"


class Pool(Enum):
    """Host cells that disease and earlier treatment have changed by the first day."""

    STEM = "long-term stem cells"
    PROGENITORS = "progenitors, from short-term stem cells on, and precursors"
    NEUTROPHILS = "neutrophils and monocytes of blood, and the reserve"
    PLATELETS = "platelets"
    RED_CELLS = "red cells"
    T_CELLS = "T cells and NK cells"
    B_CELLS = "B cells"


def by_origin(observable: Observable) -> Observable:
    """The same quantity, host and donor apart: recorded as ``name.host`` and ``name.donor``."""
    return Observable(
        observable.name,
        observable.unit,
        observable.meaning,
        per=Origin,
        floor=observable.floor,
        group=observable.group,
        on_chart=observable.on_chart,
    )
