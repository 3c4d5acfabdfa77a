"""What tissues tell each other."""

from __future__ import annotations

from marrow import units as u
from marrow.units import dimensionless
from marrow.vocabulary.kinds import Combine, GraftCell, Origin, Pool, Port, PortFamily

_FLOW = u.cells / u.kg / u.day
_PER_KG = u.cells / u.kg

# what tissues tell each other
START = PortFamily("start", dimensionless, "cells on the first day, relative to health", Pool, Combine.PRODUCT)
STROMA_AT_START = Port("stroma_at_start", dimensionless, "stroma damaged on the first day", combine=Combine.SUM)
MARROW_FAILURE_AT_START = Port(
    "marrow_failure_at_start", dimensionless, "immune attack on the host's blood formation on the first day",
    combine=Combine.SUM,
)  # fmt: skip
SELF_RENEWAL_LEFT = Port(
    "self_renewal_left", dimensionless, "self-renewal that disease leaves to blood-forming cells", per=Origin
)
ISOHEMAGGLUTININS_AT_START = Port(
    "isohemagglutinins_at_start", dimensionless, "antibodies against the graft's red cells", combine=Combine.SUM
)
HEMOLYSIS = Port(
    "hemolysis", 1 / u.day, "loss of the patient's own red cells by antibodies of the graft", combine=Combine.SUM
)
CIRCULATING_PLATELETS = Port(
    "circulating_platelets", dimensionless, "share of platelets not in the spleen, of health", combine=Combine.PRODUCT
)
GRAFT_REACHING_MARROW = Port(
    "graft_reaching_marrow", dimensionless, "graft cells that reach the marrow, of usual", combine=Combine.PRODUCT
)
BLOOD_VOLUME = Port("blood_volume", u.mL / u.kg, "blood volume per kg of body")
SETTLING = PortFamily("settling", _FLOW, "graft cells ready to divide in the marrow", GraftCell, Combine.SUM)
GRAFT_AWAKENING = Port("graft_awakening", _FLOW, "homed CD34+ cells of a graft that begin to divide")
GRAFT_ENTERING = Port("graft_entering", _FLOW, "graft CD34+ cells leaving blood", combine=Combine.SUM)
SECOND_GRAFT = Port(
    "second_graft", _FLOW, "CD34+ cells of a second graft of the same donor leaving blood", combine=Combine.SUM
)
NEWBORN = Port("newborn", dimensionless, "how newborn the donor's cells are: 1 after cord blood", combine=Combine.SUM)
SETTLING_CD3 = Port("settling_cd3", _FLOW, "graft CD3+ cells leaving blood for the tissues", combine=Combine.SUM)
MARROW_SUPPORT = Port("marrow_support", dimensionless, "division of progenitors, relative to healthy stroma")
NICHES_INTACT = Port("niches_intact", dimensionless, "share of stem-cell niches that are intact")
MYELOID_COMMITMENT = Port("myeloid_commitment", _FLOW, "multipotent progenitors that became myeloid", per=Origin)
LYMPHOID_COMMITMENT = Port("lymphoid_commitment", _FLOW, "multipotent progenitors that became lymphoid", per=Origin)
NEUTROPHIL_RECRUITMENT = Port("neutrophil_recruitment", _FLOW, "new myeloblasts of the neutrophil line", per=Origin)
MONOCYTE_RECRUITMENT = Port("monocyte_recruitment", _FLOW, "new precursors of monocytes", per=Origin)
MEGAKARYOCYTE_COMMITMENT = Port("megakaryocyte_commitment", _FLOW, "progenitors that became megakaryocytic", per=Origin)
MEGAKARYOBLAST_RECRUITMENT = Port("megakaryoblast_recruitment", _FLOW, "new megakaryoblasts", per=Origin)
ERYTHROID_RECRUITMENT = Port("erythroid_recruitment", _FLOW, "new erythroid progenitors", per=Origin)
LYMPHOID_PRECURSORS = Port(
    "lymphoid_precursors", _FLOW, "lymphoid progenitors that leave their compartment", per=Origin
)
THYMIC_EXPORT = Port("thymic_export", _FLOW, "naive T cells that leave the thymus", per=Origin)
T_CELLS_OF_BODY = Port("t_cells_of_body", _PER_KG, "T cells of the whole body", per=Origin)
T_CELLS_PER_VOLUME = Port("t_cells_per_volume", u.kg / u.uL, "T cells per blood volume and T cell of the body")
NAIVE_T_CELL_LOSS = Port(
    "naive_t_cell_loss", 1 / u.day, "naive T cells that die, are killed or become memory cells, each a day", per=Origin
)
MARROW_CELLS = Port("marrow_cells", _PER_KG, "nucleated cells in the marrow", per=Origin, combine=Combine.SUM)
G_CSF_OCCUPANCY = Port("g_csf_occupancy", dimensionless, "share of G-CSF receptors that are occupied")
G_CSF_RECEPTORS = Port("g_csf_receptors", _PER_KG, "cells that take up G-CSF, as blood neutrophils")
PLATELET_MASS = Port("platelet_mass", _PER_KG, "platelets in blood and spleen, own and transfused")
MEGAKARYOCYTE_MASS = Port("megakaryocyte_mass", _PER_KG, "megakaryocytes")
IL_7 = Port("il_7", dimensionless, "interleukin 7, relative to health")
IL_15 = Port("il_15", dimensionless, "interleukin 15, relative to health")
