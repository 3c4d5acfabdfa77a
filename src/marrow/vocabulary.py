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
    LYMPHOCYTE = "mature lymphocytes"
    DIVIDING_LYMPHOCYTE = "lymphocytes in division"
    T_CELL = "T cells, beside what kills all lymphocytes"
    STROMA = "marrow stroma"
    MUCOSA = "mucosa"


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


# --- what is known of a patient, a donor and a graft -----------------------------------------------------------------

BODY_WEIGHT = Known("body_weight", u.kg, "actual body weight", 70.0)
HEIGHT = Known("height", u.cm, "height", 172.0)
AGE = Known("age", u.year, "age at transplant", 45.0)
IS_FEMALE = Known("is_female", dimensionless, "1 for a woman or girl, 0 for a man or boy", 0.0)
BODY_SURFACE_AREA = Known("body_surface_area", u.m**2, "body surface area", 1.83)
GLOMERULAR_FILTRATION = Known(
    "glomerular_filtration", u.mL / u.minute, "estimated glomerular filtration rate, per 1.73 m2", 100.0
)
DONOR_AGE = Known("donor_age", u.year, "age of the donor", 35.0)
GRAFT_IS_BLOOD = Known("graft_is_blood", dimensionless, "1 when the graft is mobilised peripheral blood", 1.0)
GRAFT_IS_MARROW = Known("graft_is_marrow", dimensionless, "1 when the graft is bone marrow", 0.0)
GRAFT_IS_CORD = Known("graft_is_cord", dimensionless, "1 when the graft is cord blood", 0.0)
GRAFT_IS_THAWED = Known("graft_is_thawed", dimensionless, "1 when the graft was frozen", 0.0)
GRAFT_IS_EXPANDED = Known("graft_is_expanded", dimensionless, "1 when the graft was expanded in culture", 0.0)
GRAFT_IS_GENE_MODIFIED = Known("graft_is_gene_modified", dimensionless, "1 when genes of the graft were modified", 0.0)
ISOHEMAGGLUTININS = Known(
    "isohemagglutinins", dimensionless, "1 when the patient has antibodies against the graft's red cells (ABO)", 0.0
)
GRAFT_CD3 = Known("graft_cd3", u.cells / u.kg, "CD3+ cells in the graft, per kg", 2.0e8)

# how disease and its treatment left the patient; a count of 0 means as in health
STEM_CELLS_SPARED = Known(
    "stem_cells_spared", dimensionless, "stem cells left by disease and treatment, of health", 1.0
)
MARROW_ACTIVE = Known("marrow_active", dimensionless, "progenitors and precursors at the start, of health", 1.0)
T_CELLS_SPARED = Known("t_cells_spared", dimensionless, "T and NK cells at the start, of health", 1.0)
B_CELLS_SPARED = Known("b_cells_spared", dimensionless, "B cells at the start, of health", 1.0)
STROMA_DAMAGED = Known("stroma_damaged", dimensionless, "share of stroma damaged at the start", 0.0)
PLATELETS_OUTSIDE_SPLEEN = Known(
    "platelets_outside_spleen", dimensionless, "share of platelets that circulates, relative to a normal spleen", 1.0
)
HEMOGLOBIN_AT_START = Known("hemoglobin_at_start", u.g / u.dL, "hemoglobin at the start", 0.0)
PLATELETS_AT_START = Known("platelets_at_start", u.billion_cells / u.L, "platelets at the start", 0.0)
NEUTROPHILS_AT_START = Known("neutrophils_at_start", u.billion_cells / u.L, "neutrophils at the start", 0.0)
HEMOGLOBIN_MEASURED = Known("hemoglobin_measured", dimensionless, "1 when it is this patient's own hemoglobin", 0.0)
PLATELETS_MEASURED = Known("platelets_measured", dimensionless, "1 when they are this patient's own platelets", 0.0)
NEUTROPHILS_MEASURED = Known("neutrophils_measured", dimensionless, "1 when they are this patient's own ANC", 0.0)

