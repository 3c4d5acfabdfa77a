"""What a course records."""

from __future__ import annotations

from marrow import units as u
from marrow.units import dimensionless
from marrow.vocabulary.kinds import Combine, Group, Observable, Origin, by_origin

PLASMA_G_CSF = Observable("g_csf", u.pg / u.mL, "G-CSF in plasma", floor=1.0, group=Group.CYTOKINES)
ABSOLUTE_NEUTROPHIL_COUNT = Observable(
    "absolute_neutrophil_count", u.billion_cells / u.L, "neutrophils in blood", floor=0.01, on_chart=True
)
GRAFT_FAILS = Observable(
    "graft_fails", dimensionless, "1 when neutrophils have been missing for two weeks", floor=1e-3, on_chart=True
)
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
TREC_COUNT = Observable(
    "trec_count",
    u.cells / u.uL,
    "T-cell receptor excision circles in blood, copies",
    floor=0.01,
    group=Group.LYMPHOCYTES,
)
TREC_PER_T_CELL = Observable(
    "trec_per_t_cell",
    dimensionless,
    "T-cell receptor excision circles per T cell; 0.01 is 1,000 copies in 1e5 cells",
    floor=1e-5,
    group=Group.LYMPHOCYTES,
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
