"""The shared vocabulary: what modules may need and offer, and what is known of a patient.

A ``Port`` is a quantity with a name, a unit and a rule for several offers. An ``Observable`` is a port that a course
records. A ``Known`` is a covariate: a number that the plan gives. Wiring is by identity of these objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import pint

from marrow import units as u
from marrow.units import dimensionless


class Origin(Enum):
    """Whose cells they are. Infused cells are ``DONOR`` also in an autologous transplant: they are followed apart."""

    HOST = "host"
    DONOR = "donor"


class Combine(Enum):
    """What several offers of one port amount to. ``SUM`` of none is 0, ``PRODUCT`` of none is 1."""

    ONE = "exactly one module offers it"
    SUM = "offers add"
    PRODUCT = "offers multiply"


class Group(Enum):
    """Which figure or table an observable belongs to."""

    COUNTS = "blood counts"
    LYMPHOCYTES = "lymphocyte subsets"
    MARROW = "marrow"
    CYTOKINES = "cytokines"
    DRUGS = "drugs"
    TISSUE = "tissue"


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
    """A port that is recorded in every course. ``floor``: its limit of detection, in ``unit``."""

    floor: float = 1e-6
    group: Group = Group.COUNTS


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
    LYMPHOCYTE = "mature lymphocytes"
    STROMA = "marrow stroma"
    MUCOSA = "mucosa"


class PortFamily:
    """One port for each member of an enumeration: ``CYTOTOXICITY[CellClass.STROMA]``."""

    def __init__(self, name: str, unit: pint.Unit, meaning: str, by: type[Enum], combine: Combine) -> None:
        self._ports = {
            member: Port(f"{name}.{member.name.lower()}", unit, f"{meaning}: {member.value}", combine=combine) for member in by
        }

    def __getitem__(self, member: Enum) -> Port:
        return self._ports[member]

    def __iter__(self) -> Iterator[Port]:
        return iter(self._ports.values())


# --- what is known of a patient, a donor and a graft -------------------------------------------------------------------

BODY_WEIGHT = Known("body_weight", u.kg, "actual body weight", 70.0)
HEIGHT = Known("height", u.cm, "height", 172.0)
AGE = Known("age", u.year, "age at transplant", 45.0)
IS_FEMALE = Known("is_female", dimensionless, "1 for a woman or girl, 0 for a man or boy", 0.0)
BODY_SURFACE_AREA = Known("body_surface_area", u.m**2, "body surface area", 1.83)
GLOMERULAR_FILTRATION = Known("glomerular_filtration", u.mL / u.minute, "estimated glomerular filtration rate, per 1.73 m2", 100.0)
DONOR_AGE = Known("donor_age", u.year, "age of the donor", 35.0)
GRAFT_IS_BLOOD = Known("graft_is_blood", dimensionless, "1 when the graft is mobilised peripheral blood", 1.0)
GRAFT_IS_MARROW = Known("graft_is_marrow", dimensionless, "1 when the graft is bone marrow", 0.0)
GRAFT_IS_CORD = Known("graft_is_cord", dimensionless, "1 when the graft is cord blood", 0.0)
GRAFT_IS_THAWED = Known("graft_is_thawed", dimensionless, "1 when the graft was frozen", 0.0)
GRAFT_CD3 = Known("graft_cd3", u.cells / u.kg, "CD3+ cells in the graft, per kg", 2.0e8)

# --- drugs -------------------------------------------------------------------------------------------------------------

CYTOTOXICITY = PortFamily("cytotoxicity", 1 / u.day, "death rate caused by drugs and radiation", CellClass, Combine.SUM)
PLASMA_G_CSF_INPUT = Port(
    "plasma_g_csf_input", u.ng / u.day, "G-CSF entering plasma from an injection", combine=Combine.SUM
)
FAT_FREE_MASS = Port("fat_free_mass", u.kg, "fat-free mass, the body size that several drugs' clearances follow")

# --- biology -----------------------------------------------------------------------------------------------------------

PLASMA_G_CSF = Observable("g_csf", u.pg / u.mL, "G-CSF in plasma", floor=1.0, group=Group.CYTOKINES)
ABSOLUTE_NEUTROPHIL_COUNT = Observable("absolute_neutrophil_count", u.billion_cells / u.L, "neutrophils in blood", floor=0.01)