# --- drugs -----------------------------------------------------------------------------------------------------------

CYTOTOXICITY = PortFamily("cytotoxicity", 1 / u.day, "death rate caused by drugs and radiation", CellClass, Combine.SUM)
PLASMA_G_CSF_INPUT = Port(
    "plasma_g_csf_input", u.ng / u.day, "G-CSF entering plasma from an injection", combine=Combine.SUM
)
FLUDARABINE_GIVEN = Port(
    "fludarabine_given", dimensionless, "1 when the plan has fludarabine, else 0", combine=Combine.SUM
)
G_CSF_AGONIST = Port(
    "g_csf_agonist",
    u.pg / u.mL,
    "drugs other than filgrastim on G-CSF receptors, as the filgrastim that would occupy as many",
    combine=Combine.SUM,
)
TPO_AGONIST = Port(
    "tpo_agonist", u.pg / u.mL, "drugs on its receptors, as thrombopoietin of equal effect", combine=Combine.SUM
)
EPO_INJECTED = Port("epo_injected", u.IU / u.L, "epoetin in serum, beside the patient's own", combine=Combine.SUM)
T_CELL_ACTIVATION = Observable(
    "t_cell_activation",
    dimensionless,
    "activation of T cells that drugs leave (calcineurin), 1 without drugs",
    combine=Combine.PRODUCT,
    floor=1e-3,
    group=Group.DRUGS,
)
T_CELL_PROLIFERATION = Observable(
    "t_cell_proliferation",
    dimensionless,
    "division of activated T cells that drugs leave, 1 without drugs",
    combine=Combine.PRODUCT,
    floor=1e-3,
    group=Group.DRUGS,
)
FAT_FREE_MASS = Port("fat_free_mass", u.kg, "fat-free mass, the body size that several drugs' clearances follow")

# --- biology ---------------------------------------------------------------------------------------------------------

PLASMA_G_CSF = Observable("g_csf", u.pg / u.mL, "G-CSF in plasma", floor=1.0, group=Group.CYTOKINES)
ABSOLUTE_NEUTROPHIL_COUNT = Observable(
    "absolute_neutrophil_count", u.billion_cells / u.L, "neutrophils in blood", floor=0.01, on_chart=True
)


class GraftCell(Enum):
    """What the CD34+ cells of a graft become."""

    LONG_TERM_STEM = "long-term stem cells"
    SHORT_TERM_STEM = "short-term stem cells"
    MULTIPOTENT = "multipotent progenitors"
    MYELOID = "common myeloid progenitors"
    GRANULOCYTE_MONOCYTE = "granulocyte-monocyte progenitors"
    MEGAKARYOCYTE_ERYTHROID = "megakaryocyte-erythroid progenitors"
    LYMPHOID = "common lymphoid progenitors"


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


class Pool(Enum):
    """Host cells that disease and earlier treatment have changed by the first day."""

    STEM = "long-term stem cells"
    PROGENITORS = "progenitors, from short-term stem cells on, and precursors"
    NEUTROPHILS = "neutrophils and monocytes of blood, and the reserve"
    PLATELETS = "platelets"
    RED_CELLS = "red cells"
    T_CELLS = "T cells and NK cells"
    B_CELLS = "B cells"


_FLOW = u.cells / u.kg / u.day
_PER_KG = u.cells / u.kg

# what tissues tell each other
START = PortFamily("start", dimensionless, "cells on the first day, relative to health", Pool, Combine.PRODUCT)
STROMA_AT_START = Port("stroma_at_start", dimensionless, "stroma damaged on the first day", combine=Combine.SUM)
ISOHEMAGGLUTININS_AT_START = Port(
    "isohemagglutinins_at_start", dimensionless, "antibodies against the graft's red cells", combine=Combine.SUM
)
CIRCULATING_PLATELETS = Port(
    "circulating_platelets", dimensionless, "share of platelets not in the spleen, of health", combine=Combine.PRODUCT
)
GRAFT_REACHING_MARROW = Port(
    "graft_reaching_marrow", dimensionless, "graft cells that reach the marrow, of usual", combine=Combine.PRODUCT
)
BLOOD_VOLUME = Port("blood_volume", u.mL / u.kg, "blood volume per kg of body")
SETTLING = PortFamily("settling", _FLOW, "graft cells ready to divide in the marrow", GraftCell, Combine.SUM)
SETTLING_CD3 = Port("settling_cd3", _FLOW, "graft CD3+ cells leaving blood for the tissues", combine=Combine.SUM)
MARROW_SUPPORT = Port("marrow_support", dimensionless, "division of progenitors, relative to healthy stroma")
NICHES_INTACT = Port("niches_intact", dimensionless, "share of stem-cell niches that are intact")
MYELOID_COMMITMENT = Port("myeloid_commitment", _FLOW, "multipotent progenitors that became myeloid", per=Origin)
LYMPHOID_COMMITMENT = Port("lymphoid_commitment", _FLOW, "multipotent progenitors that became lymphoid", per=Origin)
NEUTROPHIL_RECRUITMENT = Port("neutrophil_recruitment", _FLOW, "new myeloblasts of the neutrophil line", per=Origin)
MONOCYTE_RECRUITMENT = Port("monocyte_recruitment", _FLOW, "new precursors of monocytes", per=Origin)
MEGAKARYOBLAST_RECRUITMENT = Port("megakaryoblast_recruitment", _FLOW, "new megakaryoblasts", per=Origin)
ERYTHROID_RECRUITMENT = Port("erythroid_recruitment", _FLOW, "new erythroid progenitors", per=Origin)
LYMPHOID_PRECURSORS = Port(
    "lymphoid_precursors", _FLOW, "lymphoid progenitors that leave their compartment", per=Origin
)
MARROW_CELLS = Port("marrow_cells", _PER_KG, "nucleated cells in the marrow", per=Origin, combine=Combine.SUM)
G_CSF_OCCUPANCY = Port("g_csf_occupancy", dimensionless, "share of G-CSF receptors that are occupied")
G_CSF_RECEPTORS = Port("g_csf_receptors", _PER_KG, "cells that take up G-CSF, as blood neutrophils")
PLATELET_MASS = Port("platelet_mass", _PER_KG, "platelets in blood and spleen, own and transfused")
MEGAKARYOCYTE_MASS = Port("megakaryocyte_mass", _PER_KG, "megakaryocytes")
IL_7 = Port("il_7", dimensionless, "interleukin 7, relative to health")
IL_15 = Port("il_15", dimensionless, "interleukin 15, relative to health")

# what a course records
ABSOLUTE_MONOCYTE_COUNT = Observable("absolute_monocyte_count", u.billion_cells / u.L, "monocytes in blood", floor=0.01)
PLATELET_COUNT = Observable(
    "platelet_count", u.billion_cells / u.L, "platelets in blood, own and transfused", floor=1.0, on_chart=True
)
PLATELET_COUNT_OWN = Observable(
    "platelet_count_own", u.billion_cells / u.L, "platelets in blood, not transfused", floor=1.0, on_chart=True
)
PLATELET_COUNT_TRANSFUSED = Observable(
    "platelet_count_transfused", u.billion_cells / u.L, "transfused platelets in blood", floor=1.0
)
HEMOGLOBIN = Observable("hemoglobin", u.g / u.dL, "hemoglobin, own and transfused", floor=0.1, on_chart=True)
HEMOGLOBIN_TRANSFUSED = Observable("hemoglobin_transfused", u.g / u.dL, "hemoglobin of transfused red cells", floor=0.1)
RED_CELLS_OWN = Observable(
    "red_cells_own", u.trillion_cells / u.L, "red cells in blood, not transfused", floor=0.01, on_chart=True
)
RETICULOCYTE_COUNT = Observable("reticulocyte_count", u.billion_cells / u.L, "reticulocytes in blood", floor=1.0)
WHITE_CELL_COUNT = Observable(
    "white_cell_count", u.billion_cells / u.L, "white cells in blood", combine=Combine.SUM, floor=0.02
)
NATURAL_KILLER_COUNT = Observable(
    "natural_killer_count",
    u.cells / u.uL,
    "natural killer cells in blood",
    floor=1.0,
    group=Group.LYMPHOCYTES,
    on_chart=True,
)
B_CELL_COUNT = Observable(
    "b_cell_count", u.cells / u.uL, "B cells in blood", floor=1.0, group=Group.LYMPHOCYTES, on_chart=True
)
T_CELL_COUNT = Observable(
    "t_cell_count", u.cells / u.uL, "T cells in blood", floor=1.0, group=Group.LYMPHOCYTES, on_chart=True
)
CD4_COUNT = Observable("cd4_count", u.cells / u.uL, "CD4 T cells in blood", floor=1.0, group=Group.LYMPHOCYTES)
CD4_NAIVE_COUNT = Observable(
    "cd4_naive_count", u.cells / u.uL, "naive CD4 T cells in blood", floor=1.0, group=Group.LYMPHOCYTES
)
CD8_COUNT = Observable("cd8_count", u.cells / u.uL, "CD8 T cells in blood", floor=1.0, group=Group.LYMPHOCYTES)
MARROW_CELLULARITY = Observable(
    "marrow_cellularity", dimensionless, "nucleated marrow cells, relative to health", floor=1e-3, group=Group.MARROW
)
NICHE_OCCUPANCY = Observable(
    "niche_occupancy", dimensionless, "long-term stem cells per intact niche", floor=1e-4, group=Group.MARROW
)
STEM_CELLS = Observable("stem_cells", u.cells, "long-term stem cells", per=Origin, floor=1.0, group=Group.MARROW)
MULTIPOTENT_PROGENITORS = Observable(
    "multipotent_progenitors", u.cells, "multipotent progenitors", per=Origin, floor=1.0, group=Group.MARROW
)
MYELOID_PROGENITORS = Observable(
    "myeloid_progenitors", u.cells, "common myeloid progenitors", per=Origin, floor=1.0, group=Group.MARROW
)
TPO = Observable("tpo", u.pg / u.mL, "thrombopoietin in plasma", floor=1.0, group=Group.CYTOKINES)
EPO = Observable("epo", u.IU / u.L, "erythropoietin in serum", floor=0.1, group=Group.CYTOKINES)
IL_7_15 = Observable(
    "il_7_15", dimensionless, "interleukins 7 and 15, relative to health", floor=0.01, group=Group.CYTOKINES
)
TISSUE_DAMAGE = Observable("tissue_damage", dimensionless, "mucosal injury, 0 to 1", floor=1e-3, group=Group.TISSUE)
INFLAMMATION = Observable(
    "inflammation", dimensionless, "fever and inflammation, 1 for an infection", floor=1e-3, group=Group.TISSUE
)

NEUTROPHILS_OF = by_origin(ABSOLUTE_NEUTROPHIL_COUNT)
MONOCYTES_OF = by_origin(ABSOLUTE_MONOCYTE_COUNT)
PLATELETS_OF = by_origin(PLATELET_COUNT_OWN)
RED_CELLS_OF = by_origin(RED_CELLS_OWN)
NATURAL_KILLERS_OF = by_origin(NATURAL_KILLER_COUNT)
B_CELLS_OF = by_origin(B_CELL_COUNT)
T_CELLS_OF = by_origin(T_CELL_COUNT)
CD4_OF = by_origin(CD4_COUNT)
CD4_NAIVE_OF = by_origin(CD4_NAIVE_COUNT)
CD8_OF = by_origin(CD8_COUNT)
CELLULARITY_OF = by_origin(MARROW_CELLULARITY)
